package journal

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"yiheng/ground/seal"
)

// Checkpoint says what the journal was at an instant: its first Size entries have
// the root Root. Signed, it is a note (c2sp.org/signed-note) that holds a checkpoint
// (c2sp.org/tlog-checkpoint) with the instant as its extension line:
//
//	yiheng.journal/4f1c9a2b
//	17
//	<root, base64>
//	2026-01-02T03:04:05.678901Z
//
//	— yiheng.journal/4f1c9a2b <key id and signature, base64>
type Checkpoint struct {
	Size int64
	Root tlog.Hash
	At   time.Time
}

var (
	// ErrFormat is wrapped by errors of texts that are no checkpoint or no proof.
	ErrFormat = errors.New("格式不对")
	// ErrSignature is wrapped by errors of a checkpoint that nobody we trust signed.
	ErrSignature = errors.New("签名无效")
)

// format writes the text that is signed.
func (c Checkpoint) format(origin string) string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n", origin, c.Size, c.Root, c.At.UTC().Format(time.RFC3339Nano))
}

// sign returns the signed note.
func (c Checkpoint) sign(keys []seal.PublicKey, signer *seal.Signer) (string, error) {
	return signText(c.format(origin(keys)), keys, signer)
}

func signText(text string, keys []seal.PublicKey, signer *seal.Signer) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, noteSigner{noteKey{origin(keys), signer.Public()}, signer})
	return string(signed), err
}

// ReadCheckpoint reads a signed checkpoint and checks that one of the keys, the
// oldest first, signed it. Its error wraps ErrFormat or ErrSignature.
func ReadCheckpoint(text string, keys []seal.PublicKey) (Checkpoint, error) {
	name := origin(keys)
	verifiers := make([]note.Verifier, len(keys))
	for i, key := range keys {
		verifiers[i] = noteKey{name, key}
	}
	signed, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	var invalid *note.InvalidSignatureError
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &invalid):
		return Checkpoint{}, fmt.Errorf("检查点%w：内容或签名被改动", ErrSignature)
	case errors.As(err, &unknown):
		return Checkpoint{}, fmt.Errorf("检查点%w：不是这把密钥签的（%s）", ErrSignature, signers(unknown.Note))
	case err != nil:
		return Checkpoint{}, fmt.Errorf("检查点%w：%w", ErrFormat, err)
	}
	c, err := parseCheckpoint(signed.Text, name)
	if err == nil && (c.format(name) != signed.Text || !strict(signed.Sigs)) {
		err = errors.New("不是规范写法")
	}
	if err != nil {
		return Checkpoint{}, fmt.Errorf("检查点%w：%w", ErrFormat, err)
	}
	return c, nil
}

// strict refuses a second way to write the same signature: bits that base64 leaves over.
func strict(signatures []note.Signature) bool {
	return !slices.ContainsFunc(signatures, func(s note.Signature) bool {
		_, err := base64.StdEncoding.Strict().DecodeString(s.Base64)
		return err != nil
	})
}

func parseCheckpoint(text, name string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 5 {
		return c, fmt.Errorf("有 %d 行，应有 4 行", len(lines)-1)
	}
	if lines[0] != name {
		return c, fmt.Errorf("是另一份日志（%s）的，不是 %s", lines[0], name)
	}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 1 || c.Size > most {
		return c, fmt.Errorf("条数 %q 不对", lines[1])
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, fmt.Errorf("根哈希 %q 不是 32 字节的 base64", lines[2])
	}
	if c.At, err = time.Parse(time.RFC3339Nano, lines[3]); err != nil {
		return c, fmt.Errorf("时间 %q 不认识", lines[3])
	}
	return c, nil
}

// origin names a journal by its oldest key: "none" without keys.
func origin(keys []seal.PublicKey) string {
	if len(keys) == 0 {
		return "none"
	}
	sum := sha256.Sum256([]byte(keys[0]))
	return fmt.Sprintf("yiheng.journal/%x", sum[:4])
}

func signers(n *note.Note) string {
	var names []string
	for _, s := range n.UnverifiedSigs {
		names = append(names, s.Name)
	}
	return strings.Join(names, "、")
}

// noteKey is a note.Verifier of SM2 signatures.
type noteKey struct {
	name string
	seal.PublicKey
}

func (k noteKey) Name() string { return k.name }

// KeyHash is made as signed-note says for algorithms without a number: 0xff and a name.
func (k noteKey) KeyHash() uint32 {
	sum := sha256.Sum256([]byte(k.name + "\n\xffSM2-with-SM3\n" + string(k.PublicKey)))
	return binary.BigEndian.Uint32(sum[:])
}

// noteSigner is a note.Signer of SM2 signatures.
type noteSigner struct {
	noteKey
	signer *seal.Signer
}

func (s noteSigner) Sign(message []byte) ([]byte, error) { return s.signer.Sign(message) }
