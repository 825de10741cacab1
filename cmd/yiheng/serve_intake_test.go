package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// spoilt is an extract of four fee lines of which three are quarantined.
const spoilt = `bkkp_sn,psn_no,fixmedins_code,fee_ocur_time,cnt,pric,det_item_fee_sumamt,hilist_name,dr_name
L1,P1,H33040200001,2025-03-05,1,2,2.50,甘草片,张三丰
L2,P1,H33040200001,2025-03-05,一,2,2.00,甘草片,李时珍
L3,P2,H33040200001,2025-13-05,1,3,3.00,"阿司匹林, 肠溶",王叔和
L4,,H33040200001,2025-03-06,1,3,3.00,阿司匹林,王叔和
`

// finish waits for a job and returns its state.
func (v *visitor) finish(id string) (state string) {
	v.Helper()
	for range 300 {
		var j struct {
			State string `json:"state"`
			Error string `json:"error"`
		}
		v.does("GET", "/api/jobs/"+id, "", &j)
		if j.State != "queued" && j.State != "running" {
			return j.State + j.Error
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "still at work"
}

// takeInSpoilt gives a home the register of institutions and the spoilt extract, and
// returns the id of the latter as a source.
func takeInSpoilt(t *testing.T, home string, w *town) string {
	t.Helper()
	files := home + "-files"
	for name, text := range map[string]string{
		"fixmedins_b.csv": "fixmedins_code,fixmedins_name,fix_blng_admdvs\nH33040200001,第一医院,330402\n", "fee_list_d.csv": spoilt,
	} {
		if err := os.WriteFile(filepath.Join(files, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var j struct{ ID string }
	w.leader.does("POST", "/api/jobs", `{"kind":"intake","argument":{"paths":["fixmedins_b.csv","fee_list_d.csv"]}}`, &j)
	if state := w.leader.finish(j.ID); state != "done" {
		t.Fatal(state)
	}
	var list struct {
		Items []struct{ ID string }
	}
	w.leader.does("GET", "/api/intake/sources?filter=table:fee_list_d", "", &list)
	if len(list.Items) != 1 {
		t.Fatalf("%+v", list)
	}
	return list.Items[0].ID
}

// TestIntakeByHTTP is what was taken in as people see it, and its quarantined rows on
// their way back: who may, what is masked, what is refused, what is journalled.
func TestIntakeByHTTP(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		source := takeInSpoilt(t, home, w)
		at := "/api/intake/sources/" + source
		correct := func(rows string) string { return `{"reason":"与机构核对","rows":[` + rows + `]}` }
		post := func(body string, status int, want ...string) step {
			return step{w.leader, "POST", at + "/corrections", body, status, want, ""}
		}
		w.run(t, []step{
			{w.leader, "GET", "/api/intake/sources?filter=table:fee_list_d", "", 200, []string{`"read":4`, `"kept":1`, `"quarantined":3`, `"state":"live"`, "费用明细表"}, ""},
			{w.leader, "GET", "/api/intake/tables?filter=table:fee_list_d", "", 200, []string{`"read":4`, `"sources":1`}, ""},
			{w.leader, "GET", "/api/intake/epochs", "", 200, []string{`"total":1`, `"added":2`}, ""},
			{w.leader, "GET", "/api/intake/doubts", "", 200, []string{`"line_product"`, "第一医院"}, ""},
			{w.leader, "GET", "/api/intake/files", "", 200, []string{`"fee_list_d.csv"`}, ""},
			{w.leader, "GET", at, "", 200, []string{`"rows":3`, `"taken":0`, "“…”", "第一医院"}, ""},
			{w.leader, "GET", at + "/rows", "", 200, []string{`"total":3`, `"value":"一"`}, "intake.read_rows"},
			{w.leader, "GET", at + "/rows/1", "", 200, []string{`李**`, `"private":true`}, "intake.read_row"},
			{w.leader, "GET", at + "/rows/9", "", 404, []string{"not_found"}, ""},
			{w.leader, "POST", at + "/rows/1/reveal", `{}`, 422, []string{"缺少 reason"}, ""},
			{w.leader, "POST", at + "/rows/1/reveal", `{"reason":"核对医师"}`, 200, []string{"李时珍"}, "intake.reveal"},
			{w.other, "GET", "/api/intake/sources", "", 200, []string{`"total":0`}, ""},
			{w.other, "GET", "/api/intake/doubts", "", 200, []string{`"total":0`}, ""},
			{w.other, "GET", at, "", 404, []string{"not_found"}, ""},
			{w.other, "GET", at + "/rows", "", 404, []string{"not_found"}, ""},
			{w.other, "POST", at + "/rows/1/reveal", `{"reason":"核对医师"}`, 404, []string{"not_found"}, ""},
			{w.other, "POST", at + "/corrections", correct(`{"n":1}`), 404, []string{"not_found"}, ""},
			{w.other, "POST", at + "/retire", `{"reason":"停用"}`, 404, []string{"not_found"}, ""},
			{w.admin, "GET", at, "", 403, []string{`"role"`}, ""},
			post(`{"reason":"与机构核对","rows":[]}`, 422, "body.rows"),
			post(`{"rows":[{"n":1}]}`, 422, "缺少 reason"),
			post(correct(`{"n":0}`), 422, "body.rows"),
			post(correct(`{"n":99}`), 422, "隔离行中没有第 99 行"),
			post(correct(`{"n":1},{"n":1}`), 422, "第 1 行出现两次"),
			post(correct(`{"n":1,"cells":{"colour":"红"}}`), 422, "第 1 行没有列 colour"),
			post(correct(`{"n":1,"cells":{"_line":"7"}}`), 422, "没有列 _line"),
			post(correct(`{"n":1,"cells":{"cnt":"1\u0007"}}`), 422, "第 1 行的数量含有控制字符"),
			post(correct(fmt.Sprintf(`{"n":1,"cells":{"hilist_name":%q}}`, strings.Repeat("长", 4001))), 422, "超过 4000 个字"),
		})
		sendBack(t, home, w, at)
	})
}

// sendBack puts rows right: they are added, once, under a source of their own, with the
// identities that nobody saw; one that is still wrong is quarantined again.
func sendBack(t *testing.T, home string, w *town, at string) {
	t.Helper()
	var sent struct{ Name, Job string }
	w.leader.does("POST", at+"/corrections", `{"reason":"与机构核对","rows":[{"n":1,"cells":{"cnt":"1"}},{"n":2,"cells":{"fee_ocur_time":"2025-02-30"}}]}`, &sent)
	if state := w.leader.finish(sent.Job); state != "done" {
		t.Fatal(state)
	}
	text, err := os.ReadFile(filepath.Join(home, "corrections", sent.Name))
	if err != nil || !strings.Contains(string(text), `L2,P1,H33040200001,2025-03-05,1,2,2.00,甘草片,李时珍,fee_list_d.csv,3`) || !strings.Contains(string(text), `"阿司匹林, 肠溶"`) {
		t.Errorf("%s %v", text, err)
	}
	if info, err := os.Stat(filepath.Join(home, "corrections", sent.Name)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	w.run(t, []step{
		{w.leader, "GET", at, "", 200, []string{`"taken":2`, `"kept":1,"quarantined":1`, sent.Name}, ""},
		{w.leader, "GET", "/api/intake/tables?filter=table:fee_list_d", "", 200, []string{`"kept":2`, `"sources":2`}, ""},
		{w.leader, "POST", at + "/corrections", `{"reason":"再来一次","rows":[{"n":1,"cells":{"cnt":"2"}}]}`, 409, []string{"intake_row_sent", "第 1 行已更正并接收"}, ""},
		{w.leader, "POST", at + "/retire", `{"reason":"机构重新提取"}`, 204, nil, "intake.retire"},
		{w.leader, "POST", at + "/retire", `{"reason":"机构重新提取"}`, 409, []string{"intake_retired"}, ""},
		{w.leader, "GET", "/api/intake/tables?filter=table:fee_list_d", "", 200, []string{`"kept":1`, `"sources":1`}, ""},
	})
}

// TestUploadForIntake brings files of which some are no tables, with what is said of each.
func TestUploadForIntake(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		for _, c := range []struct {
			name, content string
			status        int
			want          string
		}{
			{"fee_list_d.csv", spoilt, 200, "费用明细表"},
			{"fee_list_d.csv", spoilt, 200, "fee_list_d-2.csv"},
			{"fee_list_d.pdf", spoilt, 422, "不是 CSV、TXT、XLSX、Parquet 或其压缩包"},
			{"fee_list_d.csv", "%PDF-1.7\n", 422, "这是PDF 文件，不是数据表"},
			{"x.csv", "甲,乙\n1,2\n", 422, "认不出是哪张表"},
			{"fee_list_d.xlsx", spoilt, 422, "与扩展名 .xlsx 不符"},
			{"..%2Ffee_list_d.csv", spoilt, 422, "不含路径"},
			{"fee_list_d.csv", "", 400, ""},
		} {
			status, text := w.leader.send("/api/intake/upload?name="+c.name, c.content)
			if status != c.status || !strings.Contains(text, c.want) {
				t.Errorf("%s: %d %s, want %d %s", c.name, status, text, c.status, c.want)
			}
		}
		kept, err := os.ReadDir(filepath.Join(home+"-files", "上传"))
		if err != nil || len(kept) != 2 {
			t.Errorf("%v %v", kept, err)
		}
	})
}

// TestRunsByHTTP starts a screening and reads what it came to; another region reads
// nothing of it.
func TestRunsByHTTP(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		takeInSpoilt(t, home, w)
		var j struct{ ID string }
		w.leader.does("POST", "/api/jobs", `{"kind":"screen","argument":{"from":"2025-01-01","to":"2025-12-31","out":"三月"}}`, &j)
		if state := w.leader.finish(j.ID); state != "done" {
			t.Fatal(state)
		}
		at := "/api/runs/" + j.ID
		w.run(t, []step{
			{w.leader, "GET", "/api/runs", "", 200, []string{`"total":1`, `"folder":"三月"`, `"lines":1`}, ""},
			{w.leader, "GET", at, "", 200, []string{`"by_rule":[{`, "未运行：", `"report.html"`, `"gaps":[`}, ""},
			{w.leader, "GET", at + "/files/report.html", "", 200, []string{"attachment", "<html"}, "screening.download"},
			{w.leader, "GET", at + "/files/findings.csv", "", 200, []string{"attachment", "text/csv"}, "screening.download"},
			{w.leader, "GET", at + "/files/institution-..%2F..%2Fkey.xlsx", "", 404, []string{"not_found"}, ""},
			{w.leader, "GET", at + "/files/certificates.ndjson", "", 404, []string{"not_found"}, ""},
			{w.other, "GET", "/api/runs", "", 200, []string{`"total":0`}, ""},
			{w.other, "GET", at, "", 404, []string{"not_found"}, ""},
			{w.other, "GET", at + "/files/report.html", "", 404, []string{"not_found"}, ""},
			{w.admin, "GET", at, "", 403, []string{`"role"`}, ""},
		})
	})
}
