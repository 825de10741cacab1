package screening

import (
	"strings"

	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// facts works out what is known of every visit that happened.
func (j *judge) facts() {
	for i := range j.visits {
		v := &j.visits[i]
		v.level, v.begin, v.end, v.birth, v.begnTime = levelUnknown, calendar.NoDay, calendar.NoDay, calendar.NoDay, calendar.NoTime
		if e := v.enc; e != nil {
			j.factsOfEncounter(v, e)
		}
		j.factsOfSettlements(v)
		if v.org == "" && len(v.lines) > 0 {
			v.org = j.lines[v.lines[0]].FixmedinsCode
		}
		j.factsOfInstitution(v)
		if p := j.h.Person; p != nil && valid(p.ValiFlag) {
			if p.Gend == "1" || p.Gend == "2" {
				v.sex = p.Gend
			}
			if p.Brdy != calendar.NoDay {
				v.birth = p.Brdy
			}
		}
		if v.newborn {
			v.sex, v.birth = "", calendar.NoDay
		}
		v.last = j.lastDay(v)
		v.stay = strings.HasPrefix(v.medType, "2") || strings.HasPrefix(v.medType, "52")
	}
}

// lastDay returns the last day of a visit: that of endtime, else its latest
// settlement's, else its latest line's, else that of begntime.
func (j *judge) lastDay(v *visit) calendar.Day {
	last := v.end
	for s := v.setl; s != nil && v.end == calendar.NoDay; s = s.next {
		last = max(last, s.SetlTime.Day())
	}
	if last == calendar.NoDay && len(v.lines) > 0 {
		last = j.lines[v.lines[len(v.lines)-1]].day
	}
	if last == calendar.NoDay {
		last = v.begin
	}
	return last
}

func (j *judge) factsOfEncounter(v *visit, e *claim.Encounter) {
	v.org, v.orgName, v.region = e.FixmedinsCode, e.FixmedinsName, e.FixBlngAdmdvs
	v.medType, v.insutype, v.payLoc = e.MedType, e.Insutype, e.PayLoc
	v.newborn = e.NwbFlag == "1"
	v.begnTime, v.begin, v.end = e.Begntime, e.Begntime.Day(), e.Endtime.Day()
	v.level = registry.Level(e.HospLv)
	v.birth = e.Brdy
	if e.Gend == "1" || e.Gend == "2" {
		v.sex = e.Gend
	}
	if v.begin != calendar.NoDay && v.end != calendar.NoDay && v.end < v.begin {
		j.issue(e.FixmedinsCode, IssueNegativeStay, e.MdtrtID)
	}
	if valid(e.ValiFlag) && !v.newborn && e.DieDate != calendar.NoDay && (j.death == calendar.NoDay || e.DieDate < j.death) {
		j.death = e.DieDate
	}
}

func (j *judge) factsOfSettlements(v *visit) {
	for s := v.setl; s != nil; s = s.next {
		if s == v.setl && s.Insutype != "" {
			v.insutype = s.Insutype
		}
		v.org = firstOf(v.org, s.FixmedinsCode)
		v.medType = firstOf(v.medType, s.MedType)
		if s == v.setl && s.PayLoc != "" {
			v.payLoc = s.PayLoc
		}
		if v.sex == "" && (s.Gend == "1" || s.Gend == "2") {
			v.sex = s.Gend
		}
		if v.birth == calendar.NoDay {
			v.birth = s.Brdy
		}
	}
}

// factsOfInstitution adds what fixmedins_b states. A retail pharmacy is told by its
// fixmedins_type, else by the first letter of its national code (P 定点零售药店).
func (j *judge) factsOfInstitution(v *visit) {
	if in := j.lib.institutions[v.org]; in != nil {
		v.region = firstOf(in.FixBlngAdmdvs, v.region)
		v.orgName = firstOf(v.orgName, in.FixmedinsName)
		if v.level == levelUnknown {
			v.level = registry.Level(in.HospLv)
		}
		if in.FixmedinsType != "" {
			v.pharmacy = is(in.FixmedinsType == "2")
		}
	}
	if v.pharmacy == unknown && len(v.org) == 12 && (v.org[0] == 'P' || v.org[0] == 'H') {
		v.pharmacy = is(v.org[0] == 'P')
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
