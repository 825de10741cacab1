package server

import (
	"context"
	"encoding/base32"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

type passwordInput struct {
	Body struct {
		Current  string `json:"current" maxLength:"1000"`
		Password string `json:"password" maxLength:"1000" doc:"the new one"`
	}
}

type enrolInput struct {
	Body struct {
		Current string `json:"current" maxLength:"1000" doc:"the password"`
		URI     string `json:"uri,omitempty" maxLength:"1000" doc:"of a hardware token; without it a new secret is made"`
	}
}

// Enrolment is a second factor that waits for its first code.
type Enrolment struct {
	URI    string `json:"uri" doc:"for the authenticator, otpauth://totp/…"`
	Secret string `json:"secret" doc:"the same to be typed, base32"`
}

type codeInput struct {
	Body struct {
		Code string `json:"code" minLength:"6" maxLength:"6" doc:"that the authenticator shows"`
	}
}

// Recovery are codes that stand in for a lost authenticator, each once.
type Recovery struct {
	Codes []string `json:"recovery_codes"`
}

func (s *Server) accountRoutes() {
	own := func(id, method, path, title string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/me/" + path, Summary: title}
	}
	web.Operate(s.door, access.OwnAccount, own("change-password", http.MethodPut, "password", "修改口令"), s.changePassword)
	web.Operate(s.door, access.OwnAccount, own("enrol-factor", http.MethodPost, "factor", "登记动态口令"), s.enrolFactor)
	web.Operate(s.door, access.OwnAccount, own("confirm-factor", http.MethodPost, "factor/confirm", "启用动态口令"), s.confirmFactor)
	web.ServeList(s.door, web.List[access.Session, web.Query]{
		Path: "/api/me/sessions", ID: "own-sessions", Title: "本人的会话", Op: access.OwnAccount,
		Columns: []web.Column[access.Session]{
			web.By("id", "编号", func(l *access.Session) string { return l.ID }),
			web.By("address", "来自", func(l *access.Session) string { return l.Address }),
			web.Time("started", "登录", func(l *access.Session) time.Time { return l.Started }),
			web.Time("seen", "最近使用", func(l *access.Session) time.Time { return l.Seen }),
			web.Time("ends", "最迟到", func(l *access.Session) time.Time { return l.Ends }),
			web.By("second_factor", "动态口令", func(l *access.Session) string { return strconv.FormatBool(l.SecondFactor) }),
		},
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]access.Session, error) {
			return s.Access.Sessions(ctx, s.DB, c.ID, c.At)
		},
	})
	web.Operate(s.door, access.OwnAccount, own("end-own-session", http.MethodDelete, "sessions/{id}", "结束本人的一个会话"),
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.None, error) {
			_, err := s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
				return web.Act{Name: "access.end_session", Kind: "session", ID: in.ID}, s.Access.EndSession(ctx, tx, c.ID, in.ID)
			})
			return nil, err
		})
}

// ownAct is an act on the own account that writes the row of a kind that goes by its holder.
func ownAct(name, kind string, c *web.Call) web.Act {
	return web.Act{Name: name, Kind: access.HolderRow, ID: c.ID}.And(kind, c.ID)
}

// changePassword ends all sessions and goes on with a new one.
func (s *Server) changePassword(ctx context.Context, c *web.Call, in *passwordInput) (*withCookie[Me], error) {
	if err := s.Access.Confirm(ctx, c.Actor, in.Body.Current, c.Address); err != nil {
		return nil, s.wrongPassword(err)
	}
	change, err := s.Access.PreparePassword(ctx, c.ID, in.Body.Password, c.At)
	if err != nil {
		return nil, err
	}
	var token string
	_, err = s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		if err := s.Access.SetPassword(ctx, tx, change); err != nil {
			return web.Act{}, err
		}
		token, err = s.Access.BeginAgain(ctx, tx, c.Actor, c.Address)
		return ownAct("access.change_password", access.PasswordRow, c), err
	})
	return s.goOn(ctx, c, token, err)
}

// wrongPassword is a wrong password of somebody who is logged in and stays so: not 401,
// which would mean that the session is over.
func (s *Server) wrongPassword(err error) error {
	if p, _ := s.door.Problem(err); p.Code == "credentials" {
		return web.Refuse(http.StatusForbidden, "current_password", "当前口令不正确")
	}
	return err
}

// goOn answers with a session that has begun: after a login, or in place of the one that asked.
func (s *Server) goOn(ctx context.Context, c *web.Call, token string, err error) (*withCookie[Me], error) {
	if err != nil {
		return nil, err
	}
	actor, err := s.Access.Resume(ctx, token, c.At)
	if err != nil {
		return nil, err
	}
	me, err := s.me(ctx, s.DB, actor, c.At)
	return &withCookie[Me]{s.door.Cookie(token), me}, err
}

func (s *Server) enrolFactor(ctx context.Context, c *web.Call, in *enrolInput) (*web.Body[Enrolment], error) {
	if err := s.Access.Confirm(ctx, c.Actor, in.Body.Current, c.Address); err != nil {
		return nil, s.wrongPassword(err)
	}
	var otp access.OTP
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		otp, err = s.Access.Enrol(ctx, tx, c.ID, in.Body.URI)
		return ownAct("access.enrol_factor", access.FactorRow, c), err
	})
	return web.Answer(Enrolment{otp.URI(), base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(otp.Secret)}), err
}

// confirmFactor makes the second factor count; the session gets a new token, since it
// may now do more.
func (s *Server) confirmFactor(ctx context.Context, c *web.Call, in *codeInput) (*withCookie[Recovery], error) {
	var codes []string
	var token string
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		if codes, err = s.Access.ConfirmFactor(ctx, tx, c.Actor, in.Body.Code); err != nil {
			return a, err
		}
		token, err = s.Access.Rotate(ctx, tx, c.Token)
		return ownAct("access.confirm_factor", access.FactorRow, c), err
	})
	return &withCookie[Recovery]{s.door.Cookie(token), Recovery{codes}}, err
}
