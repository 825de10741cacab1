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
	db  *db.DB
	dir string
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
	if err := d.Migrate(ctx, "knowledge", migrations); err != nil {
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

// Import merges files into the set in force, all or nothing: when any of them has
// an error, or the points contradict each other, the error is Problems and nothing
// changes. What is there already changes nothing. by names who imports.
func (s *Store) Import(ctx context.Context, classes Classes, by string, files ...*Intake) (*Result, error) {
	var errs Problems
	for _, f := range files {
		errs = append(errs, f.Problems.Errors()...)
	}
	if len(errs) > 0 {
		return nil, errs
	}
	for range attempts {
		r, err := s.tryImport(ctx, classes, by, files)
		if !errors.Is(err, errOvertaken) {
			return r, err
		}
	}
	return nil, errors.New("另一个导入正在进行，请稍后再试")
}

var errOvertaken = errors.New("another import came between")

func (s *Store) tryImport(ctx context.Context, classes Classes, by string, files []*Intake) (*Result, error) {
	base, points, err := s.base(ctx)
	if err != nil {
		return nil, err
	}
	m := newMerger(points)
	r := &Result{Set: base}
	for _, f := range files {
		r.Files = append(r.Files, m.add(f))
		r.Problems = append(r.Problems, f.Problems...)
	}
	problems := m.check(classes)
	if errs := problems.Errors(); len(errs) > 0 {
		return nil, errs
	}
	r.Problems = append(r.Problems, problems...)
	if base.ID == 0 && len(m.points) == 0 {
		return r, nil
	}
	SortPoints(m.points)
	hash, err := s.keep(m.points)
	if err != nil {
		return nil, err
	}
	if hash == base.Hash {
		return r, nil
	}
	r.Changed = true
	r.Set, err = s.enforce(ctx, base, hash, by, m.points, r.Files)
	return r, err
}

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

// enforce makes the kept set the one in force, unless another one came between.
func (s *Store) enforce(ctx context.Context, base Set, hash, by string, points []Point, files []Counts) (Set, error) {
	sources, err := json.Marshal(files)
	if err != nil {
		return Set{}, err
	}
	set := Set{Hash: hash, By: by, Points: len(points), Sources: string(sources)}
	for i := range points {
		if inForce(&points[i]) {
			set.InForce++
		}
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		newest, err := current(ctx, tx)
		if err != nil && !errors.Is(err, ErrNone) {
			return err
		}
		if newest.ID != base.ID {
			return errOvertaken
		}
		set.ID, set.At = base.ID+1, tx.Now
		_, err = tx.NewInsert().Model(&set).Exec(ctx)
		return err
	})
	return set, err
}
