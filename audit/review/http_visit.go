package review

import (
	"context"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	judge "yiheng/audit/screening"
	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

// visitRoutes serve what a finding rests on: the visit, the certificate; and the trend of
// an institution beside its peers.
func (r *Review) visitRoutes(d *web.Door) {
	web.OperateAny(d, reading, huma.Operation{OperationID: "finding-visit", Method: http.MethodGet, Path: "/api/findings/{id}/visit", Summary: "疑点所在就诊的明细"},
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[*Visit], error) {
			visit, err := r.Visit(ctx, r.db, c.Actor, in.ID, calendar.Civil(c.At))
			if err == nil {
				err = read(ctx, d, c, "review.visit", in.ID)
			}
			return web.Answer(visit), err
		})
	web.Operate(d, Read, huma.Operation{
		OperationID: "finding-certificate", Method: http.MethodGet, Path: "/api/findings/{id}/certificate", Summary: "下载疑点证书",
		Responses: map[string]*huma.Response{"200": {
			Description: "One line as yiheng finding verify reads it: all that the verdicts on the person read",
			Content:     map[string]*huma.MediaType{"application/x-ndjson": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}},
	}, func(ctx context.Context, c *web.Call, in *web.ByID) (*download, error) {
		line, _, err := r.Certificate(ctx, r.db, c.Actor, in.ID)
		if err == nil {
			err = read(ctx, d, c, "review.certificate", in.ID)
		}
		return &download{"application/x-ndjson", "attachment; filename=\"" + url.PathEscape(in.ID) + ".ndjson\"", line}, err
	})
	web.Operate(d, Read, huma.Operation{OperationID: "finding-certificate-check", Method: http.MethodGet, Path: "/api/findings/{id}/certificate/check", Summary: "核验疑点证书"},
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[CertificateCheck], error) {
			return r.serveCheck(ctx, d, c, in.ID)
		})
	web.OperateAny(d, reading, huma.Operation{OperationID: "finding-trend", Method: http.MethodGet, Path: "/api/findings/trend", Summary: "机构疑点走势与同级机构比较"},
		func(ctx context.Context, c *web.Call, in *trendInput) (*web.Body[*Trend], error) {
			trend, err := r.Trend(ctx, r.db, c.Actor, in.FixmedinsCode, calendar.Civil(c.At).Day())
			return web.Answer(trend), err
		})
}

// read notes in the journal that something of somebody's treatment was read.
func read(ctx context.Context, d *web.Door, c *web.Call, act, id string) error {
	return d.Note(ctx, c, web.Act{Name: act, Kind: findingKind, ID: id})
}

// CertificateCheck is what coming to the verdicts again from a certificate alone gave.
type CertificateCheck struct {
	Right    bool          `json:"right"`
	Reason   string        `json:"reason,omitempty" doc:"why it does not lead to its findings"`
	SHA256   string        `json:"sha256"`
	RunID    string        `json:"run_id"`
	Snapshot string        `json:"snapshot_id"`
	Findings int           `json:"findings" doc:"that it leads to"`
	Rules    int           `json:"rules"`
	Points   int           `json:"points"`
	Lines    int           `json:"lines"`
	Shares   []SharedMoney `json:"shares" doc:"how the money of the lines of this finding was shared out"`
}

// SharedMoney is what one finding takes of a line's money.
type SharedMoney struct {
	BkkpSn string `json:"bkkp_sn"`
	Inscp  string `json:"inscp_net"`
	judge.Share
}

func (r *Review) serveCheck(ctx context.Context, d *web.Door, c *web.Call, id string) (*web.Body[CertificateCheck], error) {
	line, certificate, err := r.Certificate(ctx, r.db, c.Actor, id)
	if err != nil {
		return nil, err
	}
	check, err := checkCertificate(line, certificate, id)
	if err != nil {
		return nil, err
	}
	return web.Answer(check), read(ctx, d, c, "review.certificate", id)
}

type trendInput struct {
	FixmedinsCode string `query:"fixmedins_code" required:"true" minLength:"1" maxLength:"40"`
}
