package demo

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// The codes that the embedded starter pack rules on, as this generator knows them.
// It is a table of its own: the truth of a city is worked out from it, never by the
// code that judges.
//
//go:embed ruled.csv
var ruledCSV []byte

// The points of the classes for which the starter pack has none: what the city's own
// bureau decided, for codes that are made up where no list is public.
//
//go:embed own.csv
var ownCSV []byte

// ruled is one knowledge point that the generator uses lawfully, and breaks where
// it injects.
type ruled struct {
	id, rule, program string
	violation         bool // result of a hit
	code, other       string
	limits
	text       string       // the parameters as JSON
	from, to   calendar.Day // NoDay: open
	supersedes string
	region     string
	next       *ruled // the point that supersedes this one
	key        string // what counts together with it: its group, else its code
	item       *item  // of code
	otherItem  *item  // of other
}

// limits are a point's parameters (KNOWLEDGE.md names them).
type limits struct {
	attributes
	AnyOf           []attributes        `json:"any_of"`
	Mode            string              `json:"mode"`
	Window          string              `json:"window"`
	FreeQty         int                 `json:"free_qty"`
	Class           string              `json:"class"`
	Group           string              `json:"group"`
	MaxKinds        int                 `json:"max_kinds"`
	Max             int                 `json:"max"`
	Days            int                 `json:"days"`
	Count           string              `json:"count"`
	MaxDays         int                 `json:"max_days"`
	MaxPriceFen     map[string]int64    `json:"max_price_fen"`
	Ratio           float64             `json:"ratio"`
	Check           string              `json:"check"`
	Hours           int                 `json:"hours"`
	Fields          []string            `json:"fields"`
	Map             map[string][]string `json:"map"`
	IntervalDays    int                 `json:"interval_days"`
	DxAny           []string            `json:"dx_any"`
	ExcludeDx       []string            `json:"exclude_dx"`
	ExcludeMedTypes []string            `json:"exclude_med_types"`
	DxNone          []string            `json:"dx_none"`
	NeedsAny        []string            `json:"needs_any"`
	Parts           []string            `json:"parts"`
	Min             int                 `json:"min"`
	FirstAny        []string            `json:"first_any"`
	LookbackDays    int                 `json:"lookback_days"`
	Benefit         string              `json:"benefit"`
	MaxFen          int64               `json:"max_fen"`
	MaxHours        int                 `json:"max_hours"`
	Classes         []string            `json:"classes"`
	Period          string              `json:"period"`
	MinVisits       int                 `json:"min_visits"`
	Hits            string              `json:"hits"`
}

type attributes struct {
	Sex         string   `json:"sex"`
	AgeMinYears *int     `json:"age_min_years"`
	AgeMaxYears *int     `json:"age_max_years"`
	AgeMaxDays  *int     `json:"age_max_days"`
	MedTypes    []string `json:"med_types"`
	Insutypes   []string `json:"insutypes"`
	LevelMin    int      `json:"level_min"`
	Depts       []string `json:"depts"`
	NotInternet bool     `json:"not_internet"`
	DrGradeMin  int      `json:"dr_grade_min"`
}

// loadRuled reads a table. A mistake in it is ours and stops the program.
func loadRuled(text []byte) []*ruled {
	rows := table(text)
	all := make([]*ruled, 0, len(rows))
	for _, row := range rows {
		p := &ruled{
			id: row[0], rule: row[1], program: row[2], violation: row[3] == "violation",
			code: row[4], other: row[5], supersedes: row[9], region: row[10], text: row[6],
		}
		if err := json.Unmarshal([]byte(row[6]), &p.limits); err != nil {
			panic(fmt.Sprintf("demo: %s: %v", p.id, err))
		}
		p.from, p.to = mustDay(row[7]), mustDay(row[8])
		p.key = p.rule + p.code
		if p.Group != "" {
			p.key = p.rule + p.Group
		}
		all = append(all, p)
	}
	return all
}

// succeed tells each point which other takes its place.
func succeed(all []*ruled) {
	byID := make(map[string]*ruled, len(all))
	for _, p := range all {
		byID[p.id] = p
	}
	for _, p := range all {
		if old := byID[p.supersedes]; old != nil {
			old.next = p
		}
	}
}

func mustDay(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if s == "" {
		return calendar.NoDay
	}
	if err != nil {
		panic("demo: " + s + ": " + err.Error())
	}
	return d
}

// table reads an embedded CSV without its header.
func table(text []byte) [][]string {
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		panic("demo: " + err.Error())
	}
	return rows[1:]
}

// validOn says whether p's own dates include d.
func (p *ruled) validOn(d calendar.Day) bool {
	return (p.from == calendar.NoDay || d >= p.from) && (p.to == calendar.NoDay || d <= p.to)
}

// covers says whether an institution of a region stands under p.
func (p *ruled) covers(region string) bool {
	return p.region == "" || strings.HasPrefix(region, strings.TrimRight(p.region, "0"))
}

// holds says whether p judges a service at an institution of a region on a day.
func (p *ruled) holds(d calendar.Day, region string) bool {
	if !p.validOn(d) || !p.covers(region) {
		return false
	}
	return p.next == nil || d < p.next.from || !p.next.covers(region)
}

// result is the word of findings for a hit of p.
func (p *ruled) result() string {
	if p.violation {
		return "violation"
	}
	return "suspicion"
}

// within says whether every attribute that a names holds for a use. Unknown facts
// count as not holding: the generator uses ruled codes only where all is known.
func (a *attributes) within(u *use) bool {
	switch {
	case a.Sex != "" && a.Sex != u.sex,
		a.LevelMin > 0 && u.level < a.LevelMin,
		len(a.MedTypes) > 0 && !hasPrefix(u.medType, a.MedTypes),
		len(a.Insutypes) > 0 && !slices.Contains(a.Insutypes, u.insutype),
		len(a.Depts) > 0 && !hasPrefix(u.dept, a.Depts),
		a.NotInternet && u.payLoc == "5",
		u.grade < a.DrGradeMin:
		return false
	}
	return a.ageWithin(u.birth, u.day)
}

func (a *attributes) ageWithin(birth, day calendar.Day) bool {
	if a.AgeMinYears == nil && a.AgeMaxYears == nil && a.AgeMaxDays == nil {
		return true
	}
	years := birth.YearsUntil(day)
	return (a.AgeMinYears == nil || years >= *a.AgeMinYears) && (a.AgeMaxYears == nil || years <= *a.AgeMaxYears) &&
		(a.AgeMaxDays == nil || int(day-birth) <= *a.AgeMaxDays)
}

// permits says whether an attribute point allows a use.
func (p *ruled) permits(u *use) bool {
	if !p.within(u) {
		return false
	}
	if len(p.AnyOf) == 0 {
		return true
	}
	return slices.ContainsFunc(p.AnyOf, func(a attributes) bool { return a.within(u) })
}

func hasPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// use is what decides whether a line may be paid for.
type use struct {
	day                       calendar.Day
	sex                       string
	birth                     calendar.Day
	medType, insutype, payLoc string
	level                     int
	dept                      string
	grade                     int // of the ordering doctor's title
}
