package screening

import (
	"slices"

	"yiheng/audit/expression"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/calendar"
)

// patient is what expressions see of one patient: the person, or a newborn on the
// person's account.
type patient struct {
	*expression.Patient
	visits  []*visit // as Patient.Visits
	facts   map[*visit]*expression.Visit
	visitOf map[*expression.Visit]*visit
}

// everyPatient returns the person and, where there is one, the newborn.
func (j *judge) everyPatient() []*patient {
	var all []*patient
	for i := range j.visits {
		if v := &j.visits[i]; j.visible(v) {
			if p := j.patientOf(v); !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

// visible says whether a visit took place and something is known of it.
func (j *judge) visible(v *visit) bool { return v.happened() && (v.enc != nil || len(v.lines) > 0) }

// patientOf returns the patient of a visit, made at the first time in a year's pass.
func (j *judge) patientOf(v *visit) *patient {
	at := 0
	if v.newborn {
		at = 1
	}
	if j.patients[at] == nil {
		j.patients[at] = j.newPatient(v.newborn)
	}
	return j.patients[at]
}

func (j *judge) newPatient(newborn bool) *patient {
	p := &patient{
		Patient: &expression.Patient{Horizon: j.horizon},
		facts:   make(map[*visit]*expression.Visit), visitOf: make(map[*expression.Visit]*visit),
	}
	for i := range j.visits {
		if v := &j.visits[i]; v.newborn == newborn && j.visible(v) {
			p.visits = append(p.visits, v)
		}
	}
	sortByBegin(p.visits)
	records := j.recordsByVisit()
	for _, v := range p.visits {
		f := j.visitFacts(v, records)
		p.facts[v], p.visitOf[f] = f, v
		p.Visits = append(p.Visits, f)
	}
	lines := make([]expression.Line, len(j.order))
	for k, i := range j.order {
		x := &j.lines[i]
		f := p.facts[x.visit]
		if f == nil {
			continue
		}
		l := &lines[k]
		*l = j.lineFacts(x, f)
		l.Index = int32(k)
		f.Lines = append(f.Lines, l)
		p.Lines = append(p.Lines, l)
	}
	return p
}

func (j *judge) lineFacts(x *line, v *expression.Visit) expression.Line {
	code := lineCode(x.Line)
	l := expression.Line{
		Line: x.Line, Visit: v, Day: x.day, Qty: x.qty, Sum: x.sum, Inscp: x.inscp,
		Code: code, Kind: rule.Object(code, x.ListType), Insutype: insutype(x), SelfPaid: x.selfPay, Grade: expression.Unknown,
	}
	if dr := j.lib.doctors[x.BilgDrCode]; dr != nil && registry.Grade(dr.DrProTechDuty) != registry.UnknownGrade {
		l.Grade = registry.Grade(dr.DrProTechDuty)
	}
	return l
}

// visitFacts returns what is known of a visit. The diagnoses of a stay (which a visit of
// unknown type may be) and the operations of any visit are all known only by its
// settlement list.
func (j *judge) visitFacts(v *visit, records map[*visit][]*expression.Record) *expression.Visit {
	j.collectCodes(v)
	f := &expression.Visit{
		ID: v.id, FixmedinsCode: v.org, FixmedinsName: v.orgName, FixBlngAdmdvs: v.region, Level: v.level,
		MedType: v.medType, Insutype: v.insutype, PayLoc: v.payLoc, Sex: v.sex, Birth: v.birth, Newborn: v.newborn,
		Begin: v.begin, End: v.end, BegTime: v.begnTime, EndTime: calendar.NoTime,
		MainDx: v.mainDx, Dx: v.dx, DxIncomplete: (v.stay || v.medType == "") && !j.listsDiagnoses(v),
		OpsUnknown: !j.lib.has("setl_list_oprn_d") || len(v.ops) == 0 && !j.listsDiagnoses(v),
		Records:    records[v], RecordsUnknown: !j.lib.has("record_d"),
	}
	if v.pharmacy != unknown {
		f.FixmedinsType = map[fact]string{yes: "2", no: "1"}[v.pharmacy]
	}
	if v.level == levelUnknown {
		f.Level = expression.Unknown
	}
	if e := v.enc; e != nil {
		f.EndTime, f.DiseNo, f.Dept, f.DeptName, f.DrCode = e.Endtime, e.DiseNo, e.AdmDeptCodg, e.AdmDeptName, e.ChfpdrCode
	}
	main := v.mainOperation()
	for _, o := range v.ops {
		f.Ops = append(f.Ops, &expression.Operation{Code: o.OprnOprtCode, Time: o.OprnOprtDate, Main: o.MainOprnFlag == "1"})
	}
	for _, code := range v.operations() {
		if !slices.ContainsFunc(f.Ops, func(o *expression.Operation) bool { return o.Code == code }) {
			f.Ops = append(f.Ops, &expression.Operation{Code: code, Time: calendar.NoTime, Main: code == main})
		}
	}
	for s := v.setl; s != nil; s = s.next {
		f.Settlements = append(f.Settlements, &expression.Settlement{Settlement: s.Settlement})
	}
	return f
}

// recordsByVisit returns the newest valid version of each record of the hospitals'
// books, by the visit that it is about.
func (j *judge) recordsByVisit() map[*visit][]*expression.Record {
	if len(j.h.Records) == 0 {
		return nil
	}
	newest := make(map[string]*claim.Record)
	for i := range j.h.Records {
		r := &j.h.Records[i]
		if old := newest[r.ID]; old == nil || r.Newer(&old.Version) {
			newest[r.ID] = r
		}
	}
	byVisit := make(map[*visit][]*expression.Record)
	for i := range j.h.Records {
		r := &j.h.Records[i]
		if newest[r.ID] != r || !valid(r.ValiFlag) {
			continue
		}
		if v := j.visitOfRecord(r); v != nil {
			byVisit[v] = append(byVisit[v], &expression.Record{Record: r})
		}
	}
	return byVisit
}

// visitOfRecord returns the visit with the record's mdtrt_id, else the one at its
// institution with its ipt_otp_no; nil when there is none.
func (j *judge) visitOfRecord(r *claim.Record) *visit {
	if r.MdtrtID != "" {
		if at, ok := j.visitByID[r.MdtrtID]; ok {
			return &j.visits[at]
		}
		return nil
	}
	for i := range j.visits {
		if e := j.visits[i].enc; e != nil && r.IptOtpNo != "" && e.IptOtpNo == r.IptOtpNo && e.FixmedinsCode == r.FixmedinsCode {
			return &j.visits[i]
		}
	}
	return nil
}
