package demo

import (
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// exclusion is a row of exclusions.csv, the list of visits that rules do not judge.
type exclusion struct {
	rule                string
	psn, mdtrt, org     string
	medType, dx, code   string
	region              string
	validFrom, validTo  calendar.Day // NoDay: open
	kind, reason, exact string       // exact tells rows of one visit apart
}

const exclusionHeader = "ex_id,kind,rule_ids,psn_no,mdtrt_id,fixmedins_code,med_types,dx_any,codes_any,region,valid_from,valid_to,reason\n"

func (x *exclusion) append(b []byte) []byte {
	for _, s := range []string{
		"LW-" + x.rule + "-" + x.exact, x.kind, x.rule, x.psn, x.mdtrt, x.org, x.medType, x.dx, x.code, x.region,
		dayText(x.validFrom), dayText(x.validTo),
	} {
		b = append(append(b, s...), ',')
	}
	return append(append(b, x.reason...), '\n')
}

func dayText(d calendar.Day) string {
	if d == calendar.NoDay {
		return ""
	}
	return d.String()
}

// withLists adds to a play a hit that a list of exclusions does not reach, and one
// that it does.
func (p play) withLists() play {
	breaks := p.breaks
	if len(breaks) == 0 {
		return p
	}
	broken := func(s *scene) bool {
		b := breaks[int(s.number/7)%len(breaks)]
		return b.run(s, b.note)
	}
	return play{
		breaks: append(slices.Clone(breaks), variant{"例外名单不含此次就诊", func(s *scene, _ string) bool {
			if !broken(s) {
				return false
			}
			s.list(false)
			return true
		}}),
		misses: p.misses,
		listed: []variant{{"例外名单", func(s *scene, _ string) bool {
			if !broken(s) {
				return false
			}
			s.list(true)
			for _, t := range s.truths {
				s.misses = append(s.misses, NearMiss{RuleID: t.RuleID, KpID: t.KpID, PsnNo: t.PsnNo, MdtrtID: t.MdtrtID, Lines: t.Lines, Note: t.Note + "，列入例外名单"})
			}
			s.truths = s.truths[:0]
			return true
		}}},
	}
}

// list puts the visits of the scene's truths on the list of exclusions: by one of the
// conditions that a row may state, or so that the row does not reach them.
func (s *scene) list(reaches bool) {
	for _, t := range s.truths {
		v := s.visitOf(t.MdtrtID)
		x := exclusion{
			rule: t.RuleID, exact: v.id, kind: "special", reason: "特例单议：经专家评审同意按病情需要支付",
			validFrom: calendar.NoDay, validTo: calendar.NoDay,
		}
		if !reaches {
			s.wide(&x, v)
		} else {
			s.narrow(&x, v)
		}
		same := func(y exclusion) bool {
			y.exact = x.exact
			return y == x
		}
		if !slices.ContainsFunc(s.lists, same) {
			s.lists = append(s.lists, x)
		}
	}
}

// narrow states conditions that hold for the visit.
func (s *scene) narrow(x *exclusion, v *visit) {
	kinds := []func(){
		func() { x.mdtrt = v.id },
		func() { x.psn, x.validFrom, x.validTo = s.no, s.from-lead, s.to+tail },
		func() { x.psn, x.org = s.no, v.org.code },
		func() { x.mdtrt, x.medType = v.id, v.medType[:2] },
		func() { x.psn, x.region = s.no, v.region[:4]+"00" },
		func() {
			x.psn = s.no
			if x.code = v.anyCode(); x.code == "" {
				x.mdtrt = v.id
			}
		},
		func() {
			x.psn, x.dx, x.kind = s.no, "A", "other"
			if len(v.dx) > 0 && !v.noList && !v.hideMain {
				x.dx = v.dx[0].code[:3]
			} else {
				x.dx, x.mdtrt = "", v.id
			}
		},
	}
	kinds[int(s.number)%len(kinds)]()
}

// wide states something that does not hold for the visit.
func (s *scene) wide(x *exclusion, v *visit) {
	kinds := []func(){
		func() { x.mdtrt = strings.Replace(v.id, "1", "9", 1) },
		func() { x.psn, x.validTo = s.no, s.from-lead-400 },
		func() { x.psn, x.org = s.no, "H00000000000" },
		func() { x.mdtrt, x.medType = v.id, "9" },
		func() { x.psn, x.region = s.no, "110000" },
		func() { x.psn, x.code = s.no, "XV09Z" },
	}
	kinds[int(s.number)%len(kinds)]()
}

// anyCode is the code of a line of which something is left, "" when there is none.
func (v *visit) anyCode() string {
	for k := range v.lines {
		if _, qty := v.net(k); qty > 0 && !v.lines[k].invalid && v.lines[k].qty > 0 {
			return v.lines[k].item.code
		}
	}
	return ""
}

func (s *scene) visitOf(id string) *visit {
	for _, v := range s.visits {
		if v.id == id {
			return v
		}
	}
	panic("demo: no visit " + id)
}
