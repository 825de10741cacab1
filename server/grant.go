package server

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

type grantInput struct {
	Body struct {
		Holder       string        `json:"holder" maxLength:"20"`
		Role         access.Role   `json:"role" maxLength:"40"`
		Organisation string        `json:"organisation,omitempty" maxLength:"40" doc:"without organisation and region: the whole installation, for the three officers"`
		Region       access.Region `json:"region,omitempty" maxLength:"6" doc:"a smaller region than the organisation's"`
		Doctor       string        `json:"doctor,omitempty" maxLength:"30" doc:"national code, of a doctor"`
		Starts       time.Time     `json:"starts,omitzero" required:"false" doc:"now, when left out"`
		Ends         time.Time     `json:"ends,omitzero" required:"false" doc:"open, when left out"`
		Reason       string        `json:"reason" minLength:"2" maxLength:"200"`
	}
}

type grantID struct {
	ID   int64 `path:"id" minimum:"1"`
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// Given is the number of a new grant.
type Given struct {
	ID int64 `json:"id"`
}

type grantsInput struct {
	web.ByID
	web.Query
}

func (s *Server) grantRoutes() {
	web.ServeList(s.door, web.List[access.Grant, grantsInput]{
		Path: "/api/people/{id}/grants", ID: "grants", Title: "人员的授权", Op: access.ReadRights,
		Columns: []web.Column[access.Grant]{
			web.Number("id", "编号", func(g *access.Grant) string { return strconv.FormatInt(g.ID, 10) }),
			web.By("role", "角色", func(g *access.Grant) string { return string(g.Role) }),
			web.By("organisation", "机构", func(g *access.Grant) string { return g.Organisation }),
			web.By("region", "区划", func(g *access.Grant) string { return string(g.Region) }),
			web.By("doctor", "医师", func(g *access.Grant) string { return g.Doctor }),
			web.Time("starts", "自", func(g *access.Grant) time.Time { return g.Starts }),
			web.Time("ends", "至", func(g *access.Grant) time.Time { return g.Ends }),
			web.By("granted_by", "授权人", func(g *access.Grant) string { return g.GrantedBy }),
		},
		Read: func(ctx context.Context, c *web.Call, in *grantsInput) ([]access.Grant, error) {
			if err := s.door.Authorize(ctx, s.DB, c, access.ReadRights, access.Target{Holder: in.ID}); err != nil {
				return nil, err
			}
			return s.Access.Grants(ctx, s.DB, in.ID)
		},
	})
	web.Operate(s.door, access.KeepRights, huma.Operation{OperationID: "grant", Method: http.MethodPost, Path: "/api/grants", Summary: "授权", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, c *web.Call, in *grantInput) (*web.Body[Given], error) {
			return s.grant(ctx, c, in, "access.grant", s.Access.AddGrant)
		})
	web.Operate(s.door, access.AppointOfficer, huma.Operation{OperationID: "appoint", Method: http.MethodPost, Path: "/api/appointments", Summary: "任命首位安全保密管理员或安全审计员", DefaultStatus: http.StatusCreated},
		func(ctx context.Context, c *web.Call, in *grantInput) (*web.Body[Given], error) {
			return s.grant(ctx, c, in, "access.appoint", s.Access.Appoint)
		})
	web.Operate(s.door, access.KeepRights, huma.Operation{OperationID: "end-grant", Method: http.MethodPost, Path: "/api/grants/{id}/end", Summary: "收回授权"},
		func(ctx context.Context, c *web.Call, in *grantID) (*web.None, error) {
			_, err := s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
				return web.OnRow("access.end_grant", access.GrantRow, strconv.FormatInt(in.ID, 10), in.Body.Reason), s.Access.EndGrant(ctx, tx, c.Actor, in.ID)
			})
			return nil, err
		})
}

type giver func(context.Context, *db.Tx, *access.Actor, access.Grant) (int64, error)

func (s *Server) grant(ctx context.Context, c *web.Call, in *grantInput, name string, give giver) (*web.Body[Given], error) {
	b := &in.Body
	g := access.Grant{Holder: b.Holder, Role: b.Role, Organisation: b.Organisation, Region: b.Region, Doctor: b.Doctor, Starts: b.Starts, Ends: b.Ends}
	var id int64
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		id, err = give(ctx, tx, c.Actor, g)
		return web.OnRow(name, access.GrantRow, strconv.FormatInt(id, 10), b.Reason), err
	})
	return web.Answer(Given{id}), err
}
