package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"strings"
)

// page is an answer that a browser shows, or follows.
type page struct {
	Status  int
	Type    string   `header:"Content-Type"`
	To      string   `header:"Location"`
	Policy  string   `header:"Content-Security-Policy"`
	Cookies []string `header:"Set-Cookie"`
	Body    []byte
}

// look is the style of the pages of the provider's way, that of the console's login. Their
// policy names it by its hash and allows no other.
const look = `body{min-height:100vh;margin:0;display:grid;place-items:center;background:#f4f6f8;color:#1c232b;font:14px/1.7 "PingFang SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC",system-ui,sans-serif}
main{box-sizing:border-box;width:360px;background:#fff;border:1px solid #e4e8ec;border-radius:6px;padding:28px 32px 20px}
header{display:flex;align-items:center;gap:10px;margin-bottom:16px}
h1{margin:0;font-size:20px;letter-spacing:.06em;line-height:26px}
header p{margin:0;color:#5d6773;font-size:12px;line-height:20px}
label{display:block;margin-bottom:4px}
input{box-sizing:border-box;width:100%;height:40px;padding:0 11px;border:1px solid #cdd3da;border-radius:4px;font:16px monospace}
button,.go{box-sizing:border-box;display:block;width:100%;height:40px;margin:16px 0 8px;border:0;border-radius:4px;background:#1f5b8f;color:#fff;font:inherit;line-height:40px;text-align:center;text-decoration:none;cursor:pointer}
.back{display:block;text-align:center;color:#1f5b8f;text-decoration:none}
small{display:block;text-align:center;color:#5d6773;font-size:12px}
:focus-visible{outline:2px solid #1f5b8f;outline-offset:1px}`

// shown is what the pages of the provider's way say: without script, without anything
// from elsewhere.
var shown = template.Must(template.New("").Parse(`<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
{{if .Next}}<meta http-equiv="refresh" content="0;url={{.Next}}">{{end}}<title>统一认证 · 医衡</title><link rel="icon" href="/favicon.svg"><style>` + look + `</style></head>
<body><main><header><img src="/favicon.svg" alt="" width="32" height="32"><div><h1>医衡</h1><p>统一认证</p></div></header>
<p role="{{if .Code}}alert{{else}}status{{end}}">{{.Text}}</p>
{{if .Ask}}<form method="post" action="/api/oidc/code"><label for="code">动态口令</label><input id="code" name="code" autocomplete="one-time-code" inputmode="numeric" maxlength="40" required autofocus><button>登录</button></form>{{end}}
<a class="{{if .Ask}}back{{else}}go{{end}}" href="{{.Back}}">{{if .Next}}进入系统{{else if .Account}}返回我的账户{{else}}返回登录{{end}}</a>{{if .Code}}<small>错误代码 {{.Code}}</small>{{end}}
</main></body></html>
`))

// ownAccount is the page of the console on which one links one's account.
const ownAccount = "/account?tab=subject"

// policy of the pages: their own style and icon; a form goes to us, where there is one.
func policy(form string) string {
	sum := sha256.Sum256([]byte(look))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action " + form
}

// shows makes a page. next is where it goes on by itself: a session's cookie, which is
// SameSite=Strict, comes along only from a page of our own.
func (s *Server) shows(status int, text, next, code, back string) *page {
	ask, form := strings.HasPrefix(code, "second_factor"), "'none'"
	if ask {
		form = "'self'"
	}
	var out bytes.Buffer
	_ = shown.Execute(&out, map[string]any{"Text": text, "Next": next, "Code": code, "Back": local(back), "Ask": ask, "Account": back == ownAccount}) // a buffer takes all
	return &page{Status: status, Type: "text/html; charset=utf-8", Policy: policy(form), Cookies: []string{s.flowCookie("")}, Body: out.Bytes()}
}
