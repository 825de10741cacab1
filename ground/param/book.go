package param

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

//go:embed schema
var schema embed.FS

// Book keeps the settings of one home. It is safe for concurrent use.
type Book struct {
	held atomic.Pointer[held]
}

// held is the table of what was stored up to a version.
type held struct {
	version version
	table   *Table
}

// version changes with every setting that is stored or withdrawn.
type version struct{ Stored, Withdrawn int64 }

// Act is who changes a parameter, and why. Both must be given.
type Act struct {
	Who    string
	Reason string
}

// Stored is a setting that an office stored, with who, when and why, and the same of
// its withdrawal.
type Stored struct {
	Setting
	Act
	N  int64
	At time.Time
	// Withdrawn is who took it back and why; WithdrawnAt is zero while it stands.
	Withdrawn   Act
	WithdrawnAt time.Time
}

type row struct {
	bun.BaseModel   `bun:"table:param_setting,alias:param_setting"`
	N               int64 `bun:",pk"`
	Key             string
	Region          string
	FromDay         string
	ToDay           string
	Value           string
	Certainty       Certainty
	Document        string
	Article         string
	Note            string
	Who             string
	Reason          string
	At              time.Time
	WithdrawnWho    string
	WithdrawnReason string
	WithdrawnAt     *time.Time
}

// Open brings the tables of the parameters to this version.
func Open(ctx context.Context, d *db.DB) (*Book, error) {
	if err := d.Migrate(ctx, "param", schema); err != nil {
		return nil, err
	}
	return &Book{}, nil
}

// Table returns the parameters as they are now.
func (b *Book) Table(ctx context.Context, from db.Reader) (*Table, error) {
	now, err := versionOf(ctx, from)
	if err != nil {
		return nil, err
	}
	if h := b.held.Load(); h != nil && h.version == now {
		return h.table, nil
	}
	settings, err := b.Export(ctx, from)
	if err != nil {
		return nil, err
	}
	table := NewTable(settings...)
	if _, committed := from.(*db.DB); committed { // what a write under way stores may come to nothing
		if again, err := versionOf(ctx, from); err == nil && again == now {
			b.held.Store(&held{now, table})
		}
	}
	return table, nil
}

func versionOf(ctx context.Context, from db.Reader) (v version, err error) {
	err = from.NewSelect().Table("param_setting").ColumnExpr("coalesce(max(n), 0) AS stored, count(withdrawn_at) AS withdrawn").Scan(ctx, &v)
	return v, err
}

// Export returns the stored settings that stand, in the order in which they were
// stored.
func (b *Book) Export(ctx context.Context, from db.Reader) ([]Setting, error) {
	var rows []row
	if err := from.NewSelect().Model(&rows).Where("withdrawn_at IS NULL").Order("n").Scan(ctx); err != nil {
		return nil, err
	}
	settings := make([]Setting, 0, len(rows))
	for _, r := range rows {
		s, err := r.setting()
		if err != nil {
			return nil, err
		}
		settings = append(settings, s)
	}
	return settings, nil
}

// Put stores settings over what holds; all or none. Each must pass Check and name its
// document. A setting that holds already in the same words is not stored again.
func (b *Book) Put(ctx context.Context, tx *db.Tx, settings []Setting, act Act) error {
	if err := act.check(); err != nil {
		return err
	}
	standing, err := b.Export(ctx, tx)
	if err != nil {
		return err
	}
	newest, err := versionOf(ctx, tx)
	if err != nil {
		return err
	}
	last := newest.Stored
	var rows []row
	for _, s := range settings {
		if strings.TrimSpace(s.Document) == "" {
			return fmt.Errorf("参数 %s 没有写明文件：录入的参数要有依据的文件", s.Key)
		}
		if err := s.Check(); err != nil {
			return err
		}
		if !holdsAlready(standing, s) {
			last++
			rows = append(rows, rowOf(s, last, act, tx.Now))
			standing = append(standing, s)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err = tx.NewInsert().Model(&rows).Exec(ctx)
	return err
}

// holdsAlready says that the setting stands and nothing that was stored later covers it.
func holdsAlready(standing []Setting, s Setting) bool {
	for i := len(standing) - 1; i >= 0; i-- {
		if standing[i] == s {
			return true
		}
		if standing[i].overlaps(s) {
			return false
		}
	}
	return false
}

// Import stores the settings of a table that ReadSettings reads.
func (b *Book) Import(ctx context.Context, tx *db.Tx, r io.Reader, act Act) error {
	settings, err := ReadSettings(r)
	if err != nil {
		return err
	}
	return b.Put(ctx, tx, settings, act)
}

// Withdraw takes a stored setting back: what held before it holds again. The row stays
// as history.
func (b *Book) Withdraw(ctx context.Context, tx *db.Tx, n int64, act Act) error {
	if err := act.check(); err != nil {
		return err
	}
	result, err := tx.NewUpdate().Model((*row)(nil)).
		Set("withdrawn_who = ?", act.Who).Set("withdrawn_reason = ?", act.Reason).Set("withdrawn_at = ?", tx.Now).
		Where("n = ?", n).Where("withdrawn_at IS NULL").Exec(ctx)
	if err != nil {
		return err
	}
	if changed, err := result.RowsAffected(); err != nil || changed == 0 {
		return errors.Join(err, fmt.Errorf("参数记录 %d 不存在或已撤回", n))
	}
	return nil
}

// History returns all that was ever stored of a parameter, in all regions, oldest
// first.
func (b *Book) History(ctx context.Context, from db.Reader, key string) ([]Stored, error) {
	var rows []row
	if err := from.NewSelect().Model(&rows).Where("key = ?", key).Order("n").Scan(ctx); err != nil {
		return nil, err
	}
	history := make([]Stored, 0, len(rows))
	for _, r := range rows {
		h, err := r.stored()
		if err != nil {
			return nil, err
		}
		history = append(history, h)
	}
	return history, nil
}

// Stored returns the setting with a number; the error of one that is not there says so.
func (b *Book) Stored(ctx context.Context, from db.Reader, n int64) (Stored, error) {
	var rows []row
	if err := from.NewSelect().Model(&rows).Where("n = ?", n).Scan(ctx); err != nil {
		return Stored{}, err
	}
	if len(rows) == 0 {
		return Stored{}, fmt.Errorf("参数记录 %d 不存在或已撤回", n)
	}
	return rows[0].stored()
}

// Newest is the number of the setting that was stored last: those of a Put are the
// numbers that follow.
func (b *Book) Newest(ctx context.Context, from db.Reader) (int64, error) {
	v, err := versionOf(ctx, from)
	return v.Stored, err
}

// SettingRow is the kind of the rows that entries of the journal commit to.
const SettingRow = "param"

// Committed says how the journal reads stored settings back, by their number.
func Committed() journal.Committed {
	return journal.Committed{SettingRow: journal.TableOf("n", func(r *row) (string, any) {
		r.At = r.At.UTC()
		if r.WithdrawnAt != nil {
			at := r.WithdrawnAt.UTC()
			r.WithdrawnAt = &at
		}
		return strconv.FormatInt(r.N, 10), r
	})}
}

// Prepare makes the tables of the room in d, for who reads rows without opening it.
func Prepare(ctx context.Context, d *db.DB) error { return d.Migrate(ctx, "param", schema) }

func (a Act) check() error {
	if strings.TrimSpace(a.Who) == "" || strings.TrimSpace(a.Reason) == "" {
		return errors.New("修改参数要写明操作人和事由")
	}
	return nil
}

func rowOf(s Setting, n int64, act Act, at time.Time) row {
	return row{
		N: n, Key: s.Key, Region: s.Region, FromDay: s.From.String(), ToDay: s.To.String(), Value: s.Value.String(),
		Certainty: s.Certainty, Document: s.Document, Article: s.Article, Note: s.Note,
		Who: act.Who, Reason: act.Reason, At: at,
	}
}

func (r row) stored() (Stored, error) {
	s, err := r.setting()
	h := Stored{Setting: s, Act: Act{r.Who, r.Reason}, N: r.N, At: r.At.UTC(), Withdrawn: Act{r.WithdrawnWho, r.WithdrawnReason}}
	if r.WithdrawnAt != nil {
		h.WithdrawnAt = r.WithdrawnAt.UTC()
	}
	return h, err
}

func (r row) setting() (s Setting, err error) {
	key, ok := KeyOf(r.Key)
	if !ok {
		return s, unknown(r.Key)
	}
	s = Setting{Key: r.Key, Region: r.Region, Certainty: r.Certainty, Document: r.Document, Article: r.Article, Note: r.Note}
	if s.From, err = calendar.ParseDay(r.FromDay); err != nil {
		return s, err
	}
	if s.To, err = calendar.ParseDay(r.ToDay); err != nil {
		return s, err
	}
	s.Value, err = ParseValue(key.Kind, r.Value)
	return s, err
}
