package claim

import (
	"context"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/facts/lake"
	"yiheng/facts/registry"
	"yiheng/ground/access"
	"yiheng/ground/job"
	"yiheng/ground/web"
)

// The operations. A source holds rows of many institutions: whoever reads or changes it
// answers for the region in which all of them lie. Doubts about the data of an institution
// are read by who answers for that institution.
var (
	ReadIntake = access.Declare(access.Operation{Name: "intake.read", Title: "查看数据接收与质量", Roles: keepers, Scope: access.InRegion})
	KeepIntake = access.Declare(access.Operation{Name: "intake.keep", Title: "上传、更正和停用来源", Roles: keepers, Scope: access.InRegion})
	Uncover    = access.Declare(access.Operation{Name: "intake.reveal", Title: "查看隔离行中的身份信息", Roles: keepers, Scope: access.InRegion, Sensitive: true})
)

var keepers = []access.Role{access.SupervisorLeader, access.AgencyAuditor}

// Desk is the intake by HTTP: what was taken in, what was not and why, and how that is
// put right.
type Desk struct {
	Home
	Queue        *job.Queue
	Files        string // the folder of the files that people bring
	Institutions func(context.Context) ([]registry.Institution, error)
	Region       access.Region // where the home's data belong; "": as the register of institutions says
}

// intakeKind is the kind of the job that takes files in.
const intakeKind = "intake"

// Routes serves the intake.
func (k *Desk) Routes(d *web.Door) {
	k.sourceRoutes(d)
	k.quarantineRoutes(d)
	k.qualityRoutes(d)
	k.fileRoutes(d)
}

func intakeRoute(id, method, path, title string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/api/intake/" + path, Summary: title}
}

// mostly is the share of the registered institutions, in percent, that lie in the home's
// region: insured persons are treated elsewhere, too, so some institutions lie outside.
const mostly = 90

// region is where the home's data belong: Region, or the smallest division in which most
// institutions of the lake's register lie, "" for the whole country; known is false when
// the register names none.
func (k *Desk) region(ctx context.Context) (region access.Region, known bool, err error) {
	if k.Region != "" {
		return k.Region, true, nil
	}
	all, err := k.Institutions(ctx)
	if err != nil {
		return "", false, err
	}
	total, inside := 0, map[access.Region]int{}
	for _, in := range all {
		if r := access.Region(in.Region); r.Valid() {
			total++
			for outer := range map[access.Region]bool{r: true, r[:4] + "00": true, r[:2] + "0000": true} {
				inside[outer]++
			}
		}
	}
	for outer, n := range inside {
		if n*100 >= total*mostly && (region == "" || outer.Within(region)) {
			region = outer
		}
	}
	return region, total > 0, nil
}

// Allow asks whether the actor may do the operation on what the home holds as a whole.
// Where no institution is registered yet it is asked where he works.
func (k *Desk) Allow(ctx context.Context, c *web.Call, op *access.Operation) error {
	region, known, err := k.region(ctx)
	if err != nil {
		return err
	}
	if !known {
		region = access.Region(web.RegionOf(c.Actor))
	}
	return c.Actor.Authorize(op, access.PlaceOf(region))
}

// whole says whether the actor reads what the home holds as a whole; lists are empty to
// who does not.
func (k *Desk) whole(ctx context.Context, c *web.Call) (bool, error) {
	err := k.Allow(ctx, c, ReadIntake)
	if errors.Is(err, access.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// source is a source that the actor reaches: the last with the id.
func (k *Desk) source(ctx context.Context, c *web.Call, op *access.Operation, id string) (lake.Source, error) {
	if err := k.Allow(ctx, c, op); err != nil {
		return lake.Source{}, err
	}
	s, ok, err := k.Lake.SourceByID(ctx, id)
	if err == nil && !ok {
		err = web.NotFound()
	}
	return s, err
}

// asked is a problem of a file or of the lake as somebody who asked by HTTP is told it.
func asked(err error) error {
	var p *Problem
	switch {
	case errors.As(err, &p):
		return web.Invalid("intake_file", p.Error())
	case errors.Is(err, lake.ErrBusy):
		return web.Refuse(http.StatusConflict, "intake_busy", "正在接收数据，请等接收完成后再试")
	}
	return err
}
