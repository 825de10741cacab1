package screening

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

const (
	nursing   = "001201000030000"
	frequency = "GZ10000102014000"
)

// nursed is a person whose nursing was charged so many times on each of some days, one stay.
func nursed(t *testing.T, times int, days ...calendar.Day) *claim.History {
	t.Helper()
	text := "- name: stay\n  kind: semantics\n  history:\n    psn_no: P1\n    encounters:\n" +
		fmt.Sprintf("      - {mdtrt_id: M1, fixmedins_code: H33010600001, med_type: 2101, begntime: %s 08:00:00, endtime: %s 20:00:00}\n", days[0], days[len(days)-1]) +
		"    lines:\n"
	for _, day := range days {
		for k := range times {
			text += fmt.Sprintf("      - {bkkp_sn: %s%c, mdtrt_id: M1, fee_ocur_time: %s %02d:00:00, med_list_codg: \"%s\", list_type: 201, cnt: 1, pric: 10.00, det_item_fee_sumamt: 10.00, inscp_amt: 10.00}\n",
				day, 'A'+k, day, 9+k, nursing)
		}
	}
	cases, err := rule.ParseCases("cases.yaml", frequency, []byte(text+"  expect: []\n"))
	if err != nil {
		t.Fatal(err)
	}
	return &cases[0].History
}

// version is one of the class of frequencies with a cap of its own.
func version(t *testing.T, id, region, from, to, more string) rule.Version {
	t.Helper()
	text, err := os.ReadFile("../rule/library/" + frequency + "/rule.yaml")
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) calendar.Day {
		d, err := calendar.ParseDay(s)
		if s != "" && err != nil {
			t.Fatal(err)
		}
		if s == "" {
			return calendar.NoDay
		}
		return d
	}
	v := rule.Version{ID: id, Region: region, From: day(from), To: day(to), Text: strings.Replace(string(text), "version: 1.0.0", "version: "+id, 1) + more + "\n"}
	v.Hash = rule.ContentHash(region, v.Text, "")
	if _, err := v.Definition(); err != nil {
		t.Fatal(err)
	}
	return v
}

// judgedBy judges a person by the class of frequencies with versions, at an institution of
// Hangzhou's Xihu district, and returns the versions of the findings with their lines.
func judgedBy(h *claim.History, versions ...rule.Version) (lib *Library, out *Outcome) {
	own, _ := rule.Get(frequency)
	one := knowledge.Decimal(claim.Piece)
	lib = NewLibrary(Parts{
		Rules: []*rule.Rule{own}, Versions: versions,
		Points:       []knowledge.Point{{ID: "K1", RuleID: frequency, Code: nursing, ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay, Params: &knowledge.Params{Max: &one, Window: "day"}}},
		Institutions: []claim.Institution{{FixmedinsCode: "H33010600001", FixmedinsType: "1", HospLv: "5", FixBlngAdmdvs: "330106"}},
	})
	for i := range h.Lines {
		h.Lines[i].Entry = 0
	}
	return lib, Judge(h, lib, Options{From: calendar.NoDay, To: calendar.NoDay, Stage: "事后"})
}

func said(out *Outcome) (all []string) {
	for _, f := range out.Findings {
		all = append(all, f.RuleVersion+" "+strings.Join(f.Lines, ","))
	}
	slices.Sort(all)
	return all
}

// Each service is judged by the version that holds on its day, in its region, narrower
// regions first, at its institution; where none does, by the program's own.
//
// clause: 003-028
func TestVersions(t *testing.T) {
	june, july := calendar.DayOf(2025, 6, 30), calendar.DayOf(2025, 7, 1)
	province := version(t, "2.0.0", "330000", "2025-07-01", "", "params: {max: 2}")
	cityOf := version(t, "3.0.0", "330100", "2025-07-01", "", "params: {max: 3}")
	later := version(t, "2.1.0", "330000", "2025-07-01", "2025-07-01", "off: true")
	later.ID = "9.9.9"
	grey := version(t, "4.0.0", "330100", "2025-07-01", "", "")
	grey.Text = strings.Replace(grey.Text, "result: violation", "result: suspicion", 1)
	grey.Grey, grey.Institutions = true, []string{"H33010600001"}
	elsewhereGrey := grey
	elsewhereGrey.Institutions = []string{"H33010600002"}
	for name, c := range map[string]struct {
		versions []rule.Version
		want     []string
	}{
		"none":                             {nil, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D,2025-07-01B,2025-07-01C,2025-07-01D"}},
		"the province's, from its day on":  {[]rule.Version{province}, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D", "2.0.0+330000 2025-07-01C,2025-07-01D"}},
		"the city's over the province's":   {[]rule.Version{province, cityOf}, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D", "3.0.0+330100 2025-07-01D"}},
		"another province's":               {[]rule.Version{version(t, "2.0.0", "320000", "2025-01-01", "", "params: {max: 2}")}, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D,2025-07-01B,2025-07-01C,2025-07-01D"}},
		"switched off for its days":        {[]rule.Version{province, later}, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D"}},
		"over":                             {[]rule.Version{version(t, "2.0.0", "330000", "2025-01-01", "2025-06-30", "params: {max: 3}")}, []string{"1.0.0 2025-07-01B,2025-07-01C,2025-07-01D", "2.0.0+330000 2025-06-30D"}},
		"in grey use at the institution":   {[]rule.Version{province, grey}, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D", "4.0.0+330100.grey 2025-07-01B,2025-07-01C,2025-07-01D"}},
		"in grey use at another":           {[]rule.Version{province, elsewhereGrey}, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D", "2.0.0+330000 2025-07-01C,2025-07-01D"}},
		"one that cannot be read any more": {[]rule.Version{{ID: "X", Region: "330000", Text: "?"}}, []string{"1.0.0 2025-06-30B,2025-06-30C,2025-06-30D,2025-07-01B,2025-07-01C,2025-07-01D"}},
	} {
		h := nursed(t, 4, june, july)
		lib, out := judgedBy(h, c.versions...)
		if got := said(out); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		seen := make(map[string]bool)
		for _, f := range out.Findings {
			if seen[f.ID] {
				t.Errorf("%s: %s twice", name, f.ID)
			}
			seen[f.ID] = true
			if grey := strings.HasSuffix(f.RuleVersion, rule.GreyMark); grey != (f.Result == finding.Suspicion) {
				t.Errorf("%s: %s is a %s", name, f.RuleVersion, f.Result)
			}
		}
		if _, err := certify(lib, Options{From: calendar.NoDay, To: calendar.NoDay, Stage: "事后"}, h, out); err != nil && len(out.Findings) > 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Without stored versions a plan says nothing of them: it pins what it pinned before.
func TestPlanWithoutVersions(t *testing.T) {
	p := Plan{Rules: []string{"YH0001"}}
	text, err := json.Marshal(&p)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "versions") || strings.Contains(string(text), "trial") {
		t.Errorf("the plan has %s", text)
	}
	own, _ := rule.Get("YH0001")
	rules := []*rule.Rule{own}
	if rulesHash(rules, nil) != rulesHash(rules, []rule.Version{}) {
		t.Error("no versions are not no versions")
	}
	v := version(t, "2.0.0", "330000", "2025-07-01", "", "params: {max: 2}")
	if rulesHash(rules, nil) == rulesHash(rules, []rule.Version{v}) {
		t.Error("a version is not pinned")
	}
	text, err = json.Marshal(&v)
	if err != nil {
		t.Fatal(err)
	}
	var again rule.Version
	if err := json.Unmarshal(text, &again); err != nil || rulesHash(rules, []rule.Version{again}) != rulesHash(rules, []rule.Version{v}) {
		t.Errorf("a worker reads another version: %s (%v)", text, err)
	}
	moved := v
	moved.From++
	if rulesHash(rules, []rule.Version{moved}) == rulesHash(rules, []rule.Version{v}) {
		t.Error("its days are not pinned")
	}
}
