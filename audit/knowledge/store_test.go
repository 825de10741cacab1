package knowledge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

func openStore(t testing.TB) *Store {
	t.Helper()
	s, err := Open(context.Background(), dbtest.OpenSQLite(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func exchange(t testing.TB, rows ...string) *Intake {
	t.Helper()
	in, err := readExchangeFile(strings.NewReader(header+strings.Join(rows, "")), "点.csv", testClasses)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func importing(t *testing.T, s *Store, files ...*Intake) *Result {
	t.Helper()
	r, err := s.Import(context.Background(), testClasses, "测试", nil, files...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func loadCurrent(t *testing.T, s *Store) []Point {
	t.Helper()
	set, err := s.Current(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	points, err := s.Load(context.Background(), set.Hash)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

func TestStore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		s, err := Open(ctx, d, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Current(ctx); !errors.Is(err, ErrNone) {
			t.Fatalf("empty home: %v", err)
		}
		first := importing(t, s, exchange(t, sexPoint("A", "2025-01-01,,,,据,"), sexPoint("B", "2020-01-01,2024-12-31,,,据,")))
		if !first.Changed || first.Set.Points != 2 || first.Files[0].Added != 2 {
			t.Fatalf("first import %+v", first)
		}
		again := importing(t, s, exchange(t, sexPoint("A", "2025-01-01,,,,据,"), sexPoint("B", "2020-01-01,2024-12-31,,,据,")))
		if again.Changed || again.Set.ID != first.Set.ID || again.Files[0].Same != 2 {
			t.Errorf("the same again: %+v", again)
		}
		changed := importing(t, s, exchange(t, sexPoint("A", "2025-03-01,,,,新据,")))
		if !changed.Changed || changed.Set.ID != 2 || changed.Files[0].Replaced != 1 || changed.Set.Points != 2 {
			t.Errorf("a changed point: %+v", changed)
		}
		old, err := s.Load(ctx, first.Set.Hash)
		if err != nil || old[1].Basis != "据" || loadCurrent(t, s)[1].Basis != "新据" {
			t.Errorf("the first set changed: %+v %v", old, err)
		}
		sets, err := s.Sets(ctx)
		if err != nil || len(sets) != 2 || sets[0].By != "测试" || sets[0].At.IsZero() {
			t.Errorf("sets %+v %v", sets, err)
		}
		if files, err := sets[1].Files(); err != nil || files[0].Name != "点.csv" || files[0].Added != 2 {
			t.Errorf("files %+v %v", files, err)
		}
		if _, err := s.Load(ctx, "00"); !errors.Is(err, ErrNoSet) {
			t.Errorf("unknown set: %v", err)
		}
	})
}

// What is exported and imported elsewhere is the same set.
func TestExportImport(t *testing.T) {
	ctx := context.Background()
	a, b := openStore(t), openStore(t)
	in, err := ReadStarter(testClasses)
	if err != nil {
		t.Fatal(err)
	}
	set := importing(t, a, in).Set
	var text bytes.Buffer
	if err := a.Export(ctx, &text, set.Hash); err != nil {
		t.Fatal(err)
	}
	other, err := readExchangeFile(bytes.NewReader(text.Bytes()), "export.csv", testClasses)
	if err != nil {
		t.Fatal(err)
	}
	if got := importing(t, b, other).Set.Hash; got != set.Hash {
		t.Errorf("imported set %s, exported %s", got, set.Hash)
	}
	if r := importing(t, a, other); r.Changed {
		t.Errorf("its own export changed the set: %+v", r.Files)
	}
}

func TestAlteredSetIsRefused(t *testing.T) {
	s := openStore(t)
	set := importing(t, s, exchange(t, sexPoint("A", "2025-01-01,,,,据,"))).Set
	other := importing(t, s, exchange(t, sexPoint("A", "2025-01-02,,,,据,"))).Set
	content, err := os.ReadFile(s.Path(other.Hash))
	must(t, err)
	must(t, os.WriteFile(s.Path(set.Hash), content, 0o600))
	if _, err := s.Load(context.Background(), set.Hash); err == nil || !strings.Contains(err.Error(), "被改动过") {
		t.Errorf("altered: %v", err)
	}
	must(t, os.WriteFile(s.Path(set.Hash), content[:len(content)-9], 0o600))
	if _, err := s.Load(context.Background(), set.Hash); err == nil || !strings.Contains(err.Error(), "损坏") {
		t.Errorf("truncated: %v", err)
	}
}

// Points that contradict each other are refused, and nothing is imported.
func TestPointsThatContradict(t *testing.T) {
	man := `,GZ10000301004000,XG03AAA001A001010100001,,"{""sex"":""1""}",`
	for _, c := range []struct {
		name, want string
		rows       []string
	}{
		{"same id, other content", "与 点.csv 第 2 行 编号相同而内容不同", []string{sexPoint("A", "2025-01-01,,,,,"), sexPoint("A", "2025-01-02,,,,,")}},
		{"overlapping versions", "第 3 行 列 params：与“A”同一编码，2025-06-01 起都有效，而参数 sex 不同", []string{sexPoint("A", "2025-01-01,,,,,"), "B" + man + "2025-06-01,,,,,\n"}},
		{"overlapping until", "2025-06-01 至 2025-12-31都有效", []string{sexPoint("A", "2025-01-01,2025-12-31,,,,"), "B" + man + "2025-06-01,,,,,\n"}},
		{"supersedes unknown", "列 supersedes：没有知识点“Z”", []string{sexPoint("A", "2025-01-01,,Z,,,")}},
		{"supersedes itself", "不能接替自己", []string{sexPoint("A", "2025-01-01,,A,,,")}},
		{"supersedes in a circle", "循环接替", []string{sexPoint("A", "2025-01-01,,B,,,"), sexPoint("B", "2025-02-01,,A,,,")}},
		{"supersedes another rule's", "属于规则 GZ10000101003000", []string{"A,GZ10000101003000,T001700666,,\"{\"\"mode\"\":\"\"any\"\"}\",,,,,,\n", sexPoint("B", "2025-02-01,,A,,,")}},
		{"supersedes outside its region", "“A”属于 320000，与 310000 不相辖", []string{sexPoint("A", "2025-01-01,,,320000,,"), sexPoint("B", "2025-02-01,,A,310000,,")}},
		{"local without a reason", "须写明理由", []string{sexPoint("A", "2025-01-01,,,,,"), sexPoint("B", "2025-02-01,,A,310000,,")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openStore(t)
			_, err := s.Import(context.Background(), testClasses, "", nil, exchange(t, c.rows...))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
			if _, err := s.Current(context.Background()); !errors.Is(err, ErrNone) {
				t.Error("a set came to be in force")
			}
		})
	}
}

func TestVersionsThatFollowEachOther(t *testing.T) {
	man := `,GZ10000301004000,XG03AAA001A001010100001,,"{""sex"":""1""}",`
	for name, rows := range map[string][]string{
		"one after the other": {sexPoint("A", "2025-01-01,2025-05-31,,,,"), "B" + man + "2025-06-01,,,,,\n"},
		"superseded":          {sexPoint("A", "2025-01-01,,,,,"), "B" + man + "2025-06-01,,A,,,\n"},
		"superseded locally":  {sexPoint("A", "2025-01-01,,,,,"), "B" + man + "2025-06-01,,A,310000,沪医保发,\n"},
		"superseded by way of one that is pending": {
			sexPoint("A", "2025-01-01,,,,,"), "P,GZ10000301004000,XG03AAA001A001010100001,,,2025-03-01,,A,,,\n", "B" + man + "2025-06-01,,P,,,\n",
		},
		"other region": {sexPoint("A", "2025-01-01,,,,,"), "B" + man + "2025-06-01,,,310000,,\n"},
		"other limit":  {sexPoint("A", "2025-01-01,,,,,"), `B,GZ10000301004000,XG03AAA001A001010100001,,"{""age_max_years"":60}",,,,,,` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t)
			r := importing(t, s, exchange(t, rows...))
			if len(r.Problems) > 0 {
				t.Error(r.Problems)
			}
			for _, p := range loadCurrent(t, s) {
				if p.ID == "B" && p.ValidFrom.String() != "2025-06-01" && name != "other limit" {
					t.Errorf("version %+v", p)
				}
			}
		})
	}
}

// A workbook's point that a person completed stays complete when the workbook comes
// again; a re-issue with another content supersedes the older version. Every point
// carries its version, source and effective day.
//
// clause: 004-018
func TestWorkbookAgain(t *testing.T) {
	s := openStore(t)
	book := func(from calendar.Day, object, text string) *Intake {
		path := writeBook(t, "b.xlsx", testSheet{name: "药品儿童专用", rows: [][]any{
			{"药品通用名", "限定年龄", "逻辑依据", "药品代码"}, {"某药", object, text, "XG03AAA001A001010100001"},
		}})
		in, err := ReadFile(path, testClasses, Options{ValidFrom: from})
		must(t, err)
		return in
	}
	may, january := calendar.DayOf(2025, 5, 23), calendar.DayOf(2026, 1, 28)
	r := importing(t, s, book(may, "儿童", "限儿童"))
	if r.Files[0].Needs != 1 || r.Set.InForce != 0 {
		t.Fatalf("%+v", r.Files)
	}
	p := loadCurrent(t, s)[0]
	completed := fmt.Sprintf("%s,%s,%s,,\"{\"\"age_max_years\"\":13}\",2025-05-23,,,,%s,%s\n", p.ID, p.RuleID, p.Code, p.Basis, p.Note)
	if r = importing(t, s, exchange(t, completed)); r.Set.InForce != 1 || r.Files[0].Replaced != 1 {
		t.Fatalf("completed: %+v", r)
	}
	if r = importing(t, s, book(may, "儿童", "限儿童")); r.Changed {
		t.Errorf("the workbook again: %+v", r.Files)
	}
	if r = importing(t, s, book(may-30, "儿童", "限儿童")); r.Files[0].Extended != 1 || loadCurrent(t, s)[0].ValidFrom != may-30 {
		t.Errorf("from an earlier day: %+v", r.Files)
	}
	if r = importing(t, s, book(january, "14岁以下", "限14岁以下儿童")); r.Files[0].Succeeded != 1 {
		t.Fatalf("re-issue: %+v", r.Files)
	}
	points := loadCurrent(t, s)
	at := slices.IndexFunc(points, func(q Point) bool { return q.Supersedes == p.ID })
	if at < 0 || points[at].ValidFrom != january || *points[at].Params.AgeMaxYears != 14 {
		t.Errorf("re-issue %+v", points)
	}
	for i := range points {
		if sourceOf(&points[i]) != "b" || points[i].ValidFrom == calendar.NoDay || points[i].ID == "" {
			t.Errorf("no source, day or id: %+v", points[i])
		}
	}
	if r = importing(t, s, book(january, "14岁以下", "限14岁以下儿童")); r.Changed {
		t.Errorf("the re-issue again: %+v", r.Files)
	}
	back := importing(t, s, book(january+365, "儿童", "限儿童"))
	if back.Files[0].Added != 1 || back.Files[0].Succeeded != 1 {
		t.Errorf("back to the first wording: %+v", back.Files)
	}
	sum := Summarise(loadCurrent(t, s), testClasses, january)
	if len(sum) != 1 || sum[0].Points != 3 || sum[0].InForce != 1 || sum[0].Superseded != 1 || sum[0].Needs != 1 || sum[0].Missing["age_min_years|age_max_years"] != 1 {
		t.Errorf("summary %+v", sum)
	}
}

func TestTwoImportsAtOnce(t *testing.T) {
	s := openStore(t)
	done := make(chan error)
	for _, id := range []string{"A", "B", "C"} {
		go func() {
			row := strings.Replace(sexPoint(id, "2025-01-01,,,,,"), "0100001", "010000"+id, 1)
			_, err := s.Import(context.Background(), testClasses, id, nil, exchange(t, row))
			done <- err
		}()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(loadCurrent(t, s)); n != 3 {
		t.Errorf("%d points", n)
	}
}

// manyPoints is a set as large as the national library: n points, a code each, of
// drugs with ten codes.
func manyPoints(n int) *Intake {
	in := &Intake{Name: "many.csv", Hash: "00"}
	params := &Params{Attributes: Attributes{Sex: "2"}}
	for i := range n {
		drug := i / 10
		in.Points = append(in.Points, Point{
			ID: fmt.Sprintf("KP-%016x", i), RuleID: officialIDs[i%88], Code: fmt.Sprintf("XG03AAA%06dA0010101%05d", drug, i%100000), Params: params,
			ValidFrom: from2025, ValidTo: calendar.NoDay, Note: fmt.Sprintf("药品 %d 号；限定对象：女", drug),
			Basis: fmt.Sprintf("用于治疗第 %d 种疾病；本品限女性使用，与限定性别不符（来源：【第一批】药品规则库(限定性别对象)）", drug),
		})
		in.Rows = append(in.Rows, int32(i+2))
	}
	return in
}

// Loading 250,000 points: time and what they keep in memory are printed, and bound
// generously, since the machine may be busy.
func TestLoadIsQuickAndSmall(t *testing.T) {
	const n = 250_000
	s := openStore(t)
	points := manyPoints(n).Points
	SortPoints(points)
	hash, err := s.keep(points)
	must(t, err)
	points = nil
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	loaded, err := LoadFile(s.Path(hash), n)
	took := time.Since(start)
	must(t, err)
	runtime.ReadMemStats(&after)
	if len(loaded) != n {
		t.Fatalf("%d points", len(loaded))
	}
	allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20
	t.Logf("%d points in %v, %d MB allocated, %d MB kept", n, took.Round(time.Millisecond), allocated, kept)
	if took > 5*time.Second || allocated > 150 {
		t.Errorf("too slow or too large")
	}
	runtime.KeepAlive(loaded)
}

func BenchmarkLoad250k(b *testing.B) {
	s := openStore(b)
	points := manyPoints(250_000).Points
	SortPoints(points)
	hash, err := s.keep(points)
	must(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := LoadFile(s.Path(hash), 250_000); err != nil {
			b.Fatal(err)
		}
	}
}
