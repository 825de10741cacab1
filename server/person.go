package server

import (
	"cmp"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
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
	ByID
	Body access.Identity
}

// reasoned is an act on one thing for which the actor says why.
type reasoned struct {
	ByID
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

type certificateInput struct {
	ByID
	Body struct {
		Number  string `json:"number" maxLength:"40"`
		ValidTo string `json:"valid_to" format:"date" doc:"the last day"`
	}
}

type certificatesInput struct {
	Query
	Until string `query:"until" format:"date" doc:"only those that end on or before this day"`
}

type people struct {
	Items []access.Person `json:"items"`
}

var personColumns = []column[access.Person]{
	{"id", "编号", func(p *access.Person) string { return p.ID }},
	{"login", "用户名", func(p *access.Person) string { return p.Login }},
	{"organisation", "机构", func(p *access.Person) string { return p.Organisation }},
	{"identity", "姓名、电话、证件号", func(p *access.Person) string { return masked(p.Identity) }},
	{"created", "登记时间", func(p *access.Person) string { return instant(p.Created) }},
	{"closed", "停用时间", func(p *access.Person) string { return instant(p.Closed) }},
}

func (s *Server) personRoutes() {
	serveList(s, list[access.Person, Query]{
		path: "/api/people", id: "people", title: "人员", op: access.ReadRights, columns: personColumns,
		read: func(ctx context.Context, c *call, _ *Query) ([]access.Person, error) {
			return s.Access.Persons(ctx, s.DB, c.Actor, access.ReadRights)
		},
	})
	serveList(s, list[access.Person, Query]{
		path: "/api/staff", id: "staff", title: "本机构人员", op: access.OwnStaff, columns: personColumns,
		read: func(ctx context.Context, c *call, _ *Query) ([]access.Person, error) {
			return s.Access.Persons(ctx, s.DB, c.Actor, access.OwnStaff)
		},
	})
	serveList(s, list[access.Certificate, certificatesInput]{
		path: "/api/certificates", id: "certificates", title: "执法证台账", op: access.Certificates,
		columns: []column[access.Certificate]{
			{"holder", "人员", func(c *access.Certificate) string { return c.Holder }},
			{"number", "证号", func(c *access.Certificate) string { return c.Number }},
			{"valid_to", "有效期至", func(c *access.Certificate) string { return c.ValidTo }},
		},
		read: func(ctx context.Context, c *call, in *certificatesInput) ([]access.Certificate, error) {
			return s.Access.CertificatesUntil(ctx, s.DB, c.Actor, access.Certificates, cmp.Or(in.Until, "9999-12-31"))
		},
	})
	on := func(id, method, path, title string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/people" + path, Summary: title}
	}
	add := on("add-person", http.MethodPost, "", "登记人员")
	add.DefaultStatus = http.StatusCreated
	operate(s, access.KeepDirectory, add, s.addPerson)
	operate(s, access.ReadRights, on("find-people", http.MethodPost, "/find", "按姓名、电话或证件号查找人员"),
		func(ctx context.Context, c *call, in *findInput) (*body[people], error) {
			found, err := s.Access.FindPersons(ctx, s.DB, c.Actor, access.ReadRights, in.Body.Value)
			return &body[people]{people{append([]access.Person{}, found...)}}, err
		})
	operate(s, access.KeepDirectory, on("reveal-person", http.MethodPost, "/{id}/reveal", "查看人员完整信息"), s.revealPerson)
	operate(s, access.KeepDirectory, on("change-person", http.MethodPut, "/{id}/identity", "更正人员信息"),
		func(ctx context.Context, c *call, in *identityInput) (*none, error) {
			return nil, s.onHolder(ctx, c, access.KeepDirectory, "access.change_identity", in.ID, "", func(tx *db.Tx) error {
				return s.Access.SetIdentity(ctx, tx, in.ID, in.Body)
			})
		})
	operate(s, access.KeepDirectory, on("set-certificate", http.MethodPut, "/{id}/certificate", "登记执法证"),
		func(ctx context.Context, c *call, in *certificateInput) (*none, error) {
			return nil, s.onHolder(ctx, c, access.KeepDirectory, "access.set_certificate", in.ID, "", func(tx *db.Tx) error {
				return s.Access.SetCertificate(ctx, tx, access.Certificate{Holder: in.ID, Number: in.Body.Number, ValidTo: in.Body.ValidTo})
			})
		})
	operate(s, access.KeepDirectory, on("close-person", http.MethodPost, "/{id}/close", "停用人员"), s.closePerson)
	s.rightsRoutes(on)
}

// rightsRoutes are what a security officer does with somebody's account.
func (s *Server) rightsRoutes(on func(id, method, path, title string) huma.Operation) {
	operate(s, access.KeepRights, on("reset-password", http.MethodPost, "/{id}/password", "重置口令"), s.resetPassword)
	for _, o := range []struct {
		id, path, title, act string
		do                   func(context.Context, *db.Tx, *call, string) error
	}{
		{"drop-factor", "/{id}/factor/drop", "解除动态口令", "access.drop_factor", func(ctx context.Context, tx *db.Tx, c *call, id string) error {
			return s.Access.DropFactor(ctx, tx, c.Actor, id)
		}},
		{"end-sessions", "/{id}/sessions/end", "收回会话", "access.end_sessions", func(ctx context.Context, tx *db.Tx, _ *call, id string) error {
			return s.Access.EndSessions(ctx, tx, id)
		}},
		{"unlock", "/{id}/unlock", "解锁", "access.unlock", s.unlock},
	} {
		operate(s, access.KeepRights, on(o.id, http.MethodPost, o.path, o.title), func(ctx context.Context, c *call, in *reasoned) (*none, error) {
			return nil, s.onHolder(ctx, c, access.KeepRights, o.act, in.ID, in.Body.Reason, func(tx *db.Tx) error { return o.do(ctx, tx, c, in.ID) })
		})
	}
}

// addPerson adds a person with a first password, which is shown once.
func (s *Server) addPerson(ctx context.Context, c *call, in *personInput) (*body[OneOff], error) {
	var o OneOff
	_, err := s.write(ctx, c, func(tx *db.Tx) (a act, err error) {
		if err := s.authorize(ctx, tx, c, access.KeepDirectory, access.Target{Organisation: in.Body.Organisation}); err != nil {
			return a, err
		}
		if o.ID, err = s.Access.AddPerson(ctx, tx, in.Body.Login, in.Body.Organisation, in.Body.Identity); err != nil {
			return a, err
		}
		o.Password, err = s.Access.GiveOneOff(ctx, tx, c.Actor, o.ID)
		return onRow("access.add_person", access.HolderRow, o.ID, ""), err
	})
	return &body[OneOff]{o}, err
}

func (s *Server) revealPerson(ctx context.Context, c *call, in *reasoned) (*body[access.Person], error) {
	var p *access.Person
	_, err := s.write(ctx, c, func(tx *db.Tx) (a act, err error) {
		p, err = s.Access.Reveal(ctx, tx, c.Actor, access.KeepDirectory, in.ID, in.Body.Reason)
		return act{name: "access.reveal", kind: access.HolderRow, id: in.ID, reason: in.Body.Reason}, err
	})
	if err != nil {
		return nil, err
	}
	return &body[access.Person]{*p}, nil
}

func (s *Server) closePerson(ctx context.Context, c *call, in *reasoned) (*none, error) {
	if in.ID == c.ID {
		return nil, refuse(http.StatusForbidden, "close_self", "不能停用自己的账号，请由另一名系统管理员办理")
	}
	return nil, s.onHolder(ctx, c, access.KeepDirectory, "access.close_person", in.ID, in.Body.Reason, func(tx *db.Tx) error {
		return s.Access.CloseHolder(ctx, tx, in.ID)
	})
}

func (s *Server) resetPassword(ctx context.Context, c *call, in *reasoned) (*body[OneOff], error) {
	o := OneOff{ID: in.ID}
	err := s.onHolder(ctx, c, access.KeepRights, "access.reset_password", in.ID, in.Body.Reason, func(tx *db.Tx) (err error) {
		o.Password, err = s.Access.GiveOneOff(ctx, tx, c.Actor, in.ID)
		return err
	})
	return &body[OneOff]{o}, err
}

func (s *Server) unlock(ctx context.Context, tx *db.Tx, _ *call, id string) error {
	p, err := s.Access.Account(ctx, tx, id)
	if err != nil {
		return err
	}
	return s.Access.Unlock(ctx, tx, p.Login)
}

// onHolder does something to an account, and journals it.
func (s *Server) onHolder(ctx context.Context, c *call, op *access.Operation, name, id, reason string, do func(tx *db.Tx) error) error {
	_, err := s.write(ctx, c, func(tx *db.Tx) (act, error) {
		if err := s.authorize(ctx, tx, c, op, access.Target{Holder: id}); err != nil {
			return act{}, err
		}
		return onRow(name, access.HolderRow, id, reason), do(tx)
	})
	return err
}

// onRow is an act on one row.
func onRow(name, kind, id, reason string) act {
	return act{name: name, kind: kind, id: id, reason: reason, rows: map[string][]string{kind: {id}}}
}
