package calendar

import (
	"bytes"
	"strings"
	"testing"
)

// The notices of 2019–2026, counted by hand from their texts: days off, days worked
// in exchange, and the number of the first document.
func TestAnnounced(t *testing.T) {
	type counted struct {
		off, worked int
		document    string
	}
	want := map[int]counted{
		2019: {30, 7, "国办发明电〔2018〕15号"}, // 元旦 with 30 and 31 December; 五一 by 国办发明电〔2019〕3号
		2020: {30, 6, "国办发明电〔2019〕16号"}, // 春节 to 2 February by 国办发明电〔2020〕1号
		2021: {31, 7, "国办发明电〔2020〕27号"},
		2022: {31, 7, "国办发明电〔2021〕11号"},
		2023: {27, 7, "国办发明电〔2022〕16号"},
		2024: {28, 8, "国办发明电〔2023〕7号"},
		2025: {28, 5, "国办发明电〔2024〕12号"},
		2026: {33, 6, "国办发明电〔2025〕7号"},
	}
	for _, n := range Announced() {
		got := counted{document: want[n.Year].document}
		for _, s := range n.Days {
			if s.Kind == Holiday {
				got.off++
			} else {
				got.worked++
			}
		}
		if got != want[n.Year] || n.Days[0].Document != got.document {
			t.Errorf("%d: %+v, want %+v", n.Year, got, want[n.Year])
		}
		delete(want, n.Year)
	}
	for year := range want {
		t.Errorf("%d is not there", year)
	}
}

// Working days of whole years: days of the year, less weekends and holidays, plus
// exchanged ones. The figures are those of the calendars that
// personnel offices print; 2020 lost two to the lengthened festival.
func TestWorkingDaysOfYears(t *testing.T) {
	c := NewCalendar(append(Announced(), emptyYear(2027))...)
	for year, want := range map[int]int{2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248} {
		got := 0
		for d := DayOf(year, 1, 1); d <= DayOf(year, 12, 31); d++ {
			works, err := c.Working(d)
			if err != nil {
				t.Fatal(err)
			}
			if works {
				got++
			}
		}
		if got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
}

// emptyYear stands for a year whose notice moves nothing in the December before.
func emptyYear(year int) Notice { return Notice{Year: year} }

func TestNoticesRoundTrip(t *testing.T) {
	var text bytes.Buffer
	if err := WriteNotices(&text, Announced()); err != nil {
		t.Fatal(err)
	}
	if text.String() != announcedCSV {
		t.Error("writing the announced notices gives another file")
	}
}

func TestAnnouncedIsACopy(t *testing.T) {
	Announced()[0].Days[0].Kind = "x"
	if Announced()[0].Days[0].Kind == "x" {
		t.Error("a caller changed the announced notices")
	}
}

func TestReadNoticesRefuses(t *testing.T) {
	head := "年度,日期,类型,名称,文号\n"
	whole := func(edit ...string) string {
		var text bytes.Buffer
		_ = WriteNotices(&text, Announced()[7:]) // 2026
		return strings.NewReplacer(edit...).Replace(text.String())
	}
	for name, c := range map[string]struct{ text, want string }{
		"empty":             {"", "表头"},
		"other header":      {"日期,类型\n", "表头是“日期,类型”"},
		"header only":       {head, "只有表头"},
		"columns":           {head + "2026,2026-01-01\n", "第 2 行：有 2 列，应为 5 列"},
		"year":              {head + "今年,2026-01-01,放假,元旦,x\n", "第 2 行：年度“今年”不是年份"},
		"date":              {head + "2026,元旦,放假,元旦,x\n", "第 2 行：日期“元旦”不是日期"},
		"no date":           {head + "2026,,放假,元旦,x\n", "日期“”不是日期"},
		"two wrong lines":   {head + "2026,x,放假,元旦,x\n2026,y,放假,元旦,x\n", "第 3 行：日期“y”"},
		"quotes":            {head + "2026,\"x,放假,元旦,x\n", "节假日表从第 2 行起引号不成对"},
		"kind":              {whole("2026-01-02,放假", "2026-01-02,休息"), "2026-01-02 的类型“休息”不认识"},
		"worked weekday":    {whole("2026-01-04,上班", "2026-01-05,上班"), "2026-01-05 是周一，本来就上班"},
		"no document":       {whole("2026-01-04,上班,元旦,国办发明电〔2025〕7号", "2026-01-04,上班,元旦,"), "2026-01-04 没有文号"},
		"no name":           {whole("2026-01-04,上班,元旦", "2026-01-04,上班,"), "2026-01-04 没有名称"},
		"twice":             {whole("2026-01-03", "2026-01-02"), "2026-01-02 出现两次"},
		"another year":      {whole("2026-01-03", "2025-11-03"), "2025-11-03 不在 2026 年"},
		"fixed day missing": {whole("2026,2026-10-02,放假,国庆节,国办发明电〔2025〕7号\n", ""), "缺少法定假日 2026-10-02"},
		"second of May":     {whole("2026,2026-05-02,放假,劳动节,国办发明电〔2025〕7号\n", ""), "缺少法定假日 2026-05-02"},
		"no Spring":         {whole("春节", "假"), "2026 年节假日表不合规：缺少春节"},
	} {
		_, err := ReadNotices(strings.NewReader(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := ReadNotices(strings.NewReader("\ufeff" + whole("\n", "\r\n"))); err != nil {
		t.Errorf("as a spreadsheet saves it: %v", err)
	}
}

func FuzzReadNotices(f *testing.F) {
	f.Add(announcedCSV[:2000])
	f.Add("年度,日期,类型,名称,文号\n2026,2026-01-01,放假,元旦,x\n")
	f.Add("\ufeff年度,日期,类型,名称,文号\n2026,\"2026-01-01\",上班,,")
	f.Fuzz(func(t *testing.T, text string) {
		notices, err := ReadNotices(strings.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := WriteNotices(&again, notices); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadNotices(&again); err != nil {
			t.Errorf("what was read and written is refused: %v", err)
		}
	})
}
