// Package stock holds what institutions keep beside their claims about goods: the
// books of their stores (stock_d) and the life of single packages by trace code
// (drug_trac_d), and reads both from the lake owner by owner.
package stock

import (
	"encoding/json"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Types of an Entry; the numbers are the national inv_chg_type.
const (
	Carry        = "carry" // a month's carry-forward; every other type is a movement
	TransferIn   = "101"
	TransferOut  = "102"
	Surplus      = "103"
	Loss         = "104"
	Destroyed    = "105"
	OtherIn      = "106"
	OtherOut     = "107"
	Purchase     = "108"
	Return       = "109" // to the supplier
	Take         = "take"
	Sale         = "sale"
	SaleReturned = "sale_return"
)

// Entry is a row of stock_d: a month's carry-forward of one good in one store, or a
// movement of it. What the row does not state is unknown.
type Entry struct {
	ID            string         `json:"stock_id"`
	FixmedinsCode string         `json:"fixmedins_code"`
	MedListCodg   string         `json:"med_list_codg,omitzero"`
	PlaceType     string         `json:"place_type,omitzero"` // 1 药库, 2 药房
	PlaceName     string         `json:"place_name,omitzero"`
	Type          string         `json:"entry_type"`
	Day           calendar.Day   `json:"biz_date,omitzero"` // of a carry: the first day of its month
	Opening       claim.Quantity `json:"opening_cnt,omitzero"`
	In            claim.Quantity `json:"in_cnt,omitzero"`
	Out           claim.Quantity `json:"out_cnt,omitzero"`
	Closing       claim.Quantity `json:"closing_cnt,omitzero"`
	Cnt           claim.Quantity `json:"cnt,omitzero"` // of a movement: in positive, out negative
	PackRatio     claim.Quantity `json:"pack_ratio,omitzero"`
	Unit          string         `json:"unit,omitzero"`
	PackUnit      string         `json:"pack_unit,omitzero"`
	SplitUnit     string         `json:"split_unit,omitzero"`
	ValiFlag      string         `json:"vali_flag,omitzero"`
	claim.Version
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (e *Entry) UnmarshalJSON(text []byte) error {
	type row Entry
	r := row{
		Day: calendar.NoDay, Opening: claim.Null, In: claim.Null, Out: claim.Null, Closing: claim.Null,
		Cnt: claim.Null, PackRatio: claim.Null, Version: claim.Version{UpdtTime: calendar.NoTime},
	}
	err := json.Unmarshal(text, &r)
	*e = Entry(r)
	return err
}

// Types of an Event.
const (
	Bought         = "purchase"        // taken in by an institution
	BoughtReturned = "purchase_return" // given back to the supplier
	Sold           = "sale"
	SoldReturned   = "sale_return" // given back by the buyer
	Counted        = "stock"       // stands in an institution's store
)

// Event is a row of drug_trac_d: one event in the life of a package.
type Event struct {
	ID            string        `json:"rid"`
	TracCode      string        `json:"drug_trac_codg"`
	FixmedinsCode string        `json:"fixmedins_code,omitzero"`
	MedListCodg   string        `json:"med_list_codg,omitzero"`
	PsnNo         string        `json:"psn_no,omitzero"`
	MdtrtID       string        `json:"mdtrt_id,omitzero"`
	BkkpSn        string        `json:"bkkp_sn,omitzero"`
	Type          string        `json:"trac_type"`
	Split         string        `json:"trdn_flag,omitzero"`       // 1: sold in parts
	SetlType      string        `json:"mdtrt_setl_type,omitzero"` // 1 医保, 2 自费
	Time          calendar.Time `json:"biz_time,omitzero"`
	ValiFlag      string        `json:"vali_flag,omitzero"`
	claim.Version
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (e *Event) UnmarshalJSON(text []byte) error {
	type row Event
	r := row{Time: calendar.NoTime, Version: claim.Version{UpdtTime: calendar.NoTime}}
	err := json.Unmarshal(text, &r)
	*e = Event(r)
	return err
}

// newest strikes out, in place, the rows that are void and, of rows with one key, all
// but the newest: the winner is found first, then its validity is looked at. A row
// without a key is like no other.
func newest[T any](rows []T, of func(*T) (key, valid string, v *claim.Version)) []T {
	wins := winners(rows, of)
	kept := rows[:0]
	for i := range rows {
		if _, valid, _ := of(&rows[i]); valid != "0" && wins(i) {
			kept = append(kept, rows[i])
		}
	}
	return kept
}

// winners says of a row whether none with its key is newer. Most owners have few rows,
// for which no map is made.
func winners[T any](rows []T, of func(*T) (key, valid string, v *claim.Version)) func(i int) bool {
	const few = 16
	lost := make([]bool, len(rows))
	settle := func(a, b int) (winner int) { // b is the later row
		_, _, old := of(&rows[a])
		if _, _, v := of(&rows[b]); !v.Newer(old) {
			lost[b] = true
			return a
		}
		lost[a] = true
		return b
	}
	best := make(map[string]int, max(0, len(rows)-few))
	for i := range rows {
		key, _, _ := of(&rows[i])
		switch {
		case key == "":
		case len(rows) <= few:
			for k := range i {
				if other, _, _ := of(&rows[k]); other == key && !lost[k] {
					settle(k, i)
				}
			}
		default:
			if at, twice := best[key]; twice {
				best[key] = settle(at, i)
			} else {
				best[key] = i
			}
		}
	}
	return func(i int) bool { return !lost[i] }
}
