package knowledge

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

//go:embed schema
var migrations embed.FS

// Store keeps the knowledge sets of a home: each set is an immutable file of the
// exchange format, named by the SHA-256 of its text (knowledge/<hash>.csv.zst), so
// that a run that pins a hash judges by the same points for ever.
type Store struct {
	db   *db.DB
	dir  string
	held held
}

// Set is a knowledge set as it came to be in force.
type Set struct {
	bun.BaseModel `bun:"table:knowledge_set" json:"-"`

	ID      int64     `bun:"id,pk" json:"id"`
	Hash    string    `bun:"hash" json:"hash"`
	At      time.Time `bun:"at" json:"at"`
	By      string    `bun:"imported_by" json:"by"`
	Points  int       `bun:"points" json:"points"`
	InForce int       `bun:"in_force" json:"in_force"` // points that need no parameters
	Sources string    `bun:"sources" json:"-"`         // JSON: []Counts

	Base     int64 `bun:"base" json:"base,omitempty"`         // edition that it was made out of
	Change   int64 `bun:"change" json:"change,omitempty"`     // that made it; 0: an older program
	Restores int64 `bun:"restores" json:"restores,omitempty"` // edition whose points hold again
}

// Files returns what was imported when the set came to be.
func (s *Set) Files() ([]Counts, error) {
	var files []Counts
	err := json.Unmarshal([]byte(s.Sources), &files)
	return files, err
}

// Result is what an import did.
type Result struct {
	Set      Set
	Changed  bool // false: everything was there already, the set in force stays
	Files    []Counts
	Problems Problems // warnings
}

// ErrNone is returned when no knowledge was imported yet; ErrNoSet when the home
// has no set with the hash.
var (
	ErrNone  = errors.New("还没有知识点：先运行 yiheng knowledge import starter，或导入官方工作簿")
	ErrNoSet = errors.New("没有这个知识库版本")
)

// Open opens the knowledge of the home.
func Open(ctx context.Context, d *db.DB, home string) (*Store, error) {
	if err := Prepare(ctx, d); err != nil {
		return nil, err
	}
	return &Store{db: d, dir: filepath.Join(home, "knowledge")}, nil
}

// Current returns the set in force; ErrNone when there is none.
func (s *Store) Current(ctx context.Context) (Set, error) { return current(ctx, s.db) }

func current(ctx context.Context, r db.Reader) (Set, error) {
	var set Set
	err := r.NewSelect().Model(&set).OrderExpr("id DESC").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Set{}, ErrNone
	}
	return set, err
}

// Sets returns all sets, the newest first.
func (s *Store) Sets(ctx context.Context) ([]Set, error) {
	sets := []Set{}
	err := s.db.NewSelect().Model(&sets).OrderExpr("id DESC").Scan(ctx)
	return sets, err
}

// Path returns the file of a set, for processes that read it without a database.
func (s *Store) Path(hash string) string { return filepath.Join(s.dir, hash+".csv.zst") }

// Load reads the points of a set in the order of SortPoints; equal params are one
// *Params, which nobody may change. ErrNoSet when the home does not have it.
func (s *Store) Load(ctx context.Context, hash string) ([]Point, error) {
	var set Set
	err := s.db.NewSelect().Model(&set).Where("hash = ?", hash).Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w：%s", ErrNoSet, hash)
	}
	if err != nil {
		return nil, err
	}
	return LoadFile(s.Path(hash), set.Points)
}

// Export writes a set in the exchange format.
func (s *Store) Export(ctx context.Context, w io.Writer, hash string) error {
	f, err := os.Open(s.Path(hash))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w：%s", ErrNoSet, hash)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	_, err = io.Copy(w, z)
	return err
}

// attempts bounds how often Import begins again because another import came between.
const attempts = 5

// Import merges files into the set in force at once, all or nothing: when any of them
// has an error, or the points contradict each other, the error is Problems and nothing
// changes. What is there already changes nothing. by names who imports; record, which may
// be nil, journals the change in its transaction.
func (s *Store) Import(ctx context.Context, classes Classes, by string, record Record, files ...*Intake) (*Result, error) {
	var errs Problems
	for _, f := range files {
		errs = append(errs, f.Problems.Errors()...)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	for range attempts {
		r, err := s.tryImport(ctx, classes, by, record, files)
		if !errors.Is(err, ErrStale) {
			return r, err
		}
	}
	return nil, errors.New("另一个导入正在进行，请稍后再试")
}

var errOvertaken = errors.New("another import came between")

func (s *Store) tryImport(ctx context.Context, classes Classes, by string, record Record, files []*Intake) (*Result, error) {
	c, p, err := s.Propose(ctx, classes, Layer{Operator: true, Reason: "导入"}, by, newTag(), files, func(int, int) {})
	if err != nil {
		return nil, err
	}
	r := &Result{Files: p.counts}
	for _, f := range files {
		r.Problems = append(r.Problems, f.Problems...)
	}
	r.Problems = append(r.Problems, p.merged...)
	if r.Set, err = s.at(ctx, c.Base); err != nil {
		return nil, err
	}
	if c.Hash == r.Set.Hash || c.Base == 0 && len(p.merger.points) == 0 {
		return r, nil
	}
	r.Changed = true
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := c.add(ctx, tx); err != nil {
			return err
		}
		if r.Set, err = s.enforce(ctx, tx, c, by, "操作员导入"); err != nil || record == nil {
			return err
		}
		return record(ctx, tx, c)
	})
	if err != nil {
		err = errors.Join(err, s.drop(ctx, c.Tag))
	}
	return r, err
}

// Record journals a change in its transaction.
type Record func(ctx context.Context, tx *db.Tx, c *Change) error

// check holds the merged points against each other.
func (m *merger) check(classes Classes) Problems {
	return append(m.problems, checkTogether(m.points, classes,
		func(i int) bool { _, ok := m.from[i]; return ok },
		func(i int) Problem { f := m.from[i]; return f.in.place(f.i) })...)
}

// base returns the set in force and its points; none is no error.
func (s *Store) base(ctx context.Context) (Set, []Point, error) {
	set, err := s.Current(ctx)
	if errors.Is(err, ErrNone) {
		return Set{}, nil, nil
	}
	if err != nil {
		return Set{}, nil, err
	}
	points, err := LoadFile(s.Path(set.Hash), set.Points)
	return set, points, err
}
