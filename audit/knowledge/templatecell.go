package knowledge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// paramCells gathers the parameters that a row states, as members of a JSON object.
type paramCells struct {
	members []paramCell
}

type paramCell struct {
	name   string
	value  any
	levels map[string]any // of caps
}

// add reads the cell of a parameter.
func (g *paramCells) add(c *templateColumn, text string) error {
	if c.param.Type == Caps {
		return g.addCap(c, text)
	}
	value, err := cellValue(c.param, text)
	if err == nil && value != nil {
		g.members = append(g.members, paramCell{name: c.param.Name, value: value})
	}
	return err
}

// addCap reads the cell of one hospital level.
func (g *paramCells) addCap(c *templateColumn, text string) error {
	n, err := cellNumber(text)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(g.members, func(m paramCell) bool { return m.name == c.param.Name })
	if at < 0 {
		at = len(g.members)
		g.members = append(g.members, paramCell{name: c.param.Name, levels: map[string]any{}})
	}
	g.members[at].levels[c.level] = n
	return nil
}

// json returns the row's parameters as ParseParams reads them; "" for none.
func (g *paramCells) json() string {
	if len(g.members) == 0 {
		return ""
	}
	values := map[string]any{}
	for _, m := range g.members {
		values[m.name] = m.value
		if m.levels != nil {
			values[m.name] = m.levels
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(values); err != nil { // texts, numbers and lists of them
		return ""
	}
	return b.String()
}

// cellValue returns what a cell says as a JSON value; nil: nothing.
func cellValue(p *Param, text string) (any, error) {
	switch p.Type {
	case Whole, Number:
		return cellNumber(text)
	case Truth:
		return cellTruth(text)
	case Texts:
		return cellTexts(text, ";；、\n")
	case Lists:
		return cellLists(text)
	case Alternatives:
		return cellAlternatives(text)
	}
	if len(p.Values) > 0 {
		text, _, _ = strings.Cut(text, " ") // day 单日
	}
	return text, nil
}

// cellNumber returns a number as it was typed: spreadsheets keep 0.07 as
// 7.0000000000000007E-2.
func cellNumber(text string) (json.Number, error) {
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.ContainsAny(text, "xXpPnN_") {
		return "", fmt.Errorf("“%s”不是数字", text)
	}
	const digits = 15 // what spreadsheets show
	if v, err = strconv.ParseFloat(strconv.FormatFloat(v, 'g', digits, 64), 64); err != nil {
		return "", fmt.Errorf("“%s”不是可用的数字", text)
	}
	return json.Number(strconv.FormatFloat(v, 'f', -1, 64)), nil
}

func cellTruth(text string) (any, error) {
	switch strings.ToLower(text) {
	case "是", "true", "1", "√":
		return true, nil
	case "否", "false", "0":
		return nil, nil
	}
	return nil, fmt.Errorf("“%s”：写“是”，或留空", text)
}

func cellTexts(text, separators string) (any, error) {
	list := []any{}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(separators, r) }) {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	if len(list) == 0 {
		return nil, errors.New("只有分隔符，没有内容；没有就留空")
	}
	return list, nil
}

// cellLists reads 003310010010000=36.0|36.1;003304060050000=13.4.
func cellLists(text string) (any, error) {
	lists := map[string]any{}
	for _, part := range cut(text) {
		name, values, ok := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" {
			return nil, fmt.Errorf("“%s”应写作 编码=前缀|前缀，多组用分号隔开", part)
		}
		if _, twice := lists[name]; twice {
			return nil, fmt.Errorf("“%s”写了两次，请合为一组", name)
		}
		list, err := cellTexts(values, "|")
		if err != nil {
			return nil, fmt.Errorf("“%s”%w", part, err)
		}
		lists[name] = list
	}
	return lists, nil
}

// cellAlternatives reads insutypes=510;med_types=51|52&level_min=2.
func cellAlternatives(text string) (any, error) {
	all := []any{}
	for _, group := range cut(text) {
		attributes := map[string]any{}
		for part := range strings.SplitSeq(group, "&") {
			name, value, ok := strings.Cut(part, "=")
			name, value = strings.TrimSpace(name), strings.TrimSpace(value)
			p := param(attributeParams, name)
			switch {
			case !ok || p == nil:
				return nil, fmt.Errorf("“%s”应写作 属性=值|值，属性可用：%s", part, strings.Join(paramNames(attributeParams), "、"))
			case attributes[name] != nil:
				return nil, fmt.Errorf("“%s”在一组里写了两次", name)
			}
			v, err := cellValue(p, strings.ReplaceAll(value, "|", ";"))
			if err != nil {
				return nil, fmt.Errorf("“%s”：%w", part, err)
			}
			attributes[name] = v
		}
		all = append(all, attributes)
	}
	return all, nil
}
