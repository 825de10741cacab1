package knowledge

import (
	"context"
	"slices"
	"sort"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
)

// Filter chooses points of the edition in force; what is empty leaves nothing out.
type Filter struct {
	Rules   []string // rule classes
	Needs   *bool    // whether parameters are missing
	Region  *string  // layer; "" the national one
	Text    string   // a code, the beginning of one, or a part of a name
	Day     calendar.Day
	InForce bool // only points in force on the day
	Order   Order
	Sees    func(region string) bool // layers that may be seen; nil: all
}

// Chosen are the points that a filter chooses of an edition, in its order.
type Chosen struct {
	edition *edition
	day     calendar.Day
	order   Order
	at      []int
}

// Search chooses points of the edition in force. It asks the points themselves, a quarter of
// a million in some 30 ms, not the database.
func (s *Store) Search(ctx context.Context, f *Filter) (*Chosen, error) {
	e, err := s.edition(ctx)
	if err != nil {
		return nil, err
	}
	found, fits := &Chosen{edition: e, day: f.Day, order: f.Order}, f.fits(e)
	for _, i := range e.order {
		if fits(i) {
			found.at = append(found.at, i)
		}
	}
	if f.Order != (Order{}) {
		slices.SortFunc(found.at, func(i, j int) int { return f.Order.compare(keyAt(&e.points[i]), keyAt(&e.points[j])) })
	}
	return found, nil
}

// fits is the filter as a question about points of an edition; what is cheap is asked first.
func (f *Filter) fits(e *edition) func(i int) bool {
	text := f.text(e)
	return func(i int) bool {
		p := &e.points[i]
		switch {
		case len(f.Rules) > 0 && !slices.Contains(f.Rules, p.RuleID),
			f.Needs != nil && *f.Needs == inForce(p),
			f.Region != nil && *f.Region != p.Region,
			f.Sees != nil && !f.Sees(p.Region),
			!text(i),
			f.InForce && e.standing(i, f.Day) != StandsInForce:
			return false
		}
		return true
	}
}

// text looks for a text among codes, by their beginning, or among names.
func (f *Filter) text(e *edition) func(i int) bool {
	text := strings.TrimSpace(f.Text)
	switch {
	case text == "":
		return func(int) bool { return true }
	case codeLike(text):
		return func(i int) bool {
			p := &e.points[i]
			return strings.HasPrefix(p.Code, text) || strings.HasPrefix(p.OtherCode, text) || p.ID == text
		}
	}
	text = strings.ToLower(text)
	return func(i int) bool { return strings.Contains(e.words[i], text) }
}

// codeLike tells a code, or the beginning of one, from a name.
func codeLike(text string) bool {
	const longest = 40 // of a national code
	return len(text) <= longest && strings.ContainsAny(text, "0123456789") && strings.IndexFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '.' && r != '-' && r != '_'
	}) < 0
}

// Total is how many points were chosen.
func (c *Chosen) Total() int { return len(c.at) }

// Standing is a point with what it is on a day.
type Standing struct {
	Version
	Standing string `json:"standing" enum:"in_force,needs_parameters,superseded,outside" doc:"on the day that was asked for"`
}

// Page returns the points behind a key (nil: from the first), at most limit. Which edition
// made them is not told: see Store.Made.
func (c *Chosen) Page(behind *Key, limit int) []Standing {
	from, e := 0, c.edition
	if behind != nil {
		from = sort.Search(len(c.at), func(k int) bool { return c.order.compare(keyAt(&e.points[c.at[k]]), *behind) > 0 })
	}
	page := []Standing{}
	for _, i := range c.at[from:min(len(c.at), from+limit)] {
		page = append(page, Standing{versionOf(&e.points[i], ""), e.standing(i, c.day)})
	}
	return page
}

// Made fills in since when the points hold, and what they then were.
func (s *Store) Made(ctx context.Context, page []Standing) error {
	ids, at := make([]string, len(page)), make(map[string]*Standing, len(page))
	for i := range page {
		ids[i], at[page[i].KpID] = page[i].KpID, &page[i]
	}
	if len(ids) == 0 {
		return nil
	}
	var rows []Version
	err := s.db.NewSelect().Model(&rows).Column("kp_id", "made", "since").Where("kp_id IN (?)", bun.List(ids)).Where("until = 0 AND since > 0").Scan(ctx)
	for i := range rows {
		at[rows[i].KpID].Made, at[rows[i].KpID].Since = rows[i].Made, rows[i].Since
	}
	return err
}

// Sees says which layers an actor may do an operation on to read: the national one, those
// around the regions of the actor's grants, and those within reach.
func Sees(actor *access.Actor, op *access.Operation) func(region string) bool {
	known := map[string]bool{"": true}
	return func(region string) bool {
		sees, asked := known[region]
		if !asked {
			sees = slices.ContainsFunc(actor.Grants, func(g access.Grant) bool { return g.Region != "" && Within(string(g.Region), region) }) ||
				actor.Authorize(op, access.PlaceOf(access.Region(region))) == nil
			known[region] = sees
		}
		return sees
	}
}
