package db

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
)

// A row of a snapshot is a line of JSON: the array of its columns' values. Times are
// RFC 3339 texts, bytes base64 ones, NULL is null.

// encode appends the row, whose values are as a driver gave them.
func (t *Table) encode(to *bytes.Buffer, values []any) error {
	for i, c := range t.Columns {
		v, err := c.Kind.portable(values[i])
		if err != nil {
			return fmt.Errorf("表 %s 的列 %s：%w", t.Name, c.Name, err)
		}
		values[i] = v
	}
	return json.NewEncoder(to).Encode(values) // ends the line
}

// sqliteTime is how times lie in SQLite.
const sqliteTime = "2006-01-02 15:04:05.999999999Z07:00"

// portable is a driver's value as JSON has it.
func (k Kind) portable(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		if k == Int {
			return v, nil
		}
		if k == Boolean {
			return v != 0, nil
		}
	case bool:
		if k == Boolean {
			return v, nil
		}
	case time.Time:
		if k == Time {
			return v.UTC().Format(time.RFC3339Nano), nil
		}
	case []byte:
		if k == Bytes {
			return append([]byte{}, v...), nil // a driver's empty value may be a nil slice: it is not NULL
		}
		return k.portable(string(v))
	case string:
		switch {
		case k == Text && utf8.ValidString(v):
			return v, nil
		case k == Bytes:
			return []byte(v), nil
		case k == Time:
			for _, layout := range []string{sqliteTime, "2006-01-02 15:04:05.999999999-07:00", time.RFC3339Nano} {
				if at, err := time.Parse(layout, v); err == nil {
					return k.portable(at)
				}
			}
		}
	}
	return nil, fmt.Errorf("值 %.40q 不是 %s", fmt.Sprint(v), k)
}

// decode reads a line that encode wrote, into values that both drivers take.
func (t *Table) decode(line []byte) ([]any, error) {
	var cells []json.RawMessage
	if err := json.Unmarshal(line, &cells); err != nil {
		return nil, fmt.Errorf("表 %s：不是一行数据：%w", t.Name, err)
	}
	if len(cells) != len(t.Columns) {
		return nil, fmt.Errorf("表 %s：一行有 %d 个值，应有 %d 个", t.Name, len(cells), len(t.Columns))
	}
	values := make([]any, len(cells))
	for i, c := range t.Columns {
		v, err := c.Kind.value(cells[i])
		if err != nil {
			return nil, fmt.Errorf("表 %s 的列 %s：%w", t.Name, c.Name, err)
		}
		values[i] = v
	}
	return values, nil
}

func (k Kind) value(cell json.RawMessage) (any, error) {
	if string(cell) == "null" {
		return nil, nil
	}
	switch k {
	case Text:
		return parse[string](cell)
	case Int:
		return parse[int64](cell)
	case Boolean:
		return parse[bool](cell)
	case Time:
		return parse[time.Time](cell)
	case Bytes:
		return parse[[]byte](cell)
	}
	return nil, fmt.Errorf("不认识类型 %q", k)
}

func parse[T any](cell json.RawMessage) (any, error) {
	var v T
	err := json.Unmarshal(cell, &v)
	return v, err
}
