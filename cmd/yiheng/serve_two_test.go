package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yiheng/audit/finding"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
)

// How many findings the two are asked to decide, and how many more when one is killed.
const (
	appealed = 60
	more     = 100
)

// two is an office with a second server on the same home.
type two struct {
	*office
	second *door
}

// TestTwoServers has two servers of the built program on one home and one database:
// sessions, second factors and guesses count at both; of what both are asked at once one
// does it; each job is run once and each clock ticked once. One is killed, and the other
// goes on with all that was acknowledged. On both databases.
func TestTwoServers(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := &two{office: practiseIn(t, home, "--checkpoint", "200ms")}
		w.second = serve(t, home, "--tick", "200ms", "--checkpoint", "200ms")
		if w.second.oneOff != "" {
			t.Error("the second server made a first administrator as well")
		}
		wantText(t, fails(t, home, "serve", "--listen", strings.TrimPrefix(w.url, "http://")), "不能监听", "换一个地址或端口")
		if os.Getenv(db.Setting) != "" {
			wantText(t, fails(t, t.TempDir(), "serve", "--listen", "127.0.0.1:0"), "密钥文件与数据库不匹配")
		}
		w.logins()
		w.jobs(w.decisions())
		w.clocks()
		w.killed()
		w.second.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动", "其后 0 条")
	})
}

// at is a person who asks a server, with the same session.
func (d *door) at(v *visitor) *visitor {
	other := *v
	other.door = d
	return &other
}

// wants asks and holds status and content against what is wanted.
func (v *visitor) wants(method, path, body string, status int, text string) {
	v.Helper()
	if got, answer, _ := v.ask(method, path, body); got != status || !strings.Contains(answer, text) {
		v.Errorf("%s %s by %s: %d, want %d with %s: %s", method, path, v.login, got, status, text, answer)
	}
}

// logins: what one server lets in, ends, refuses or stores, the other knows.
func (w *two) logins() {
	w.t.Helper()
	w.second.at(w.leader).does("GET", "/api/me", "", nil)
	code := accesstest.Code(w.leader.secret, w.now().Add(30*time.Second))
	var both sync.WaitGroup
	var got [2]int
	entered := make([]*visitor, 2)
	for k, d := range []*door{w.door, w.second} {
		both.Go(func() {
			entered[k] = &visitor{T: w.t, door: d, login: "leader"}
			got[k], _, _ = entered[k].ask("POST", "/api/login", fmt.Sprintf(`{"login":"leader","password":%q,"code":%q}`, w.leader.password, code))
		})
	}
	both.Wait()
	in := slices.Index(got[:], 200)
	if in < 0 || got[1-in] != 401 {
		w.t.Fatalf("a code was taken with %v", got)
	}
	for _, d := range []*door{w.door, w.second} {
		d.at(entered[in]).does("GET", "/api/me", "", nil)
	}
	w.second.at(entered[in]).does("POST", "/api/logout", "", nil)
	w.at(entered[in]).wants("GET", "/api/me", "", 401, "unauthenticated")

	w.second.at(w.officer).does("POST", "/api/people/"+w.foreign.id+"/sessions/end", `{"reason":"离岗"}`, nil)
	w.foreign.wants("GET", "/api/me", "", 401, "unauthenticated")
	w.leader.does("POST", "/api/params", `{"settings":[{"key":"monitor.appeal_days","region":"330402","value":"7个工作日","certainty":"L","document":"嘉医保发〔2026〕1号"}],"reason":"本地文件"}`, nil)
	w.second.at(w.leader).wants("GET", "/api/params?filter=key:monitor.appeal_days", "", 200, "7个工作日")

	guess := func(d *door, status int) {
		(&visitor{T: w.t, door: d, login: "guesser"}).wants("POST", "/api/login", `{"login":"stranger","password":"guess"}`, status, "")
	}
	for _, d := range []*door{w.door, w.second, w.door, w.second, w.second} {
		guess(d, 401)
	}
	guess(w.door, 429)
}

// decisions has four clients ask both servers for the same decisions, and returns the
// jobs that were queued meanwhile: of each finding one decision is acknowledged.
func (w *two) decisions() (jobs []string) {
	w.t.Helper()
	findings := suspected(appealed)
	w.deliver(findings...)
	for k := range 8 {
		jobs = append(jobs, w.taking(w.screened(append(slices.Clip(findings), suspicionOf(fmt.Sprint("VJ", k), fmt.Sprint("J", k)))...)))
	}
	var mu sync.Mutex
	var clients sync.WaitGroup
	acknowledged := map[string]int{}
	for k := range 4 {
		d := []*door{w.door, w.second}[k%2]
		clients.Go(func() {
			for _, f := range findings {
				done, over, text := decides(d.url, w.first.cookie, f.ID)
				if over {
					w.t.Errorf("a server is gone: %s", text)
					return
				}
				mu.Lock()
				if done {
					acknowledged[f.ID]++
				} else if !strings.Contains(text, `"code":"state"`) {
					w.t.Errorf("%s: %s", f.ID, text)
				}
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	for _, f := range findings {
		if acknowledged[f.ID] != 1 {
			w.t.Errorf("%s was decided %d times", f.ID, acknowledged[f.ID])
		}
	}
	w.wantSteps("suspect", len(findings))
	return jobs
}

// jobs were run once each, by either server.
func (w *two) jobs(ids []string) {
	w.t.Helper()
	for _, id := range ids {
		w.done(id)
	}
	var runs []struct {
		ID, Runner string
		Attempts   int
	}
	w.reads(&runs, "SELECT id, runner, attempts FROM job ORDER BY id")
	runners := map[string]int{}
	for _, r := range runs {
		if runners[r.Runner]++; r.Attempts != 1 {
			w.t.Errorf("%s was begun %d times", r.ID, r.Attempts)
		}
	}
	if len(runners) != 2 {
		w.t.Errorf("jobs by runner: %v", runners)
	}
	var batches struct{ Total int }
	w.leader.does("GET", "/api/batches", "", &batches)
	if batches.Total != len(runs) {
		w.t.Errorf("%d batches of %d jobs", batches.Total, len(runs))
	}
}

// clocks ends the clocks of all appeals while both servers tick: silence is written once.
func (w *two) clocks() {
	w.t.Helper()
	w.on("2026-03-20", w.leader, w.first, w.handler)
	waitFor(w.t, func() bool {
		var page struct{ Total struct{ Findings int } }
		w.leader.does("GET", "/api/findings?state=appeal&limit=1", "", &page)
		return page.Total.Findings == 0
	})
	time.Sleep(time.Second) // a few ticks more
	w.wantSteps("silence", appealed)
}

// killed kills the first server in the middle of decisions: the second serves on, and
// what either acknowledged is there.
func (w *two) killed() {
	w.t.Helper()
	var findings []*finding.Finding
	for k := range more {
		findings = append(findings, suspicionOf(fmt.Sprint("VK", k), fmt.Sprint("K", k)))
	}
	w.deliver(findings...)
	queued := w.taking(w.screened(append(slices.Clip(findings), suspicionOf("VL", "L"))...))
	var mu sync.Mutex
	var clients sync.WaitGroup
	acknowledged := map[string]bool{}
	enough := make(chan struct{})
	share := func(k int, d *door) (gone bool) {
		for n := k; n < len(findings); n += 4 {
			mu.Lock()
			known := acknowledged[findings[n].ID]
			mu.Unlock()
			if known {
				continue
			}
			done, over, text := decides(d.url, w.first.cookie, findings[n].ID)
			if over {
				return true
			}
			mu.Lock()
			if acknowledged[findings[n].ID] = done; !done && d == w.second && !strings.Contains(text, `"state"`) {
				w.t.Errorf("the second server: %s", text)
			}
			if len(acknowledged) == 20 {
				close(enough)
			}
			mu.Unlock()
		}
		return false
	}
	for k := range 4 {
		clients.Go(func() {
			if k%2 == 1 && share(k, w.second) {
				w.t.Error("the second server is gone too")
			}
			if k%2 == 0 && share(k, w.door) {
				share(k, w.second) // as a balancer would send them on
			}
		})
	}
	<-enough
	w.kill()
	clients.Wait()
	w.door = w.second
	for _, v := range []*visitor{w.leader, w.first, w.handler} {
		v.door = w.second
	}
	w.done(queued)
	w.wantSteps("suspect", appealed+more)
}

// wantSteps holds so many findings to have made a move once, with one entry of the journal.
func (w *two) wantSteps(move string, findings int) {
	w.t.Helper()
	var made []struct {
		ID             string
		Steps, Entries int
	}
	w.reads(&made, `SELECT s.finding_id AS id, count(*) AS steps,
		(SELECT count(*) FROM journal_entry AS e WHERE e.kind = 'review.finding' AND e.id = s.finding_id AND e.text LIKE '%"review.`+move+`"%') AS entries
		FROM review_step AS s WHERE s.move = '`+move+`' GROUP BY s.finding_id`)
	if len(made) != findings {
		w.t.Errorf("%d findings made the move %s, want %d", len(made), move, findings)
	}
	for _, m := range made {
		if m.Steps != 1 || m.Entries != 1 {
			w.t.Errorf("%s of %s: %d steps, %d entries", move, m.ID, m.Steps, m.Entries)
		}
	}
}

// reads asks the database itself.
func (w *two) reads(to any, query string) {
	w.t.Helper()
	d, err := db.Open(w.t.Context(), w.home)
	if err != nil {
		w.t.Fatal(err)
	}
	defer d.Close()
	if err := d.NewRaw(query).Scan(w.t.Context(), to); err != nil {
		w.t.Fatal(err)
	}
}
