// Package param knows the numbers of law by region and day: periods, thresholds,
// multiples, rates, caps, each with its source and with how sure it is.
//
// What the program brings along (keys.csv, values.csv) is overlaid by what an office
// stores after reading its own official texts.
package param

import (
	"errors"
	"fmt"
	"strings"

	"yiheng/ground/calendar"
)

// Certainty says how a value was come by.
type Certainty string

const (
	// Primary values were read in the official text.
	Primary Certainty = "V"
	// Secondary values were read in a source that reports the text.
	Secondary Certainty = "V2"
	// Local values are the practice of the one place that the row names.
	Local Certainty = "L"
	// Memory values could not be checked against any text.
	Memory Certainty = "M"
	// Design values are proposed where no rule gives a number.
	Design Certainty = "D"
)

// certainties says each one in Chinese.
var certainties = map[Certainty]string{
	Primary:   "已核对正式文本",
	Secondary: "依据转述，未见正式文本",
	Local:     "地方做法",
	Memory:    "未经核对",
	Design:    "系统设计默认值，没有法定数字",
}

// Caution is what every use of an unconfirmed value must show.
const Caution = "须按本地正式文本核定"

// Confirmed says whether the value may be shown as law: it was read in a text.
func (c Certainty) Confirmed() bool { return c == Primary || c == Secondary }

// String says the certainty in Chinese.
func (c Certainty) String() string { return certainties[c] }

// Key is a parameter that the program knows.
type Key struct {
	Name string // case.hearing_request_days
	Kind Kind
	// Unit is what a count, ratio or amount is counted in, as 元, 倍, 人; a period brings
	// its own.
	Unit string
	// National keys are fixed by national law: no region may set them.
	National bool
	// Least and Most bound what may be set; they are zero where law gives no bound.
	Least, Most Value
	Meaning     string
}

// Setting is one value of one parameter: where, from when to when, why.
type Setting struct {
	Key    string
	Region string // six digits, "" for the whole country
	// From and To are the first and last day on which it is in force; NoDay is open.
	From, To  calendar.Day
	Value     Value
	Certainty Certainty
	Document  string // name or number of the document, "" for a design value
	Article   string
	Note      string
}

// Answer is the value of a parameter in a region on a day.
type Answer struct {
	Setting
	// Meaning and Unit are the key's.
	Meaning, Unit string
	// Caution must be shown wherever the value is used; "" when it is confirmed.
	Caution string
	// Stored says that an office stored it, so it is not what the program brings along.
	Stored bool
}

// String says value and source in one line, as
// 5个工作日（中华人民共和国行政处罚法 第64条；已核对正式文本）.
func (a Answer) String() string {
	parts := []string{strings.TrimSpace(a.Document + " " + a.Article), a.Certainty.String(), a.Caution}
	if parts[0] == "" {
		parts = parts[1:]
	}
	if a.Caution == "" {
		parts = parts[:len(parts)-1]
	}
	return a.Value.In(a.Unit) + "（" + strings.Join(parts, "；") + "）"
}

// ErrNone is wrapped by the error of a parameter that has no value in a region on a
// day: law leaves it to the province, or the rule was not yet in force.
var ErrNone = errors.New("没有值")

// holds says whether the setting is in force on the day.
func (s Setting) holds(day calendar.Day) bool {
	return (s.From == calendar.NoDay || s.From <= day) && (s.To == calendar.NoDay || day <= s.To)
}

// overlaps says whether a day exists on which both are in force in the same place.
func (s Setting) overlaps(o Setting) bool {
	return s.Key == o.Key && s.Region == o.Region &&
		(s.To == calendar.NoDay || o.From == calendar.NoDay || o.From <= s.To) &&
		(o.To == calendar.NoDay || s.From == calendar.NoDay || s.From <= o.To)
}

// Check says what is wrong with the setting.
func (s Setting) Check() error {
	key, ok := KeyOf(s.Key)
	switch {
	case !ok:
		return unknown(s.Key)
	case s.Region != "" && !isRegion(s.Region):
		return fmt.Errorf("区划“%s”不是六位行政区划代码（全国写“全国”）", s.Region)
	case s.Region != "" && key.National:
		return fmt.Errorf("参数 %s（%s）由国家统一规定，%s 不能另行设定", s.Key, key.Meaning, s.Region)
	case s.From != calendar.NoDay && s.To != calendar.NoDay && s.To < s.From:
		return fmt.Errorf("止期 %s 早于起期 %s", s.To, s.From)
	case certainties[s.Certainty] == "":
		return fmt.Errorf("确定性“%s”不认识，只能是 V（已核对正式文本）、V2（转述）、L（地方做法）、M（未核对）、D（设计默认值）", string(s.Certainty))
	case s.Certainty != Design && s.Document == "":
		return fmt.Errorf("参数 %s 没有写明文件：除设计默认值外都要有出处", s.Key)
	}
	return key.check(s.Value)
}

// check says whether the value is one that the key may have.
func (k Key) check(v Value) error {
	if v.kind != k.Kind {
		return fmt.Errorf("参数 %s 是%s，不能设为%s“%s”", k.Name, k.Kind, v.kind, v)
	}
	for _, bound := range []struct {
		value Value
		sign  int
		word  string
	}{{k.Least, -1, "低于"}, {k.Most, 1, "高于"}} {
		if bound.value == (Value{}) {
			continue
		}
		order, ok := v.compare(bound.value)
		if !ok {
			return fmt.Errorf("参数 %s 的单位应与法定界限 %s 相同，不能设为“%s”", k.Name, bound.value.In(k.Unit), v)
		}
		if order == bound.sign {
			return fmt.Errorf("参数 %s（%s）不能%s %s：“%s”超出法定界限", k.Name, k.Meaning, bound.word, bound.value.In(k.Unit), v.In(k.Unit))
		}
	}
	return nil
}

func unknown(key string) error {
	return fmt.Errorf("参数“%s”不认识。已有的参数见参数登记表", key)
}

func isRegion(code string) bool {
	return len(code) == 6 && strings.Trim(code, "0123456789") == "" && code != "000000"
}

// chain are the places whose values hold in a region, the most specific first: county
// or pool, city, province, the whole country.
func chain(region string) []string {
	if region == "" {
		return []string{""}
	}
	places := []string{region}
	for _, outer := range []string{region[:4] + "00", region[:2] + "0000"} {
		if outer != places[len(places)-1] {
			places = append(places, outer)
		}
	}
	return append(places, "")
}
