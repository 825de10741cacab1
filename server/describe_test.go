package server

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// TestDescription fails when the committed description is not that of the code.
func TestDescription(t *testing.T) {
	s := New(Parts{})
	text, err := s.Describe()
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(text, have) {
		t.Error("api/openapi.yaml is not what the code says: run go generate ./server")
	}
	if !bytes.Contains(text, []byte("openapi: 3.1.0")) {
		t.Error("not OpenAPI 3.1")
	}
}

// TestMatrix walks the matrix of all rights for what is served: every operation by every
// role at every level of regions.
//
// clause: 004-001
func TestMatrix(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { accesstest.Matrix(t, d, New(Parts{}).Served()) })
}

// TestDeclared holds every route against the operation that it asks for: all but the
// login ask who is there, and the description says which role they need. Each stands in a
// chapter.
func TestDeclared(t *testing.T) {
	s := New(Parts{})
	for path, item := range s.door.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if !strings.HasPrefix(path, "/api/") || op.Extensions["x-access"] == nil || op.OperationID == "" || op.Summary == "" {
				t.Errorf("%s %s: without access, id, title, or outside /api", op.Method, path)
			}
			if len(op.Tags) != 1 || !slices.ContainsFunc(s.door.OpenAPI().Tags, func(c *huma.Tag) bool { return c.Name == op.Tags[0] }) {
				t.Errorf("%s %s: in the chapters %v", op.Method, path, op.Tags)
			}
			if (len(op.Security) == 0) != (op.Extensions["x-access"].(map[string]any)["operation"] == access.Login.Name) {
				t.Errorf("%s %s: security %v", op.Method, path, op.Security)
			}
		}
	}
	for _, name := range s.Served() {
		if op := access.Lookup(name); op == nil || op.Scope == access.Public && op != access.Login {
			t.Errorf("%s is served to anybody", name)
		}
	}
}

// TestLists holds every list against what a list must have: a narrower choice, an order, pages
// by a cursor, the total, and the whole of it as CSV and XLSX.
func TestLists(t *testing.T) {
	short := map[string]string{
		"/api/claims/find":              "what a whole number names",
		"/api/findings/desks":           "what a form offers",
		"/api/findings/groups":          "sums, all of them in one answer",
		"/api/findings/moves":           "what a form offers",
		"/api/papers-templates":         "part of the program",
		"/api/rules/classes/{id}/cases": "part of the program",
		"/api/regions":                  "names, all of them in one answer",
		"/api/todo/counts":              "sums",
	}
	paths := New(Parts{}).door.OpenAPI()
	for path, item := range paths.Paths {
		if item.Get == nil || item.Get.Responses["200"].Content["application/json"] == nil {
			continue
		}
		answer := item.Get.Responses["200"].Content["application/json"].Schema
		if answer.Ref != "" {
			answer = paths.Components.Schemas.SchemaFromRef(answer.Ref)
		}
		if answer.Type != huma.TypeArray && answer.Properties["items"] == nil {
			continue
		}
		if short[path] != "" {
			delete(short, path)
			continue
		}
		taken := map[string]bool{}
		for _, p := range item.Get.Parameters {
			taken[p.Name] = p.In == "query"
		}
		for _, name := range []string{"limit", "cursor", "sort"} {
			if !taken[name] {
				t.Errorf("%s does not take %s", path, name)
			}
		}
		if len(taken) < 4 {
			t.Errorf("%s cannot be narrowed", path)
		}
		if answer.Properties["total"] == nil || answer.Properties["next"] == nil {
			t.Errorf("%s says no total, or not where it goes on", path)
		}
		for _, ending := range []string{".csv", ".xlsx"} {
			if paths.Paths[path+ending] == nil {
				t.Errorf("%s is not served as %s", path, ending)
			}
		}
	}
	for path := range short {
		t.Errorf("%s is no list any more", path)
	}
}
