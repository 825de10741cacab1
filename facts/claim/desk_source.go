package claim

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"yiheng/facts/lake"
	"yiheng/ground/web"
)

// SourceView is a source with what it is called and whether its rows are seen.
type SourceView struct {
	lake.Source
	TableName string    `json:"table_name"`
	State     string    `json:"state" enum:"live,replaced,retired"`
	At        time.Time `json:"at,omitzero" doc:"when it was taken in; left out when its epoch has expired"`
	Format    string    `json:"format,omitempty"`
	Notices   []string  `json:"notices,omitempty"`
}

// EpochView is a state of the lake: which sources it added and retired.
type EpochView struct {
	ID      int64     `json:"id"`
	At      time.Time `json:"at"`
	Note    string    `json:"note,omitempty"`
	Added   int64     `json:"added" doc:"sources"`
	Retired int64     `json:"retired" doc:"sources"`
	Kept    int64     `json:"kept" doc:"rows of the sources that it added"`
}

func (k *Desk) sourceRoutes(d *web.Door) {
	web.ServeList(d, web.List[SourceView, web.Query]{
		Path: "/api/intake/sources", ID: "intake-sources", Title: "数据来源", Op: ReadIntake, Columns: sourceColumns,
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]SourceView, error) { return k.sources(ctx, c) },
	})
	web.ServeList(d, web.List[EpochView, web.Query]{
		Path: "/api/intake/epochs", ID: "intake-epochs", Title: "数据期", Op: ReadIntake, Columns: epochColumns,
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]EpochView, error) { return k.epochs(ctx, c) },
	})
	web.Operate(d, KeepIntake, intakeRoute("retire-source", http.MethodPost, "sources/{id}/retire", "停用来源"),
		func(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.None, error) {
			return nil, k.retire(ctx, d, c, in)
		})
}

func number[T any](name, title string, of func(*T) int64) web.Column[T] {
	return web.Number(name, title, func(t *T) string { return strconv.FormatInt(of(t), 10) })
}

var sourceColumns = []web.Column[SourceView]{
	web.By("tag", "编号", func(s *SourceView) string { return s.Tag }),
	web.By("id", "来源", func(s *SourceView) string { return s.ID }),
	web.By("name", "文件", func(s *SourceView) string { return s.Name }),
	web.By("table", "表", func(s *SourceView) string { return s.Table }),
	web.By("table_name", "表名", func(s *SourceView) string { return s.TableName }),
	web.By("state", "状态", func(s *SourceView) string { return s.State }),
	number("read", "读入行数", func(s *SourceView) int64 { return s.Read }),
	number("kept", "保留行数", func(s *SourceView) int64 { return s.Kept }),
	number("quarantined", "隔离行数", func(s *SourceView) int64 { return s.Quarantined }),
	number("epoch", "数据期", func(s *SourceView) int64 { return s.Epoch }),
	number("seq", "序号", func(s *SourceView) int64 { return s.Seq }),
	web.Time("at", "接收时间", func(s *SourceView) time.Time { return s.At }),
	web.By("replaced_by", "替换为", func(s *SourceView) string { return s.ReplacedBy }),
	web.By("format", "格式", func(s *SourceView) string { return s.Format }),
}

var epochColumns = []web.Column[EpochView]{
	number("id", "数据期", func(e *EpochView) int64 { return e.ID }),
	web.Time("at", "时间", func(e *EpochView) time.Time { return e.At }),
	number("added", "新增来源", func(e *EpochView) int64 { return e.Added }),
	number("retired", "停用来源", func(e *EpochView) int64 { return e.Retired }),
	number("kept", "新增行数", func(e *EpochView) int64 { return e.Kept }),
	web.By("note", "说明", func(e *EpochView) string { return e.Note }),
}

// sources are all that were taken in, the newest first.
func (k *Desk) sources(ctx context.Context, c *web.Call) ([]SourceView, error) {
	if ok, err := k.whole(ctx, c); !ok {
		return nil, err
	}
	all, err := k.Lake.AllSources(ctx)
	if err != nil {
		return nil, err
	}
	epochs, err := k.Lake.Epochs(ctx)
	if err != nil {
		return nil, err
	}
	at := map[int64]time.Time{}
	for _, e := range epochs {
		at[e.ID] = e.At
	}
	files, err := k.reported()
	if err != nil {
		return nil, err
	}
	views := make([]SourceView, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		s := all[i]
		s.Path = ""
		f := files[reportedFile{s.Epoch, s.ID}]
		views = append(views, SourceView{s, tableTitle(s.Table), sourceState(&s), at[s.Epoch].UTC(), f.Format, f.Notices})
	}
	return views, nil
}

func sourceState(s *lake.Source) string {
	switch {
	case s.RetiredIn == 0:
		return "live"
	case s.ReplacedBy != "":
		return "replaced"
	}
	return "retired"
}

// tableTitle is the Chinese name of a table.
func tableTitle(table string) string {
	if f := FormOf(table); f != nil {
		return f.Zh
	}
	return table
}

// epochs are those that have not expired, the newest first.
func (k *Desk) epochs(ctx context.Context, c *web.Call) ([]EpochView, error) {
	if ok, err := k.whole(ctx, c); !ok {
		return nil, err
	}
	all, err := k.Lake.Epochs(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := k.Lake.AllSources(ctx)
	if err != nil {
		return nil, err
	}
	views := make([]EpochView, 0, len(all))
	for i := len(all) - 1; i >= 0; i-- {
		v := EpochView{ID: all[i].ID, At: all[i].At.UTC(), Note: all[i].Note}
		for _, s := range sources {
			if s.Epoch == v.ID {
				v.Added++
				v.Kept += s.Kept
			}
			if s.RetiredIn == v.ID {
				v.Retired++
			}
		}
		views = append(views, v)
	}
	return views, nil
}

// retire takes a live source out of sight, from the next epoch on. The entry of the
// journal comes first: the lake commits on its own.
func (k *Desk) retire(ctx context.Context, d *web.Door, c *web.Call, in *web.Reasoned) error {
	s, err := k.source(ctx, c, KeepIntake, in.ID)
	if err != nil {
		return err
	}
	if s.RetiredIn != 0 {
		return web.Refuse(http.StatusConflict, "intake_retired", "来源 "+s.ID+" 已停用或已被替换")
	}
	w, err := k.Lake.Begin(ctx, s.Table)
	if err != nil {
		return asked(err)
	}
	if err = d.Note(ctx, c, web.Act{Name: "intake.retire", Kind: "source", ID: s.ID, Reason: in.Body.Reason}); err == nil {
		_, err = w.Commit(ctx, lake.Change{Retire: []string{s.ID}, Note: "停用来源 " + s.ID + "（" + s.Name + "）"})
	}
	return errors.Join(err, w.Close())
}
