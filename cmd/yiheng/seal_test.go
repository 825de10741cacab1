package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yiheng/demo"
)

// TestSealRotate turns the keys of a home that is served: who works there goes on, the
// journal says that it was done, and what was sealed before is sealed anew.
func TestSealRotate(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		yiheng(t, home, "intake", city(t, demo.Options{Lines: 3000, Seed: 51}))
		d := serve(t, home)
		admin := d.enter(t, "admin", d.oneOff)
		wantText(t, yiheng(t, home, "seal", "status"), "数据密钥 1 个", "人员 0，参保人等 0")

		before := ringOf(t, home)
		wantText(t, yiheng(t, home, "seal", "rotate", "--reason", "年度轮换"), "共 2 个", "人员 2 个值")
		if bytes.Equal(before, ringOf(t, home)) {
			t.Error("the ring is as it was")
		}
		wantText(t, yiheng(t, home, "seal", "status"), "数据密钥 2 个", "人员 0，参保人等 0")
		wantText(t, yiheng(t, home, "seal", "reseal"), "人员 0 个值，参保人等 0 个值")

		admin.does("POST", "/api/organisations", `{"code":"BUREAU","kind":"administration","name":"嘉兴市医疗保障局","region":"330400"}`, nil)
		admin.does("POST", "/api/people", `{"login":"new","organisation":"BUREAU","identity":{"name":"王小明","phone":"13812345678"}}`, nil)
		wantText(t, yiheng(t, home, "seal", "status"), "人员 0，参保人等 0")
		d.stop()
		wantText(t, yiheng(t, home, "seal", "rotate", "--master"), "共 3 个", "重启")
		admin.door = serve(t, home)
		admin.does("GET", "/api/people", "", nil)
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
		admin.door.stop()
		wantText(t, yiheng(t, home, "verify", "--checkpoint"), "yiheng")
	})
}

func ringOf(t *testing.T, home string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(home, "ring"))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSealRotateKilled kills rotations at one moment after the other. The home always
// opens, and reseal ends what was begun.
func TestSealRotateKilled(t *testing.T) {
	home := t.TempDir()
	files := city(t, demo.Options{Lines: 20_000, Seed: 52})
	yiheng(t, home, "intake", files)
	for i := range 4 {
		c := command(home, "seal", "rotate")
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(60+40*i) * time.Millisecond)
		_ = c.Process.Kill()
		_ = c.Wait()
		yiheng(t, home, "seal", "status")
	}
	yiheng(t, home, "seal", "rotate")
	wantText(t, yiheng(t, home, "seal", "status"), "人员 0，参保人等 0")
	yiheng(t, home, "verify", "--checkpoint")
	wantText(t, yiheng(t, home, "verify"), "未发现改动")
	wantText(t, yiheng(t, home, "intake", files), "没有改动")
}
