package knowledge

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"yiheng/ground/calendar"
)

// load reads what WriteExchange wrote. Each distinct params text is parsed once.
func load(r io.Reader, count int) ([]Point, error) {
	s, t := newScanner(r), newTexts()
	if err := s.next(); err != nil {
		return nil, err
	}
	params := map[string]*Params{}
	days := map[string]calendar.Day{}
	points := make([]Point, 0, count)
	field := func(c int) []byte { return s.fields[c] }
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			return points, nil
		}
		if err != nil {
			return nil, err
		}
		if len(s.fields) != columns {
			return nil, fmt.Errorf("第 %d 行有 %d 列", s.row, len(s.fields))
		}
		p := t.plain(field)
		if p.ValidFrom, err = day(days, s.fields[colFrom]); err != nil {
			return nil, err
		}
		if p.ValidTo, err = day(days, s.fields[colTo]); err != nil {
			return nil, err
		}
		if text := s.fields[colParams]; len(text) > 0 {
			q := params[string(text)]
			if q == nil {
				q = new(Params)
				if err := json.Unmarshal(text, q); err != nil {
					return nil, fmt.Errorf("第 %d 行：%w", s.row, err)
				}
				params[string(text)] = q
			}
			p.Params = q
		}
		points = append(points, p)
	}
}

// day reads a day; few are different.
func day(seen map[string]calendar.Day, f []byte) (calendar.Day, error) {
	if len(f) == 0 {
		return calendar.NoDay, nil
	}
	d, ok := seen[string(f)]
	if ok {
		return d, nil
	}
	d, err := calendar.ParseDay(f)
	seen[string(f)] = d
	return d, err
}
