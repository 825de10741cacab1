package knowledge

import (
	"strings"
)

// texts makes strings of fields: those that repeat are kept once, those that do not
// lie side by side in large blocks.
type texts struct {
	seen  map[string]string
	block strings.Builder
}

const blockSize = 256 << 10

func newTexts() *texts { return &texts{seen: make(map[string]string)} }

// own returns f as a string in the current block.
func (t *texts) own(f []byte) string {
	if len(f) == 0 {
		return ""
	}
	if t.block.Cap()-t.block.Len() < len(f) {
		t.block = strings.Builder{}
		t.block.Grow(max(blockSize, len(f)))
	}
	n := t.block.Len()
	t.block.Write(f)
	return t.block.String()[n:]
}

// once returns f as a string that all equal fields share.
func (t *texts) once(f []byte) string {
	if s, ok := t.seen[string(f)]; ok {
		return s
	}
	s := t.own(f)
	t.seen[s] = s
	return s
}

// plain reads the columns that need no parsing.
func (t *texts) plain(field func(int) []byte) Point {
	return Point{
		ID: t.own(field(colID)), RuleID: t.once(field(colRule)),
		Code: t.own(field(colCode)), OtherCode: t.once(field(colOther)),
		Supersedes: t.own(field(colSupersedes)), Region: t.once(field(colRegion)),
		Basis: t.once(field(colBasis)), Note: t.once(field(colNote)),
	}
}
