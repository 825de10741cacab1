package server

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

type organisationInput struct {
	Body struct {
		Code   string        `json:"code" maxLength:"40"`
		Kind   access.Kind   `json:"kind" enum:"administration,agency,institution,partner,office,department"`
		Name   string        `json:"name" maxLength:"100"`
		Region access.Region `json:"region,omitempty" maxLength:"6" doc:"six digits; one inside an institution has the institution's"`
		Parent string        `json:"parent,omitempty" maxLength:"40" doc:"the institution of an office or department"`
	}
}

type renameInput struct {
	web.ByID
	Body struct {
		Name string `json:"name" maxLength:"100"`
	}
}

func (s *Server) organisationRoutes() {
	web.ServeList(s.door, web.List[access.Organisation, web.Query]{
		Path: "/api/organisations", ID: "organisations", Title: "机构", Op: access.ReadRights,
		Columns: []web.Column[access.Organisation]{
			web.By("code", "机构编码", func(o *access.Organisation) string { return o.Code }).In("organisation.code"),
			web.By("name", "名称", func(o *access.Organisation) string { return o.Name }).In("organisation.name"),
			web.By("kind", "类别", func(o *access.Organisation) string { return string(o.Kind) }).In("organisation.kind"),
			web.By("region", "区划", func(o *access.Organisation) string { return string(o.Region) }).In("organisation.region"),
			web.By("parent", "所属机构", func(o *access.Organisation) string { return o.Parent }).In("organisation.parent"),
			web.Time("closed", "停用时间", func(o *access.Organisation) time.Time { return o.Closed }).In("organisation.closed"),
		},
		From: func(_ context.Context, c *web.Call, _ *web.Query) (web.Source[access.Organisation], error) {
			return web.SourceOf(s.Access.SelectOrganisations(s.DB, c.Actor, access.ReadRights)), nil
		},
	})
	web.Operate(s.door, access.OwnAccount, huma.Operation{OperationID: "regions", Method: http.MethodGet, Path: "/api/regions", Summary: "区划名称"}, s.regions)
	web.Operate(s.door, access.KeepDirectory, huma.Operation{
		OperationID: "add-organisation", Method: http.MethodPost, Path: "/api/organisations", Summary: "登记机构", DefaultStatus: http.StatusCreated,
	}, s.addOrganisation)
	web.Operate(s.door, access.KeepDirectory, huma.Operation{OperationID: "rename-organisation", Method: http.MethodPatch, Path: "/api/organisations/{id}", Summary: "机构改名"},
		func(ctx context.Context, c *web.Call, in *renameInput) (*web.None, error) {
			return nil, s.changeOrganisation(ctx, c, "access.rename_organisation", in.ID, func(tx *db.Tx) error {
				return s.Access.RenameOrganisation(ctx, tx, in.ID, in.Body.Name)
			})
		})
	web.Operate(s.door, access.KeepDirectory, huma.Operation{OperationID: "close-organisation", Method: http.MethodDelete, Path: "/api/organisations/{id}", Summary: "停用机构"},
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.None, error) {
			return nil, s.changeOrganisation(ctx, c, "access.close_organisation", in.ID, func(tx *db.Tx) error {
				return s.Access.CloseOrganisation(ctx, tx, in.ID)
			})
		})
}

// NamedRegion is a region with the name of its bureau.
type NamedRegion struct {
	Code access.Region `json:"code"`
	Name string        `json:"name"`
}

// NamedRegions are the regions where somebody has grants, those within and those above.
type NamedRegions struct {
	Items []NamedRegion `json:"items"`
}

func (s *Server) regions(ctx context.Context, c *web.Call, _ *web.None) (*web.Body[NamedRegions], error) {
	names, err := access.RegionNames(ctx, s.DB)
	all := NamedRegions{Items: []NamedRegion{}}
	for _, code := range slices.Sorted(maps.Keys(names)) {
		if c.Actor.Near(code) {
			all.Items = append(all.Items, NamedRegion{code, names[code]})
		}
	}
	return web.Answer(all), err
}

func (s *Server) addOrganisation(ctx context.Context, c *web.Call, in *organisationInput) (*web.Body[access.Organisation], error) {
	o := access.Organisation{Code: in.Body.Code, Kind: in.Body.Kind, Name: in.Body.Name, Region: in.Body.Region, Parent: in.Body.Parent}
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		if err := s.door.Authorize(ctx, tx, c, access.KeepDirectory, access.Target{Region: o.Region, Organisation: o.Parent}); err != nil {
			return web.Act{}, err
		}
		err := s.Access.AddOrganisation(ctx, tx, o)
		return web.Act{Name: "access.add_organisation", Kind: access.OrganisationRow, ID: o.Code, Rows: map[string][]string{access.OrganisationRow: {o.Code}}}, err
	})
	return web.Answer(o), err
}

// changeOrganisation journals a change of an organisation, with those inside it that
// it may change too.
func (s *Server) changeOrganisation(ctx context.Context, c *web.Call, name, code string, do func(tx *db.Tx) error) error {
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		if err := s.door.Authorize(ctx, tx, c, access.KeepDirectory, access.Target{Organisation: code}); err != nil {
			return web.Act{}, err
		}
		inside, err := s.Access.Inside(ctx, tx, code)
		if err != nil {
			return web.Act{}, err
		}
		return web.Act{Name: name, Kind: access.OrganisationRow, ID: code, Rows: map[string][]string{access.OrganisationRow: inside}}, do(tx)
	})
	return err
}
