package knowledge

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// The kinds of changes and the states that they pass.
const (
	ChangeImport   = "import"    // files merged into the points in force
	ChangeTakeBack = "take_back" // the edition in force taken back: the one before holds again

	StateReading = "reading"  // a job reads the file
	StateStaged  = "staged"   // read, shown, not in force
	StateInForce = "in_force" // made an edition
	StateRefused = "refused"  // somebody decided against it
	StateFailed  = "failed"   // the file could not be read
)

// Change is a change of the knowledge points, or of the exclusion list: who proposed it,
// what it would do, who decided. What it proposes is fixed once it is read: the same set
// file comes into force that was shown, or the same differences of the list.
type Change struct {
	bun.BaseModel `bun:"table:knowledge_change" json:"-"`

	ID       int64     `bun:"id,pk" json:"id"`
	Kind     string    `json:"kind"`
	State    string    `json:"state"`
	Region   string    `json:"region"`             // layer: whose points it may change; "": the national ones
	Document string    `json:"document,omitempty"` // paper that it rests on
	Reason   string    `json:"reason,omitempty"`   // why it was proposed
	Options  string    `json:"-"`                  // JSON: Options
	By       string    `bun:"proposed_by" json:"by"`
	At       time.Time `bun:"proposed_at" json:"at"`
	Base     int64     `json:"base"`           // edition, or version of the list, that it was held against
	Hash     string    `json:"hash,omitempty"` // of the set that it proposes, or of the differences
	Tag      string    `json:"-"`              // of its rows in knowledge_point and knowledge_quarantine
	Files    string    `json:"-"`              // JSON: []KnowledgeFile
	Counts   string    `json:"-"`              // JSON: PointTally
	Job      string    `json:"job,omitempty"`
	Failure  string    `json:"failure,omitempty"`

	DecidedBy string    `json:"decided_by,omitempty"`
	DecidedAt time.Time `bun:",nullzero" json:"decided_at,omitzero"`
	Decision  string    `json:"decision,omitempty"` // reason
	Edition   int64     `json:"edition,omitempty"`  // or version of the list, that it made
}

// PointTally says what a change does to the points, or to the exclusion list.
type PointTally struct {
	New         int `json:"new"`
	Changed     int `json:"changed"` // same kp_id, other content
	Superseded  int `json:"superseded" doc:"points in force that new or changed ones replace"`
	Gone        int `json:"gone" doc:"ended, since the file replaces the list and does not have them"`
	Same        int `json:"same" doc:"of the files: there already"`
	Needs       int `json:"needs_parameters" doc:"of new and changed: kept, not in force"`
	EveryLine   int `json:"every_line" doc:"of new and changed: without a code, about every line of their rule class"`
	Quarantined int `json:"quarantined" doc:"rows of the files that are left out"`
	Points      int `json:"points" doc:"of the edition that it would make"`
	InForce     int `json:"in_force" doc:"of those: that need no parameters"`
}

// KnowledgeFile accounts for the rows of a file: Read = Kept + Aside + Quarantined.
type KnowledgeFile struct {
	Name        string   `json:"name"`
	Hash        string   `json:"hash" doc:"SHA-256 of the file"`
	Read        int      `json:"rows_read"`
	Kept        int      `json:"rows_kept" doc:"that became points, or name codes of points"`
	Aside       int      `json:"rows_aside" doc:"that are no content: footers, examples of a template"`
	Quarantined int      `json:"rows_quarantined"`
	Counts      Counts   `json:"points"`
	Warnings    []string `json:"warnings,omitempty"`
}

// Layer says for whom and how files are proposed.
type Layer struct {
	Region   string // whose points may be changed; "": the national ones
	Document string // paper; a local layer must have one
	Reason   string
	Complete bool         // the files are the whole list of their rules in the layer: what they lack ends
	From     calendar.Day // first day on which that is so; needed with Complete
	Operator bool         // done at the machine: nothing is locked, nothing is quarantined
}

// Errors of changes; their texts say what to do.
var (
	ErrNoChange = errors.New("没有这次变更")
	ErrState    = errors.New("这次变更的状态不允许")
	ErrSame     = errors.New("不能自己批准自己提出的变更：须由另一人决定")
	ErrStale    = errors.New("提出以来知识库已经变了")
	ErrLeftOut  = errors.New("有读不出或不能采用的行")
)

// Account returns what became of the rows of each file.
func (c *Change) Account() (files []KnowledgeFile, err error) {
	if c.Files == "" {
		return nil, nil
	}
	err = json.Unmarshal([]byte(c.Files), &files)
	return files, err
}

// Tally returns what the change does to the points.
func (c *Change) Tally() (t PointTally, err error) {
	if c.Counts == "" {
		return t, nil
	}
	err = json.Unmarshal([]byte(c.Counts), &t)
	return t, err
}

// Change returns a change; ErrNoChange when there is none.
func (s *Store) Change(ctx context.Context, id int64) (*Change, error) {
	return readChange(ctx, s.db, id)
}

func readChange(ctx context.Context, r db.Reader, id int64) (*Change, error) {
	c := new(Change)
	err := r.NewSelect().Model(c).Where("id = ?", id).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoChange
	}
	return c, err
}

// Changes returns all changes, the newest first.
func (s *Store) Changes(ctx context.Context) ([]Change, error) {
	all := []Change{}
	err := s.db.NewSelect().Model(&all).OrderExpr("id DESC").Scan(ctx)
	return all, err
}

// add gives a change the next number and writes it.
func (c *Change) add(ctx context.Context, tx *db.Tx) error {
	err := tx.NewSelect().Model((*Change)(nil)).ColumnExpr("coalesce(max(id), 0) + 1").Scan(ctx, &c.ID)
	if err != nil {
		return err
	}
	c.At = tx.Now
	_, err = tx.NewInsert().Model(c).Exec(ctx)
	return err
}

// Quarantined is a row of a file that a change leaves out, and why.
type Quarantined struct {
	bun.BaseModel `bun:"table:knowledge_quarantine" json:"-"`

	Tag    string `bun:",pk" json:"-"`
	N      int64  `bun:",pk" json:"n"`
	File   string `json:"file"`
	Sheet  string `json:"sheet,omitempty"`
	Row    int    `bun:"line" json:"row"`
	Column string `bun:"place" json:"column,omitempty"`
	Why    string `json:"why"`
}

// Quarantine chooses the rows that a change leaves out; one may stand there for several
// reasons. scan runs the query.
func (s *Store) Quarantine(c *Change) (q *bun.SelectQuery, scan func(context.Context) ([]Quarantined, error)) {
	var rows []Quarantined
	q = s.db.NewSelect().Model(&rows).Where("tag = ?", c.Tag)
	return q, func(ctx context.Context) ([]Quarantined, error) {
		err := q.Scan(ctx)
		return rows, err
	}
}
