// Package server is people's door: the HTTP API over the rooms of a home. It knows
// HTTP and nothing of law: each operation is declared in package access, each act is in
// the journal, in the transaction of the act.
package server

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiheng/ground/access"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/journal"
	"yiheng/ground/param"
	"yiheng/ground/seal"
)

// Parts are the rooms that the door opens, and how.
type Parts struct {
	DB        *db.DB
	Access    *access.Access
	Committed journal.Committed // of all kinds of rows that acts behind this door write
	Keys      []seal.PublicKey  // of the journal, for proofs
	Queue     *job.Queue
	Work      []Work
	Folders   []string // where on the machine files of jobs lie: left out of what people see
	Params    *param.Book
	Yearbook  *yearbook.Book

	Checks  []Check // what /healthz asks
	Version string
	Secure  bool // the browser reaches the door by TLS: cookies say so
	Log     *slog.Logger
}

// Server serves the API. Its routes are fixed when it is made.
type Server struct {
	Parts
	api    huma.API
	mux    *http.ServeMux
	served []string // names of the operations
}

// New makes a server of parts. Without parts it describes itself and serves nothing.
func New(p Parts) *Server {
	s := &Server{Parts: p, mux: http.NewServeMux()}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	s.api = humago.New(s.mux, s.config())
	s.health()
	s.sessionRoutes()
	s.accountRoutes()
	s.organisationRoutes()
	s.personRoutes()
	s.grantRoutes()
	s.serviceRoutes()
	s.journalRoutes()
	s.jobRoutes()
	s.paramRoutes()
	s.yearbookRoutes()
	s.describe()
	return s
}

// Handler is the door.
func (s *Server) Handler() http.Handler { return s.door(s.mux) }

// Served are the names of the operations that routes ask for.
func (s *Server) Served() []string {
	slices.Sort(s.served)
	return slices.Compact(s.served)
}

// How long the door waits: for a request's head, for an answer to be taken, for an idle connection, for requests
// under way when it closes.
const (
	slowestHead   = 10 * time.Second
	slowestAnswer = 2 * time.Minute
	idle          = 2 * time.Minute
	patience      = 20 * time.Second
)

// Serve answers on l until ctx ends, then finishes what is under way.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler: s.Handler(), ReadHeaderTimeout: slowestHead, WriteTimeout: slowestAnswer, IdleTimeout: idle, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	err := h.Shutdown(closing)
	if errors.Is(err, context.DeadlineExceeded) {
		err = h.Close()
	}
	return err
}
