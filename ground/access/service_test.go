package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

// A token asks for what it names and its account's grants allow, nothing else.
func TestTokenScope(t *testing.T) {
	each(t, func(w world) {
		const day = 24 * time.Hour
		var id, token string
		w.do(start, func(tx *db.Tx) (err error) {
			id, err = w.a.AddService(ctx, tx, "his", "H33040200001", "南湖医院信息系统")
			return err
		})
		w.do(start, w.grant(access.Grant{Holder: id, Role: access.InsuranceOffice, Organisation: "H33040200001"}))
		issue := func(holder string, ends time.Time, operations ...string) func(tx *db.Tx) error {
			return func(tx *db.Tx) (err error) {
				token, err = w.a.IssueToken(ctx, tx, holder, operations, ends)
				return err
			}
		}
		w.refused(start, access.ErrInvalid, "token_operations", issue(id, start.Add(day)))
		w.refused(start, access.ErrInvalid, "token_operations", issue(id, start.Add(day), "test.unknown"))
		w.refused(start, access.ErrInvalid, "token_ends", issue(id, start, "test.look"))
		w.refused(start, access.ErrInvalid, "token_ends", issue(id, start.Add(366*day), "test.look"))
		w.refused(start, access.ErrNotFound, "not_found", issue(w.person("zhang", "J330402"), start.Add(day), "test.look"))
		w.do(start, issue(id, start.Add(day), "test.look", "test.decide", "test.look"))
		wantNowhere(w, token, token[4:20])

		actor, err := w.a.ResumeToken(ctx, token, start)
		if err != nil {
			w.Fatal(err)
		}
		own, other := access.Target{Organisation: "H33040200001"}, access.Target{Organisation: "J330402"}
		w.wants(w.a.Authorize(ctx, w.d, actor, look, own), nil, "")
		w.wants(w.a.Authorize(ctx, w.d, actor, look, other), access.ErrNotFound, "not_found")
		w.wants(w.a.Authorize(ctx, w.d, actor, answer, own), access.ErrForbidden, "token_scope")
		w.wants(w.a.Authorize(ctx, w.d, actor, decide, own), access.ErrForbidden, "role")
		w.wants(w.a.Authorize(ctx, w.d, actor, access.OwnAccount, access.Target{}), access.ErrForbidden, "token_scope")
		w.wants(actor.MayAny(look, answer), nil, "")
		for _, c := range []struct {
			ops        []*access.Operation
			code, said string
		}{
			{[]*access.Operation{access.OwnAccount, answer}, "token_scope", "test.answer"},
			{[]*access.Operation{answer, decide}, "role", "初审人员"},
			{[]*access.Operation{answer}, "token_scope", "test.answer"},
		} {
			err := actor.MayAny(c.ops...)
			if w.wants(err, access.ErrForbidden, c.code); !strings.Contains(fmt.Sprint(err), c.said) {
				w.Errorf("%v, want %s", err, c.said)
			}
		}
		for _, op := range []*access.Operation{answer, decide} {
			n, err := w.d.NewSelect().Table("organisation").ApplyQueryBuilder(actor.Reach(op, access.Columns{Region: "region", Organisation: "code"})).Count(ctx)
			if err != nil || n != 0 {
				w.Errorf("a query for %s reaches %d rows beyond the token, %v", op.Name, n, err)
			}
		}
		if w.resumes(token, start) {
			w.Error("a service token opens the people's door")
		}
		w.wantService(token, start.Add(day-time.Second), true)
		w.wantService(token, start.Add(day), false)

		list, err := w.a.Tokens(ctx, w.d, id, start)
		if err != nil || len(list) != 1 || len(list[0].Operations) != 2 {
			w.Fatalf("%+v, %v", list, err)
		}
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.RevokeToken(ctx, tx, "FW404404", list[0].ID) })
		w.do(start, func(tx *db.Tx) error { return w.a.RevokeToken(ctx, tx, id, list[0].ID) })
		w.wantService(token, start, false)
		w.do(start, issue(id, start.Add(day), "test.look"))
		w.do(start, func(tx *db.Tx) error { return w.a.CloseHolder(ctx, tx, id) })
		w.wantService(token, start, false)
	})
}

func (w world) wantService(token string, at time.Time, want bool) {
	w.Helper()
	if _, err := w.a.ResumeToken(ctx, token, at); (err == nil) != want {
		w.Errorf("token at %s: %v, want alive %t", at, err, want)
	}
}
