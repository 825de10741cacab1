package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/demo"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// TestJobs takes a city in, screens it and backs it up as jobs, on both databases. The
// runner is killed in the middle of the screening: the next one goes on, and the
// findings are those of an undisturbed screening.
func TestJobs(t *testing.T) {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			if driver == db.Postgres {
				t.Setenv(db.Setting, dbtest.PostgresURL(t))
			}
			home, in, out := t.TempDir(), city(t, demo.Options{Lines: 60_000, Seed: 51}), t.TempDir()
			add := func(kind, argument string, args ...string) string {
				t.Helper()
				return strings.TrimSpace(strings.TrimPrefix(yiheng(t, home, append([]string{"jobs", "add", kind, argument}, args...)...), "已排入"))
			}
			intake := add("intake", fmt.Sprintf(`{"paths":[%q]}`, in))
			yiheng(t, home, "jobs", "run", "--drain")
			wantText(t, yiheng(t, home, "jobs", "show", intake), "完成", `{"epoch":1}`, "保留")
			yiheng(t, home, "knowledge", "import", "starter")

			screening := fmt.Sprintf(`{"from":"2025-01-01","to":"2025-12-31","out":%q}`, out)
			first := add("screen", screening, "--same", "2025")
			wantText(t, yiheng(t, home, "jobs", "add", "screen", screening, "--same", "2025"), "同样的任务已有 "+first)
			runner := command(home, "jobs", "run", "--lease", "3s")
			if err := runner.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, func() bool { return len(glob(home, "runs", "YX*", "bucket-*.json")) > 2 })
			_ = runner.Process.Kill()
			_ = runner.Wait()
			waitFor(t, func() bool { // until the lease is over
				yiheng(t, home, "jobs", "run", "--drain")
				return strings.Contains(yiheng(t, home, "jobs", "show", first), "完成")
			})
			show := yiheng(t, home, "jobs", "show", first)
			wantText(t, show, "次数　2", "行（100%）", "违规", out)
			sameFindings(t, out, screen(t, home))

			file := filepath.Join(t.TempDir(), "b.tar.zst")
			wantText(t, yiheng(t, home, "jobs", "show", runOne(t, home, add("backup", fmt.Sprintf(`{"out":%q}`, file)))), "完成", file, "已备份")
			failed := runOne(t, home, add("intake", `{"paths":["/no/such/file.csv"]}`))
			wantText(t, yiheng(t, home, "jobs", "show", failed), "排队", "no/such/file.csv")
			wantText(t, yiheng(t, home, "jobs", "cancel", failed), "已取消")
			wantText(t, yiheng(t, home, "jobs", "list", "--state", "cancelled"), failed, "共 1 个任务")
		})
	}
}

func runOne(t *testing.T, home, id string) string {
	t.Helper()
	yiheng(t, home, "jobs", "run", "--drain")
	return id
}

func TestWrongJobs(t *testing.T) {
	home := t.TempDir()
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"add", "dig", "{}"}, []string{`没有任务类型 "dig"`, "backup、gate、intake、knowledge、screen、takeover、trial"}},
		{[]string{"add", "intake", "{}"}, []string{"接收提取数据", "paths 是空的"}},
		{[]string{"add", "intake", `{"paths":["a.csv"]}`}, []string{"绝对路径", `"a.csv"`}},
		{[]string{"add", "intake", `{"path":["/a.csv"]}`}, []string{`不认识 "path"`}},
		{[]string{"add", "screen", `{"from":"2025-01-01","out":"/o"}`}, []string{"缺少 from 或 to"}},
		{[]string{"add", "screen", `{"from":"2025-02-01","to":"2025-01-01","out":"/o"}`}, []string{"早于"}},
		{[]string{"add", "screen", `{"from":"1 Feb","to":"2025-01-01","out":"/o"}`}, []string{"参数不对（筛查）", "2024-01-01"}},
		{[]string{"add", "backup", `{"out":"b.tar.zst"}`}, []string{"out 应为绝对路径"}},
		{[]string{"add", "backup", `{`}, []string{"JSON"}},
		{[]string{"show", "RW1"}, []string{"没有这个任务：RW1", "jobs list"}},
		{[]string{"cancel", "RW1"}, []string{"没有这个任务"}},
		{[]string{"list", "--state", "gone"}, []string{`"gone"`, "queued"}},
	} {
		wantText(t, fails(t, home, append([]string{"jobs"}, c.args...)...), c.want...)
	}
	wantText(t, fails(t, filepath.Join(home, "none"), "jobs", "list"), "不存在")
}

// TestScreenAndTakeOver is one job that screens and hands its findings over for work; the
// same job again gives the same batch and adds nothing.
func TestScreenAndTakeOver(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		yiheng(t, home, "intake", city(t, demo.Options{Lines: 4_000, Seed: 3}))
		yiheng(t, home, "knowledge", "import", "starter")
		out := t.TempDir()
		add := func(argument string) string {
			return strings.TrimSpace(strings.TrimPrefix(yiheng(t, home, "jobs", "add", "screen", argument), "已排入"))
		}
		argument := fmt.Sprintf(`{"from":"2025-01-01","to":"2025-12-31","out":%q,"take_over":true,"region":"371800"}`, out)
		first := add(argument)
		wantText(t, yiheng(t, home, "jobs", "show", runOne(t, home, first)), "完成", `"added":`)
		n := len(rows(t, filepath.Join(out, "findings.csv")))
		if n < 20 {
			t.Fatalf("only %d findings", n)
		}
		taken := fmt.Sprintf("共 %d 条", n)
		wantText(t, yiheng(t, home, "review", "list", "--region", "371800", "--state", "first"), taken)
		wantText(t, yiheng(t, home, "review", "list", "--region", "330400"), "共 0 条")
		wantText(t, yiheng(t, home, "jobs", "show", runOne(t, home, add(argument))), "完成", fmt.Sprintf(`"added":%d,`, n))
		wantText(t, yiheng(t, home, "review", "list", "--region", "371800"), taken)
	})
}
