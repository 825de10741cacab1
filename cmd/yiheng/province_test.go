package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/audit/finding"
)

// Codes that the charges of these tests carry.
const (
	nursing = "001201000030000" // Ⅰ级护理
	special = "001201000010000" // 特级护理
	visit   = "001102000050000" // 住院诊查费
	drug    = "XJ01CAA040B001010102065"
	stent   = "C0101010010000100001"
)

// extract is what a platform hands over, made by hand: each table's rows as text.
type extract map[string][]string

var heads = map[string]string{
	"fixmedins_b": "fixmedins_code,fixmedins_name,fixmedins_type,hosp_lv,fix_blng_admdvs",
	"mdtrt_d":     "mdtrt_id,psn_no,fixmedins_code,med_type,begntime,endtime",
	"setl_d":      "setl_id,mdtrt_id,psn_no,fixmedins_code,med_type,setl_time",
	"fee_list_d":  "bkkp_sn,mdtrt_id,setl_id,psn_no,fixmedins_code,fee_ocur_time,med_list_codg,list_type,med_chrgitm_type,cnt,pric,det_item_fee_sumamt,inscp_amt",
	"stock_d":     "stock_id,fixmedins_code,med_list_codg,place_type,entry_type,biz_date,opening_cnt,closing_cnt,cnt",
}

// hospital adds an institution of a region.
func (e extract) hospital(code, region string) {
	e["fixmedins_b"] = append(e["fixmedins_b"], fmt.Sprintf("%s,%s医院,1,3,%s", code, region, region))
}

// stay adds a settled stay of one day with charges: code, kind of charge, quantity and
// yuan each.
func (e extract) stay(id, hospital, day string, charges ...string) {
	e["mdtrt_d"] = append(e["mdtrt_d"], fmt.Sprintf("M%s,P%s,%s,2101,%s 08:00:00,%s 18:00:00", id, id, hospital, day, day))
	e["setl_d"] = append(e["setl_d"], fmt.Sprintf("S%s,M%s,P%s,%s,2101,%s 18:00:00", id, id, id, hospital, day))
	for i, c := range charges {
		var code, kind string
		var n, yuan int
		if _, err := fmt.Sscan(c, &code, &kind, &n, &yuan); err != nil {
			panic(err)
		}
		list := cmp.Or(map[string]string{"09": "101", "08": "301"}[kind], "201")
		e["fee_list_d"] = append(e["fee_list_d"], fmt.Sprintf("L%s-%d,M%s,S%s,P%s,%s,%s 09:00:00,%s,%s,%s,%d,%d.00,%d.00,%d.00",
			id, i, id, id, id, hospital, day, code, list, kind, n, yuan, n*yuan, n*yuan))
	}
}

// folder writes the tables.
func (e extract) folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for table, rows := range e {
		write(t, filepath.Join(dir, table+".csv"), heads[table]+"\n"+strings.Join(rows, "\n")+"\n")
	}
	return dir
}

// learn imports points: kp_id, rule, code, first and last day, what it supersedes and
// region, then the parameters behind a blank.
func learn(t *testing.T, home string, points ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "points.csv")
	text := "kp_id,rule_id,code,valid_from,valid_to,supersedes,region,params,basis\n"
	for _, p := range points {
		fields, params, _ := strings.Cut(p, " ")
		text += fmt.Sprintf("%s\"%s\",市医保发〔2025〕1号\n", fields, strings.ReplaceAll(params, `"`, `""`))
	}
	write(t, file, text)
	return yiheng(t, home, "knowledge", "import", file)
}

// foundIn lists what a screening found: point, institution and visit or period.
func foundIn(t *testing.T, out string) []string {
	t.Helper()
	all := make(map[string]bool)
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		what := r["mdtrt_id"]
		if what == "" {
			what = r["setl_id"]
		}
		all[r["kp_id"]+" "+r["fixmedins_code"]+" "+what] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func wantFound(t *testing.T, out string, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := foundIn(t, out); !slices.Equal(got, want) {
		t.Errorf("found\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestProvince screens every pool of a province, its own among them, in one run by one
// knowledge base: the country's points hold everywhere, the province's in all of it,
// a city's in that city alone. Nobody is left out, those without a finding neither, and
// the summary counts what was judged.
//
// clause: 000-019, 000-027
func TestProvince(t *testing.T) {
	home, e := t.TempDir(), extract{}
	for i, region := range []string{"330106", "330203", "339900", "310101"} {
		code := fmt.Sprintf("H%s0000%d", region, i)
		e.hospital(code, region)
		e.stay(fmt.Sprint(i), code, "2025-03-04", nursing+" 05 2 24", special+" 05 2 90", visit+" 02 2 20")
	}
	e.stay("9", "H33010600000", "2025-03-05", nursing+" 05 1 24")
	yiheng(t, home, "intake", e.folder(t))
	learn(t, home,
		"N,GZ10000102014000,"+nursing+`,2025-01-01,,,, {"max":1,"window":"day"}`,
		"P,GZ10000102014000,"+special+`,2025-01-01,,,330000, {"max":1,"window":"day"}`,
		"C,GZ10000102014000,"+visit+`,2025-01-01,,,330200, {"max":1,"window":"day"}`)
	out := screen(t, home)
	wantFound(t, out,
		"N H33010600000 M0", "N H33020300001 M1", "N H33990000002 M2", "N H31010100003 M3",
		"P H33010600000 M0", "P H33020300001 M1", "P H33990000002 M2",
		"C H33020300001 M1")
	run := summary(t, out)
	for _, r := range rows(t, filepath.Join(out, "findings.csv")) {
		if r["run_id"] != run.RunID {
			t.Errorf("%s is of run %s, not %s", r["finding_id"], r["run_id"], run.RunID)
		}
		if _, err := os.Stat(filepath.Join(out, "institutions", r["fixmedins_code"]+".xlsx")); err != nil {
			t.Error(err)
		}
	}
	if want := (finding.Read{Lines: 13, Persons: 5, Encounters: 5, Settlements: 5}); run.Read != want {
		t.Errorf("judged %+v, want all: %+v", run.Read, want)
	}
}

// TestLibrariesGrow has two pools in one home. One of them tightens a point, states an
// indicator and writes a rule of its own, then changes the indicator and ends the rule:
// each takes effect at the next screening, from its first day on and in that pool
// alone; what was found before stands, and can be proven, by the knowledge of then.
//
// clause: 001-042, 002-031
func TestLibrariesGrow(t *testing.T) {
	home, e := t.TempDir(), extract{}
	for _, h := range []string{"H33010600001 330106 A", "H33020300002 330203 B"} {
		f := strings.Fields(h)
		e.hospital(f[0], f[1])
		e.stay(f[2]+"3", f[0], "2025-03-04", nursing+" 05 3 24", drug+" 09 1 100")
		e.stay(f[2]+"4", f[0], "2025-04-08", nursing+" 05 2 24", drug+" 09 1 100")
		e.stay(f[2]+"5", f[0], "2025-05-06", special+" 05 1 90", drug+" 09 1 100")
	}
	yiheng(t, home, "intake", e.folder(t))
	const a, b = " H33010600001 ", " H33020300002 "

	national := "N,GZ10000102014000," + nursing + `,2025-01-01,,,, {"max":2,"window":"day"}`
	wantText(t, learn(t, home, national), "知识库第 1 版生效：知识点 1 个")
	before := screen(t, home)
	wantFound(t, before, "N"+a+"MA3", "N"+b+"MB3")

	tighter := "L,GZ10000102014000," + nursing + `,2025-04-01,,N,330200, {"max":1,"window":"day"}`
	indicator := `I,ZB10000205001000,,2025-01-01,,,330200, {"numerator":"drug","denominator":"total","period":"month","min_visits":1,"limit":%s}`
	check := `R,YH0006,` + drug + `,2025-01-01,%s,,330200, {"name":"用药而无诊查","hits":"lines.filter(l, l.fee_kind == \"09\" && !lines.exists(k, k.fee_kind == \"02\"))"}`
	wantText(t, learn(t, home, tighter, fmt.Sprintf(indicator, "0.5"), fmt.Sprintf(check, "")), "新增 3", "知识库第 2 版生效：知识点 4 个")
	grown := screen(t, home)
	wantFound(t, grown, "N"+a+"MA3", "N"+b+"MB3", "L"+b+"MB4", "I"+b+"2025-03", "I"+b+"2025-04", "I"+b+"2025-05", "R"+b+"MB3", "R"+b+"MB4", "R"+b+"MB5")

	wantText(t, learn(t, home, fmt.Sprintf(indicator, "0.6"), fmt.Sprintf(check, "2025-04-30")), "更换 2", "知识库第 3 版生效：知识点 4 个")
	wantFound(t, screen(t, home), "N"+a+"MA3", "N"+b+"MB3", "L"+b+"MB4", "I"+b+"2025-04", "R"+b+"MB3", "R"+b+"MB4")

	if summary(t, before).KnowledgeHash == summary(t, grown).KnowledgeHash {
		t.Error("two screenings by different knowledge say that it was the same")
	}
	for _, out := range []string{before, grown} {
		wantText(t, yiheng(t, home, "finding", "verify", filepath.Join(out, "certificates.ndjson")), "不符 0 份")
	}
}

// TestBooksFollowed takes a hospital's claims and books in month by month: what is
// claimed beyond what came in is found, of a drug and of a consumable, as soon as the
// month is there, and no longer once the books were corrected.
//
// clause: 000-021
func TestBooksFollowed(t *testing.T) {
	home := t.TempDir()
	const h = "H33010600001"
	books := func(e extract, month string, drugs, stents int) {
		for code, n := range map[string]int{drug: drugs, stent: stents} {
			e["stock_d"] = append(e["stock_d"],
				fmt.Sprintf("C%s%.2s,%s,%s,1,carry,%s-01,20,20,", month, code, h, code, month),
				fmt.Sprintf("V%s%.2s,%s,%s,1,108,%s-05,,,%d", month, code, h, code, month, n))
		}
	}
	march, april, corrected := extract{}, extract{}, extract{}
	march.hospital(h, "330106")
	march.stay("3", h, "2025-03-10", drug+" 09 100 2", stent+" 08 10 900")
	books(march, "2025-03", 100, 10)
	april.stay("4", h, "2025-04-10", drug+" 09 130 2", stent+" 08 14 900")
	books(april, "2025-04", 100, 10)
	books(corrected, "2025-04", 130, 10)

	yiheng(t, home, "intake", march.folder(t))
	learn(t, home,
		`D,GZ10000202001000,,2025-01-01,,,, {"tolerance":0.05,"period":"month"}`,
		`K,GZ10000203001000,,2025-01-01,,,, {"tolerance":0.05,"period":"month"}`)
	wantFound(t, screen(t, home))
	first := april.folder(t)
	if err := os.Rename(filepath.Join(first, "stock_d.csv"), filepath.Join(first, "april-stock_d.csv")); err != nil {
		t.Fatal(err)
	}
	yiheng(t, home, "intake", first)
	wantFound(t, screen(t, home, "--new"), "D "+h+" 2025-04", "K "+h+" 2025-04")
	yiheng(t, home, "intake", "--replaces", "april-stock_d.csv", filepath.Join(corrected.folder(t), "stock_d.csv"))
	wantFound(t, screen(t, home, "--new"), "K "+h+" 2025-04")
}
