package review

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Filter chooses findings; an empty field leaves nothing out, several of a field are one
// or the other.
type Filter struct {
	Batches      []string
	Regions      []string // and all below them
	Institutions []string
	Rules        []string
	RuleVersions []string
	States       []string
	Results      []string
	Outcomes     []string

	Departments []string
	Doctors     []string
	Persons     []string
	Visits      []string
	Desks       []string
	Answers     []string
	Main        string // findings that share money with this one
	From, To    calendar.Day
	MinCounted  int64         // fen
	Overdue     calendar.Time // findings with a clock that had ended at this moment; NoTime: all
	DueFrom     calendar.Time // findings with a clock that had not ended at this moment; 0: all
	Taken       calendar.Day  // findings that a batch taken over on this day delivered first; 0: all
	Moved       calendar.Day  // findings that came into their state on this day; 0: all
	Gone        bool          // only those that the last screening no longer found
	News        bool          // only those of which a later screening says something new
}

// NoFilter leaves nothing out.
var NoFilter = Filter{From: calendar.NoDay, To: calendar.NoDay, Overdue: calendar.NoTime}

// in is a field of a filter that is one or the other.
type in struct {
	column string
	values []string
}

// in are those fields; the first eight are those of the tally.
func (f Filter) in() []in {
	return []in{
		{"batch", f.Batches},
		{"fixmedins_code", f.Institutions},
		{"rule_id", f.Rules},
		{"rule_version", f.RuleVersions},
		{"state", f.States},
		{"result", f.Results},
		{"outcome", f.Outcomes},
		{"dept_name", f.Departments},
		{"dr_code", f.Doctors},
		{"psn_no", f.Persons},
		{"mdtrt_id", f.Visits},
		{"desk", f.Desks},
		{"answer", f.Answers},
	}
}

// tallied says that the tally knows all that is asked.
func (f Filter) tallied() bool {
	for _, x := range f.in()[7:] {
		if len(x.values) > 0 {
			return false
		}
	}
	return f.Main == "" && f.From == calendar.NoDay && f.To == calendar.NoDay && f.MinCounted == 0 && f.Overdue == calendar.NoTime && f.DueFrom == 0 && f.Taken == 0 && f.Moved == 0 && !f.Gone && !f.News
}

// spread says that what is asked may leave most of a million findings, and that the index
// review_finding_sums has all of it: to add them up, SQLite must be told to read that.
func (f Filter) spread() bool {
	f.Regions, f.States, f.Results = nil, nil, nil
	f.From, f.To, f.MinCounted, f.Overdue, f.DueFrom, f.Moved = NoFilter.From, NoFilter.To, 0, NoFilter.Overdue, 0, 0
	return f.tallied() && !slices.ContainsFunc(f.in(), func(x in) bool { return len(x.values) > 0 })
}

// where is the filter as a condition.
func (f Filter) where(q bun.QueryBuilder) bun.QueryBuilder {
	for _, x := range f.in() {
		switch len(x.values) {
		case 0:
		case 1:
			q = q.Where("review_finding.? = ?", bun.Ident(x.column), x.values[0])
		default:
			q = q.Where("review_finding.? IN (?)", bun.Ident(x.column), bun.List(x.values))
		}
	}
	q = withinRegions(q, "review_finding.region", f.Regions)
	if f.Main != "" {
		q = q.Where("review_finding.main_finding_id = ?", f.Main)
	}
	if f.From != calendar.NoDay {
		q = q.Where("review_finding.last_day >= ?", int64(f.From))
	}
	if f.To != calendar.NoDay {
		q = q.Where("review_finding.last_day <= ?", int64(f.To))
	}
	if f.MinCounted > 0 {
		q = q.Where("review_finding.counted >= ?", f.MinCounted)
	}
	if f.Overdue != calendar.NoTime {
		q = q.Where("review_finding.due < ?", int64(f.Overdue))
	}
	if f.DueFrom != 0 {
		q = q.Where("review_finding.due >= ?", int64(f.DueFrom))
	}
	if f.Taken != 0 {
		q = q.Where("review_finding.batch IN (SELECT id FROM review_batch WHERE taken_at >= ? AND taken_at < ?)", startOf(f.Taken), startOf(f.Taken+1))
	}
	if f.Moved != 0 {
		q = q.Where("review_finding.since >= ?", int64(f.Moved.At(0, 0, 0))).Where("review_finding.since < ?", int64((f.Moved+1).At(0, 0, 0)))
	}
	if f.Gone {
		q = q.Where("review_finding.gone_in > ''")
	}
	if f.News {
		q = q.Where("review_finding.latest > review_finding.revision").Where("review_finding.latest > review_finding.aside")
	}
	return q
}

// startOf is the instant at which a day of the offices begins.
func startOf(day calendar.Day) time.Time {
	year, month, of := day.Civil()
	return time.Date(year, time.Month(month), of, 0, 0, 0, 0, calendar.Beijing).UTC()
}

// withinRegions leaves rows whose column is one of the regions or lies below one; no
// region leaves nothing out.
func withinRegions(q bun.QueryBuilder, column string, regions []string) bun.QueryBuilder {
	if len(regions) == 0 {
		return q
	}
	return q.WhereGroup(" AND ", func(q bun.QueryBuilder) bun.QueryBuilder {
		for _, region := range regions {
			if !access.Region(region).Valid() {
				q = q.WhereOr("1 = 0")
				continue
			}
			prefix := prefixOf(region)
			q = q.WhereOr("? BETWEEN ? AND ?", bun.Safe(column), prefix+"000000"[len(prefix):], prefix+"999999"[len(prefix):])
		}
		return q
	})
}

// The orders of a list.
const (
	ByMoney = "money" // the largest first
	ByDue   = "due"   // the earliest deadline first
)

// Page is one page of a list.
type Page struct {
	Findings []*Finding
	Total    Sum    // of all that is asked for
	Next     string // the cursor of the next page, "" at the end
}

// few is how many findings may be sorted rather than read in the order of an index.
const few = 20_000

// sorts says whether so many findings of all are sorted. In the order of an index as many
// are passed over, at most, as there are others.
func sorts(total, all int64) bool { return total < few && total < all-total }

// List returns a page of the findings that the actor may see. after is the cursor that
// the page before gave, limit 1 to 500.
func (r *Review) List(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, order, after string, limit int) (Page, error) {
	if err := mayRead(actor); err != nil {
		return Page{}, err
	}
	if limit < 1 || limit > 500 {
		return Page{}, invalid("review.limit", "每页 %d 条不合规，应在 1 到 500 之间", limit)
	}
	behind, err := readCursor(order, after)
	if err != nil {
		return Page{}, err
	}
	var page Page
	if page.Total, err = r.Total(ctx, from, actor, filter); err != nil || page.Total.N == 0 {
		return page, err
	}
	all, err := r.all(ctx, from)
	if err != nil {
		return page, err
	}
	page.Findings, page.Next, err = readPage(ctx, from, actor, filter, order, behind, limit, sorts(page.Total.N, all))
	return page, err
}

// Each returns all findings that the actor may see, in the order of a list, read page by page.
func (r *Review) Each(ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, order string) iter.Seq2[*Finding, error] {
	return func(yield func(*Finding, error) bool) {
		total, err := r.Total(ctx, from, actor, filter)
		var all int64
		if err == nil {
			all, err = r.all(ctx, from)
		}
		for after := ""; err == nil; {
			var behind cursor
			if behind, err = readCursor(order, after); err != nil {
				break
			}
			var findings []*Finding
			if findings, after, err = readPage(ctx, from, actor, filter, order, behind, 500, sorts(total.N, all)); err != nil {
				break
			}
			for _, f := range findings {
				if !yield(f, nil) {
					return
				}
			}
			if after == "" {
				return
			}
		}
		yield(nil, err)
	}
}

// readPage returns findings behind the cursor and the cursor of the next page. Sorted, it
// first finds which, so that only they are read whole.
func readPage(
	ctx context.Context, from db.Reader, actor *access.Actor, filter Filter, order string, behind cursor, limit int, sorted bool,
) (findings []*Finding, next string, err error) {
	some := func(q bun.QueryBuilder) bun.QueryBuilder { return visible(filter.where(q), actor) }
	sign := "" // the sign keeps the database from walking an index that has few of these findings
	if sorted {
		sign = "+"
	}
	inOrder := func(q *bun.SelectQuery, sign string) *bun.SelectQuery {
		if order == ByDue {
			return q.OrderExpr(sign + "review_finding.due, review_finding.id")
		}
		return q.OrderExpr(sign + "review_finding.counted DESC, review_finding.id DESC")
	}
	q := inOrder(from.NewSelect().Model(&findings).ApplyQueryBuilder(some), sign)
	if behind.Order != "" {
		q = q.ApplyQueryBuilder(func(q bun.QueryBuilder) bun.QueryBuilder { return behind.where(q, sign) })
	}
	q = q.Limit(int64(limit) + 1)
	if sorted {
		q = inOrder(from.NewSelect().Model(&findings).Where("review_finding.id IN (?)", q.Column("id")), "")
	}
	if err := q.Scan(ctx); err != nil {
		return nil, "", err
	}
	if len(findings) > limit {
		findings = findings[:limit]
		next = cursorOf(order, findings[limit-1])
	}
	return findings, next, nil
}

// Get returns one finding. ErrNotFound when it does not exist or the actor may not see it.
func (r *Review) Get(ctx context.Context, from db.Reader, actor *access.Actor, id string) (*Finding, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	all, err := readAll(ctx, from, []string{id}, func(q bun.QueryBuilder) bun.QueryBuilder { return visible(q, actor) })
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// cursor is the last line of the page before.
type cursor struct {
	Order string `json:"o"`
	Key   int64  `json:"k"`
	ID    string `json:"i"`
}

func cursorOf(order string, f *Finding) string {
	c := cursor{order, int64(f.Counted), f.ID}
	if order == ByDue {
		c.Key = f.Due
	}
	text, _ := json.Marshal(c) // a struct of plain fields
	return base64.RawURLEncoding.EncodeToString(text)
}

func readCursor(order, text string) (c cursor, err error) {
	if !slices.Contains([]string{ByMoney, ByDue}, order) {
		return c, invalid("review.order", "不能按 %q 排序，可按 money（金额）或 due（期限）", order)
	}
	if text == "" {
		return c, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil || c.Order != order || strings.ContainsRune(c.ID, 0) {
		return c, invalid("review.cursor", "翻页标记无效，请从第一页重新查询")
	}
	return c, nil
}

// where leaves what comes behind the cursor; sign is as in the order of the list.
func (c cursor) where(q bun.QueryBuilder, sign string) bun.QueryBuilder {
	if c.Order == ByDue {
		return q.Where("("+sign+"review_finding.due, review_finding.id) > (?, ?)", c.Key, c.ID)
	}
	return q.Where("("+sign+"review_finding.counted, review_finding.id) < (?, ?)", c.Key, c.ID)
}
