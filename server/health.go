package server

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Check is one thing that a home needs. Its name is public, its error is not.
type Check struct {
	Name string
	Ask  func(context.Context) error
}

// slowestCheck is how long a check may take before it counts as failed.
const slowestCheck = 5 * time.Second

// Health is the answer of /healthz.
type Health struct {
	Status  string            `json:"status"` // ok or failing
	Version string            `json:"version"`
	Checks  map[string]string `json:"checks"` // ok or failing, by name
	// PracticeClock is the time of a practice home; "" where the time is the machine's.
	PracticeClock string `json:"practice_clock,omitempty"`
}

// health answers load balancers and supervisors: 200 when all is well, else 503.
func (s *Server) health() {
	s.door.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), slowestCheck)
		defer cancel()
		h := Health{Status: "ok", Version: s.Version, Checks: map[string]string{}}
		if s.Practice {
			h.PracticeClock = s.DB.Now().Format(time.RFC3339)
		}
		for _, c := range s.Checks {
			h.Checks[c.Name] = "ok"
			if err := c.Ask(ctx); err != nil {
				s.Log.Error("health", "check", c.Name, "err", err)
				h.Status, h.Checks[c.Name] = "failing", "failing"
			}
		}
		w.Header().Set("Content-Type", "application/json")
		if h.Status != "ok" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(h) // whoever asked may be gone
	})
}
