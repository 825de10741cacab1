package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// numbers is a list of so many things, of which every third has the same name.
func numbers(n int) *List[int, Query] {
	return &List[int, Query]{
		Columns: []Column[int]{
			By("id", "编号", func(i *int) string { return fmt.Sprintf("%03d", *i) }),
			By("rest", "余数", func(i *int) string { return fmt.Sprint(*i % 3) }),
		},
		Read: func(context.Context, *Call, *Query) (all []int, err error) {
			for i := range n {
				all = append(all, i)
			}
			return all, nil
		},
	}
}

// TestPages walks all pages of a list in every order: nothing is left out or repeated.
func TestPages(t *testing.T) {
	for _, sort := range []string{"", "id", "-id", "rest", "-rest"} {
		l, in, seen := numbers(100), &Query{Limit: 7, Sort: sort}, map[int]bool{}
		for range 100 {
			all, sorted, err := l.choose(t.Context(), nil, in, in)
			if err != nil {
				t.Fatal(err)
			}
			p, err := l.page(all, sorted, in)
			if err != nil || p.Total != 100 {
				t.Fatalf("%v, total %d", err, p.Total)
			}
			for _, i := range p.Items {
				if seen[i] {
					t.Errorf("sort %q: %d comes twice", sort, i)
				}
				seen[i] = true
			}
			if in.Cursor = p.Next; p.Next == "" {
				break
			}
		}
		if len(seen) != 100 {
			t.Errorf("sort %q: %d of 100", sort, len(seen))
		}
	}
}

// TestForeignCursor uses a cursor with another order.
func TestForeignCursor(t *testing.T) {
	l, in := numbers(100), &Query{Limit: 7}
	all, sorted, _ := l.choose(t.Context(), nil, in, in)
	p, _ := l.page(all, sorted, in)
	if _, err := l.page(all, sorted, &Query{Limit: 7, Sort: "-id", Cursor: p.Next}); err == nil {
		t.Error("a cursor of another order was taken")
	}
}

func FuzzCursor(f *testing.F) {
	f.Add("eyJzIjoiIiwidiI6IiIsImkiOiIifQ", "")
	f.Add("", "-id")
	f.Fuzz(func(t *testing.T, cursor, sort string) {
		if last, err := readCursor(cursor, sort); err == nil && last.Sort != sort {
			t.Errorf("cursor %q of order %q taken for %q", cursor, last.Sort, sort)
		}
	})
}

// FuzzBody looks for a body that the door lets in and that holds what no database can
// store.
func FuzzBody(f *testing.F) {
	for _, body := range []string{`{"a":"b"}`, `{"a":"\u0000"}`, "\xff", `["\\u0000"]`, `"\ud800"`, "{", "1 2"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p := checkJSON(body)
		if p == nil && (!utf8.Valid(body) || strings.Contains(string(body), "\x00")) {
			t.Errorf("%q let in", body)
		}
		if p != nil && p.Status != http.StatusBadRequest {
			t.Errorf("%q: %d", body, p.Status)
		}
	})
}
