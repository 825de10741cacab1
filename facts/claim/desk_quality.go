package claim

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"yiheng/facts/lake"
	"yiheng/ground/access"
	"yiheng/ground/web"
)

// Doubt is how often rows of an institution gave a doubt in an epoch's intake.
type Doubt struct {
	ID              string   `json:"id"`
	Epoch           int64    `json:"epoch"`
	Table           string   `json:"table"`
	TableName       string   `json:"table_name"`
	Kind            string   `json:"kind"`
	Name            string   `json:"name"`
	Institution     string   `json:"institution,omitempty" doc:"fixmedins_code; left out when the rows name none"`
	InstitutionName string   `json:"institution_name,omitempty"`
	Count           int64    `json:"count"`
	Samples         []Sample `json:"samples" nullable:"false" doc:"the first rows"`
}

// TableView is what the home holds of a table.
type TableView struct {
	Table       string `json:"table"`
	TableName   string `json:"table_name"`
	Sources     int64  `json:"sources" doc:"live"`
	Read        int64  `json:"read"`
	Kept        int64  `json:"kept"`
	Quarantined int64  `json:"quarantined"`
	Doubts      int64  `json:"doubts" doc:"rows with a doubt, a row with several once for each"`
	Epoch       int64  `json:"epoch" doc:"the last that added to it; 0: none"`
}

func (k *Desk) qualityRoutes(d *web.Door) {
	web.ServeList(d, web.List[Doubt, web.Query]{
		Path: "/api/intake/doubts", ID: "intake-doubts", Title: "数据质量", Op: ReadIntake, Columns: doubtColumns,
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]Doubt, error) { return k.doubts(ctx, c) },
	})
	web.ServeList(d, web.List[TableView, web.Query]{
		Path: "/api/intake/tables", ID: "intake-tables", Title: "各表数据", Op: ReadIntake, Columns: tableColumns,
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]TableView, error) { return k.tables(ctx, c) },
	})
}

var doubtColumns = []web.Column[Doubt]{
	web.By("id", "编号", func(q *Doubt) string { return q.ID }),
	number("epoch", "数据期", func(q *Doubt) int64 { return q.Epoch }),
	web.By("table", "表", func(q *Doubt) string { return q.Table }),
	web.By("table_name", "表名", func(q *Doubt) string { return q.TableName }),
	web.By("kind", "类别", func(q *Doubt) string { return q.Kind }),
	web.By("name", "疑问", func(q *Doubt) string { return q.Name }),
	web.By("institution", "机构编码", func(q *Doubt) string { return q.Institution }),
	web.By("institution_name", "机构", func(q *Doubt) string { return q.InstitutionName }),
	number("count", "行数", func(q *Doubt) int64 { return q.Count }),
}

var tableColumns = []web.Column[TableView]{
	web.By("table", "表", func(t *TableView) string { return t.Table }),
	web.By("table_name", "表名", func(t *TableView) string { return t.TableName }),
	number("sources", "在用来源", func(t *TableView) int64 { return t.Sources }),
	number("read", "读入行数", func(t *TableView) int64 { return t.Read }),
	number("kept", "保留行数", func(t *TableView) int64 { return t.Kept }),
	number("quarantined", "隔离行数", func(t *TableView) int64 { return t.Quarantined }),
	number("doubts", "有疑问的行数", func(t *TableView) int64 { return t.Doubts }),
	number("epoch", "最近数据期", func(t *TableView) int64 { return t.Epoch }),
}

// reports are what the intakes of this home said, by epoch.
func (k *Desk) reports() (all []*Report, err error) {
	paths, err := filepath.Glob(filepath.Join(k.Dir, "quality", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		r := new(Report)
		if err == nil {
			err = json.Unmarshal(text, r)
		}
		if err != nil {
			return nil, fmt.Errorf("质量报告 %s 读不出：%w", filepath.Base(path), err)
		}
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b *Report) int { return cmp.Compare(b.Epoch.ID, a.Epoch.ID) })
	return all, nil
}

// reportedFile is a source in the report of an epoch.
type reportedFile struct {
	epoch  int64
	source string
}

func (k *Desk) reported() (map[reportedFile]FileReport, error) {
	reports, err := k.reports()
	all := map[reportedFile]FileReport{}
	for _, r := range reports {
		for _, f := range r.Files {
			all[reportedFile{r.Epoch.ID, f.Source}] = f
		}
	}
	return all, err
}

// current are the doubts of reports whose table has a live source of their epoch.
func (k *Desk) current(ctx context.Context) (live []lake.Source, all []Doubt, err error) {
	live, err = k.Lake.Sources(ctx, 0)
	if errors.Is(err, lake.ErrNoEpoch) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	reports, err := k.reports()
	for _, r := range reports {
		for _, i := range r.Issues {
			if slices.ContainsFunc(live, func(s lake.Source) bool { return s.Epoch == r.Epoch.ID && s.Table == i.Table }) {
				id := fmt.Sprintf("%d-%s-%s-%s", r.Epoch.ID, i.Table, i.Kind, i.Institution)
				all = append(all, Doubt{id, r.Epoch.ID, i.Table, tableTitle(i.Table), i.Kind, i.Name, i.Institution, "", i.Count, i.Samples})
			}
		}
	}
	return live, all, err
}

// doubts are those about institutions that the actor reaches; those that name no
// institution are read by who answers for all.
func (k *Desk) doubts(ctx context.Context, c *web.Call) ([]Doubt, error) {
	_, all, err := k.current(ctx)
	if err != nil {
		return nil, err
	}
	whole, err := k.whole(ctx, c)
	if err != nil {
		return nil, err
	}
	known, err := k.Institutions(ctx)
	if err != nil {
		return nil, err
	}
	names, reached := map[string]string{}, map[string]bool{}
	for _, in := range known {
		names[in.Code] = in.Name
		reached[in.Code] = c.Actor.Authorize(ReadIntake, access.PlaceOf(access.Region(in.Region))) == nil
	}
	all = slices.DeleteFunc(all, func(q Doubt) bool { return !whole && !reached[q.Institution] })
	for i := range all {
		all[i].InstitutionName = names[all[i].Institution]
	}
	return all, nil
}

func (k *Desk) tables(ctx context.Context, c *web.Call) ([]TableView, error) {
	if ok, err := k.whole(ctx, c); !ok {
		return nil, err
	}
	live, doubts, err := k.current(ctx)
	if err != nil {
		return nil, err
	}
	views := make([]TableView, 0, len(Forms))
	for _, f := range Forms {
		v := TableView{Table: f.Name, TableName: f.Zh}
		for _, s := range live {
			if s.Table == f.Name {
				v.Sources, v.Read, v.Kept, v.Quarantined = v.Sources+1, v.Read+s.Read, v.Kept+s.Kept, v.Quarantined+s.Quarantined
				v.Epoch = max(v.Epoch, s.Epoch)
			}
		}
		for _, q := range doubts {
			if q.Table == f.Name {
				v.Doubts += q.Count
			}
		}
		views = append(views, v)
	}
	return views, nil
}
