package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// How much the door takes in.
const (
	mostBody    = 1 << 20 // of a request
	mostURL     = 8 << 10
	slowestBody = 30 * time.Second
)

// MostTable is what a route takes that brings a table along in its JSON: its MaxBodyBytes.
const MostTable = 16 << 20

// body is what a route takes in.
type body struct {
	most int64
	raw  bool // any content, not JSON
}

func bodyOf(route *huma.Operation) body {
	_, raw := route.Metadata[rawBody]
	return body{cmp.Or(max(route.MaxBodyBytes, 0), mostBody), raw}
}

const rawBody = "web.raw"

// Upload makes a route take a file as its body, of any type and at most so many bytes.
// Its input has a field RawBody []byte.
func Upload(route huma.Operation, most int64) huma.Operation {
	route.MaxBodyBytes, route.Metadata = most, map[string]any{rawBody: true}
	return route
}

// ownRequest is a header that a page of another site cannot send without asking first.
const ownRequest = "X-Requested-With"

// guard lets requests in to the routes of mux: it refuses what no operation should see.
func (d *Door) guard(mux *http.ServeMux) http.Handler {
	origin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.setHeaders(w)
		defer d.recoverFrom(w, r)
		for _, refusal := range []func() *Problem{
			func() *Problem { return checkURL(r) },
			func() *Problem { return d.checkTLS(w, r) },
		} {
			if p := refusal(); p != nil {
				p.Write(w)
				return
			}
		}
		if d.Pages != nil && d.Pages(w, r) {
			return
		}
		for _, refusal := range []func() *Problem{
			func() *Problem { return route(mux, w, r) },
			func() *Problem { return checkOrigin(origin, r) },
			func() *Problem { return d.readBody(w, r) },
		} {
			if p := refusal(); p != nil {
				p.Write(w)
				return
			}
		}
		mux.ServeHTTP(w, r)
	})
}

// setHeaders lets a browser do nothing with an answer but show it to whoever asked.
func (d *Door) setHeaders(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	if d.Practice {
		h.Set("X-Yiheng-Practice-Clock", d.DB.Now().Format(time.RFC3339))
	}
	if d.Secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// recoverFrom answers for a request that broke the program, and writes down where.
func (d *Door) recoverFrom(w http.ResponseWriter, r *http.Request) {
	switch broken := recover(); broken {
	case nil:
	case http.ErrAbortHandler: // an answer that broke off: it must not end as if it were whole
		panic(broken)
	default:
		d.Log.Error("request broke", "method", r.Method, "path", r.URL.Path, "with", broken, "stack", string(debug.Stack()))
		p, _ := d.Problem(errors.New("broken"))
		p.Write(w)
	}
}

// checkURL refuses an address that is no text.
func checkURL(r *http.Request) *Problem {
	query, err := url.PathUnescape(r.URL.RawQuery)
	switch {
	case len(r.URL.RequestURI()) > mostURL:
		return Refuse(http.StatusRequestURITooLong, "url_too_long", "地址太长")
	case err != nil || !isText(r.URL.Path) || !isText(query):
		return Refuse(http.StatusBadRequest, "not_text", "地址不是合规的文本：应为 UTF-8，不含零字节")
	}
	return nil
}

// isText says that both databases can hold a text.
func isText(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// route refuses an address or a method that is not served, in the form of all problems.
func route(mux *http.ServeMux, w http.ResponseWriter, r *http.Request) *Problem {
	if _, pattern := mux.Handler(r); pattern != "" {
		return nil
	}
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		other := *r
		other.Method = method
		if _, pattern := mux.Handler(&other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if allowed == nil {
		return Refuse(http.StatusNotFound, "no_route", "没有这个地址")
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return Refuse(http.StatusMethodNotAllowed, "method", "这个地址只支持 "+strings.Join(allowed, "、"))
}

// checkOrigin refuses a change that a page of another site asks for (CSRF). A session's
// cookie comes along by itself; a service's token does not.
func checkOrigin(origin *http.CrossOriginProtection, r *http.Request) *Problem {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	if safe || r.Header.Get("Authorization") != "" {
		return nil
	}
	named := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" || r.Header.Get(ownRequest) != ""
	if !named || origin.Check(r) != nil {
		return Refuse(http.StatusForbidden, "cross_site", "请求不是从本系统的页面发出的，已拒绝；程序调用请用令牌，或加上 "+ownRequest+" 头")
	}
	return nil
}

// readBody reads the body whole and refuses what is too large, no JSON, or holds
// text that no database can store.
func (d *Door) readBody(w http.ResponseWriter, r *http.Request) *Problem {
	_, pattern := d.mux.Handler(r)
	takes, ok := d.takes[pattern]
	if !ok {
		takes.most = mostBody
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(slowestBody)) // a recorder of a test has none
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, takes.most))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return Refuse(http.StatusRequestEntityTooLarge, "too_large", "请求内容太大")
	case err != nil:
		return Refuse(http.StatusBadRequest, "bad_request", "请求没有传完，请再试一次")
	case len(body) == 0 || takes.raw:
	case !isJSON(r.Header.Get("Content-Type")):
		return Refuse(http.StatusUnsupportedMediaType, "media_type", "请求内容的类型应为 application/json")
	default:
		if p := checkJSON(body); p != nil {
			return p
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func isJSON(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.EqualFold(strings.TrimSpace(kind), "application/json")
}

// checkJSON reads all tokens: every string must be text, escapes resolved.
func checkJSON(body []byte) *Problem {
	if !utf8.Valid(body) {
		return Refuse(http.StatusBadRequest, "not_text", "请求内容不是 UTF-8 文本")
	}
	tokens := json.NewDecoder(bytes.NewReader(body))
	for {
		token, err := tokens.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return Refuse(http.StatusBadRequest, "bad_request", "请求内容无法读取：应为合规的 JSON")
		}
		if text, ok := token.(string); ok && strings.ContainsRune(text, 0) {
			return Refuse(http.StatusBadRequest, "not_text", "请求内容含有零字节")
		}
	}
}
