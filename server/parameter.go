package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/param"
)

// Parameter is a number of law in a region on a day, with its source.
type Parameter struct {
	Key           string     `json:"key"`
	Meaning       string     `json:"meaning"`
	Kind          param.Kind `json:"kind"`
	Unit          string     `json:"unit,omitempty"`
	National      bool       `json:"national" doc:"fixed by national law: no region sets it"`
	Value         string     `json:"value,omitempty" doc:"nothing where no value holds"`
	SetIn         string     `json:"set_in,omitempty" doc:"the region that set it; nothing for the whole country"`
	From          string     `json:"from,omitempty"`
	To            string     `json:"to,omitempty"`
	Certainty     string     `json:"certainty,omitempty" doc:"V, V2, L, M or D"`
	CertaintyText string     `json:"certainty_text,omitempty"`
	Document      string     `json:"document,omitempty"`
	Article       string     `json:"article,omitempty"`
	Note          string     `json:"note,omitempty"`
	Caution       string     `json:"caution,omitempty" doc:"must be shown wherever the value is used"`
	Stored        bool       `json:"stored" doc:"an office stored it: not what the program brings along"`
}

// Setting is a value that an office stores over what holds.
type Setting struct {
	Key       string `json:"key" maxLength:"80"`
	Region    string `json:"region" maxLength:"6" doc:"six digits"`
	From      string `json:"from,omitempty" maxLength:"10" doc:"the first day, open when left out"`
	To        string `json:"to,omitempty" maxLength:"10" doc:"the last day, open when left out"`
	Value     string `json:"value" maxLength:"200" doc:"as 5个工作日, 1000元, 3%"`
	Certainty string `json:"certainty" enum:"V,V2,L,M,D"`
	Document  string `json:"document" maxLength:"200"`
	Article   string `json:"article,omitempty" maxLength:"100"`
	Note      string `json:"note,omitempty" maxLength:"500"`
}

// StoredSetting is a setting with who stored it and who took it back.
type StoredSetting struct {
	Setting
	N               int64     `json:"n"`
	Who             string    `json:"who"`
	Reason          string    `json:"reason"`
	At              time.Time `json:"at"`
	WithdrawnBy     string    `json:"withdrawn_by,omitempty"`
	WithdrawnReason string    `json:"withdrawn_reason,omitempty"`
	WithdrawnAt     time.Time `json:"withdrawn_at,omitzero"`
}

type settingHistory struct {
	Items []StoredSetting `json:"items"`
}

// Stored says how many rows were stored: what held already is not stored again.
type Stored struct {
	Stored int64 `json:"stored"`
}

// paramsInput is also the region and the day that parameters are asked for.
type paramsInput struct {
	Query
	Region string `query:"region" maxLength:"6" doc:"six digits; the own region, when left out"`
	Day    string `query:"day" format:"date" doc:"today, when left out"`
}

// KeyInput is the input of an operation on a parameter.
type KeyInput struct {
	Key string `path:"key" maxLength:"80"`
}

type settingsInput struct {
	Body struct {
		Settings []Setting `json:"settings" minItems:"1" maxItems:"500"`
		Reason   string    `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// tableInput is a table in CSV, as a room reads and writes it.
type tableInput struct {
	Body struct {
		Table  string `json:"table" minLength:"1" doc:"CSV in UTF-8"`
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

type withdrawInput struct {
	KeyInput
	N    int64 `path:"n" minimum:"1"`
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (s *Server) paramRoutes() {
	serveList(s, list[Parameter, paramsInput]{
		path: "/api/params", id: "params", title: "法定参数", op: ReadParams,
		columns: []column[Parameter]{
			{"key", "键", func(p *Parameter) string { return p.Key }},
			{"meaning", "含义", func(p *Parameter) string { return p.Meaning }},
			{"kind", "类型", func(p *Parameter) string { return string(p.Kind) }},
			{"value", "值", func(p *Parameter) string { return p.Value }},
			{"unit", "单位", func(p *Parameter) string { return p.Unit }},
			{"set_in", "设定区划", func(p *Parameter) string { return p.SetIn }},
			{"certainty", "确定性", func(p *Parameter) string { return p.CertaintyText }},
			{"document", "文件", func(p *Parameter) string { return p.Document }},
			{"article", "条款", func(p *Parameter) string { return p.Article }},
			{"caution", "提示", func(p *Parameter) string { return p.Caution }},
		},
		read: s.parameters,
	})
	operate(s, ReadParams, huma.Operation{OperationID: "param-history", Method: http.MethodGet, Path: "/api/params/{key}/history", Summary: "参数的录入记录"}, s.history)
	operate(s, KeepParams, huma.Operation{OperationID: "put-params", Method: http.MethodPost, Path: "/api/params", Summary: "录入参数"},
		func(ctx context.Context, c *call, in *settingsInput) (*body[Stored], error) {
			settings, err := readSettings(in.Body.Settings)
			if err != nil {
				return nil, err
			}
			return s.storeSettings(ctx, c, settings, in.Body.Reason)
		})
	operate(s, KeepParams, huma.Operation{OperationID: "import-params", Method: http.MethodPost, Path: "/api/params/import", Summary: "导入参数表"},
		func(ctx context.Context, c *call, in *tableInput) (*body[Stored], error) {
			settings, err := param.ReadSettings(strings.NewReader(in.Body.Table))
			if err != nil {
				return nil, invalid("table", err.Error())
			}
			return s.storeSettings(ctx, c, settings, in.Body.Reason)
		})
	operate(s, KeepParams, huma.Operation{OperationID: "withdraw-param", Method: http.MethodPost, Path: "/api/params/{key}/settings/{n}/withdraw", Summary: "撤回录入的参数"}, s.withdraw)
}

// parameters are all that the program knows, with the values of a region and a day.
func (s *Server) parameters(ctx context.Context, c *call, at *paramsInput) ([]Parameter, error) {
	region := cmp.Or(at.Region, regionOf(c.Actor))
	if region != "" && !access.Region(region).Valid() {
		return nil, invalid("region", "区划应为六位数字")
	}
	day, err := calendar.ParseDay(cmp.Or(at.Day, c.at.In(china).Format(time.DateOnly)))
	if err != nil {
		return nil, invalid("day", "日期应写成 2026-01-01")
	}
	table, err := s.Params.Table(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	var all []Parameter
	for _, k := range param.Keys() {
		p := Parameter{Key: k.Name, Meaning: k.Meaning, Kind: k.Kind, Unit: k.Unit, National: k.National}
		a, err := table.At(k.Name, region, day)
		if err != nil && !errors.Is(err, param.ErrNone) {
			return nil, err
		}
		if err == nil {
			p.Value, p.SetIn, p.From, p.To = a.Value.String(), a.Region, a.From.String(), a.To.String()
			p.Certainty, p.CertaintyText, p.Document, p.Article, p.Note = string(a.Certainty), a.Certainty.String(), a.Document, a.Article, a.Note
			p.Caution, p.Stored = a.Caution, a.Stored
		}
		all = append(all, p)
	}
	return all, nil
}

// china is where a day begins for the offices.
var china = time.FixedZone("UTC+8", 8*60*60)

func readSettings(given []Setting) (all []param.Setting, err error) {
	var faults []Fault
	for i, g := range given {
		s, err := g.read()
		if err != nil {
			faults = append(faults, Fault{fmt.Sprintf("body.settings[%d]", i), err.Error()})
		}
		all = append(all, s)
	}
	if faults != nil {
		p := invalid("settings", "有参数不合规，请按 errors 逐项更正")
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
func (s *Server) storeSettings(ctx context.Context, c *call, settings []param.Setting, reason string) (*body[Stored], error) {
	var stored Stored
	_, err := s.write(ctx, c, func(tx *db.Tx) (a act, err error) {
		for _, one := range settings {
			if one.Document == "" {
				return a, invalid("document", "参数 "+one.Key+" 没有写明文件：录入的参数要有依据的文件")
			}
			if err := s.authorize(ctx, tx, c, KeepParams, access.Target{Region: access.Region(one.Region)}); err != nil {
				return a, err
			}
		}
		rows, err := newRows(ctx, tx, s.Params.Newest, func() error {
			return s.Params.Put(ctx, tx, settings, param.Act{Who: c.ID, Reason: oneLine(reason)})
		})
		stored.Stored = int64(len(rows))
		return act{name: "param.put", reason: reason, rows: map[string][]string{param.SettingRow: rows}}, err
	})
	return &body[Stored]{stored}, err
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

func (s *Server) history(ctx context.Context, _ *call, in *KeyInput) (*body[settingHistory], error) {
	if _, ok := param.KeyOf(in.Key); !ok {
		return nil, notFound()
	}
	stored, err := s.Params.History(ctx, s.DB, in.Key)
	all := settingHistory{Items: []StoredSetting{}}
	for _, h := range stored {
		all.Items = append(all.Items, StoredSetting{
			Setting{h.Key, h.Region, h.From.String(), h.To.String(), h.Value.String(), string(h.Certainty), h.Document, h.Article, h.Note},
			h.N, h.Who, h.Act.Reason, h.At, h.Withdrawn.Who, h.Withdrawn.Reason, h.WithdrawnAt,
		})
	}
	return &body[settingHistory]{all}, err
}

func (s *Server) withdraw(ctx context.Context, c *call, in *withdrawInput) (*none, error) {
	_, err := s.write(ctx, c, func(tx *db.Tx) (a act, err error) {
		stored, err := s.Params.History(ctx, tx, in.Key)
		if err != nil {
			return a, err
		}
		for _, h := range stored {
			if h.N != in.N || !h.WithdrawnAt.IsZero() {
				continue
			}
			if err := s.authorize(ctx, tx, c, KeepParams, access.Target{Region: access.Region(h.Region)}); err != nil {
				return a, err
			}
			return onRow("param.withdraw", param.SettingRow, strconv.FormatInt(in.N, 10), in.Body.Reason),
				s.Params.Withdraw(ctx, tx, in.N, param.Act{Who: c.ID, Reason: oneLine(in.Body.Reason)})
		}
		return a, notFound()
	})
	return nil, err
}
