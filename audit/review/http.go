package review

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/web"
)

// reading are the operations of who may look at findings: authorities, and institutions'
// people at their own. They use the same paths; the reach is in the queries.
var reading = []*access.Operation{Read, ReadOwn}

// deciding are the operations of the chain's moves.
func deciding() (ops []*access.Operation) {
	for _, m := range Chain().Moves {
		if op := OperationOf(m.Name); op != nil && !slices.Contains(ops, op) {
			ops = append(ops, op)
		}
	}
	return ops
}

// Routes serves findings as work.
func (r *Review) Routes(d *web.Door) {
	r.listRoutes(d)
	r.oneRoutes(d)
	r.workRoutes(d)
	r.fileRoutes(d)
	r.batchRoutes(d)
	r.visitRoutes(d)
	r.moveRoutes(d)
}

func (r *Review) listRoutes(d *web.Door) {
	list := huma.Operation{OperationID: "findings", Method: http.MethodGet, Path: "/api/findings", Summary: "疑点"}
	web.OperateAny(d, reading, web.Describe(list, lineColumns), r.serveList)
	web.ServeExport(d, web.Export[Line, listInput]{
		Path: "/api/findings", ID: "findings", Title: "疑点", Ops: reading, Columns: lineColumns, Rows: r.exportList,
	})
	groups := huma.Operation{OperationID: "finding-groups", Method: http.MethodGet, Path: "/api/findings/groups", Summary: "疑点分组汇总"}
	web.OperateAny(d, reading, web.Describe(groups, groupColumnsOf), r.serveGroups)
	web.ServeExport(d, web.Export[Group, groupsInput]{
		Path: "/api/findings/groups", ID: "finding-groups", Title: "疑点分组汇总", Ops: reading, Columns: groupColumnsOf, Rows: r.exportGroups,
	})
}

func (r *Review) oneRoutes(d *web.Door) {
	web.OperateAny(d, reading, huma.Operation{OperationID: "finding", Method: http.MethodGet, Path: "/api/findings/{id}", Summary: "一条疑点"},
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[Detail], error) {
			detail, err := r.open(ctx, d, c, in.ID)
			return web.Answer(detail), err
		})
}

func (r *Review) workRoutes(d *web.Door) {
	web.OperateAny(d, deciding(), huma.Operation{
		OperationID: "finding-decide", Method: http.MethodPost, Path: "/api/findings/decide", Summary: "办理疑点（单条或批量）", MaxBodyBytes: web.MostTable,
	}, r.serveDecide)
	web.Operate(d, Pass, huma.Operation{OperationID: "finding-pass", Method: http.MethodPost, Path: "/api/findings/pass", Summary: "转交科室和医师"}, r.servePass)
	web.Operate(d, Pass, huma.Operation{OperationID: "finding-desks", Method: http.MethodGet, Path: "/api/findings/desks", Summary: "可转交的科室"}, r.serveDesks)
	web.Operate(d, Comment, huma.Operation{OperationID: "finding-comment", Method: http.MethodPost, Path: "/api/findings/{id}/comment", Summary: "说明情况"}, r.serveComment)
}

func (r *Review) fileRoutes(d *web.Door) {
	web.OperateAny(d, reading, web.Upload(huma.Operation{
		OperationID: "finding-attach", Method: http.MethodPost, Path: "/api/findings/{id}/files", Summary: "附材料", DefaultStatus: http.StatusCreated,
	}, MaxFile), r.serveAttach)
	web.OperateAny(d, reading, huma.Operation{
		OperationID: "finding-file", Method: http.MethodGet, Path: "/api/findings/{id}/files/{file}", Summary: "下载材料",
		Responses: map[string]*huma.Response{"200": {
			Description: "The content of the attachment, typed by content, to be saved and never to be shown in place",
			Content:     map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}},
	}, func(ctx context.Context, c *web.Call, in *fileInput) (*download, error) {
		return r.serveFile(ctx, d, c, in)
	})
}
