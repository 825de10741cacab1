package access_test

import (
	"fmt"
	"testing"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db/dbtest"
)

// TestFaces: who may read people elsewhere sees their masked names, colleagues each other's;
// others the organisation and the role; the role is that of the operation.
func TestFaces(t *testing.T) {
	each(t, func(w world) {
		both := w.person("first", "J330402", access.Grant{Role: access.SecondReviewer}, access.Grant{Role: access.FirstReviewer})
		near := w.actor(w.person("near", "J330402", access.Grant{Role: access.PanelMember}), start)
		far := w.actor(w.person("far", "J330411", access.Grant{Role: access.SupervisorLeader}), start)
		office := w.actor(w.person("office", "H33040200001.YB", access.Grant{Role: access.InsuranceOffice}), start)
		for _, c := range []struct {
			by   *access.Actor
			want string
		}{
			{near, "张***** 初审人员（南湖区医保中心）"},
			{w.grantor, "张***** 初审人员（南湖区医保中心）"},
			{far, "南湖区医保中心 初审人员"},
			{office, "南湖区医保中心 初审人员"},
		} {
			faces, err := w.a.Faces(ctx, w.d, c.by, both, both, "system", "root", "")
			if err != nil {
				w.Fatal(err)
			}
			op := &access.Operation{Roles: []access.Role{access.FirstReviewer}}
			if got := faces[both].As(op).String(); got != c.want {
				w.Errorf("%s sees %q, want %q", c.by.ID, got, c.want)
			}
			if all := faces[both].Role; all != "复审人员、初审人员" {
				w.Errorf("all roles: %q", all)
			}
			if faces["system"].String() != access.SystemFace || faces["root"].String() != access.OperatorFace || faces[""].String() != "" {
				w.Errorf("no accounts: %v", faces)
			}
		}
	})
}

// BenchmarkFaces tells who a hundred accounts of a page are.
func BenchmarkFaces(b *testing.B) {
	d := dbtest.OpenSQLite(b)
	w := newWorld(b, d, accesstest.Policy())
	var ids []string
	for i := range 100 {
		ids = append(ids, w.person(fmt.Sprintf("p%03d", i), "J330402", access.Grant{Role: access.FirstReviewer}))
	}
	actor := w.actor(ids[0], start)
	for b.Loop() {
		if faces, err := w.a.Faces(ctx, d, actor, ids...); err != nil || faces[ids[9]].Name == "" {
			b.Fatal(err)
		}
	}
}
