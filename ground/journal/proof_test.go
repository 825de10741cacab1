package journal

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
	"yiheng/ground/seal"
)

// grown is a tree in memory with all its nodes.
type grown struct {
	edge
	nodes []tlog.Hash
	texts []string
}

func (g *grown) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		hashes[i] = g.nodes[at]
	}
	return hashes, nil
}

func (g *grown) grow(n int) {
	for range n {
		e := Entry{N: g.n, At: time.Unix(g.n, 0).UTC(), Actor: "U1", Act: "test", Reason: fmt.Sprint(rand.Uint64())}
		text, _ := compact(e)
		g.texts = append(g.texts, string(text))
		g.nodes = append(g.nodes, g.add(tlog.RecordHash(text))...)
	}
}

// TestEdge holds our growing tree against tlog's.
func TestEdge(t *testing.T) {
	var g grown
	for n := int64(1); n <= 300; n++ {
		g.grow(1)
		if int64(len(g.nodes)) != tlog.StoredHashCount(n) {
			t.Fatalf("%d nodes of %d entries", len(g.nodes), n)
		}
		root, err := tlog.TreeHash(n, &g)
		if err != nil || root != g.root() {
			t.Fatalf("%d entries: another root, %v", n, err)
		}
	}
}

// signerOf makes a key of its own.
func signerOf(t testing.TB) ([]seal.PublicKey, *seal.Signer) {
	t.Helper()
	key, err := seal.OpenKey(t.TempDir() + "/journal.key")
	if err != nil {
		t.Fatal(err)
	}
	return key.Publics(purpose), key.Signer(purpose)
}

// files makes a proof of an entry and one of consistency in a tree of size n.
func (g *grown) files(t testing.TB, keys []seal.PublicKey, signer *seal.Signer, entry, older, n int64) (inclusion, consistency string) {
	t.Helper()
	signed := func(size int64) string {
		root, err := tlog.TreeHash(size, g)
		if err != nil {
			t.Fatal(err)
		}
		text, err := Checkpoint{size, root, time.Unix(size, 0)}.sign(keys, signer)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	path, err := tlog.ProveRecord(n, entry, g)
	if err != nil {
		t.Fatal(err)
	}
	between, err := tlog.ProveTree(n, older, g)
	if err != nil {
		t.Fatal(err)
	}
	return string(entryFile(g.texts[entry], entry, path, signed(n))),
		string(proofFile(consistencyProof, between, signed(older)+"\n"+signed(n)))
}

// Every proof of a true statement holds; no proof of one says anything else after
// a change of any byte.
func TestProofs(t *testing.T) {
	keys, signer := signerOf(t)
	var g grown
	g.grow(200)
	for range 150 {
		n := 1 + rand.Int64N(200)
		entry, older := rand.Int64N(n), 1+rand.Int64N(n)
		inclusion, consistency := g.files(t, keys, signer, entry, older, n)
		p, err := CheckProof([]byte(inclusion), keys)
		if err != nil || p.Entry == nil || p.Entry.N != entry || p.New.Size != n {
			t.Fatalf("entry %d of %d: %+v, %v", entry, n, p, err)
		}
		p, err = CheckProof([]byte(consistency), keys)
		if err != nil || p.Entry != nil || p.Old.Size != older || p.New.Size != n {
			t.Fatalf("%d of %d: %+v, %v", older, n, p, err)
		}
		for _, text := range []string{inclusion, consistency} {
			altered := []byte(text)
			altered[rand.IntN(len(altered))] ^= 1 << rand.IntN(8)
			if _, err := CheckProof(altered, keys); err == nil {
				t.Errorf("altered and not noticed:\n%s", altered)
			}
		}
	}
}

// TestEveryByteOfProofs alters every byte of both kinds of proof.
func TestEveryByteOfProofs(t *testing.T) {
	keys, signer := signerOf(t)
	var g grown
	g.grow(11)
	inclusion, consistency := g.files(t, keys, signer, 3, 6, 11)
	for _, text := range []string{inclusion, consistency} {
		for i := range text {
			altered := []byte(text)
			altered[i] ^= 1
			_, err := CheckProof(altered, keys)
			if !errors.Is(err, ErrFormat) && !errors.Is(err, ErrSignature) && !errors.Is(err, ErrProof) {
				t.Errorf("byte %d altered: %v", i, err)
			}
		}
	}
}

func TestWrongProofs(t *testing.T) {
	keys, signer := signerOf(t)
	others, other := signerOf(t)
	var g, h grown
	g.grow(9)
	h.grow(12)
	inclusion, consistency := g.files(t, keys, signer, 3, 6, 9)
	foreign, _ := g.files(t, others, other, 3, 6, 9)
	_, signed, _ := strings.Cut(inclusion, "\n\n")
	_, anotherLog := h.files(t, keys, signer, 3, 6, 12)
	swap := func(text, old, now string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("no %q in %q", old, text)
		}
		return strings.Replace(text, old, now, 1)
	}
	head := func(text string) string { before, _, _ := strings.Cut(text, "\n\n"); return before + "\n\n" }
	tail := func(text string) string { _, after, _ := strings.Cut(text, "\n\n"); return after }
	for name, c := range map[string]struct {
		text string
		kind error
		want string
	}{
		"nothing":                   {"", ErrFormat, "没有空行"},
		"a checkpoint":              {signed, ErrFormat, "第 1 行既不是"},
		"another version":           {swap(inclusion, "@v1", "@v2"), ErrFormat, "第 1 行既不是"},
		"no index":                  {swap(inclusion, "index 3\n", ""), ErrFormat, "第 3 行不是 index"},
		"no extra":                  {entryProof + "\nindex 3\n" + tail(inclusion), ErrFormat, "extra"},
		"a negative index":          {swap(inclusion, "index 3", "index -3"), ErrFormat, "第 3 行"},
		"an index with a zero":      {swap(inclusion, "index 3", "index 03"), ErrFormat, "第 3 行"},
		"another entry":             {swap(inclusion, "index 3", "index 4"), ErrProof, "不是这一条"},
		"beyond the tree":           {swap(inclusion, "index 3", "index 9"), ErrProof, "不是这一条"},
		"a hash that is none":       {swap(inclusion, "index 3\n", "index 3\nAAAA\n"), ErrFormat, "第 4 行不是 32 字节"},
		"a hash too many":           {swap(inclusion, "index 3\n", "index 3\n"+tlog.Hash{}.String()+"\n"), ErrProof, "不是这一条"},
		"far too many hashes":       {swap(inclusion, "index 3\n", "index 3\n"+strings.Repeat(tlog.Hash{}.String()+"\n", 200)), ErrFormat, "最多 130"},
		"far too long":              {strings.Repeat("x", largestProof+1), ErrFormat, "超过"},
		"another key":               {foreign, ErrSignature, "不是这把密钥签的"},
		"a larger tree":             {swap(inclusion, "\n9\n", "\n10\n"), ErrSignature, "内容或签名被改动"},
		"no checkpoint":             {head(inclusion), ErrFormat, "检查点格式不对"},
		"one checkpoint of two":     {head(consistency) + signed, ErrFormat, "两个检查点"},
		"the beginning of another":  {head(anotherLog) + tail(consistency), ErrProof, "被改写过"},
		"the two in wrong order":    {reverse(consistency), ErrProof, "被改写过"},
		"old checkpoint is no note": {head(consistency) + "a\n\nb\n\n" + signed, ErrFormat, "旧检查点"},
	} {
		_, err := CheckProof([]byte(c.text), keys)
		if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// reverse exchanges the two checkpoints of a proof of consistency.
func reverse(consistency string) string {
	parts := strings.SplitAfter(consistency, "\n\n")
	return parts[0] + parts[3] + parts[4] + "\n" + parts[1] + strings.TrimSuffix(parts[2], "\n")
}

func TestWrongCheckpoints(t *testing.T) {
	keys, signer := signerOf(t)
	name := origin(keys)
	sign := func(text string) string {
		signed, err := signText(text, keys, signer)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	root := tlog.Hash{7}.String()
	for text, want := range map[string]string{
		sign("yiheng.journal/00000000\n3\n" + root + "\n2026-01-02T03:04:05Z\n"):   "是另一份日志",
		sign(name + "\n0\n" + root + "\n2026-01-02T03:04:05Z\n"):                   `条数 "0" 不对`,
		sign(name + "\n9223372036854775807\n" + root + "\n2026-01-02T03:04:05Z\n"): "条数",

		sign(name + "\n03\n" + root + "\n2026-01-02T03:04:05Z\n"):      "不是规范写法",
		sign(name + "\n3\n" + root + "\n2026-01-02T03:04:05+08:00\n"):  "不是规范写法",
		sign(name + "\n3\nAAAA\n2026-01-02T03:04:05Z\n"):               "根哈希",
		sign(name + "\n3\n" + root + "\nyesterday\n"):                  "时间",
		sign(name + "\n3\n" + root + "\n"):                             "应有 4 行",
		sign(name + "\n3\n" + root + "\n2026-01-02T03:04:05Z\nmore\n"): "应有 4 行",
		"": "malformed note",
	} {
		if _, err := ReadCheckpoint(text, keys); !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	if _, err := ReadCheckpoint(sign(name+"\n3\n"+root+"\n2026-01-02T03:04:05Z\n"), nil); !errors.Is(err, ErrSignature) {
		t.Errorf("without keys: %v", err)
	}
}

// What the first version signed, with the secret of 32 bytes 5a.
const firstCheckpoint = `yiheng.journal/81824cfd
3
BwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
1970-01-01T00:00:01Z

— yiheng.journal/81824cfd X6X6oDBFAiAus/hUrBeZ+dpeNO5px30xT7Jx3fuvalN4Hcf6YlHjZQIhAP3abMVinsBfxqAKBdL5NcsnBXBAvXd9KPjhxGstNl+s
`

func TestCheckpointsStay(t *testing.T) {
	path := t.TempDir() + "/journal.key"
	if err := os.WriteFile(path, []byte("yiheng-key 1\n"+strings.Repeat("5a", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := seal.OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ReadCheckpoint(firstCheckpoint, key.Publics(purpose))
	if err != nil || c.Size != 3 || c.Root != (tlog.Hash{7}) || !c.At.Equal(time.Unix(1, 0)) {
		t.Errorf("%+v, %v", c, err)
	}
}

// The proofs that a database gives hold; an altered one gives none.
func TestProveFromDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		if _, err := ProveEntry(ctx, d, o.keys, 0); err == nil || !strings.Contains(err.Error(), "还没有检查点") {
			t.Errorf("of nothing: %v", err)
		}
		o.fill(t, 5)
		older := o.sign(t)
		o.fill(t, 8)
		o.sign(t)
		o.fill(t, 1)
		for n := range int64(13) {
			text, err := ProveEntry(ctx, d, o.keys, n)
			if err != nil {
				t.Fatal(err)
			}
			if p, err := CheckProof(text, o.keys); err != nil || p.Entry.N != n || p.Entry.Act != "thing.decide" {
				t.Errorf("%+v, %v", p, err)
			}
		}
		if _, err := ProveEntry(ctx, d, o.keys, 13); err == nil || !strings.Contains(err.Error(), "尚无检查点覆盖") {
			t.Errorf("not signed yet: %v", err)
		}
		text, err := ProveConsistency(ctx, d, o.keys, older)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := CheckProof(text, o.keys); err != nil || p.Old.Size != 5 || p.New.Size != 13 {
			t.Errorf("%+v, %v", p, err)
		}
		o.undone(t, func(tx *db.Tx) {
			o.run(t, tx, "UPDATE journal_entry SET text = replace(text, '充分', '不足') WHERE n = 2")
			if _, err := ProveEntry(ctx, tx, o.keys, 2); !errors.Is(err, ErrProof) || !strings.Contains(err.Error(), "yiheng verify") {
				t.Errorf("an altered entry: %v", err)
			}
			o.rebuild(t, tx)
			if _, err := ProveConsistency(ctx, tx, o.keys, older); !errors.Is(err, ErrProof) {
				t.Errorf("a tree made anew: %v", err)
			}
		})
	})
}

func FuzzCheckProof(f *testing.F) {
	keys, signer := signerOf(f)
	var g grown
	g.grow(11)
	inclusion, consistency := g.files(f, keys, signer, 3, 6, 11)
	f.Add(inclusion)
	f.Add(consistency)
	f.Add(entryProof + "\nextra \nindex 0\n\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := CheckProof([]byte(text), keys)
		switch {
		case err == nil && text != inclusion && text != consistency:
			t.Errorf("a proof that nobody made: %+v", p)
		case err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrSignature) && !errors.Is(err, ErrProof):
			t.Errorf("an error without a kind: %v", err)
		}
	})
}

func FuzzReadCheckpoint(f *testing.F) {
	keys, signer := signerOf(f)
	signed, err := Checkpoint{3, tlog.Hash{7}, time.Unix(1, 0)}.sign(keys, signer)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add("a\n\n— a AAAAAAAA\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ReadCheckpoint(text, keys)
		switch {
		case err == nil && (c.Size != 3 || c.Root != tlog.Hash{7}):
			t.Errorf("a checkpoint that nobody signed: %+v", c)
		case err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrSignature):
			t.Errorf("an error without a kind: %v", err)
		}
		if c, err := parseCheckpoint(text, "a"); err == nil && c.Size < 1 {
			t.Errorf("%+v", c)
		}
	})
}
