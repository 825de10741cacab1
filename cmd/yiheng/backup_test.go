package main

import (
	"archive/tar"
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"yiheng/demo"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

const phrase = "明月几时有？把酒问青天。"

// filledHome has a city, the starter points and a finished screening.
func filledHome(t *testing.T, seed uint64) (home, out string) {
	t.Helper()
	home = t.TempDir()
	yiheng(t, home, "intake", city(t, demo.Options{Lines: 8_000, Seed: seed}))
	yiheng(t, home, "knowledge", "import", "starter")
	return home, screen(t, home)
}

func backup(t *testing.T, home string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "backup.tar.zst")
	yiheng(t, home, append([]string{"backup", file}, args...)...)
	return file
}

// TestBackupWhileUsed backs a home up while files are taken in and screenings run, and
// then again and again. Every backup is a whole state: restored, it screens as the
// original screens that epoch, and takes the files in as a killed home does.
func TestBackupWhileUsed(t *testing.T) {
	t.Setenv("YIHENG_PASSPHRASE", phrase)
	home, before := filledHome(t, 41)
	more := city(t, demo.Options{Lines: 30_000, Seed: 42})
	busy := []*exec.Cmd{
		command(home, "intake", more),
		command(home, append([]string{"screen", "--epoch", "1", "--workers", "1", "--out", t.TempDir()}, year...)...),
	}
	for _, c := range busy {
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
	}
	var files []string
	for len(files) < 3 {
		files = append(files, backup(t, home, "--with-keys"))
		time.Sleep(300 * time.Millisecond)
	}
	for _, c := range busy {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	last := backup(t, home, "--with-keys")
	after := screen(t, home)
	for _, file := range files[1:2] {
		restored := filepath.Join(t.TempDir(), "home")
		yiheng(t, restored, "restore", file)
		sameFindings(t, screen(t, restored, "--epoch", "1"), before)
		yiheng(t, restored, "intake", more)
		sameFindings(t, screen(t, restored), after)
	}
	restored := filepath.Join(t.TempDir(), "home")
	wantText(t, yiheng(t, restored, "restore", last), "已恢复到 "+restored)
	if err := os.RemoveAll(home); err != nil { // nothing may be read from where it was
		t.Fatal(err)
	}
	sameFindings(t, screen(t, restored), after)
	sameFindings(t, screen(t, restored, "--epoch", "1"), before)
	wantText(t, yiheng(t, restored, "intake", more), "没有改动")
	if left := append(glob(restored, staging+"*"), glob(filepath.Dir(restored), ".*")...); len(left) > 0 {
		t.Error(left)
	}
}

// TestBackupBetweenDatabases carries a home from SQLite to PostgreSQL, from there to
// another PostgreSQL database, and back.
func TestBackupBetweenDatabases(t *testing.T) {
	t.Setenv("YIHENG_PASSPHRASE", phrase)
	home, want := filledHome(t, 43)
	for _, setting := range []string{dbtest.PostgresURL(t), dbtest.PostgresURL(t), ""} {
		file := backup(t, home, "--with-keys")
		t.Setenv(db.Setting, setting)
		home = filepath.Join(t.TempDir(), "home")
		yiheng(t, home, "restore", file)
		sameFindings(t, screen(t, home), want)
		if setting != "" {
			wantText(t, fails(t, filepath.Join(t.TempDir(), "other"), "restore", file), "不是空的", db.Setting)
		}
	}
}

// TestBackupWithoutKeys: identities cannot be had without the key, and no new one is
// taken for it.
func TestBackupWithoutKeys(t *testing.T) {
	home, want := filledHome(t, 44)
	file := backup(t, home)
	for _, e := range entries(t, file) {
		if bytes.Contains(e.text, []byte("yiheng-key")) {
			t.Error("a key in", e.name)
		}
	}
	restored := filepath.Join(t.TempDir(), "home")
	wantText(t, yiheng(t, restored, "restore", file), "不含密钥", "key")
	wantText(t, fails(t, restored, "lake", "list"), "用另一个密钥封存", "原来的密钥文件")
	for _, name := range []string{"key", "ring"} {
		key, err := os.ReadFile(filepath.Join(home, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(restored, name), key, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sameFindings(t, screen(t, restored), want)
}

type entry struct {
	name string
	text []byte
	kind byte
}

func entries(t *testing.T, file string) (all []entry) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entry{h.Name, text, h.Typeflag})
	}
}

// packed writes entries as an archive.
func packed(t *testing.T, all []entry) string {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	for _, e := range all {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Mode: 0o600}
		if e.kind == tar.TypeReg {
			h.Size = int64(len(e.text))
		} else {
			h.Linkname = string(e.text)
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if e.kind == tar.TypeReg {
			if _, err := w.Write(e.text); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b.tar.zst")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestWrongRestores: a damaged, cut or hostile archive is named with the place and the
// reason, and nothing is restored.
func TestWrongRestores(t *testing.T) {
	t.Setenv("YIHENG_PASSPHRASE", phrase)
	home := t.TempDir()
	yiheng(t, home, "intake", city(t, demo.Options{Lines: 2_000, Seed: 45}))
	file := backup(t, home, "--with-keys")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := entries(t, file)
	at := func(pattern string) int {
		for i, e := range all {
			if regexp.MustCompile(pattern).MatchString(e.name) {
				return i
			}
		}
		t.Fatal("no entry", pattern)
		return 0
	}
	data, last := at(`^home/lake/.*\.parquet$`), len(all)-1
	changed := func(i int, f func(*entry)) []entry {
		list := append([]entry(nil), all...)
		list[i].text = bytes.Clone(list[i].text)
		f(&list[i])
		return list
	}
	raw := func(b []byte) string {
		path := filepath.Join(t.TempDir(), "b.tar.zst")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	with := func(e entry) []entry { return append(append([]entry(nil), all[:last]...), e, all[last]) }
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0x40
	for _, c := range []struct {
		name, file string
		want       []string
	}{
		{"not there", filepath.Join(t.TempDir(), "none"), []string{"none", "无法读取"}},
		{"empty", raw(nil), []string{"不完整，开头处中断"}},
		{"something else", raw([]byte("PK\x03\x04 not an archive at all")), []string{"不是 yiheng 的备份"}},
		{"cut in the middle", raw(whole[:len(whole)/2]), []string{"不完整，读到 ", "时中断", "请换一份备份"}},
		{"cut at the end", raw(whole[:len(whole)-1]), []string{"不完整，读到 manifest.json 时中断"}},
		{"a bit on the disk", raw(flipped), []string{"已损坏"}},
		{"without its manifest", packed(t, all[:last]), []string{"不完整"}},
		{"a byte of a data file", packed(t, changed(data, func(e *entry) { e.text[9] ^= 1 })), []string{"已损坏：" + all[data].name, "SHA-256"}},
		{"a shorter data file", packed(t, changed(data, func(e *entry) { e.text = e.text[1:] })), []string{"已损坏：" + all[data].name, "字节"}},
		{"a file missing", packed(t, append(append([]entry(nil), all[:data]...), all[data+1:]...)), []string{"不完整：缺少清单所列的 " + all[data].name}},
		{"a file too many", packed(t, with(entry{"home/extra", nil, tar.TypeReg})), []string{"不可信：条目 home/extra 不在清单上"}},
		{"a database of its own", packed(t, with(entry{"home/yiheng.db", []byte("SQLite"), tar.TypeReg})), []string{"yiheng.db", "无法恢复"}},
		{"a file twice", packed(t, with(all[data])), []string{"不可信", "出现两次"}},
		{"after the manifest", packed(t, append(append([]entry(nil), all...), entry{"home/extra", nil, tar.TypeReg})), []string{"清单之后还有条目"}},
		{"a path upwards", packed(t, with(entry{"home/../../../evil", []byte("x"), tar.TypeReg})), []string{`"home/../../../evil" 指向文件夹之外`}},
		{"an absolute path", packed(t, with(entry{"/tmp/evil", []byte("x"), tar.TypeReg})), []string{`"/tmp/evil" 指向文件夹之外`}},
		{"a backslash", packed(t, with(entry{`home\..\evil`, []byte("x"), tar.TypeReg})), []string{"不规范"}},
		{"a symbolic link", packed(t, with(entry{"home/link", []byte("/etc/passwd"), tar.TypeSymlink})), []string{`"home/link" 不是普通文件`}},
		{"a hard link", packed(t, with(entry{"home/link", []byte("/etc/passwd"), tar.TypeLink})), []string{"不是普通文件"}},
		{"a later format", packed(t, changed(last, func(e *entry) { e.text = bytes.Replace(e.text, []byte(`"format": 1`), []byte(`"format": 2`), 1) })), []string{"第 2 版，本程序只认识第 1 版"}},
		{"a later room", packed(t, changed(last, func(e *entry) { e.text = bytes.Replace(e.text, []byte(`"lake": 1`), []byte(`"lake": 9`), 1) })), []string{"lake 的库表是第 9 版"}},
		{"fewer rows", packed(t, changed(last, func(e *entry) { e.text = bytes.Replace(e.text, []byte("\"rows\": 1\n"), []byte("\"rows\": 2\n"), 1) })), []string{"清单上是"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			around := t.TempDir()
			new := filepath.Join(around, "a", "b", "home")
			wantText(t, fails(t, new, "restore", c.file), c.want...)
			_ = filepath.WalkDir(around, func(path string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					t.Error("left behind:", path)
				}
				return nil
			})
		})
	}
	t.Run("homes and pass phrases", func(t *testing.T) {
		wantText(t, fails(t, home, "restore", file), home, "不是空的")
		wantText(t, fails(t, home, "backup", file), file, "已存在")
		wantText(t, fails(t, home, "backup", filepath.Join(home, "b.tar.zst")), "在数据文件夹之内")
		wantText(t, fails(t, home, "backup", filepath.Join(t.TempDir(), "no", "such.tar.zst")), "无法创建")
		t.Setenv("YIHENG_PASSPHRASE", phrase+"？")
		wantText(t, fails(t, filepath.Join(t.TempDir(), "new"), "restore", file), "口令不对")
		t.Setenv("YIHENG_PASSPHRASE", "短")
		wantText(t, fails(t, home, "backup", "--with-keys", filepath.Join(t.TempDir(), "b")), "口令太短")
		t.Setenv("YIHENG_PASSPHRASE", "")
		wantText(t, fails(t, filepath.Join(t.TempDir(), "new"), "restore", file), "备份含密钥", "--passphrase-file")
	})
}

// TestKilledBackup: a backup that is killed leaves no file of the name it was to have,
// and the next one clears away what it left.
func TestKilledBackup(t *testing.T) {
	home := t.TempDir()
	yiheng(t, home, "intake", city(t, demo.Options{Lines: 60_000, Seed: 46}))
	file := filepath.Join(t.TempDir(), "b.tar.zst")
	c := command(home, "backup", file)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return len(glob(home, staging+"*")) > 0 })
	_ = c.Process.Kill()
	_ = c.Wait()
	if _, err := os.Stat(file); err == nil {
		t.Skip("the backup ended before it could be killed")
	}
	yiheng(t, home, "backup", file)
	if left := glob(home, staging+"*"); len(left) > 0 {
		t.Error(left)
	}
}

// TestAllRooms: every room that keeps tables is among those that restore knows.
func TestAllRooms(t *testing.T) {
	known, err := allRooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`\.Migrate\(ctx, "([a-z_]+)"`)
	err = filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range call.FindAllSubmatch(text, -1) {
			if known[string(m[1])] == nil {
				t.Errorf("%s keeps tables of %q: open the room in allRooms, or its backups cannot be restored", path, m[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
