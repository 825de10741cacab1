package access

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Kind is what an organisation is.
type Kind string

// The kinds. Offices and departments stand inside an institution, which passes
// findings on to them.
const (
	Administration Kind = "administration" // 医保行政部门
	Agency         Kind = "agency"         // 医保经办机构
	Institution    Kind = "institution"    // 定点医药机构
	Partner        Kind = "partner"        // 协作部门：公安、纪检监察、卫生健康、市场监管……
	Office         Kind = "office"         // an institution's 医保办
	Department     Kind = "department"     // an institution's 科室
)

var kindTitles = map[Kind]string{
	Administration: "医保行政部门", Agency: "经办机构", Institution: "定点机构", Partner: "协作部门", Office: "机构医保办", Department: "科室",
}

// Inside says whether the kind stands inside an institution.
func (k Kind) Inside() bool { return k == Office || k == Department }

// Organisation is a body whose people work with the program. An institution's
// code is its fixmedins_code.
type Organisation struct {
	bun.BaseModel `bun:"table:organisation,alias:organisation" json:"-"`

	Code   string    `bun:",pk" json:"code"`
	Kind   Kind      `json:"kind"`
	Name   string    `json:"name"`
	Region Region    `json:"region"`
	Parent string    `json:"parent,omitempty"` // of an office or department, its institution
	Path   string    `json:"-"`
	Closed time.Time `bun:",nullzero" json:"closed,omitzero"`
}

var organisationCode = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$`)

// AddOrganisation adds an organisation; one inside an institution takes its region.
// ErrInvalid says what does not fit, ErrConflict that the code is taken.
func (a *Access) AddOrganisation(ctx context.Context, tx *db.Tx, o Organisation) error {
	o.Name = strings.TrimSpace(o.Name)
	switch {
	case !organisationCode.MatchString(o.Code):
		return invalid("organisation_code", "机构编码“%s”不合规：应为 1 到 40 位字母、数字、点或短横，以字母或数字开头", o.Code)
	case kindTitles[o.Kind] == "":
		return invalid("organisation_kind", "机构类别“%s”不认识", o.Kind)
	case !isOrganisationName(o.Name):
		return badOrganisationName()
	case o.Kind.Inside() == (o.Parent == ""):
		return invalid("organisation_parent", "医保办和科室必须写明所属机构，其他机构不能有所属机构")
	}
	if o.Parent != "" {
		parent, err := readOrganisation(ctx, tx, o.Parent)
		if err != nil {
			return err
		}
		if parent == nil || parent.Kind != Institution {
			return invalid("organisation_parent", "所属机构“%s”不存在，或不是定点机构", o.Parent)
		}
		o.Region, o.Path = parent.Region, parent.Path
	}
	if !o.Region.Valid() {
		return invalid("region", "行政区划“%s”不合规：应为 6 位数字", o.Region)
	}
	o.Path += "/" + o.Code + "/"
	taken, err := readOrganisation(ctx, tx, o.Code)
	if err != nil {
		return err
	}
	if taken != nil {
		return refuse(ErrConflict, "organisation_exists", "机构编码“%s”已被“%s”使用", o.Code, taken.Name)
	}
	_, err = tx.NewInsert().Model(&o).Exec(ctx)
	return err
}

// RenameOrganisation gives an organisation another name; code, region and place in
// the tree stay, since rows elsewhere bear them. ErrInvalid, ErrNotFound.
func (a *Access) RenameOrganisation(ctx context.Context, tx *db.Tx, code, name string) error {
	if name = strings.TrimSpace(name); !isOrganisationName(name) {
		return badOrganisationName()
	}
	if !storable(code) {
		return notFound()
	}
	done, err := tx.NewUpdate().Table("organisation").Set("name = ?", name).Where("code = ?", code).Where("closed IS NULL").Exec(ctx)
	return changedOne(done, err)
}

// CloseOrganisation ends an organisation at tx.Now: the grants in it and in what
// is inside it no longer count. ErrNotFound when there is none that is open.
func (a *Access) CloseOrganisation(ctx context.Context, tx *db.Tx, code string) error {
	o, err := readOrganisation(ctx, tx, code)
	if err != nil {
		return err
	}
	if o == nil || !o.Closed.IsZero() {
		return notFound()
	}
	_, err = tx.NewUpdate().Table("organisation").Set("closed = ?", tx.Now).
		Where("substr(path, 1, ?) = ?", utf8.RuneCountInString(o.Path), o.Path).Where("closed IS NULL").Exec(ctx)
	return err
}

// Organisations returns those that the actor's grants for the operation reach, by code.
func (a *Access) Organisations(ctx context.Context, from db.Reader, actor *Actor, op *Operation) ([]Organisation, error) {
	q, scan := a.SelectOrganisations(from, actor, op)
	q.Order("code")
	return scan(ctx)
}

// SelectOrganisations is Organisations as a query, for a list that orders it and takes a
// part.
func (a *Access) SelectOrganisations(from db.Reader, actor *Actor, op *Operation) (q *bun.SelectQuery, scan func(context.Context) ([]Organisation, error)) {
	var all []Organisation
	q = from.NewSelect().Model(&all).
		ApplyQueryBuilder(actor.Reach(op, Columns{Region: "organisation.region", Organisation: "organisation.code"}))
	return q, func(ctx context.Context) ([]Organisation, error) {
		err := q.Scan(ctx)
		return all, err
	}
}

// RegionNames returns what regions are called, all of them or some: as their bureau is,
// without one as their agency.
func RegionNames(ctx context.Context, from db.Reader, some ...Region) (map[Region]string, error) {
	var bureaus []Organisation
	q := from.NewSelect().Model(&bureaus).Column("region", "name").Where("kind IN (?)", bun.List([]Kind{Administration, Agency}))
	if len(some) > 0 {
		q.Where("region IN (?)", bun.List(some))
	}
	err := q.OrderExpr("kind DESC, code DESC").Scan(ctx)
	names := make(map[Region]string, len(bureaus))
	for _, b := range bureaus {
		names[b.Region] = b.Name
	}
	return names, err
}

func isOrganisationName(name string) bool {
	return name != "" && storable(name) && utf8.RuneCountInString(name) <= 100
}

func badOrganisationName() error {
	return invalid("organisation_name", "机构名称应为 1 到 100 个字")
}

// readOrganisation returns nil when there is none.
func readOrganisation(ctx context.Context, from db.Reader, code string) (*Organisation, error) {
	if !storable(code) {
		return nil, nil
	}
	var all []Organisation
	if err := from.NewSelect().Model(&all).Where("code = ?", code).Scan(ctx); err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}
