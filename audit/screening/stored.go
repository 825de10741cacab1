package screening

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// storedRule is a stored version that judges as a rule of the library.
type storedRule struct {
	*rule.Version
	def   *rule.Definition
	unfit int // points that its parameters cannot be laid over: they do not judge
	laid  map[*knowledge.Params]laid
}

// laid are parameters with those of a version laid over them, or why they cannot be.
type laid struct {
	params *knowledge.Params
	err    error
}

// place is where a service was given.
type place struct{ org, region string }

func (v *visit) place() place { return place{v.org, v.region} }

func placeOf(in *claim.Institution) place { return place{in.FixmedinsCode, in.FixBlngAdmdvs} }

// addVersions adds stored versions beside the program's own rules. Versions of one rule
// count together in their windows; each service is objected to under the one that judges it.
func (l *Library) addVersions(byID map[string][]*ruleSet, versions []rule.Version) {
	var ids []string
	for i := range versions {
		v := &versions[i]
		def, err := v.Definition()
		if err != nil || !rule.Executable(&def.Rule) {
			continue
		}
		r := def.Rule
		r.Version, r.Hash = v.Label(def), v.Hash
		set := l.addRule(&r)
		set.stored = &storedRule{Version: v, def: def}
		if others := byID[r.ID]; len(others) > 0 {
			set.byKey = others[0].byKey
		}
		byID[r.ID] = append(byID[r.ID], set)
		ids = append(ids, r.ID)
		l.stored = true
	}
	for _, id := range ids {
		kin := slices.Clone(byID[id])
		slices.SortFunc(kin, (*ruleSet).before)
		for _, set := range kin {
			set.kin = kin
		}
	}
}

// versionOf is the rule set of a stored version; nil when there is none of that id.
func (l *Library) versionOf(id string) *ruleSet {
	k := slices.IndexFunc(l.rules, func(r *ruleSet) bool { return r.stored != nil && r.stored.ID == id })
	if k < 0 {
		return nil
	}
	return l.rules[k]
}

// tries says whether the version that a trial run tries holds for a service.
func (l *Library) tries(day calendar.Day, v *visit) bool {
	return l.tried != nil && v != nil && l.tried.covers(day, v.place())
}

// before orders versions of one rule: the first that covers a service judges it.
func (r *ruleSet) before(o *ruleSet) int {
	if r.stored == nil || o.stored == nil {
		return cmpBool(r.stored == nil, o.stored == nil)
	}
	a, b := r.stored.Version, o.stored.Version
	return cmp.Or(
		cmp.Compare(depth(b.Region), depth(a.Region)),
		cmpBool(b.Grey, a.Grey),
		cmp.Compare(b.From, a.From),
		strings.Compare(b.ID, a.ID))
}

// depth is how narrow a region is.
func depth(region string) int { return len(strings.TrimRight(region, "0")) }

// covers says whether the version holds for a service; on a day that is not known only a
// version without days does.
func (r *ruleSet) covers(day calendar.Day, at place) bool {
	if r.stored == nil {
		return true
	}
	v := r.stored.Version
	if day == calendar.NoDay && (v.From != calendar.NoDay || v.To != calendar.NoDay) {
		return false
	}
	return (v.From == calendar.NoDay || day >= v.From) && (v.To == calendar.NoDay || day <= v.To) && r.reaches(at)
}

// reaches says whether the version holds at a place on some day.
func (r *ruleSet) reaches(at place) bool {
	v := r.stored.Version
	if v.Region != "" && (at.region == "" || !registry.Within(at.region, v.Region)) {
		return false
	}
	return !v.Grey || slices.Contains(v.Institutions, at.org)
}

// judges says whether r is the version that judges a service: the first that covers it.
// Which one that is on a day that is not known cannot be told where several might.
func (r *ruleSet) judges(day calendar.Day, at place) bool {
	for _, o := range r.kin {
		switch {
		case o == r:
			return r.covers(day, at)
		case o.covers(day, at), day == calendar.NoDay && o.reaches(at):
			return false
		}
	}
	return false
}

func (r *ruleSet) off() bool  { return r.stored != nil && r.stored.def.Off }
func (r *ruleSet) grey() bool { return r.stored != nil && r.stored.Grey }

// sameAs says whether two sets are versions of one rule.
func (r *ruleSet) sameAs(o *ruleSet) bool { return r == o || r.kin != nil && r.ID == o.ID }

// runsSome says whether a version of the rule is of the stage that is judged.
func (j *judge) runsSome(r *ruleSet) bool {
	return j.stageOf(r) || slices.ContainsFunc(r.kin, j.stageOf)
}

// ready makes a point of a rule, its parameters laid over; false when it cannot judge.
func (p *point) ready(set *ruleSet, q *knowledge.Point) bool {
	p.Point, p.origin, p.rule = q, q, set
	if set.stored != nil {
		if set.off() {
			return false
		}
		laid, err := set.stored.lay(q.Params)
		if err != nil {
			set.stored.unfit++
			return false
		}
		own := *q
		own.Params = laid
		p.Point = &own
	}
	if p.Params == nil {
		p.Params = noParams
	}
	return !p.Params.NeedsParameters
}

// lay keeps the parameters of points that share them shared: they count together.
func (s *storedRule) lay(p *knowledge.Params) (*knowledge.Params, error) {
	if s.laid == nil {
		s.laid = make(map[*knowledge.Params]laid)
	}
	known, ok := s.laid[p]
	if !ok {
		known.params, known.err = s.def.Lay(p)
		s.laid[p] = known
	}
	return known.params, known.err
}

// addBrought adds the points that versions bring along.
func (l *Library) addBrought() (all []*point) {
	for _, set := range l.rules {
		if set.stored == nil {
			continue
		}
		for i := range set.stored.def.Points {
			p := new(point)
			if p.ready(set, &set.stored.def.Points[i]) {
				p.origin = nil
				set.points = append(set.points, p)
				all = append(all, p)
			}
		}
	}
	return all
}

// key names a point within its rule; versions of a rule share kp_ids.
func (p *point) key() string {
	if p.rule.stored == nil {
		return p.ID
	}
	return p.ID + " " + p.rule.stored.ID
}

// tellApart gives ids of their own to findings of one point and visit of which two
// versions of the rule judged a part each: the version that comes later in the library
// states itself in the id.
func (j *judge) tellApart(hits []*hit) {
	if !j.lib.stored {
		return
	}
	first := make(map[string]*hit, len(hits))
	for _, h := range hits {
		if o := first[h.id]; o == nil || h.point.rule.index < o.point.rule.index {
			first[h.id] = h
		}
	}
	for _, h := range hits {
		if first[h.id] != h && h.point.rule.stored != nil {
			h.id = finding.NewID(h.point.rule.ID, h.point.ID, h.visit.id, "@"+h.point.rule.stored.ID+j.idOf(h))
		}
	}
}

// counts says whether a point is one more than those of the rule's other versions.
func (p *point) counts() bool { return p.rule.stored == nil || p.origin == nil }

// regional are the rules that only stored versions define, each once.
func (l *Library) regional() (rules []*rule.Rule) {
	for _, r := range l.rules {
		if _, own := rule.Get(r.ID); !own && r.stored != nil && r.kin[0] == r {
			rules = append(rules, r.Rule)
		}
	}
	return rules
}

func (l *Library) hasVersion(id string) bool {
	return slices.ContainsFunc(l.rules, func(r *ruleSet) bool { return r.ID == id && r.stored != nil })
}

// versionGaps say which versions are in grey use, and which do not go together with points.
func (l *Library) versionGaps() (gaps []finding.Gap) {
	for _, r := range l.rules {
		if r.grey() {
			gaps = append(gaps, finding.Gap{
				What: fmt.Sprintf("%s（%s）在 %d 家机构灰度运行", r.Name, r.Version, len(r.stored.Institutions)),
				Why:  "其疑点的规则版本以 " + rule.GreyMark + " 结尾，是否接收由接收方决定",
			})
		}
		if r.stored != nil && r.stored.unfit > 0 {
			gaps = append(gaps, finding.Gap{
				What: fmt.Sprintf("%s（%s）的 %d 个知识点", r.Name, r.Version, r.stored.unfit),
				Why:  "规则版本 " + r.stored.ID + " 的参数与知识点的参数不能合用，请核对",
			})
		}
	}
	return gaps
}
