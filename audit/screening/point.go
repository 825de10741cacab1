package screening

import (
	"strings"

	"yiheng/audit/knowledge"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// point is a knowledge point made ready.
type point struct {
	*knowledge.Point
	origin    *knowledge.Point // as it was before parameters were laid over it
	rule      *ruleSet
	cluster   *cluster
	violation bool
	severity  int8
	single    func(*judge, int32, *line, *point) // judges one line alone; nil: lines are collected
	rivals    *rivals                            // nil: none, as of nearly every point
	list      *benefit                           // of a special disease that it stands on
}

// rivals are the points that take the place of a point where and while they are in
// force.
type rivals struct {
	supersededBy []*point // for good, from their first day on
	standIns     []*point // for the default of a class that needs no point
}

// rival returns p's rivals, to be added to.
func (p *point) rival() *rivals {
	if p.rivals == nil {
		p.rivals = &rivals{}
	}
	return p.rivals
}

// linkSuperseded tells every point which points have replaced it: those that name it,
// and, since a point that waits for parameters replaces nothing, those that name one
// such which names it.
func linkSuperseded(all []*point, points []knowledge.Point) {
	type key struct {
		version *storedRule
		id      string
	}
	byID := make(map[key]*point, len(all))
	for _, p := range all {
		byID[key{p.rule.stored, p.ID}] = p
	}
	pending := make(map[string]string) // kp_id of a point that is left out → what it supersedes
	for i := range points {
		if p := &points[i]; p.Supersedes != "" && byID[key{nil, p.ID}] == nil {
			pending[p.ID] = p.Supersedes
		}
	}
	for _, p := range all {
		id := p.Supersedes
		for range len(pending) {
			next, waits := pending[id]
			if !waits {
				break
			}
			id = next
		}
		if old := byID[key{p.rule.stored, id}]; id != "" && old != nil {
			old.rival().supersededBy = append(old.rival().supersededBy, p)
		}
	}
}

// inForce says whether p holds for an institution's region on a day: valid on that
// day, its region contains the institution's, and no point of a containing region
// has superseded it.
func (p *point) inForce(day calendar.Day, at place) bool {
	if !p.covers(at.region) || p.rule.kin != nil && !p.rule.judges(day, at) {
		return false
	}
	if day == calendar.NoDay {
		return p.ValidFrom == calendar.NoDay && p.ValidTo == calendar.NoDay && (p.rivals == nil || p.rivals.leave(day, at))
	}
	if p.ValidFrom != calendar.NoDay && day < p.ValidFrom || p.ValidTo != calendar.NoDay && day > p.ValidTo {
		return false
	}
	return p.rivals == nil || p.rivals.leave(day, at)
}

// leave says whether no rival takes the place of their point. A point that is
// superseded is not known to be in force on a day that is not known.
func (r *rivals) leave(day calendar.Day, at place) bool {
	for _, q := range r.standIns {
		if q.inForce(day, at) {
			return false
		}
	}
	for _, q := range r.supersededBy {
		if day == calendar.NoDay || (q.ValidFrom == calendar.NoDay || day >= q.ValidFrom) && q.covers(at.region) {
			return false
		}
	}
	return true
}

func (p *point) covers(region string) bool {
	return p.Region == "" || region != "" && registry.Within(region, p.Region)
}

// before orders points that object to the same money of one line: a local point
// before a national one, then the smaller kp_id.
func (p *point) before(q *point) int {
	if p.Region != q.Region {
		if p.Region == "" {
			return 1
		}
		if q.Region == "" {
			return -1
		}
	}
	return strings.Compare(p.ID, q.ID)
}
