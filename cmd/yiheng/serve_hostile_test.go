package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// TestHostile asks for what must not be, each with the answer that it must get.
func TestHostile(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		with := func(v *visitor, head map[string]string) *visitor {
			other := *v
			other.head, other.login = head, fmt.Sprint(v.login, head)
			return &other
		}
		rename := `{"name":"改名"}`
		forged := *w.admin
		forged.cookie = strings.TrimSuffix(w.admin.cookie, w.admin.cookie[len(w.admin.cookie)-9:]) + "000000000"
		w.run(t, []step{
			// another site's page (CSRF)
			{with(w.admin, map[string]string{"X-Requested-With": ""}), "PATCH", "/api/organisations/NANHU", rename, 403, []string{"cross_site"}, ""},
			{with(w.admin, map[string]string{"Origin": "https://evil.example"}), "PATCH", "/api/organisations/NANHU", rename, 403, []string{"cross_site"}, ""},
			{with(w.admin, map[string]string{"Sec-Fetch-Site": "cross-site"}), "PATCH", "/api/organisations/NANHU", rename, 403, []string{"cross_site"}, ""},
			{with(w.admin, map[string]string{"Sec-Fetch-Site": "same-site"}), "POST", "/api/logout", "", 403, []string{"cross_site"}, ""},
			{with(w.admin, map[string]string{"X-Requested-With": "", "Origin": w.url}), "PATCH", "/api/organisations/NANHU", rename, 204, nil, "access.rename_organisation"},
			{with(w.admin, map[string]string{"Content-Type": "text/plain"}), "PATCH", "/api/organisations/NANHU", rename, 415, []string{"media_type"}, ""},
			// forged sessions and ids
			{&forged, "GET", "/api/me", "", 401, []string{"unauthenticated"}, ""},
			{with(w.admin, map[string]string{"Authorization": "Bearer " + strings.TrimPrefix(w.admin.cookie, "yiheng=")}), "GET", "/api/me", "", 401, []string{"unauthenticated"}, ""},
			{with(w.admin, map[string]string{"Authorization": "Basic YTpi"}), "GET", "/api/me", "", 401, []string{"unauthenticated"}, ""},
			{w.officer, "GET", "/api/people/RY999999/grants", "", 404, []string{"not_found"}, ""},
			{w.officer, "GET", "/api/people/..%2F..%2Fkey/grants", "", 404, nil, ""},
			{w.leader, "DELETE", "/api/me/sessions/none", "", 404, nil, ""},
			// SQL in filters and ids
			{w.admin, "GET", "/api/organisations?filter=" + url.QueryEscape("code:' OR 1=1 --"), "", 200, []string{`"total":0`}, ""},
			{w.admin, "GET", "/api/organisations?sort=" + url.QueryEscape("code; DROP TABLE holder"), "", 422, []string{`"column"`}, ""},
			{w.admin, "GET", "/api/people?q=" + url.QueryEscape("%' OR '1'='1"), "", 200, []string{`"total":0`}, ""},
			{w.auditor, "GET", "/api/journal?actor=" + url.QueryEscape("x' OR '1'='1"), "", 200, []string{`"items":[]`}, "access.read_journal"},
			{w.leader, "GET", "/api/jobs?filter=id:" + url.QueryEscape("RW1' OR 1=1 --"), "", 200, []string{`"total":0`}, ""},
			// what no database can store
			{w.admin, "GET", "/api/people?q=%00", "", 400, []string{"not_text"}, ""},
			{w.admin, "GET", "/api/people?q=%FF", "", 400, []string{"not_text"}, ""},
			{w.admin, "GET", "/api/people/%00/grants", "", 400, []string{"not_text"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", "{\"name\":\"a\xff\"}", 400, []string{"not_text"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", `{"name":"a\u0000b"}`, 400, []string{"not_text"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", `{"name":`, 400, []string{"bad_request"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", `{"name":"甲"} {"name":"乙"}`, 400, []string{"bad_request"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", `{"name":["甲"]}`, 422, []string{"body.name", "应为文本"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", `{"name":"甲","code":"X"}`, 422, []string{"不认识这一项"}, ""},
			{w.admin, "PATCH", "/api/organisations/NANHU", "", 400, nil, ""},
			// too large
			{w.admin, "PATCH", "/api/organisations/NANHU", `{"name":"` + strings.Repeat("a", 1<<20) + `"}`, 413, []string{"too_large"}, ""},
			{w.admin, "GET", "/api/people?q=" + strings.Repeat("a", 9000), "", 414, []string{"url_too_long"}, ""},
			// addresses and methods that are not there
			{w.admin, "GET", "/api/", "", 404, []string{"no_route"}, ""},
			{w.admin, "GET", "/../../etc/passwd", "", 404, []string{"no_route"}, ""},
			{w.admin, "TRACE", "/api/me", "", 405, []string{`"method"`, "Allow:[GET]"}, ""},
		})
		status, text, head := w.admin.ask("GET", "/api/me", "")
		for name, value := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "X-Frame-Options": "DENY",
		} {
			if !strings.Contains(head.Get(name), value) {
				t.Errorf("%d %s: %s is %q: %s", status, name, name, head.Get(name), text)
			}
		}
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// TestExpired asks with a session that has been idle too long, or is over.
func TestExpired(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		d, err := db.Open(t.Context(), home)
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		for v, column := range map[*visitor]string{w.leader: "seen", w.other: "ends"} {
			if _, err := d.NewUpdate().Table("session").Set("? = ?", bun.Ident(column), time.Now().UTC().Add(-31*time.Minute)).Where("holder = ?", v.id).Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		w.run(t, []step{
			{w.leader, "GET", "/api/me", "", 401, []string{"unauthenticated"}, ""},
			{w.other, "POST", "/api/params", "{}", 401, []string{"unauthenticated"}, ""},
			{w.officer, "GET", "/api/me", "", 200, nil, ""},
		})
	})
}

// TestForeign asks across regions, as administrator and auditor of a county: what lies
// elsewhere is not there.
func TestForeign(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		keeper := w.admit("keeper", "NANHU", `"role":"system_administrator","organisation":"NANHU"`, "/api/grants", w.officer)
		county := w.admit("watcher", "NANHU", `"role":"auditor","organisation":"NANHU"`, "/api/grants", w.officer)
		w.run(t, []step{
			{keeper, "GET", "/api/organisations", "", 200, []string{`"total":3`, "NANHU"}, ""},
			{keeper, "GET", "/api/people", "", 200, []string{`"total":3`, w.leader.id}, ""},
			{keeper, "GET", "/api/people/" + w.other.id + "/grants", "", 404, []string{"not_found"}, ""},
			{keeper, "POST", "/api/people/" + w.other.id + "/reveal", `{"reason":"核对"}`, 404, []string{"not_found"}, ""},
			{keeper, "POST", "/api/people/find", `{"value":"王小other"}`, 200, []string{`"items":[]`}, ""},
			{keeper, "PATCH", "/api/organisations/XIUZHOU", `{"name":"改名"}`, 404, []string{"not_found"}, ""},
			{keeper, "POST", "/api/organisations", `{"code":"NEW","kind":"agency","name":"新","region":"330411"}`, 404, []string{"not_found"}, ""},
			{keeper, "POST", "/api/people", `{"login":"abc","organisation":"XIUZHOU","identity":{"name":"甲"}}`, 404, []string{"not_found"}, ""},
			{keeper, "POST", "/api/maintenance", `{"kind":"backup","argument":{"out":"b.zst"},"region":"330411"}`, 404, []string{"not_found"}, ""},
			{county, "GET", "/api/journal?actor=" + w.other.id, "", 200, []string{`"items":[]`}, "access.read_journal"},
			{county, "GET", "/api/journal?actor=" + w.leader.id, "", 200, []string{"access.login"}, "access.read_journal"},
			{county, "GET", "/api/journal/0", "", 404, []string{"not_found"}, ""},
			{county, "GET", "/api/journal/0/proof", "", 404, []string{"not_found"}, ""},
			{w.leader, "GET", "/api/certificates", "", 200, []string{`"total":0`}, ""},
		})
	})
}

// TestBruteForce guesses a password until the account waits; the right one then waits
// too, and the journal has each guess that was looked at.
func TestBruteForce(t *testing.T) {
	t.Setenv(db.Setting, "")
	w := settle(t, t.TempDir())
	v := &visitor{T: t, door: w.door, login: "guesser"}
	guess := func(password string) string { return fmt.Sprintf(`{"login":"leader","password":%q}`, password) }
	var steps []step
	for i := range 5 {
		steps = append(steps, step{v, "POST", "/api/login", guess(fmt.Sprint("guess-", i)), 401, []string{"credentials", "用户名或口令不正确"}, "access.login_failed"})
	}
	steps = append(steps,
		step{v, "POST", "/api/login", guess(w.leader.password), 429, []string{"Too Many"}, ""},
		step{v, "POST", "/api/login", `{"login":"nobody-such","password":"guess"}`, 401, []string{"credentials"}, "access.login_failed"},
		step{w.leader, "GET", "/api/me", "", 200, nil, ""},
		step{w.officer, "POST", "/api/people/" + w.leader.id + "/unlock", `{"reason":"本人到场"}`, 204, nil, "access.unlock"},
		step{v, "POST", "/api/login", guess(w.leader.password), 401, []string{"second_factor_needed"}, ""},
	)
	w.run(t, steps)
}

// TestUploads brings files whose names lead elsewhere or whose content a browser would run,
// at each door that takes files. What is taken is given back to be saved, as what its
// content is, never to be shown in place.
func TestUploads(t *testing.T) {
	t.Setenv(db.Setting, "")
	home := t.TempDir()
	o := practiseIn(t, home)
	c := suspicionOf("V1", "L1")
	o.deliver(c)
	o.must(o.first, "suspect", c.ID)
	one := "/api/findings/" + c.ID + "/files"
	named := func(path, name string) string { return path + "?name=" + url.QueryEscape(name) }
	var steps []step
	for _, name := range []string{
		"../../x", `..\..\x`, `C:\x`, "/etc/passwd", "a/../b.txt", "a\nb.txt", "a.txt\r\nSet-Cookie: yiheng=1", "a\x7f.txt", " ", strings.Repeat("长", 201),
	} {
		steps = append(steps, step{o.office, "POST", named(one, name), "病历", 422, []string{"name"}, ""})
	}
	for _, name := range []string{"a\x00.txt", "a\xff.txt"} {
		steps = append(steps, step{o.office, "POST", named(one, name), "病历", 400, []string{"not_text"}, ""})
	}
	for _, content := range []string{
		"<!DOCTYPE html><script>alert(1)</script>", "  <html>", "<script>alert(1)</script>", `<?xml version="1.0"?><svg onload="alert(1)"/>`, "MZ\x90\x00\x03", "\x7fELF\x02\x01\x01\x00", "GIF89a\x01\x00",
	} {
		steps = append(steps, step{o.office, "POST", named(one, "a.pdf"), content, 422, []string{"review.file_type"}, ""})
	}
	steps = append(steps,
		step{o.office, "POST", named(one, "a.txt"), "", 400, []string{"bad_request"}, ""},
		step{o.office, "POST", named(one, "病历.html"), "病程记录", 201, []string{"text/plain"}, "review.attach"},
		step{o.office, "GET", one + "/" + c.ID + "-F1", "", 200, []string{"attachment", "text/plain", "nosniff", "default-src 'none'"}, "review.download"},
		step{o.stranger, "GET", one + "/" + c.ID + "-F1", "", 404, []string{"not_found"}, ""},
		step{o.foreign, "GET", one + "/" + c.ID + "-F1", "", 404, []string{"not_found"}, ""},
		step{o.office, "GET", one + "/..%2F..%2F..%2Fkey", "", 404, nil, ""},
		step{o.office, "GET", "/api/papers/..%2F..%2Fkey/pdf", "", 404, nil, ""},
		step{o.first, "POST", "/api/papers-verify", "<svg onload='alert(1)'/>", 200, []string{`"genuine":false`}, ""},
		step{o.office, "POST", named("/api/knowledge/changes", "a.csv") + "&reason=" + url.QueryEscape("年度更新"), "a,b", 403, []string{`"role"`}, ""},
		step{o.foreign, "POST", named("/api/exclusions", "a.csv"), "a,b", 403, []string{`"role"`}, ""},
	)
	o.run(t, steps)
	o.stop()
	wantText(t, yiheng(t, home, "verify"), "未发现改动")
}

// TestToken gives a service account a token and asks beyond what it names.
func TestToken(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		var service struct{ ID string }
		w.officer.does("POST", "/api/services", `{"login":"his-link","organisation":"NANHU","name":"结算系统"}`, &service)
		w.officer.does("POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"agency_auditor","organisation":"NANHU","reason":"接口"}`, service.ID), nil)
		issue := func(operations string, ends time.Time) string {
			return fmt.Sprintf(`{"operations":%s,"ends":%q,"reason":"接口上线"}`, operations, ends.Format(time.RFC3339))
		}
		var issued struct{ Token string }
		w.officer.does("POST", "/api/services/"+service.ID+"/tokens", issue(`["job.run"]`, time.Now().Add(24*time.Hour)), &issued)
		var tokens struct{ Items []struct{ ID string } }
		w.officer.does("GET", "/api/services/"+service.ID+"/tokens", "", &tokens)
		program := &visitor{T: t, door: w.door, login: "program", token: issued.Token, head: map[string]string{"X-Requested-With": ""}}
		path := "/api/services/" + service.ID + "/tokens"
		w.run(t, []step{
			{program, "GET", "/api/jobs", "", 200, []string{`"total":0`}, ""},
			{program, "POST", "/api/jobs", `{"kind":"intake","argument":{"paths":["none.csv"]}}`, 202, []string{service.ID}, "job.start"},
			{program, "GET", "/api/params", "", 403, []string{"token_scope", "param.read"}, ""},
			{program, "GET", "/api/me", "", 403, []string{"token_scope"}, ""},
			{program, "GET", "/api/people", "", 403, []string{"token_scope"}, ""},
			{w.officer, "POST", path, issue(`["no.such"]`, time.Now().Add(time.Hour)), 422, []string{"token_operations"}, ""},
			{w.officer, "POST", path, issue(`["job.run"]`, time.Now().Add(-time.Hour)), 422, []string{"token_ends"}, ""},
			{w.officer, "GET", "/api/services", "", 200, []string{"结算系统", service.ID}, ""},
			{w.leader, "POST", path, issue(`["job.run"]`, time.Now().Add(time.Hour)), 403, []string{`"role"`}, ""},
			{w.officer, "POST", "/api/services/" + w.leader.id + "/close", `{"reason":"试停"}`, 404, nil, ""},
			{w.officer, "POST", path + "/" + tokens.Items[0].ID + "/revoke", `{"reason":"泄露"}`, 204, nil, "access.revoke_token"},
			{program, "GET", "/api/jobs", "", 401, []string{"unauthenticated"}, ""},
			{w.officer, "POST", "/api/services/" + service.ID + "/close", `{"reason":"下线"}`, 204, nil, "access.close_service"},
		})
		w.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// TestSecure serves for a door behind TLS: the cookie says so.
func TestSecure(t *testing.T) {
	t.Setenv(db.Setting, "")
	d := serve(t, t.TempDir(), "--secure")
	v := &visitor{T: t, door: d, login: "admin"}
	_, _, head := v.ask("POST", "/api/login", fmt.Sprintf(`{"login":"admin","password":%q}`, d.oneOff))
	c, err := http.ParseSetCookie(head.Get("Set-Cookie"))
	if err != nil || c.Name != "__Host-yiheng" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" {
		t.Errorf("%v, %v", c, err)
	}
	if !strings.Contains(head.Get("Strict-Transport-Security"), "max-age") {
		t.Error("no Strict-Transport-Security")
	}
}
