package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestKilled kills the server three times while four clients write: whatever was
// acknowledged is there, with its entry, and the journal verifies.
func TestKilled(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		d := serve(t, home)
		admin := d.enter(t, "admin", d.oneOff)
		acknowledged := map[string]bool{}
		for round := range 3 {
			var mu sync.Mutex
			var clients sync.WaitGroup
			began, before := time.Now(), len(acknowledged)
			for client := range 4 {
				clients.Go(func() {
					for i := 0; ; i++ {
						code := fmt.Sprintf("K%d-%d-%d", round, client, i)
						if !adds(d.url, admin.cookie, code) {
							return
						}
						mu.Lock()
						acknowledged[code] = true
						mu.Unlock()
					}
				})
			}
			time.Sleep(time.Duration(500+round*150) * time.Millisecond)
			d.kill()
			clients.Wait()
			t.Logf("round %d: %.0f acts a second", round, float64(len(acknowledged)-before)/time.Since(began).Seconds())
			d = serve(t, home)
			admin.door = d
		}
		_, table, _ := admin.ask("GET", "/api/organisations.csv", "")
		for code := range acknowledged {
			if !strings.Contains(table, "\n"+code+",") {
				t.Errorf("%s was acknowledged and is not there", code)
			}
		}
		if len(acknowledged) < 20 {
			t.Errorf("only %d acts were acknowledged", len(acknowledged))
		}
		d.stop()
		wantText(t, yiheng(t, home, "verify"), "未发现改动")
	})
}

// adds asks for one organisation and says whether the server acknowledged it.
func adds(url, cookie, code string) bool {
	r, err := http.NewRequest("POST", url+"/api/organisations", strings.NewReader(fmt.Sprintf(`{"code":%q,"kind":"agency","name":"机构","region":"330402"}`, code)))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Requested-With", "test")
	r.Header.Set("Cookie", cookie)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusCreated
}
