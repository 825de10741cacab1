package calendar

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

func extension(t testing.TB, text, when string) Extension {
	return Extension{Period: period(t, text), At: at(t, when), Who: "L1", Reason: "案情复杂", Document: "延〔2026〕1号"}
}

// A case of 90 days, extended by 30 and by 60, with stretches that do not count.
func TestDeadline(t *testing.T) {
	c := NewCalendar(Announced()...)
	for _, x := range []struct {
		name, start, period string
		excluded            [][2]string
		extended            []string
		want                string
	}{
		{"plain", "2026-03-02", "90日", nil, nil, "2026-06-01"}, // 31 May is a Sunday
		{"extended once", "2026-03-02", "90日", nil, []string{"30日"}, "2026-06-30"},
		{"extended twice", "2026-03-02", "90日", nil, []string{"30日", "60日"}, "2026-08-31"}, // 29 August is a Saturday
		{"the end between does not move", "2026-01-02", "15日", nil, []string{"1日"}, "2026-01-19"},
		{"an appraisal of ten days", "2026-03-02", "90日", [][2]string{{"2026-03-10", "2026-03-20"}}, nil, "2026-06-10"},
		{"begun and ended on one day", "2026-03-02", "90日", [][2]string{{"2026-03-10 09:00:00", "2026-03-10 17:00:00"}}, nil, "2026-06-01"},
		{"two that touch count once", "2026-03-02", "90日", [][2]string{{"2026-03-10", "2026-03-15"}, {"2026-03-15", "2026-03-20"}}, nil, "2026-06-10"},
		{"the end pushed into a stretch", "2026-03-02", "10日", [][2]string{{"2026-03-04", "2026-03-09"}, {"2026-03-14", "2026-03-20"}}, nil, "2026-03-23"}, // 11 days lost
		{"working days of a stretch only", "2026-02-12", "5个工作日", [][2]string{{"2026-02-13", "2026-02-25"}}, nil, "2026-03-02"},                            // 13; 26, 27, 28, 2
		{"months, a stretch inside", "2026-01-15", "2个月", [][2]string{{"2026-02-01", "2026-02-11"}}, nil, "2026-03-25"},
		{"both", "2026-03-02", "15个工作日", [][2]string{{"2026-03-03", "2026-03-05"}}, []string{"15个工作日"}, "2026-04-16"},
		{"hours stand still", "2026-03-02 10:00:00", "24小时", [][2]string{{"2026-03-02 12:00:00", "2026-03-03 12:00:00"}}, nil, "2026-03-04 10:00:00"},
		{"hours, extended", "2026-03-02 10:00:00", "24小时", nil, []string{"12小时"}, "2026-03-03 22:00:00"},
	} {
		d := Deadline{Start: at(t, x.start), Period: period(t, x.period)}
		var err error
		for _, e := range x.extended {
			if d, err = d.Extending(c, extension(t, e, x.start)); err != nil {
				t.Fatal(x.name, err)
			}
		}
		for _, i := range x.excluded {
			if d, err = d.Excluding(c, at(t, i[0]), at(t, i[1]), "鉴定"); err != nil {
				t.Fatal(x.name, err)
			}
		}
		if len(x.want) == 10 {
			x.want += " 23:59:59"
		}
		if due, err := d.Due(c); err != nil || due.String() != x.want {
			t.Errorf("%s: %v, %v, want %s", x.name, due, err, x.want)
		}
		stored, _ := json.Marshal(d)
		var again Deadline
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatal(err)
		}
		if due, err := again.Due(c); err != nil || due.String() != x.want {
			t.Errorf("%s, stored as %s: %v, %v", x.name, stored, due, err)
		}
	}
}

func TestDeadlinePaused(t *testing.T) {
	c := NewCalendar(Announced()...)
	d := Deadline{Start: at(t, "2026-03-02"), Period: period(t, "90日")}
	d, err := d.Excluding(c, at(t, "2026-03-10"), NoTime, "中止调查")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Due(c); !errors.Is(err, ErrPaused) || !d.Paused() {
		t.Errorf("a paused deadline: %v", err)
	}
	stored, _ := json.Marshal(d)
	var again Deadline
	if err := json.Unmarshal(stored, &again); err != nil || !again.Paused() {
		t.Errorf("%s comes back as %+v, %v", stored, again, err)
	}
	if d, err = d.Resuming(at(t, "2026-03-20")); err != nil {
		t.Fatal(err)
	}
	if due, err := d.Due(c); err != nil || due.String() != "2026-06-10 23:59:59" {
		t.Errorf("resumed: %v, %v", due, err)
	}
}

func TestDeadlineRefuses(t *testing.T) {
	c := NewCalendar(Announced()...)
	d := Deadline{Start: at(t, "2026-03-02"), Period: period(t, "90日")}
	exclude := func(d Deadline, from, to string) Deadline {
		d, err := d.Excluding(c, at(t, from), at(t, to), "鉴定")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	once, paused := exclude(d, "2026-03-10", "2026-03-20"), exclude(d, "2026-03-10", "")
	for name, x := range map[string]struct {
		do   func() error
		want string
	}{
		"overlap":         {func() error { _, err := once.Excluding(c, at(t, "2026-03-19"), at(t, "2026-03-25"), "x"); return err }, "重叠"},
		"around another":  {func() error { _, err := once.Excluding(c, at(t, "2026-03-09"), at(t, "2026-03-25"), "x"); return err }, "重叠"},
		"before start":    {func() error { _, err := d.Excluding(c, at(t, "2026-03-01"), at(t, "2026-03-05"), "x"); return err }, "早于起算"},
		"backwards":       {func() error { _, err := d.Excluding(c, at(t, "2026-03-05"), at(t, "2026-03-04"), "x"); return err }, "早于开始"},
		"after the end":   {func() error { _, err := d.Excluding(c, at(t, "2026-06-02"), NoTime, "x"); return err }, "已于 2026-06-01 23:59:59 届满"},
		"no reason":       {func() error { _, err := d.Excluding(c, at(t, "2026-03-05"), NoTime, ""); return err }, "事由"},
		"paused already":  {func() error { _, err := paused.Excluding(c, at(t, "2026-03-12"), NoTime, "x"); return err }, "已在中止"},
		"not paused":      {func() error { _, err := d.Resuming(at(t, "2026-03-12")); return err }, "没有中止"},
		"resumed earlier": {func() error { _, err := paused.Resuming(at(t, "2026-03-01")); return err }, "早于开始"},
		"extended late":   {func() error { _, err := d.Extending(c, extension(t, "30日", "2026-06-02")); return err }, "不能再延长"},
		"by nobody":       {func() error { _, err := d.Extending(c, Extension{Period: period(t, "30日")}); return err }, "批准人"},
		"by hours":        {func() error { _, err := d.Extending(c, extension(t, "30小时", "2026-03-02")); return err }, "按时钟"},
		"by nothing":      {func() error { _, err := d.Extending(c, extension(t, "", "2026-03-02")); return err }, "不认识"},
		"no start":        {func() error { _, err := Deadline{Start: NoTime, Period: d.Period}.Due(c); return err }, "起算时间"},
		"no period":       {func() error { _, err := Deadline{Start: d.Start}.Due(c); return err }, "不认识"},
		"no table": {func() error {
			_, err := Deadline{Start: at(t, "2030-03-02"), Period: period(t, "5个工作日")}.Due(c)
			return err
		}, "没有 2030 年的节假日表，无法判断 2030-03-03 是否工作日。请导入《国务院办公厅关于2030年部分节假日安排的通知》"},
		"end of December": {func() error {
			_, err := Deadline{Start: at(t, "2026-12-25"), Period: period(t, "1个工作日")}.Due(c)
			return err
		}, "没有 2027 年的节假日表，无法判断 2026-12-26 是否工作日（年末几天是否调休由下一年的通知规定）"},
	} {
		if err := x.do(); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	if len(d.Excluded) != 0 || len(once.Excluded) != 1 {
		t.Error("a refused change altered the deadline that it started from")
	}
}

// Counting one day after another, as a clerk does, gives the same last day.
func TestDeadlineAgainstAClerk(t *testing.T) {
	c := NewCalendar(Announced()...)
	random := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		d := Deadline{Start: (DayOf(2021, 1, 1) + Day(random.IntN(1500))).At(random.IntN(24), 0, 0), Period: Period{N: 1 + random.IntN(60), Unit: Days}}
		if random.IntN(2) == 0 {
			d.Period.Unit = Workdays
		}
		left := d.Period.N
		for range random.IntN(3) {
			e := Extension{Period: Period{N: 1 + random.IntN(20), Unit: d.Period.Unit}, At: d.Start, Who: "x", Reason: "x"}
			d, left = must(d.Extending(c, e)), left+e.Period.N
		}
		lost := map[Day]bool{}
		from := d.Start
		for range random.IntN(3) {
			from += Time(random.IntN(5 * secondsOfDay))
			to := from + Time(random.IntN(9*secondsOfDay))
			for day := from.Day() + 1; day <= to.Day(); day++ {
				lost[day] = true
			}
			if due := must(d.Due(c)); from > due {
				break
			}
			d = must(d.Excluding(c, from, to, "鉴定"))
			from = to
		}
		day := d.Start.Day()
		for left > 0 {
			day++
			if works := must(c.Working(day)); !lost[day] && (works || d.Period.Unit == Days) {
				left--
			}
		}
		for !must(c.Working(day)) {
			day++
		}
		if due := must(d.Due(c)); due.Day() != day {
			t.Fatalf("%+v: %s, counted by hand %s", d, due, day)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
