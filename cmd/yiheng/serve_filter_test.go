package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"yiheng/ground/db"
	"yiheng/server"
)

// described is what the description says of a list.
type described struct {
	Columns    []struct{ Name string } `yaml:"x-columns"`
	Parameters []parameter
}

type parameter struct {
	Name, In string
	Schema   struct {
		Type  any
		Enum  []string
		Items struct{ Enum []string }
	}
}

// lists are all that the description has, by path.
func lists(t *testing.T) map[string]described {
	t.Helper()
	text, err := server.New(server.Parts{}).Describe()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]struct{ Get *described }
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	all := map[string]described{}
	for path, item := range document.Paths {
		if item.Get != nil && item.Get.Columns != nil && !strings.ContainsAny(path, "{.") {
			all[path] = *item.Get
		}
	}
	return all
}

// counts asks for a list and says how many lines it has, -1 when it is refused.
func (v *visitor) counts(path string, query ...string) int {
	v.Helper()
	status, text, _ := v.ask("GET", path+"?"+strings.Join(query, "&"), "")
	var page struct{ Items []json.RawMessage }
	if status == 422 || status == 403 {
		return -1
	}
	if err := json.Unmarshal([]byte(text), &page); err != nil || status != 200 {
		v.Errorf("%s?%s: %d %v", path, strings.Join(query, "&"), status, err)
	}
	return len(page.Items)
}

// TestFilters asks each list of the description, by every filter that it documents, for
// what occurs nowhere: nothing comes back, or the value is refused. A filter that the
// program does not read would give the whole list.
func TestFilters(t *testing.T) {
	t.Setenv(db.Setting, "")
	home := t.TempDir()
	o := practiseIn(t, home)
	a, b := suspicionOf("V1", "L1"), suspicionOf("V2", "L2")
	o.deliver(a, b)
	o.must(o.first, "suspect", a.ID)
	for path, list := range lists(t) {
		var base []string
		if slices.ContainsFunc(list.Parameters, func(p parameter) bool { return p.Name == "by" }) {
			base = []string{"by=institution"}
		}
		by := slices.IndexFunc(o.people(), func(v *visitor) bool { return v.counts(path, base...) > 0 })
		if by < 0 {
			t.Logf("%s is empty here", path)
			continue
		}
		v := o.people()[by]
		whole := v.counts(path, base...)
		for _, p := range list.Parameters {
			if p.In == "query" && p.Name != "by" {
				p.tried(t, v, path, base, whole, list)
			}
		}
	}
}

// people are those who see the most of each list.
func (o *office) people() []*visitor {
	return []*visitor{o.leader, o.handler, o.first, o.final, o.office, o.admin, o.officer, o.auditor}
}

// tried asks by one filter.
func (p parameter) tried(t *testing.T, v *visitor, path string, base []string, whole int, list described) {
	t.Helper()
	none := p.Name + "=" + url.QueryEscape("zz-nowhere")
	nothing := func(query string) {
		t.Helper()
		if n := v.counts(path, append(slices.Clone(base), query)...); n > 0 {
			t.Errorf("%s?%s gives %d lines to %s", path, query, n, v.login)
		}
	}
	values := append(slices.Clone(p.Schema.Enum), p.Schema.Items.Enum...)
	if fmt.Sprint(p.Schema.Type) == "boolean" {
		values = []string{"true", "false"}
	}
	switch {
	case slices.Contains([]string{"limit", "cursor", "sort"}, p.Name):
	case p.Name == "filter":
		for _, c := range list.Columns {
			nothing("filter=" + c.Name + ":zz-nowhere")
		}
	case p.Name == "subject_kind" || p.Name == "subject": // the two are one filter
		nothing("subject_kind=zz-nowhere&subject=zz-nowhere")
	case values != nil:
		if !slices.ContainsFunc(values, func(value string) bool {
			return v.counts(path, append(slices.Clone(base), p.Name+"="+value)...) != whole
		}) {
			t.Errorf("%s: %s gives the whole list for each of %v", path, p.Name, values)
		}
	default:
		nothing(none)
	}
}
