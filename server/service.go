package server

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

type serviceInput struct {
	Body struct {
		Login        string `json:"login" maxLength:"40"`
		Organisation string `json:"organisation" maxLength:"40"`
		Name         string `json:"name" minLength:"1" maxLength:"50"`
	}
}

// Added is the id of what was added.
type Added struct {
	ID string `json:"id"`
}

type tokenInput struct {
	web.ByID
	Body struct {
		Operations []string  `json:"operations" minItems:"1" maxItems:"100" doc:"names, as in x-access"`
		Ends       time.Time `json:"ends" doc:"at most a year from now"`
		Reason     string    `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// Issued is a token. It is shown once.
type Issued struct {
	Token string `json:"token"`
}

type tokensInput struct {
	web.ByID
	web.Query
}

type revokeInput struct {
	web.ByID
	Token string `path:"token" maxLength:"40"`
	Body  struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (s *Server) serviceRoutes() {
	web.ServeList(s.door, web.List[access.Person, web.Query]{
		Path: "/api/services", ID: "services", Title: "服务账号", Op: access.ReadRights, Columns: personColumns,
		From: func(_ context.Context, c *web.Call, _ *web.Query) (web.Source[access.Person], error) {
			return web.SourceOf(s.Access.SelectServices(s.DB, c.Actor, access.ReadRights)), nil
		},
	})
	on := func(id, method, path, title string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/services" + path, Summary: title}
	}
	add, issue := on("add-service", http.MethodPost, "", "登记服务账号"), on("issue-token", http.MethodPost, "/{id}/tokens", "发放令牌")
	add.DefaultStatus, issue.DefaultStatus = http.StatusCreated, http.StatusCreated
	web.Operate(s.door, access.KeepServices, add, s.addService)
	web.Operate(s.door, access.KeepServices, issue, s.issueToken)
	web.ServeList(s.door, web.List[access.Token, tokensInput]{
		Path: "/api/services/{id}/tokens", ID: "tokens", Title: "服务账号的令牌", Op: access.ReadRights,
		Columns: []web.Column[access.Token]{
			web.By("id", "编号", func(t *access.Token) string { return t.ID }),
			web.By("operations", "操作", func(t *access.Token) string { return strings.Join(t.Operations, " ") }),
			web.Time("created", "发放时间", func(t *access.Token) time.Time { return t.Created }),
			web.Time("ends", "到期时间", func(t *access.Token) time.Time { return t.Ends }),
		},
		Read: func(ctx context.Context, c *web.Call, in *tokensInput) ([]access.Token, error) {
			if err := s.door.Authorize(ctx, s.DB, c, access.ReadRights, access.Target{Holder: in.ID}); err != nil {
				return nil, err
			}
			return s.Access.Tokens(ctx, s.DB, in.ID, c.At)
		},
	})
	web.Operate(s.door, access.KeepServices, on("revoke-token", http.MethodPost, "/{id}/tokens/{token}/revoke", "收回令牌"),
		func(ctx context.Context, c *web.Call, in *revokeInput) (*web.None, error) {
			return nil, s.onHolder(ctx, c, access.KeepServices, "access.revoke_token", in.ID, in.Body.Reason, func(tx *db.Tx) error {
				return s.Access.RevokeToken(ctx, tx, in.ID, in.Token)
			})
		})
	web.Operate(s.door, access.KeepServices, on("close-service", http.MethodPost, "/{id}/close", "停用服务账号"), s.closeService)
}

func (s *Server) addService(ctx context.Context, c *web.Call, in *serviceInput) (*web.Body[Added], error) {
	var id string
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		if err := s.door.Authorize(ctx, tx, c, access.KeepServices, access.Target{Organisation: in.Body.Organisation}); err != nil {
			return a, err
		}
		id, err = s.Access.AddService(ctx, tx, in.Body.Login, in.Body.Organisation, in.Body.Name)
		return web.OnRow("access.add_service", access.HolderRow, id, ""), err
	})
	return web.Answer(Added{id}), err
}

func (s *Server) issueToken(ctx context.Context, c *web.Call, in *tokenInput) (*web.Body[Issued], error) {
	var token string
	err := s.onHolder(ctx, c, access.KeepServices, "access.issue_token", in.ID, in.Body.Reason, func(tx *db.Tx) (err error) {
		token, err = s.Access.IssueToken(ctx, tx, in.ID, in.Body.Operations, in.Body.Ends)
		return err
	})
	return web.Answer(Issued{token}), err
}

// closeService ends a service account, never a person: those are the system
// administrator's.
func (s *Server) closeService(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.None, error) {
	return nil, s.onHolder(ctx, c, access.KeepServices, "access.close_service", in.ID, in.Body.Reason, func(tx *db.Tx) error {
		if !isService(in.ID) {
			return web.NotFound()
		}
		return s.Access.CloseHolder(ctx, tx, in.ID)
	})
}

func isService(id string) bool { return len(id) > 2 && id[:2] == "FW" }
