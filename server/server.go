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
	"time"

	"yiheng/audit/knowledge"
	"yiheng/audit/review"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/facts/registry"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/hook"
	"yiheng/ground/job"
	"yiheng/ground/paper"
	"yiheng/ground/param"
	"yiheng/ground/seal"
	"yiheng/ground/web"
)

// Parts are the rooms that the door opens, and how.
type Parts struct {
	web.Parts
	Keys      []seal.PublicKey // of the journal, for proofs
	Queue     *job.Queue
	Work      []Work
	Folders   []string // where on the machine files of jobs lie: left out of what people see
	Params    *param.Book
	Yearbook  *yearbook.Book
	Registers *registry.Desk
	Review    *review.Review
	Rules     *rule.Book
	Knowledge *knowledge.Desk
	Catalogue *rule.Shelf
	Editor    *screening.Editor
	Papers    *paper.Papers
	OIDC      *OIDC // nil: people log in by password only
	Hooks     *hook.Hooks

	Checks  []Check // what /healthz asks
	Version string
}

// Server serves the API. Its routes are fixed when it is made.
type Server struct {
	Parts
	door *web.Door
}

// New makes a server of parts. Without parts it describes itself and serves nothing.
func New(p Parts) *Server {
	p.Refusals = append(append(p.Refusals, knowledge.Refusals()...),
		web.Refusal{Kind: job.ErrNone, Status: http.StatusNotFound, Code: "not_found"},
		web.Refusal{Kind: job.ErrState, Status: http.StatusConflict, Code: "job_state"},
		web.Refusal{Kind: job.ErrArgument, Status: http.StatusUnprocessableEntity, Code: "job_argument"})
	s := &Server{Parts: p, door: web.New(p.Parts)}
	s.Log = s.door.Log
	s.health()
	s.sessionRoutes()
	s.providerRoutes()
	s.accountRoutes()
	s.organisationRoutes()
	s.personRoutes()
	s.grantRoutes()
	s.serviceRoutes()
	s.journalRoutes()
	s.jobRoutes()
	s.paramRoutes()
	s.yearbookRoutes()
	s.Registers.Routes(s.door)
	s.Review.Routes(s.door)
	s.Rules.Routes(s.door)
	web.ServeDesks(s.door, ReadWork, []web.Desk{s.Review.Desk()})
	s.Knowledge.Routes(s.door)
	s.Catalogue.Routes(s.door)
	s.Editor.Routes(s.door)
	s.Papers.Routes(s.door)
	s.Hooks.Routes(s.door)
	s.door.ServeDescription()
	s.viewer()
	return s
}

// Handler is the door.
func (s *Server) Handler() http.Handler { return s.door.Handler() }

//go:generate go run ./openapi ../api/openapi.yaml

// Describe is the OpenAPI document of all routes, as api/openapi.yaml has it.
func (s *Server) Describe() ([]byte, error) { return s.door.Describe() }

// Served are the names of the operations that routes ask for.
func (s *Server) Served() []string {
	return s.door.Served()
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
