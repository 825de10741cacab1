package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yiheng/ground/hook"
)

// listener is another system that is told of what happens: it takes a delivery only with
// the signature of its secret, and refuses while it is down.
type listener struct {
	*httptest.Server
	mu     sync.Mutex
	secret []byte
	down   bool
	tries  int
	taken  []hook.Body
}

func newListener(t *testing.T) *listener {
	l := &listener{}
	l.Server = httptest.NewServer(http.HandlerFunc(l.take))
	t.Cleanup(l.Close)
	return l
}

func (l *listener) take(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries++
	text, err := io.ReadAll(r.Body)
	var b hook.Body
	switch signed := hook.Sign(l.secret, r.Header.Get("Webhook-Id"), r.Header.Get("Webhook-Timestamp"), text); {
	case l.down || err != nil:
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Header.Get("Webhook-Signature") != signed || json.Unmarshal(text, &b) != nil || b.ID != r.Header.Get("Webhook-Id"):
		w.WriteHeader(http.StatusUnauthorized)
	default:
		l.taken = append(l.taken, b)
	}
}

func (l *listener) goes(down bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down, l.tries = down, 0
}

// tried is how often it was told something since it went down or came up.
func (l *listener) tried() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tries
}

// wants waits for an event that was taken: its name, move and thing begin so.
func (l *listener) wants(t *testing.T, begin string) {
	t.Helper()
	waitFor(t, func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		return slices.ContainsFunc(l.taken, func(b hook.Body) bool {
			return strings.HasPrefix(strings.Join(strings.Fields(b.Event+" "+b.Data["move"]+" "+b.Thing), " "), begin)
		})
	})
}

// wantAll wants each event that can be heard of to have been taken; what is refused for
// its signature is never taken.
func (l *listener) wantAll(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for name := range hook.Names {
		if name != hook.FindingDecided && !slices.ContainsFunc(l.taken, func(b hook.Body) bool { return b.Event == name }) {
			t.Errorf("nothing was told of %s", name)
		}
	}
}

// issues issues the notice of a finding that was sent and returns its id.
func (o *office) issues(finding string) string {
	o.t.Helper()
	var drafts struct{ Items []struct{ ID string } }
	o.leader.does("GET", "/api/papers?state=draft&subject_kind=review.finding&subject="+finding, "", &drafts)
	if len(drafts.Items) != 1 {
		o.t.Fatalf("%d drafts of %s", len(drafts.Items), finding)
	}
	o.leader.does("PUT", "/api/papers-organ", `{"short":"南医保"}`, nil)
	o.leader.does("POST", "/api/papers/"+drafts.Items[0].ID+"/issue", `{}`, nil)
	return drafts.Items[0].ID
}

// subscribes adds a subscription to all that can be heard of and returns its id and secret.
func (v *visitor) subscribes(service, url string) (id string, secret []byte) {
	v.Helper()
	var added struct{ ID, Secret string }
	v.does("POST", "/api/services/"+service+"/hooks",
		fmt.Sprintf(`{"url":%q,"events":["job.ended","batch.taken","finding.sent","finding.decided","knowledge.in_force","paper.issued"],"reason":"对接"}`, url), &added)
	secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(added.Secret, "whsec_"))
	if err != nil {
		v.Fatal(err)
	}
	return added.ID, secret
}

// TestHooks tells another system of a finding that is taken over, sent and decided by
// silence, and of knowledge, through the built server: signed, again after it was down, dead
// at last and again when a person says so, with secrets that were sealed anew.
func TestHooks(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		l := newListener(t)
		o := practiseIn(t, home, "--webhook-allow", "127.0.0.0/8")
		var service struct{ ID string }
		o.officer.does("POST", "/api/services", `{"login":"his-link","organisation":"NANHU","name":"结算系统"}`, &service)
		o.officer.does("POST", "/api/grants", fmt.Sprintf(`{"holder":%q,"role":"agency_auditor","organisation":"NANHU","reason":"接口"}`, service.ID), nil)
		at := "/api/services/" + service.ID + "/hooks"
		o.run(t, o.hookRefusals(at))
		var id string
		id, l.secret = o.officer.subscribes(service.ID, l.URL+"/in")
		at += "/" + id
		c, d := suspicionOf("V1", "L1"), suspicionOf("V2", "L2")
		o.deliver(c, d)
		o.must(o.first, "suspect", c.ID)
		for _, event := range []string{"batch.taken run1", "job.ended RW", "finding.sent suspect " + c.ID} {
			l.wants(t, event)
		}
		yiheng(t, home, "knowledge", "import", "starter")
		l.wants(t, "knowledge.in_force 1")
		l.wants(t, "paper.issued "+o.issues(c.ID))
		l.wantAll(t)

		l.goes(true)
		o.must(o.first, "dismiss", d.ID)
		waitFor(t, func() bool { return l.tried() > 0 })
		l.goes(false)
		o.later(time.Minute)
		l.wants(t, "finding.decided dismiss "+d.ID)

		l.goes(true)
		o.on("2026-03-13", o.leader)
		o.until(c.ID, "final")
		for l.tried() < hook.MostTries { // a try that is under way is waited for from its end
			o.later(8 * time.Hour)
			time.Sleep(700 * time.Millisecond)
		}
		o.on(o.now().AddDate(0, 0, 1).Format(time.DateOnly), o.officer, o.auditor)
		var dead struct {
			Items []struct{ Event, Tries int64 }
		}
		waitFor(t, func() bool {
			o.officer.does("GET", at+"/deliveries?filter=state:dead", "", &dead)
			return len(dead.Items) == 1 && dead.Items[0].Tries == hook.MostTries
		})
		wantText(t, yiheng(t, home, "seal", "rotate"), "事件推送 1 个值")
		l.goes(false)
		one := fmt.Sprint(at, "/deliveries/", dead.Items[0].Event)
		o.run(t, []step{
			{o.officer, "GET", one + "/tries", "", 200, []string{`"n":14`, `"status":503`, "对方回答 503"}, ""},
			{o.officer, "POST", one + "/again", `{"reason":""}`, 422, []string{"body.reason"}, ""},
			{o.officer, "POST", one + "/again", `{"reason":"对方已恢复"}`, 204, nil, "hook.again"},
		})
		l.wants(t, "finding.decided silence "+c.ID)
		o.run(t, []step{
			{o.officer, "POST", at + "/end", `{"reason":"停用"}`, 204, nil, "hook.end"},
			{o.officer, "POST", at + "/end", `{"reason":"停用"}`, 404, []string{"not_found"}, ""},
			{o.officer, "POST", one + "/again", `{"reason":"停用之后"}`, 404, []string{"not_found"}, ""},
		})
		o.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// later puts the clock on.
func (o *office) later(by time.Duration) {
	o.t.Helper()
	o.set(o.now().Add(by).Format(time.RFC3339))
}

// hookRefusals ask for subscriptions that must not be: by others, into the network inside,
// without TLS, of what is not told.
func (o *office) hookRefusals(at string) (steps []step) {
	county := o.admit("county", "XIUZHOU", `"role":"security_officer","organisation":"XIUZHOU"`, "/api/grants", o.officer)
	to := func(url, event string) string {
		return fmt.Sprintf(`{"url":%q,"events":[%q],"reason":"对接"}`, url, event)
	}
	fair := to("https://his.example.cn/in", "job.ended")
	for _, url := range []string{
		"https://10.0.0.5/", "https://192.168.1.1:8443/", "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[::ffff:10.0.0.5]/", "https://0.0.0.0/",
		"http://his.example.cn/", "http://10.0.0.5/", "ftp://his.example.cn/", "https://user:secret@his.example.cn/", "file:///etc/passwd", "//his.example.cn/", "",
	} {
		steps = append(steps, step{o.officer, "POST", at, to(url, "job.ended"), 422, []string{"hook_url"}, ""})
	}
	return append(
		steps,
		step{o.officer, "POST", at, to("https://his.example.cn/in", "finding.lost"), 422, []string{"hook_events", "finding.sent"}, ""},
		step{o.officer, "POST", "/api/services/FW999999/hooks", fair, 404, []string{"not_found"}, ""},
		step{o.officer, "POST", "/api/services/" + o.leader.id + "/hooks", fair, 404, []string{"not_found"}, ""},
		step{county, "POST", at, fair, 404, []string{"not_found"}, ""},
		step{county, "GET", at, "", 404, []string{"not_found"}, ""},
		step{county, "GET", at + "/TS1/deliveries", "", 404, []string{"not_found"}, ""},
		step{o.leader, "POST", at, fair, 403, []string{`"role"`}, ""},
		step{o.leader, "GET", at, "", 403, []string{`"role"`}, ""},
		step{o.officer, "POST", at + "/TS1/end", `{"reason":"停用"}`, 404, []string{"not_found"}, ""},
		step{o.officer, "GET", at + "/TS1/deliveries?sort=body", "", 422, []string{"query.sort"}, ""},
		step{o.officer, "GET", at + "/TS1/deliveries/0/tries", "", 422, []string{"path.event"}, ""},
	)
}
