package screening_test

import (
	"math/rand/v2"

	"yiheng/audit/knowledge"
	"yiheng/ground/calendar"
)

// What histories and points are made of: few values, so that they meet.
var (
	drugs = []string{
		"XJ01CAA001A001010100001", "XJ01CAA001B002010100002", "XJ01DBB002A001010100003",
		"XN02BBP005A001010100004", "ZA01AAA00010010100005",
	}
	pieces = []string{"T001700627", "T000100001", "T000200002", "T0017006270000000A01"}
	items  = []string{
		"003107010220000", "003107010220000-1", "001204000060000", "002101030300000", "002503010010000", "003301000010000",
	}
	consumables = []string{"C0101010010000000001", "C0202020020000000002"}
	diagnoses   = []string{"I63.900", "I63.100", "J06.900", "K35.800", "Z51.100", "I10.x00"}
	dxPrefixes  = []string{"I63", "I63.9", "J06", "K35.8", "Z51", "I"}
	procedures  = []string{"47.0100", "68.4100", "36.0600", "68.3100"}
	medTypes    = []string{"11", "2101", "52", "13", "41", "71", "1301"}
)

// generator makes one case.
type generator struct {
	*rand.Rand
	codes   []string // that points and lines have
	program string
	clean   bool      // most facts are known and most money is the fund's
	kind    string    // med_type of most visits; "": any
	grouped [2]string // window and count of points with a group
	cap     int       // theirs
	made    int
	read    int64
	days    []calendar.Day
}

// day returns a day: of the few of this case.
func (g *generator) day() calendar.Day { return g.days[g.IntN(len(g.days))] }

// value makes a value of a parameter.
func (g *generator) value(program string, p *knowledge.Param) any {
	switch p.Name {
	case "exclude_dx", "dx_any", "dx_none":
		return some(g.Rand, dxPrefixes)
	case "med_types", "exclude_med_types":
		return some(g.Rand, []string{"11", "2", "52", "13", "41", "1"})
	case "insutypes":
		return some(g.Rand, []string{"310", "390", "510", "410"})
	case "depts":
		return some(g.Rand, []string{"A03", "A04.01", "A21"})
	case "any_of":
		return []map[string]any{g.attributes(), g.attributes()}
	case "age_min_days", "age_max_days":
		return pick(g.Rand, 28, 0, 365, 16000)
	case "age_min_years":
		return pick(g.Rand, 14, 18, 44)
	case "age_max_years":
		return pick(g.Rand, 14, 18, 45)
	case "dr_grade_min":
		return 1 + g.IntN(5)
	case "class":
		return pick(g.Rand, "G1", "G1", "G1", "G2")
	case "group":
		return pick(g.Rand, "G1", "G2")
	case "benefit":
		return pick(g.Rand, "M01", "M02")
	case "free_qty":
		return pick(g.Rand, 1.0, 2, 0.5)
	case "max":
		return pick(g.Rand, 1.0, 2, 3, 1.5)
	case "max_kinds", "min":
		return 1 + g.IntN(2)
	case "max_days":
		return pick(g.Rand, 1, 2, 3, 14)
	case "days", "interval_days", "lookback_days":
		return pick(g.Rand, 1, 2, 7, 15, 30, 365)
	case "max_fen":
		return pick(g.Rand, 500, 1000, 5000, 9999)
	case "max_price_fen":
		return map[string]int{"3": pick(g.Rand, 1000, 5000), "2": pick(g.Rand, 999, 3333)}
	case "ratio", "exam_share", "treat_share":
		return pick(g.Rand, 0.5, 0.3333, 0.8, 0)
	case "parts", "needs_any", "first_any":
		codes := some(g.Rand, g.codes)
		if p.Name != "parts" && often(g.Rand, 30) {
			codes[0] = codes[0][:7]
		}
		return codes
	case "classes":
		return some(g.Rand, []string{"XJ01C", "XJ01DB"})
	case "map":
		return map[string][]string{pick(g.Rand, g.codes...): {"47"}, pick(g.Rand, items...): some(g.Rand, []string{"68.4", "47.01", "36"})}
	case "fields":
		if often(g.Rand, 40) {
			return []string{pick(g.Rand, "mdtrt_d.chfpdr_code", "chfpdr_code")}
		}
		return some(g.Rand, []string{"bilg_dr_code", "rx_drord_no", "fee_list_d.bilg_dept_codg"})
	case "hours", "max_hours":
		return pick(g.Rand, 1, 24, 36, 48)
	case "grace_days":
		return g.IntN(2)
	case "level_min":
		return 1 + g.IntN(3)
	case "severity":
		return 1 + g.IntN(3)
	}
	if p.Type == knowledge.Truth {
		return true
	}
	if len(p.Values) > 0 {
		return pick(g.Rand, p.Values...)
	}
	panic("no values for parameter " + p.Name + " of " + program)
}

// attributes makes one alternative of any_of.
func (g *generator) attributes() map[string]any {
	a := map[string]any{}
	for _, p := range knowledge.Schema("attribute") {
		if p.OneOf == "attribute" && p.Name != "any_of" && (len(a) == 0 || often(g.Rand, 10)) && often(g.Rand, 25) {
			a[p.Name] = g.value("attribute", &p)
		}
	}
	if len(a) == 0 {
		a["sex"] = "2"
	}
	return a
}
