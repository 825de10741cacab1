package claim

import (
	"context"
	"net/http"
	"strconv"

	"yiheng/ground/web"
)

// QuarantinedRow is a row that was not taken in. Identities are masked.
type QuarantinedRow struct {
	N           int    `json:"n" doc:"place among the quarantined rows of the source, from 1"`
	File        string `json:"file"`
	Line        string `json:"line" doc:"in the file that was taken in first"`
	Reason      string `json:"reason"`
	Institution string `json:"institution,omitempty" doc:"fixmedins_code"`
	State       string `json:"state" enum:"open,waiting,taken" doc:"waiting: a correction is to be taken in; taken: one was"`
	Columns     string `json:"columns,omitempty" doc:"that are wrong, joined by ;"`
	Cells       []Cell `json:"cells" nullable:"false" doc:"in lists the wrong ones only"`
}

// Cell is a value of a row of a file.
type Cell struct {
	Column  string `json:"column"`
	Title   string `json:"title"`
	Value   string `json:"value"`
	Private bool   `json:"private,omitempty" doc:"an identity: masked, unless it was asked for with a reason"`
	Wrong   bool   `json:"wrong,omitempty"`
}

// Faults are a source and its quarantined rows, counted.
type Faults struct {
	Source        SourceView `json:"source"`
	Rows          int        `json:"rows" doc:"in quarantine"`
	Taken         int        `json:"taken" doc:"of which a correction was taken in"`
	Waiting       int        `json:"waiting" doc:"of which a correction is to be taken in"`
	Listed        int        `json:"listed" doc:"how many of them are listed and can be corrected here"`
	ByReason      []FaultSum `json:"by_reason" nullable:"false"`
	ByInstitution []FaultSum `json:"by_institution" nullable:"false"`
	Columns       []Cell     `json:"columns" nullable:"false" doc:"what a row has, without values"`
	Corrections   []*Sending `json:"corrections" nullable:"false"`
}

// FaultSum counts rows by column and reason, or by institution.
type FaultSum struct {
	Column string `json:"column,omitempty"`
	Title  string `json:"title,omitempty"`
	Reason string `json:"reason,omitempty"`
	Code   string `json:"code,omitempty"`
	Name   string `json:"name,omitempty"`
	Rows   int    `json:"rows"`
}

// RowPlace is the input of an operation on a quarantined row.
type RowPlace struct {
	web.ByID
	N int `path:"n" minimum:"1"`
}

type uncoverInput struct {
	RowPlace
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

type rowsInput struct {
	web.Query
	web.ByID
}

func (k *Desk) quarantineRoutes(d *web.Door) {
	web.Operate(d, ReadIntake, intakeRoute("intake-source", http.MethodGet, "sources/{id}", "一个来源，隔离行按列、原因和机构统计"),
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[Faults], error) {
			f, err := k.faults(ctx, c, in.ID)
			return web.Answer(f), err
		})
	web.ServeList(d, web.List[QuarantinedRow, rowsInput]{
		Path: "/api/intake/sources/{id}/rows", ID: "quarantined-rows", Title: "隔离的行", Op: ReadIntake, Columns: rowColumns,
		Read: func(ctx context.Context, c *web.Call, in *rowsInput) ([]QuarantinedRow, error) {
			return k.rows(ctx, d, c, in.ID)
		},
	})
	web.Operate(d, ReadIntake, intakeRoute("quarantined-row", http.MethodGet, "sources/{id}/rows/{n}", "一行隔离的行，身份信息脱敏"),
		func(ctx context.Context, c *web.Call, in *RowPlace) (*web.Body[QuarantinedRow], error) {
			r, err := k.row(ctx, c, in)
			if err != nil {
				return nil, err
			}
			return web.Answer(r.masked()), k.note(ctx, d, c, "intake.read_row", in, "")
		})
	web.Operate(d, Uncover, intakeRoute("reveal-quarantined-row", http.MethodPost, "sources/{id}/rows/{n}/reveal", "查看隔离行中的身份信息"),
		func(ctx context.Context, c *web.Call, in *uncoverInput) (*web.Body[QuarantinedRow], error) {
			if err := k.Allow(ctx, c, Uncover); err != nil {
				return nil, err
			}
			r, err := k.row(ctx, c, &in.RowPlace)
			if err != nil {
				return nil, err
			}
			return web.Answer(r.QuarantinedRow), k.note(ctx, d, c, "intake.reveal", &in.RowPlace, in.Body.Reason)
		})
	k.correctionRoutes(d)
}

// note journals that somebody read a row.
func (k *Desk) note(ctx context.Context, d *web.Door, c *web.Call, act string, at *RowPlace, reason string) error {
	return d.Note(ctx, c, web.Act{Name: act, Kind: "source", ID: at.ID + "#" + strconv.Itoa(at.N), Reason: reason})
}

var rowColumns = []web.Column[QuarantinedRow]{
	number("n", "序号", func(r *QuarantinedRow) int64 { return int64(r.N) }),
	web.By("file", "文件", func(r *QuarantinedRow) string { return r.File }),
	web.By("line", "行", func(r *QuarantinedRow) string { return r.Line }),
	web.By("columns", "列", func(r *QuarantinedRow) string { return r.Columns }),
	web.By("value", "值", func(r *QuarantinedRow) string { return r.values() }),
	web.By("reason", "原因", func(r *QuarantinedRow) string { return r.Reason }),
	web.By("institution", "机构", func(r *QuarantinedRow) string { return r.Institution }),
	web.By("state", "状态", func(r *QuarantinedRow) string { return r.State }),
}
