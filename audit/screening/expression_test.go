package screening

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// dimension is one history under one point of testdata/dimensions.csv.
type dimension struct {
	Point   string        `json:"point"`
	Name    string        `json:"name"`
	Lines   []string      `json:"lines"` // that the point objects to
	History claim.History `json:"history"`
}

// dimensionPoints are the points of testdata/dimensions.csv, as the import reads them.
func dimensionPoints(t *testing.T) []knowledge.Point {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "dimensions.csv"))
	if err != nil {
		t.Fatal(err)
	}
	x, err := knowledge.ReadExchange(bytes.NewReader(text), "dimensions.csv", rule.Class)
	if err != nil || len(x.Problems) > 0 {
		t.Fatal(err, x.Problems)
	}
	return x.Points
}

// dimensions are the histories of testdata/dimensions.ndjson.
func dimensions(t *testing.T) []dimension {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "dimensions.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	var all []dimension
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		var d dimension
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

func customChecks(t *testing.T) *rule.Rule {
	t.Helper()
	r, ok := rule.Get("YH0006")
	if !ok {
		t.Fatal("no rule YH0006")
	}
	return r
}

// TestDimensions proves that every limit that provincial auditors use can be written
// as a point, without a programmer: each finds what it should in one history and
// nothing in another.
func TestDimensions(t *testing.T) {
	points := dimensionPoints(t)
	seen := make(map[string][2]int)
	for _, d := range dimensions(t) {
		at := slices.IndexFunc(points, func(p knowledge.Point) bool { return p.ID == d.Point })
		if at < 0 {
			t.Fatalf("no point %s", d.Point)
		}
		t.Run(d.Point+"/"+d.Name, func(t *testing.T) {
			lib := NewLibrary(Parts{Rules: []*rule.Rule{customChecks(t)}, Points: points[at : at+1]})
			out := Judge(&d.History, lib, Options{From: calendar.NoDay, To: calendar.NoDay})
			var lines []string
			for _, f := range out.Findings {
				lines = append(lines, f.Lines...)
			}
			if !sameSet(lines, d.Lines) || len(out.Unchecked) > 0 {
				t.Errorf("found %v, want %v; unchecked %v", lines, d.Lines, out.Unchecked)
			}
		})
		n := seen[d.Point]
		n[min(1, len(d.Lines))]++
		seen[d.Point] = n
	}
	for _, p := range points {
		if n := seen[p.ID]; n[0] == 0 || n[1] == 0 {
			t.Errorf("%s: %d histories without a finding, %d with one", p.ID, n[0], n[1])
		}
	}
	if len(points) < 21 {
		t.Errorf("%d dimensions, want 21", len(points))
	}
}

// TestDimensionsTogether proves that checks do not disturb each other: all points in
// one library find in each history at least what one alone finds.
func TestDimensionsTogether(t *testing.T) {
	lib := NewLibrary(Parts{Rules: []*rule.Rule{customChecks(t)}, Points: dimensionPoints(t)})
	for _, d := range dimensions(t) {
		var lines []string
		for _, f := range Judge(&d.History, lib, Options{From: calendar.NoDay, To: calendar.NoDay}).Findings {
			if f.KpID == d.Point {
				lines = append(lines, f.Lines...)
			}
		}
		if !sameSet(lines, d.Lines) {
			t.Errorf("%s: found %v, want %v", d.Name, lines, d.Lines)
		}
	}
}
