package main

import (
	"testing"
	"time"
)

// TestJournalFilters: the journal is a query: total, act, region with those within it, days;
// an id that looks like an identity number is refused with a sentence.
func TestJournalFilters(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		type page struct {
			Total int
			Next  string
			Items []struct {
				N           int64
				Act, Region string
			}
		}
		read := func(query string) (p page) {
			t.Helper()
			w.auditor.does("GET", "/api/journal?"+query, "", &p)
			return p
		}
		if p := read("act=access.add_organisation&limit=2"); p.Total != 5 || len(p.Items) != 2 || p.Next == "" {
			t.Errorf("organisations added: %+v", p)
		} else if last := read("act=access.add_organisation&limit=500&cursor=" + p.Next); last.Total != 5 || len(last.Items) != 3 || last.Next != "" {
			t.Errorf("the rest of them: %+v", last)
		}
		today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
		if all, some := read("limit=1"), read("limit=1&from="+today+"&to="+today); some.Total < all.Total || all.Total == 0 {
			t.Errorf("today %d, ever %d", some.Total, all.Total)
		}
		if p := read("to=2001-01-01"); p.Total != 0 || len(p.Items) != 0 {
			t.Errorf("before the first day: %+v", p)
		}
		if p := read("region=330400&act=access.login"); p.Total != len(p.Items) {
			t.Errorf("of the city: %+v", p)
		} else {
			for _, e := range p.Items {
				if e.Region[:4] != "3304" {
					t.Errorf("entry %d is of %s", e.N, e.Region)
				}
			}
		}
		regional := w.admit("regional", "XIUZHOU", `"role":"auditor","organisation":"XIUZHOU"`, "/api/grants", w.officer)
		var own page
		regional.does("GET", "/api/journal?limit=500", "", &own)
		if own.Total == 0 || own.Total != len(own.Items) {
			t.Errorf("the county's auditor sees %d of %d", len(own.Items), own.Total)
		}
		for _, e := range own.Items {
			if e.Region != "330411" {
				t.Errorf("the county's auditor sees entry %d of %q", e.N, e.Region)
			}
		}
		if status, _, _ := regional.ask("GET", "/api/journal/0", ""); status != 404 {
			t.Errorf("the first entry, which is the installation's: %d", status)
		}
		w.run(t, []step{
			{w.auditor, "GET", "/api/journal?region=33", "", 422, []string{"六位数字"}, ""},
			{w.auditor, "GET", "/api/journal?from=1.1.", "", 422, nil, ""},
			{w.leader, "GET", "/api/journal", "", 403, []string{`"role"`}, ""},
			{w.admin, "POST", "/api/organisations", `{"code":"11010519491231002X","kind":"agency","name":"以证件号码为编码","region":"330402"}`, 422, []string{`"identity"`, "请改用编码", "110105********002X"}, ""},
		})
		status, text, _ := w.admin.ask("GET", "/api/organisations?filter=code:11010519491231002X", "")
		if status != 200 {
			t.Fatal(status, text)
		}
		wantText(t, text, `"total":0`)
	})
}
