package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/demo"
)

// insured is a person of the demo city: identity, and where insured and treated.
type insured struct{ psn, name, certno, home, claims string }

// oneInsured finds a person who is insured in the county home and was treated in another.
func oneInsured(t *testing.T, files, home string) (p insured) {
	t.Helper()
	places := map[string]map[string]bool{}
	for _, r := range rows(t, filepath.Join(files, "mdtrt_d.csv")) {
		if places[r["psn_no"]] == nil {
			places[r["psn_no"]] = map[string]bool{}
		}
		places[r["psn_no"]][r["insu_admdvs"]+" "+r["fix_blng_admdvs"]] = true
	}
	for _, r := range rows(t, filepath.Join(files, "psn_info_b.csv")) {
		for place := range places[r["psn_no"]] {
			if at, claims, _ := strings.Cut(place, " "); at == home && claims != home && strings.HasPrefix(claims, "3718") && claims != "371899" {
				return insured{r["psn_no"], r["psn_name"], r["certno"], at, claims}
			}
		}
	}
	t.Fatal("nobody was treated elsewhere: this city is too small")
	return p
}

// TestInsured looks persons up by number, certificate and name, as who may and may not:
// the city, the county of the insurance, the county of a visit, another city, an institution.
func TestInsured(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		files := city(t, demo.Options{Lines: 6000, Seed: 7})
		yiheng(t, home, "intake", files)
		p := oneInsured(t, files, "371881")
		w := settle(t, home)
		for _, o := range []string{
			`{"code":"YZ","kind":"administration","name":"云泽市医疗保障局","region":"371800"}`,
			`{"code":"HOME","kind":"agency","name":"参保地中心","region":"` + p.home + `"}`,
			`{"code":"VISIT","kind":"agency","name":"就医地中心","region":"` + p.claims + `"}`,
			`{"code":"HOSPITAL","kind":"institution","name":"医院","region":"` + p.home + `"}`,
		} {
			w.admin.does("POST", "/api/organisations", o, nil)
		}
		leader := w.admit("cityleader", "YZ", `"role":"supervisor_leader","organisation":"YZ"`, "/api/grants", w.officer)
		insurer := w.admit("insurer", "HOME", `"role":"agency_auditor","organisation":"HOME"`, "/api/grants", w.officer)
		visited := w.admit("visited", "VISIT", `"role":"agency_auditor","organisation":"VISIT"`, "/api/grants", w.officer)
		hospital := w.admit("hospital", "HOSPITAL", `"role":"insurance_office","organisation":"HOSPITAL"`, "/api/grants", w.officer)
		reviewer := w.admit("reviewer", "HOME", `"role":"first_reviewer","organisation":"HOME"`, "/api/grants", w.officer)

		find := func(field, value string) string { return fmt.Sprintf(`{"field":%q,"value":%q}`, field, value) }
		shown, one := []string{`"psn_no":"` + p.psn + `"`, `"certno":"` + p.certno[:4] + "****"}, "/api/insured/"+p.psn
		none := []string{`"items":[]`}
		w.run(t, []step{
			{leader, "GET", one, "", 200, append(shown, `"insured":["`+p.home), ""},
			{insurer, "GET", one, "", 200, shown, ""},
			{visited, "GET", one, "", 200, shown, ""},
			{w.other, "GET", one, "", 404, []string{"not_found"}, ""},
			{leader, "GET", "/api/insured/nobody", "", 404, []string{"not_found"}, ""},
			{hospital, "GET", one, "", 403, []string{`"role"`}, ""},
			{reviewer, "GET", one, "", 403, []string{`"role"`}, ""},
			{leader, "POST", "/api/insured/find", find("certno", p.certno), 200, shown, "registry.find"},
			{visited, "POST", "/api/insured/find", find("psn_name", p.name), 200, shown, "registry.find"},
			{leader, "POST", "/api/insured/find", find("certno", p.certno[:17]), 200, none, "registry.find"},
			{w.other, "POST", "/api/insured/find", find("certno", p.certno), 200, none, "registry.find"},
			{hospital, "POST", "/api/insured/find", find("certno", p.certno), 403, []string{`"role"`}, ""},
			{leader, "POST", "/api/insured/find", find("tel", "1"), 422, []string{"body.field"}, ""},
			{insurer, "POST", one + "/reveal", `{"reason":"核对线索"}`, 200, []string{p.name, p.certno}, "registry.reveal"},
			{insurer, "POST", one + "/reveal", `{"reason":""}`, 422, []string{"body.reason"}, ""},
			{w.other, "POST", one + "/reveal", `{"reason":"核对线索"}`, 404, []string{"not_found"}, ""},
			{hospital, "POST", one + "/reveal", `{"reason":"核对线索"}`, 403, []string{`"role"`}, ""},
		})
		for _, query := range []string{"GET " + one, "POST /api/insured/find"} {
			method, path, _ := strings.Cut(query, " ")
			body := ""
			if method == "POST" {
				body = find("certno", p.certno)
			}
			if _, text, _ := leader.ask(method, path, body); strings.Contains(text, p.name) || strings.Contains(text, p.certno) {
				t.Errorf("%s shows an identity: %s", query, text)
			}
		}
		_, text, _ := w.auditor.ask("GET", "/api/journal?act=registry.reveal", "")
		wantText(t, text, `"kind":"insured"`, `"id":"CB`, "核对线索", insurer.id)
		_, text, _ = w.auditor.ask("GET", "/api/journal?limit=500", "")
		if strings.Contains(text, p.certno) || strings.Contains(text, p.name) {
			t.Error("an identity stands in the journal")
		}
		w.run(t, []step{
			{leader, "GET", "/api/institutions?limit=1", "", 200, []string{`"next"`}, ""},
			{leader, "GET", "/api/institutions?region=" + p.home, "", 200, []string{p.home}, ""},
			{insurer, "GET", "/api/institutions?region=" + p.claims, "", 200, []string{`"total":0`}, ""},
			{w.other, "GET", "/api/institutions", "", 200, []string{`"total":0`}, ""},
			{leader, "GET", "/api/institutions/H37189900001", "", 200, []string{"云泽市第一人民医院", "371899"}, ""},
			{insurer, "GET", "/api/institutions/H37189900001", "", 404, []string{"not_found"}, ""},
			{leader, "GET", "/api/institutions?region=37", "", 422, []string{"六位数字"}, ""},
			{hospital, "GET", "/api/institutions", "", 403, []string{`"role"`}, ""},
		})
	})
}
