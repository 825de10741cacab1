package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"yiheng/audit/finding"
	"yiheng/demo"
	"yiheng/ground/db/dbtest"
)

func summary(t *testing.T, dir string) *finding.Run {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run, err := finding.ReadSummary(f)
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// TestWithoutKnowledge screens a home without any point: what needs none runs, and
// every other class is reported as not run, never as nothing found.
func TestWithoutKnowledge(t *testing.T) {
	home, in := t.TempDir(), city(t, demo.Options{Lines: 60_000, Seed: 31})
	yiheng(t, home, "intake", in)
	yiheng(t, home, "knowledge", "exclusion", "import", filepath.Join(in, "exclusions.csv"))
	out := t.TempDir()
	wantText(t, yiheng(t, home, append([]string{"screen", "--out", out}, year...)...), "knowledge import starter")
	needsNone := func(rule string) bool { return rule == "YH0001" || rule == "YH0002" || rule == "YH0003" }
	found, truth := 0, 0
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		if !needsNone(r["rule_id"]) {
			t.Errorf("found without a point: %s", key(r))
		}
		found++
	}
	for _, r := range rows(t, filepath.Join(in, "truth.csv")) {
		if needsNone(r["rule_id"]) {
			truth++
		}
	}
	if found == 0 || found != truth {
		t.Errorf("%d findings, truth %d", found, truth)
	}
	for _, r := range summary(t, out).Rules {
		if ran := r.Status == finding.Ran; ran != needsNone(r.RuleID) {
			t.Errorf("%s: %s", r.RuleID, r.Status)
		}
	}
}

// TestOutputs looks at everything that a screening gives out.
func TestOutputs(t *testing.T) {
	home := t.TempDir()
	yiheng(t, home, "intake", city(t, demo.Options{Lines: 20_000, Seed: 3}))
	yiheng(t, home, "knowledge", "import", "starter")
	out := screen(t, home)
	for _, name := range []string{"findings.csv", "findings.parquet", "findings.xlsx", "certificates.ndjson", "summary.json", "report.html"} {
		if info, err := os.Stat(filepath.Join(out, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	all := rows(t, filepath.Join(out, "findings.csv"))
	orgs := make(map[string]bool)
	for _, r := range all {
		orgs[r["fixmedins_code"]] = true
	}
	for org := range orgs {
		if _, err := os.Stat(filepath.Join(out, "institutions", org+".xlsx")); err != nil {
			t.Error(err)
		}
	}
	wantText(t, yiheng(t, home, "finding", "verify", filepath.Join(out, "certificates.ndjson")),
		fmt.Sprintf("疑点 %d 件，不符 0 份", len(all)))
	first := all[0]
	wantText(t, yiheng(t, home, "finding", "show", first["finding_id"], "--out", out),
		first["explanation"], first["kp_id"], first["amount"], first["legal_article"])
}

// TestOldEpoch screens an epoch, takes a corrected file in that replaces one of its
// sources, and screens both: the old epoch gives what it gave.
func TestOldEpoch(t *testing.T) {
	home, in := t.TempDir(), city(t, demo.Options{Lines: 20_000, Seed: 5})
	yiheng(t, home, "intake", in)
	yiheng(t, home, "knowledge", "import", "starter")
	before := screen(t, home)
	wantText(t, yiheng(t, home, "intake", in), "没有改动")
	sameFindings(t, screen(t, home), before)

	half := filepath.Join(t.TempDir(), "fee_list_d.csv")
	halve(t, filepath.Join(in, "fee_list_d.csv"), half)
	wantText(t, yiheng(t, home, "intake", "--replaces", "fee_list_d.csv", half), "已替换来源")
	after := screen(t, home)
	if n := len(findings(t, after)); n == 0 || n >= len(findings(t, before)) {
		t.Errorf("%d findings after half of the lines went", n)
	}
	sameFindings(t, screen(t, home, "--epoch", "1"), before)
}

// halve copies a CSV file's header and first half.
func halve(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if err := os.WriteFile(to, []byte(strings.Join(lines[:len(lines)/2], "")), 0o600); err != nil {
		t.Fatal(err)
	}
}

// splitCity deals the rows of every table but the institutions by person to two folders,
// so that both halves hold whole persons and, for every seventh person, a part of each.
func splitCity(t *testing.T, in string) (first, second string) {
	t.Helper()
	first, second = t.TempDir(), t.TempDir()
	files, err := filepath.Glob(filepath.Join(in, "*_?.csv"))
	if err != nil || len(files) == 0 {
		t.Fatal("no tables", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n")+"\n", "\n")
		lines = lines[:len(lines)-1]
		at := slices.Index(strings.Split(strings.TrimSpace(lines[0]), ","), "psn_no")
		a, b := []string{lines[0]}, []string{lines[0]}
		for i, l := range lines[1:] {
			n := 0
			if at >= 0 {
				if psn := strings.Split(l, ",")[at]; psn != "" { // a purchase is nobody's
					n = int(psn[len(psn)-1])
				}
			}
			if n%10 < 7 || n%10 == 7 && i%2 == 0 {
				a = append(a, l)
			} else {
				b = append(b, l)
			}
		}
		name := filepath.Base(file)
		if err := os.WriteFile(filepath.Join(first, "a-"+name), []byte(strings.Join(a, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		if len(b) == 1 {
			continue
		}
		if err := os.WriteFile(filepath.Join(second, "b-"+name), []byte(strings.Join(b, "")), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return first, second
}

// TestNewEqualsFull takes a city in two parts: judging only the persons with new rows
// gives, with the earlier findings, exactly what judging everybody gives.
func TestNewEqualsFull(t *testing.T) {
	first, second := splitCity(t, city(t, demo.Options{Lines: 40_000, Seed: 9}))
	daily, full := t.TempDir(), t.TempDir()
	for _, home := range []string{daily, full} {
		yiheng(t, home, "intake", first)
		yiheng(t, home, "knowledge", "import", "starter")
		screen(t, home)
		yiheng(t, home, "intake", second)
	}
	sameFindings(t, screen(t, daily, "--new"), screen(t, full))
}

// TestNewAfterReplacement retires a source: its persons are judged again.
func TestNewAfterReplacement(t *testing.T) {
	in := city(t, demo.Options{Lines: 20_000, Seed: 21})
	half := filepath.Join(t.TempDir(), "fee_list_d.csv")
	halve(t, filepath.Join(in, "fee_list_d.csv"), half)
	daily, full := t.TempDir(), t.TempDir()
	for _, home := range []string{daily, full} {
		yiheng(t, home, "intake", in)
		yiheng(t, home, "knowledge", "import", "starter")
		screen(t, home)
		yiheng(t, home, "intake", "--replaces", "fee_list_d.csv", half)
	}
	sameFindings(t, screen(t, daily, "--new"), screen(t, full))
}

// TestWorkers: the number of workers changes nothing.
func TestWorkers(t *testing.T) {
	home := t.TempDir()
	yiheng(t, home, "intake", city(t, demo.Options{Lines: 20_000, Seed: 13}))
	yiheng(t, home, "knowledge", "import", "starter")
	sameFindings(t, screen(t, home, "--workers", "1"), screen(t, home, "--workers", "3"))
}

// TestKilledScreen kills a screening half-way: the next one goes on where it stopped
// and gives the same. A worker that is killed only repeats its bucket.
func TestKilledScreen(t *testing.T) {
	home := t.TempDir()
	yiheng(t, home, "intake", "--buckets", "64", city(t, demo.Options{Lines: 150_000, Seed: 15}))
	yiheng(t, home, "knowledge", "import", "starter")
	goesOnAfterKill(t, home)
}

// goesOnAfterKill kills a screening of home half-way and sees the next one go on where it
// stopped, to the same findings.
func goesOnAfterKill(t *testing.T, home string) {
	t.Helper()
	out := t.TempDir()
	args := append([]string{"screen", "--workers", "1", "--out", out}, year...)
	c := command(home, args...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return len(glob(home, "runs", "YX*", "bucket-*.json")) > 3 })
	_ = c.Process.Kill()
	_ = c.Wait()
	if _, err := os.Stat(filepath.Join(out, "findings.csv")); err == nil {
		t.Skip("the screening ended before it could be killed")
	}
	wantText(t, yiheng(t, home, args...), "接续上次中断的筛查")
	sameFindings(t, out, screen(t, home))
}

func TestKilledWorker(t *testing.T) {
	home := t.TempDir()
	yiheng(t, home, "intake", "--buckets", "64", city(t, demo.Options{Lines: 150_000, Seed: 15}))
	yiheng(t, home, "knowledge", "import", "starter")
	out := t.TempDir()
	c := command(home, append([]string{"screen", "--workers", "1", "--out", out}, year...)...)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return len(glob(home, "runs", "YX*", "bucket-*.json")) > 3 })
	if err := exec.Command("pkill", "-KILL", "-P", fmt.Sprint(c.Process.Pid)).Run(); err != nil {
		t.Logf("no worker was there to kill: %v", err)
	}
	if err := c.Wait(); err != nil {
		t.Fatal(err)
	}
	sameFindings(t, out, screen(t, home))
}

// TestKilledIntake kills intake at several moments: nothing of it shows, and taking
// the files in again gives what an undisturbed intake gives.
func TestKilledIntake(t *testing.T) {
	in := city(t, demo.Options{Lines: 60_000, Seed: 17})
	calm, rough := t.TempDir(), t.TempDir()
	yiheng(t, calm, "intake", in)
	for _, after := range []time.Duration{50, 200, 400, 800, 1200} {
		c := command(rough, "intake", in)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		_ = c.Process.Signal(syscall.SIGKILL)
		_ = c.Wait()
	}
	yiheng(t, rough, "intake", in)
	for _, home := range []string{calm, rough} {
		yiheng(t, home, "knowledge", "import", "starter")
	}
	sameFindings(t, screen(t, rough), screen(t, calm))
}

func glob(parts ...string) []string {
	files, _ := filepath.Glob(filepath.Join(parts...))
	return files
}

func waitFor(t *testing.T, happened func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if happened() {
			return
		}
	}
	t.Fatal("nothing happened within a minute")
}

// TestPostgres runs the whole way with the catalogue in PostgreSQL.
func TestPostgres(t *testing.T) {
	in := city(t, demo.Options{Lines: 20_000, Seed: 19})
	lite, big := t.TempDir(), t.TempDir()
	yiheng(t, lite, "intake", in)
	yiheng(t, lite, "knowledge", "import", "starter")
	want := screen(t, lite)
	t.Setenv("YIHENG_DB", dbtest.PostgresURL(t))
	yiheng(t, big, "intake", in)
	yiheng(t, big, "knowledge", "import", "starter")
	sameFindings(t, screen(t, big), want)
}

// TestWrongCommands: what a user gets who asks for what cannot be.
func TestWrongCommands(t *testing.T) {
	home := t.TempDir()
	in := city(t, demo.Options{Lines: 2_000, Seed: 1})
	yiheng(t, home, "intake", in)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "fee_list_d.csv")
	halve(t, filepath.Join(in, "fee_list_d.csv"), other)
	for _, c := range []struct {
		name, home string
		args       []string
		want       []string
	}{
		{"no home", filepath.Join(home, "none"), []string{"screen", "--from", "2025-01-01", "--to", "2025-12-31", "--out", t.TempDir()}, []string{"不存在", "yiheng intake"}},
		{"days reversed", home, []string{"screen", "--from", "2025-12-31", "--to", "2025-01-01", "--out", t.TempDir()}, []string{"早于"}},
		{"not a day", home, []string{"screen", "--from", "2025-13-01", "--to", "2025-12-31", "--out", t.TempDir()}, []string{"--from", "2024-01-01"}},
		{"unknown rule", home, []string{"screen", "--from", "2025-01-01", "--to", "2025-12-31", "--out", t.TempDir(), "--rules", "GZ1"}, []string{"没有规则 GZ1", "rule list"}},
		{"path that is not there", home, []string{"intake", filepath.Join(home, "no-such.csv")}, []string{"no-such.csv"}},
		{"home is a file", file, []string{"intake", in}, []string{file}},
		{"replaces what is not there", home, []string{"intake", "--replaces", "none.csv", other}, []string{"none.csv"}},
		{"point file that is not there", home, []string{"knowledge", "import", "no-such.xlsx"}, []string{"no-such.xlsx", "没有这个文件"}},
		{"unknown rule for workbooks", home, []string{"knowledge", "import", "--rule", "GZ1", file}, []string{"GZ1"}},
		{"no certificates", home, []string{"finding", "verify", filepath.Join(home, "none.ndjson")}, []string{"none.ndjson"}},
		{"not certificates", home, []string{"finding", "verify", file}, []string{"不是证书"}},
		{"rule that is not there", home, []string{"rule", "show", "GZ1"}, []string{"没有规则 GZ1"}},
		{"no such command", home, []string{"audit"}, []string{"audit"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantText(t, fails(t, c.home, c.args...), c.want...)
		})
	}
}

// TestTwoProcesses: a second writer on one home is told who is at it and changes
// nothing; screening goes on.
func TestTwoProcesses(t *testing.T) {
	home, in := t.TempDir(), city(t, demo.Options{Lines: 150_000, Seed: 23})
	c := command(home, "intake", in)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return len(glob(home, "lake", "locks", "*")) > 0 })
	out, err := try(home, "intake", in)
	if waitErr := c.Wait(); waitErr != nil {
		t.Fatal(waitErr)
	}
	if err == nil {
		t.Skipf("the first intake had ended: %s", cmp.Or(out, "no output"))
	}
	wantText(t, out, fmt.Sprint(c.Process.Pid))
	wantText(t, yiheng(t, home, "intake", in), "没有改动")
}
