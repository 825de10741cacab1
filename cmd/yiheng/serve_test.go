package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// door is a server of the built binary, and a home.
type door struct {
	home, url string
	oneOff    string // the administrator's first password, printed at the first start
	stop      func() // ends it as systemd does, and waits
	kill      func() // ends it as a power cut does
	process   *os.Process
}

// serve starts the server on a free port.
func serve(t *testing.T, home string, args ...string) *door {
	t.Helper()
	c := command(home, append([]string{"serve", "--listen", "127.0.0.1:0"}, args...)...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	c.Stderr = &log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	d := &door{home: home, process: c.Process}
	lines, text := bufio.NewScanner(out), ""
	for d.url == "" && lines.Scan() {
		text += lines.Text() + "\n"
		if m := regexp.MustCompile(`https?://[0-9.:]+`).FindString(lines.Text()); m != "" {
			d.url = m
		}
		if m := regexp.MustCompile(`一次性口令 (\S+)（`).FindStringSubmatch(lines.Text()); m != nil {
			d.oneOff = m[1]
		}
	}
	ended := false
	d.stop = func() {
		if ended {
			return
		}
		ended = true
		_ = c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			t.Errorf("serve: %v\n%s", err, log.String())
		}
		if strings.Contains(log.String(), "level=ERROR") {
			t.Errorf("serve wrote errors:\n%s", log.String())
		}
	}
	d.kill = func() {
		ended = true
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	t.Cleanup(d.stop)
	if d.url == "" {
		t.Fatalf("serve said nothing:\n%s%s", text, log.String())
	}
	return d
}

// visitor is somebody with a browser, or a program with a token.
type visitor struct {
	*testing.T
	door     *door
	id       string
	login    string
	password string
	secret   access.OTP
	cookie   string
	token    string
	head     map[string]string
}

// ask sends a request and returns status, body and head of the answer.
func (v *visitor) ask(method, path, body string) (int, string, http.Header) {
	v.Helper()
	r, err := http.NewRequest(method, v.door.url+path, strings.NewReader(body))
	if err != nil {
		v.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("X-Requested-With", "test")
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	if v.token != "" {
		r.Header.Set("Authorization", "Bearer "+v.token)
	}
	for name, value := range v.head {
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		v.Fatal(err)
	}
	if set := answer.Header.Get("Set-Cookie"); set != "" {
		v.cookie, _, _ = strings.Cut(set, ";")
	}
	return answer.StatusCode, string(text), answer.Header
}

// does asks for what must succeed and reads the answer into to, if not nil.
func (v *visitor) does(method, path, body string, to any) {
	v.Helper()
	status, text, _ := v.ask(method, path, body)
	if status/100 != 2 {
		v.Fatalf("%s %s by %s: %d %s", method, path, v.login, status, text)
	}
	if to != nil {
		if err := json.Unmarshal([]byte(text), to); err != nil {
			v.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
}

// enter logs somebody in for the first time: the password is changed and the second
// factor enrolled.
func (d *door) enter(t *testing.T, login, oneOff string) *visitor {
	t.Helper()
	return d.enterAt(t, login, oneOff, time.Now())
}

// enterAt is enter by another clock than the machine's.
func (d *door) enterAt(t *testing.T, login, oneOff string, at time.Time) *visitor {
	t.Helper()
	v := &visitor{T: t, door: d, login: login, password: "Zebra-Quokka-47"}
	v.does("POST", "/api/login", fmt.Sprintf(`{"login":%q,"password":%q}`, login, oneOff), nil)
	v.does("PUT", "/api/me/password", fmt.Sprintf(`{"current":%q,"password":%q}`, oneOff, v.password), nil)
	var enrolled struct {
		URI string `json:"uri"`
	}
	v.does("POST", "/api/me/factor", fmt.Sprintf(`{"current":%q}`, v.password), &enrolled)
	var err error
	if v.secret, err = access.ParseOTP(enrolled.URI); err != nil {
		t.Fatal(err)
	}
	v.does("POST", "/api/me/factor/confirm", fmt.Sprintf(`{"code":%q}`, accesstest.Code(v.secret, at)), nil)
	var me struct {
		ID string `json:"id"`
	}
	v.does("GET", "/api/me", "", &me)
	v.id = me.ID
	return v
}

// onBoth runs a test on servers of both databases.
func onBoth(t *testing.T, f func(t *testing.T, home string)) {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			t.Setenv(db.Setting, "")
			if driver == db.Postgres {
				t.Setenv(db.Setting, dbtest.PostgresURL(t))
			}
			f(t, t.TempDir())
		})
	}
}

// TestServe starts a new home, enters as its administrator, stops and starts again: the
// session goes on, the password is printed once, the journal holds and proves it all.
func TestServe(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		d := serve(t, home)
		if d.oneOff == "" {
			t.Fatal("the first start printed no password")
		}
		admin := d.enter(t, "admin", d.oneOff)
		d.stop()
		again := serve(t, home)
		if again.oneOff != "" {
			t.Error("the second start made an administrator too")
		}
		admin.door = again
		var people struct{ Total int }
		admin.does("GET", "/api/people", "", &people)
		if people.Total != 1 {
			t.Errorf("%d people", people.Total)
		}
		admin.does("POST", "/api/logout", "", nil)
		if status, text, _ := admin.ask("GET", "/api/me", ""); status != 401 || !strings.Contains(text, `"unauthenticated"`) {
			t.Errorf("after the logout: %d %s", status, text)
		}
		again.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动", "其后 0 条")
	})
}
