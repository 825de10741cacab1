package lake

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// ErrNoEpoch is returned when the lake has no such epoch: nothing was taken in
// yet, or the epoch has expired.
var ErrNoEpoch = errors.New("no such epoch")

// Epoch is a state of the whole lake: one snapshot of each table. It becomes
// visible at once and never changes.
type Epoch struct {
	bun.BaseModel `bun:"table:lake_epoch,alias:e" json:"-"`

	ID        int64            `bun:",pk" json:"id"`
	At        time.Time        `json:"at"`
	Note      string           `json:"note,omitzero"`
	Snapshots map[string]int64 `bun:"-" json:"snapshots"` // table → Iceberg snapshot
}

type epochTable struct {
	bun.BaseModel `bun:"table:lake_epoch_table"`

	Epoch     int64 `bun:",pk"`
	TableName string
	Snapshot  int64
}

// Source is a file that was taken in, or a member of a zip file.
type Source struct {
	bun.BaseModel `bun:"table:lake_source,alias:s" json:"-"`

	// Tag is what rows carry in ColSource: ID and the number of the attempt that
	// wrote them, so that rows left over by a killed intake are never taken for
	// those of a later one. Given by Commit.
	Tag   string `bun:",pk" json:"tag"`
	ID    string `json:"id"` // first 16 hex digits of the SHA-256 of the content
	Table string `bun:"table_name" json:"table"`
	Name  string `json:"name"` // base name of the file; "a.zip!b.txt" for a member
	Path  string `json:"path"`
	Hash  string `json:"hash"` // SHA-256 of the content, hex
	Seq   int64  `json:"seq"`  // order of intake, given by Commit, counts up for ever

	Read        int64 `bun:"rows_read" json:"read"`
	Kept        int64 `json:"kept"`
	Quarantined int64 `json:"quarantined"`

	Epoch      int64  `json:"epoch"`                // that added it, given by Commit
	RetiredIn  int64  `json:"retired_in,omitzero"`  // epoch that retired it, 0: live
	ReplacedBy string `json:"replaced_by,omitzero"` // ID of the source that replaced it
}

// Epoch returns the epoch with the given id, for 0 the newest. It returns
// ErrNoEpoch when there is none.
func (l *Lake) Epoch(ctx context.Context, id int64) (Epoch, error) {
	return readEpoch(ctx, l.db, id)
}

func readEpoch(ctx context.Context, r db.Reader, id int64) (Epoch, error) {
	var e Epoch
	q := r.NewSelect().Model(&e).OrderExpr("id DESC").Limit(1)
	if id != 0 {
		q = q.Where("id = ?", id)
	}
	err := q.Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		if id == 0 {
			return e, fmt.Errorf("明细湖中还没有数据，请先导入（yiheng intake）：%w", ErrNoEpoch)
		}
		return e, fmt.Errorf("明细湖中没有第 %d 期数据，它可能已过期清理：%w", id, ErrNoEpoch)
	}
	if err != nil {
		return e, err
	}
	e.Snapshots, err = snapshotsOf(ctx, r, e.ID)
	return e, err
}

func snapshotsOf(ctx context.Context, r db.Reader, epoch int64) (map[string]int64, error) {
	var rows []epochTable
	err := r.NewSelect().Model(&rows).Where("epoch = ?", epoch).Scan(ctx)
	m := make(map[string]int64, len(rows))
	for _, row := range rows {
		m[row.TableName] = row.Snapshot
	}
	return m, err
}

// Epochs returns all epochs that have not expired, oldest first.
func (l *Lake) Epochs(ctx context.Context) ([]Epoch, error) {
	var list []Epoch
	if err := l.db.NewSelect().Model(&list).OrderExpr("id").Scan(ctx); err != nil {
		return nil, err
	}
	var rows []epochTable
	if err := l.db.NewSelect().Model(&rows).Scan(ctx); err != nil {
		return nil, err
	}
	at := make(map[int64]map[string]int64, len(list))
	for i := range list {
		list[i].Snapshots = map[string]int64{}
		at[list[i].ID] = list[i].Snapshots
	}
	for _, row := range rows {
		if m := at[row.Epoch]; m != nil {
			m[row.TableName] = row.Snapshot
		}
	}
	return list, nil
}

// Newest returns the newest epoch and its live sources; an epoch without an id while the lake
// is empty.
func (l *Lake) Newest(ctx context.Context) (e Epoch, live []Source, err error) {
	if e, err = l.Epoch(ctx, 0); errors.Is(err, ErrNoEpoch) {
		return Epoch{}, nil, nil
	}
	if err == nil {
		live, err = l.Sources(ctx, e.ID)
	}
	return e, live, err
}

// Order gives the tags of sources with their order of intake: what says which rows are live,
// and which of two is the later.
func Order(sources []Source) map[string]int64 {
	order := make(map[string]int64, len(sources))
	for _, s := range sources {
		order[s.Tag] = s.Seq
	}
	return order
}

// Sources returns the sources that are live at the given epoch (0: the newest), in
// the order in which they were taken in. Rows whose ColSource is not among their
// tags are invisible.
func (l *Lake) Sources(ctx context.Context, epoch int64) ([]Source, error) {
	e, err := l.Epoch(ctx, epoch)
	if err != nil {
		return nil, err
	}
	var list []Source
	err = l.db.NewSelect().Model(&list).
		Where("epoch <= ?", e.ID).
		Where("retired_in = 0 OR retired_in > ?", e.ID).
		OrderExpr("seq").Scan(ctx)
	return list, err
}

// AllSources returns the sources that were ever taken in, retired ones too, in the order
// in which they were.
func (l *Lake) AllSources(ctx context.Context) ([]Source, error) {
	list := []Source{}
	err := l.db.NewSelect().Model(&list).OrderExpr("seq").Scan(ctx)
	return list, err
}

// SourceByID returns the source with the given ID, live or retired, and whether
// there is one. Of several with one ID (taken in, retired, taken in again) it is the
// last.
func (l *Lake) SourceByID(ctx context.Context, id string) (Source, bool, error) {
	var s Source
	err := l.db.NewSelect().Model(&s).Where("id = ?", id).OrderExpr("seq DESC").Limit(1).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return s, false, nil
	}
	return s, err == nil, err
}

type pin struct {
	bun.BaseModel `bun:"table:lake_pin"`

	Epoch  int64  `bun:",pk"`
	Holder string `bun:",pk"`
	At     time.Time
}

// Pin keeps an epoch from expiring for as long as the holder, a run for instance,
// needs it. It returns ErrNoEpoch when the epoch is not there any more. Pinning
// twice is pinning once.
func (l *Lake) Pin(ctx context.Context, epoch int64, holder string) error {
	return l.db.Write(ctx, func(tx *db.Tx) error {
		if epoch == 0 {
			return fmt.Errorf("lake: %w: 0 cannot be pinned, name the epoch", ErrNoEpoch)
		}
		if _, err := readEpoch(ctx, tx, epoch); err != nil {
			return err
		}
		_, err := tx.NewInsert().Model(&pin{Epoch: epoch, Holder: holder, At: tx.Now}).On("CONFLICT DO NOTHING").Exec(ctx)
		return err
	})
}

// Unpin gives back what Pin holds.
func (l *Lake) Unpin(ctx context.Context, epoch int64, holder string) error {
	return l.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.NewDelete().Model((*pin)(nil)).Where("epoch = ? AND holder = ?", epoch, holder).Exec(ctx)
		return err
	})
}
