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
	"yiheng/facts/claim"
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
	Intake    *claim.Desk
	Stories   *claim.Stories
	Review    *review.Review
	Rules     *rule.Book
	Knowledge *knowledge.Desk
	Catalogue *rule.Shelf
	Editor    *screening.Editor
	Runs      *screening.RunDesk
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
	s.routes()
	s.door.ServeDescription()
	s.viewer()
	return s
}

// routes are those of all rooms, by the chapters of the description.
func (s *Server) routes() {
	chapter := s.door.Chapter
	chapter("登录与本人")
	s.sessionRoutes()
	s.providerRoutes()
	s.accountRoutes()
	web.ServePageTables(s.door)
	chapter("机构、人员与授权")
	s.organisationRoutes()
	s.personRoutes()
	s.grantRoutes()
	s.officerRoutes()
	chapter("服务账号与令牌")
	s.serviceRoutes()
	chapter("操作日志")
	s.journalRoutes()
	chapter("任务与维护")
	s.jobRoutes()
	chapter("法定参数与节假日")
	s.paramRoutes()
	s.yearbookRoutes()
	chapter("定点机构与参保人")
	s.Registers.Routes(s.door)
	chapter("数据接收与质量")
	s.Intake.Routes(s.door)
	s.Runs.Routes(s.door)
	s.Stories.Routes(s.door)
	chapter("疑点")
	s.Review.Routes(s.door)
	chapter("规则的生命周期")
	s.Rules.Routes(s.door)
	chapter("待办")
	web.ServeDesks(s.door, ReadWork, []web.Desk{s.Review.Desk()})
	chapter("知识库与例外名单")
	s.Knowledge.Routes(s.door)
	chapter("规则目录")
	s.Catalogue.Routes(s.door)
	chapter("自定义检查")
	s.Editor.Routes(s.door)
	chapter("文书")
	s.Papers.Routes(s.door)
	chapter("事件推送")
	s.Hooks.Routes(s.door)
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
