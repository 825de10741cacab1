// Package yearbook keeps the holiday notices of the State Council in the system of
// record: those that the program brings along, overlaid by what was imported or edited
// since.
package yearbook

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"slices"
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

// Book is the yearbook of one home. It is safe for concurrent use.
type Book struct {
	held atomic.Pointer[held]
}

// held is the calendar of the newest stored edition, whose number is n.
type held struct {
	n        int64
	calendar *calendar.Calendar
}

// Act is who changes the yearbook, and why. Both must be given.
type Act struct {
	Who    string
	Reason string
}

// Edition is a notice as it was stored once, and how it differs from what held before:
// the edition before it, or the notice that the program brings along.
type Edition struct {
	calendar.Notice
	Act
	At             time.Time
	Added, Removed []calendar.Special
}

type noticeRow struct {
	bun.BaseModel `bun:"table:calendar_notice,alias:calendar_notice"`
	N             int64 `bun:",pk"`
	Year          int
	Days          string
	Who           string
	Reason        string
	At            time.Time
}

// Open brings the tables of the yearbook to this version.
func Open(ctx context.Context, d *db.DB) (*Book, error) {
	if err := d.Migrate(ctx, "calendar", schema); err != nil {
		return nil, err
	}
	return &Book{}, nil
}

// Calendar returns the calendar as it is now.
func (b *Book) Calendar(ctx context.Context, from db.Reader) (*calendar.Calendar, error) {
	n, err := last(ctx, from)
	if err != nil {
		return nil, err
	}
	if h := b.held.Load(); h != nil && h.n == n {
		return h.calendar, nil
	}
	notices, err := b.Notices(ctx, from)
	if err != nil {
		return nil, err
	}
	c := calendar.NewCalendar(notices...)
	if _, committed := from.(*db.DB); committed { // an edition of a write under way may come to nothing
		if again, err := last(ctx, from); err == nil && again == n {
			b.held.Store(&held{n, c})
		}
	}
	return c, nil
}

// last is the number of the newest stored edition, 0 for none.
func last(ctx context.Context, from db.Reader) (n int64, err error) {
	err = from.NewSelect().Table("calendar_notice").ColumnExpr("coalesce(max(n), 0)").Scan(ctx, &n)
	return n, err
}

// Newest is the number of the edition that was stored last: those of a Put are the
// numbers that follow.
func (b *Book) Newest(ctx context.Context, from db.Reader) (int64, error) { return last(ctx, from) }

// EditionRow is the kind of the rows that entries of the journal commit to.
const EditionRow = "calendar"

// Committed says how the journal reads editions back, by their number.
func Committed() journal.Committed {
	return journal.Committed{EditionRow: journal.TableOf("n", func(r *noticeRow) (string, any) {
		r.At = r.At.UTC()
		return strconv.FormatInt(r.N, 10), r
	})}
}

// Prepare makes the tables of the room in d, for who reads rows without opening it.
func Prepare(ctx context.Context, d *db.DB) error { return d.Migrate(ctx, "calendar", schema) }

// Notices returns the notices that hold, by year.
func (b *Book) Notices(ctx context.Context, from db.Reader) ([]calendar.Notice, error) {
	var rows []noticeRow
	err := from.NewSelect().Model(&rows).Where("n IN (SELECT max(n) FROM calendar_notice GROUP BY year)").Scan(ctx)
	if err != nil {
		return nil, err
	}
	notices := calendar.Announced()
	for _, row := range rows {
		n, err := row.notice()
		if err != nil {
			return nil, err
		}
		i, found := slices.BinarySearchFunc(notices, n.Year, func(n calendar.Notice, year int) int { return n.Year - year })
		if !found {
			notices = slices.Insert(notices, i, n)
		}
		notices[i] = n
	}
	return notices, nil
}

// Put stores a notice, which replaces the one of its year whole. It must pass Check;
// one that says what holds already is not stored again.
func (b *Book) Put(ctx context.Context, tx *db.Tx, n calendar.Notice, act Act) error {
	if strings.TrimSpace(act.Who) == "" || strings.TrimSpace(act.Reason) == "" {
		return errors.New("修改节假日表要写明操作人和事由")
	}
	if err := n.Check(); err != nil {
		return err
	}
	if held, err := b.notice(ctx, tx, n.Year); err != nil || slices.Equal(held.Days, n.Days) {
		return err
	}
	var text strings.Builder
	if err := calendar.WriteNotices(&text, []calendar.Notice{n}); err != nil {
		return err
	}
	newest, err := last(ctx, tx)
	if err != nil {
		return err
	}
	row := noticeRow{N: newest + 1, Year: n.Year, Days: text.String(), Who: act.Who, Reason: act.Reason, At: tx.Now}
	_, err = tx.NewInsert().Model(&row).Exec(ctx)
	return err
}

// Set adds a day to the notice of a year, or changes what the notice says of it.
func (b *Book) Set(ctx context.Context, tx *db.Tx, year int, s calendar.Special, act Act) error {
	return b.edit(ctx, tx, year, act, func(days []calendar.Special) ([]calendar.Special, error) {
		i, found := search(days, s.Day)
		if !found {
			return slices.Insert(days, i, s), nil
		}
		days[i] = s
		return days, nil
	})
}

// Remove takes a day out of the notice of a year: it is then what its weekday says.
func (b *Book) Remove(ctx context.Context, tx *db.Tx, year int, day calendar.Day, act Act) error {
	return b.edit(ctx, tx, year, act, func(days []calendar.Special) ([]calendar.Special, error) {
		i, found := search(days, day)
		if !found {
			return nil, fmt.Errorf("%d 年节假日表中没有 %s，无法删除", year, day)
		}
		return slices.Delete(days, i, i+1), nil
	})
}

func (b *Book) edit(ctx context.Context, tx *db.Tx, year int, act Act, change func([]calendar.Special) ([]calendar.Special, error)) error {
	n, err := b.notice(ctx, tx, year)
	if err != nil {
		return err
	}
	if len(n.Days) == 0 {
		return fmt.Errorf("还没有 %d 年的节假日表，不能逐日修改：请先导入整年的通知", year)
	}
	if n.Days, err = change(n.Days); err != nil {
		return err
	}
	return b.Put(ctx, tx, n, act)
}

// notice returns the notice of a year that holds; without days when there is none.
func (b *Book) notice(ctx context.Context, from db.Reader, year int) (calendar.Notice, error) {
	notices, err := b.Notices(ctx, from)
	if err != nil {
		return calendar.Notice{}, err
	}
	for _, n := range notices {
		if n.Year == year {
			return n, nil
		}
	}
	return calendar.Notice{Year: year}, nil
}

// History returns what was stored of a year, oldest first.
func (b *Book) History(ctx context.Context, from db.Reader, year int) ([]Edition, error) {
	var rows []noticeRow
	if err := from.NewSelect().Model(&rows).Where("year = ?", year).Order("n").Scan(ctx); err != nil {
		return nil, err
	}
	var before []calendar.Special
	for _, n := range calendar.Announced() {
		if n.Year == year {
			before = n.Days
		}
	}
	editions := make([]Edition, 0, len(rows))
	for _, row := range rows {
		n, err := row.notice()
		if err != nil {
			return nil, err
		}
		editions = append(editions, Edition{
			Notice: n, Act: Act{Who: row.Who, Reason: row.Reason}, At: row.At.UTC(),
			Added: without(n.Days, before), Removed: without(before, n.Days),
		})
		before = n.Days
	}
	return editions, nil
}

func (r noticeRow) notice() (calendar.Notice, error) {
	notices, err := calendar.ReadNotices(strings.NewReader(r.Days))
	if err != nil {
		return calendar.Notice{}, err
	}
	return notices[0], nil
}

func search(days []calendar.Special, day calendar.Day) (int, bool) {
	return slices.BinarySearchFunc(days, day, func(s calendar.Special, d calendar.Day) int { return int(s.Day) - int(d) })
}

// without returns the days of a that b does not have in the same words.
func without(a, b []calendar.Special) (rest []calendar.Special) {
	for _, s := range a {
		if !slices.Contains(b, s) {
			rest = append(rest, s)
		}
	}
	return rest
}
