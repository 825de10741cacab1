package procedure

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Query asks for the work of an actor: instances in its region in whose state its roles
// have a move, and those of whose overdue clocks its roles were told.
type Query struct {
	Actor Actor
	At    calendar.Time
	// Overdue leaves out what is in time.
	Overdue bool
	// States leaves out other states; none leaves out nothing.
	States []string
	// After is the cursor that the page before gave, "" for the first page. Limit is the
	// length of a page, 1 to 500; 0 is 50.
	After string
	Limit int
}

// Item is a line of a list of work.
type Item struct {
	Instance
	StateTitle string
	Due        calendar.Time
	Overdue    bool
	// Escalated says that one of the actor's roles was told of an overdue clock.
	Escalated bool
	// Moves are those that the actor's roles have in this state; guards are not asked.
	Moves []string
}

// Page is one page of a list.
type Page struct {
	Items []Item
	Total int
	Next  string // the cursor of the next page, "" at the end
}

// ErrCursor is the error of a cursor that no page gave.
var ErrCursor = errors.New("翻页标记无效，请从第一页重新查询")

// ToDo returns a page of the actor's work, the earliest deadline first. Clocks that
// ended since the last Tick count as overdue here; what their end does shows after it.
func (e *Engine[T]) ToDo(ctx context.Context, from db.Reader, q Query) (Page, error) {
	if q.Limit == 0 {
		q.Limit = 50
	}
	if q.Limit < 1 || q.Limit > 500 {
		return Page{}, fmt.Errorf("每页 %d 条不合规，应在 1 到 500 之间", q.Limit)
	}
	if _, _, err := readCursor(q.After); err != nil {
		return Page{}, err
	}
	total, rows := 0, []instanceRow(nil)
	for _, part := range e.parts(q) {
		n, err := part(from).Count(ctx)
		if err != nil {
			return Page{}, err
		}
		total += int(n)
		some, err := first(ctx, part(from), q)
		if err != nil {
			return Page{}, err
		}
		rows = append(rows, some...)
	}
	slices.SortFunc(rows, func(a, b instanceRow) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.ID, b.ID)) })
	page := Page{Total: total}
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		last := rows[q.Limit-1]
		page.Next = writeCursor(last.Due, last.ID)
	}
	for _, r := range rows {
		item, err := e.item(r, q)
		if err != nil {
			return Page{}, err
		}
		page.Items = append(page.Items, item)
	}
	return page, nil
}

// Overdue is ToDo without what is in time.
func (e *Engine[T]) Overdue(ctx context.Context, from db.Reader, q Query) (Page, error) {
	q.Overdue = true
	return e.ToDo(ctx, from, q)
}

// parts are queries that share no instance and together are the work: one for each
// state in which the actor's roles have a move, which the index gives in order of
// deadlines, and one for what its roles were told of in other states.
func (e *Engine[T]) parts(q Query) (parts []func(db.Reader) *bun.SelectQuery) {
	common := func(from db.Reader) *bun.SelectQuery {
		query := from.NewSelect().Model((*instanceRow)(nil)).Where("procedure = ?", e.Name)
		if prefix := regionPrefix(q.Actor.Region); prefix != "" {
			query = query.Where("region LIKE ?", prefix+"%")
		}
		if q.Overdue {
			query = query.Where("due < ?", int64(q.At))
		}
		return query
	}
	own := e.statesOf(q.Actor.Roles)
	for _, state := range own {
		if len(q.States) == 0 || slices.Contains(q.States, state) {
			parts = append(parts, func(from db.Reader) *bun.SelectQuery { return common(from).Where("state = ?", state) })
		}
	}
	told := slices.DeleteFunc(slices.Clone(q.Actor.Roles), func(role string) bool { return e.roles[role] == "" })
	if len(told) == 0 {
		return parts
	}
	return append(parts, func(from db.Reader) *bun.SelectQuery {
		query := common(from).Where("escalated > ''").Where("state NOT IN (?)", bun.List(append(own, "")))
		if len(q.States) > 0 {
			query = query.Where("state IN (?)", bun.List(q.States))
		}
		return query.WhereGroup(" AND ", func(query *bun.SelectQuery) *bun.SelectQuery {
			for _, role := range told { // a declared name has no sign of LIKE but _
				query = query.WhereOr("escalated LIKE ? ESCAPE '!'", "%,"+strings.ReplaceAll(role, "_", "!_")+",%")
			}
			return query
		})
	})
}

// first reads one row more than a page behind the cursor.
func first(ctx context.Context, query *bun.SelectQuery, q Query) (rows []instanceRow, err error) {
	due, id, err := readCursor(q.After)
	if err != nil {
		return nil, err
	}
	err = query.Where("due >= ?", due).Where("due > ? OR id > ?", due, id).Model(&rows).Order("due", "id").Limit(int64(q.Limit) + 1).Scan(ctx)
	return rows, err
}

// statesOf are the states in which one of the roles has a move.
func (e *Engine[T]) statesOf(roles []string) (states []string) {
	for _, m := range e.Moves {
		if slices.ContainsFunc(m.Roles, func(r string) bool { return slices.Contains(roles, r) }) {
			states = append(states, m.From...)
		}
	}
	slices.Sort(states)
	return slices.Compact(states)
}

func (e *Engine[T]) item(r instanceRow, q Query) (Item, error) {
	i, err := r.instance()
	if err != nil {
		return Item{}, err
	}
	item := Item{Instance: i, StateTitle: e.states[i.State].Title, Due: i.Due(), Overdue: i.Overdue(q.At)}
	for _, role := range q.Actor.Roles {
		item.Escalated = item.Escalated || strings.Contains(r.Escalated, ","+role+",")
	}
	for _, m := range e.Moves {
		if slices.Contains(m.From, i.State) && slices.ContainsFunc(m.Roles, func(r string) bool { return slices.Contains(q.Actor.Roles, r) }) {
			item.Moves = append(item.Moves, m.Name)
		}
	}
	return item, nil
}

func writeCursor(due int64, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(due, 10) + " " + id))
}

// readCursor returns the last line of the page before; the empty cursor stands before
// every line.
func readCursor(cursor string) (due int64, id string, err error) {
	if cursor == "" {
		return math.MinInt64, "", nil
	}
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, "", ErrCursor
	}
	number, id, found := strings.Cut(string(text), " ")
	due, err = strconv.ParseInt(number, 10, 64)
	if err != nil || !found || due < math.MinInt32 {
		return 0, "", ErrCursor
	}
	return due, id, nil
}

// within says whether a region lies in the one that an actor works in.
func within(region, outer string) bool { return strings.HasPrefix(region, regionPrefix(outer)) }

// regionPrefix is what the regions within one begin with: a province (xx0000), a city
// (xxxx00), a county or a pool itself; "" for the whole country. In what is no region
// nothing lies.
func regionPrefix(region string) string {
	switch {
	case region == "":
		return ""
	case len(region) != 6 || strings.Trim(region, "0123456789") != "":
		return "!"
	case region[2:] == "0000":
		return region[:2]
	case region[4:] == "00" && region[2:4] != "99":
		return region[:4]
	}
	return region
}
