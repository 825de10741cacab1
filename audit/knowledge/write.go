package knowledge

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strings"
)

// WriteExchange writes points in the exchange format, in the order of SortPoints.
// What it writes, ReadExchange reads to equal points, and those are written to the
// same bytes again.
func WriteExchange(w io.Writer, points []Point) error {
	b := bufio.NewWriterSize(w, 64<<10)
	texts := make(map[*Params]string)
	b.WriteString(strings.Join(columnNames[:], ",") + "\n")
	var line []byte
	for i := range points {
		p := &points[i]
		params, ok := texts[p.Params]
		if !ok {
			params = p.Params.String()
			texts[p.Params] = params
		}
		line = line[:0]
		for c, field := range [columns]string{
			p.ID, p.RuleID, p.Code, p.OtherCode, params, p.ValidFrom.String(), p.ValidTo.String(),
			p.Supersedes, p.Region, p.Basis, p.Note,
		} {
			if c > 0 {
				line = append(line, ',')
			}
			line = appendField(line, field)
		}
		b.Write(append(line, '\n'))
	}
	return b.Flush()
}

func appendField(line []byte, field string) []byte {
	if !strings.ContainsAny(field, "\",\n\r") {
		return append(line, field...)
	}
	line = append(line, '"')
	line = append(line, strings.ReplaceAll(field, "\"", "\"\"")...)
	return append(line, '"')
}

// SortPoints puts points into the order of the exchange format: rule, code, other
// code, region, first day, id.
func SortPoints(points []Point) {
	slices.SortFunc(points, func(a, b Point) int {
		return cmp.Or(
			cmp.Compare(a.RuleID, b.RuleID), cmp.Compare(a.Code, b.Code), cmp.Compare(a.OtherCode, b.OtherCode),
			cmp.Compare(a.Region, b.Region), cmp.Compare(a.ValidFrom, b.ValidFrom), cmp.Compare(a.ID, b.ID),
		)
	})
}
