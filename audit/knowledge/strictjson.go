package knowledge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// object is a JSON object with its names in the order of the text.
type object []member

type member struct {
	name  string
	value any // object, []any, string, json.Number, bool, nil
}

func (o object) get(name string) (any, bool) {
	for _, m := range o {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

const maxDepth = 8

// parseJSON reads one JSON value and nothing behind it; a name that stands twice
// in one object is an error.
func parseJSON(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, ParamError{"", "不是 UTF-8 文本"}
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := parseValue(d, 0)
	if err != nil {
		var pe ParamError
		if errors.As(err, &pe) {
			return nil, pe
		}
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, ParamError{"", "不是正确的 JSON：后面缺了内容"}
		}
		return nil, ParamError{"", fmt.Sprintf("不是正确的 JSON：第 %d 个字节附近写法不对", d.InputOffset())}
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, ParamError{"", fmt.Sprintf("JSON 之后还有多余的内容（第 %d 个字节起）", d.InputOffset())}
	}
	return v, nil
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, ParamError{"", fmt.Sprintf("嵌套超过 %d 层", maxDepth)}
	}
	token, err := d.Token()
	if errors.Is(err, io.EOF) {
		return nil, io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return parseObject(d, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			v, err := parseValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = d.Token()
		return list, err
	}
	return token, nil
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	o := object{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, ParamError{"", "对象里缺少名称"}
		}
		if _, twice := o.get(name); twice {
			return nil, ParamError{name, "写了两次，只能写一次"}
		}
		v, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{name, v})
	}
	_, err := d.Token()
	return o, err
}
