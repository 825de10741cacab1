package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// testRing is a ring in a home of its own, with the paths of key file and ring.
func testRing(t testing.TB) (r *Ring, keyFile, ringFile string) {
	t.Helper()
	home := t.TempDir()
	keyFile, ringFile = filepath.Join(home, "seal.key"), filepath.Join(home, "data.keys")
	return openRing(t, keyFile, ringFile), keyFile, ringFile
}

func openRing(t testing.TB, keyFile, ringFile string) *Ring {
	t.Helper()
	k, err := OpenKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	r, err := OpenRing(ringFile, k)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func wantPlain(t testing.TB, r *Ring, sealed []byte, want string) {
	t.Helper()
	if plain, err := r.Open(sealed, "psn/1"); err != nil || string(plain) != want {
		t.Errorf("opens as %q, %v, want %q", plain, err, want)
	}
}

// A value of each time opens after the data key was turned, after the master was
// turned, and in a process that had the ring open before.
func TestRingTurns(t *testing.T) {
	r, keyFile, ringFile := testRing(t)
	other := openRing(t, keyFile, ringFile)
	byMaster := r.master.Load().Seal([]byte("master"), "psn/1")
	first := r.Seal([]byte("first"), "psn/1")
	blind := r.Blind("certno", "1")
	if !bytes.Equal(blind, r.master.Load().Blind("certno", "1")) {
		t.Error("blind indexes of the master are not found through the ring")
	}
	if r.Stale(first) || !r.Stale(byMaster) {
		t.Error("stale is what the newest data key did not seal")
	}
	if err := r.Turn(); err != nil {
		t.Fatal(err)
	}
	second := r.Seal([]byte("second"), "psn/1")
	if !r.Stale(first) || r.Stale(second) {
		t.Error("after a turn the values of before are stale")
	}
	wantPlain(t, other, second, "second")
	if err := AddSecret(keyFile); err != nil {
		t.Fatal(err)
	}
	r = openRing(t, keyFile, ringFile)
	before, err := os.ReadFile(ringFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Turn(); err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(ringFile)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(after, before[:len(before)/2]) {
		t.Error("the old data keys are still in the envelopes of the old master")
	}
	r = openRing(t, keyFile, ringFile)
	wantPlain(t, r, byMaster, "master")
	wantPlain(t, r, first, "first")
	wantPlain(t, r, second, "second")
	if !bytes.Equal(blind, r.Blind("certno", "1")) {
		t.Error("a turn changed the blind indexes")
	}
	again, err := r.Reseal(first, "psn/1")
	if err != nil || r.Stale(again) {
		t.Errorf("sealed anew and stale: %v", err)
	}
	wantPlain(t, r, again, "first")
	if _, err := r.Reseal(first, "psn/2"); !errors.Is(err, ErrTampered) {
		t.Errorf("sealed anew in another place: %v", err)
	}
}

func TestRingTampering(t *testing.T) {
	r, _, _ := testRing(t)
	sealed := r.Seal([]byte("张三"), "psn/1")
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := r.Open(altered, "psn/1"); err == nil {
			t.Errorf("byte %d altered and not noticed", i)
		}
	}
	for n := range sealed {
		if _, err := r.Open(sealed[:n], "psn/1"); err == nil {
			t.Errorf("cut to %d bytes and not noticed", n)
		}
	}
	foreign, _, _ := testRing(t)
	if _, err := foreign.Open(sealed, "psn/1"); !errors.Is(err, ErrKey) {
		t.Errorf("another ring: %v", err)
	}
}

func TestWrongRingFiles(t *testing.T) {
	r, keyFile, ringFile := testRing(t)
	good, err := os.ReadFile(ringFile)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(good), "\n")
	short := fmt.Sprintf("data %x\n", r.master.Load().Seal([]byte("short"), ringPlace+"data"))
	for _, c := range []struct{ text, want string }{
		{"", "第 1 行不是"},
		{"yiheng-ring 2\n", "第 1 行不是"},
		{lines[0], "不完整"},
		{lines[0] + lines[1], "不完整"},
		{lines[0] + lines[2], "第 2 行不是一个数据密钥"},
		{lines[0] + lines[1] + lines[1], "第 3 行不是一个数据密钥"},
		{lines[0] + lines[1] + "data zz\n", "第 3 行不是一个数据密钥"},
		{lines[0] + lines[1] + "data " + strings.TrimPrefix(lines[1], "blind "), "第 3 行用现在的密钥文件打不开"},
		{lines[0] + lines[1] + short, "第 3 行的密钥长度不对"},
	} {
		if err := os.WriteFile(ringFile, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenRing(ringFile, r.master.Load())
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), ringFile) {
			t.Errorf("%q: %v, want %q and the path", c.text, err, c.want)
		}
	}
	if err := os.WriteFile(ringFile, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(keyFile); err != nil {
		t.Fatal(err)
	}
	k, err := OpenKey(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRing(ringFile, k); err == nil || !strings.Contains(err.Error(), "用现在的密钥文件打不开") {
		t.Errorf("with another key file: %v", err)
	}
	if err := os.Chmod(ringFile, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRing(ringFile, r.master.Load()); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("readable by others: %v", err)
	}
}

func TestRingConcurrency(t *testing.T) {
	_, keyFile, ringFile := testRing(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			r := openRing(t, keyFile, ringFile)
			for range 5 {
				sealed := r.Seal([]byte("a"), "psn/1")
				if err := r.Turn(); err != nil {
					t.Error(err)
				}
				wantPlain(t, openRing(t, keyFile, ringFile), sealed, "a")
			}
		})
	}
	all.Wait()
	if n := len(openRing(t, keyFile, ringFile).keys.Load().data); n != 21 {
		t.Errorf("%d data keys, want 21: turns were lost", n)
	}
}

// A process is killed, at one moment after the other, while it turns the ring and
// the master: what was sealed before always opens.
func TestKilledWhileTurning(t *testing.T) {
	if home := os.Getenv("SEAL_TEST_HOME"); home != "" {
		for {
			r := openRing(t, filepath.Join(home, "seal.key"), filepath.Join(home, "data.keys"))
			if err := errors.Join(r.Turn(), AddSecret(filepath.Join(home, "seal.key"))); err != nil {
				t.Fatal(err)
			}
		}
	}
	r, keyFile, ringFile := testRing(t)
	sealed := r.Seal([]byte("kept"), "psn/1")
	for i := range 4 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(100+37*i)*time.Millisecond)
		child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestKilledWhileTurning$")
		child.Env = append(os.Environ(), "SEAL_TEST_HOME="+filepath.Dir(keyFile))
		out, err := child.CombinedOutput()
		cancel()
		if err == nil || child.ProcessState.Exited() {
			t.Fatalf("the child was not killed: %v\n%s", err, out)
		}
		wantPlain(t, openRing(t, keyFile, ringFile), sealed, "kept")
	}
}

func FuzzParseRing(f *testing.F) {
	k, err := newKey([][]byte{bytes.Repeat([]byte{7}, secretSize)})
	if err != nil {
		f.Fatal(err)
	}
	first, err := newSecret(bytes.Repeat([]byte{8}, secretSize), "yiheng data 1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.writeRing(&ringKeys{blind: k.blindKey(), data: []secret{first}}))
	f.Add([]byte(ringTitle + "\nblind 01\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, err := parseRing(text, k)
		if err == nil && (keys.blind == nil || len(keys.data) == 0) {
			t.Error("an incomplete ring was read")
		}
	})
}
