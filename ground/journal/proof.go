package journal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"yiheng/ground/db"
	"yiheng/ground/seal"
)

// The first lines of proof files. A proof of an entry is a c2sp.org/tlog-proof whose
// extra data is the entry's text, which is the leaf; a proof of consistency is laid
// out alike:
//
//	yiheng-consistency 1
//	<hashes of RFC 6962 section 2.1.2, base64, one a line>
//
//	<the older checkpoint>
//
//	<the newer checkpoint>
const (
	entryProof       = "c2sp.org/tlog-proof@v1"
	consistencyProof = "yiheng-consistency 1"
)

const (
	largestProof = 8 << 20 // bytes: an entry of maxRows rows
	mostHashes   = 130     // more than any tree of 2⁶³ leaves asks for
)

// ErrProof is wrapped by the error of CheckProof for a well-formed proof that does
// not hold.
var ErrProof = errors.New("证明不成立")

// Proof is what a proof file proves: that Entry is in the journal that New signed,
// or, when Entry is nil, that the journal that Old signed is the beginning of it.
type Proof struct {
	Entry    *Entry
	Old, New Checkpoint
}

// ProveEntry returns the proof file of an entry under the last checkpoint.
func ProveEntry(ctx context.Context, from db.Reader, keys []seal.PublicKey, n int64) ([]byte, error) {
	last, text, err := lastSigned(ctx, from, keys)
	if err != nil {
		return nil, err
	}
	tree, err := readTree(ctx, from)
	if err != nil {
		return nil, err
	}
	var rows []entryRow
	if err := from.NewSelect().Model(&rows).Where("n = ?", n).Scan(ctx); err != nil {
		return nil, err
	}
	switch {
	case len(rows) == 0:
		return nil, fmt.Errorf("日志没有条目 %d", n)
	case n >= last.Size:
		return nil, fmt.Errorf("条目 %d 尚无检查点覆盖（签到 %d 条）：请先运行 yiheng verify --checkpoint", n, last.Size)
	}
	hashes, err := tlog.ProveRecord(last.Size, n, tree)
	if err != nil {
		return nil, err
	}
	return proven(entryFile(rows[0].Text, n, hashes, text), keys)
}

// ProveConsistency returns the proof file that an older signed checkpoint is of the
// beginning of the journal under the last one. Its error wraps ErrProof when it is not.
func ProveConsistency(ctx context.Context, from db.Reader, keys []seal.PublicKey, older string) ([]byte, error) {
	old, err := ReadCheckpoint(older, keys)
	if err != nil {
		return nil, err
	}
	last, text, err := lastSigned(ctx, from, keys)
	if err != nil {
		return nil, err
	}
	if old.Size > last.Size {
		return nil, fmt.Errorf("%w：旧检查点签了 %d 条，日志现在只签到 %d 条：被截断或回退", ErrProof, old.Size, last.Size)
	}
	tree, err := readTree(ctx, from)
	if err != nil {
		return nil, err
	}
	hashes, err := tlog.ProveTree(last.Size, old.Size, tree)
	if err != nil {
		return nil, err
	}
	return proven(proofFile(consistencyProof, hashes, older+"\n"+text), keys)
}

func lastSigned(ctx context.Context, from db.Reader, keys []seal.PublicKey) (Checkpoint, string, error) {
	row, err := lastCheckpoint(ctx, from)
	if err != nil {
		return Checkpoint{}, "", err
	}
	if row.Note == "" {
		return Checkpoint{}, "", errors.New("日志还没有检查点：请先运行 yiheng verify --checkpoint")
	}
	c, err := ReadCheckpoint(row.Note, keys)
	return c, row.Note, err
}

func entryFile(leaf string, n int64, hashes []tlog.Hash, signed string) []byte {
	head := fmt.Sprintf("%s\nextra %s\nindex %d", entryProof, base64.StdEncoding.EncodeToString([]byte(leaf)), n)
	return proofFile(head, hashes, signed)
}

func proofFile(head string, hashes []tlog.Hash, tail string) []byte {
	var out strings.Builder
	out.WriteString(head + "\n")
	for _, hash := range hashes {
		out.WriteString(hash.String() + "\n")
	}
	out.WriteString("\n" + tail)
	return []byte(out.String())
}

// proven gives a proof out only when it convinces: an altered database gives none.
func proven(text []byte, keys []seal.PublicKey) ([]byte, error) {
	if _, err := CheckProof(text, keys); err != nil {
		return nil, fmt.Errorf("由现在的日志得不出证明，请运行 yiheng verify 核对：%w", err)
	}
	return text, nil
}

// CheckProof checks a proof file with nothing but the public keys of the journal,
// the oldest first. Its error wraps ErrFormat, ErrSignature or ErrProof.
func CheckProof(text []byte, keys []seal.PublicKey) (*Proof, error) {
	if len(text) > largestProof {
		return nil, fmt.Errorf("证明文件%w：超过 %d 字节", ErrFormat, largestProof)
	}
	head, tail, ok := strings.Cut(string(text), "\n\n")
	lines := strings.Split(head, "\n")
	switch {
	case !ok:
		return nil, fmt.Errorf("证明文件%w：没有空行", ErrFormat)
	case lines[0] == entryProof:
		return checkEntry(lines[1:], tail, keys)
	case lines[0] == consistencyProof:
		return checkConsistency(lines[1:], tail, keys)
	}
	return nil, fmt.Errorf("证明文件%w：第 1 行既不是 %s 也不是 %s", ErrFormat, entryProof, consistencyProof)
}

func checkEntry(lines []string, tail string, keys []seal.PublicKey) (*Proof, error) {
	if len(lines) < 2 {
		return nil, fmt.Errorf("证明文件%w：缺 extra 行或 index 行", ErrFormat)
	}
	extra, ok := strings.CutPrefix(lines[0], "extra ")
	leaf, err := base64.StdEncoding.DecodeString(extra)
	if !ok || err != nil || base64.StdEncoding.EncodeToString(leaf) != extra {
		return nil, fmt.Errorf("证明文件%w：第 2 行不是 extra 和 base64", ErrFormat)
	}
	index, ok := strings.CutPrefix(lines[1], "index ")
	n, err := strconv.ParseInt(index, 10, 64)
	if !ok || err != nil || n < 0 || strconv.FormatInt(n, 10) != index {
		return nil, fmt.Errorf("证明文件%w：第 3 行不是 index 和条目序号", ErrFormat)
	}
	hashes, err := parseHashes(lines[2:], 4)
	if err != nil {
		return nil, err
	}
	signed, err := ReadCheckpoint(tail, keys)
	if err != nil {
		return nil, err
	}
	if err := tlog.CheckRecord(hashes, signed.Size, signed.Root, n, tlog.RecordHash(leaf)); err != nil {
		return nil, fmt.Errorf("%w：检查点所签的日志的条目 %d 不是这一条", ErrProof, n)
	}
	entry, err := parseEntry(string(leaf))
	if err != nil || entry.N != n {
		return nil, fmt.Errorf("%w：条目的内容不是条目 %d", ErrProof, n)
	}
	return &Proof{Entry: entry, New: signed}, nil
}

func checkConsistency(lines []string, tail string, keys []seal.PublicKey) (*Proof, error) {
	hashes, err := parseHashes(lines, 2)
	if err != nil {
		return nil, err
	}
	// A checkpoint is a text and its signatures with a blank line between.
	parts := strings.SplitAfter(tail, "\n\n")
	if len(parts) != 4 {
		return nil, fmt.Errorf("证明文件%w：应有两个检查点，以空行相隔", ErrFormat)
	}
	old, err := ReadCheckpoint(strings.TrimSuffix(parts[0]+parts[1], "\n"), keys)
	if err != nil {
		return nil, fmt.Errorf("旧%w", err)
	}
	signed, err := ReadCheckpoint(parts[2]+parts[3], keys)
	if err != nil {
		return nil, fmt.Errorf("新%w", err)
	}
	if err := tlog.CheckTree(hashes, signed.Size, signed.Root, old.Size, old.Root); err != nil {
		return nil, fmt.Errorf("%w：前 %d 条的日志不是 %d 条的日志的开头，其间被改写过", ErrProof, old.Size, signed.Size)
	}
	return &Proof{Old: old, New: signed}, nil
}

// parseHashes reads one hash a line; first is the number of the first line.
func parseHashes(lines []string, first int) (hashes []tlog.Hash, err error) {
	if len(lines) > mostHashes {
		return nil, fmt.Errorf("证明文件%w：有 %d 个哈希，最多 %d", ErrFormat, len(lines), mostHashes)
	}
	for i, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil || hash.String() != line {
			return nil, fmt.Errorf("证明文件%w：第 %d 行不是 32 字节的 base64", ErrFormat, first+i)
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}
