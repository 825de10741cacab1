package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// face is who did something, as an answer tells it.
type face struct{ Name, Role, Organisation string }

// TestFindingFaces: who made a step is told by name, masked, to people of the same
// organisation; the institution learns the organisation and the role of its reviewers and
// never a name, in no answer; another county learns nothing at all.
func TestFindingFaces(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		o := practiseIn(t, home)
		way, late := suspicionOf("V1", "L1"), suspicionOf("V2", "L2")
		o.deliver(way, late)
		o.must(o.first, "suspect", way.ID)
		o.office.does("POST", "/api/findings/pass", fmt.Sprintf(`{"finding_ids":[%q],"desk":%q,"dr_code":"D330402000001","reason":"请说明"}`, way.ID, ward), nil)
		o.doctor.does("POST", "/api/findings/"+way.ID+"/comment", `{"reason":"年龄录入有误"}`, nil)
		o.must(o.office, "appeal", way.ID)
		o.must(o.second, "overturn", way.ID)
		faces := func(v *visitor, id string) map[string]face {
			var page struct {
				Steps []struct {
					Move string
					By   face
				}
			}
			v.does("GET", "/api/findings/"+id, "", &page)
			all := map[string]face{}
			for _, s := range page.Steps {
				all[s.Move] = s.By
			}
			return all
		}
		for _, c := range []struct {
			by   *visitor
			move string
			want face
		}{
			{o.second, "suspect", face{"王******", "初审人员", "南湖区医保中心"}},
			{o.second, "overturn", face{"王*******", "复审人员", "南湖区医保中心"}},
			{o.second, "appeal", face{"", "机构医保办", "第一医院"}},
			{o.office, "suspect", face{"", "初审人员", "南湖区医保中心"}},
			{o.office, "overturn", face{"", "复审人员", "南湖区医保中心"}},
			{o.office, "appeal", face{"王*******", "机构医保办", "第一医院"}},
			{o.office, "comment", face{"王*******", "医师", "内科"}}, // who may read the people of the department
			{o.doctor, "suspect", face{"", "初审人员", "南湖区医保中心"}},
			{o.doctor, "appeal", face{"", "机构医保办", "第一医院"}},
		} {
			if got := faces(c.by, way.ID)[c.move]; got != c.want {
				t.Errorf("%s of %s: %+v, want %+v", c.by.login, c.move, got, c.want)
			}
		}
		o.nameless(way.ID, o.office, o.head, o.doctor)
		if status, text, _ := o.foreign.ask("GET", "/api/findings/"+way.ID, ""); status != 404 {
			t.Errorf("another county: %d %s", status, text)
		}
		o.on("2026-03-11", o.first)
		waitFor(t, func() bool { return faces(o.first, late.ID)["escalate"].Role != "" })
		if got := faces(o.first, late.ID)["escalate"]; got != (face{"", "系统（期限届满）", ""}) {
			t.Errorf("a clock's step: %+v", got)
		}
	})
}

// nameless asks for all that an institution's people may open: a name stands there only
// beside their own steps.
func (o *office) nameless(id string, who ...*visitor) {
	o.t.Helper()
	var own []string
	for _, v := range who {
		own = append(own, v.id)
	}
	for _, v := range who {
		for _, path := range []string{
			"/api/findings", "/api/findings/" + id, "/api/findings/" + id + "/visit", "/api/findings/groups?by=rule", "/api/overview", "/api/todo",
			"/api/papers", "/api/rules/classes", "/api/knowledge/points", "/api/knowledge/editions", "/api/institutions", "/api/institutions/" + hospital,
		} {
			status, text, _ := v.ask("GET", path, "")
			if strings.Contains(text, "王小") {
				o.t.Errorf("%s by %s has a whole name: %d %s", path, v.login, status, text)
			}
			var answer any
			if json.Unmarshal([]byte(text), &answer) != nil {
				continue
			}
			if found := foreignName(answer, own); found != "" {
				o.t.Errorf("%s by %s names %s", path, v.login, found)
			}
		}
	}
}

// foreignName finds a name in an answer that is not of a step of one of the accounts.
func foreignName(answer any, own []string) string {
	switch x := answer.(type) {
	case []any:
		for _, e := range x {
			if found := foreignName(e, own); found != "" {
				return found
			}
		}
	case map[string]any:
		if actor, _ := x["actor"].(string); slices.Contains(own, actor) {
			return ""
		}
		for _, e := range x {
			if found := foreignName(e, own); found != "" {
				return found
			}
		}
	case string:
		if strings.Contains(x, "王*") {
			return x
		}
	}
	return ""
}

// TestRuleFaces: by whom a version was written is told to another office of the city by
// organisation and role alone, and to another city not at all.
func TestRuleFaces(t *testing.T) {
	w := staffed(t, t.TempDir())
	w.admin.does("POST", "/api/organisations", `{"code":"YUNZEJU","kind":"administration","name":"云泽市医疗保障局","region":"371800"}`, nil)
	beside := w.admit("beside", "YUNZEJU", `"role":"supervisor_leader","organisation":"YUNZEJU"`, "/api/grants", w.officer)
	definition, cases := stricter(t)
	var drafted struct{ ID string }
	w.author.does("POST", "/api/rule-versions", versionBody(t, definition, cases, "2026-01-01"), &drafted)
	path := "/api/rule-versions/" + drafted.ID
	const wrote = `"role":"经办稽核人员","organisation":"云泽市医保中心"`
	for _, c := range []struct {
		by *visitor
		in string
	}{{w.reviewer, `{"name":"王*******",` + wrote}, {beside, "{" + wrote}} {
		_, text, _ := c.by.ask("GET", path, "")
		wantText(t, text, `"author_face":`+c.in, `"by":`+c.in)
		_, text, _ = c.by.ask("GET", "/api/rule-versions", "")
		wantText(t, text, `"author_face":`+c.in)
	}
	w.elsewhere.refused("GET", path, "", 404, "not_found")
}

// TestChangeFaces: who proposed and decided a change of the knowledge is told to other
// organisations by organisation and role alone.
func TestChangeFaces(t *testing.T) {
	home := t.TempDir()
	w := newBookcase(t, home)
	if status, text := w.clerk.send(stagingAt("更新.csv", ""), pointsHeader+"N-1,GZ10000101001000,ZH01AAB0066010100716,,\"{\"\"insutypes\"\":[\"\"310\"\"]}\",2026-01-01,,,,国家医保局文件,改\n"); status != 202 {
		t.Fatalf("%d %s", status, text)
	}
	w.chief.does("POST", "/api/knowledge/changes/1/enforce", `{"reason":"核对无误"}`, nil)
	const named, clerk, chief = `"name":"王******"`, `"role":"经办稽核人员","organisation":"嘉兴市医保中心"`, `"role":"监管负责人","organisation":"嘉兴市医疗保障局"`
	for _, c := range []struct {
		by         *visitor
		path       string
		want, lack []string
	}{
		{w.clerk, "/api/knowledge/changes/1", []string{`"by_face":{` + named + "," + clerk, `"decided_face":{` + chief}, nil},
		{w.chief, "/api/knowledge/changes/1", []string{`"by_face":{` + clerk, `"decided_face":{` + named + "," + chief}, nil},
		{w.other, "/api/knowledge/changes/1", []string{`"by_face":{` + clerk, `"decided_face":{` + chief}, []string{"王"}},
		{w.far, "/api/knowledge/changes", []string{`"by_face":{` + clerk, `"decided_face":{` + chief}, []string{"王"}},
		{w.far, "/api/knowledge/changes.csv", []string{"嘉兴市医保中心 经办稽核人员", "嘉兴市医疗保障局 监管负责人"}, []string{"王", w.clerk.id}},
		{w.office, "/api/knowledge/editions", []string{`"by_face":{` + chief}, []string{"王"}},
		{w.office, "/api/knowledge/point?kp_id=" + url.QueryEscape("N-1"), []string{`"by_face":{` + chief}, []string{"王"}},
	} {
		_, text, _ := c.by.ask("GET", c.path, "")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s by %s: no %q in %s", c.path, c.by.login, want, text)
			}
		}
		for _, lack := range c.lack {
			if strings.Contains(text, lack) {
				t.Errorf("%s by %s has %q: %s", c.path, c.by.login, lack, text)
			}
		}
	}
}
