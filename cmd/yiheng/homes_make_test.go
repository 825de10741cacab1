package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"yiheng/demo"
	"yiheng/ground/calendar"
)

// madeLogin is somebody who can log in to a home of an earlier release.
type madeLogin struct{ Login, Password, Secret string }

// TestMakeHome makes the small home that a release leaves behind as test data:
// tools/home.sh runs it, with the archive to write in MAKE_HOME and, for a release that
// was built before, its program in MAKE_HOME_WITH.
func TestMakeHome(t *testing.T) {
	archive := os.Getenv("MAKE_HOME")
	if archive == "" {
		t.Skip("only tools/home.sh makes a home")
	}
	if with := os.Getenv("MAKE_HOME_WITH"); with != "" {
		binary = with
	}
	dir := t.TempDir()
	home := filepath.Join(dir, "home")
	files := city(t, demo.Options{Lines: 1500, Seed: 4, From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 6, 30)})
	yiheng(t, home, "intake", "--buckets", "2", files)
	yiheng(t, home, "knowledge", "import", "starter")
	yiheng(t, home, "knowledge", "import", filepath.Join(files, "points.csv"))
	yiheng(t, home, append(append([]string{"screen"}, halfYear...), "--out", filepath.Join(dir, "findings"))...)

	w := settle(t, home)
	w.leader.does("POST", "/api/params", `{"settings":[{"key":"monitor.appeal_days","region":"330402","value":"7个工作日","certainty":"L","document":"嘉医保发〔2026〕1号"}],"reason":"本地文件"}`, nil)
	w.admin.does("PUT", "/api/holidays/2026/2026-03-03", `{"kind":"放假","name":"临时放假","document":"某号","reason":"临时"}`, nil)
	w.stop()
	wantText(t, yiheng(t, home, "verify"), "未发现改动", "其后 0 条")
	logins, err := json.Marshal([]madeLogin{
		{w.admin.login, w.admin.password, w.admin.secret.URI()}, {w.leader.login, w.leader.password, w.leader.secret.URI()},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "logins.json"), logins, 0o600); err != nil {
		t.Fatal(err)
	}
	pack := exec.Command("tar", "czf", archive, "-C", dir, "home", "logins.json", "findings/findings.csv")
	if out, err := pack.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(archive)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 3<<20 {
		t.Errorf("%s has %d bytes: more than a repository should carry for each release", archive, info.Size())
	}
	fmt.Printf("%s: %d bytes\n", archive, info.Size())
}
