package registry

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/web"
)

// The operations on the registers. Institutions have none of them: whom they treat they
// know themselves, and of others they learn nothing.
var (
	FindInsured = access.Declare(access.Operation{Name: "registry.find", Title: "查询参保人", Roles: knowing, Scope: access.InRegion})
	Reveal      = access.Declare(access.Operation{Name: "registry.reveal", Title: "查看参保人身份信息", Roles: knowing, Scope: access.InRegion, Sensitive: true})
	ReadMedins  = access.Declare(access.Operation{Name: "registry.institutions", Title: "查看定点机构名册", Scope: access.InRegion, Roles: []access.Role{
		access.FirstReviewer, access.SecondReviewer, access.FinalReviewer, access.PanelMember, access.Officer, access.SupervisorLeader, access.AgencyAuditor,
	}})
)

var knowing = []access.Role{access.SupervisorLeader, access.Officer, access.AgencyAuditor}

// How many persons one question may have as its answer, and how many of the value,
// within reach or not, are looked at.
const (
	mostFound    = 100
	mostLookedAt = 2000
)

// Whereabouts are the divisions in which a person is insured and was treated.
type Whereabouts struct{ Insured, Claims []string }

// Institution is one of the register of institutions.
type Institution struct {
	Code   string `json:"code"`
	Name   string `json:"name"`
	Type   string `json:"type,omitempty" doc:"fixmedins_type"`
	Level  string `json:"level,omitempty" doc:"hosp_lv"`
	Region string `json:"region,omitempty"`
}

// Desk is the registers by HTTP. Whereabouts answers for persons that claims name;
// Institutions are all that the newest epoch of the lake has.
type Desk struct {
	*Registry
	Whereabouts  func(ctx context.Context, persons []string) (map[string]Whereabouts, error)
	Institutions func(ctx context.Context) ([]Institution, error)
}

// Insured is an insured person as a list shows one: identities are masked.
type Insured struct {
	PsnNo    string            `json:"psn_no"`
	Record   string            `json:"record,omitempty" doc:"what the journal calls the person"`
	Insured  []string          `json:"insured" nullable:"false" doc:"divisions in which the person is insured"`
	Claims   []string          `json:"claims" nullable:"false" doc:"divisions of the institutions that treated the person"`
	Identity map[string]string `json:"identity" doc:"by the national names of the columns, masked"`
}

// insuredList is a page of insured persons; there is no next one: a question that has
// more answers is refused.
type insuredList struct {
	Items []Insured `json:"items"`
}

type revealed struct {
	Identity map[string]string `json:"identity"`
}

type findInput struct {
	Body struct {
		Field string `json:"field" enum:"certno,psn_name" doc:"certno 证件号码, psn_name 姓名"`
		Value string `json:"value" minLength:"1" maxLength:"100" doc:"exactly"`
	}
}

// PsnInput is the input of an operation on an insured person.
type PsnInput struct {
	PsnNo string `path:"psn_no" maxLength:"80"`
}

type revealInput struct {
	PsnInput
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// Routes serves the registers.
func (k *Desk) Routes(d *web.Door) {
	web.Operate(d, FindInsured, huma.Operation{OperationID: "insured", Method: http.MethodGet, Path: "/api/insured/{psn_no}", Summary: "一名参保人（脱敏）"},
		func(ctx context.Context, c *web.Call, in *PsnInput) (*web.Body[Insured], error) {
			p, err := k.Person(ctx, c, FindInsured, in.PsnNo)
			return web.Answer(p), err
		})
	web.Operate(d, FindInsured, huma.Operation{OperationID: "find-insured", Method: http.MethodPost, Path: "/api/insured/find", Summary: "按证件号码或姓名查询参保人（脱敏）"},
		func(ctx context.Context, c *web.Call, in *findInput) (*web.Body[insuredList], error) {
			found, err := k.find(ctx, c, in.Body.Field, in.Body.Value)
			if err != nil {
				return nil, err
			}
			err = d.Note(ctx, c, web.Act{Name: "registry.find", Reason: fmt.Sprintf("按%s查询，得 %d 人", fields[in.Body.Field], len(found.Items))})
			return web.Answer(found), err
		})
	web.Operate(d, Reveal, huma.Operation{OperationID: "reveal-insured", Method: http.MethodPost, Path: "/api/insured/{psn_no}/reveal", Summary: "查看参保人身份信息"},
		func(ctx context.Context, c *web.Call, in *revealInput) (*web.Body[revealed], error) {
			return k.reveal(ctx, d, c, in)
		})
	k.institutionRoutes(d)
}

// fields are those that a person is found by.
var fields = map[string]string{"certno": "证件号码", "psn_name": "姓名"}

// kindInsured is the kind of the subjects that are insured persons.
const kindInsured = "psn"

// find returns the persons of an exact value that the actor reaches, by psn_no.
func (k *Desk) find(ctx context.Context, c *web.Call, field, value string) (found insuredList, err error) {
	found.Items = []Insured{}
	ids, err := k.Find(ctx, kindInsured, field, value)
	if err != nil {
		return found, err
	}
	tooMany := web.Invalid("too_many", fmt.Sprintf("符合的参保人超过 %d 名，请改按证件号码查询", mostFound))
	if len(ids) > mostLookedAt {
		return found, tooMany
	}
	reached, err := k.reached(ctx, c, FindInsured, ids)
	if err != nil {
		return found, err
	}
	if len(reached) > mostFound {
		return found, tooMany
	}
	for _, p := range reached {
		if p, err = k.masked(ctx, p); err != nil {
			return found, err
		}
		found.Items = append(found.Items, p)
	}
	return found, nil
}

// Person returns a person whom the actor may do the operation on, masked; everybody else
// is not found.
func (k *Desk) Person(ctx context.Context, c *web.Call, op *access.Operation, psnNo string) (Insured, error) {
	reached, err := k.reached(ctx, c, op, []string{psnNo})
	if err != nil {
		return Insured{}, err
	}
	if len(reached) == 0 {
		return Insured{}, web.NotFound()
	}
	return k.masked(ctx, reached[0])
}

// Reached are those of some persons whom the actor may do the operation on.
func (k *Desk) Reached(ctx context.Context, c *web.Call, op *access.Operation, persons []string) (map[string]bool, error) {
	all, err := k.reached(ctx, c, op, persons)
	found := make(map[string]bool, len(all))
	for _, p := range all {
		found[p.PsnNo] = true
	}
	return found, err
}

// reached are the persons whom the actor may do the operation on: those who are insured,
// or were treated, in a division that a grant reaches. Of whom no claim tells a
// division, only who works for the whole installation learns.
func (k *Desk) reached(ctx context.Context, c *web.Call, op *access.Operation, persons []string) (all []Insured, err error) {
	where, err := k.Whereabouts(ctx, persons)
	if err != nil {
		return nil, err
	}
	for _, psn := range persons {
		w, known := where[psn]
		regions := slices.Concat(w.Insured, w.Claims)
		if len(regions) == 0 {
			regions = []string{""}
		}
		within := func(region string) bool { return c.Authorize(op, access.PlaceOf(access.Region(region))) == nil }
		if known && slices.ContainsFunc(regions, within) {
			all = append(all, Insured{PsnNo: psn, Insured: append([]string{}, w.Insured...), Claims: append([]string{}, w.Claims...)})
		}
	}
	return all, nil
}

func (k *Desk) masked(ctx context.Context, p Insured) (Insured, error) {
	identity, n, err := k.identity(ctx, p.PsnNo)
	if n > 0 {
		p.Record = record(n)
	}
	p.Identity = map[string]string{}
	for name, value := range identity {
		p.Identity[name] = Mask(name, value)
	}
	return p, err
}

// identity returns what is kept of an insured person, and the number of its row.
func (k *Desk) identity(ctx context.Context, psnNo string) (fields map[string]string, n int64, err error) {
	rows, err := readIdentities(ctx, k.db, kindInsured, []string{psnNo})
	if err != nil || len(rows) == 0 {
		return nil, 0, err
	}
	fields, err = k.unseal(Subject{kindInsured, psnNo}, rows[0].Sealed)
	return fields, rows[0].N, err
}

// record is what the journal calls a person: a psn_no may look like an identity number,
// which stands in no entry.
func record(n int64) string { return "CB" + strconv.FormatInt(n, 10) }

// Known is what the journal calls the person: the record, or the masked number of one
// whose identity is not kept.
func (p Insured) Known() string {
	return cmp.Or(p.Record, Mask("certno", p.PsnNo))
}

// reveal opens the identity of a person for a reason, which the journal keeps. A person
// whose identity is not kept is not found.
func (k *Desk) reveal(ctx context.Context, d *web.Door, c *web.Call, in *revealInput) (*web.Body[revealed], error) {
	if _, err := k.Person(ctx, c, Reveal, in.PsnNo); err != nil {
		return nil, err
	}
	identity, n, err := k.identity(ctx, in.PsnNo)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, web.NotFound()
	}
	err = d.Note(ctx, c, web.Act{Name: "registry.reveal", Kind: "insured", ID: record(n), Reason: in.Body.Reason})
	return web.Answer(revealed{identity}), err
}
