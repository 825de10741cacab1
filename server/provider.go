package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/oauth2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// flowTime is how long a login with the provider may take.
const flowTime = 10 * time.Minute

// Ways are the ways to log in.
type Ways struct {
	Password bool `json:"password"`
	OIDC     bool `json:"oidc" doc:"统一认证：GET /api/oidc/login"`
}

type beginInput struct {
	To string `query:"to" maxLength:"1000" doc:"where to go after the login: an address of this server, from / on"`
}

type backInput struct {
	Code  string `query:"code" maxLength:"4000"`
	State string `query:"state" maxLength:"200"`
	Error string `query:"error" maxLength:"200"`
	Text  string `query:"error_description" maxLength:"2000"`
	URI   string `query:"error_uri" maxLength:"2000"`
	Iss   string `query:"iss" maxLength:"500" doc:"RFC 9207"`
	Flow  string `query:"session_state" maxLength:"500"`
	Scope string `query:"scope" maxLength:"500"`

	Cookies
}

type secondInput struct {
	Cookies
	RawBody []byte `contentType:"application/x-www-form-urlencoded"`
}

// Cookies are those that carry a login under way, under either name.
type Cookies struct {
	Plain  http.Cookie `cookie:"yiheng-oidc"`
	Secure http.Cookie `cookie:"__Host-yiheng-oidc"`
}

type linked struct {
	Cookie string `header:"Set-Cookie"`
	Body   struct {
		Location string `json:"location" doc:"where the browser goes on"`
	}
}

type linkInput struct {
	Body struct {
		Current string `json:"current" maxLength:"1000" doc:"the password"`
	}
}

type subjectInput struct {
	web.ByID
	Body struct {
		Subject string `json:"subject" maxLength:"255" doc:"what the provider calls the person (sub)"`
		Reason  string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (s *Server) providerRoutes() {
	on := func(id, method, path, title string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: path, Summary: title}
	}
	web.Operate(s.door, access.Login, on("login-ways", http.MethodGet, "/api/login", "登录方式"),
		func(context.Context, *web.Call, *web.None) (*web.Body[Ways], error) {
			return web.Answer(Ways{Password: true, OIDC: s.OIDC != nil}), nil
		})
	web.Operate(s.door, access.Login, on("oidc-login", http.MethodGet, "/api/oidc/login", "用统一认证登录"), s.beginProvider)
	web.Operate(s.door, access.Login, on("oidc-callback", http.MethodGet, "/api/oidc/callback", "从统一认证返回"), s.backFromProvider)
	web.Operate(s.door, access.Login, web.Upload(on("oidc-code", http.MethodPost, "/api/oidc/code", "统一认证之后输入动态口令"), 4<<10), s.secondFactor)
	web.Operate(s.door, access.OwnAccount, on("link-subject", http.MethodPost, "/api/me/subject", "关联统一认证"), s.linkSubject)
	web.Operate(s.door, access.OwnAccount, on("own-subject", http.MethodGet, "/api/me/subject", "本人关联的统一认证"),
		func(ctx context.Context, c *web.Call, _ *web.None) (*web.Body[access.Subject], error) {
			if s.OIDC == nil {
				return nil, web.NotFound()
			}
			found, err := s.Access.SubjectOf(ctx, s.DB, s.OIDC.Issuer, c.ID)
			if err != nil || found == nil {
				return nil, errors.Join(err, web.NotFound())
			}
			return web.Answer(*found), nil
		})
	web.Operate(s.door, access.KeepRights, on("bind-subject", http.MethodPost, "/api/people/{id}/subject", "为人员关联统一认证"),
		func(ctx context.Context, c *web.Call, in *subjectInput) (*web.None, error) {
			return nil, s.onSubject(ctx, c, "access.bind_subject", in.ID, in.Body.Reason, func(tx *db.Tx) (string, error) {
				return s.Access.BindSubject(ctx, tx, in.ID, s.OIDC.Issuer, in.Body.Subject)
			})
		})
	web.Operate(s.door, access.KeepRights, on("drop-subject", http.MethodPost, "/api/people/{id}/subject/drop", "解除统一认证的关联"),
		func(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.None, error) {
			return nil, s.onSubject(ctx, c, "access.drop_subject", in.ID, in.Body.Reason, func(tx *db.Tx) (string, error) {
				return s.Access.DropSubject(ctx, tx, s.OIDC.Issuer, in.ID)
			})
		})
}

// onSubject changes what somebody is bound to, by a security officer.
func (s *Server) onSubject(ctx context.Context, c *web.Call, name, holder, reason string, do func(tx *db.Tx) (string, error)) error {
	if s.OIDC == nil {
		return noProvider()
	}
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		if err := s.door.Authorize(ctx, tx, c, access.KeepRights, access.Target{Holder: holder}); err != nil {
			return web.Act{}, err
		}
		if holder == c.ID {
			return web.Act{}, web.Refuse(http.StatusForbidden, "subject_self", "不能为自己办理，请在“我的账户”中关联，或由另一名安全保密管理员办理")
		}
		id, err := do(tx)
		return web.Act{Name: name, Kind: access.HolderRow, ID: holder, Reason: reason, Rows: map[string][]string{access.SubjectRow: {id}}}, err
	})
	return err
}

func noProvider() error {
	return web.Refuse(http.StatusNotFound, "no_oidc", "本系统没有启用统一认证")
}

// start makes a flow and the cookie that binds it to the browser.
func (s *Server) start(ctx context.Context, f flow, at time.Time) (location, cookie string, err error) {
	f.State, f.Nonce, f.Verifier = rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	if location, err = s.OIDC.address(ctx, f); err != nil {
		return "", "", err
	}
	ticket, err := s.Access.SealTicket("oidc", f, at.Add(flowTime))
	return location, s.flowCookie(ticket), err
}

// flowCookie comes along when the provider sends the browser back: SameSite=Lax.
func (s *Server) flowCookie(ticket string) string {
	c := http.Cookie{Name: "yiheng-oidc", Value: ticket, Path: "/", MaxAge: int(flowTime.Seconds()), HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode}
	if s.Secure {
		c.Name = "__Host-" + c.Name
	}
	if ticket == "" {
		c.MaxAge = -1
	}
	return c.String()
}

func (s *Server) flowOf(c Cookies) string {
	if s.Secure {
		return c.Secure.Value
	}
	return c.Plain.Value
}

func (s *Server) beginProvider(ctx context.Context, c *web.Call, in *beginInput) (*page, error) {
	if s.OIDC == nil {
		return nil, noProvider()
	}
	location, cookie, err := s.start(ctx, flow{To: local(in.To)}, c.At)
	if err != nil {
		s.Log.Warn("oidc", "err", err)
		return s.shows(http.StatusServiceUnavailable, errUnreachable.Detail, "", "oidc_unreachable", "/"), nil
	}
	return &page{Status: http.StatusSeeOther, Type: "text/plain", To: location, Policy: "default-src 'none'", Cookies: []string{cookie}}, nil
}

// local is an address of this server, the first page for what is none.
func local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\t\r\n") {
		return "/"
	}
	return to
}

// linkSubject begins to bind the own account, after the password was asked for again.
func (s *Server) linkSubject(ctx context.Context, c *web.Call, in *linkInput) (*linked, error) {
	if s.OIDC == nil {
		return nil, noProvider()
	}
	if err := s.Access.Confirm(ctx, c.Actor, in.Body.Current, c.Address); err != nil {
		return nil, s.wrongPassword(err)
	}
	out := &linked{}
	var err error
	out.Body.Location, out.Cookie, err = s.start(ctx, flow{To: ownAccount, Holder: c.ID, Session: c.Session}, c.At)
	return out, err
}

// backFromProvider takes whom the provider sends back. What it refuses is a page for
// people, and an entry of the journal.
func (s *Server) backFromProvider(ctx context.Context, c *web.Call, in *backInput) (*page, error) {
	if s.OIDC == nil {
		return nil, noProvider()
	}
	var f flow
	p, err := s.returned(ctx, c, in, &f)
	if err == nil && f.Holder != "" {
		if err = s.bindOwn(ctx, c, f, p); err == nil {
			return s.shows(http.StatusOK, "已关联统一认证", f.To, "", f.To), nil
		}
	}
	if err != nil {
		return s.providerFailed(ctx, c, err, f.To)
	}
	return s.enter(ctx, c, p, f.To)
}

// returned checks that the browser began this login, and what the provider says.
func (s *Server) returned(ctx context.Context, c *web.Call, in *backInput, f *flow) (p access.Provided, err error) {
	if err := s.Access.Knock(ctx, c.Address, c.At); err != nil {
		return p, err
	}
	if !s.Access.OpenTicket("oidc", s.flowOf(in.Cookies), f, c.At) || subtle.ConstantTimeCompare([]byte(f.State), []byte(in.State)) != 1 {
		*f = flow{To: "/"}
		return p, errState
	}
	if in.Error != "" || in.Code == "" || in.Iss != "" && in.Iss != s.OIDC.Issuer {
		return p, errDenied
	}
	if p, err = s.OIDC.identity(ctx, *f, in.Code, s.DB.Now); err != nil {
		s.Log.Warn("oidc", "err", err)
	}
	p.Address, p.At = c.Address, c.At
	return p, err
}

// second is who came back from the provider and still has to show a second factor.
type second struct {
	Provided access.Provided `json:"provided"`
	To       string          `json:"to"`
}

// enter begins the session of whom the provider vouches for, or asks for the code.
func (s *Server) enter(ctx context.Context, c *web.Call, p access.Provided, to string) (*page, error) {
	v, err := s.Access.VerifySubject(ctx, p)
	var refusal *access.Problem
	if errors.As(err, &refusal) && (refusal.Code == "second_factor_needed" || refusal.Code == "second_factor_wrong") {
		text := refusal.Text
		if refusal.Code == "second_factor_wrong" {
			err = s.loginFailed(ctx, c, err)
			if !errors.Is(err, access.ErrUnauthenticated) {
				return nil, err
			}
		}
		p.Code = ""
		ticket, err := s.Access.SealTicket("oidc-code", second{p, to}, c.At.Add(flowTime/2))
		shown := s.shows(http.StatusUnauthorized, text, "", refusal.Code, to)
		shown.Cookies = []string{s.flowCookie(ticket)}
		return shown, err
	}
	if err != nil {
		return s.providerFailed(ctx, c, err, to)
	}
	act := web.Act{Name: access.Login.Name, Reason: "统一认证，来自 " + c.Address}
	token, err := s.begin(ctx, c, v, act)
	if err != nil {
		return s.providerFailed(ctx, c, err, to)
	}
	shown := s.shows(http.StatusOK, "登录成功", to, "", to)
	shown.Cookies = append(shown.Cookies, s.door.Cookie(token))
	return shown, nil
}

// secondFactor takes the code of who came back from the provider without one that counts.
func (s *Server) secondFactor(ctx context.Context, c *web.Call, in *secondInput) (*page, error) {
	if s.OIDC == nil {
		return nil, noProvider()
	}
	form, err := url.ParseQuery(string(in.RawBody))
	if err != nil || form.Get("code") == "" || len(form.Get("code")) > 40 {
		return nil, web.Invalid("code", "请输入动态口令")
	}
	var w second
	if err := s.Access.Knock(ctx, c.Address, c.At); err != nil {
		return nil, err
	}
	if !s.Access.OpenTicket("oidc-code", s.flowOf(in.Cookies), &w, c.At) {
		return s.providerFailed(ctx, c, errState, "/")
	}
	w.Provided.Code, w.Provided.Address, w.Provided.At = form.Get("code"), c.Address, c.At
	return s.enter(ctx, c, w.Provided, w.To)
}

// bindOwn binds the subject to whom began the flow, if that session still is.
func (s *Server) bindOwn(ctx context.Context, c *web.Call, f flow, p access.Provided) error {
	alive, err := s.Access.Sessions(ctx, s.DB, f.Holder, c.At)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(alive, func(a access.Session) bool { return a.ID == f.Session }) {
		return errState
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		actor, err := s.Access.ActorOf(ctx, tx, f.Holder, c.At)
		if err != nil {
			return err
		}
		id, err := s.Access.BindSubject(ctx, tx, f.Holder, p.Issuer, p.Subject)
		if err != nil {
			return err
		}
		_, err = s.door.Record(ctx, tx, actor, web.Act{Name: "access.bind_subject", Kind: access.HolderRow, ID: f.Holder, Rows: map[string][]string{access.SubjectRow: {id}}})
		return err
	})
}

// providerFailed journals why nobody was let in, and says so.
func (s *Server) providerFailed(ctx context.Context, c *web.Call, err error, to string) (*page, error) {
	p := s.door.Explain("oidc", err)
	if !errors.Is(err, access.ErrLocked) {
		kept := s.DB.Write(ctx, func(tx *db.Tx) error {
			_, err := s.door.Record(ctx, tx, &access.Actor{ID: nobody}, web.Act{Name: "access.login_failed", Reason: p.Code + "，来自 " + c.Address})
			return err
		})
		if kept != nil {
			return nil, kept
		}
	}
	return s.shows(p.Status, p.Detail, "", p.Code, to), nil
}
