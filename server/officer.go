package server

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/journal"
	"yiheng/ground/web"
)

// lateSigning is after how long entries that no checkpoint has are late: checkpoints come
// every few minutes.
const lateSigning = time.Hour

// OfficerOverview is what the three officers look after.
type OfficerOverview struct {
	Accounts access.Waiting `json:"accounts" doc:"within reach"`
	Entries  int64          `json:"entries" doc:"of the journal"`
	Signed   int64          `json:"signed" doc:"of them, in the last checkpoint"`
	SignedAt time.Time      `json:"signed_at,omitzero" doc:"of the last checkpoint"`
	Late     bool           `json:"late" doc:"an entry has waited for more than an hour"`
}

func (s *Server) officerRoutes() {
	web.Operate(s.door, access.ReadRights, huma.Operation{OperationID: "officer-overview", Method: http.MethodGet, Path: "/api/officers/overview", Summary: "三员概况"},
		func(ctx context.Context, c *web.Call, _ *web.None) (*web.Body[OfficerOverview], error) {
			waiting, err := s.Access.Waiting(ctx, s.DB, c.Actor, access.ReadRights, c.At)
			if err != nil {
				return nil, err
			}
			j, err := journal.ReadStanding(ctx, s.DB, s.Keys)
			late := !j.Waiting.IsZero() && c.At.Sub(j.Waiting) > lateSigning
			return web.Answer(OfficerOverview{waiting, j.Entries, j.Signed, j.At, late}), err
		})
}
