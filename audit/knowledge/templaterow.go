package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// header finds the column of each header; false when one is not known, since a
// parameter that is not read would make the points judge something else.
func (t *templateReader) header() bool {
	known := templateColumns(t.class)
	seen := map[string]bool{}
	ok := true
	for i, h := range t.rows[0].cells {
		name := columnName(h)
		at := slices.IndexFunc(known, func(c templateColumn) bool { return c.name == name })
		switch {
		case h == "":
			t.columns = append(t.columns, nil)
			continue
		case at < 0:
			t.problem(t.rows[0].num, i, "规则 %s（%s）没有这一列；用 yiheng knowledge template %s 写出它的模板", t.rule, t.class.Name, t.rule)
			ok = false
		case seen[name]:
			t.problem(t.rows[0].num, i, "这一列写了两次，请删去一列")
			ok = false
		}
		seen[name] = true
		if at >= 0 {
			t.columns = append(t.columns, &known[at])
		} else {
			t.columns = append(t.columns, nil)
		}
	}
	return ok
}

// at returns the position of a column, -1: the sheet has not got it.
func (t *templateReader) at(name string) int {
	return slices.IndexFunc(t.columns, func(c *templateColumn) bool { return c != nil && c.name == name })
}

// point reads one row; what is wrong is among the problems.
func (t *templateReader) point(r *gridRow) (Point, []string) {
	p := Point{RuleID: t.rule, ValidFrom: t.options.ValidFrom, ValidTo: calendar.NoDay}
	var given paramCells
	for i, text := range r.cells {
		switch {
		case text == "":
		case i >= len(t.columns) || t.columns[i] == nil:
			t.problem(r.num, i, "这一格没有表头，不知道“%.40s”是什么；请补上表头或清空", text)
		case t.columns[i].param == nil:
			if err := t.field(&p, t.columns[i].name, text, r.num, i); err != nil {
				t.problem(r.num, i, "%v", err)
			}
		default:
			if err := given.add(t.columns[i], text); err != nil {
				t.problem(r.num, i, "%v", err)
			}
		}
	}
	var missing []string
	p.Params, missing = t.params(r.num, &given)
	t.whole(r.num, &p)
	if p.ID == "" {
		sum := sha256.Sum256([]byte(strings.Join([]string{p.RuleID, p.Code, p.OtherCode, p.Region, p.Params.String(), p.ValidFrom.String()}, "\x00")))
		p.ID = "KP-" + hex.EncodeToString(sum[:8])
	}
	return p, missing
}

// field reads a cell that is no parameter.
func (t *templateReader) field(p *Point, name, text string, row, column int) (err error) {
	switch name {
	case "code":
		p.Code, err = t.code(text, row, column)
	case "other_code":
		p.OtherCode, err = t.code(text, row, column)
	case "valid_from":
		p.ValidFrom, err = cellDay(text)
	case "valid_to":
		p.ValidTo, err = cellDay(text)
	case "region":
		p.Region, err = text, regionCode(text)
	case "basis":
		p.Basis = text
	case "note":
		p.Note = text
	case "kp_id":
		p.ID, err = text, noBlanks(text)
	case "supersedes":
		p.Supersedes, err = text, noBlanks(text)
	}
	return err
}

// code reads one code; an item code that a number format robbed of its zeros gets
// them back, and the report says so.
func (t *templateReader) code(text string, row, column int) (string, error) {
	digits := strings.Trim(text, "0123456789") == ""
	switch {
	case strings.ContainsAny(text, " \n,;，；、"):
		return "", fmt.Errorf("“%.60s”不是一个编码：一行只写一个编码，多个编码分成多行", oneLine(text))
	case strings.ContainsAny(text, "eE") && strings.Contains(text, "+"):
		return "", fmt.Errorf("“%s”：编码被存成了数字，已丢失位数；请把单元格格式改为文本后重填", text)
	case digits && len(text) == 13 && namedSubject(word(t.class.Name)) == item:
		t.file.Problems = append(t.file.Problems, Problem{
			File: t.name, Sheet: t.rule, Row: row, Column: columnLabel(column, oneLine(t.rows[0].cell(column))), Warning: true,
			Text: "编码被存成了数字，已补回前导零：00" + text,
		})
		return "00" + text, nil
	}
	return text, nil
}

// params reads the parameters of a row by the schema of the class.
func (t *templateReader) params(row int, given *paramCells) (*Params, []string) {
	params, missing, err := ParseParams(t.class, given.json())
	for _, err := range unjoin(err) {
		var pe ParamError
		if !errors.As(err, &pe) {
			t.problem(row, -1, "%v", err)
			continue
		}
		name, _, _ := strings.Cut(pe.Param, "[")
		column := t.at(name)
		if column < 0 {
			name, _, _ = strings.Cut(name, ".")
			column = t.at(name)
		}
		if column >= 0 {
			t.problem(row, column, "%s", pe.Text)
		} else {
			t.problem(row, -1, "%v", err)
		}
	}
	if len(missing) > 0 && err == nil {
		t.file.Problems = append(t.file.Problems, Problem{
			File: t.name, Sheet: t.rule, Row: row, Warning: true,
			Text: "缺少 " + strings.ReplaceAll(strings.Join(missing, "、"), "|", " 或 ") + "：知识点保留，待补参数，不生效",
		})
	}
	return params, missing
}

// whole checks what more than one cell decides.
func (t *templateReader) whole(row int, p *Point) {
	switch {
	case p.ValidFrom == calendar.NoDay || p.ValidFrom == 0:
		t.problem(row, t.at("valid_from"), "不能为空：写明生效日，或导入时用 --valid-from；今天公布的知识点不能拿去判去年的费用")
	case p.ValidTo != calendar.NoDay && p.ValidFrom > p.ValidTo:
		t.problem(row, t.at("valid_to"), "%s 早于生效日 %s，没有一天有效", p.ValidTo, p.ValidFrom)
	}
	if t.class.Program == "conflict" && p.OtherCode == "" {
		t.problem(row, t.at("other_code"), "不能为空：%s 须有两个编码", t.class.Name)
	}
}
