package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/facts/claim"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
)

// suspected are findings of one hospital, each of 100 yuan.
func suspected(n int) (all []*finding.Finding) {
	for k := range n {
		visit, day := fmt.Sprintf("V%06d", k), calendar.DayOf(2026, 1, 15)
		all = append(all, &finding.Finding{
			ID: finding.NewID("GZ1", "K1", visit, ""), RunID: "R1", Revision: 1, RuleID: "GZ1", RuleName: "限儿童用药", RuleVersion: "1", KpID: "K1",
			Result: finding.Suspicion, Severity: 2, FixmedinsCode: "H33040200001", FixmedinsName: "第一医院", PsnNo: "P" + visit, MdtrtID: visit,
			Lines: []string{"L" + visit}, FirstDay: day, LastDay: day, Amount: 100 * claim.Yuan, OwnAmount: 100 * claim.Yuan, FundAmount: 100 * claim.Yuan,
			DeptName: "内科", Explanation: "成人使用限儿童药品。", Basis: "知识点依据",
		})
	}
	return all
}

// opened is the home beside whatever serves it, until it is closed.
func (w *town) opened(t *testing.T, policy access.Policy) (*home, *access.Access) {
	t.Helper()
	h, err := openHome(t.Context(), &cli{Home: w.home}, 0)
	if err != nil {
		t.Fatal(err)
	}
	a, err := access.Open(t.Context(), h.db, h.ring, policy)
	if err != nil {
		h.Close()
		t.Fatal(err)
	}
	return h, a
}

// takeOver takes findings into the home as the person would.
func (w *town) takeOver(t *testing.T, person string, findings []*finding.Finding) {
	t.Helper()
	ctx := t.Context()
	h, a := w.opened(t, access.DefaultPolicy())
	defer h.Close()
	days, err := yearbook.Open(ctx, h.db)
	if err != nil {
		t.Fatal(err)
	}
	values, err := param.Open(ctx, h.db)
	if err != nil {
		t.Fatal(err)
	}
	r, err := review.Open(ctx, h.db, a, h.dir, procedure.BooksOf(days, values))
	if err != nil {
		t.Fatal(err)
	}
	actor, err := a.ActorOf(ctx, h.db, person, h.db.Now())
	if err != nil {
		t.Fatal(err)
	}
	actor.SecondFactor = true
	run := &finding.Run{RunID: "R1", Title: "南湖区", From: calendar.DayOf(2026, 1, 1), To: calendar.DayOf(2026, 1, 31), Rules: []finding.RuleRun{{RuleID: "GZ1", Status: finding.Ran}}}
	_, err = r.TakeOver(ctx, actor, review.Delivery{Run: run, Region: "330402", Findings: func(yield func(*finding.Finding, error) bool) {
		for _, f := range findings {
			if !yield(f, nil) {
				return
			}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// decides asks for one decision and says whether it was acknowledged; over says that the
// server is gone.
func decides(url, cookie, id string) (done, over bool, text string) {
	body := fmt.Sprintf(`{"move":"suspect","finding_ids":[%q],"reason":"年龄不符"}`, id)
	r, err := http.NewRequest(http.MethodPost, url+"/api/findings/decide", strings.NewReader(body))
	if err != nil {
		return false, true, err.Error()
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Requested-With", "test")
	r.Header.Set("Cookie", cookie)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return false, true, ""
	}
	defer answer.Body.Close()
	whole, err := io.ReadAll(answer.Body)
	if err != nil {
		return false, true, ""
	}
	var results struct{ Done int }
	if err := json.Unmarshal(whole, &results); err != nil || answer.StatusCode != http.StatusOK {
		return false, false, string(whole)
	}
	return results.Done == 1, false, string(whole)
}

// TestReviewKilled kills the server at random moments while four reviewers make a thousand
// decisions: each that was acknowledged is there, once, with its entry, and the journal
// verifies. What was not acknowledged is there whole or not at all.
func TestReviewKilled(t *testing.T) {
	const decisions, reviewers = 1000, 4
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		taker := w.admit("taker", "NANHU", `"role":"agency_auditor","organisation":"NANHU"`, "/api/grants", w.officer)
		var people []*visitor
		for k := range reviewers {
			people = append(people, w.admit(fmt.Sprint("first", k), "NANHU", `"role":"first_reviewer","organisation":"NANHU"`, "/api/grants", w.officer))
		}
		findings := suspected(decisions)
		w.takeOver(t, taker.id, findings)
		d, began, kills := w.door, time.Now(), 0
		acknowledged := make([]bool, decisions)
		var refused []string           // what was done before a kill, and not acknowledged
		next := make([]int, reviewers) // the share of each: k, k+4, k+8 …
		for left := decisions; left > 0; {
			var mu sync.Mutex
			var clients sync.WaitGroup
			until := min(left, 100+rand.IntN(200))
			enough := make(chan struct{})
			if until == left {
				until = -1 // the rest without a kill
			}
			for k, person := range people {
				clients.Go(func() {
					for ; next[k]*reviewers+k < decisions; next[k]++ {
						n := next[k]*reviewers + k
						done, over, text := decides(d.url, person.cookie, findings[n].ID)
						if over {
							return
						}
						mu.Lock()
						if acknowledged[n] = done; !done {
							refused = append(refused, text)
						}
						if until--; until == 0 {
							close(enough)
						}
						mu.Unlock()
					}
				})
			}
			if until > 0 {
				<-enough
				d.kill()
				kills++
			}
			clients.Wait()
			left = decisions
			for k := range next {
				left -= next[k]
			}
			if until <= 0 && left > 0 {
				d = serve(t, home)
			}
		}
		t.Logf("%d decisions, %d kills, %.0f decisions a second with restarts", decisions, kills, decisions/time.Since(began).Seconds())
		if len(refused) > kills*reviewers {
			t.Errorf("%d were refused: %s", len(refused), refused[0])
		}
		d.stop()
		w.wantDecided(t, findings, acknowledged)
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// wantDecided holds each finding against what was acknowledged: its state and the one
// entry of its decision.
func (w *town) wantDecided(t *testing.T, findings []*finding.Finding, acknowledged []bool) {
	t.Helper()
	h, err := openHome(t.Context(), &cli{Home: w.home}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	var rows []struct {
		ID      string
		State   string
		Entries int
	}
	err = h.db.NewRaw(`SELECT f.id, f.state, (SELECT count(*) FROM journal_entry AS e WHERE e.kind = 'review.finding' AND e.id = f.id AND e.text LIKE '%review.suspect%') AS entries
		FROM review_finding AS f`).Scan(t.Context(), &rows)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, r := range rows {
		found[r.ID] = r.Entries
		if (r.State == review.Appeal) != (r.Entries == 1) || r.Entries > 1 {
			t.Errorf("%s is in %s with %d entries", r.ID, r.State, r.Entries)
		}
	}
	lost := 0
	for n, f := range findings {
		if acknowledged[n] && found[f.ID] != 1 {
			lost++
		}
	}
	if lost > 0 || len(rows) != len(findings) {
		t.Errorf("%d acknowledged decisions are lost; %d findings", lost, len(rows))
	}
}
