package server

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/param"
	"yiheng/ground/web"
)

func readSettings(given []Setting) (all []param.Setting, err error) {
	var faults []web.Fault
	for i, g := range given {
		s, err := g.read()
		if err != nil {
			faults = append(faults, web.Fault{Location: fmt.Sprintf("body.settings[%d]", i), Message: err.Error()})
		}
		all = append(all, s)
	}
	if faults != nil {
		p := web.Invalid("settings", "有参数不合规，请按所列逐项更正")
		p.Errors = faults
		return nil, p
	}
	return all, nil
}

func (g *Setting) read() (s param.Setting, err error) {
	key, ok := param.KeyOf(g.Key)
	if !ok {
		return s, fmt.Errorf("没有参数“%s”", g.Key)
	}
	s = param.Setting{Key: g.Key, Region: g.Region, Certainty: param.Certainty(g.Certainty), Document: strings.TrimSpace(g.Document), Article: g.Article, Note: g.Note}
	if s.From, err = calendar.ParseDay(g.From); err != nil {
		return s, errors.New("from 应写成 2026-01-01")
	}
	if s.To, err = calendar.ParseDay(g.To); err != nil {
		return s, errors.New("to 应写成 2026-12-31")
	}
	if s.Value, err = param.ParseValue(key.Kind, g.Value); err != nil {
		return s, err
	}
	return s, s.Check()
}

// storeSettings stores settings where the actor may, all or none.
func (s *Server) storeSettings(ctx context.Context, c *web.Call, settings []param.Setting, reason string) (*web.Body[Stored], error) {
	var stored Stored
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		for _, one := range settings {
			if one.Document == "" {
				return a, web.Invalid("document", "参数 "+one.Key+" 没有写明文件：录入的参数要有依据的文件")
			}
			if err := s.door.Authorize(ctx, tx, c, KeepParams, access.Target{Region: access.Region(one.Region)}); err != nil {
				return a, err
			}
		}
		rows, err := newRows(ctx, tx, s.Params.Newest, func() error {
			return s.Params.Put(ctx, tx, settings, param.Act{Who: c.ID, Reason: web.OneLine(reason)})
		})
		stored.Stored = int64(len(rows))
		return web.Act{Name: "param.put", Reason: reason, Rows: map[string][]string{param.SettingRow: rows}}, err
	})
	return web.Answer(stored), err
}

// newRows are the numbers of the rows that do stores: those after the newest.
func newRows(ctx context.Context, tx *db.Tx, newest func(context.Context, db.Reader) (int64, error), do func() error) (rows []string, err error) {
	before, err := newest(ctx, tx)
	if err != nil {
		return nil, err
	}
	if err := do(); err != nil {
		return nil, err
	}
	last, err := newest(ctx, tx)
	for n := before + 1; n <= last; n++ {
		rows = append(rows, strconv.FormatInt(n, 10))
	}
	return rows, err
}

func (s *Server) history(ctx context.Context, _ *web.Call, in *settingHistoryInput) (all []StoredSetting, err error) {
	if _, ok := param.KeyOf(in.Key); !ok {
		return nil, web.NotFound()
	}
	stored, err := s.Params.History(ctx, s.DB, in.Key)
	for _, h := range stored {
		all = append(all, StoredSetting{
			Setting{h.Key, h.Region, h.From.String(), h.To.String(), h.Value.String(), string(h.Certainty), h.Document, h.Article, h.Note},
			h.N, h.Who, h.Act.Reason, h.At, h.Withdrawn.Who, h.Withdrawn.Reason, h.WithdrawnAt,
		})
	}
	return all, err
}

func (s *Server) withdraw(ctx context.Context, c *web.Call, in *withdrawInput) (*web.None, error) {
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		stored, err := s.Params.History(ctx, tx, in.Key)
		if err != nil {
			return a, err
		}
		for _, h := range stored {
			if h.N != in.N || !h.WithdrawnAt.IsZero() {
				continue
			}
			if err := s.door.Authorize(ctx, tx, c, KeepParams, access.Target{Region: access.Region(h.Region)}); err != nil {
				return a, err
			}
			return web.OnRow("param.withdraw", param.SettingRow, strconv.FormatInt(in.N, 10), in.Body.Reason),
				s.Params.Withdraw(ctx, tx, in.N, param.Act{Who: c.ID, Reason: web.OneLine(in.Body.Reason)})
		}
		return a, web.NotFound()
	})
	return nil, err
}
