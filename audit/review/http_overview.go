package review

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

type overviewInput struct {
	Region        []string `query:"region,explode" maxItems:"50" doc:"six digits, with everything below"`
	FixmedinsCode []string `query:"fixmedins_code,explode" maxItems:"50"`
}

// overviewRoutes serve what looks across the findings: where they stand, and what is
// found by a number.
func (r *Review) overviewRoutes(d *web.Door) {
	web.OperateAny(d, reading, huma.Operation{OperationID: "overview", Method: http.MethodGet, Path: "/api/overview", Summary: "总览"},
		func(ctx context.Context, c *web.Call, in *overviewInput) (*web.Body[*Overview], error) {
			filter := NoFilter
			filter.Regions, filter.Institutions = in.Region, in.FixmedinsCode
			o, err := r.Overview(ctx, r.db, c.Actor, filter, calendar.Civil(c.At))
			return web.Answer(o), err
		})
	web.OperateAny(d, reading, huma.Operation{OperationID: "search-findings", Method: http.MethodGet, Path: "/api/findings/search", Summary: "按编号、名称查找疑点所涉内容"},
		func(ctx context.Context, c *web.Call, in *searchInput) (*web.Body[*Found], error) {
			found, err := r.Search(ctx, r.db, c.Actor, in.Q, calendar.Civil(c.At))
			return web.Answer(found), err
		})
}

type searchInput struct {
	Q string `query:"q" required:"true" minLength:"1" maxLength:"100" doc:"a number of a finding, person or visit, whole; of an institution or rule its code or a part of its name"`
}
