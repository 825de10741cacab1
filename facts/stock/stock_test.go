package stock

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// entriesOf reads entries as cases state them.
func entriesOf(t *testing.T, text string) []Entry {
	t.Helper()
	var rows []Entry
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatal(err)
	}
	return NewBook("H1", rows).Of("X")
}

func TestBalance(t *testing.T) {
	const carry = `{"stock_id":"1","med_list_codg":"X","place_type":"1","entry_type":"carry","biz_date":"2025-03-01","opening_cnt":"20","closing_cnt":"5"}`
	march := calendar.DayOf(2025, 3, 1).Month()
	for _, c := range []struct {
		name, entries string
		had           claim.Quantity // in pieces
		unknown       string
	}{
		{"nothing", `[]`, 0, NotCovered},
		{"a carry and a purchase", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"108","biz_date":"2025-03-05","cnt":"100"}]`, 115, ""},
		{"a return", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"109","biz_date":"2025-03-05","cnt":"-10"}]`, 5, ""},
		{"a return written as positive", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"109","biz_date":"2025-03-05","cnt":"10"}]`, 5, ""},
		{"another code", `[` + carry + `,{"stock_id":"2","med_list_codg":"Y","place_type":"1","entry_type":"108","biz_date":"2025-03-05","cnt":"100"}]`, 0, UnknownCount},
		{"a movement of unknown day", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"108","cnt":"100"}]`, 0, UnknownDays},
		{"a movement without a quantity", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"108","biz_date":"2025-03-05"}]`, 0, UnknownCount},
		{"losses say nothing", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"104","biz_date":"2025-03-05"},{"stock_id":"3","med_list_codg":"X","place_type":"1","entry_type":"108","biz_date":"2025-03-06","cnt":"1"}]`, 16, ""},
		{"a store without a carry", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"2","entry_type":"101","biz_date":"2025-03-05","cnt":"1"}]`, 0, NotCovered},
		{"what came from elsewhere by transfer", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"101","biz_date":"2025-03-05","cnt":"8"},{"stock_id":"3","med_list_codg":"X","place_type":"1","entry_type":"102","biz_date":"2025-03-05","cnt":"-3"}]`, 20, ""},
		{"packs of ten", `[{"stock_id":"1","med_list_codg":"X","place_type":"1","entry_type":"carry","biz_date":"2025-03-01","opening_cnt":"2","closing_cnt":"1","in_cnt":"3","unit":"盒","pack_unit":"盒","split_unit":"片","pack_ratio":"10"}]`, 40, ""},
		{"a ratio stated elsewhere", `[{"stock_id":"1","med_list_codg":"X","place_type":"1","entry_type":"carry","biz_date":"2025-03-01","opening_cnt":"2","closing_cnt":"1","in_cnt":"3"},{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"108","biz_date":"2025-03-05","cnt":"4","pack_ratio":"10"}]`, 50, ""},
		{"two goods of one code", `[` + carry + `,{"stock_id":"2","med_list_codg":"X","place_type":"1","entry_type":"carry","biz_date":"2025-03-01","opening_cnt":"9","closing_cnt":"1","in_cnt":"0"}]`, 0, ManyGoods},
		{"a void carry", `[{"stock_id":"1","med_list_codg":"X","place_type":"1","entry_type":"carry","biz_date":"2025-03-01","opening_cnt":"20","closing_cnt":"5","vali_flag":"0"}]`, 0, NotCovered},
	} {
		b, unknown := BalanceOf(entriesOf(t, c.entries), march, march)
		if unknown != c.unknown || unknown == "" && b.Had() != c.had*claim.Piece {
			t.Errorf("%s: %s, %q; want %d, %q", c.name, b.Had(), unknown, c.had, c.unknown)
		}
	}
}

// TestNewest holds the two ways to find the newest of rows with one key against each
// other.
func TestNewest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		rows := make([]Event, 1+r.IntN(40))
		for i := range rows {
			rows[i] = Event{ID: string(rune('a' + r.IntN(12))), ValiFlag: []string{"", "1", "0"}[r.IntN(3)]}
			rows[i].UpdtTime, rows[i].Read = calendar.Time(r.IntN(3)), int64(i)
		}
		var want []Event
		for i, e := range rows {
			beaten := slices.ContainsFunc(rows, func(o Event) bool { return o.ID == e.ID && o.Newer(&rows[i].Version) })
			if !beaten && e.ValiFlag != "0" {
				want = append(want, e)
			}
		}
		got := newest(slices.Clone(rows), func(e *Event) (string, string, *claim.Version) { return e.ID, e.ValiFlag, &e.Version })
		if !slices.Equal(got, want) {
			t.Fatalf("%v of %v, want %v", got, rows, want)
		}
	}
}

func TestVirtual(t *testing.T) {
	for _, c := range []struct {
		code   string
		events int
		want   bool
	}{
		{"81234560012345678901", 3, false},
		{"00000000000000000000", 1, true},
		{"99999", 1, true},
		{"NMLC999", 1, true},
		{"", 1, true},
		{"81234560012345678901", mostEvents, false},
		{"81234560012345678901", mostEvents + 1, true},
	} {
		tr := &Trail{Code: c.code, Events: make([]Event, c.events)}
		if tr.Virtual() != c.want {
			t.Errorf("%q with %d events: %v", c.code, c.events, tr.Virtual())
		}
	}
}
