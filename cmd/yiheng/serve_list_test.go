package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// TestSmallLists asks for the lists that belong to one thing as for all others: in an order,
// narrowed, page by page, and whole as a file.
func TestSmallLists(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		var service struct{ ID string }
		w.officer.does("POST", "/api/services", `{"login":"his-link","organisation":"NANHU","name":"结算系统"}`, &service)
		for _, region := range []string{"", "330402"} {
			w.officer.does("POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"agency_auditor","organisation":"NANHU","region":%q,"reason":"接口"}`, service.ID, region), nil)
		}
		at := "/api/services/" + service.ID
		for _, operation := range []string{"job.run", "param.read"} {
			w.officer.does("POST", at+"/tokens", fmt.Sprintf(`{"operations":[%q],"ends":%q,"reason":"接口上线"}`, operation, time.Now().Add(24*time.Hour).Format(time.RFC3339)), nil)
		}
		for _, event := range []string{"job.ended", "paper.issued"} {
			w.officer.does("POST", at+"/hooks", fmt.Sprintf(`{"url":"https://his.example.cn/%s","events":[%q],"reason":"对接"}`, event, event), nil)
		}
		w.leader.does("POST", "/api/params", `{"settings":[
			{"key":"monitor.appeal_days","region":"330402","value":"8个工作日","certainty":"L","document":"甲办〔2026〕1号"},
			{"key":"monitor.appeal_days","region":"330402","value":"9个工作日","certainty":"L","document":"乙办〔2026〕2号"}],"reason":"地方规定"}`, nil)
		for _, name := range []string{"元旦", "元旦假期"} {
			w.admin.does("PUT", "/api/holidays/2026/2026-01-02", fmt.Sprintf(`{"kind":"放假","name":%q,"document":"国办","reason":"更正%s"}`, name, name), nil)
		}
		for _, list := range []struct {
			by                       *visitor
			path, sort, narrow, left string // left: a text of what is left when narrowed
		}{
			{w.officer, at + "/tokens", "-operations", "q=job.run", "job.run"},
			{w.officer, at + "/hooks", "-events", "q=job.ended", "job.ended"},
			{w.officer, "/api/people/" + service.ID + "/grants", "-id", "filter=role:agency_auditor", "agency_auditor"},
			{w.leader, "/api/params/monitor.appeal_days/history", "-value", "filter=value:8个工作日", "甲办"},
			{w.leader, "/api/holidays/2026/history", "-n", "filter=n:1", "更正元旦"},
			{w.auditor, "/api/journal", "n", "filter=act:param.put", "param.put"},
		} {
			list.by.wantList(list.path, list.sort, list.narrow, list.left)
		}
		w.run(t, []step{
			{w.leader, "GET", "/api/me/sessions?sort=-started&filter=second_factor:true", "", 200, []string{`"total":1`, `"address":"127.0.0.1"`}, ""},
			{w.leader, "GET", "/api/me/sessions.csv", "", 200, []string{"编号,来自", "导出标记"}, "access.own_account"},
			{w.other, "GET", at + "/tokens.csv", "", 403, nil, ""},
			{w.officer, "GET", "/api/people/RY999999/grants.csv", "", 404, nil, ""},
			{w.officer, "GET", at + "/tokens?sort=secret", "", 422, []string{"query.sort", "operations"}, ""},
			{w.officer, "GET", at + "/hooks?cursor=x", "", 422, []string{"翻页标记"}, ""},
			{w.leader, "GET", "/api/todo?sort=-amount", "", 200, []string{`"total":0`}, ""},
			{w.leader, "GET", "/api/todo?sort=title", "", 422, []string{"query.sort"}, ""},
		})
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// wantList reads a list of at least two in an order page by page, narrowed, and as a file.
func (v *visitor) wantList(path, sort, narrow, text string) {
	v.Helper()
	type page struct {
		Items []json.RawMessage
		Total int
		Next  string
	}
	var first, whole, some page
	v.does("GET", path+"?limit=500&sort="+sort, "", &whole)
	if len(whole.Items) < 2 || whole.Next != "" {
		v.Fatalf("%s: %d of %d, next %q", path, len(whole.Items), whole.Total, whole.Next)
	}
	v.does("GET", path+"?limit=1&sort="+sort, "", &first)
	v.does("GET", path+"?limit=1&sort="+sort+"&cursor="+first.Next, "", &some)
	if len(first.Items) != 1 || len(some.Items) != 1 || string(first.Items[0]) != string(whole.Items[0]) || string(some.Items[0]) != string(whole.Items[1]) {
		v.Errorf("%s by %s: pages %s, %s; whole %s", path, sort, first.Items, some.Items, whole.Items)
	}
	v.does("GET", path+"?limit=500&"+narrow, "", &some)
	if some.Total == 0 || !strings.Contains(string(some.Items[0]), text) {
		v.Errorf("%s?%s: %d: %s", path, narrow, some.Total, some.Items)
	}
	if status, file, _ := v.ask("GET", path+".csv?"+narrow, ""); status != 200 || !strings.Contains(file, text) || !strings.Contains(file, v.id+"/") {
		v.Errorf("%s.csv: %d %s", path, status, file)
	}
	if status, file, _ := v.ask("GET", path+".xlsx", ""); status != 200 || !strings.HasPrefix(file, "PK") {
		v.Errorf("%s.xlsx: %d", path, status)
	}
}

// TestPageTable takes a table out of a page: marked, in the journal, and never a formula.
func TestPageTable(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		table := func(columns, rows string) string {
			return fmt.Sprintf(`{"title":"按月：发现、认定","page":"/overview","columns":[%s],"rows":[%s]}`, columns, rows)
		}
		two := `{"title":"项目","kind":"text"},{"title":"金额","kind":"money"}`
		status, file, head := w.leader.ask("POST", "/api/page-table.xlsx", table(two, `["=1+1","12.50"],["000123",""]`))
		if status != 200 || !strings.Contains(head.Get("Content-Disposition"), "page-table-") {
			t.Fatalf("%d %s", status, file)
		}
		book, err := excelize.OpenReader(bytes.NewReader([]byte(file)))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows("按月：发现、认定")
		if err != nil || len(rows) != 3 || rows[1][0] != "=1+1" || rows[1][1] != "12.50" || rows[2][0] != "000123" || !strings.HasPrefix(rows[2][2], w.leader.id+"/") {
			t.Errorf("%q, %v", rows, err)
		}
		if formula, err := book.GetCellFormula("按月：发现、认定", "A2"); formula != "" || err != nil {
			t.Errorf("formula %q, %v", formula, err)
		}
		w.run(t, []step{
			{w.leader, "POST", "/api/page-table.csv", table(two, `["=1+1","12.50"]`), 200, []string{"'=1+1,12.50," + w.leader.id + "/"}, "page.take_table"},
			{w.auditor, "GET", "/api/journal?act=page.take_table&limit=1", "", 200, []string{"导出 1 行，CSV：页面 /overview 上的“按月：发现、认定”"}, "access.read_journal"},
			{w.leader, "POST", "/api/page-table.csv", table(two, `["a"]`), 422, []string{"第 1 行有 1 格，表头有 2 列"}, ""},
			{w.leader, "POST", "/api/page-table.csv", table(``, ``), 422, []string{"body.columns"}, ""},
			{w.leader, "POST", "/api/page-table.csv", table(`{"title":"甲","kind":"formula"}`, `["a"]`), 422, []string{"body.columns[0].kind"}, ""},
			{w.leader, "POST", "/api/page-table.csv", strings.Replace(table(two, `["a","1"]`), "/overview", "https://example.org/", 1), 422, []string{"body.page"}, ""},
			{w.leader, "POST", "/api/page-table.csv", table(two, strings.Repeat(`["a","1"],`, 10_001)+`["b","2"]`), 422, []string{"body.rows"}, ""},
		})
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}
