package knowledge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// Exempt is an exclusion as people see it.
type Exempt struct {
	Exclusion
	KindName   string   `json:"kind_name"`
	Conditions []string `json:"conditions"`
}

// ExemptVersion is a version of the exclusion list.
type ExemptVersion struct {
	ID         int64             `json:"id"`
	Hash       string            `json:"hash"`
	At         time.Time         `json:"at"`
	By         string            `json:"by"`
	ByFace     access.Face       `json:"by_face" doc:"who put it in force, as the reader may know it"`
	Exclusions int               `json:"exclusions"`
	Changes    []ExclusionChange `json:"changes"`
	Restores   int64             `json:"restores,omitempty" doc:"version whose list holds again"`
	Change     int64             `json:"change,omitempty" doc:"change that made it; nothing: at the machine, or a taking back"`
}

func exemptOf(x *Exclusion) Exempt {
	return Exempt{*x, ExclusionKinds[x.Kind], append([]string{}, x.Conditions()...)}
}

func (h *hand) exclusionRoutes() {
	d := h.door
	web.ServeList(d, web.List[Exempt, web.Query]{
		Path: "/api/exclusions", ID: "exclusions", Title: "例外名单", Op: SeeExclusions,
		Columns: []web.Column[Exempt]{
			web.By("ex_id", "编号", func(x *Exempt) string { return x.ID }),
			web.By("kind", "种类", func(x *Exempt) string { return x.Kind }),
			web.By("rules", "规则", func(x *Exempt) string { return strings.Join(x.RuleIDs, ";") }),
			web.By("conditions", "条件", func(x *Exempt) string { return strings.Join(x.Conditions, "，") }),
			web.By("region", "区划", func(x *Exempt) string { return x.Region }),
			web.By("valid_from", "开始日期", func(x *Exempt) string { return x.ValidFrom.String() }),
			web.By("valid_to", "截止日期", func(x *Exempt) string { return x.ValidTo.String() }),
			web.By("reason", "理由", func(x *Exempt) string { return x.Reason }),
		},
		Read: h.exempt,
	})
	web.ServeList(d, web.List[ExemptVersion, web.Query]{
		Path: "/api/exclusions/versions", ID: "exclusion-versions", Title: "例外名单的历次变动", Op: SeeExclusions,
		Columns: []web.Column[ExemptVersion]{
			web.Number("id", "版次", func(v *ExemptVersion) string { return fmt.Sprint(v.ID) }),
			web.By("at", "时间", func(v *ExemptVersion) string { return web.Instant(v.At) }),
			web.By("by", "由", func(v *ExemptVersion) string { return v.ByFace.String() }),
			web.Number("exclusions", "条数", func(v *ExemptVersion) string { return fmt.Sprint(v.Exclusions) }),
			web.By("hash", "校验值", func(v *ExemptVersion) string { return v.Hash }),
		},
		Read: h.exemptVersions,
	})
	web.Operate(d, KeepExclusions, huma.Operation{OperationID: "exclusions-take-back", Method: http.MethodPost, Path: "/api/exclusions/versions/{id}/take-back", Summary: "撤回例外名单的一版"},
		func(ctx context.Context, c *web.Call, in *takeBackInput) (*web.Body[ExemptVersion], error) {
			may := func(x Exclusion) error { return h.mayExempt(ctx, c, x.Region) }
			r, err := h.TakeBackExclusions(ctx, in.ID, c.ID, in.Body.Reason, may, h.recordExempt(c, in.Body.Reason))
			if err != nil {
				return nil, err
			}
			v, err := versionShown(&r.Version)
			if err != nil {
				return nil, err
			}
			one := []ExemptVersion{v}
			err = h.faceExempt(ctx, c, one)
			return web.Answer(one[0]), err
		})
	web.Operate(d, SeeExclusions, huma.Operation{OperationID: "exclusion-template", Method: http.MethodGet, Path: "/api/exclusions/template", Summary: "下载例外名单模板（工作簿）"},
		func(context.Context, *web.Call, *web.None) (*workbook, error) {
			var b strings.Builder
			err := WriteExclusionTemplate(&b, h.Rules, h.Classes)
			return workbookOf("exclusions", []byte(b.String())), err
		})
}

// exempt are the exclusions of the regions that the actor reaches, and those that hold
// there though they belong to a region around: of these none that names an institution or
// a person out of reach, or a visit alone, of which nobody knows quickly where it lies.
func (h *hand) exempt(ctx context.Context, c *web.Call, _ *web.Query) ([]Exempt, error) {
	exclusions, err := h.Exclusions(ctx)
	if err != nil {
		return nil, err
	}
	within, err := h.door.Access.Organisations(ctx, h.door.DB, c.Actor, SeeExclusions)
	if err != nil {
		return nil, err
	}
	reached := map[string]bool{}
	for _, o := range within {
		reached[o.Code] = true
	}
	sees := Sees(c.Actor, SeeExclusions)
	var persons []string // whom only their own place decides about
	shown := make([]bool, len(exclusions))
	for i, x := range exclusions {
		switch {
		case x.Region != "" && c.Authorize(SeeExclusions, access.PlaceOf(access.Region(x.Region))) == nil:
			shown[i] = true
		case !sees(x.Region):
		case x.FixmedinsCode != "":
			shown[i] = reached[x.FixmedinsCode]
		case x.PsnNo != "":
			persons = append(persons, x.PsnNo)
		default:
			shown[i] = x.MdtrtID == ""
		}
	}
	near, err := h.nearPersons(ctx, c, persons)
	all := make([]Exempt, 0, len(exclusions))
	for i, x := range exclusions {
		if shown[i] || x.FixmedinsCode == "" && sees(x.Region) && near[x.PsnNo] {
			all = append(all, exemptOf(&x))
		}
	}
	return all, err
}

// nearPersons are those of some persons whose exclusions the actor may see.
func (h *hand) nearPersons(ctx context.Context, c *web.Call, persons []string) (map[string]bool, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	slices.Sort(persons)
	return h.Persons(ctx, c, SeeExclusions, slices.Compact(persons))
}

func (h *hand) exemptVersions(ctx context.Context, c *web.Call, _ *web.Query) ([]ExemptVersion, error) {
	versions, err := h.ExclusionVersions(ctx)
	all := make([]ExemptVersion, 0, len(versions))
	for i := range versions {
		v, wrong := versionShown(&versions[i])
		err = errors.Join(err, wrong)
		all = append(all, v)
	}
	return all, errors.Join(err, h.faceExempt(ctx, c, all))
}

// versionShown is a version without the ids that it took out: they may lie in other regions.
func versionShown(v *ExclusionVersion) (ExemptVersion, error) {
	made, err := v.Made()
	for i := range made {
		made[i].Removed = nil
	}
	return ExemptVersion{ID: v.ID, Hash: v.Hash, At: v.At.UTC(), By: v.By, Exclusions: v.Exclusions, Changes: made, Restores: v.Restores, Change: v.Change}, err
}

// mayExempt asks whether the actor may except what belongs to a region.
func (h *hand) mayExempt(ctx context.Context, c *web.Call, region string) error {
	if region == "" {
		return web.Invalid("region", "须写明区划：一个地区不能为全国设例外")
	}
	return h.door.Authorize(ctx, h.door.DB, c, KeepExclusions, access.Target{Region: access.Region(region)})
}

// faulty is the refusal of a file with what is wrong in it, row by row.
func faulty(errs Problems) *web.Problem {
	p := web.Invalid("rows", fmt.Sprintf("没有导入：%d 处有误，请按所列逐行更正", len(errs)))
	for i, e := range errs {
		if i == shownProblems {
			break
		}
		p.Errors = append(p.Errors, web.Fault{Location: fmt.Sprintf("row %d %s", e.Row, e.Column), Message: e.String()})
	}
	return p
}

func (h *hand) recordExempt(c *web.Call, reason string) ExclusionRecord {
	return func(ctx context.Context, tx *db.Tx, v *ExclusionVersion) error {
		_, err := h.door.Record(ctx, tx, c.Actor, web.Act{Name: KeepExclusions.Name, Kind: ExclusionRow, ID: fmt.Sprint(v.ID), Reason: reason, Rows: v.Rows()})
		return err
	}
}
