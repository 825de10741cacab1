package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// visitor asks a server as somebody who is logged in.
type visitor struct {
	*http.Client
	url, cookie string
}

// newVisitor is nobody yet; so many connections stay open.
func newVisitor(url string, connections int) *visitor {
	return &visitor{url: url, Client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, DisableCompression: true}}}
}

// ask sends a request and reads the answer whole.
func (v *visitor) ask(ctx context.Context, method, path, body string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, v.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Requested-With", "bench")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	answer, err := v.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, text)
	}
	if set := answer.Header.Get("Set-Cookie"); set != "" {
		v.cookie, _, _ = strings.Cut(set, ";")
	}
	return text, err
}

// times are how long answers took, sorted.
type times []time.Duration

// quantile is the time that a part of the answers took at most.
func (t times) quantile(part float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	return t[min(int(part*float64(len(t))), len(t)-1)]
}

func (t times) String() string {
	round := func(part float64) time.Duration { return t.quantile(part).Round(100 * time.Microsecond) }
	return fmt.Sprintf("p50 %v, p95 %v, p99 %v", round(0.50), round(0.95), round(0.99))
}

// load asks for a path by so many clients at once, each one request after another on a
// connection that stays open, for a time.
func (v *visitor) load(ctx context.Context, clients int, long time.Duration, path string) (perSecond float64, took times, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	var lock sync.Mutex
	start := time.Now()
	for range clients {
		all.Go(func() {
			var own times
			for ctx.Err() == nil && time.Since(start) < long {
				began := time.Now()
				if _, e := v.ask(ctx, http.MethodGet, path, ""); e != nil {
					lock.Lock()
					if err == nil {
						err = e
					}
					lock.Unlock()
					stop()
					return
				}
				own = append(own, time.Since(began))
			}
			lock.Lock()
			took = append(took, own...)
			lock.Unlock()
		})
	}
	all.Wait()
	perSecond = float64(len(took)) / time.Since(start).Seconds()
	slices.Sort(took)
	return perSecond, took, err
}

// repeat asks for a path so many times, one after another.
func (v *visitor) repeat(ctx context.Context, n int, path string) (took times, last []byte, err error) {
	for range n {
		began := time.Now()
		if last, err = v.ask(ctx, http.MethodGet, path, ""); err != nil {
			return nil, nil, err
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return took, last, nil
}
