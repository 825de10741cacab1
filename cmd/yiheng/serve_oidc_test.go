package main

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"yiheng/ground/access/accesstest"
)

// provider is a real provider of logins, whose tokens a test may alter: then they are
// signed anew with its own key.
type provider struct {
	*httptest.Server
	keys  *storage.Storage
	alter func(claims map[string]any)
	down  bool
}

// provide starts the provider.
func provide(t *testing.T) *provider {
	t.Helper()
	p := &provider{}
	var real http.Handler
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case p.down:
			http.Error(w, "down", http.StatusBadGateway)
		case p.alter != nil && strings.HasPrefix(r.URL.Path, "/oauth/token"):
			kept := httptest.NewRecorder()
			real.ServeHTTP(kept, r)
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(kept.Code)
			_, _ = w.Write(p.forge(t, kept.Body.Bytes()))
		default:
			real.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(p.Close)
	p.keys = storage.NewStorage(storage.NewUserStore(p.URL))
	log := slog.Default()
	real = exampleop.SetupServer(p.URL, p.keys, slog.New(slog.DiscardHandler), false)
	slog.SetDefault(log)
	return p
}

// forge alters the token of an answer.
func (p *provider) forge(t *testing.T, answer []byte) []byte {
	var all map[string]any
	if json.Unmarshal(answer, &all) != nil || all["id_token"] == nil {
		return answer
	}
	token, err := jwt.ParseSigned(all["id_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Error(err)
		return answer
	}
	claims := map[string]any{}
	if err := token.UnsafeClaimsWithoutVerification(&claims); err != nil {
		t.Error(err)
	}
	p.alter(claims)
	key, err := p.keys.SigningKey(t.Context())
	if err != nil {
		t.Error(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: key.SignatureAlgorithm(), Key: jose.JSONWebKey{Key: key.Key(), KeyID: key.ID()}}, nil)
	if err != nil {
		t.Error(err)
	}
	if all["id_token"], err = jwt.Signed(signer).Claims(claims).Serialize(); err != nil {
		t.Error(err)
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Error(err)
	}
	return text
}

// browser follows what it is told, with a jar of cookies, and stops before our callback.
type browser struct {
	*testing.T
	http.Client
	url string
}

func browse(t *testing.T, url string) *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{T: t, url: url}
	b.Jar = jar
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.Contains(r.URL.Path, "/api/oidc/callback") {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return b
}

func (b *browser) take(answer *http.Response, err error) (int, string, http.Header) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

// authenticate goes from an address of the provider to the address that it sends back to.
func (b *browser) authenticate(from, user string) string {
	b.Helper()
	answer, err := b.Get(from)
	if err != nil {
		b.Fatal(err)
	}
	at := answer.Request.URL
	_, text, _ := b.take(answer, nil)
	id := regexp.MustCompile(`name="id" value="([^"]*)"`).FindStringSubmatch(text)
	if id == nil {
		b.Fatalf("no form at %s: %s", at, text)
	}
	_, text, head := b.take(b.PostForm(at.Scheme+"://"+at.Host+at.Path, url.Values{"username": {user}, "password": {"verysecure"}, "id": {html.UnescapeString(id[1])}}))
	if head.Get("Location") == "" {
		b.Fatalf("the provider did not send back: %s", text)
	}
	return head.Get("Location")
}

// back is the answer of our callback.
func (b *browser) back(callback string) (int, string, http.Header) {
	b.Helper()
	return b.take(b.Get(callback))
}

// me is who the browser's cookies are.
func (b *browser) me() string {
	b.Helper()
	_, text, _ := b.take(b.Get(b.url + "/api/me"))
	return text
}

const providerUser = "test-user2" // id2 at the provider

// trusted is a town whose server trusts a provider.
func trusted(t *testing.T, home string, p *provider, args ...string) *town {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("geheim\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := settle(t, home, append([]string{"--oidc-issuer", p.URL, "--oidc-client", "yiheng", "--oidc-secret-file", secret}, args...)...)
	storage.RegisterClients(storage.WebClient("yiheng", "geheim", w.url+"/api/oidc/callback"))
	return w
}

// TestProvider logs in by a real provider: an account is bound by its owner or by a security
// officer, our second factor is asked for, closing ends it.
func TestProvider(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		p := provide(t)
		w := trusted(t, home, p)
		_, before := w.acts(t)
		b := browse(t, w.url)
		status, text, _ := b.back(b.authenticate(w.url+"/api/oidc/login", providerUser))
		if status != 401 || !strings.Contains(text, "oidc_account") {
			t.Errorf("a stranger: %d %s", status, text)
		}
		if act, size := w.acts(t); act != "access.login_failed" || size != before+2 {
			t.Errorf("the journal's last is %s, it grew by %d", act, size-before)
		}
		w.run(t, []step{
			{w.leader, "POST", "/api/me/subject", `{"current":"wrong"}`, 403, []string{"current_password"}, ""},
			{w.leader, "GET", "/api/me/subject", "", 404, []string{"not_found"}, ""},
			{w.officer, "POST", "/api/people/" + w.officer.id + "/subject", `{"subject":"id2","reason":"到岗"}`, 403, []string{"subject_self"}, ""},
			{w.admin, "POST", "/api/people/" + w.leader.id + "/subject", `{"subject":"id2","reason":"到岗"}`, 403, []string{`"role"`}, ""},
			{w.officer, "POST", "/api/people/RY999999/subject", `{"subject":"id2","reason":"到岗"}`, 404, []string{"not_found"}, ""},
			{w.officer, "POST", "/api/people/" + w.other.id + "/subject", `{"subject":"id2","reason":"到岗"}`, 204, nil, "access.bind_subject"},
			{w.officer, "POST", "/api/people/" + w.leader.id + "/subject", `{"subject":"id2","reason":"到岗"}`, 409, []string{"subject_taken"}, ""},
			{w.officer, "POST", "/api/people/" + w.other.id + "/subject/drop", `{"reason":"换人"}`, 204, nil, "access.drop_subject"},
			{w.other, "GET", "/api/me", "", 401, nil, ""},
		})
		var link struct{ Location string }
		own := browse(t, w.url)
		own.Jar.SetCookies(mustURL(t, w.url), cookiesOf(w.leader.cookie))
		r, _ := http.NewRequest("POST", w.url+"/api/me/subject", strings.NewReader(fmt.Sprintf(`{"current":%q}`, w.leader.password)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Requested-With", "test")
		status, text, _ = own.take(own.Do(r))
		if err := json.Unmarshal([]byte(text), &link); status != 200 || err != nil {
			t.Fatalf("%d %s", status, text)
		}
		if status, text, _ = own.back(own.authenticate(link.Location, providerUser)); status != 200 || !strings.Contains(text, "已关联统一认证") {
			t.Fatalf("linking: %d %s", status, text)
		}

		callback := b.authenticate(w.url+"/api/oidc/login?to="+url.QueryEscape("/findings?state=sent"), providerUser)
		status, text, head := b.back(callback)
		if status != 401 || !strings.Contains(text, "second_factor_needed") || !strings.Contains(head.Get("Content-Security-Policy"), "form-action 'self'") {
			t.Fatalf("no second factor asked for: %d %s", status, text)
		}
		code := func(code string) (int, string, http.Header) {
			r, _ := http.NewRequest("POST", w.url+"/api/oidc/code", strings.NewReader(url.Values{"code": {code}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			return b.take(b.Do(r))
		}
		if status, text, _ = code("000000"); status != 401 || !strings.Contains(text, "second_factor_wrong") {
			t.Errorf("a wrong code: %d %s", status, text)
		}
		if status, text, _ = code(accesstest.Code(w.leader.secret, time.Now().Add(30*time.Second))); status != 200 || !strings.Contains(text, `url=/findings?state=sent`) {
			t.Fatalf("the right code: %d %s", status, text)
		}
		if me := b.me(); !strings.Contains(me, w.leader.id) || !strings.Contains(me, `"second_factor":true`) {
			t.Errorf("entered as %s", me)
		}
		w.admin.does("POST", "/api/people/"+w.leader.id+"/close", `{"reason":"离职"}`, nil)
		if me := b.me(); !strings.Contains(me, "unauthenticated") {
			t.Errorf("closed and still in: %s", me)
		}
		if status, text, _ = b.back(b.authenticate(w.url+"/api/oidc/login", providerUser)); status != 401 || !strings.Contains(text, "oidc_account") {
			t.Errorf("closed: %d %s", status, text)
		}
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// TestProviderAttacks are logins that must not succeed, each with its answer; a failure is
// an entry of the journal and no session.
func TestProviderAttacks(t *testing.T) {
	p := provide(t)
	w := trusted(t, t.TempDir(), p)
	w.officer.does("POST", "/api/people/"+w.other.id+"/subject", `{"subject":"id2","reason":"到岗"}`, nil)
	altered := func(alter func(map[string]any)) func(*browser, string) string {
		return func(_ *browser, callback string) string {
			p.alter = alter
			return callback
		}
	}
	for _, c := range []struct {
		name   string
		do     func(b *browser, callback string) string // what is asked for instead
		status int
		want   string
	}{
		{"another state", func(_ *browser, callback string) string {
			return regexp.MustCompile(`state=[^&]*`).ReplaceAllString(callback, "state=forged")
		}, 401, "oidc_state"},
		{"another browser", func(b *browser, callback string) string {
			b.Jar, _ = cookiejar.New(nil)
			return callback
		}, 401, "oidc_state"},
		{"a forged cookie", func(b *browser, callback string) string {
			b.Jar.SetCookies(mustURL(b.T, b.url), []*http.Cookie{{Name: "yiheng-oidc", Value: "AAAA", Path: "/"}})
			return callback
		}, 401, "oidc_state"},
		{"a code used twice", func(b *browser, callback string) string {
			kept := b.Jar.Cookies(mustURL(b.T, b.url))
			b.back(callback)
			b.Jar, _ = cookiejar.New(nil)
			b.Jar.SetCookies(mustURL(b.T, b.url), kept)
			return callback
		}, 401, "oidc_code"},
		{"a made-up code", func(_ *browser, callback string) string {
			return regexp.MustCompile(`code=[^&]*`).ReplaceAllString(callback, "code=madeup")
		}, 401, "oidc_code"},
		{"the provider refuses", func(_ *browser, callback string) string {
			return regexp.MustCompile(`code=[^&]*`).ReplaceAllString(callback, "error=access_denied")
		}, 401, "oidc_denied"},
		{"another nonce", altered(func(c map[string]any) { c["nonce"] = "other" }), 401, "oidc_nonce"},
		{"no nonce", altered(func(c map[string]any) { delete(c, "nonce") }), 401, "oidc_nonce"},
		{"for somebody else", altered(func(c map[string]any) { c["aud"] = "other" }), 401, "oidc_token"},
		{"given to somebody else", altered(func(c map[string]any) { c["azp"] = "other" }), 401, "oidc_token"},
		{"another issuer", altered(func(c map[string]any) { c["iss"] = "https://evil.example" }), 401, "oidc_token"},
		{"expired", altered(func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() }), 401, "oidc_token"},
		{"an unknown subject", altered(func(c map[string]any) { c["sub"] = "id99" }), 401, "oidc_account"},
		{"the provider is down", func(_ *browser, callback string) string {
			p.down = true
			return callback
		}, 503, "oidc_unreachable"},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() { p.alter, p.down = nil, false }()
			b := browse(t, w.url)
			callback := c.do(b, b.authenticate(w.url+"/api/oidc/login", providerUser))
			_, before := w.acts(t)
			status, text, head := b.back(callback)
			if status != c.status || !strings.Contains(text, c.want) || strings.Contains(text, "oidc:") {
				t.Errorf("%d %s", status, text)
			}
			for _, set := range head.Values("Set-Cookie") {
				if strings.HasPrefix(set, "yiheng=") {
					t.Errorf("a session: %s", set)
				}
			}
			if act, size := w.acts(t); act != "access.login_failed" || size != before+2 {
				t.Errorf("the journal's last is %s, it grew by %d", act, size-before-1)
			}
		})
	}
}

// TestProviderClaim lets in whom the provider names by login, and takes its second factor.
func TestProviderClaim(t *testing.T) {
	p := provide(t)
	home := t.TempDir()
	w := trusted(t, home, p, "--oidc-claim", "preferred_username", "--oidc-factor", "mfa", "--oidc-factor", "otp")
	id := w.admit(providerUser, "NANHU", `"role":"first_reviewer","organisation":"NANHU"`, "/api/grants", w.officer).id
	p.alter = func(c map[string]any) { c["amr"] = []string{"pwd", "mfa"} }
	b := browse(t, w.url)
	if status, text, _ := b.back(b.authenticate(w.url+"/api/oidc/login", providerUser)); status != 200 {
		t.Fatalf("%d %s", status, text)
	}
	if me := b.me(); !strings.Contains(me, id) || !strings.Contains(me, `"second_factor":true`) {
		t.Errorf("entered as %s", me)
	}
	p.alter = func(c map[string]any) { c["sub"], c["preferred_username"] = "id7", providerUser }
	b = browse(t, w.url)
	if status, text, _ := b.back(b.authenticate(w.url+"/api/oidc/login", providerUser)); status != 401 || !strings.Contains(text, "oidc_account") {
		t.Errorf("another subject of the same name: %d %s", status, text)
	}
	w.stop()
	wantText(t, yiheng(t, home, "verify"), "未发现改动")
}

// TestProviderFlags are settings that cannot be.
func TestProviderFlags(t *testing.T) {
	secret, empty := filepath.Join(t.TempDir(), "secret"), filepath.Join(t.TempDir(), "empty")
	for path, text := range map[string]string{secret: "x", empty: " \n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	home := t.TempDir()
	for name, c := range map[string]struct{ args, want string }{
		"no issuer":    {"--oidc-client x", "--oidc-issuer"},
		"no client":    {"--oidc-issuer https://a.example", "--oidc-client"},
		"no file":      {"--oidc-issuer https://a.example --oidc-client x --oidc-secret-file /none", "读不到客户端密钥"},
		"empty":        {"--oidc-issuer https://a.example --oidc-client x --oidc-secret-file " + empty, "是空的"},
		"in the clear": {"--oidc-issuer http://a.example --oidc-client x --oidc-secret-file " + secret, "不经 TLS"},
		"no address":   {"--oidc-issuer login --oidc-client x --oidc-secret-file " + secret, "不是地址"},
	} {
		t.Run(name, func(t *testing.T) {
			wantText(t, fails(t, home, append([]string{"serve", "--listen", "127.0.0.1:0"}, strings.Fields(c.args)...)...), c.want)
		})
	}
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// cookiesOf reads name=value.
func cookiesOf(text string) []*http.Cookie {
	r := http.Request{Header: http.Header{"Cookie": {text}}}
	return r.Cookies()
}
