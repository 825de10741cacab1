package knowledge

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Class is what a knowledge point needs to know of its rule class.
type Class struct {
	Program string
	Name    string
	Check   string // check of sequence and integrity that the class makes without a point's own
}

// byLines are the programs that ask each line whether a point is about it, by its code.
var byLines = []string{
	"attribute", "never", "indication", "conflict", "same_class", "quantity", "duration", "amount", "price", "discount", "split", "companion", "precedence", "trace",
}

// EveryLine is what is said of a point that is about every line of its class.
const EveryLine = "对本规则全部明细"

// everyLine says that a point of the class with this code is about every line of it.
func (c Class) everyLine(code string) bool {
	return code == "" && slices.Contains(byLines, c.Program)
}

// Classes tells the class of a rule id; false when there is no such rule.
type Classes func(ruleID string) (Class, bool)

// ParamError is one reason why params do not fit a program.
type ParamError struct {
	Param string // "": the JSON as a whole
	Text  string // Chinese
}

// Error returns the reason with the name of the parameter.
func (e ParamError) Error() string {
	if e.Param == "" {
		return "params " + e.Text
	}
	return "参数 " + e.Param + "：" + e.Text
}

// ParseParams reads the params of a point of class c. Text that is no strict JSON
// object, unknown names, wrong types and impossible values are errors (a joined
// error of ParamError). Missing lists the parameters that the point still needs to
// be in force; Params.NeedsParameters is then set. The empty text is no params.
func ParseParams(c Class, text string) (p *Params, missing []string, err error) {
	fields := object{}
	if text != "" {
		v, err := parseJSON(text)
		if err != nil {
			return nil, nil, err
		}
		var ok bool
		if fields, ok = v.(object); !ok {
			return nil, nil, ParamError{"", "须是 JSON 对象，例如 {\"sex\":\"1\"}"}
		}
	}
	check := checker{class: c, schema: Schema(c.Program), fields: fields}
	check.run()
	if len(check.errs) > 0 {
		return nil, nil, errors.Join(check.errs...)
	}
	p = new(Params)
	if text != "" {
		if err := json.Unmarshal([]byte(text), p); err != nil {
			return nil, nil, ParamError{"", "读不出：" + err.Error()}
		}
	}
	missing = check.missing()
	if len(missing) > 0 {
		p.NeedsParameters = true
	} else if text == "" || p.String() == "" {
		p = nil
	}
	return p, missing, nil
}

// String returns p as the compact JSON of the exchange format, names in a fixed
// order; "" when it holds nothing.
func (p *Params) String() string {
	if p == nil {
		return ""
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(p); err != nil { // no parameter is of a type that cannot be encoded
		return ""
	}
	text := strings.TrimSuffix(b.String(), "\n")
	if text == "{}" {
		return ""
	}
	return text
}
