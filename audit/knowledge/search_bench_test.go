package knowledge

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// BenchmarkSearch finds points among 250,000 of 80 rules and 20,000 names, with the total,
// as the door does: in force, and of a change that proposes them all. The 95th percentile
// is p95-ms.
func BenchmarkSearch(b *testing.B) {
	for _, c := range []struct {
		driver string
		open   func(testing.TB) *db.DB
	}{{db.SQLite, dbtest.OpenSQLite}, {db.Postgres, dbtest.OpenPostgres}} {
		b.Run(c.driver, func(b *testing.B) {
			s, err := Open(context.Background(), c.open(b), b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			fill(b, s, 250_000)
			b.Run("in force", func(b *testing.B) { searches(b, s) })
			b.Run("proposed", func(b *testing.B) { proposals(b, s) })
		})
	}
}

// fill makes an edition of n generated points, one in ten of which supersedes another.
func fill(b *testing.B, s *Store, n int) {
	b.Helper()
	ctx := context.Background()
	points, rows := make([]Point, n), make([]Version, n)
	for i := range points {
		p := &points[i]
		*p = Point{
			ID: fmt.Sprintf("KP-%07d", i), RuleID: fmt.Sprintf("GZ101%05d", i%80), Code: fmt.Sprintf("XA%02dAAB%06dA010%09d", i%90, i%20_000, i),
			Basis: "国家医疗保障局智能监管知识库", Note: medicine(i%20_000) + "；限二级及以上医疗机构使用", ValidFrom: calendar.DayOf(2020, 1, 1), ValidTo: calendar.NoDay,
		}
		if i%10 == 9 {
			p.Supersedes = fmt.Sprintf("KP-%07d", i-1)
		}
		if i%50 == 7 {
			p.Region = "330400"
		}
	}
	SortPoints(points)
	for i := range points {
		rows[i] = versionOf(&points[i], MadeNew)
		rows[i].Since = 1
	}
	hash, err := s.keep(points)
	if err == nil {
		err = s.keepVersions(ctx, "made", rows, func(int, int) {})
	}
	if err == nil {
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.NewInsert().Model(&Set{ID: 1, Hash: hash, At: tx.Now, By: "测试", Points: n, InForce: n, Sources: "[]", Change: 1}).Exec(ctx)
			return err
		})
	}
	if err == nil && s.db.Driver() == db.Postgres { // as the server does by itself within minutes
		_, err = s.db.ExecContext(ctx, "ANALYZE")
	}
	if err == nil {
		_, err = s.Points(ctx)
	}
	if err != nil {
		b.Fatal(err)
	}
}

// medicine is a name of a drug.
func medicine(i int) string {
	stems, forms := []rune("阿莫西林头孢克洛甲硝唑氯沙坦普伐他汀地塞米松奥美拉"), []string{"片", "胶囊", "注射液", "颗粒", "缓释片"}
	name := ""
	for k := i; len([]rune(name)) < 5; k /= 7 {
		name += string(stems[(k+3*len(name))%len(stems)])
	}
	return name + forms[i%len(forms)] + fmt.Sprint(i)
}

// searches finds points in force.
func searches(b *testing.B, s *Store) {
	ctx, day := context.Background(), calendar.DayOf(2026, 1, 1)
	deep := &Key{"GZ10100040", "XA40AAB000040A010000000040", ""}
	for _, c := range []struct {
		name   string
		filter Filter
		behind *Key
	}{
		{"all", Filter{}, nil},
		{"all, a page deep inside", Filter{}, deep},
		{"a drug's name", Filter{Text: medicine(1234)}, nil},
		{"a part of many names", Filter{Text: "注射液"}, nil},
		{"a part of many names, deep inside", Filter{Text: "注射液"}, deep},
		{"a name that nothing has", Filter{Text: "没有这种药"}, nil},
		{"a code", Filter{Text: "XA11AAB000011A010000000011"}, nil},
		{"the beginning of many codes", Filter{Text: "XA11"}, nil},
		{"a rule", Filter{Rules: []string{"GZ10100007"}}, nil},
		{"a rule and a part of names", Filter{Rules: []string{"GZ10100007"}, Text: "片"}, nil},
		{"a layer", Filter{Region: new(string)}, nil},
		{"in force on a day", Filter{InForce: true}, nil},
	} {
		f := c.filter
		f.Day, f.Sees = day, func(region string) bool { return region == "" || region == "330400" }
		timed(b, c.name, func() error {
			found, err := s.Search(ctx, &f)
			if err != nil {
				return err
			}
			return s.Made(ctx, found.Page(c.behind, 51))
		})
	}
}

// proposals finds points of a change.
func proposals(b *testing.B, s *Store) {
	deep := &Key{"GZ10100040", "XA40AAB000040A010000000040", ""}
	for _, c := range []struct {
		name   string
		filter ChangeFilter
		behind *Key
	}{
		{"all", ChangeFilter{}, nil},
		{"all, a page deep inside", ChangeFilter{}, deep},
		{"a drug's name", ChangeFilter{Text: medicine(1234)}, nil},
		{"a code", ChangeFilter{Text: "XA11AAB000011A010000000011"}, nil},
		{"a rule", ChangeFilter{Rules: []string{"GZ10100007"}}, nil},
	} {
		c.filter.Tag = "made"
		timed(b, c.name, func() error {
			_, _, err := s.Proposed(context.Background(), &c.filter, c.behind, 51)
			return err
		})
	}
}

// timed runs f and reports its 95th percentile.
func timed(b *testing.B, name string, f func() error) {
	b.Run(name, func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			start := time.Now()
			if err := f(); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		b.ReportMetric(took[len(took)*95/100].Seconds()*1000, "p95-ms")
	})
}
