package rule

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

var textual = reflect.TypeFor[encoding.TextUnmarshaler]()

// toJSON appends n as the JSON that a value of type t reads. Every scalar whose
// type is text, a day, a time or an amount becomes a JSON string with the very
// letters of the YAML (so 12.50 and 003107010220000 stay what they are), every such
// field that n leaves out becomes "" (unknown), and a name that t does not have is
// an error. An alias is one too, since it could contain itself.
func toJSON(b []byte, n *yaml.Node, t reflect.Type) ([]byte, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case n.Kind == yaml.AliasNode:
		return nil, fmt.Errorf("第 %d 行：不要用 YAML 别名 *%s，每个案例应完整写出", n.Line, n.Value)
	case n.Kind == yaml.ScalarNode:
		return scalarJSON(b, n, t)
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		return listJSON(b, n, t.Elem())
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Struct:
		return structJSON(b, n, t)
	case n.Kind == yaml.MappingNode && t.Kind() == reflect.Map:
		return mapJSON(b, n, t.Elem())
	}
	return nil, fmt.Errorf("第 %d 行：此处应为%s", n.Line, shape(t))
}

func shape(t reflect.Type) string {
	switch {
	case reflect.PointerTo(t).Implements(textual):
		return "单个值"
	case t.Kind() == reflect.Slice:
		return "列表"
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return "键值"
	}
	return "单个值"
}

func scalarJSON(b []byte, n *yaml.Node, t reflect.Type) ([]byte, error) {
	isText := reflect.PointerTo(t).Implements(textual)
	switch kind := t.Kind(); {
	case !isText && (kind == reflect.Slice || kind == reflect.Struct || kind == reflect.Map):
		return nil, fmt.Errorf("第 %d 行：此处应为%s", n.Line, shape(t))
	case n.Tag == "!!null":
		return nil, fmt.Errorf("第 %d 行：值为空，请填写或删去该字段", n.Line)
	case !isText && kind != reflect.String:
		if !json.Valid([]byte(n.Value)) {
			return nil, fmt.Errorf("第 %d 行：%q 不是数或 true、false", n.Line, n.Value)
		}
		return append(b, n.Value...), nil
	}
	text, err := json.Marshal(n.Value)
	if err == nil && isText {
		if err := json.Unmarshal(text, reflect.New(t).Interface()); err != nil {
			return nil, fmt.Errorf("第 %d 行：%w", n.Line, err)
		}
	}
	return append(b, text...), err
}

func listJSON(b []byte, n *yaml.Node, elem reflect.Type) ([]byte, error) {
	b = append(b, '[')
	for i, item := range n.Content {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = toJSON(b, item, elem); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func mapJSON(b []byte, n *yaml.Node, elem reflect.Type) ([]byte, error) {
	b = append(b, '{')
	var seen []string
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		if slices.Contains(seen, key.Value) {
			return nil, fmt.Errorf("第 %d 行：%s 重复", key.Line, key.Value)
		}
		seen = append(seen, key.Value)
		name, err := json.Marshal(key.Value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = toJSON(append(append(b, name...), ':'), n.Content[i+1], elem); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func structJSON(b []byte, n *yaml.Node, t reflect.Type) ([]byte, error) {
	fields := fieldTypes(t)
	b = append(b, '{')
	var seen []string
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		field, known := fields[key.Value]
		switch {
		case !known:
			return nil, fmt.Errorf("第 %d 行：不认识的字段 %s，请核对拼写", key.Line, key.Value)
		case slices.Contains(seen, key.Value):
			return nil, fmt.Errorf("第 %d 行：%s 重复", key.Line, key.Value)
		}
		seen = append(seen, key.Value)
		b = fmt.Appendf(b, "%q:", key.Value)
		var err error
		if b, err = toJSON(b, n.Content[i+1], field); err != nil {
			return nil, err
		}
		b = append(b, ',')
	}
	for name, field := range fields {
		if !slices.Contains(seen, name) && reflect.PointerTo(field).Implements(textual) {
			b = fmt.Appendf(b, "%q:\"\",", name)
		}
	}
	if b[len(b)-1] == ',' {
		b = b[:len(b)-1]
	}
	return append(b, '}'), nil
}

// fieldTypes returns the types of the fields of t by their JSON names, those of
// embedded structs included.
func fieldTypes(t reflect.Type) map[string]reflect.Type {
	fields := make(map[string]reflect.Type)
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			fields[name] = f.Type
		}
	}
	return fields
}
