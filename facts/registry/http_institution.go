package registry

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/web"
)

// institutionsInput is also the division whose institutions are asked for.
type institutionsInput struct {
	web.Query
	Region string `query:"region" maxLength:"6" doc:"six digits: the division with all within it"`
}

func (k *Desk) institutionRoutes(d *web.Door) {
	web.ServeList(d, web.List[Institution, institutionsInput]{
		Path: "/api/institutions", ID: "institutions", Title: "定点机构名册", Op: ReadMedins,
		Columns: []web.Column[Institution]{
			web.By("code", "机构编码", func(i *Institution) string { return i.Code }),
			web.By("name", "名称", func(i *Institution) string { return i.Name }),
			web.By("type", "类型", func(i *Institution) string { return i.Type }),
			web.By("level", "等级", func(i *Institution) string { return i.Level }),
			web.By("region", "区划", func(i *Institution) string { return i.Region }),
		},
		Read: k.institutions,
	})
	web.Operate(d, ReadMedins, huma.Operation{OperationID: "institution", Method: http.MethodGet, Path: "/api/institutions/{id}", Summary: "一家定点机构"},
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[Institution], error) {
			all, err := k.institutions(ctx, c, &institutionsInput{})
			if err != nil {
				return nil, err
			}
			i := slices.IndexFunc(all, func(i Institution) bool { return i.Code == in.ID })
			if i < 0 {
				return nil, web.NotFound()
			}
			return web.Answer(all[i]), nil
		})
}

// institutions are those in the divisions that the actor's grants reach.
func (k *Desk) institutions(ctx context.Context, c *web.Call, in *institutionsInput) ([]Institution, error) {
	if in.Region != "" && !access.Region(in.Region).Valid() {
		return nil, web.Invalid("region", "区划应为六位数字")
	}
	all, err := k.Institutions(ctx)
	if err != nil {
		return nil, err
	}
	mine := []Institution{}
	for _, i := range all {
		if Within(i.Region, in.Region) && c.Authorize(ReadMedins, access.PlaceOf(access.Region(i.Region))) == nil {
			mine = append(mine, i)
		}
	}
	return mine, nil
}
