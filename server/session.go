package server

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// Me is what somebody sees of the own account.
type Me struct {
	access.Person
	MustChange   bool           `json:"must_change" doc:"the password: until then only the own account is open"`
	SecondFactor bool           `json:"second_factor" doc:"given in this session"`
	Grants       []access.Grant `json:"grants" doc:"that count now"`
	Operations   []string       `json:"operations" doc:"that may be done somewhere"`
	Place        *WorkPlace     `json:"place,omitempty" doc:"the organisation; nothing for the whole installation"`
	At           time.Time      `json:"at" doc:"the server's clock, by which days and deadlines count"`
}

// WorkPlace is the organisation that somebody works in.
type WorkPlace struct {
	Name   string        `json:"name"`
	Within string        `json:"within,omitempty" doc:"name of what it is a part of, as the hospital of an office"`
	Kind   access.Kind   `json:"kind"`
	Region access.Region `json:"region"`
}

// withCookie is an answer that also sets the session's cookie.
type withCookie[T any] struct {
	Cookie string `header:"Set-Cookie"`
	Body   T
}

type loginInput struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"100"`
		Password string `json:"password" minLength:"1" maxLength:"1000"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"of the authenticator, or a recovery code; asked for by second_factor_needed"`
	}
}

func (s *Server) sessionRoutes() {
	web.Operate(s.door, access.Login, huma.Operation{OperationID: "login", Method: http.MethodPost, Path: "/api/login", Summary: "登录"}, s.login)
	web.Operate(s.door, access.OwnAccount, huma.Operation{OperationID: "logout", Method: http.MethodPost, Path: "/api/logout", Summary: "退出", DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, c *web.Call, _ *web.None) (*struct {
			Cookie string `header:"Set-Cookie"`
		}, error,
		) {
			_, err := s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
				return web.Act{Name: "access.logout"}, s.Access.Logout(ctx, tx, c.Token)
			})
			return &struct {
				Cookie string `header:"Set-Cookie"`
			}{s.door.Cookie("")}, err
		})
	web.Operate(s.door, access.OwnAccount, huma.Operation{OperationID: "me", Method: http.MethodGet, Path: "/api/me", Summary: "本人账号"},
		func(ctx context.Context, c *web.Call, _ *web.None) (*web.Body[Me], error) {
			me, err := s.me(ctx, s.DB, c.Actor, c.At)
			return web.Answer(me), err
		})
}

// login lets somebody in. What fails is in the journal too, without the name that
// was typed: it may be a password in the wrong field.
func (s *Server) login(ctx context.Context, c *web.Call, in *loginInput) (*withCookie[Me], error) {
	v, err := s.Access.Verify(ctx, access.Attempt{Login: in.Body.Login, Password: in.Body.Password, Code: in.Body.Code, Address: c.Address, At: c.At})
	if err != nil {
		return nil, s.loginFailed(ctx, c, err)
	}
	token, err := s.begin(ctx, c, v, web.Act{Name: access.Login.Name, Reason: "来自 " + c.Address})
	return s.goOn(ctx, c, token, err)
}

// begin begins the session of whoever was let in; the act is the login.
func (s *Server) begin(ctx context.Context, c *web.Call, v *access.Verified, act web.Act) (token string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		actor, err := s.Access.ActorOf(ctx, tx, v.Holder, c.At)
		if err != nil {
			return err
		}
		if token, err = s.Access.Begin(ctx, tx, v, c.Token); err != nil {
			return err
		}
		if v.Bound != "" {
			act = act.And(access.SubjectRow, v.Bound)
			act.Reason += "；首次登录，已关联"
		}
		if v.Renewed {
			act = act.And(access.PasswordRow, v.Holder)
		}
		_, err = s.door.Record(ctx, tx, actor, act)
		return err
	})
	return token, err
}

// nobody is the actor of an act whose actor is not known.
const nobody = "unknown"

// loginFailed journals a failure that counts, so that there are no more entries than
// guesses that the policy lets through, and returns it.
func (s *Server) loginFailed(ctx context.Context, c *web.Call, err error) error {
	var refusal *access.Problem
	if !errors.As(err, &refusal) || errors.Is(err, access.ErrLocked) || refusal.Code == "second_factor_needed" {
		return err
	}
	return errors.Join(err, s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := s.door.Record(ctx, tx, &access.Actor{ID: nobody}, web.Act{Name: "access.login_failed", Reason: refusal.Code + "，来自 " + c.Address})
		return err
	}))
}

// me is the own account of an actor.
func (s *Server) me(ctx context.Context, from db.Reader, actor *access.Actor, at time.Time) (Me, error) {
	p, err := s.Access.Account(ctx, from, actor.ID)
	if err != nil {
		return Me{}, err
	}
	m := Me{Person: *p, MustChange: actor.MustChange, SecondFactor: actor.SecondFactor, Grants: actor.Grants, Operations: []string{}, At: at.UTC()}
	if m.Grants == nil {
		m.Grants = []access.Grant{}
	}
	o, err := access.OrganisationOf(ctx, from, p.Organisation)
	if err != nil {
		return Me{}, err
	}
	if o != nil {
		m.Place = &WorkPlace{Name: o.Name, Kind: o.Kind, Region: o.Region}
		whole, err := access.OrganisationOf(ctx, from, o.Parent)
		if err != nil {
			return Me{}, err
		}
		if whole != nil {
			m.Place.Within = whole.Name
		}
	}
	for _, op := range access.Operations() {
		if op.Scope != access.Public && actor.May(op) == nil {
			m.Operations = append(m.Operations, op.Name)
		}
	}
	return m, nil
}

// masked is an identity in one cell of a table.
func masked(i access.Identity) string {
	return strings.TrimSpace(strings.Join([]string{i.Name, i.Phone, i.CertNo}, " "))
}
