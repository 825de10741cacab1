package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/demo"
	"yiheng/ground/calendar"
	"yiheng/practice"
)

// TestPractice makes a practice home as make demo does, in small: two months are decided, the
// journal holds it all, and its people work on through the server.
func TestPractice(t *testing.T) {
	dir := city(t, demo.Options{Lines: 60_000, Seed: 5, From: calendar.DayOf(2025, 1, 1), To: calendar.DayOf(2025, 12, 31)})
	onBoth(t, func(t *testing.T, home string) {
		clock, months := filepath.Join(t.TempDir(), "clock"), t.TempDir()
		yiheng(t, home, "practice", "begin")
		yiheng(t, home, "intake", dir)
		yiheng(t, home, "knowledge", "import", "starter")
		yiheng(t, home, "knowledge", "import", filepath.Join(dir, "points.csv"))
		yiheng(t, home, "screen", "--from", "2025-01-01", "--to", "2025-06-30", "--out", filepath.Join(months, "1"))
		yiheng(t, home, "screen", "--from", "2025-07-01", "--to", "2025-09-30", "--out", filepath.Join(months, "2"))
		made := yiheng(t, home, "practice", "make", "--until", "2025-10-17", "--clock", clock, filepath.Join(months, "2"), filepath.Join(months, "1"))
		wantText(t, made, practice.Password, "admin     *", "chushen     ", "yibaoban")
		wantText(t, fails(t, home, "practice", "make", "--until", "2025-10-17", "--clock", clock, filepath.Join(months, "1")), "已有人员")

		d := serve(t, home, "--practice-clock", clock)
		reviewer := &visitor{T: t, door: d, login: "chushen"}
		reviewer.does("POST", "/api/login", fmt.Sprintf(`{"login":"chushen","password":%q}`, practice.Password), nil)
		var open, ended struct{ Total struct{ Findings int } }
		reviewer.does("GET", "/api/findings?state=closed&state=dismissed", "", &ended)
		reviewer.does("GET", "/api/findings?state=first&state=appeal&state=second&state=final&state=handling", "", &open)
		if ended.Total.Findings == 0 || open.Total.Findings == 0 {
			t.Errorf("%d findings are over and %d go on: both should be some", ended.Total.Findings, open.Total.Findings)
		}
		admin := &visitor{T: t, door: d, login: "admin"}
		code := strings.TrimSpace(yiheng(t, home, "practice", "code", "--practice-clock", clock, "admin"))
		admin.does("POST", "/api/login", fmt.Sprintf(`{"login":"admin","password":%q,"code":%q}`, practice.Password, code), nil)
		d.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}
