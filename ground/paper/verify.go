package paper

import (
	"bytes"
	"context"
	"encoding/base64"
	"regexp"
	"unicode/utf16"

	"yiheng/ground/db"
)

// Verification is what is known of a file that somebody brings.
type Verification struct {
	Genuine  bool   `json:"genuine"` // issued here, unchanged, signature right
	Void     bool   `json:"void"`    // genuine, but declared void since
	ID       string `json:"id,omitempty"`
	Document string `json:"document,omitempty"`
	Title    string `json:"title,omitempty"`
	Organ    string `json:"organ,omitempty"`
	Issued   string `json:"issued,omitempty"` // civil date
	SHA256   string `json:"sha256"`
	SM3      string `json:"sm3"`
	Text     string `json:"text"` // for people
}

// Verify says which paper a PDF is, and whether it is as it was issued.
func (p *Papers) Verify(ctx context.Context, from db.Reader, pdf []byte) (*Verification, error) {
	v := &Verification{}
	v.SHA256, v.SM3 = hashes(pdf)
	var found []*Paper
	if err := from.NewSelect().Model(&found).Where("sha256 = ?", v.SHA256).Order("id").Scan(ctx); err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return v, p.judgeStranger(ctx, from, pdf, v)
	}
	paper := found[0]
	paper.inUTC()
	v.ID, v.Document, v.Title, v.Organ, v.Issued = paper.ID, paper.Document, paper.Title, paper.OrganName, dateOf(paper.IssuedAt)
	signature, err := base64.StdEncoding.Strict().DecodeString(paper.Signature)
	signed := err == nil && signedBy(p.keys, []byte(paper.statement().String()), signature)
	switch {
	case v.SM3 != paper.SM3 || !signed:
		v.Text = "文件与登记的 SHA-256 相符，但登记的内容与签名不符：登记可能被改动，请用 yiheng verify 核对"
	case paper.State == Void:
		v.Genuine, v.Void = true, true
		v.Text = "文书是真的，但已于 " + dateOf(paper.VoidAt) + "作废"
	default:
		v.Genuine = true
		v.Text = "文书是真的：由" + paper.OrganName + "于 " + v.Issued + "出具，内容未被改动"
	}
	return v, nil
}

// judgeStranger says what a file is that was not issued here as it is.
func (p *Papers) judgeStranger(ctx context.Context, from db.Reader, pdf []byte, v *Verification) error {
	id := markIn(pdf)
	n, err := from.NewSelect().Model((*Paper)(nil)).Where("id = ?", id).Where("sha256 <> ''").Count(ctx)
	if err != nil {
		return err
	}
	if v.Text = "不是本系统出具的文书"; n > 0 {
		v.ID = id
		v.Text = "不是真的：文件自称是文书 " + id + "，但内容与出具时不符，已被改动"
	}
	return nil
}

var paperID = regexp.MustCompile(`^WS[0-9]{8,18}`)

// markIn returns the id of the paper that a PDF calls itself in its information, "" for
// none.
func markIn(pdf []byte) string {
	begin := []byte{'<', 'F', 'E', 'F', 'F'}
	for _, unit := range utf16.Encode([]rune(mark)) {
		const digits = "0123456789ABCDEF"
		for shift := 12; shift >= 0; shift -= 4 {
			begin = append(begin, digits[unit>>shift&15])
		}
	}
	_, rest, ok := bytes.Cut(bytes.ToUpper(pdf), begin)
	if !ok {
		return ""
	}
	var id []byte
	for len(rest) >= 4 && rest[0] == '0' && rest[1] == '0' && len(id) < 20 {
		var unit byte
		for _, c := range rest[2:4] {
			digit := bytes.IndexByte([]byte("0123456789ABCDEF"), c)
			if digit < 0 {
				return ""
			}
			unit = unit<<4 | byte(digit)
		}
		id, rest = append(id, unit), rest[4:]
	}
	return string(paperID.Find(id))
}
