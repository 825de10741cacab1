package server

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

type personInput struct {
	Body struct {
		Login        string          `json:"login" maxLength:"40"`
		Organisation string          `json:"organisation" maxLength:"40"`
		Identity     access.Identity `json:"identity"`
	}
}

// OneOff is a password that must be changed at the first login. It is shown once.
type OneOff struct {
	ID       string `json:"id"`
	Password string `json:"one_off_password"`
}

type findInput struct {
	Body struct {
		Value string `json:"value" minLength:"1" maxLength:"50" doc:"a name, phone or certificate number, whole"`
	}
}

type identityInput struct {
	web.ByID
	Body access.Identity
}

type certificateInput struct {
	web.ByID
	Body struct {
		Number  string `json:"number" maxLength:"40"`
		ValidTo string `json:"valid_to" format:"date" doc:"the last day"`
	}
}

type certificatesInput struct {
	web.Query
	Until string `query:"until" format:"date" doc:"only those that end on or before this day"`
}

type people struct {
	Items []access.Person `json:"items"`
}

var personColumns = []web.Column[access.Person]{
	web.By("id", "编号", func(p *access.Person) string { return p.ID }).In("holder.id"),
	web.By("login", "用户名", func(p *access.Person) string { return p.Login }).In("holder.login"),
	web.By("organisation", "机构", func(p *access.Person) string { return p.Organisation }).In("holder.organisation"),
	web.By("identity", "姓名、电话、证件号", func(p *access.Person) string { return masked(p.Identity) }), // sealed: the database cannot sort it
	web.Time("created", "登记时间", func(p *access.Person) time.Time { return p.Created }).In("holder.created"),
	web.Time("closed", "停用时间", func(p *access.Person) time.Time { return p.Closed }).In("holder.closed"),
}

// certificateColumns have the holder first: a person has one certificate.
var certificateColumns = []web.Column[access.Certificate]{
	web.By("holder", "人员", func(c *access.Certificate) string { return c.Holder }).In("certificate.holder"),
	web.By("number", "证号", func(c *access.Certificate) string { return c.Number }),
	web.Day("valid_to", "有效期至", func(c *access.Certificate) string { return c.ValidTo }).In("certificate.valid_to"),
}

func (s *Server) personRoutes() {
	web.ServeList(s.door, web.List[access.Person, web.Query]{
		Path: "/api/people", ID: "people", Title: "人员", Op: access.ReadRights, Columns: personColumns,
		From: func(_ context.Context, c *web.Call, _ *web.Query) (web.Source[access.Person], error) {
			return web.SourceOf(s.Access.SelectPersons(s.DB, c.Actor, access.ReadRights)), nil
		},
	})
	web.ServeList(s.door, web.List[access.Person, web.Query]{
		Path: "/api/staff", ID: "staff", Title: "本机构人员", Op: access.OwnStaff, Columns: personColumns,
		From: func(_ context.Context, c *web.Call, _ *web.Query) (web.Source[access.Person], error) {
			return web.SourceOf(s.Access.SelectPersons(s.DB, c.Actor, access.OwnStaff)), nil
		},
	})
	web.ServeList(s.door, web.List[access.Certificate, certificatesInput]{
		Path: "/api/certificates", ID: "certificates", Title: "执法证台账", Op: access.Certificates,
		Columns: certificateColumns,
		From: func(_ context.Context, c *web.Call, in *certificatesInput) (web.Source[access.Certificate], error) {
			return web.SourceOf(s.Access.SelectCertificates(s.DB, c.Actor, access.Certificates, cmp.Or(in.Until, "9999-12-31"))), nil
		},
	})
	on := func(id, method, path, title string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/people" + path, Summary: title}
	}
	add := on("add-person", http.MethodPost, "", "登记人员")
	add.DefaultStatus = http.StatusCreated
	web.Operate(s.door, access.KeepDirectory, add, s.addPerson)
	web.Operate(s.door, access.ReadRights, on("find-people", http.MethodPost, "/find", "按姓名、电话或证件号查找人员"),
		func(ctx context.Context, c *web.Call, in *findInput) (*web.Body[people], error) {
			found, err := s.Access.FindPersons(ctx, s.DB, c.Actor, access.ReadRights, in.Body.Value)
			return web.Answer(people{append([]access.Person{}, found...)}), err
		})
	web.Operate(s.door, access.KeepDirectory, on("reveal-person", http.MethodPost, "/{id}/reveal", "查看人员完整信息"), s.revealPerson)
	web.Operate(s.door, access.KeepDirectory, on("change-person", http.MethodPut, "/{id}/identity", "更正人员信息"),
		func(ctx context.Context, c *web.Call, in *identityInput) (*web.None, error) {
			return nil, s.onHolder(ctx, c, access.KeepDirectory, "access.change_identity", in.ID, "", func(tx *db.Tx) error {
				return s.Access.SetIdentity(ctx, tx, in.ID, in.Body)
			})
		})
	web.Operate(s.door, access.KeepDirectory, on("set-certificate", http.MethodPut, "/{id}/certificate", "登记执法证"),
		func(ctx context.Context, c *web.Call, in *certificateInput) (*web.None, error) {
			act := web.OnRow("access.set_certificate", access.HolderRow, in.ID, "").And(access.CertificateRow, in.ID)
			return nil, s.actOnHolder(ctx, c, access.KeepDirectory, act, func(tx *db.Tx) error {
				return s.Access.SetCertificate(ctx, tx, access.Certificate{Holder: in.ID, Number: in.Body.Number, ValidTo: in.Body.ValidTo})
			})
		})
	web.Operate(s.door, access.KeepDirectory, on("close-person", http.MethodPost, "/{id}/close", "停用人员"), s.closePerson)
	s.rightsRoutes(on)
}

// rightsRoutes are what a security officer does with somebody's account. Who keeps the
// directory gives the first password.
func (s *Server) rightsRoutes(on func(id, method, path, title string) huma.Operation) {
	web.OperateAny(s.door, []*access.Operation{access.KeepRights, access.KeepDirectory}, on("reset-password", http.MethodPost, "/{id}/password", "重置口令"), s.resetPassword)
	web.Operate(s.door, access.KeepRights, on("drop-factor", http.MethodPost, "/{id}/factor/drop", "解除动态口令"),
		func(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.None, error) {
			act := web.OnRow("access.drop_factor", access.HolderRow, in.ID, in.Body.Reason).And(access.FactorRow, in.ID)
			return nil, s.actOnHolder(ctx, c, access.KeepRights, act, func(tx *db.Tx) error {
				return s.Access.DropFactor(ctx, tx, c.Actor, in.ID)
			})
		})
	for _, o := range []struct {
		id, path, title, act string
		do                   func(context.Context, *db.Tx, string) error
	}{
		{"end-sessions", "/{id}/sessions/end", "收回会话", "access.end_sessions", s.Access.EndSessions},
		{"unlock", "/{id}/unlock", "解锁", "access.unlock", s.unlock},
	} {
		web.Operate(s.door, access.KeepRights, on(o.id, http.MethodPost, o.path, o.title), func(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.None, error) {
			return nil, s.onHolder(ctx, c, access.KeepRights, o.act, in.ID, in.Body.Reason, func(tx *db.Tx) error { return o.do(ctx, tx, in.ID) })
		})
	}
}

// addPerson adds a person with a first password, which is shown once.
func (s *Server) addPerson(ctx context.Context, c *web.Call, in *personInput) (*web.Body[OneOff], error) {
	var o OneOff
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		if err := s.door.Authorize(ctx, tx, c, access.KeepDirectory, access.Target{Organisation: in.Body.Organisation}); err != nil {
			return a, err
		}
		if o.ID, err = s.Access.AddPerson(ctx, tx, in.Body.Login, in.Body.Organisation, in.Body.Identity); err != nil {
			return a, err
		}
		o.Password, err = s.Access.GiveOneOff(ctx, tx, c.Actor, o.ID)
		return web.OnRow("access.add_person", access.HolderRow, o.ID, "").And(access.PasswordRow, o.ID), err
	})
	return web.Answer(o), err
}

func (s *Server) revealPerson(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.Body[access.Person], error) {
	var p *access.Person
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		p, err = s.Access.Reveal(ctx, tx, c.Actor, access.KeepDirectory, in.ID, in.Body.Reason)
		return web.Act{Name: "access.reveal", Kind: access.HolderRow, ID: in.ID, Reason: in.Body.Reason}, err
	})
	if err != nil {
		return nil, err
	}
	return web.Answer(*p), nil
}

func (s *Server) closePerson(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.None, error) {
	if in.ID == c.ID {
		return nil, web.Refuse(http.StatusForbidden, "close_self", "不能停用自己的账号，请由另一名系统管理员办理")
	}
	return nil, s.onHolder(ctx, c, access.KeepDirectory, "access.close_person", in.ID, in.Body.Reason, func(tx *db.Tx) error {
		return s.Access.CloseHolder(ctx, tx, in.ID)
	})
}

func (s *Server) resetPassword(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.Body[OneOff], error) {
	o := OneOff{ID: in.ID}
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		o.Password, err = s.Access.GiveOneOff(ctx, tx, c.Actor, in.ID)
		return web.OnRow("access.reset_password", access.HolderRow, in.ID, in.Body.Reason).And(access.PasswordRow, in.ID), err
	})
	return web.Answer(o), err
}

func (s *Server) unlock(ctx context.Context, tx *db.Tx, id string) error {
	p, err := s.Access.Account(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.Access.Unlock(ctx, tx, p.Login)
}

// onHolder does something to an account, and journals it.
func (s *Server) onHolder(ctx context.Context, c *web.Call, op *access.Operation, name, id, reason string, do func(tx *db.Tx) error) error {
	return s.actOnHolder(ctx, c, op, web.OnRow(name, access.HolderRow, id, reason), do)
}

// actOnHolder is onHolder for an act that writes other rows too.
func (s *Server) actOnHolder(ctx context.Context, c *web.Call, op *access.Operation, act web.Act, do func(tx *db.Tx) error) error {
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		if err := s.door.Authorize(ctx, tx, c, op, access.Target{Holder: act.ID}); err != nil {
			return web.Act{}, err
		}
		return act, do(tx)
	})
	return err
}
