// Package knowledge keeps the knowledge points (知识点) that rules judge by: which
// code, for whom, from when to when, where, on what basis.
package knowledge

import (
	"encoding/json"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Point is one knowledge point. Its meaning is that of KNOWLEDGE.md, the
// exchange format; the JSON names are the columns of that format.
type Point struct {
	ID         string       `json:"kp_id"`
	RuleID     string       `json:"rule_id"`
	Code       string       `json:"code,omitempty"`
	OtherCode  string       `json:"other_code,omitempty"`
	Params     *Params      `json:"params,omitempty"`
	ValidFrom  calendar.Day `json:"valid_from,omitzero"` // first service day; NoDay: always was
	ValidTo    calendar.Day `json:"valid_to,omitzero"`   // last service day; NoDay: open
	Supersedes string       `json:"supersedes,omitempty"`
	Region     string       `json:"region,omitempty"` // 6 digits; empty: national
	Basis      string       `json:"basis,omitempty"`
	Note       string       `json:"note,omitempty"`
}

// UnmarshalJSON reads a point; days that the text leaves out are open.
func (p *Point) UnmarshalJSON(text []byte) error {
	type point Point
	q := point{ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}
	err := json.Unmarshal(text, &q)
	*p = Point(q)
	return err
}

// Params are the parameters of a point, for every program; which of them a
// program takes is its Schema. A nil pointer or an empty list was not given.
type Params struct {
	// Every program.
	Result          string   `json:"result,omitempty"` // violation, suspicion
	Severity        int      `json:"severity,omitempty"`
	Group           string   `json:"group,omitempty"`
	ExcludeDx       []string `json:"exclude_dx,omitempty"`
	ExcludeMedTypes []string `json:"exclude_med_types,omitempty"`
	Default         bool     `json:"default,omitempty"`
	NeedsParameters bool     `json:"needs_parameters,omitempty"` // read from a workbook that does not state them: kept, not in force

	// attribute (and the person's side of consistency).
	Attributes
	AnyOf []Attributes `json:"any_of,omitempty"`

	Mode         string              `json:"mode,omitempty"` // never: any, alone; duration: distinct_days, span, per_visit
	DxAny        []string            `json:"dx_any,omitempty"`
	DxNone       []string            `json:"dx_none,omitempty"`
	Window       string              `json:"window,omitempty"`
	FreeQty      *Decimal            `json:"free_qty,omitempty"`
	Class        string              `json:"class,omitempty"`
	MaxKinds     int                 `json:"max_kinds,omitempty"`
	Max          *Decimal            `json:"max,omitempty"`
	Days         int                 `json:"days,omitempty"`
	Count        string              `json:"count,omitempty"` // qty, times, kinds
	MaxDays      int                 `json:"max_days,omitempty"`
	MaxFen       *int64              `json:"max_fen,omitempty"`
	Year         string              `json:"year,omitempty"`
	MaxPriceFen  map[string]int64    `json:"max_price_fen,omitempty"` // by level 3, 2, 1, 0, in fen
	Ratio        *Decimal            `json:"ratio,omitempty"`
	Check        string              `json:"check,omitempty"`
	GraceDays    int                 `json:"grace_days,omitempty"`
	Hours        int                 `json:"hours,omitempty"`
	Fields       []string            `json:"fields,omitempty"`
	Map          map[string][]string `json:"map,omitempty"` // operation_code: item → ICD-9 prefixes
	IntervalDays int                 `json:"interval_days,omitempty"`
	Period       string              `json:"period,omitempty"` // month, quarter, year
	Parts        []string            `json:"parts,omitempty"`
	Min          int                 `json:"min,omitempty"`
	NeedsAny     []string            `json:"needs_any,omitempty"`
	FirstAny     []string            `json:"first_any,omitempty"`
	LookbackDays int                 `json:"lookback_days,omitempty"`
	Benefit      string              `json:"benefit,omitempty"`
	MaxHours     int                 `json:"max_hours,omitempty"`
	Classes      []string            `json:"classes,omitempty"`
	ExamShare    *Decimal            `json:"exam_share,omitempty"`
	TreatShare   *Decimal            `json:"treat_share,omitempty"`
	Numerator    string              `json:"numerator,omitempty"`
	Denominator  string              `json:"denominator,omitempty"`
	Limit        *Decimal            `json:"limit,omitempty"`
	Percentile   *Decimal            `json:"percentile,omitempty"`
	Item         string              `json:"item,omitempty"`
	Tolerance    *Decimal            `json:"tolerance,omitempty"`
	Hits         string              `json:"hits,omitempty"`
	Over         string              `json:"over,omitempty"`     // expression: visit, person
	Triggers     []string            `json:"triggers,omitempty"` // expression: further codes that it is asked for
	Name         string              `json:"name,omitempty"`     // expression: what the check is called
	MinVisits    int                 `json:"min_visits,omitempty"`
	Event        string              `json:"event,omitempty"` // trace: repeated, elsewhere, before_purchase, after_return
}

// Attributes are what one line must satisfy: every given attribute must hold.
type Attributes struct {
	Sex         string   `json:"sex,omitempty"`
	AgeMinDays  *int     `json:"age_min_days,omitempty"`
	AgeMaxDays  *int     `json:"age_max_days,omitempty"`
	AgeMinYears *int     `json:"age_min_years,omitempty"`
	AgeMaxYears *int     `json:"age_max_years,omitempty"`
	MedTypes    []string `json:"med_types,omitempty"` // prefixes of med_type
	Insutypes   []string `json:"insutypes,omitempty"`
	LevelMin    int      `json:"level_min,omitempty"` // 3, 2, 1
	Depts       []string `json:"depts,omitempty"`     // prefixes of bilg_dept_codg
	NotInternet bool     `json:"not_internet,omitempty"`
	DrGradeMin  int      `json:"dr_grade_min,omitempty"`
}

// Decimal is a decimal parameter with four decimals, written as a JSON number.
type Decimal claim.Quantity

// MarshalJSON writes d as a number.
func (d Decimal) MarshalJSON() ([]byte, error) { return []byte(claim.Quantity(d).String()), nil }

// UnmarshalJSON reads a number, or the same number as text.
func (d *Decimal) UnmarshalJSON(text []byte) error {
	var n json.Number
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	return (*claim.Quantity)(d).UnmarshalText([]byte(n.String()))
}
