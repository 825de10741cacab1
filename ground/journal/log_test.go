package journal

import (
	"context"
	"encoding/base64"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

func TestKeyOfTheHome(t *testing.T) {
	o := open(t, dbtest.OpenSQLite(t))
	if _, err := Keys(t.TempDir()); !errors.Is(err, ErrNoKey) {
		t.Errorf("a home without a key: %v", err)
	}
	info, err := os.Stat(filepath.Join(o.home, keyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info, err)
	}
	text, err := os.ReadFile(filepath.Join(o.home, publicFile))
	if err != nil {
		t.Fatal(err)
	}
	if keys, err := seal.ParsePublicKeys(text); err != nil || len(keys) != 1 || keys[0] != o.keys[0] {
		t.Errorf("%q, %v", text, err)
	}
	o.fill(t, 3)
	o.sign(t)
	// Another home on the same database signs only with the same key.
	stranger, err := Open(ctx, o.db, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Checkpoint(ctx); !errors.Is(err, ErrSignature) || !strings.Contains(err.Error(), keyFile) {
		t.Errorf("another key: %v", err)
	}
}

func TestKeptCheckpointAltered(t *testing.T) {
	o := open(t, dbtest.OpenSQLite(t))
	o.fill(t, 3)
	good := o.sign(t)
	o.fill(t, 1)
	for text, want := range map[string]string{
		"rubbish": "检查点格式不对", strings.Replace(good, "\n3\n", "\n4\n", 1): "检查点签名无效",
	} {
		if err := os.WriteFile(filepath.Join(o.home, checkpointFile), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o.wantFirst(t, "home 中的"+want)
		if _, err := o.Checkpoint(ctx); err == nil || !strings.Contains(err.Error(), checkpointFile+"中的上一个"+want) {
			t.Errorf("signed: %v", err)
		}
	}
}

// TestOpenSSL lets another program check a signature, with the public key's file.
func TestOpenSSL(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Log("left out: there is no openssl here")
		return
	}
	o := open(t, dbtest.OpenSQLite(t))
	o.fill(t, 3)
	text, signature, _ := strings.Cut(o.sign(t), "\n\n")
	fields := strings.Fields(signature)
	raw, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil {
		t.Fatal(err)
	}
	verify := func(text string) ([]byte, error) {
		dir := t.TempDir()
		for name, content := range map[string]string{"text": text, "signature": string(raw[4:])} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return exec.Command(openssl, "pkeyutl", "-verify", "-pubin", "-inkey", filepath.Join(o.home, publicFile), "-rawin", "-digest", "sm3",
			"-pkeyopt", "distid:1234567812345678", "-in", filepath.Join(dir, "text"), "-sigfile", filepath.Join(dir, "signature")).CombinedOutput()
	}
	if out, err := verify(text + "\n"); err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if out, err := verify(text + "x\n"); err == nil {
		t.Errorf("another text: %s", out)
	}
}

func TestNewKeyGoesOn(t *testing.T) {
	o := open(t, dbtest.OpenSQLite(t))
	o.fill(t, 3)
	o.sign(t)
	path := filepath.Join(o.home, keyFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(text, []byte(strings.Repeat("5a", 32)+"\n")...), 0o600); err != nil {
		t.Fatal(err)
	}
	if o.Log, err = Open(ctx, o.db, o.home); err != nil {
		t.Fatal(err)
	}
	o.fill(t, 2)
	o.sign(t)
	o.wantClean(t, 5, 5)
}

func TestKeep(t *testing.T) {
	o := open(t, dbtest.OpenSQLite(t))
	running, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		o.Keep(running, time.Hour, func(err error) { t.Error(err) })
		close(done)
	}()
	o.fill(t, 3)
	stop()
	<-done
	o.wantClean(t, 3, 3)
}
