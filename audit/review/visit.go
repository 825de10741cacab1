package review

import (
	"cmp"
	"context"
	"slices"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Visit is the treatment that a finding objects to, as the newest records have it: from
// admission to settlement, every charge, and what else was found in it.
type Visit struct {
	MdtrtID       string        `json:"mdtrt_id"`
	FixmedinsCode string        `json:"fixmedins_code"`
	FixmedinsName string        `json:"fixmedins_name"`
	HospLv        string        `json:"hosp_lv"`
	MedType       string        `json:"med_type"`
	MedTypeName   string        `json:"med_type_name"`
	Insutype      string        `json:"insutype"`
	Sex           string        `json:"gend" doc:"1 male, 2 female"`
	Age           int           `json:"age" doc:"whole years on the first day, -1 where the birth is not known"`
	Begin         calendar.Time `json:"begntime"`
	End           calendar.Time `json:"endtime"`
	Department    string        `json:"adm_dept_name"`
	Doctor        string        `json:"chfpdr_code"`

	Diagnoses   []VisitCode    `json:"diagnoses"`
	Operations  []VisitCode    `json:"operations"`
	Settlements []VisitPayment `json:"settlements"`
	Lines       []VisitLine    `json:"lines" doc:"in the order of time; those of other visits only where the finding names them"`
	Others      []Line         `json:"others" doc:"other findings of the visit within reach, the most money first"`
	Missing     string         `json:"missing,omitempty" doc:"why there are no records"`
}

// VisitCode is a diagnosis or an operation.
type VisitCode struct {
	Code string        `json:"code"`
	Main bool          `json:"main"`
	At   calendar.Time `json:"at"`
}

// VisitPayment is a settlement of the visit.
type VisitPayment struct {
	SetlID string        `json:"setl_id"`
	At     calendar.Time `json:"setl_time"`
	Total  claim.Money   `json:"medfee_sumamt"`
	Inscp  claim.Money   `json:"inscp_amt"`
	Fund   claim.Money   `json:"fund_pay_sumamt"`
	Acct   claim.Money   `json:"acct_pay"`
	Undone bool          `json:"undone" doc:"a refund, or one that was taken back"`
}

// What a line is to the finding.
const (
	LineHit      = "hit"      // objected to
	LineEvidence = "evidence" // proves it
)

// VisitLine is a charge.
type VisitLine struct {
	BkkpSn       string         `json:"bkkp_sn"`
	MdtrtID      string         `json:"mdtrt_id"`
	At           calendar.Time  `json:"fee_ocur_time"`
	Code         string         `json:"med_list_codg"`
	Name         string         `json:"hilist_name"`
	Cnt          claim.Quantity `json:"cnt"`
	Pric         claim.Price    `json:"pric"`
	Total        claim.Money    `json:"det_item_fee_sumamt"`
	Inscp        claim.Money    `json:"inscp_amt"`
	Department   string         `json:"bilg_dept_name"`
	Doctor       string         `json:"bilg_dr_code"`
	Mark         string         `json:"mark" doc:"hit: objected to; evidence: proves it; empty: neither"`
	Refund       bool           `json:"refund"`
	OfOtherVisit bool           `json:"of_other_visit"`
}

// Visit returns the visit of a finding that the actor may see. An institution's people get
// their own institution's records of it only.
func (r *Review) Visit(ctx context.Context, from db.Reader, actor *access.Actor, id string, at calendar.Time) (*Visit, error) {
	record, err := r.Record(ctx, from, actor, id)
	if err != nil {
		return nil, err
	}
	f := record.Finding
	v := &Visit{
		MdtrtID: f.MdtrtID, FixmedinsCode: f.FixmedinsCode, FixmedinsName: f.FixmedinsName, Age: -1, Begin: calendar.NoTime, End: calendar.NoTime,
		Diagnoses: []VisitCode{}, Operations: []VisitCode{}, Settlements: []VisitPayment{}, Lines: []VisitLine{}, Others: []Line{},
	}
	if f.MdtrtID == "" || f.PsnNo == "" {
		v.Missing = "这条疑点不针对某一次就诊，没有就诊明细"
		return v, nil
	}
	if v.Others, err = r.othersOf(ctx, from, actor, f, at); err != nil {
		return nil, err
	}
	if r.sources.Lake == nil {
		v.Missing = "数据湖中没有这次就诊的记录"
		return v, nil
	}
	h, err := claim.ReadHistory(ctx, r.sources.Lake, r.sources.Home, f.PsnNo)
	if err != nil {
		return nil, err
	}
	if h == nil {
		v.Missing = "数据湖中没有这次就诊的记录"
		return v, nil
	}
	v.read(h, record.Content, actor.May(Read) == nil)
	return v, nil
}

// othersOf are the other findings of the visit.
func (r *Review) othersOf(ctx context.Context, from db.Reader, actor *access.Actor, f *Finding, at calendar.Time) ([]Line, error) {
	filter := NoFilter
	filter.Visits = []string{f.MdtrtID}
	page, err := r.List(ctx, from, actor, filter, ByMoney, "", 200)
	others := []Line{}
	for _, o := range page.Findings {
		if o.ID != f.ID {
			others = append(others, lineOf(o, at))
		}
	}
	return others, err
}

// read takes what belongs to the visit; all says whether lines of other institutions may
// be shown where the finding names them.
func (v *Visit) read(h *claim.History, content *finding.Finding, all bool) {
	ours := func(id, code string) bool { return id == v.MdtrtID && (all || code == "" || code == v.FixmedinsCode) }
	for _, e := range claim.Newest(h.Encounters, func(e *claim.Encounter) (string, *claim.Version) { return e.MdtrtID, &e.Version }) {
		if ours(e.MdtrtID, e.FixmedinsCode) {
			v.admit(e)
		}
	}
	for _, d := range claim.Newest(h.Diagnoses, func(d *claim.Diagnosis) (string, *claim.Version) {
		return cmp.Or(d.ID, d.SetlID+d.DiagCode), &d.Version
	}) {
		if d.MdtrtID == v.MdtrtID && d.ValiFlag != "0" && !hasCode(v.Diagnoses, d.DiagCode) {
			v.Diagnoses = append(v.Diagnoses, VisitCode{d.DiagCode, d.MaindiagFlag == "1", calendar.NoTime})
		}
	}
	for _, o := range claim.Newest(h.Operations, func(o *claim.Operation) (string, *claim.Version) {
		return cmp.Or(o.ID, o.SetlID+o.OprnOprtCode), &o.Version
	}) {
		if o.MdtrtID == v.MdtrtID && o.ValiFlag != "0" && !hasCode(v.Operations, o.OprnOprtCode) {
			v.Operations = append(v.Operations, VisitCode{o.OprnOprtCode, o.MainOprnFlag == "1", o.OprnOprtDate})
		}
	}
	for _, s := range claim.Newest(h.Settlements, func(s *claim.Settlement) (string, *claim.Version) { return s.SetlID, &s.Version }) {
		if ours(s.MdtrtID, s.FixmedinsCode) && s.ValiFlag != "0" {
			v.Settlements = append(v.Settlements, VisitPayment{s.SetlID, s.SetlTime, s.MedfeeSumamt, s.InscpAmt, s.FundPaySumamt, s.AcctPay, s.RefdSetlFlag == "1" || s.InitSetlID != ""})
		}
	}
	v.readLines(h, content, ours, all)
}

func hasCode(codes []VisitCode, code string) bool {
	return slices.ContainsFunc(codes, func(c VisitCode) bool { return c.Code == code })
}

func (v *Visit) readLines(h *claim.History, content *finding.Finding, ours func(id, code string) bool, all bool) {
	mark := map[string]string{}
	for _, sn := range content.EvidenceLines {
		mark[sn] = LineEvidence
	}
	for _, sn := range content.Lines {
		mark[sn] = LineHit
	}
	for _, l := range claim.Newest(h.Lines, func(l *claim.Line) (string, *claim.Version) { return l.BkkpSn, &l.Version }) {
		named := mark[l.BkkpSn] != "" && (all || l.FixmedinsCode == v.FixmedinsCode)
		if l.ValiFlag == "0" || !named && !ours(l.MdtrtID, l.FixmedinsCode) {
			continue
		}
		v.Lines = append(v.Lines, VisitLine{
			BkkpSn: l.BkkpSn, MdtrtID: l.MdtrtID, At: l.FeeOcurTime, Code: cmp.Or(l.MedListCodg, l.HilistCode), Name: l.HilistName, Cnt: l.Cnt, Pric: l.Pric,
			Total: l.DetItemFeeSumamt, Inscp: l.InscpAmt, Department: l.BilgDeptName, Doctor: l.BilgDrCode,
			Mark: mark[l.BkkpSn], Refund: l.InitFeedetlSn != "", OfOtherVisit: l.MdtrtID != v.MdtrtID,
		})
	}
	slices.SortStableFunc(v.Lines, func(a, b VisitLine) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.BkkpSn, b.BkkpSn)) })
}

// admit takes the encounter.
func (v *Visit) admit(e *claim.Encounter) {
	v.FixmedinsName = cmp.Or(e.FixmedinsName, v.FixmedinsName)
	v.HospLv, v.MedType, v.MedTypeName, v.Insutype, v.Sex = e.HospLv, e.MedType, finding.MedTypeName(e.MedType), e.Insutype, e.Gend
	v.Begin, v.End, v.Department, v.Doctor = e.Begntime, e.Endtime, e.AdmDeptName, e.ChfpdrCode
	if e.DscgMaindiagCode != "" && !hasCode(v.Diagnoses, e.DscgMaindiagCode) {
		v.Diagnoses = append(v.Diagnoses, VisitCode{e.DscgMaindiagCode, true, calendar.NoTime})
	}
	if day := e.Begntime.Day(); e.Brdy != calendar.NoDay && e.Begntime != calendar.NoTime && day >= e.Brdy {
		v.Age = e.Brdy.YearsUntil(day)
	}
}
