package stock

import (
	"cmp"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
)

// Trail is what is known of one package: the valid events of its trace code, by time,
// then rid; those of unknown time first.
type Trail struct {
	Code   string  `json:"drug_trac_codg"`
	Events []Event `json:"events"`
}

// mostEvents is more than happens to any package: a code with more events is a
// placeholder that many packages carry, of which the first events alone are kept.
const mostEvents = 1000

// Virtual says whether the code is a placeholder for goods without a code of their
// own: all characters the same, the interface's NMLC…, or more than 1,000 events.
func (t *Trail) Virtual() bool {
	return strings.HasPrefix(t.Code, "NMLC") || strings.Trim(t.Code, t.Code[:min(1, len(t.Code))]) == "" || len(t.Events) > mostEvents
}

// NewTrail makes a trail of rows as recorded.
func NewTrail(code string, rows []Event) *Trail {
	t := &Trail{Code: code, Events: newest(rows, func(e *Event) (string, string, *claim.Version) { return e.ID, e.ValiFlag, &e.Version })}
	slices.SortStableFunc(t.Events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), strings.Compare(a.ID, b.ID), cmp.Compare(a.Read, b.Read))
	})
	return t
}

// Trails reads the trails of one bucket of drug_trac_d in the order of their codes.
// Its memory is that of one trail and of a block of each file.
type Trails struct {
	*owners
	events []Event
}

// OpenTrails opens the files of one bucket of drug_trac_d; want leaves codes out (nil:
// none).
func OpenTrails(files []lake.File, sources map[string]int64, want func(code string) bool) (*Trails, error) {
	o, err := openOwners(claim.DrugTrac.Table, files, sources, want, "rid", "fixmedins_code", "med_list_codg", "psn_no", "mdtrt_id",
		"bkkp_sn", "trac_type", "trdn_flag", "mdtrt_setl_type", "biz_time", "vali_flag", "updt_time")
	if err != nil {
		return nil, err
	}
	return &Trails{owners: o}, nil
}

// Next returns the next trail, nil after the last. It is true until the next call.
func (t *Trails) Next() (*Trail, error) {
	code, more := t.next()
	if !more {
		return nil, nil
	}
	t.events = t.events[:0]
	err := t.take(code, func(c *cursor, i int, read int64) {
		if len(t.events) > mostEvents {
			return
		}
		e := Event{
			ID: c.str(0, i), TracCode: code, FixmedinsCode: c.str(1, i), MedListCodg: c.str(2, i), PsnNo: c.str(3, i), MdtrtID: c.str(4, i),
			BkkpSn: c.str(5, i), Type: c.str(6, i), Split: c.str(7, i), SetlType: c.str(8, i), Time: c.time(9, i), ValiFlag: c.str(10, i),
		}
		e.UpdtTime, e.Read = c.time(11, i), read
		t.events = append(t.events, e)
	})
	if err != nil {
		return nil, err
	}
	return NewTrail(code, t.events), nil
}

// CodesOf returns, by bucket and sorted, the trace codes in files of drug_trac_d that
// have a row of a source that touched says yes to.
func CodesOf(files []lake.File, touched func(source string) bool) (map[int][]string, error) {
	found := make(map[int][]string)
	for _, f := range files {
		r, err := lake.OpenFile(f.Path, claim.DrugTrac.Table)
		if err != nil {
			return nil, err
		}
		for k := range r.Blocks() {
			b := r.Block(k)
			codes, err := touchedOwners(b, touched)
			b.Close()
			if err != nil {
				r.Close()
				return nil, err
			}
			found[f.Bucket] = append(found[f.Bucket], codes...)
		}
		r.Close()
	}
	for b := range found {
		slices.Sort(found[b])
		found[b] = slices.Compact(found[b])
	}
	return found, nil
}

func touchedOwners(b *lake.Block, touched func(string) bool) ([]string, error) {
	source, err := b.Col(lake.ColSource)
	if err != nil || source == nil || source.Index != nil && !slices.ContainsFunc(source.Dict, touched) {
		return nil, err
	}
	by, err := b.Col(claim.DrugTrac.PersonBy)
	if err != nil {
		return nil, err
	}
	var codes []string
	last := ""
	for i := range b.Rows() {
		if code := text(by, i); code != last && touched(text(source, i)) {
			last = strings.Clone(code)
			codes = append(codes, last)
		}
	}
	return codes, nil
}
