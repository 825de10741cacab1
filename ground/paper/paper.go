// Package paper is documents (文书): drafted from templates that rooms declare, edited,
// issued with a number of their organ and year, drawn as a PDF, hashed and signed, served,
// and declared void. What was issued never changes; what became of it is in its row.
//
// Every step is one transaction with its entry in the journal.
package paper

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/content"
	"yiheng/ground/hook"
	"yiheng/ground/journal"
	"yiheng/ground/seal"
)

//go:embed schema/*.sql
var schema embed.FS

// Papers keeps the papers of a home. It is safe for concurrent use.
type Papers struct {
	db     *db.DB
	files  content.Folder // of the PDFs
	signer *seal.Signer
	keys   []seal.PublicKey
}

// Open prepares the tables and the key that signs papers, which is created in the home
// where there is none. PDFs lie in the home's folder papers.
func Open(ctx context.Context, d *db.DB, home string) (*Papers, error) {
	if err := Prepare(ctx, d); err != nil {
		return nil, err
	}
	if err := journal.Prepare(ctx, d); err != nil {
		return nil, err
	}
	p := &Papers{db: d, files: content.Folder(filepath.Join(home, "papers"))}
	return p, p.openKey(home)
}

// Prepare brings the tables to this version, for who restores a backup or verifies.
func Prepare(ctx context.Context, d *db.DB) error {
	return errors.Join(d.Migrate(ctx, "paper", schema), hook.Prepare(ctx, d))
}

// State is where a paper stands.
type State string

// The states.
const (
	Draft  State = "draft"
	Issued State = "issued"
	Served State = "served"
	Void   State = "void"
)

var stateTitles = map[State]string{Draft: "草稿", Issued: "已出具", Served: "已送达", Void: "已作废"}

// Title is the state's Chinese name.
func (s State) Title() string { return stateTitles[s] }

// Paper is a document: what it is, where it stands and what became of it. What it says
// is its Content.
type Paper struct {
	bun.BaseModel `bun:"table:paper,alias:paper" json:"-"`

	ID            string    `bun:",pk" json:"id"`
	Kind          string    `json:"kind"`
	Title         string    `json:"title"`
	Word          string    `json:"word"`
	Organ         string    `json:"organ"` // whose paper it is
	OrganName     string    `json:"organ_name"`
	Region        string    `json:"region"` // of the organ
	Recipient     string    `json:"recipient,omitempty"`
	RecipientName string    `json:"recipient_name,omitempty"`
	ShownTo       string    `json:"-"`        // the recipient once it was served: who sees the paper besides authorities
	Personal      bool      `json:"personal"` // it names insured persons
	State         State     `json:"state"`
	Edits         int64     `json:"edits"`
	DraftedBy     string    `json:"drafted_by"`
	DraftedAt     time.Time `json:"drafted_at"`

	Short     string    `json:"short,omitempty"`    // the organ's abbreviation in the number
	Year      int       `json:"year,omitempty"`     // of the number
	Number    int64     `json:"number,omitempty"`   // 0 for none
	Document  string    `json:"document,omitempty"` // the whole number: 嘉医保疑告〔2026〕3号
	IssuedBy  string    `json:"issued_by,omitempty"`
	IssuedAt  time.Time `bun:",nullzero" json:"issued_at,omitzero"`
	Lost      string    `json:"lost,omitempty"` // characters that stand as 〓
	SHA256    string    `bun:"sha256" json:"sha256,omitempty"`
	SM3       string    `bun:"sm3" json:"sm3,omitempty"`
	Size      int64     `json:"size,omitempty"`
	Signature string    `json:"signature,omitempty"` // of the statement, base64

	ServedHow  How       `json:"served_how,omitempty"`
	ServedDay  string    `json:"served_day,omitempty"`
	ServedTo   string    `json:"served_to,omitempty"` // who took it
	ServedNote string    `json:"served_note,omitempty"`
	ServedBy   string    `json:"served_by,omitempty"`
	ServedAt   time.Time `bun:",nullzero" json:"served_at,omitzero"` // when it was entered

	VoidBy     string    `json:"void_by,omitempty"`
	VoidReason string    `json:"void_reason,omitempty"`
	VoidAt     time.Time `bun:",nullzero" json:"void_at,omitzero"`
}

// contentRow is what a paper says, as it is stored.
type contentRow struct {
	bun.BaseModel `bun:"table:paper_content,alias:paper_content" json:"-"`

	ID   string `bun:",pk" json:"id"`
	Text string `json:"text"` // Content as JSON
}

// organRow is how an organ's numbers begin.
type organRow struct {
	bun.BaseModel `bun:"table:paper_organ,alias:paper_organ" json:"-"`

	Code  string `bun:",pk" json:"code"`
	Short string `json:"short"`
}

// subjectRow says what a paper is about.
type subjectRow struct {
	bun.BaseModel `bun:"table:paper_subject,alias:paper_subject" json:"-"`

	Kind    string `bun:",pk" json:"kind"`
	Subject string `bun:",pk" json:"subject"`
	Paper   string `bun:",pk" json:"-"`
}

// inUTC brings instants to the zone in which they are written.
func (p *Paper) inUTC() {
	for _, at := range []*time.Time{&p.DraftedAt, &p.IssuedAt, &p.ServedAt, &p.VoidAt} {
		if !at.IsZero() {
			*at = at.UTC()
		}
	}
}

var authorities = []access.Role{
	access.FirstReviewer, access.SecondReviewer, access.PanelMember, access.FinalReviewer, access.SupervisorLeader, access.Officer, access.AgencyAuditor,
}

// The operations. An institution's insurance office reaches what was served on it.
var (
	Read   = declare("paper.read", "查看文书", false, append(authorities[:len(authorities):len(authorities)], access.InsuranceOffice)...)
	Write  = declare("paper.write", "拟稿和改稿", false, authorities...)
	Sealed = declare("paper.issue", "出具文书", true, access.SupervisorLeader, access.FinalReviewer, access.AgencyAuditor)
	Serve  = declare("paper.serve", "登记送达", false, access.SupervisorLeader, access.FirstReviewer, access.SecondReviewer, access.Officer, access.AgencyAuditor)
	Cancel = declare("paper.void", "作废文书", true, access.SupervisorLeader)
	Verify = access.Declare(access.Operation{Name: "paper.verify", Title: "核验文书", Scope: access.SignedIn})
)

func declare(name, title string, sensitive bool, roles ...access.Role) *access.Operation {
	return access.Declare(access.Operation{Name: name, Title: title, Roles: roles, Scope: access.InRegion, Sensitive: sensitive})
}

// columns are where a paper says what it belongs to.
var columns = access.Columns{Region: "paper.region", Organisation: "paper.shown_to"}

// dateOf is the date of an instant as papers write it: 2026年3月2日.
func dateOf(at time.Time) string {
	at = at.In(calendar.Beijing)
	return fmt.Sprintf("%d年%d月%d日", at.Year(), at.Month(), at.Day())
}

// midnight is the beginning of the civil day of an instant.
func midnight(at time.Time) time.Time {
	at = at.In(calendar.Beijing)
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, calendar.Beijing)
}

func invalid(code, format string, args ...any) error {
	return &access.Problem{Kind: access.ErrInvalid, Code: code, Text: fmt.Sprintf(format, args...)}
}

func conflict(code, format string, args ...any) error {
	return &access.Problem{Kind: access.ErrConflict, Code: code, Text: fmt.Sprintf(format, args...)}
}

func notFound() error {
	return &access.Problem{Kind: access.ErrNotFound, Code: "not_found", Text: "没有找到，或不在您的管辖范围内"}
}
