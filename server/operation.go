package server

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiheng/ground/access"
)

// call is who asks, when and from where.
type call struct {
	*access.Actor        // nil for who is not logged in
	token         string // of the session, "" without one
	address       string
	at            time.Time
}

type callKey struct{}

// operate serves an operation of package access at a route. do is called for who may
// do it somewhere; whether that is where the request points is do's to ask.
func operate[I, O any](s *Server, op *access.Operation, route huma.Operation, do func(context.Context, *call, *I) (*O, error)) {
	s.served = append(s.served, op.Name)
	route.Middlewares = append(route.Middlewares, s.admit(op))
	route.MaxBodyBytes, route.BodyReadTimeout = -1, -1 // the door has read it
	route.Extensions = map[string]any{"x-access": map[string]any{"operation": op.Name, "scope": op.Scope, "roles": op.Roles, "second_factor": op.Sensitive}}
	route.Errors = []int{http.StatusBadRequest, http.StatusTooManyRequests}
	if op.Scope != access.Public {
		route.Errors = append(route.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
		route.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	huma.Register(s.api, route, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, ctx.Value(callKey{}).(*call), in)
		if err != nil {
			return nil, s.explain(route.OperationID, err)
		}
		return out, nil
	})
}

// explain turns an error into a problem and writes down what people are not shown.
func (s *Server) explain(route string, err error) *Problem {
	p, inside := problem(err)
	if inside {
		s.Log.Error("operation failed", "operation", route, "err", err)
	}
	return p
}

// admit finds out who asks, before anything of the request is looked at, and lets on
// who may do the operation somewhere.
func (s *Server) admit(op *access.Operation) func(huma.Context, func(huma.Context)) {
	return func(h huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(h)
		c, err := s.callOf(r)
		if err != nil && op.Scope != access.Public {
			s.explain(op.Name, err).write(w)
			return
		}
		if err := c.May(op); err != nil {
			s.explain(op.Name, err).write(w)
			return
		}
		next(huma.WithValue(h, callKey{}, c))
	}
}

// callOf reads the session's cookie, or the service's token where a request has one.
// The call is there with an error too: somebody who is not logged in.
func (s *Server) callOf(r *http.Request) (c *call, err error) {
	c = &call{at: time.Now().UTC(), address: r.RemoteAddr}
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		c.address = host
	}
	if head := r.Header.Get("Authorization"); head != "" {
		token, _ := strings.CutPrefix(head, "Bearer ")
		c.Actor, err = s.Access.ResumeToken(r.Context(), token, c.at)
		return c, err
	}
	if cookie, err := r.Cookie(s.cookieName()); err == nil {
		c.token = cookie.Value
	}
	c.Actor, err = s.Access.Resume(r.Context(), c.token, c.at)
	return c, err
}

// cookieName binds the cookie to this host, where the browser can do so.
func (s *Server) cookieName() string {
	if s.Secure {
		return "__Host-yiheng"
	}
	return "yiheng"
}

// cookie carries a session's token; "" takes it away.
func (s *Server) cookie(token string) string {
	c := http.Cookie{Name: s.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteStrictMode}
	if token == "" {
		c.MaxAge = -1
	}
	return c.String()
}

// none is the answer, or the input, of an operation that has none.
type none struct{}

// body is an answer.
type body[T any] struct{ Body T }

// ByID is the input of an operation on one thing.
type ByID struct {
	ID string `path:"id" maxLength:"80"`
}
