package claim

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// decimalsOf is how many decimals a kind keeps.
func decimalsOf(k lake.Kind) int {
	switch k {
	case lake.Money:
		return 2
	case lake.Price:
		return 6
	case lake.Quantity:
		return 4
	}
	return 0
}

// parseCell reads the text of a cell as its kind; the empty text is lake.NullInt.
// For dates, "-" and MySQL's 0000-00-00 are empty as well.
func parseCell(b []byte, k lake.Kind) (int64, error) {
	if len(b) == 0 {
		return lake.NullInt, nil
	}
	switch k {
	case lake.Text:
		return lake.NullInt, nil
	case lake.Day, lake.Time:
		if len(b) == 1 && b[0] == '-' || len(b) >= 10 && string(b[:10]) == "0000-00-00" {
			return lake.NullInt, nil
		}
		t, err := calendar.ParseTime(b)
		return timeAs(t, k), err
	}
	return ParseDecimal(b, decimalsOf(k))
}

func timeAs(t calendar.Time, k lake.Kind) int64 {
	if t == calendar.NoTime {
		return lake.NullInt
	}
	if k == lake.Day {
		return int64(t.Day())
	}
	return int64(t)
}

// parseExcel reads a cell of a workbook: numbers may carry the noise of floating
// point (12.340000000000002), dates may be days since 1899-12-30 (45292.5).
func parseExcel(b []byte, k lake.Kind, y1904 bool) (int64, error) {
	v, err := parseCell(b, k)
	if err == nil || k == lake.Text {
		return v, err
	}
	f, bad := strconv.ParseFloat(string(b), 64)
	if bad != nil {
		return v, err
	}
	if k == lake.Day || k == lake.Time {
		if f < 1 || f >= 100_000 {
			return v, err
		}
		return timeAs(excelTime(f, y1904), k), nil
	}
	return fromFloat(f, k)
}

func excelTime(serial float64, y1904 bool) calendar.Time {
	if y1904 {
		serial += 1462
	}
	return calendar.DayOf(1899, 12, 30).At(0, 0, 0) + calendar.Time(math.Round(serial*86400))
}

// fromFloat reads a binary floating point number as the decimal that it stands for:
// noise beyond its 15 exact digits is dropped, real further decimals are an error.
func fromFloat(f float64, k lake.Kind) (int64, error) {
	if math.IsNaN(f) {
		return lake.NullInt, nil
	}
	if math.IsInf(f, 0) {
		return 0, ErrNumber
	}
	return ParseDecimal(strconv.FormatFloat(f, 'g', 15, 64), decimalsOf(k))
}

// reasonOf says to people why a cell cannot be read and what to write instead.
func reasonOf(label string, kind lake.Kind, value string, err error) string {
	value = brief(value)
	switch {
	case errors.Is(err, calendar.ErrTime), errors.Is(err, calendar.ErrDay):
		return fmt.Sprintf("%s 的值“%s”不是有效日期%s。请写成 2024-01-01 或 2024-01-01 08:30:00", label, value, datePart(value))
	case errors.Is(err, ErrDecimals):
		return fmt.Sprintf("%s 的值“%s”小数位数过多，该列最多 %d 位，系统不自行四舍五入。请改正后重新导入", label, value, decimalsOf(kind))
	case errors.Is(err, ErrRange):
		return fmt.Sprintf("%s 的值“%s”过大，超出该列的范围。请核对是否多写了位数", label, value)
	case errors.Is(err, errScientific):
		return fmt.Sprintf("%s 的值“%s”被电子表格改成了科学计数法，原编号已丢失。请把该列设为文本格式后从源系统重新导出", label, value)
	}
	return fmt.Sprintf("%s 的值“%s”不是数字。请填写不带单位和文字的数字，例如 12.50", label, value)
}

// datePart says which part of a date is impossible, when that can be told.
func datePart(value string) string {
	digits := 0
	for digits < len(value) && value[digits] >= '0' && value[digits] <= '9' {
		digits++
	}
	var y, m, d int
	switch n, _ := fmt.Sscanf(strings.NewReplacer("/", "-", ".", "-").Replace(value), "%d-%d-%d", &y, &m, &d); {
	case digits > 4 && digits != 8 && digits != 12 && digits != 14 && n == 3:
		return fmt.Sprintf("（年份 %d）", y)
	case n == 3 && (m < 1 || m > 12):
		return fmt.Sprintf("（没有 %d 月）", m)
	case n == 3 && (d < 1 || d > 28) && digits == 4:
		return fmt.Sprintf("（%d 年 %d 月没有 %d 日）", y, m, d)
	}
	return ""
}

// brief cuts a value so that a message stays readable.
func brief(s string) string {
	runes := []rune(s)
	if len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return s
}

// errScientific is an identifier that a spreadsheet turned into 4.4E+17.
var errScientific = errors.New("identifier in scientific notation")

// isScientific says whether b reads like 4.40101E+17.
func isScientific(b []byte) bool {
	if len(b) < 4 || b[0] < '0' || b[0] > '9' {
		return false
	}
	i := 0
	for i < len(b) && (b[i] >= '0' && b[i] <= '9' || b[i] == '.') {
		i++
	}
	if i < len(b)-2 && (b[i] == 'E' || b[i] == 'e') && b[i+1] == '+' {
		for i += 2; i < len(b); i++ {
			if b[i] < '0' || b[i] > '9' {
				return false
			}
		}
		return true
	}
	return false
}
