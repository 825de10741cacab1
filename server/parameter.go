package server

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/param"
	"yiheng/ground/web"
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

// Stored says how many rows were stored: what held already is not stored again.
type Stored struct {
	Stored int64 `json:"stored"`
}

// paramsInput is also the region and the day that parameters are asked for.
type paramsInput struct {
	web.Query
	Region string `query:"region" maxLength:"6" doc:"six digits; the own region, when left out"`
	Day    string `query:"day" format:"date" doc:"today, when left out"`
}

// KeyInput is the input of an operation on a parameter.
type KeyInput struct {
	Key string `path:"key" maxLength:"80"`
}

type settingHistoryInput struct {
	KeyInput
	web.Query
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
	var held heldParameters
	web.ServeList(s.door, web.List[Parameter, paramsInput]{
		Path: "/api/params", ID: "params", Title: "法定参数", Op: ReadParams,
		Columns: []web.Column[Parameter]{
			web.By("key", "键", func(p *Parameter) string { return p.Key }),
			web.By("meaning", "含义", func(p *Parameter) string { return p.Meaning }),
			web.By("kind", "类型", func(p *Parameter) string { return string(p.Kind) }),
			web.By("value", "值", func(p *Parameter) string { return p.Value }),
			web.By("unit", "单位", func(p *Parameter) string { return p.Unit }),
			web.By("set_in", "设定区划", func(p *Parameter) string { return p.SetIn }),
			web.By("certainty", "确定性", func(p *Parameter) string { return p.CertaintyText }),
			web.By("document", "文件", func(p *Parameter) string { return p.Document }),
			web.By("article", "条款", func(p *Parameter) string { return p.Article }),
			web.By("caution", "提示", func(p *Parameter) string { return p.Caution }),
		},
		Read: func(ctx context.Context, c *web.Call, at *paramsInput) ([]Parameter, error) {
			return s.parameters(ctx, c, at, &held)
		},
	})
	web.ServeList(s.door, web.List[StoredSetting, settingHistoryInput]{
		Path: "/api/params/{key}/history", ID: "param-history", Title: "参数的录入记录", Op: ReadParams,
		Columns: []web.Column[StoredSetting]{
			web.Number("n", "序号", func(h *StoredSetting) string { return strconv.FormatInt(h.N, 10) }),
			web.By("region", "区划", func(h *StoredSetting) string { return h.Region }),
			web.By("value", "值", func(h *StoredSetting) string { return h.Value }),
			web.Day("from", "自", func(h *StoredSetting) string { return h.From }),
			web.Day("to", "至", func(h *StoredSetting) string { return h.To }),
			web.By("certainty", "确定性", func(h *StoredSetting) string { return h.Certainty }),
			web.By("document", "文件", func(h *StoredSetting) string { return h.Document }),
			web.By("article", "条款", func(h *StoredSetting) string { return h.Article }),
			web.By("who", "录入人", func(h *StoredSetting) string { return h.Who }),
			web.Time("at", "录入时间", func(h *StoredSetting) time.Time { return h.At }),
			web.By("reason", "事由", func(h *StoredSetting) string { return h.Reason }),
			web.By("withdrawn_by", "撤回人", func(h *StoredSetting) string { return h.WithdrawnBy }),
			web.Time("withdrawn_at", "撤回时间", func(h *StoredSetting) time.Time { return h.WithdrawnAt }),
			web.By("withdrawn_reason", "撤回事由", func(h *StoredSetting) string { return h.WithdrawnReason }),
		},
		Read: s.history,
	})
	web.Operate(s.door, KeepParams, huma.Operation{OperationID: "put-params", Method: http.MethodPost, Path: "/api/params", Summary: "录入参数"},
		func(ctx context.Context, c *web.Call, in *settingsInput) (*web.Body[Stored], error) {
			settings, err := readSettings(in.Body.Settings)
			if err != nil {
				return nil, err
			}
			return s.storeSettings(ctx, c, settings, in.Body.Reason)
		})
	web.Operate(s.door, KeepParams, huma.Operation{OperationID: "import-params", Method: http.MethodPost, Path: "/api/params/import", MaxBodyBytes: web.MostTable, Summary: "导入参数表"},
		func(ctx context.Context, c *web.Call, in *tableInput) (*web.Body[Stored], error) {
			settings, err := param.ReadSettings(strings.NewReader(in.Body.Table))
			if err != nil {
				return nil, web.Invalid("table", err.Error())
			}
			return s.storeSettings(ctx, c, settings, in.Body.Reason)
		})
	web.Operate(s.door, KeepParams, huma.Operation{OperationID: "withdraw-param", Method: http.MethodPost, Path: "/api/params/{key}/settings/{n}/withdraw", Summary: "撤回录入的参数"}, s.withdraw)
}

// parameters are all that the program knows, with the values of a region and a day.
func (s *Server) parameters(ctx context.Context, c *web.Call, at *paramsInput, held *heldParameters) ([]Parameter, error) {
	region := cmp.Or(at.Region, web.RegionOf(c.Actor))
	if region != "" && !access.Region(region).Valid() {
		return nil, web.Invalid("region", "区划应为六位数字")
	}
	day, err := calendar.ParseDay(cmp.Or(at.Day, c.At.In(calendar.Beijing).Format(time.DateOnly)))
	if err != nil {
		return nil, web.Invalid("day", "日期应写成 2026-01-01")
	}
	table, err := s.Params.Table(ctx, s.DB)
	if err != nil {
		return nil, err
	}
	return held.of(table, region, day)
}
