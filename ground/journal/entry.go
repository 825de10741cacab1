package journal

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Entry is one act: who did what on what, when and why, and which rows it wrote.
// Its JSON is what the journal keeps and hashes; a field that a later version adds
// is omitted when empty, so that earlier entries read the same.
//
// Nobody's identity stands in it: persons are named by ids of our own or by codes.
// Append refuses certificate and mobile numbers in names and ids and masks them in
// the reason.
type Entry struct {
	N      int64     `json:"n"`                // given by Append: the place in the journal, from 0
	At     time.Time `json:"at"`               // given by Append: the instant of the write, UTC
	Actor  string    `json:"actor"`            // id of the person or service account
	Org    string    `json:"org,omitempty"`    // organisation that he acted for
	Region string    `json:"region,omitempty"` // administrative division of the organisation
	Act    string    `json:"act"`              // room.verb: finding.decide, access.login …
	Kind   string    `json:"kind,omitempty"`   // on what: a kind …
	ID     string    `json:"id,omitempty"`     // … and its id
	Reason string    `json:"reason,omitempty"` // why, in the actor's words
	Blind  string    `json:"blind,omitempty"`  // given by Append: SHA-256 of the salt of the rows' hashes
	Rows   []Row     `json:"rows,omitempty"`   // what the act wrote
}

// Row is a row that an act wrote. The journal keeps a salted hash of it, not its
// content: the hash tells nothing to whoever holds the entry alone.
type Row struct {
	Kind string `json:"kind"` // as in Committed
	ID   string `json:"id"`   // unique within the kind
	// Content is the row as Committed reads it back: a struct or map that becomes
	// JSON, identities sealed as they are stored; nil when the act removed the row.
	Content any `json:"-"`
	// Hash is given by Append; empty says that the row is gone.
	Hash string `json:"hash,omitempty"`
}

const (
	maxName   = 200  // bytes of a name or id
	maxReason = 4000 // bytes of a reason
	maxRows   = 10_000
	saltSize  = 16
)

// row checks the entry, masks its reason, hashes its rows and returns what is stored.
func (e Entry) row() (entryRow, error) {
	if err := e.check(); err != nil {
		return entryRow{}, err
	}
	e.Reason = mask(e.Reason)
	salt := []byte{}
	if len(e.Rows) > 0 {
		salt = make([]byte, saltSize)
		_, _ = rand.Read(salt) // never fails
		e.Blind = blind(salt)
		if err := e.commit(salt); err != nil {
			return entryRow{}, err
		}
	}
	text, err := compact(e)
	if err != nil {
		return entryRow{}, err
	}
	row := entryRow{N: e.N, Text: string(text), Salt: salt}
	row.lookUp(&e)
	return row, nil
}

// lookUp puts into the row's columns what entries are looked up by.
func (row *entryRow) lookUp(e *Entry) {
	row.Actor, row.Kind, row.ID = e.Actor, e.Kind, e.ID
	row.Region, row.Act, row.AtMicro = e.Region, e.Act, e.At.UnixMicro()
}

// ErrIdentity is wrapped by the error of Append for an entry whose names or ids hold a
// certificate or mobile number.
var ErrIdentity = errors.New("身份不能明文记入日志，请改用编码（人员编号、机构编码等）")

func (e *Entry) check() error {
	if e.Actor == "" || e.Act == "" {
		return errors.New("没有写明谁做了什么（actor、act）")
	}
	if (e.Kind == "") != (e.ID == "") {
		return errors.New("对象要么写明类别和编号（kind、id），要么都不写")
	}
	if len(e.Rows) > maxRows {
		return fmt.Errorf("一次写了 %d 行，最多 %d：请分成几条（AppendAll）", len(e.Rows), maxRows)
	}
	names := []string{e.Actor, e.Org, e.Region, e.Act, e.Kind, e.ID}
	seen := make(map[rowKey]bool)
	for _, r := range e.Rows {
		if r.Kind == "" || r.ID == "" {
			return errors.New("所写的行没有类别或编号")
		}
		if seen[rowKey{r.Kind, r.ID}] {
			return fmt.Errorf("同一行写了两次：%s %s", r.Kind, r.ID)
		}
		seen[rowKey{r.Kind, r.ID}] = true
		names = append(names, r.Kind, r.ID)
	}
	for _, name := range names {
		if err := checkText(name, maxName); err != nil {
			return err
		}
		if mask(name) != name {
			return fmt.Errorf("%q 像是证件号码或手机号码，%w", mask(name), ErrIdentity)
		}
	}
	return checkText(e.Reason, maxReason)
}

func checkText(text string, most int) error {
	switch {
	case !utf8.ValidString(text):
		return fmt.Errorf("%q 不是 UTF-8 文本", text)
	case len(text) > most:
		return fmt.Errorf("%q… 太长：%d 字节，最多 %d", strings.ToValidUTF8(text[:40], ""), len(text), most)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }):
		return fmt.Errorf("%q 含有控制字符", text)
	}
	return nil
}

// commit puts the hashes of the rows' contents into a copy of the rows.
func (e *Entry) commit(salt []byte) error {
	rows := make([]Row, len(e.Rows))
	for i, r := range e.Rows {
		rows[i] = Row{Kind: r.Kind, ID: r.ID}
		if r.Content == nil {
			continue
		}
		var err error
		if rows[i].Hash, err = hashRowContent(salt, r.Kind, r.ID, r.Content); err != nil {
			return fmt.Errorf("%s %s 的内容不能成为 JSON：%w", r.Kind, r.ID, err)
		}
	}
	e.Rows = rows
	return nil
}

func blind(salt []byte) string {
	sum := sha256.Sum256(salt)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// parseEntry reads the text of an entry.
func parseEntry(text string) (*Entry, error) {
	var e Entry
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return nil, err
	}
	return &e, nil
}

// compact is JSON on one line, with Chinese and <, >, & as they are.
func compact(v any) ([]byte, error) {
	var out bytes.Buffer
	encode := json.NewEncoder(&out)
	encode.SetEscapeHTML(false)
	if err := encode.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
