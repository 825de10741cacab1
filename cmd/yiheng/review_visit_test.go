package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/ground/db"
)

// transplants are two persons for whom a hospital of the second level charged what only
// the third may do; one of them was also in the neighbouring county.
var transplants = map[string]string{
	"fixmedins_b.csv": `fixmedins_code,fixmedins_name,fixmedins_type,hosp_lv,fix_blng_admdvs,vali_flag,updt_time
H33040200001,第一医院,1,5,330402,1,2026-01-01 09:00:00
H33041100001,秀洲医院,1,5,330411,1,2026-01-01 09:00:00
`,
	"mdtrt_d.csv": `mdtrt_id,psn_no,gend,brdy,insutype,fixmedins_code,fixmedins_name,hosp_lv,fix_blng_admdvs,begntime,endtime,med_type,adm_dept_name,chfpdr_code,dscg_maindiag_code,vali_flag,updt_time
M1,P1,2,1988-05-07,310,H33040200001,第一医院,5,330402,2026-01-05 09:05:07,2026-01-09 12:40:07,21,普通外科,D330402000001,K76.900,1,2026-01-09 13:00:07
M2,P2,1,1970-02-01,310,H33040200001,第一医院,5,330402,2026-01-11 09:05:07,2026-01-12 12:40:07,21,普通外科,D330402000001,K76.900,1,2026-01-12 13:00:07
M3,P2,1,1970-02-01,310,H33041100001,秀洲医院,5,330411,2026-01-15 09:05:07,2026-01-16 12:40:07,21,普通外科,D330411000001,K76.900,1,2026-01-16 13:00:07
`,
	"setl_d.csv": `setl_id,mdtrt_id,psn_no,insutype,fixmedins_code,setl_time,med_type,clr_way,medfee_sumamt,inscp_amt,fund_pay_sumamt,acct_pay,refd_setl_flag,vali_flag,updt_time
S1,M1,P1,310,H33040200001,2026-01-09 12:40:07,21,1,15360.00,15304.00,11478.00,300.00,0,1,2026-01-09 12:41:07
S2,M2,P2,310,H33040200001,2026-01-12 12:40:07,21,1,14800.00,14800.00,11100.00,0.00,0,1,2026-01-12 12:41:07
S3,M3,P2,310,H33041100001,2026-01-16 12:40:07,21,1,14800.00,14800.00,11100.00,0.00,0,1,2026-01-16 12:41:07
`,
	"fee_list_d.csv": `bkkp_sn,mdtrt_id,fee_ocur_time,setl_id,fixmedins_code,psn_no,med_type,cnt,pric,det_item_fee_sumamt,inscp_amt,hilist_code,hilist_name,list_type,med_list_codg,bilg_dept_name,bilg_dr_code,vali_flag,updt_time
L1,M1,2026-01-05 09:20:07,S1,H33040200001,P1,21,1,560.00,560.00,504.00,003109020060000,经胃镜特殊治疗,201,003109020060000,普通外科,D330402000001,1,2026-01-05 10:20:07
L2,M1,2026-01-06 12:10:07,S1,H33040200001,P1,21,1,14800.00,14800.00,14800.00,003310050180000,肝移植术,201,003310050180000,普通外科,D330402000001,1,2026-01-06 13:10:07
L3,M2,2026-01-11 12:10:07,S2,H33040200001,P2,21,1,14800.00,14800.00,14800.00,003310050180000,肝移植术,201,003310050180000,普通外科,D330402000001,1,2026-01-11 13:10:07
L4,M3,2026-01-15 12:10:07,S3,H33041100001,P2,21,1,14800.00,14800.00,14800.00,003310050180000,肝移植术,201,003310050180000,普通外科,D330411000001,1,2026-01-15 13:10:07
`,
}

// written are the paths of texts that are files of their names.
func written(t *testing.T, texts map[string]string) (files []string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range texts {
		files = append(files, filepath.Join(folder, name))
		if err := os.WriteFile(files[len(files)-1], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestVisitOfFinding reads what findings rest on: the visit's charges from the lake, the
// certificate, the trend; each within reach, each reading in the journal.
func TestVisitOfFinding(t *testing.T) {
	t.Setenv(db.Setting, "")
	home, out := t.TempDir(), t.TempDir()
	o := practiseIn(t, home)
	yiheng(t, home, append([]string{"intake"}, written(t, transplants)...)...)
	yiheng(t, home, "knowledge", "import", "starter")
	yiheng(t, home, "screen", "--from", "2026-01-01", "--to", "2026-01-31", "--out", out)
	yiheng(t, home, "review", "take-over", out, "--region", "330400")
	idOf := func(person string) string {
		var list struct {
			Items []struct {
				ID string `json:"finding_id"`
			}
		}
		o.first.does("GET", "/api/findings?psn_no="+person, "", &list)
		if len(list.Items) != 1 {
			t.Fatalf("findings of %s: %v", person, list.Items)
		}
		return list.Items[0].ID
	}
	one, both := idOf("P1"), idOf("P2")
	at := func(id, what string) string { return "/api/findings/" + id + what }
	trend := "/api/findings/trend?fixmedins_code="
	o.run(t, []step{
		{o.first, "GET", at(one, "/visit"), "", 200, []string{`"begntime":"2026-01-05 09:05:07"`, `"age":37`, `"mark":"hit"`, `"bkkp_sn":"L1"`, `"setl_id":"S1"`}, "review.visit"},
		{o.foreign, "GET", at(one, "/visit"), "", 404, []string{"not_found"}, ""},
		{o.office, "GET", at(one, "/visit"), "", 404, []string{"not_found"}, ""}, // not sent yet
		{o.first, "GET", at(one, "/certificate"), "", 200, []string{"attachment", one, `"sha256":`}, "review.certificate"},
		{o.first, "GET", at(one, "/certificate/check"), "", 200, []string{`"right":true`, `"findings":1`, `"bkkp_sn":"L2"`}, "review.certificate"},
		{o.first, "GET", at(both, "/certificate"), "", 403, []string{"review.certificate_region"}, ""},
		{o.foreign, "GET", at(one, "/certificate/check"), "", 404, []string{"not_found"}, ""},
		{o.office, "GET", at(one, "/certificate"), "", 403, []string{`"role"`}, ""},
		{o.office, "GET", trend + hospital, "", 200, []string{`"withheld":true`, `"month":"2026-03"`}, ""},
		{o.stranger, "GET", trend + hospital, "", 404, []string{"not_found"}, ""},
		{o.foreign, "GET", trend + hospital, "", 404, []string{"not_found"}, ""},
		{o.head, "GET", trend + hospital, "", 404, []string{"not_found"}, ""}, // what a department sees is no trend
		{o.first, "GET", trend + "H00000000000", "", 404, []string{"not_found"}, ""},
		{o.first, "GET", "/api/findings/moves", "", 200, []string{`"move":"suspect"`, `"move":"set_aside"`}, ""},
		{o.office, "GET", "/api/findings/moves", "", 200, []string{`"move":"appeal"`, `"needs_reason":true`}, ""},
	})
	o.must(o.first, "suspect", both)
	_, text, _ := o.office.ask("GET", at(both, "/visit"), "")
	wantText(t, text, `"bkkp_sn":"L3"`)
	if strings.Contains(text, "L4") || strings.Contains(text, "秀洲") {
		t.Errorf("the office reads another institution's records: %s", text)
	}
	_, text, _ = o.office.ask("GET", trend+hospital, "")
	wantText(t, text, `"month":"2026-01","findings":1,"counted":"14800.00"`)
	o.stop()
}
