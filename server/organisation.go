package server

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
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
	ByID
	Body struct {
		Name string `json:"name" maxLength:"100"`
	}
}

func (s *Server) organisationRoutes() {
	serveList(s, list[access.Organisation, Query]{
		path: "/api/organisations", id: "organisations", title: "机构", op: access.ReadRights,
		columns: []column[access.Organisation]{
			{"code", "机构编码", func(o *access.Organisation) string { return o.Code }},
			{"name", "名称", func(o *access.Organisation) string { return o.Name }},
			{"kind", "类别", func(o *access.Organisation) string { return string(o.Kind) }},
			{"region", "区划", func(o *access.Organisation) string { return string(o.Region) }},
			{"parent", "所属机构", func(o *access.Organisation) string { return o.Parent }},
			{"closed", "停用时间", func(o *access.Organisation) string { return instant(o.Closed) }},
		},
		read: func(ctx context.Context, c *call, _ *Query) ([]access.Organisation, error) {
			return s.Access.Organisations(ctx, s.DB, c.Actor, access.ReadRights)
		},
	})
	operate(s, access.KeepDirectory, huma.Operation{
		OperationID: "add-organisation", Method: http.MethodPost, Path: "/api/organisations", Summary: "登记机构", DefaultStatus: http.StatusCreated,
	}, s.addOrganisation)
	operate(s, access.KeepDirectory, huma.Operation{OperationID: "rename-organisation", Method: http.MethodPatch, Path: "/api/organisations/{id}", Summary: "机构改名"},
		func(ctx context.Context, c *call, in *renameInput) (*none, error) {
			return nil, s.changeOrganisation(ctx, c, "access.rename_organisation", in.ID, func(tx *db.Tx) error {
				return s.Access.RenameOrganisation(ctx, tx, in.ID, in.Body.Name)
			})
		})
	operate(s, access.KeepDirectory, huma.Operation{OperationID: "close-organisation", Method: http.MethodDelete, Path: "/api/organisations/{id}", Summary: "停用机构"},
		func(ctx context.Context, c *call, in *ByID) (*none, error) {
			return nil, s.changeOrganisation(ctx, c, "access.close_organisation", in.ID, func(tx *db.Tx) error {
				return s.Access.CloseOrganisation(ctx, tx, in.ID)
			})
		})
}

func (s *Server) addOrganisation(ctx context.Context, c *call, in *organisationInput) (*body[access.Organisation], error) {
	o := access.Organisation{Code: in.Body.Code, Kind: in.Body.Kind, Name: in.Body.Name, Region: in.Body.Region, Parent: in.Body.Parent}
	_, err := s.write(ctx, c, func(tx *db.Tx) (act, error) {
		if err := s.authorize(ctx, tx, c, access.KeepDirectory, access.Target{Region: o.Region, Organisation: o.Parent}); err != nil {
			return act{}, err
		}
		err := s.Access.AddOrganisation(ctx, tx, o)
		return act{name: "access.add_organisation", kind: access.OrganisationRow, id: o.Code, rows: map[string][]string{access.OrganisationRow: {o.Code}}}, err
	})
	return &body[access.Organisation]{o}, err
}

// changeOrganisation journals a change of an organisation, with those inside it that
// it may change too.
func (s *Server) changeOrganisation(ctx context.Context, c *call, name, code string, do func(tx *db.Tx) error) error {
	_, err := s.write(ctx, c, func(tx *db.Tx) (act, error) {
		if err := s.authorize(ctx, tx, c, access.KeepDirectory, access.Target{Organisation: code}); err != nil {
			return act{}, err
		}
		inside, err := s.Access.Inside(ctx, tx, code)
		if err != nil {
			return act{}, err
		}
		return act{name: name, kind: access.OrganisationRow, id: code, rows: map[string][]string{access.OrganisationRow: inside}}, do(tx)
	})
	return err
}
