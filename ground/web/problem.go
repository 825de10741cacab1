package web

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/journal"
)

// Problem is the body of every answer that refuses (RFC 9457). Code is for programs
// and stays the same when the text is reworded; Detail is a Chinese sentence that says
// what is wrong and what to do. Nothing of the program's inside stands in it.
type Problem struct {
	Type   string  `json:"type" doc:"always about:blank: the code says which problem it is"`
	Title  string  `json:"title" doc:"the status in words"`
	Status int     `json:"status"`
	Code   string  `json:"code" doc:"for programs, as not_found"`
	Detail string  `json:"detail" doc:"for people, in Chinese"`
	Errors []Fault `json:"errors,omitempty" doc:"what is wrong with the request, by place"`
}

// Fault is one thing that is wrong with a request. The value itself is not repeated:
// it may be a password.
type Fault struct {
	Location string `json:"location" doc:"as body.name or query.limit"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string { return p.Detail }

// GetStatus is the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problems.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var _ huma.StatusError = (*Problem)(nil)

// Refuse is a problem with a status of HTTP.
func Refuse(status int, code, detail string) *Problem {
	return &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// Invalid is a problem with what is asked.
func Invalid(code, detail string) *Problem {
	return Refuse(http.StatusUnprocessableEntity, code, detail)
}

// NotFound is one answer for what does not exist and what lies out of reach.
func NotFound() *Problem {
	return Refuse(http.StatusNotFound, "not_found", "没有找到，或不在您的管辖范围内")
}

// Refusal is how a kind of error looks from outside; its text is shown.
type Refusal struct {
	Kind   error
	Status int
	Code   string
}

// refusals are the kinds of refusals that all rooms may give.
var refusals = []Refusal{
	{access.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
	{access.ErrUnauthenticated, http.StatusUnauthorized, "unauthenticated"},
	{access.ErrForbidden, http.StatusForbidden, "forbidden"},
	{access.ErrNotFound, http.StatusNotFound, "not_found"},
	{access.ErrConflict, http.StatusConflict, "conflict"},
	{access.ErrLocked, http.StatusTooManyRequests, "locked"},
	{journal.ErrIdentity, http.StatusUnprocessableEntity, "identity"},
}

// Problem is what an error looks like from outside. inside says that it is none that
// a person can act on: it belongs into the program's own log.
func (d *Door) Problem(err error) (p *Problem, inside bool) {
	if errors.As(err, &p) {
		return p, false
	}
	for _, k := range slices.Concat(refusals, d.Refusals) {
		if !errors.Is(err, k.Kind) {
			continue
		}
		p := Refuse(k.Status, k.Code, err.Error())
		var refusal *access.Problem
		if errors.As(err, &refusal) {
			p.Code, p.Detail = refusal.Code, refusal.Text
		}
		return p, false
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Refuse(http.StatusServiceUnavailable, "interrupted", "处理被中断，没有生效，请再试一次"), false
	}
	return Refuse(http.StatusInternalServerError, "internal", "系统内部出错，没有生效；请稍后再试，若仍如此请联系系统管理员查看服务日志"), true
}

// statuses are the refusals of the framework that reads requests.
var statuses = map[int][2]string{
	http.StatusBadRequest:            {"bad_request", "请求内容无法读取：应为合规的 JSON"},
	http.StatusRequestTimeout:        {"timeout", "请求没有按时传完，请再试一次"},
	http.StatusRequestEntityTooLarge: {"too_large", "请求内容太大"},
	http.StatusUnsupportedMediaType:  {"media_type", "请求内容的类型应为 application/json"},
	http.StatusNotAcceptable:         {"not_acceptable", "只提供 application/json"},
	http.StatusUnprocessableEntity:   {"validation", "请求内容不合规，请按所列逐项更正"},
}

// unreadable is the problem of a request that the framework refuses.
func unreadable(status int, _ string, faults ...error) huma.StatusError {
	p := Refuse(status, "internal", "系统内部出错，请稍后再试")
	if text, ok := statuses[status]; ok {
		p.Code, p.Detail = text[0], text[1]
	}
	for _, fault := range faults {
		var detailed huma.ErrorDetailer
		if errors.As(fault, &detailed) {
			d := detailed.ErrorDetail()
			p.Errors = append(p.Errors, Fault{cmp.Or(d.Location, "body"), inChinese(d.Message)})
		}
	}
	slices.SortStableFunc(p.Errors, func(a, b Fault) int { return strings.Compare(a.Location, b.Location) })
	return p
}

// Write sends the problem.
func (p *Problem) Write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="yiheng"`)
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // whoever asked may be gone
}
