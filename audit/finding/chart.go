package finding

import (
	"fmt"
	"math"
	"strings"

	"yiheng/facts/claim"
)

// A chart is geometry only: report.html draws it as SVG, so that every text in it goes
// through the template's escaping.

// chart is one panel: the bars of one result.
type chart struct {
	Title         string
	Note          string // beside the title: the unit of the axis
	Result        string
	Ranked        bool
	Width, Height float64
	Bars          []bar
	Ticks         []tick
}

// bar is one bar with its texts.
type bar struct {
	X, Y, W, H float64
	Label      string // below a bar of months, above a ranked bar
	LabelX     float64
	LabelY     float64
	Year       string // below the label of a month
	Sub        string // behind the label of a ranked bar
	SubCode    bool   // Sub is a code
	LabelCode  bool   // Label is a code
	Value      string // at the end, or above the highest
	ValueX     float64
	ValueY     float64
	Hint       string // what a pointer over it shows
}

// tick is a line of the value axis.
type tick struct {
	Y     float64
	Label string
}

const (
	chartWidth  = 470.0
	trendHeight = 208.0
	axisWidth   = 44.0 // left of the months
	axisHeight  = 34.0 // below the months
	headRoom    = 18.0 // above the highest bar
	rankedRow   = 34.0
	labelSize   = 14.0 // of the texts in print; on the screen they are smaller
)

// trend draws a bar for each month.
func trend(title, result string, months []Group) chart {
	c := chart{Title: title, Result: result, Width: chartWidth, Height: trendHeight}
	most := claim.Money(0)
	for _, m := range months {
		most = max(most, m.of(result).Amount)
	}
	step, unit, unitName := axisStep(most)
	c.Note = unitName
	plot := trendHeight - axisHeight - headRoom
	top := max(step, (most+step-1)/step*step)
	yOf := func(m claim.Money) float64 { return headRoom + plot*(1-float64(m)/float64(top)) }
	for m := claim.Money(0); m <= top; m += step {
		c.Ticks = append(c.Ticks, tick{round(yOf(m)), plainNumber(float64(m) / float64(unit))})
	}
	slot := (chartWidth - axisWidth) / float64(max(len(months), 6))
	every := 1 + (len(months)-1)/13
	for i, m := range months {
		amount := m.of(result).Amount
		x := axisWidth + slot*(float64(i)+0.5)
		w := min(slot*0.62, 30)
		b := bar{
			X: round(x - w/2), W: round(w), Y: round(yOf(amount)), H: round(yOf(0) - yOf(amount)),
			LabelX: round(x), LabelY: trendHeight - 19, ValueX: round(x), ValueY: round(yOf(amount) - 5),
			Hint: fmt.Sprintf("%s：%s 元，%d 条", monthName(m.Key), grouped(amount), m.of(result).Findings),
		}
		if i%every == 0 {
			b.Label, b.Year = monthLabel(m.Key, i == 0)
		}
		if amount == most && most > 0 {
			b.Value = short(amount)
			most++ // only the first of several highest is written out
		}
		c.Bars = append(c.Bars, b)
	}
	return c
}

// axisStep returns a step that gives two to five lines up to most, and the unit that
// the axis is written in.
func axisStep(most claim.Money) (step, unit claim.Money, unitName string) {
	unit, unitName = claim.Yuan, "元"
	switch {
	case most >= 100_000_000*claim.Yuan:
		unit, unitName = 100_000_000*claim.Yuan, "亿元"
	case most >= 10_000*claim.Yuan:
		unit, unitName = 10_000*claim.Yuan, "万元"
	}
	raw := max(float64(most)/4, 1)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if m*power >= raw {
			return max(claim.Money(m*power), 1), unit, unitName
		}
	}
	return claim.Money(10 * power), unit, unitName
}

// ranked draws bars below each other, the longest first.
func ranked(title, result string, rows []rankedGroup) chart {
	c := chart{Title: title, Note: "元", Result: result, Ranked: true, Width: chartWidth}
	most := claim.Money(1)
	for _, r := range rows {
		most = max(most, r.sum.Amount)
	}
	for i, r := range rows {
		y := rankedRow * float64(i)
		value := grouped(r.sum.Amount)
		if r.sum.Amount == 0 {
			value = count(r.sum.Findings) + " 条"
		}
		room := chartWidth - textWidth(value) - 28
		b := bar{
			Y: y + 20, H: 5, W: round(chartWidth * float64(r.sum.Amount) / float64(most)),
			LabelY: y + 14, LabelCode: r.labelCode, SubCode: r.subCode, Value: value, ValueX: chartWidth, ValueY: y + 14,
			Hint: fmt.Sprintf("%s %s：%s 元，%d 条", r.label, r.sub, grouped(r.sum.Amount), r.sum.Findings),
		}
		b.Label = shorten(r.label, room-min(textWidth(r.sub), room/2))
		b.Sub = shorten(r.sub, room-textWidth(b.Label))
		if r.sum.Amount > 0 {
			b.W = max(b.W, 1.5)
		}
		c.Bars = append(c.Bars, b)
	}
	c.Height = rankedRow * float64(len(rows))
	return c
}

// rankedGroup is a row of a ranked chart.
type rankedGroup struct {
	label, sub         string
	labelCode, subCode bool // whether they are codes
	sum                Sum
}

// textWidth estimates the width of a text at labelSize: full width for Chinese, little
// more than half for Latin.
func textWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		if r > 0x2e7f {
			w += labelSize
			continue
		}
		w += labelSize * 0.6
	}
	return w
}

// shorten cuts a text to a width, with … at its end.
func shorten(s string, width float64) string {
	if textWidth(s) <= width {
		return s
	}
	var b strings.Builder
	w := labelSize // of …
	for _, r := range s {
		if w += textWidth(string(r)); w > width {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

func round(x float64) float64 { return math.Round(x*10) / 10 }

// plainNumber writes a number of an axis without needless zeros.
func plainNumber(x float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
}

// short writes an amount for a headline: 1.23 亿元, 45.67 万元, 89.00 元.
func short(m claim.Money) string {
	amount, unit := shortParts(m)
	return amount + " " + unit
}

func shortParts(m claim.Money) (amount, unit string) {
	switch v := stated(m); {
	case v >= 100_000_000*claim.Yuan:
		return fmt.Sprintf("%.2f", float64(v)/1e10), "亿元"
	case v >= 10_000*claim.Yuan:
		return fmt.Sprintf("%.2f", float64(v)/1e6), "万元"
	default:
		return grouped(v), "元"
	}
}

// monthName writes 2024-05 as 2024年5月.
func monthName(key string) string {
	if len(key) != 7 {
		return "日期不详"
	}
	return key[:4] + "年" + strings.TrimPrefix(key[5:], "0") + "月"
}

// monthLabel is what stands below a bar: the month, and in January and at the first
// bar its year.
func monthLabel(key string, first bool) (month, year string) {
	if len(key) != 7 {
		return "不详", ""
	}
	month = strings.TrimPrefix(key[5:], "0")
	if first || month == "1" {
		year = key[:4]
	}
	return month + "月", year
}
