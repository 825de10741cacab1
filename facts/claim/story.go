package claim

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// ReadHistory returns all that the newest epoch of the lake has of one person, as
// recorded; nil when it has nothing. dir is the home. What it returns is the caller's.
func ReadHistory(ctx context.Context, l *lake.Lake, dir, psn string) (*History, error) {
	e, live, err := l.Newest(ctx)
	if err != nil || e.ID == 0 {
		return nil, err
	}
	o := FeedOptions{Files: map[string][]lake.File{}, Sources: lake.Order(live), Want: func(p string) bool { return p == psn }}
	if o.Moved, err = ReadMoved(dir, live); err != nil {
		return nil, err
	}
	bucket := l.Bucket(psn)
	for name := range takers {
		files, err := l.Files(ctx, e, name, 0)
		if err != nil {
			return nil, err
		}
		o.Files[name] = slices.DeleteFunc(files, func(f lake.File) bool { return f.Bucket != bucket })
	}
	return readOne(o)
}

// readOne reads the one person whom the options want.
func readOne(o FeedOptions) (*History, error) {
	feed, err := OpenFeed(o)
	if err != nil {
		return nil, err
	}
	defer feed.Close()
	h, err := feed.Next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(h) // the feed's own memory is used again
	if err != nil {
		return nil, err
	}
	var own History
	err = json.Unmarshal(text, &own)
	return &own, err
}

// Story is what a person used, by visit, the newest first. Rows that are void or were
// replaced are left out.
type Story struct {
	PsnNo  string       `json:"psn_no"`
	Gend   string       `json:"gend" doc:"1 male, 2 female"`
	Born   int          `json:"born" doc:"year, 0 where it is not known"`
	Visits []StoryVisit `json:"visits" nullable:"false"`
	Months []StoryMonth `json:"months" nullable:"false" doc:"by the day of the charge, from the first to the last with one"`
}

// StoryVisit is a visit, stay or purchase with what was settled.
type StoryVisit struct {
	MdtrtID       string        `json:"mdtrt_id"`
	FixmedinsCode string        `json:"fixmedins_code"`
	FixmedinsName string        `json:"fixmedins_name"`
	HospLv        string        `json:"hosp_lv"`
	MedType       string        `json:"med_type"`
	Insutype      string        `json:"insutype"`
	Begin         calendar.Time `json:"begntime"`
	End           calendar.Time `json:"endtime"`
	Department    string        `json:"adm_dept_name"`
	Doctor        string        `json:"chfpdr_code"`
	Diagnosis     string        `json:"dscg_maindiag_code"`
	Settlements   []string      `json:"setl_ids" nullable:"false"`
	Medfee        Money         `json:"medfee_sumamt"`
	Fund          Money         `json:"fund_pay_sumamt"`
	Lines         int           `json:"lines"`
}

// StoryMonth is what was charged in a month.
type StoryMonth struct {
	Month string `json:"month" doc:"as 2026-01"`
	Lines int    `json:"lines"`
	Total Money  `json:"det_item_fee_sumamt"`
	Inscp Money  `json:"inscp_amt"`
}

// StoryLine is a charge.
type StoryLine struct {
	BkkpSn        string        `json:"bkkp_sn"`
	MdtrtID       string        `json:"mdtrt_id"`
	FixmedinsCode string        `json:"fixmedins_code"`
	At            calendar.Time `json:"fee_ocur_time"`
	Code          string        `json:"med_list_codg"`
	Name          string        `json:"hilist_name"`
	Cnt           Quantity      `json:"cnt"`
	Pric          Price         `json:"pric"`
	Total         Money         `json:"det_item_fee_sumamt"`
	Inscp         Money         `json:"inscp_amt"`
	Department    string        `json:"bilg_dept_name"`
	Doctor        string        `json:"bilg_dr_code"`
	Refund        bool          `json:"refund"`
}

// StoryOf tells a history.
func StoryOf(h *History) *Story {
	s := &Story{PsnNo: h.PsnNo, Visits: []StoryVisit{}, Months: []StoryMonth{}}
	if h.Person != nil {
		s.Gend, s.Born = h.Person.Gend, h.Person.Brdy.Year()
	}
	at := map[string]int{}
	for _, e := range Newest(h.Encounters, func(e *Encounter) (string, *Version) { return e.MdtrtID, &e.Version }) {
		if e.ValiFlag == "0" {
			continue
		}
		at[e.MdtrtID] = len(s.Visits)
		s.Visits = append(s.Visits, StoryVisit{
			MdtrtID: e.MdtrtID, FixmedinsCode: e.FixmedinsCode, FixmedinsName: e.FixmedinsName, HospLv: e.HospLv, MedType: e.MedType, Insutype: e.Insutype,
			Begin: e.Begntime, End: e.Endtime, Department: e.AdmDeptName, Doctor: e.ChfpdrCode, Diagnosis: e.DscgMaindiagCode, Settlements: []string{},
		})
		if s.Gend == "" {
			s.Gend = e.Gend
		}
		if s.Born == 0 {
			s.Born = e.Brdy.Year()
		}
	}
	for _, x := range Newest(h.Settlements, func(x *Settlement) (string, *Version) { return x.SetlID, &x.Version }) {
		if k, ok := at[x.MdtrtID]; ok && x.ValiFlag != "0" {
			v := &s.Visits[k]
			v.Settlements = append(v.Settlements, x.SetlID)
			v.Medfee, v.Fund = v.Medfee+stated(x.MedfeeSumamt), v.Fund+stated(x.FundPaySumamt)
		}
	}
	for _, l := range linesOf(h) {
		if k, ok := at[l.MdtrtID]; ok {
			s.Visits[k].Lines++
		}
	}
	s.Months = monthsOf(h)
	slices.SortStableFunc(s.Visits, func(a, b StoryVisit) int {
		return cmp.Or(cmp.Compare(b.Begin, a.Begin), cmp.Compare(a.MdtrtID, b.MdtrtID))
	})
	return s
}

// LinesOf are a person's charges, the newest first; mdtrt leaves those of one visit.
func LinesOf(h *History, mdtrt string) []StoryLine {
	out := []StoryLine{}
	for _, l := range linesOf(h) {
		if mdtrt == "" || l.MdtrtID == mdtrt {
			out = append(out, StoryLine{
				BkkpSn: l.BkkpSn, MdtrtID: l.MdtrtID, FixmedinsCode: l.FixmedinsCode, At: l.FeeOcurTime, Code: cmp.Or(l.MedListCodg, l.HilistCode), Name: l.HilistName,
				Cnt: l.Cnt, Pric: l.Pric, Total: l.DetItemFeeSumamt, Inscp: l.InscpAmt, Department: l.BilgDeptName, Doctor: l.BilgDrCode, Refund: l.InitFeedetlSn != "",
			})
		}
	}
	slices.SortStableFunc(out, func(a, b StoryLine) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(a.BkkpSn, b.BkkpSn)) })
	return out
}

// linesOf are the newest rows of the charges that are not void.
func linesOf(h *History) []*Line {
	all := Newest(h.Lines, func(l *Line) (string, *Version) { return l.BkkpSn, &l.Version })
	return slices.DeleteFunc(all, func(l *Line) bool { return l.ValiFlag == "0" })
}

// monthsOf are the months from the first to the last charge, those without any too.
func monthsOf(h *History) []StoryMonth {
	by, first, last := map[int]StoryMonth{}, 0, -1
	for _, l := range linesOf(h) {
		m := l.FeeOcurTime.Day().Month()
		if m == 0 {
			continue
		}
		if last < 0 || m < first {
			first = m
		}
		last = max(last, m)
		sum := by[m]
		by[m] = StoryMonth{Lines: sum.Lines + 1, Total: sum.Total + stated(l.DetItemFeeSumamt), Inscp: sum.Inscp + stated(l.InscpAmt)}
	}
	months := []StoryMonth{}
	for m := first; m <= last; m++ {
		sum := by[m]
		sum.Month = calendar.DayOf(m/12, m%12+1, 1).String()[:7]
		months = append(months, sum)
	}
	return months
}

// stated returns m, 0 where the record states none.
func stated(m Money) Money {
	if m.IsZero() {
		return 0
	}
	return m
}

// Newest returns the newest row of each key, in the order in which keys first come.
func Newest[T any](rows []T, of func(*T) (string, *Version)) []*T {
	var out []*T
	at := make(map[string]int, len(rows))
	for k := range rows {
		key, version := of(&rows[k])
		old, ok := at[key]
		if !ok {
			at[key] = len(out)
			out = append(out, &rows[k])
			continue
		}
		if _, before := of(out[old]); version.Newer(before) {
			out[old] = &rows[k]
		}
	}
	return out
}
