package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

var halfYear = []string{"--from", "2025-01-01", "--to", "2025-06-30"}

// earlier runs a test on a fresh copy of the home that each earlier release left behind
// (tools/home.sh), unpacked and told where it lies now.
func earlier(t *testing.T, f func(t *testing.T, dir string)) {
	archives, err := filepath.Glob("testdata/homes/*/home.tar.gz")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no homes of earlier releases: %v", err)
	}
	for _, archive := range archives {
		t.Run(filepath.Base(filepath.Dir(archive)), func(t *testing.T) {
			dir := t.TempDir()
			if out, err := exec.Command("tar", "xzf", archive, "-C", dir).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			yiheng(t, filepath.Join(dir, "home"), "lake", "relocate")
			f(t, dir)
		})
	}
}

// TestEarlierHome: the record of a home of an earlier release verifies, what its program
// found is found, its identities open and are sealed with the key ring.
func TestEarlierHome(t *testing.T) {
	earlier(t, func(t *testing.T, dir string) {
		home := filepath.Join(dir, "home")
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		sameFindings(t, screenHalf(t, home), filepath.Join(dir, "findings"))
		yiheng(t, home, "seal", "reseal")
		wantText(t, yiheng(t, home, "seal", "status"), "人员 0，参保人等 0")
		if out := yiheng(t, home, "seal", "rotate"); strings.Contains(out, "参保人等 0 个值") {
			t.Errorf("no identities were sealed anew:\n%s", out)
		}
		wantText(t, yiheng(t, home, "seal", "status"), "人员 0，参保人等 0")
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		sameFindings(t, screenHalf(t, home), filepath.Join(dir, "findings"))
	})
}

// TestEarlierHomeServes: who could log in still can, with the same password and second
// factor, and what an office stored holds.
func TestEarlierHomeServes(t *testing.T) {
	earlier(t, func(t *testing.T, dir string) {
		home := filepath.Join(dir, "home")
		d := serve(t, home)
		if d.oneOff != "" {
			t.Error("a first administrator is made although there is one")
		}
		for _, l := range logins(t, dir) {
			v := &visitor{T: t, door: d, login: l.Login}
			otp, err := access.ParseOTP(l.Secret)
			if err != nil {
				t.Fatal(err)
			}
			v.does("POST", "/api/login", fmt.Sprintf(`{"login":%q,"password":%q,"code":%q}`, l.Login, l.Password, accesstest.Code(otp, time.Now())), nil)
			var me struct {
				SecondFactor bool `json:"second_factor"`
			}
			v.does("GET", "/api/me", "", &me)
			if !me.SecondFactor {
				t.Errorf("%s is in without the second factor", l.Login)
			}
			v.wantStored()
		}
		d.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动", "其后 0 条")
	})
}

// wantStored reads what the home's people stored before it was packed.
func (v *visitor) wantStored() {
	v.Helper()
	for path, want := range map[string]string{
		"/api/params?filter=key:monitor.appeal_days&region=330402": "7个工作日",
		"/api/holidays?filter=day:2026-03-03":                      "临时放假",
	} {
		_, text, _ := v.ask("GET", path, "")
		wantText(v.T, text, want)
	}
}

// TestEarlierHomeMoves: a backup of a home of an earlier release is restored into
// PostgreSQL, where the same is found and the record verifies.
func TestEarlierHomeMoves(t *testing.T) {
	t.Setenv("YIHENG_PASSPHRASE", phrase)
	earlier(t, func(t *testing.T, dir string) {
		file := backup(t, filepath.Join(dir, "home"), "--with-keys")
		t.Setenv(db.Setting, dbtest.PostgresURL(t))
		home := filepath.Join(t.TempDir(), "home")
		yiheng(t, home, "restore", file)
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		sameFindings(t, screenHalf(t, home), filepath.Join(dir, "findings"))
		wantText(t, yiheng(t, home, "seal", "status"), "数据密钥")
	})
}

func screenHalf(t *testing.T, home string) string {
	t.Helper()
	out := t.TempDir()
	yiheng(t, home, append(append([]string{"screen"}, halfYear...), "--out", out)...)
	return out
}

func logins(t *testing.T, dir string) (all []madeLogin) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "logins.json"))
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}
