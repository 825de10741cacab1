package main

import (
	"path/filepath"
	"strings"
	"testing"

	"yiheng/demo"
)

// TestStories reads what a person used, and finds visits by number, as who may and may
// not; each reading is in the journal, without the person's number.
func TestStories(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		files := city(t, demo.Options{Lines: 6000, Seed: 7})
		yiheng(t, home, "intake", files)
		p := oneInsured(t, files, "371881")
		visits, lines, mdtrt, setl := 0, 0, "", ""
		for _, r := range rows(t, filepath.Join(files, "mdtrt_d.csv")) {
			if r["psn_no"] == p.psn && r["vali_flag"] != "0" {
				visits, mdtrt = visits+1, r["mdtrt_id"]
			}
		}
		for _, r := range rows(t, filepath.Join(files, "setl_d.csv")) {
			if r["psn_no"] == p.psn && r["mdtrt_id"] == mdtrt {
				setl = r["setl_id"]
			}
		}
		for _, r := range rows(t, filepath.Join(files, "fee_list_d.csv")) {
			if r["psn_no"] == p.psn && r["mdtrt_id"] == mdtrt {
				lines++
			}
		}
		w := settle(t, home)
		for _, o := range []string{
			`{"code":"YZ","kind":"administration","name":"云泽市医疗保障局","region":"371800"}`,
			`{"code":"VISIT","kind":"agency","name":"就医地中心","region":"` + p.claims + `"}`,
			`{"code":"HOSPITAL","kind":"institution","name":"医院","region":"` + p.home + `"}`,
		} {
			w.admin.does("POST", "/api/organisations", o, nil)
		}
		leader := w.admit("cityleader", "YZ", `"role":"supervisor_leader","organisation":"YZ"`, "/api/grants", w.officer)
		visited := w.admit("visited", "VISIT", `"role":"agency_auditor","organisation":"VISIT"`, "/api/grants", w.officer)
		hospital := w.admit("hospital", "HOSPITAL", `"role":"insurance_office","organisation":"HOSPITAL"`, "/api/grants", w.officer)

		one, none := "/api/insured/"+p.psn, []string{`"items":[]`}
		shown := []string{`"psn_no":"` + p.psn + `"`, `"mdtrt_id":"` + mdtrt + `"`}
		w.run(t, []step{
			{leader, "GET", one + "/story", "", 200, shown, "claim.story"},
			{visited, "GET", one + "/story", "", 200, shown, "claim.story"},
			{w.other, "GET", one + "/story", "", 404, []string{"not_found"}, ""},
			{leader, "GET", "/api/insured/nobody/story", "", 404, []string{"not_found"}, ""},
			{hospital, "GET", one + "/story", "", 403, []string{`"role"`}, ""},
			{leader, "GET", one + "/lines?limit=1&mdtrt_id=" + mdtrt, "", 200, []string{`"mdtrt_id":"` + mdtrt + `"`}, "claim.story"},
			{leader, "GET", one + "/lines?mdtrt_id=none", "", 200, none, "claim.story"},
			{w.other, "GET", one + "/lines", "", 404, []string{"not_found"}, ""},
			{leader, "GET", "/api/claims/find?number=" + mdtrt, "", 200, shown, "claim.find"},
			{leader, "GET", "/api/claims/find?number=" + setl, "", 200, append(shown, `"setl_id":"`+setl+`"`), "claim.find"},
			{leader, "GET", "/api/claims/find?number=" + mdtrt[:len(mdtrt)-1], "", 200, none, "claim.find"},
			{w.other, "GET", "/api/claims/find?number=" + mdtrt, "", 200, none, "claim.find"},
			{hospital, "GET", "/api/claims/find?number=" + mdtrt, "", 403, []string{`"role"`}, ""},
			{leader, "GET", "/api/claims/find", "", 422, []string{"query.number"}, ""},
		})
		_, text, _ := leader.ask("GET", one+"/story", "")
		if n := strings.Count(text, `"begntime"`); n != visits {
			t.Errorf("the story has %d visits, the files %d", n, visits)
		}
		_, text, _ = leader.ask("GET", one+"/lines?limit=500&mdtrt_id="+mdtrt, "")
		if n := strings.Count(text, `"bkkp_sn"`); n == 0 || n > lines {
			t.Errorf("the visit has %d charges, the files %d rows", n, lines)
		}
		_, text, _ = w.auditor.ask("GET", "/api/journal?act=claim.story", "")
		wantText(t, text, `"kind":"insured"`, `"id":"CB`)
		if strings.Contains(text, p.psn) {
			t.Error("the journal has the number of a person")
		}
		w.run(t, []step{
			{w.admin, "GET", "/api/officers/overview", "", 200, []string{`"without_factor"`, `"entries"`, `"late":false`}, ""},
			{w.auditor, "GET", "/api/officers/overview", "", 200, []string{`"locked":0`}, ""},
			{leader, "GET", "/api/officers/overview", "", 403, []string{`"role"`}, ""},
			{hospital, "GET", "/api/overview", "", 200, []string{`"months":[]`}, ""},
			{w.admin, "GET", "/api/overview", "", 403, []string{`"role"`}, ""},
		})
	})
}
