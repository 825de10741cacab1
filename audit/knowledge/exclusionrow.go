package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// exclusionLabels names the columns for messages.
func exclusionLabels() string {
	labels := make([]string, len(exclusionColumns))
	for i, c := range exclusionColumns {
		labels[i] = c.label
	}
	return strings.Join(labels, "、")
}

// header places the columns.
func (r *exclusionReader) header(cells []string) error {
	r.headers = cells
	r.at = make([]int, len(cells))
	seen := map[int]bool{}
	var unknown []string
	for i, cell := range cells {
		r.at[i] = exclusionColumnOf(cell)
		switch c := r.at[i]; {
		case c < 0 && cell != "":
			unknown = append(unknown, cell)
		case c >= 0 && seen[c]:
			return fmt.Errorf("表头里“%s”写了两次", cell)
		case c >= 0:
			seen[c] = true
		}
	}
	for i, c := range exclusionColumns {
		if c.required == "必填" && !seen[i] {
			return fmt.Errorf("表头缺少“%s”（%s）一列；表头是 %s", c.label, c.name, exclusionLabels())
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("表头里不认识的列“%s”：一项不认识的条件若不算数，例外就会过宽；请改名或删去。表头是 %s", strings.Join(unknown, "”、“"), exclusionLabels())
	}
	return nil
}

// exclusionColumnOf returns the column that a header names, -1 for none.
func exclusionColumnOf(header string) int {
	w := strings.Trim(word(header), "*")
	for i, c := range exclusionColumns {
		if w == c.name || w == c.label || w == c.label+"("+c.name+")" {
			return i
		}
	}
	return -1
}

// exampleMark begins the first cell of a row that only shows how a row looks.
const exampleMark = "示例"

// row reads one row.
func (r *exclusionReader) row(row *gridRow) {
	if len(row.cells) == 0 {
		return
	}
	r.file.RowsRead++
	if !r.stored && strings.HasPrefix(row.cells[0], exampleMark) {
		r.file.Examples++
		return
	}
	before := len(r.file.Problems)
	x := Exclusion{ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}
	for i, text := range row.cells {
		switch {
		case text == "":
		case i >= len(r.at) || r.at[i] < 0:
			r.problem(row.num, i, "这一格没有表头，不知道“%.40s”是什么；请补上表头或清空", text)
		default:
			if err := exclusionColumns[r.at[i]].set(r, &x, text); err != nil {
				r.problem(row.num, i, "%v", err)
			}
		}
	}
	if !r.stored && len(r.file.Problems) == before {
		r.whole(row.num, &x)
	}
	if len(r.file.Problems) > before {
		r.file.Wrong++
		return
	}
	if x.ID == "" {
		sum := sha256.Sum256([]byte(x.text()))
		x.ID = "LW-" + hex.EncodeToString(sum[:6])
	}
	r.file.Exclusions = append(r.file.Exclusions, x)
	r.file.Rows = append(r.file.Rows, int32(row.num))
}

// whole checks a row whose cells are right.
func (r *exclusionReader) whole(row int, x *Exclusion) {
	for _, c := range exclusionColumns {
		if c.required == "必填" && c.get(x) == "" {
			r.problem(row, r.columnOf(c.name), "不能为空：%s", c.meaning)
		}
	}
	if x.PsnNo+x.MdtrtID+x.FixmedinsCode == "" && len(x.MedTypes)+len(x.DxAny)+len(x.CodesAny) == 0 {
		r.problem(row, -1, "只有规则、地区或日期，没有条件：整条规则会被停用。至少填一项人员编号、就诊编号、医药机构编号、医疗类别、诊断编码或明细编码")
	}
	if x.ValidFrom != calendar.NoDay && x.ValidTo != calendar.NoDay && x.ValidFrom > x.ValidTo {
		r.problem(row, r.columnOf("valid_to"), "开始日期 %s 晚于截止日期 %s，没有一天有效；请改正", x.ValidFrom, x.ValidTo)
	}
}

// columnOf returns where the file has the column, -1: it has not.
func (r *exclusionReader) columnOf(name string) int {
	return slices.IndexFunc(r.at, func(c int) bool { return c >= 0 && exclusionColumns[c].name == name })
}
