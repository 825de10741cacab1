package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/journal"
	"yiheng/ground/web"
)

// Written is an entry as its page shows it.
type Written struct {
	journal.Entry
	By access.Face `json:"by" doc:"who the actor is, as the reader may know it"`
}

type entriesInput struct {
	web.Query
	Actor  string `query:"actor" maxLength:"80"`
	Kind   string `query:"kind" maxLength:"80"`
	ID     string `query:"id" maxLength:"80" doc:"only with kind"`
	Act    string `query:"act" maxLength:"80" doc:"as access.login"`
	Region string `query:"region" maxLength:"6" doc:"entries of this region and of those within it: six digits"`
	From   string `query:"from" format:"date" doc:"the first day"`
	To     string `query:"to" format:"date" doc:"the last day"`
}

type entryInput struct {
	N int64 `path:"n" minimum:"0"`
}

func (s *Server) journalRoutes() {
	web.ServeList(s.door, web.List[Written, entriesInput]{
		Path: "/api/journal", ID: "journal", Title: "操作日志", Op: access.Audit, Columns: entryColumns, Sort: "-n", Noted: "access.read_journal", From: s.entries,
	})
	web.Operate(s.door, access.Audit, huma.Operation{OperationID: "journal-entry", Method: http.MethodGet, Path: "/api/journal/{n}", Summary: "一条操作日志"},
		func(ctx context.Context, c *web.Call, in *entryInput) (*web.Body[Written], error) {
			e, err := s.entry(ctx, c, in.N)
			if err != nil {
				return nil, err
			}
			one, err := s.written(ctx, c, []journal.Entry{e})
			if err != nil {
				return nil, err
			}
			return web.Answer(one[0]), nil
		})
	web.Operate(s.door, access.Audit, huma.Operation{OperationID: "journal-proof", Method: http.MethodGet, Path: "/api/journal/{n}/proof", Summary: "一条操作日志的证明", Responses: map[string]*huma.Response{"200": {
		Description: "A C2SP tlog-proof that the entry is in the log that the last checkpoint signed: yiheng verify --proof checks it",
		Content:     map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: "string"}}},
	}}}, s.proof)
}

// entries are those that the actor's grants reach. Reading the journal is an act, and so
// an entry of its own.
func (s *Server) entries(_ context.Context, c *web.Call, in *entriesInput) (from web.Source[Written], err error) {
	f, err := in.filter()
	if err != nil {
		return from, err
	}
	f.Reach = reachOf(c)
	query, scan := journal.Select(s.DB, f)
	return web.Source[Written]{Query: query, Scan: func(ctx context.Context) ([]Written, error) {
		some, err := scan(ctx)
		if err != nil {
			return nil, err
		}
		return s.written(ctx, c, some)
	}}, nil
}

// written says of entries who made them.
func (s *Server) written(ctx context.Context, c *web.Call, entries []journal.Entry) ([]Written, error) {
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].Actor
	}
	faces, err := s.Access.Faces(ctx, s.DB, c.Actor, ids...)
	all := make([]Written, len(entries))
	for i, e := range entries {
		all[i] = Written{e, faces[e.Actor]}
	}
	return all, err
}

var entryColumns = []web.Column[Written]{
	web.Number("n", "序号", func(e *Written) string { return strconv.FormatInt(e.N, 10) }).In("n"),
	web.Time("at", "时间", func(e *Written) time.Time { return e.At }),
	web.By("actor", "操作人账号", func(e *Written) string { return e.Actor }).In("actor"),
	web.By("by", "操作人", func(e *Written) string { return e.By.String() }),
	web.By("org", "机构", func(e *Written) string { return e.Org }),
	web.By("region", "区划", func(e *Written) string { return e.Region }).In("region"),
	web.By("act", "操作", func(e *Written) string { return e.Act }).In("act"),
	web.By("kind", "对象类别", func(e *Written) string { return e.Kind }).In("kind"),
	web.By("id", "对象", func(e *Written) string { return e.ID }).In("id"),
	web.By("reason", "事由", func(e *Written) string { return e.Reason }),
}

func (in *entriesInput) filter() (f journal.Filter, err error) {
	if in.ID != "" && in.Kind == "" {
		return f, web.Invalid("filter", "写了 id，也要写 kind")
	}
	if in.Region != "" && !access.Region(in.Region).Valid() {
		return f, web.Invalid("region", "区划应为六位数字")
	}
	f = journal.Filter{Actor: in.Actor, Kind: in.Kind, ID: in.ID, Act: in.Act, Within: in.Region}
	if in.From != "" {
		if f.From, err = time.ParseInLocation(time.DateOnly, in.From, calendar.Beijing); err != nil {
			return f, web.Invalid("from", "日期应写成 2026-01-01")
		}
	}
	if in.To != "" {
		last, err := time.ParseInLocation(time.DateOnly, in.To, calendar.Beijing)
		if err != nil {
			return f, web.Invalid("to", "日期应写成 2026-12-31")
		}
		f.To = last.AddDate(0, 0, 1)
	}
	return f, nil
}

// reachOf is where the actor audits: the regions that the actors of entries worked in.
func reachOf(c *web.Call) func(bun.QueryBuilder) bun.QueryBuilder {
	return c.Reach(access.Audit, access.Columns{Region: "region"})
}

func (s *Server) entry(ctx context.Context, c *web.Call, n int64) (e journal.Entry, err error) {
	some, err := journal.List(ctx, s.DB, journal.Filter{Before: n + 1, Limit: 1, Reach: reachOf(c)})
	if err != nil {
		return e, err
	}
	if len(some) == 0 || some[0].N != n {
		return e, web.NotFound()
	}
	err = s.door.Note(ctx, c, web.Act{Name: "access.read_journal", Kind: "entry", ID: strconv.FormatInt(n, 10)})
	return some[0], err
}

// plain is a text as a file.
type plain struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *Server) proof(ctx context.Context, c *web.Call, in *entryInput) (*plain, error) {
	if _, err := s.entry(ctx, c, in.N); err != nil {
		return nil, err
	}
	text, err := journal.ProveEntry(ctx, s.DB, s.Keys, in.N)
	if err != nil && ctx.Err() == nil {
		s.Log.Warn("no proof", "entry", in.N, "err", err)
		return nil, web.Refuse(http.StatusConflict, "not_signed", "这一条还没有检查点签过，请稍后再取；若一直如此，请用 yiheng verify 核对日志")
	}
	return &plain{"text/plain; charset=utf-8", `attachment; filename="entry-` + strconv.FormatInt(in.N, 10) + `.tlog-proof"`, text}, err
}
