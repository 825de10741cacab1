package param

import (
	_ "embed" // the parameters that the program brings along
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"yiheng/ground/calendar"
)

//go:embed keys.csv
var keysCSV string

//go:embed values.csv
var valuesCSV string

var registry = sync.OnceValue(func() map[string]Key {
	keys := map[string]Key{}
	lines, err := csv.NewReader(strings.NewReader(keysCSV)).ReadAll()
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	for _, f := range lines[1:] {
		k := Key{Name: f[0], Kind: Kind(f[1]), Unit: f[2], National: f[3] == "国家", Meaning: f[6]}
		for i, bound := range []*Value{&k.Least, &k.Most} {
			if f[4+i] == "" {
				continue
			}
			if *bound, err = ParseValue(k.Kind, f[4+i]); err != nil {
				panic(err)
			}
		}
		keys[k.Name] = k
	}
	return keys
})

// Keys returns all parameters that the program knows, by name.
func Keys() []Key {
	keys := make([]Key, 0, len(registry()))
	for _, k := range registry() {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.Name, b.Name) })
	return keys
}

// KeyOf returns the parameter of that name.
func KeyOf(name string) (Key, bool) {
	k, ok := registry()[name]
	return k, ok
}

var builtIn = sync.OnceValue(func() []Setting {
	settings, err := ReadSettings(strings.NewReader(valuesCSV))
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return settings
})

// BuiltIn returns the settings that the program brings along.
func BuiltIn() []Setting { return slices.Clone(builtIn()) }

// Table answers what holds where and when. It is immutable.
type Table struct {
	places map[place][]entry // the later entry is the stronger
}

type place struct{ key, region string }

type entry struct {
	Setting
	stored bool
}

// NewTable lays settings that an office stored, in the order in which it stored them,
// over those that the program brings along.
func NewTable(stored ...Setting) *Table {
	t := &Table{places: map[place][]entry{}}
	add := func(s Setting, stored bool) {
		p := place{s.Key, s.Region}
		t.places[p] = append(t.places[p], entry{s, stored})
	}
	for _, s := range builtIn() {
		add(s, false)
	}
	for _, s := range stored {
		add(s, true)
	}
	return t
}

// At returns the value of a parameter in a region on a day: the one of the smallest
// place that has one in force, and there the one that was stored last. The error
// wraps ErrNone when there is none, and says what to do.
func (t *Table) At(key, region string, day calendar.Day) (Answer, error) {
	k, ok := KeyOf(key)
	if !ok {
		return Answer{}, unknown(key)
	}
	if region != "" && !isRegion(region) {
		return Answer{}, fmt.Errorf("区划“%s”不是六位行政区划代码", region)
	}
	for _, where := range chain(region) {
		entries := t.places[place{key, where}]
		for i := len(entries) - 1; i >= 0; i-- {
			if entries[i].holds(day) {
				return entries[i].answer(k), nil
			}
		}
	}
	if region == "" {
		region = "全国"
	}
	return Answer{}, fmt.Errorf("参数 %s（%s）在 %s 于 %s %w：请按本地正式文本录入", key, k.Meaning, region, day, ErrNone)
}

func (e entry) answer(k Key) Answer {
	a := Answer{Setting: e.Setting, Meaning: k.Meaning, Unit: k.Unit, Stored: e.stored}
	if !e.Certainty.Confirmed() {
		a.Caution = Caution
	}
	return a
}

// header is the first line of a table of settings.
var header = []string{"键", "区划", "起", "止", "值", "确定性", "文件", "条款", "说明"}

// nation is how a table writes the whole country.
const nation = "全国"

// unreadable says where a table is no CSV: the only thing that can be wrong there is a quote.
func unreadable(err error) error {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return fmt.Errorf("参数表无法读取：%w", err)
	}
	return fmt.Errorf("参数表从第 %d 行起引号不成对。请改正后存成 UTF-8 编码的 CSV", at.StartLine)
}

// ReadSettings reads a table of settings: CSV in UTF-8 with the columns 键, 区划 (全国 or
// six digits), 起, 止 (first and last day, empty when open), 值, 确定性, 文件, 条款, 说明.
// Each line is checked as Check does, and no two may hold on the same day in the same
// place. All lines that are wrong are named in the one error.
func ReadSettings(r io.Reader) ([]Setting, error) {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = -1
	head, err := lines.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	if len(head) > 0 {
		head[0] = strings.TrimPrefix(head[0], "\ufeff")
	}
	if !slices.Equal(head, header) {
		return nil, fmt.Errorf("参数表的表头是“%s”，应为“%s”", strings.Join(head, ","), strings.Join(header, ","))
	}
	var settings []Setting
	var problems []error
	places := map[place][]int{}
	for {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return settings, errors.Join(problems...)
		}
		if err != nil {
			return nil, unreadable(err)
		}
		line, _ := lines.FieldPos(0)
		s, err := readSetting(fields)
		if err == nil {
			p := place{s.Key, s.Region}
			for _, i := range places[p] {
				if s.overlaps(settings[i]) {
					err = fmt.Errorf("与同表另一行（值 %s）的有效期重叠", settings[i].Value)
				}
			}
			places[p] = append(places[p], len(settings))
			settings = append(settings, s)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("参数表第 %d 行：%w", line, err))
		}
	}
}

func readSetting(fields []string) (s Setting, err error) {
	if len(fields) != len(header) {
		return s, fmt.Errorf("有 %d 列，应为 %d 列（%s）", len(fields), len(header), strings.Join(header, "、"))
	}
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	key, ok := KeyOf(fields[0])
	if !ok {
		return s, unknown(fields[0])
	}
	s = Setting{Key: key.Name, Region: fields[1], Certainty: Certainty(fields[5]), Document: fields[6], Article: fields[7], Note: fields[8]}
	if s.Region == "" {
		return s, errors.New("没有写区划：全国适用的写“全国”")
	}
	if s.Region == nation {
		s.Region = ""
	}
	if s.From, err = calendar.ParseDay(fields[2]); err != nil {
		return s, fmt.Errorf("起期“%s”不是日期，应写成 2026-01-01", fields[2])
	}
	if s.To, err = calendar.ParseDay(fields[3]); err != nil {
		return s, fmt.Errorf("止期“%s”不是日期，应写成 2026-12-31", fields[3])
	}
	if s.Value, err = ParseValue(key.Kind, fields[4]); err != nil {
		return s, fmt.Errorf("参数 %s：%w", key.Name, err)
	}
	return s, s.Check()
}

// WriteSettings writes what ReadSettings reads.
func WriteSettings(w io.Writer, settings []Setting) error {
	lines := csv.NewWriter(w)
	_ = lines.Write(header) // Flush's error is this one's
	for _, s := range settings {
		region := s.Region
		if region == "" {
			region = nation
		}
		_ = lines.Write([]string{s.Key, region, s.From.String(), s.To.String(), s.Value.String(), string(s.Certainty), s.Document, s.Article, s.Note})
	}
	lines.Flush()
	return lines.Error()
}
