package web

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiheng/ground/access"
)

// Call is who asks, when and from where.
type Call struct {
	*access.Actor        // nil for who is not logged in
	Token         string // of the session, "" without one
	Address       string
	At            time.Time // by the clock of the database, UTC
}

type callKey struct{}

// Operate serves an operation of package access at a route. do is called for who may
// do it somewhere; whether that is where the request points is do's to ask.
func Operate[I, O any](d *Door, op *access.Operation, route huma.Operation, do func(context.Context, *Call, *I) (*O, error)) {
	OperateAny(d, []*access.Operation{op}, route, do)
}

// OperateAny serves a route for whoever may do one of the operations somewhere; do asks
// which, and where. The first describes the route.
func OperateAny[I, O any](d *Door, ops []*access.Operation, route huma.Operation, do func(context.Context, *Call, *I) (*O, error)) {
	op := ops[0]
	mustRead(reflect.TypeFor[I](), route.OperationID)
	for _, o := range ops {
		d.served = append(d.served, o.Name)
	}
	route.Middlewares = append(route.Middlewares, d.admit(ops))
	d.takes[route.Method+" "+route.Path] = bodyOf(&route)
	route.MaxBodyBytes, route.BodyReadTimeout = -1, -1 // the door has read it
	if route.Extensions == nil {
		route.Extensions = map[string]any{}
	}
	route.Extensions["x-access"] = describe(ops)
	if d.chapter != "" {
		route.Tags = []string{d.chapter}
	}
	route.Errors = []int{http.StatusBadRequest, http.StatusTooManyRequests}
	if op.Scope != access.Public {
		route.Errors = append(route.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
		route.Security = []map[string][]string{{"session": {}}, {"token": {}}}
	}
	huma.Register(d.api, route, func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, ctx.Value(callKey{}).(*Call), in)
		if err != nil {
			return nil, d.Explain(route.OperationID, err)
		}
		return out, nil
	})
}

// mustRead panics for an input whose embedded part the framework passes over: it sees
// exported types only, and would take no parameter of the part, without a word.
func mustRead(input reflect.Type, route string) {
	if input.Kind() != reflect.Struct {
		return
	}
	for i := range input.NumField() {
		f := input.Field(i)
		if f.Anonymous && !f.IsExported() {
			panic(fmt.Sprintf("web: the input of %s embeds %s, which is not exported: its parameters would not be read", route, f.Type))
		}
		if f.Anonymous || f.Name == "Body" {
			mustRead(f.Type, route)
		}
	}
}

// describe says who may do the first of the operations, and what the others are.
func describe(ops []*access.Operation) map[string]any {
	all := make([]map[string]any, len(ops))
	for k, op := range ops {
		all[k] = map[string]any{"operation": op.Name, "scope": op.Scope, "roles": op.Roles, "second_factor": op.Sensitive}
	}
	if len(all) > 1 {
		all[0]["or"] = all[1:]
	}
	return all[0]
}

// Explain turns an error into a problem and writes down what people are not shown.
func (d *Door) Explain(route string, err error) *Problem {
	p, inside := d.Problem(err)
	if inside {
		d.Log.Error("operation failed", "operation", route, "err", err)
	}
	return p
}

// admit finds out who asks, before anything of the request is looked at, and lets on
// who may do one of the operations somewhere.
func (d *Door) admit(ops []*access.Operation) func(huma.Context, func(huma.Context)) {
	op := ops[0]
	return func(h huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(h)
		c, err := d.callOf(r)
		if err != nil && op.Scope != access.Public {
			d.Explain(op.Name, err).Write(w)
			return
		}
		if err := c.MayAny(ops...); err != nil {
			d.Explain(op.Name, err).Write(w)
			return
		}
		next(huma.WithValue(h, callKey{}, c))
	}
}

// callOf reads the session's cookie, or the service's token where a request has one.
// The call is there with an error too: somebody who is not logged in.
func (d *Door) callOf(r *http.Request) (c *Call, err error) {
	c = &Call{At: d.DB.Now(), Address: d.Client(r)}
	if head := r.Header.Get("Authorization"); head != "" {
		token, _ := strings.CutPrefix(head, "Bearer ")
		c.Actor, err = d.Access.ResumeToken(r.Context(), token, c.At)
		return c, err
	}
	if cookie, err := r.Cookie(d.cookieName()); err == nil {
		c.Token = cookie.Value
	}
	c.Actor, err = d.Access.Resume(r.Context(), c.Token, c.At)
	return c, err
}

// cookieName binds the cookie to this host, where the browser can do so.
func (d *Door) cookieName() string {
	if d.Secure {
		return "__Host-yiheng"
	}
	return "yiheng"
}

// Cookie carries a session's token; "" takes it away.
func (d *Door) Cookie(token string) string {
	c := http.Cookie{Name: d.cookieName(), Value: token, Path: "/", HttpOnly: true, Secure: d.Secure, SameSite: http.SameSiteStrictMode}
	if token == "" {
		c.MaxAge = -1
	}
	return c.String()
}

// None is the answer, or the input, of an operation that has none.
type None struct{}

// Body is an answer.
type Body[T any] struct{ Body T }

// Answer is what an operation answers.
func Answer[T any](what T) *Body[T] { return &Body[T]{what} }

// ByID is the input of an operation on one thing.
type ByID struct {
	ID string `path:"id" maxLength:"80"`
}

// Reasoned is an act on one thing for which the actor says why.
type Reasoned struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}
