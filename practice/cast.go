package practice

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// Person is somebody of the cast.
type Person struct {
	Login, Name, Title string
	Organisation       string
	Role               access.Role
	Doctor             string // national code, of a doctor

	id    string
	actor *access.Actor
}

// The city's division code and the offices of province, city and county.
const (
	City   = "371800"
	bureau = "X371800"
	agency = "J371800"
	county = "J371802"
)

var offices = []access.Organisation{
	{Code: "X370000", Kind: access.Administration, Name: "省医疗保障局", Region: "370000"},
	{Code: bureau, Kind: access.Administration, Name: "云泽市医疗保障局", Region: City},
	{Code: agency, Kind: access.Agency, Name: "云泽市医疗保险服务中心", Region: City},
	{Code: "X371802", Kind: access.Administration, Name: "东湖区医疗保障局", Region: "371802"},
	{Code: "X371803", Kind: access.Administration, Name: "西屏区医疗保障局", Region: "371803"},
	{Code: "X371821", Kind: access.Administration, Name: "临泽县医疗保障局", Region: "371821"},
	{Code: "X371822", Kind: access.Administration, Name: "云溪县医疗保障局", Region: "371822"},
	{Code: "X371881", Kind: access.Administration, Name: "云岭市医疗保障局", Region: "371881"},
	{Code: county, Kind: access.Agency, Name: "东湖区医疗保险服务中心", Region: "371802"},
	{Code: "G371800", Kind: access.Partner, Name: "云泽市公安局", Region: City},
}

// cast are the people who can log in. Those of the hospital follow when it is known
// which one has the most to answer.
var cast = []Person{
	{Login: "shengju", Name: "孟省身", Title: "省局监管负责人", Organisation: "X370000", Role: access.SupervisorLeader},
	{Login: "juzhang", Name: "程守正", Title: "市局监管负责人", Organisation: bureau, Role: access.SupervisorLeader},
	{Login: "zhifa", Name: "韩明法", Title: "市局执法人员", Organisation: bureau, Role: access.Officer},
	{Login: "jihe", Name: "秦细帐", Title: "市经办稽核人员", Organisation: agency, Role: access.AgencyAuditor},
	{Login: "chushen", Name: "李初平", Title: "市经办初审人员", Organisation: agency, Role: access.FirstReviewer},
	{Login: "chushen2", Name: "苏慎行", Title: "市经办初审人员", Organisation: agency, Role: access.FirstReviewer},
	{Login: "fushen", Name: "周复言", Title: "市经办复审人员", Organisation: agency, Role: access.SecondReviewer},
	{Login: "heyi1", Name: "冯公议", Title: "合议组成员", Organisation: agency, Role: access.PanelMember},
	{Login: "heyi2", Name: "陆同和", Title: "合议组成员", Organisation: agency, Role: access.PanelMember},
	{Login: "heyi3", Name: "方直言", Title: "合议组成员", Organisation: agency, Role: access.PanelMember},
	{Login: "zhongshen", Name: "郑终裁", Title: "市经办终审人员", Organisation: agency, Role: access.FinalReviewer},
	{Login: "quchushen", Name: "何东湖", Title: "东湖区经办初审人员", Organisation: county, Role: access.FirstReviewer},
	{Login: "gongan", Name: "邢联络", Title: "公安联络员", Organisation: "G371800", Role: access.Liaison},
}

// The three officers of the installation; the administrator comes with the first start.
var officers = []Person{
	{Login: "anquan", Name: "安保密", Title: "安全保密管理员", Organisation: bureau, Role: access.SecurityOfficer},
	{Login: "shenji", Name: "纪审明", Title: "安全审计员", Organisation: bureau, Role: access.Auditor},
}

// Settle makes the offices and their people, and the institutions; people of
// the busiest hospital can log in too.
func (w *World) Settle(ctx context.Context, institutions []Institution, busiest Busiest) error {
	if err := w.start(ctx); err != nil {
		return err
	}
	var all []access.Organisation
	for _, i := range institutions {
		if i.ours() {
			w.regions[i.Code] = i.Region
		}
		all = append(all, access.Organisation{Code: i.Code, Kind: access.Institution, Name: i.Name, Region: access.Region(i.Region)})
	}
	all = append(all,
		access.Organisation{Code: busiest.Institution + ".YB", Kind: access.Office, Name: "医保办", Parent: busiest.Institution},
		access.Organisation{Code: busiest.Institution + ".KS", Kind: access.Department, Name: busiest.Department, Parent: busiest.Institution})
	if err := w.found(ctx, all...); err != nil {
		return err
	}
	hospital := []Person{
		{Login: "yibaoban", Name: "贺办事", Title: "医院医保办", Organisation: busiest.Institution + ".YB", Role: access.InsuranceOffice},
		{Login: "keshi", Name: "严主任", Title: "科室负责人", Organisation: busiest.Institution + ".KS", Role: access.DepartmentHead},
		{Login: "yishi", Name: "白医生", Title: "医师", Organisation: busiest.Institution + ".KS", Role: access.Doctor, Doctor: busiest.Doctor},
	}
	for _, p := range slices.Concat(cast, hospital) {
		if err := w.appoint(ctx, p, true); err != nil {
			return err
		}
	}
	w.desks[busiest.Institution] = w.cast["yibaoban"]
	for k, i := range institutions {
		if i.Code == busiest.Institution {
			continue
		}
		p := Person{Login: "yb" + strconv.Itoa(k+1), Name: "医保办" + strconv.Itoa(k+1), Organisation: i.Code, Role: access.InsuranceOffice}
		if err := w.appoint(ctx, p, false); err != nil {
			return err
		}
		w.desks[i.Code] = w.cast[p.Login]
	}
	return nil
}

// start makes the three officers: the administrator, and whom he appoints.
func (w *World) start(ctx context.Context) error {
	admin := &Person{Login: "admin", Name: "系统管理员", Title: "系统管理员", Role: access.SystemAdministrator}
	err := w.DB.Write(ctx, func(tx *db.Tx) (err error) {
		login, _, err := w.Access.FirstStart(ctx, tx)
		if err != nil {
			return err
		}
		if login == "" {
			return errors.New("这个数据文件夹已有人员，不能再布置成演练库：请换一个新的数据文件夹")
		}
		admin.id = "RY000001"
		if w.admin, err = w.Access.ActorOf(ctx, tx, admin.id, w.now); err != nil {
			return err
		}
		_, err = w.Door.Record(ctx, tx, w.admin, web.Act{
			Name: "access.first_start", Kind: access.HolderRow, ID: admin.id,
			Rows: map[string][]string{access.HolderRow: {admin.id}, access.GrantRow: {"1"}, access.PasswordRow: {admin.id}},
		})
		return err
	})
	if err != nil {
		return err
	}
	w.admin.SecondFactor = true
	admin.actor, w.shown = w.admin, []*Person{admin}
	if err := w.found(ctx, offices...); err != nil {
		return err
	}
	for _, p := range officers {
		if err := w.appoint(ctx, p, true); err != nil {
			return err
		}
	}
	w.officer = w.cast["anquan"].actor
	w.officer.SecondFactor = true
	return nil
}

// found makes organisations.
func (w *World) found(ctx context.Context, all ...access.Organisation) error {
	for _, o := range all {
		err := w.act(ctx, w.admin, func(tx *db.Tx) (web.Act, error) {
			return web.OnRow("access.add_organisation", access.OrganisationRow, o.Code, ""), w.Access.AddOrganisation(ctx, tx, o)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// appoint makes a person with a role; who is not shown only works here.
func (w *World) appoint(ctx context.Context, p Person, shown bool) error {
	err := w.act(ctx, w.admin, func(tx *db.Tx) (a web.Act, err error) {
		p.id, err = w.Access.AddPerson(ctx, tx, p.Login, p.Organisation, access.Identity{Name: p.Name})
		return web.OnRow("access.add_person", access.HolderRow, p.id, ""), err
	})
	if err != nil {
		return err
	}
	by, act, give := w.officer, "access.grant", w.Access.AddGrant
	g := access.Grant{Holder: p.id, Role: p.Role, Organisation: p.Organisation, Doctor: p.Doctor}
	if p.Role.IsOfficer() {
		by, act, give, g.Organisation = w.admin, "access.appoint", w.Access.Appoint, ""
	}
	err = w.act(ctx, by, func(tx *db.Tx) (web.Act, error) {
		id, err := give(ctx, tx, by, g)
		return web.OnRow(act, access.GrantRow, strconv.FormatInt(id, 10), "演练"), err
	})
	if err != nil {
		return err
	}
	if p.Role == access.Officer {
		if err := w.certify(ctx, &p); err != nil {
			return err
		}
	}
	if p.actor, err = w.Access.ActorOf(ctx, w.DB, p.id, w.now); err != nil {
		return err
	}
	w.cast[p.Login] = &p
	if shown {
		w.shown = append(w.shown, &p)
	}
	return nil
}

// certify gives an enforcement officer the certificate without which nothing counts.
func (w *World) certify(ctx context.Context, p *Person) error {
	return w.act(ctx, w.admin, func(tx *db.Tx) (web.Act, error) {
		c := access.Certificate{Holder: p.id, Number: "37180001", ValidTo: "2030-12-31"}
		return web.OnRow("access.set_certificate", access.HolderRow, p.id, "").And(access.CertificateRow, p.id), w.Access.SetCertificate(ctx, tx, c)
	})
}

// LetIn gives those who can log in their passwords and second factors, now.
func (w *World) LetIn(ctx context.Context) error {
	for _, p := range w.shown {
		if err := w.letIn(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) letIn(ctx context.Context, p *Person) (err error) {
	if p.actor, err = w.Access.ActorOf(ctx, w.DB, p.id, w.now); err != nil {
		return err
	}
	change, err := w.Access.PreparePassword(ctx, p.id, Password, w.now)
	if err != nil {
		return err
	}
	err = w.act(ctx, p.actor, func(tx *db.Tx) (web.Act, error) {
		return web.OnRow("access.change_password", access.HolderRow, p.id, "").And(access.PasswordRow, p.id), w.Access.SetPassword(ctx, tx, change)
	})
	if err != nil || !sensitive(p.Role) {
		return err
	}
	otp, err := factor(p.Login)
	if err != nil {
		return err
	}
	return w.act(ctx, p.actor, func(tx *db.Tx) (web.Act, error) {
		if _, err := w.Access.Enrol(ctx, tx, p.id, otp.URI()); err != nil {
			return web.Act{}, err
		}
		_, err := w.Access.ConfirmFactor(ctx, tx, p.actor, otp.Code(tx.Now))
		return web.OnRow("access.confirm_factor", access.HolderRow, p.id, "").And(access.FactorRow, p.id), err
	})
}

// sensitive says whether a role has an operation that asks for the second factor.
func sensitive(role access.Role) bool {
	return slices.ContainsFunc(access.Operations(), func(op *access.Operation) bool { return op.Sensitive && slices.Contains(op.Roles, role) })
}

// factor is the second factor of a login here.
func factor(login string) (access.OTP, error) {
	return access.ParseOTP("otpauth://totp/" + login + "?secret=" + Secret + "&issuer=" + url.QueryEscape("医衡演练"))
}

// Code is what the authenticator of a login shows at an instant.
func Code(login string, at time.Time) (string, error) {
	otp, err := factor(login)
	if err != nil {
		return "", err
	}
	return otp.Code(at), nil
}

// Shown are the people who can log in.
func (w *World) Shown() []*Person { return w.shown }

// SecondFactor says that the login of a person asks for the second factor.
func (p *Person) SecondFactor() bool { return sensitive(p.Role) }
