package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

func testKey(t testing.TB) *Key {
	t.Helper()
	k, err := OpenKey(filepath.Join(t.TempDir(), "seal.key"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealOpen(t *testing.T) {
	k := testKey(t)
	for _, plain := range []string{"", "张三", strings.Repeat("住址", 4000)} {
		a, b := k.Seal([]byte(plain), "psn/1"), k.Seal([]byte(plain), "psn/1")
		if bytes.Equal(a, b) {
			t.Error("one value sealed twice looks the same")
		}
		if len(plain) > 0 && bytes.Contains(a, []byte(plain)) {
			t.Error("the plain value is in the sealed one")
		}
		got, err := k.Open(a, "psn/1")
		if err != nil || string(got) != plain {
			t.Errorf("Open gave %q, %v", got, err)
		}
	}
}

func TestTampering(t *testing.T) {
	k := testKey(t)
	sealed := k.Seal([]byte("330402199001011234"), "psn/1")
	for i := range sealed {
		altered := bytes.Clone(sealed)
		altered[i] ^= 1
		if _, err := k.Open(altered, "psn/1"); err == nil {
			t.Errorf("byte %d altered and not noticed", i)
		}
	}
	for n := range sealed {
		if _, err := k.Open(sealed[:n], "psn/1"); err == nil {
			t.Errorf("cut to %d bytes and not noticed", n)
		}
	}
	if _, err := k.Open(sealed, "psn/2"); !errors.Is(err, ErrTampered) {
		t.Errorf("moved to another person: %v", err)
	}
	if _, err := testKey(t).Open(sealed, "psn/1"); !errors.Is(err, ErrKey) {
		t.Errorf("another key: %v", err)
	}
}

func TestBlind(t *testing.T) {
	k := testKey(t)
	a := k.Blind("certno", "330402199001011234")
	if !bytes.Equal(a, k.Blind("certno", "330402199001011234")) || len(a) != blindSize {
		t.Error("equal values differ")
	}
	for _, other := range [][]byte{
		k.Blind("certno", "330402199001011235"), k.Blind("tel", "330402199001011234"),
		k.Blind("certno3", "30402199001011234"), testKey(t).Blind("certno", "330402199001011234"),
	} {
		if bytes.Equal(a, other) {
			t.Error("different values are equal")
		}
	}
}

// TestStandards runs the examples of the standards: GB/T 32907 A.1 and GB/T 32905 A.1.
func TestStandards(t *testing.T) {
	unhex := func(s string) []byte {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	block, err := sm4.NewCipher(unhex("0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, sm4.BlockSize)
	block.Encrypt(out, unhex("0123456789abcdeffedcba9876543210"))
	if want := "681edf34d206965e86b3e94f536e4246"; hex.EncodeToString(out) != want {
		t.Errorf("SM4 gives %x, want %s", out, want)
	}
	sum := sm3.Sum([]byte("abc"))
	if want := "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"; hex.EncodeToString(sum[:]) != want {
		t.Errorf("SM3 gives %x, want %s", sum, want)
	}
}

// What the first version sealed, with the secret of 32 bytes 07.
const (
	formatSealed = "01a87bb8b700c93e77327fcc49758f3a14469f3796efafbf291e27ef1699113f2af2f32178f345"
	formatBlind  = "2800d095455ef6144ff67c4197967378"
)

func TestFormatStays(t *testing.T) {
	raw := bytes.Repeat([]byte{7}, secretSize)
	k, err := newKey([][]byte{raw})
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := hex.DecodeString(formatSealed)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := k.Open(sealed, "psn/1"); err != nil || string(plain) != "张三" {
		t.Errorf("a value sealed by an earlier version opens as %q, %v", plain, err)
	}
	if got := hex.EncodeToString(k.Blind("certno", "1")); got != formatBlind {
		t.Errorf("blind index is %s, was %s: look-ups in existing homes would find nothing", got, formatBlind)
	}
}

func TestNewSecretKeepsOldValues(t *testing.T) {
	old, fresh := bytes.Repeat([]byte{1}, secretSize), bytes.Repeat([]byte{2}, secretSize)
	before, err := newKey([][]byte{old})
	if err != nil {
		t.Fatal(err)
	}
	after, err := newKey([][]byte{old, fresh})
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := after.Open(before.Seal([]byte("a"), ""), ""); err != nil || string(plain) != "a" {
		t.Errorf("old value: %q, %v", plain, err)
	}
	if _, err := before.Open(after.Seal([]byte("a"), ""), ""); !errors.Is(err, ErrKey) {
		t.Errorf("new value with the old file: %v", err)
	}
	if !bytes.Equal(before.Blind("p", "v"), after.Blind("p", "v")) || before.ID() != after.ID() {
		t.Error("a new secret changes blind indexes or the id")
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seal.key")
	k, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	sealed := k.Seal([]byte("a"), "")
	again, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Open(sealed, ""); err != nil || string(plain) != "a" {
		t.Errorf("after opening the file again: %q, %v", plain, err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o660, 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
}

func TestWrongKeyFiles(t *testing.T) {
	secret := strings.Repeat("ab", secretSize)
	for _, c := range []struct{ text, want string }{
		{"", "是空的"},
		{"\n\n", "是空的"},
		{title + "\n", "中没有密钥"},
		{"-----BEGIN PRIVATE KEY-----\n", "第 1 行不是"},
		{"yiheng-key 2\n" + secret + "\n", "格式比本程序新"},
		{title + "\n" + secret[1:] + "\n", "第 2 行不是 64 位十六进制密钥"},
		{title + "\n" + secret + "\n" + secret + "00\n", "第 3 行不是"},
		{title + "\n" + secret[2:] + "zz\n", "第 2 行不是"},
	} {
		path := filepath.Join(t.TempDir(), "seal.key")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenKey(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v, want %q and the path", c.text, err, c.want)
		}
	}
	if _, err := OpenKey(t.TempDir()); err == nil || !strings.Contains(err.Error(), "不是普通文件") {
		t.Errorf("a folder: %v", err)
	}
	if _, err := OpenKey(filepath.Join(t.TempDir(), "none", "seal.key")); err == nil || !strings.Contains(err.Error(), "无法创建密钥文件") {
		t.Errorf("no folder: %v", err)
	}
}

func TestConcurrency(t *testing.T) {
	path := filepath.Join(t.TempDir(), "seal.key")
	var all sync.WaitGroup
	ids := make([]uint32, 8)
	for g := range ids {
		all.Go(func() {
			k, err := OpenKey(path)
			if err != nil {
				t.Error(err)
				return
			}
			ids[g] = k.ID()
			for i := range 200 {
				place := fmt.Sprintf("psn/%d", i)
				plain, err := k.Open(k.Seal([]byte(place), place), place)
				if err != nil || string(plain) != place {
					t.Errorf("%q, %v", plain, err)
				}
				if !bytes.Equal(k.Blind("p", place), k.Blind("p", place)) {
					t.Error("blind indexes differ")
				}
			}
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatal("two processes that created the key file at once hold different keys")
		}
	}
}

func FuzzParseKeyFile(f *testing.F) {
	f.Add([]byte(title + "\n" + strings.Repeat("0", 64) + "\n"))
	f.Add([]byte("\x00\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if secrets, err := parseKeyFile(text); err == nil {
			if _, err := newKey(secrets); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	k := testKey(f)
	f.Add(k.Seal([]byte("a"), ""))
	f.Add([]byte{format})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		if plain, err := k.Open(sealed, ""); err == nil && !bytes.Equal(plain, []byte("a")) {
			t.Errorf("%x opens as %q", sealed, plain)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k := testKey(b)
	plain := []byte(`{"psn_name":"张三","certno":"330402199001011234"}`)
	for b.Loop() {
		k.Seal(plain, "psn/1")
	}
}

func BenchmarkBlind(b *testing.B) {
	k := testKey(b)
	for b.Loop() {
		k.Blind("certno", "330402199001011234")
	}
}
