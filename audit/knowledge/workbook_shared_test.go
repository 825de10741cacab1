package knowledge

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yiheng/ground/calendar"
)

// sharedKnowledge is where the published points lie on the machines that have them.
const sharedKnowledge = "../../../shared/data/nhsa-knowledge"

// TestPublishedWorkbooks reads the workbooks of the published batches and holds
// them against the same batches as another parser read them: points and codes of
// each rule class.
func TestPublishedWorkbooks(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedKnowledge, "workbooks", "*.xlsx"))
	if len(files) == 0 {
		t.Log("left out: the published workbooks (../shared/data/nhsa-knowledge) are not here")
		return
	}
	points, codes := publishedPoints(t), publishedCodes(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := ReadWorkbook(file, testClasses, Options{ValidFrom: calendar.DayOf(2025, 5, 23)})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range b.Report.Sheets {
				if s.Rows != s.Points+s.CodeRows+s.Footers+s.Unreadable {
					t.Errorf("sheet %s: %d rows, accounted %+v", s.Name, s.Rows, s)
				}
				t.Logf("%+v", s)
			}
			for _, p := range b.Problems {
				t.Log(p)
			}
			batch := batchOf(file)
			got := map[string][]string{}
			for _, p := range b.Points {
				got[p.RuleID] = append(got[p.RuleID], p.Code)
				if p.OtherCode != "" {
					got[p.RuleID] = append(got[p.RuleID], p.OtherCode)
				}
			}
			for _, r := range b.Report.Rules {
				t.Logf("%+v", r)
				key := batch + " " + r.Name
				if r.Official != points[key] {
					t.Errorf("%s: %d points, published %d", key, r.Official, points[key])
				}
				slices.Sort(got[r.RuleID])
				if !slices.Equal(got[r.RuleID], codes[key]) {
					t.Errorf("%s: %d codes, published %d", key, len(got[r.RuleID]), len(codes[key]))
				}
			}
		})
	}
}

func batchOf(file string) string {
	name := filepath.Base(file)
	for zh, batch := range map[string]string{
		"第一批": "batch_01", "第二批": "batch_02", "第三批": "batch_03", "第七批": "batch_07", "第八批": "batch_08",
	} {
		if strings.Contains(name, zh) {
			return batch
		}
	}
	return ""
}

func publishedPoints(t *testing.T) map[string]int {
	n := map[string]int{}
	for _, r := range published(t, "kp.csv") {
		if r["detect_logic"] != "" { // one row is a footer that the other parser took for a point
			n[r["batch_tag"]+" "+r["rule_class"]]++
		}
	}
	return n
}

func publishedCodes(t *testing.T) map[string][]string {
	codes := map[string][]string{}
	for _, r := range published(t, "kp_codes.csv") {
		key := r["batch_tag"] + " " + r["rule_class"]
		codes[key] = append(codes[key], r["code"])
	}
	for _, c := range codes {
		slices.Sort(c)
	}
	return codes
}

func published(t *testing.T, name string) []map[string]string {
	f, err := os.Open(filepath.Join(sharedKnowledge, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows[0][0] = strings.TrimPrefix(rows[0][0], "\ufeff")
	var all []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		all = append(all, m)
	}
	return all
}

// TestPublishedAfterStarter imports the starter pack and then every workbook: they
// state the same facts, so that nothing is refused; a second time changes nothing.
func TestPublishedAfterStarter(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(sharedKnowledge, "workbooks", "*.xlsx"))
	if len(files) == 0 {
		t.Log("left out: the published workbooks (../shared/data/nhsa-knowledge) are not here")
		return
	}
	s := openStore(t)
	in, err := ReadStarter(testClasses)
	must(t, err)
	importing(t, s, in)
	var books []*Intake
	for _, file := range files {
		in, err := ReadFile(file, testClasses, Options{ValidFrom: calendar.DayOf(2025, 5, 23)})
		must(t, err)
		books = append(books, in)
	}
	r := importing(t, s, books...)
	for _, p := range r.Problems {
		t.Log(p)
	}
	for _, c := range r.Files {
		c.Report = nil
		t.Logf("%+v", c)
	}
	if again := importing(t, s, books...); again.Changed {
		t.Errorf("a second time: %+v", again.Files)
	}
}
