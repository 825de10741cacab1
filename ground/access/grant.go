package access

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Grant gives a holder a role in an organisation for a region, from Starts until
// before Ends; a zero Ends is open. The three officers' grants may be for the
// installation: neither organisation nor region.
type Grant struct {
	bun.BaseModel `bun:"table:role_grant,alias:role_grant" json:"-"`

	ID           int64     `bun:",pk" json:"id"`
	Holder       string    `json:"holder"`
	Role         Role      `json:"role"`
	Organisation string    `json:"organisation,omitempty"`
	Region       Region    `json:"region,omitempty"` // within the organisation's; empty takes the organisation's
	Doctor       string    `json:"doctor,omitempty"` // national code of the doctor that a Doctor is
	Starts       time.Time `json:"starts"`
	Ends         time.Time `bun:",nullzero" json:"ends,omitzero"`
	GrantedBy    string    `json:"granted_by"`

	kind Kind   // of the organisation
	path string // of the organisation; of an office its institution's
}

var doctorCode = regexp.MustCompile(`^[0-9A-Za-z]{1,30}$`)

// AddGrant gives a role; by may KeepRights where it is given, so that nobody gives
// more than lies within the own region. It refuses what may not be (ErrInvalid): a
// role that the organisation cannot have, a region that is not the organisation's,
// two of the three officers' roles at overlapping times or one of them beside a role
// that decides business (三员分立), a role for oneself (ErrForbidden). The first officers
// are named by the system administrator: see Appoint.
func (a *Access) AddGrant(ctx context.Context, tx *db.Tx, by *Actor, g Grant) (int64, error) {
	return a.addGrant(ctx, tx, by, KeepRights, g)
}

func (a *Access) addGrant(ctx context.Context, tx *db.Tx, by *Actor, op *Operation, g Grant) (int64, error) {
	if err := a.Authorize(ctx, tx, by, op, Target{Organisation: g.Organisation, Region: g.Region}); err != nil {
		return 0, err
	}
	if g.Starts.IsZero() {
		g.Starts = tx.Now
	}
	g.Starts, g.Ends, g.GrantedBy = stamp(g.Starts), stamp(g.Ends), by.ID
	if g.Holder == by.ID {
		return 0, refuse(ErrForbidden, "grant_self", "不能给自己授权，请由另一名安全保密管理员办理")
	}
	if err := a.checkGrant(ctx, tx, &g); err != nil {
		return 0, err
	}
	if err := checkApart(ctx, tx, &g); err != nil {
		return 0, err
	}
	return insertGrant(ctx, tx, &g)
}

// Appoint lets a system administrator name the security officer and the auditor of
// an installation while there is none; afterwards the security officer grants.
func (a *Access) Appoint(ctx context.Context, tx *db.Tx, by *Actor, g Grant) (int64, error) {
	if g.Role != SecurityOfficer && g.Role != Auditor {
		return 0, refuse(ErrForbidden, "appoint_role", "系统管理员只能任命首位安全保密管理员和首位安全审计员，其他授权由安全保密管理员办理")
	}
	n, err := tx.NewSelect().Table("role_grant").Where("role = ?", g.Role).Where("ends IS NULL OR ends > ?", tx.Now).Count(ctx)
	if err != nil {
		return 0, err
	}
	if n > 0 {
		return 0, refuse(ErrForbidden, "appoint_again", "已有%s，新的授权由安全保密管理员办理", g.Role.Title())
	}
	return a.addGrant(ctx, tx, by, AppointOfficer, g)
}

// EndGrant ends a grant at tx.Now; by may KeepRights where it was given. ErrNotFound
// when it is not there, elsewhere, or has ended.
func (a *Access) EndGrant(ctx context.Context, tx *db.Tx, by *Actor, id int64) error {
	var grants []Grant
	if err := tx.NewSelect().Model(&grants).Where("id = ?", id).Scan(ctx); err != nil {
		return err
	}
	if len(grants) == 0 {
		return notFound()
	}
	if err := a.Authorize(ctx, tx, by, KeepRights, Target{Organisation: grants[0].Organisation}); err != nil {
		return err
	}
	done, err := tx.NewUpdate().Table("role_grant").Set("ends = ?", tx.Now).
		Where("id = ?", id).Where("ends IS NULL OR ends > ?", tx.Now).Exec(ctx)
	return changedOne(done, err)
}

// Grants returns the grants of a holder, past and future ones too, oldest first.
func (a *Access) Grants(ctx context.Context, from db.Reader, holder string) (all []Grant, err error) {
	err = from.NewSelect().Model(&all).Where("holder = ?", holder).Order("id").Scan(ctx)
	return all, err
}

func (a *Access) checkGrant(ctx context.Context, tx *db.Tx, g *Grant) error {
	holder, err := readHolder(ctx, tx, g.Holder)
	switch {
	case err != nil:
		return err
	case holder == nil || !holder.Closed.IsZero():
		return invalid("holder", "人员或服务账号“%s”不存在或已停用", g.Holder)
	case g.Role.facts() == nil:
		return invalid("role", "角色“%s”不认识", g.Role)
	case !g.Ends.IsZero() && !g.Ends.After(g.Starts):
		return invalid("grant_period", "授权的结束时间应晚于开始时间")
	case (g.Role == Doctor) != doctorCode.MatchString(g.Doctor) || g.Role != Doctor && g.Doctor != "":
		return invalid("doctor", "医师角色应写明国家医师编码（字母和数字，不超过 30 位），其他角色不写")
	case isService(g.Holder) && !g.Role.facts().service:
		return invalid("service_role", "服务账号不能担任%s，这一角色只能由人担任", g.Role.Title())
	case g.Role.IsOfficer() && g.Organisation == "" && g.Region == "":
		return nil
	}
	o, err := readOrganisation(ctx, tx, g.Organisation)
	switch {
	case err != nil:
		return err
	case o == nil || !o.Closed.IsZero():
		return invalid("organisation", "机构“%s”不存在或已停用", g.Organisation)
	case !g.Role.Fits(o.Kind):
		return invalid("role_organisation", "%s“%s”不设%s", kindTitles[o.Kind], o.Name, g.Role.Title())
	case g.Region == "":
		g.Region = o.Region
	case !g.Region.Within(o.Region):
		return invalid("grant_region", "区划“%s”不在“%s”的区划 %s 之内", g.Region, o.Name, o.Region)
	}
	return nil
}

// checkApart keeps the three officers' roles away from each other and from every
// other role, at all times at which both would hold.
func checkApart(ctx context.Context, tx *db.Tx, g *Grant) error {
	var others []Grant
	q := tx.NewSelect().Model(&others).Where("holder = ?", g.Holder).Where("role <> ?", g.Role).Where("ends IS NULL OR ends > ?", g.Starts)
	if !g.Ends.IsZero() {
		q.Where("starts < ?", g.Ends)
	}
	if err := q.Scan(ctx); err != nil {
		return err
	}
	for _, other := range others {
		if g.Role.IsOfficer() || other.Role.IsOfficer() {
			return invalid("officers_apart", "同一人不能同时担任%s和%s：系统管理、安全保密管理、安全审计三员分立，且都不办理业务", other.Role.Title(), g.Role.Title())
		}
	}
	return nil
}

func insertGrant(ctx context.Context, tx *db.Tx, g *Grant) (int64, error) {
	id, err := nextID(ctx, tx, "role_grant")
	if err != nil {
		return 0, err
	}
	g.ID = id
	_, err = tx.NewInsert().Model(g).Exec(ctx)
	return id, err
}

// readActive returns the grants of a holder that count at an instant, with what
// they reach.
func readActive(ctx context.Context, from db.Reader, holder string, at time.Time) ([]Grant, error) {
	var rows []struct {
		Grant
		Kind Kind
		Path string
	}
	err := from.NewSelect().Model((*Grant)(nil)).ColumnExpr("role_grant.*, coalesce(o.kind, '') AS kind, coalesce(o.path, '') AS path").
		Join("LEFT JOIN organisation AS o ON o.code = role_grant.organisation").
		Where("holder = ?", holder).Where("starts <= ?", at).Where("ends IS NULL OR ends > ?", at).
		Where("role_grant.organisation = '' OR o.code IS NOT NULL").Where("o.closed IS NULL OR o.closed > ?", at).Order("id").Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	active := make([]Grant, 0, len(rows))
	for _, row := range rows {
		g := row.Grant
		if g.kind, g.path = row.Kind, row.Path; g.kind == Office {
			g.path = strings.TrimSuffix(g.path, "/"+g.Organisation+"/")
		}
		active = append(active, g)
	}
	return active, nil
}
