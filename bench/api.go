package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// onBoth measures on SQLite, and on a private PostgreSQL where its programs are installed.
func (b *bench) onBoth(ctx context.Context, measure func(context.Context, *office) error) error {
	for _, driver := range []string{db.SQLite, db.Postgres} {
		setting := ""
		if driver == db.Postgres {
			var err error
			if setting, err = dbtest.Database(); err != nil {
				b.report.add(driver, "left out", err.Error())
				continue
			}
		}
		o, err := newOffice(ctx, filepath.Join(b.work, "office-"+driver), setting)
		if err != nil {
			return err
		}
		if err := errors.Join(measure(ctx, o), o.db.Close()); err != nil {
			return err
		}
	}
	return nil
}

// The goals of the API for reads, on two cores.
const (
	readsGoal = "goal 1,500/s, p95 < 20 ms"
	someReads = 10 * time.Second
)

// api measures reads by clients at once, through the built binary, over connections
// that stay open. Clients and server share the machine's cores.
func (b *bench) api(ctx context.Context) error {
	return b.onBoth(ctx, func(ctx context.Context, o *office) error {
		ids, _, err := o.fill(ctx, 2000)
		if err != nil {
			return err
		}
		s, err := b.serve(ctx, o)
		if err != nil {
			return err
		}
		return errors.Join(b.reads(ctx, o, s, ids), s.stop())
	})
}

func (b *bench) reads(ctx context.Context, o *office, s *served, ids []string) error {
	visitors := map[string]*visitor{}
	for _, r := range []struct{ login, path string }{
		{"chushen", "/api/me"},
		{"juzhang", "/api/params?limit=50"},
		{"admin", "/api/organisations?limit=50"},
		{"admin", "/api/people?limit=50"},
		{"juzhang", "/api/jobs"},
		{"chushen", "/api/findings?limit=50"},
		{"chushen", "/api/findings?limit=50&state=first&sort=due"},
		{"chushen", "/api/findings/" + ids[0]},
		{"chushen", "/api/findings/groups?by=institution"},
	} {
		v := visitors[r.login]
		if v == nil {
			var err error
			if v, err = s.enter(ctx, r.login, b.clients); err != nil {
				return err
			}
			visitors[r.login] = v
		}
		perSecond, took, err := v.load(ctx, b.clients, someReads, r.path)
		if err != nil {
			return err
		}
		b.report.add(o.db.Driver()+" "+r.path, fmt.Sprintf("%.0f/s", perSecond), fmt.Sprintf("%v; %d clients, %d cores; %s", took, b.clients, b.cores, readsGoal))
	}
	return nil
}

// review measures the lists and the decisions of many findings, through the built binary.
func (b *bench) review(ctx context.Context) error {
	return b.onBoth(ctx, func(ctx context.Context, o *office) error {
		ids, took, err := o.fill(ctx, b.findings)
		if err != nil {
			return err
		}
		b.report.add(o.db.Driver()+" findings taken over", fmt.Sprintf("%.0f/s", float64(len(ids))/took.Seconds()), fmt.Sprintf("%d, the others of %d are copies", len(ids), b.findings))
		s, err := b.serve(ctx, o)
		if err != nil {
			return err
		}
		return errors.Join(b.worklists(ctx, o, s, ids), s.stop())
	})
}

const calls = 40 // of each list, one after another

func (b *bench) worklists(ctx context.Context, o *office, s *served, ids []string) error {
	v, err := s.enter(ctx, "chushen", 1)
	if err != nil {
		return err
	}
	for _, l := range []struct{ query, goal string }{
		{"?limit=50", "150 ms"},
		{"?limit=50&sort=due", "150 ms"},
		{"?limit=50&state=first", "150 ms"},
		{"?limit=50&fixmedins_code=" + hospital(7), "150 ms"},
		{"?limit=50&rule_id=GZ7", "150 ms"},
		{"?limit=50&rule_id=GZ7&sort=due&fixmedins_code=" + hospital(7), "150 ms"},
		{"?limit=50&dr_code=D000007", "150 ms"},
		{"?limit=50&min_counted=4900.00", "150 ms"},
		{"?limit=50&min_counted=500.00", "150 ms"},
		{"/groups?by=institution", "300 ms"},
		{"/groups?by=rule", "300 ms"},
		{"/groups?by=doctor&fixmedins_code=" + hospital(7), "300 ms"},
	} {
		took, text, err := v.repeat(ctx, calls, "/api/findings"+l.query)
		if err != nil {
			return err
		}
		var answer struct{ Next string }
		if err := json.Unmarshal(text, &answer); err != nil {
			return err
		}
		b.report.add(o.db.Driver()+" "+l.query, took.quantile(0.95).Round(100*time.Microsecond).String(), fmt.Sprintf("p95; %v; goal %s", took, l.goal))
		if answer.Next == "" {
			continue
		}
		if took, _, err = v.repeat(ctx, calls, "/api/findings"+l.query+"&cursor="+answer.Next); err != nil {
			return err
		}
		b.report.add("  its next page", took.quantile(0.95).Round(100*time.Microsecond).String(), fmt.Sprintf("p95; %v; goal %s", took, l.goal))
	}
	return b.decide(ctx, o, v, ids[:min(len(ids), 10_000)])
}

// decide makes one move with many findings in one request.
func (b *bench) decide(ctx context.Context, o *office, v *visitor, ids []string) error {
	body, err := json.Marshal(map[string]any{"move": "suspect", "finding_ids": ids, "reason": "成批认定可疑"})
	if err != nil {
		return err
	}
	start := time.Now()
	text, err := v.ask(ctx, "POST", "/api/findings/decide", string(body))
	if err != nil {
		return err
	}
	took := time.Since(start)
	var answer struct{ Done, Denied int }
	if err := json.Unmarshal(text, &answer); err != nil {
		return err
	}
	if answer.Done != len(ids) {
		return fmt.Errorf("decide: %d of %d done, %d denied", answer.Done, len(ids), answer.Denied)
	}
	b.report.add(fmt.Sprintf("%s %d findings decided at once", o.db.Driver(), len(ids)), took.Round(10*time.Millisecond).String(), "one request; goal 10,000 in 5 s")
	return nil
}
