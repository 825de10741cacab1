package claim

import (
	"bytes"
	"strconv"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// makeMonth turns a month (202301, 2023-01, 2023年1月, or a date in it) into its first day.
func makeMonth(m *mill, k *maker, to *made) error {
	column, bad := k.from[0], map[int]bool{}
	m.shaped.numbers(column, lake.Day, to.ints, func(row int, _ error) { bad[row] = true })
	for row, v := range to.ints {
		text := m.shaped.cell(column, row)
		if bad[row] {
			v = int64(parseMonth(text))
		}
		day := calendar.Day(v)
		if v == lake.NullInt || day == calendar.NoDay {
			m.blame(row, column, monthReason(string(text)))
			to.ints[row] = lake.NullInt
			continue
		}
		y, mo, _ := day.Civil()
		to.ints[row] = int64(calendar.DayOf(y, mo, 1))
	}
	return nil
}

func monthReason(text string) string {
	if text == "" {
		return "缺少 年月，无法确定是哪个月的结转。请补上该值"
	}
	return "年月 的值“" + brief(text) + "”不是有效年月。请写成 202301"
}

// parseMonth reads 202301, 2023-01, 2023/1, 2023.1, 2023年1月 as the first day of the
// month, NoDay when it is none.
func parseMonth(b []byte) calendar.Day {
	b = bytes.TrimSuffix(b, []byte("月"))
	if len(b) < 5 {
		return calendar.NoDay
	}
	rest, cut := bytes.CutPrefix(b[4:], []byte("年"))
	if !cut && (rest[0] == '-' || rest[0] == '/' || rest[0] == '.') {
		rest, cut = rest[1:], true
	}
	if len(rest) > 2 || !cut && len(rest) != 2 {
		return calendar.NoDay
	}
	year, err := strconv.ParseUint(string(b[:4]), 10, 32)
	if err != nil || year < 1850 || year > 2200 {
		return calendar.NoDay
	}
	month, err := strconv.ParseUint(string(rest), 10, 32)
	if err != nil || month < 1 || month > 12 {
		return calendar.NoDay
	}
	return calendar.DayOf(int(year), int(month), 1)
}
