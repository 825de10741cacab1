package hook

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

var (
	ctx   = context.Background()
	start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
)

// world is a service account of an agency in one county, a receiver, and the clock.
type world struct {
	*testing.T
	d       *db.DB
	a       *access.Access
	h       *Hooks
	service string
	secret  []byte
	id      string

	mu       sync.Mutex
	receiver *httptest.Server
	answer   int
	got      []*http.Request
	bodies   []string
	now      time.Time
}

func each(t *testing.T, f func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{T: t, d: d, answer: 200, now: start}
		d.Clock = func() time.Time { return w.now }
		w.receiver = httptest.NewServer(http.HandlerFunc(w.receive))
		t.Cleanup(w.receiver.Close)
		ring := accesstest.Ring(t)
		var err error
		if w.a, err = access.Open(ctx, d, ring, accesstest.Policy()); err != nil {
			t.Fatal(err)
		}
		if w.h, err = Open(ctx, d, w.a, ring, Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
		grantor := accesstest.Grantor(t, d, w.a, start)
		w.do(func(tx *db.Tx) (err error) {
			if err := w.a.AddOrganisation(ctx, tx, access.Organisation{Code: "NANHU", Kind: access.Agency, Name: "南湖区医保中心", Region: "330402"}); err != nil {
				return err
			}
			if w.service, err = w.a.AddService(ctx, tx, "his-link", "NANHU", "结算系统"); err != nil {
				return err
			}
			_, err = w.a.AddGrant(ctx, tx, grantor, access.Grant{Holder: w.service, Role: access.AgencyAuditor, Organisation: "NANHU"})
			return err
		})
		w.do(func(tx *db.Tx) error {
			id, secret, err := w.h.Subscribe(ctx, tx, w.service, w.receiver.URL+"/in", []string{JobEnded, FindingDecided})
			w.id = id
			w.secret, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
			return err
		})
		f(w)
	})
}

func (w *world) receive(out http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	w.got, w.bodies = append(w.got, r), append(w.bodies, string(body))
	if w.answer == 302 {
		out.Header().Set("Location", "http://127.0.0.1:1/")
	}
	out.WriteHeader(w.answer)
}

func (w *world) do(f func(tx *db.Tx) error) {
	w.Helper()
	if err := w.d.Write(ctx, f); err != nil {
		w.Fatal(err)
	}
}

func (w *world) publish(region string) {
	w.Helper()
	w.do(func(tx *db.Tx) error {
		return Publish(ctx, tx, Event{Name: JobEnded, Region: region, Kind: "job", ID: "RW1", Data: map[string]string{"state": "done"}})
	})
}

// wants sends what is due and holds the newest delivery against a state.
func (w *world) wants(sent int, state State) {
	w.Helper()
	n, err := w.h.Send(ctx)
	if err != nil || n != sent {
		w.Errorf("%d were sent, want %d, %v", n, sent, err)
	}
	q, scan := w.h.Deliveries(w.d, w.service, w.id)
	q.OrderExpr("event DESC")
	all, err := scan(ctx)
	if err != nil || len(all) == 0 || all[0].State != state {
		w.Errorf("%+v, want %s, %v", all, state, err)
	}
}

// TestDelivered signs what it sends as the Standard Webhooks specification says, sends it
// once, and sends nothing of what was not committed or not asked for.
func TestDelivered(t *testing.T) {
	each(t, func(w *world) {
		w.publish("330402")
		taken := errors.New("taken back")
		err := w.d.Write(ctx, func(tx *db.Tx) error {
			return errors.Join(Publish(ctx, tx, Event{Name: JobEnded, Region: "330402", Kind: "job", ID: "RW2"}), taken)
		})
		if !errors.Is(err, taken) {
			w.Fatal(err)
		}
		w.do(func(tx *db.Tx) error {
			return Publish(ctx, tx, Event{Name: PaperIssued, Region: "330402", Kind: "paper", ID: "1"})
		})
		w.wants(1, Delivered)
		w.wants(0, Delivered)
		if len(w.got) != 1 {
			w.Fatalf("%d requests", len(w.got))
		}
		head := w.got[0].Header
		if want := Sign(w.secret, head.Get("Webhook-Id"), head.Get("Webhook-Timestamp"), []byte(w.bodies[0])); head.Get("Webhook-Signature") != want {
			w.Errorf("signed %q, want %q", head.Get("Webhook-Signature"), want)
		}
		var body Body
		if err := json.Unmarshal([]byte(w.bodies[0]), &body); err != nil || body.Thing != "RW1" || body.ID != head.Get("Webhook-Id") || body.Data["state"] != "done" {
			w.Errorf("%s, %v", w.bodies[0], err)
		}
	})
}

// TestSignature is the example of the Standard Webhooks specification.
func TestSignature(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestRetried waits longer after each failure, gives up, and starts again when a person
// says so.
func TestRetried(t *testing.T) {
	each(t, func(w *world) {
		w.answer = 302 // is not followed
		w.publish("330402")
		for try := 1; try < MostTries; try++ {
			w.wants(1, Waiting)
			w.wants(0, Waiting)
			w.now = w.now.Add(mostWait * 5 / 4)
		}
		w.wants(1, Dead)
		if len(w.got) != MostTries {
			w.Errorf("%d tries", len(w.got))
		}
		tries, err := w.h.Tries(ctx, w.d, w.service, w.id, 1)
		if err != nil || len(tries) != MostTries || tries[0].Status != 302 {
			w.Errorf("%+v, %v", tries, err)
		}
		w.answer = 204
		w.do(func(tx *db.Tx) error { return w.h.Again(ctx, tx, w.service, w.id, 1) })
		w.wants(1, Delivered)
		w.receiver.Close()
		w.publish("330402")
		w.wants(1, Waiting)
	})
}

// TestWithheld tells nobody of what lies beyond the service account's rights of now.
func TestWithheld(t *testing.T) {
	each(t, func(w *world) {
		w.publish("330411")
		w.wants(1, Withheld)
		w.publish("")
		w.wants(1, Withheld)
		w.publish("330402")
		w.do(func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, w.service) })
		w.now = w.now.Add(time.Second)
		w.wants(1, Withheld)
		if len(w.got) != 0 {
			w.Errorf("%d were told", len(w.got))
		}
	})
}

// TestKnowledge tells of knowledge whoever works where it holds: it holds below its region.
func TestKnowledge(t *testing.T) {
	each(t, func(w *world) {
		w.do(func(tx *db.Tx) (err error) {
			w.id, _, err = w.h.Subscribe(ctx, tx, w.service, w.receiver.URL+"/in", []string{KnowledgeInForce})
			return err
		})
		for region, want := range map[string]State{"": Delivered, "330400": Delivered, "330402": Delivered, "330100": Withheld, "330411": Withheld} {
			w.do(func(tx *db.Tx) error {
				return Publish(ctx, tx, Event{Name: KnowledgeInForce, Region: region, Kind: "knowledge.edition", ID: "7"})
			})
			w.wants(1, want)
		}
		if len(w.got) != 3 {
			w.Errorf("%d were told", len(w.got))
		}
	})
}

// TestSenders has four servers on one database send a hundred events: each arrives once.
func TestSenders(t *testing.T) {
	each(t, func(w *world) {
		for range 100 {
			w.publish("330402")
		}
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for {
					n, err := w.h.Send(ctx)
					if err != nil {
						w.Error(err)
					}
					if n == 0 {
						return
					}
				}
			})
		}
		all.Wait()
		seen := map[string]bool{}
		for _, r := range w.got {
			seen[r.Header.Get("Webhook-Id")] = true
		}
		if len(w.got) != 100 || len(seen) != 100 {
			w.Errorf("%d requests of %d events", len(w.got), len(seen))
		}
	})
}

// TestKilled takes a delivery and is gone: after the lease another sends it.
func TestKilled(t *testing.T) {
	each(t, func(w *world) {
		w.publish("330402")
		if taken, err := w.h.take(ctx); err != nil || len(taken) != 1 {
			w.Fatal(taken, err)
		}
		w.wants(0, Waiting)
		w.now = w.now.Add(lease)
		w.wants(1, Delivered)
	})
}

// TestSubscribeRefused are subscriptions that cannot be.
func TestSubscribeRefused(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct{ service, url, event, code string }{
			{w.service, "http://his.example.cn/", JobEnded, "hook_url"},
			{w.service, "https://user:secret@his.example.cn/", JobEnded, "hook_url"},
			{w.service, "ftp://his.example.cn/", JobEnded, "hook_url"},
			{w.service, "https://10.0.0.5/", JobEnded, "hook_url"},
			{w.service, "https://[::1]/", JobEnded, "hook_url"},
			{w.service, "https://169.254.169.254/latest", JobEnded, "hook_url"},
			{w.service, "https://his.example.cn/", "finding.lost", "hook_events"},
			{"RY000001", "https://his.example.cn/", JobEnded, "not_found"},
			{"FW999999", "https://his.example.cn/", JobEnded, "not_found"},
		} {
			var p *access.Problem
			err := w.d.Write(ctx, func(tx *db.Tx) error {
				_, _, err := w.h.Subscribe(ctx, tx, c.service, c.url, []string{c.event})
				return err
			})
			if !errors.As(err, &p) || p.Code != c.code {
				w.Errorf("%+v: %v", c, err)
			}
		}
	})
}

// TestGuard dials no address inside, whatever name leads there.
func TestGuard(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2400:3200::1": true, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "127.0.0.1": false, "0.0.0.0": false, "169.254.169.254": false,
		"100.64.0.1": false, "198.18.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "::1": false, "::": false, "fe80::1": false, "fc00::1": false, "::ffff:10.0.0.1": false,
		"64:ff9b::a00:1": false, "2002:a00:1::": false, "ff02::1": false,
	} {
		if got := (Guard{}).admits(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if !(Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}).admits(netip.MustParseAddr("::ffff:10.0.0.1")) {
		t.Error("what is allowed is not admitted")
	}
	inside := httptest.NewServer(http.NotFoundHandler())
	defer inside.Close()
	named := strings.Replace(inside.URL, "127.0.0.1", "localhost", 1)
	if answer, err := (Guard{}).client(time.Second).Get(named); !errors.Is(err, errInside) {
		t.Errorf("%v, %v", answer, err)
	}
}

// TestNoIdentities publishes nothing that could name a person, or that says nothing.
func TestNoIdentities(t *testing.T) {
	fair := func() Event {
		return Event{Name: JobEnded, Region: "330402", Organisation: "H33040200001", Kind: "job", ID: "RW1", Data: map[string]string{"state": "done"}}
	}
	if err := fair().check(); err != nil {
		t.Fatal(err)
	}
	for name, into := range map[string]func(e *Event, text string){
		"region": func(e *Event, text string) { e.Region = text }, "kind": func(e *Event, text string) { e.Kind = text }, "id": func(e *Event, text string) { e.ID = text },
		"value": func(e *Event, text string) { e.Data["state"] = text }, "key": func(e *Event, text string) { e.Data[text] = "done" },
	} {
		for _, text := range []string{"张三", "330402199001011234", "33040219900101123X", "330402900101123", "13800001111", "a b", "a\nb", "<b>", "a\x00", "\xff", strings.Repeat("a", 121)} {
			e := fair()
			into(&e, text)
			if err := e.check(); err == nil || !strings.Contains(err.Error(), "holds what is no id or code") {
				t.Errorf("%s %q: %v", name, text, err)
			}
		}
	}
	for _, e := range []Event{{Name: "finding.lost", Kind: "finding", ID: "1"}, {Kind: "finding", ID: "1"}, {Name: JobEnded, ID: "1"}, {Name: JobEnded, Kind: "job"}} {
		if e.check() == nil {
			t.Errorf("%+v is published", e)
		}
	}
}

// TestDocumented holds docs/hook.md against the events that can be heard of.
func TestDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/hook.md")
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(text), "## Subscriptions")
	for name, title := range Names {
		if !strings.Contains(table, "`"+name+"`") || !strings.Contains(table, title) {
			t.Errorf("docs/hook.md has no %s, %s", name, title)
		}
	}
}

// TestForeignCode tells of an institution whose code could be a person's number without
// the code: the act is not to fail for it.
func TestForeignCode(t *testing.T) {
	each(t, func(w *world) {
		for _, code := range []string{"13304000012", "330402199001011234", "南湖一院"} {
			w.do(func(tx *db.Tx) error {
				return Publish(ctx, tx, Event{Name: FindingDecided, Region: "330402", Organisation: code, Kind: "finding", ID: "YD1"})
			})
			w.wants(1, Delivered)
			if body := w.bodies[len(w.bodies)-1]; strings.Contains(body, code) || !strings.Contains(body, "YD1") {
				w.Errorf("%s: %s", code, body)
			}
		}
	})
}

// FuzzURL never lets a delivery go without TLS to anything but this machine.
func FuzzURL(f *testing.F) {
	for _, text := range []string{"https://a.cn", "http://127.0.0.1:1/", "http://127.0.0.1@evil.cn", "https://[::ffff:127.0.0.1]/", "//a", "http://[::1]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		g := Guard{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
		if g.checkURL(text) == nil && !strings.HasPrefix(strings.ToLower(text), "https://") && !strings.HasPrefix(strings.ToLower(text), "http://127.") && !strings.HasPrefix(strings.ToLower(text), "http://[::ffff:") {
			t.Errorf("%q is taken", text)
		}
	})
}

// TestWait doubles with each try, to hours.
func TestWait(t *testing.T) {
	for tries, most := range map[int64]time.Duration{1: firstWait, 2: 2 * firstWait, 3: 4 * firstWait, 13: 4096 * firstWait, 60: mostWait} {
		if low, high := wait(tries, 0), wait(tries, 0.999); low < most*3/4 || high > most*5/4 {
			t.Errorf("after %d tries: %s to %s, around %s", tries, low, high, most)
		}
	}
}
