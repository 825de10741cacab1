package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/access/accesstest"
	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

func TestWrongOrganisations(t *testing.T) {
	each(t, func(w world) {
		for _, c := range []struct {
			o    access.Organisation
			code string
		}{
			{access.Organisation{Kind: access.Agency, Name: "甲", Region: "330402"}, "organisation_code"},
			{access.Organisation{Code: "a_b", Kind: access.Agency, Name: "甲", Region: "330402"}, "organisation_code"},
			{access.Organisation{Code: "../x", Kind: access.Agency, Name: "甲", Region: "330402"}, "organisation_code"},
			{access.Organisation{Code: strings.Repeat("1", 41), Kind: access.Agency, Name: "甲", Region: "330402"}, "organisation_code"},
			{access.Organisation{Code: "A", Kind: "club", Name: "甲", Region: "330402"}, "organisation_kind"},
			{access.Organisation{Code: "A", Kind: access.Agency, Name: " ", Region: "330402"}, "organisation_name"},
			{access.Organisation{Code: "A", Kind: access.Agency, Name: "甲", Region: "3304"}, "region"},
			{access.Organisation{Code: "A", Kind: access.Agency, Name: "甲"}, "region"},
			{access.Organisation{Code: "A", Kind: access.Agency, Name: "甲", Region: "330402", Parent: "J330402"}, "organisation_parent"},
			{access.Organisation{Code: "A", Kind: access.Department, Name: "甲"}, "organisation_parent"},
			{access.Organisation{Code: "A", Kind: access.Department, Name: "甲", Parent: "J330402"}, "organisation_parent"},
			{access.Organisation{Code: "A", Kind: access.Department, Name: "甲", Parent: "H33040200001.GK"}, "organisation_parent"},
			{access.Organisation{Code: "A", Kind: access.Department, Name: "甲", Parent: "H404"}, "organisation_parent"},
		} {
			w.refused(start, access.ErrInvalid, c.code, func(tx *db.Tx) error { return w.a.AddOrganisation(ctx, tx, c.o) })
		}
		w.refused(start, access.ErrConflict, "organisation_exists", func(tx *db.Tx) error {
			return w.a.AddOrganisation(ctx, tx, access.Organisation{Code: "J330402", Kind: access.Agency, Name: "乙", Region: "330402"})
		})
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.CloseOrganisation(ctx, tx, "J404") })
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.RenameOrganisation(ctx, tx, "J404", "新名") })
		w.refused(start, access.ErrInvalid, "organisation_name", func(tx *db.Tx) error { return w.a.RenameOrganisation(ctx, tx, "J330402", "\x00") })
		w.do(start, func(tx *db.Tx) error {
			return w.a.RenameOrganisation(ctx, tx, "J330402", "南湖区医保服务中心")
		})
		admin := w.actor(w.person("admin2", "J330402", access.Grant{Role: access.SystemAdministrator, Organisation: "J330402"}), start)
		list, err := w.a.Organisations(ctx, w.d, admin, access.KeepDirectory)
		if err != nil || len(list) != 6 || list[3].Name != "南湖区医保服务中心" {
			w.Errorf("the county's organisations: %+v, %v", list, err)
		}
	})
}

func TestWrongPersons(t *testing.T) {
	each(t, func(w world) {
		w.person("zhang.san", "J330402")
		good := access.Identity{Name: "李四"}
		for _, c := range []struct {
			login, organisation string
			i                   access.Identity
			code                string
		}{
			{"", "J330402", good, "login"},
			{"ab", "J330402", good, "login"},
			{"1abc", "J330402", good, "login"},
			{"li si", "J330402", good, "login"},
			{"李四", "J330402", good, "login"},
			{"a' or 1=1", "J330402", good, "login"},
			{"li.si", "J404", good, "organisation"},
			{"li.si", "", good, "organisation"},
			{"li.si", "J330402", access.Identity{}, "name"},
			{"li.si", "J330402", access.Identity{Name: strings.Repeat("长", 51)}, "name"},
			{"li.si", "J330402", access.Identity{Name: "李四", Phone: "电话"}, "phone"},
			{"li.si", "J330402", access.Identity{Name: "李四", CertNo: "12"}, "certno"},
			{"li.si", "J330402", access.Identity{Name: "李四", CertNo: "110105194912310021"}, "certno_checksum"},
		} {
			w.refused(start, access.ErrInvalid, c.code, func(tx *db.Tx) error {
				_, err := w.a.AddPerson(ctx, tx, c.login, c.organisation, c.i)
				return err
			})
		}
		w.refused(start, access.ErrConflict, "login_exists", func(tx *db.Tx) error {
			_, err := w.a.AddPerson(ctx, tx, " Zhang.San ", "J330402", good)
			return err
		})
	})
}

// What identifies a person is nowhere in the database, is found by its value, and
// is masked until somebody says why.
func TestIdentity(t *testing.T) {
	each(t, func(w world) {
		leader := w.actor(w.person("leader", "X330402", access.Grant{Role: access.SupervisorLeader}), start)
		admin := w.actor(w.person("admin2", "J330402", access.Grant{Role: access.SystemAdministrator, Organisation: "J330402"}), start)
		foreign := w.actor(w.person("foreign", "J330411", access.Grant{Role: access.SystemAdministrator, Organisation: "J330411"}), start)
		var id string
		secret := access.Identity{Name: "阿卜杜拉·买买提", Phone: "13812345678", CertNo: "11010519491231002x"}
		w.do(start, func(tx *db.Tx) (err error) {
			id, err = w.a.AddPerson(ctx, tx, "abudula", "J330402", secret)
			return err
		})
		for _, value := range []string{"阿卜杜拉·买买提", " 13812345678", "11010519491231002X", "11010519491231002x"} {
			found, err := w.a.FindPersons(ctx, w.d, admin, access.KeepDirectory, value)
			if err != nil || len(found) != 1 || found[0].ID != id || found[0].Identity.Name != "阿***·***" || found[0].Identity.CertNo != "1101************2X" {
				w.Errorf("by %q: %+v, %v", value, found, err)
			}
			for name, other := range map[string]*access.Actor{"of another county": foreign, "of another role": leader} {
				if found, err := w.a.FindPersons(ctx, w.d, other, access.KeepDirectory, value); err != nil || len(found) != 0 {
					w.Errorf("an actor %s finds %+v, %v", name, found, err)
				}
			}
		}
		for _, value := range []string{"", " ", "阿卜杜拉", "1381234567", "%"} {
			if found, err := w.a.FindPersons(ctx, w.d, admin, access.KeepDirectory, value); err != nil || len(found) != 0 {
				w.Errorf("by %q: %+v, %v", value, found, err)
			}
		}
		reveal := func(actor *access.Actor, id, reason string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				p, err := w.a.Reveal(ctx, tx, actor, access.KeepDirectory, id, reason)
				if err == nil && (p.Identity.Name != secret.Name || p.Identity.CertNo != "11010519491231002X") {
					w.Errorf("revealed %+v", p)
				}
				return err
			}
		}
		w.do(start, reveal(admin, id, "核对身份"))
		w.refused(start, access.ErrInvalid, "reason", reveal(admin, id, " "))
		w.refused(start, access.ErrNotFound, "not_found", reveal(foreign, id, "核对身份"))
		w.refused(start, access.ErrNotFound, "not_found", reveal(admin, "RY404404", "核对身份"))
		w.do(start, func(tx *db.Tx) error {
			return w.a.SetIdentity(ctx, tx, id, access.Identity{Name: "买买提", Phone: "0573-82000000"})
		})
		if found, err := w.a.FindPersons(ctx, w.d, admin, access.KeepDirectory, "13812345678"); err != nil || len(found) != 0 {
			w.Errorf("by the old number: %+v, %v", found, err)
		}
		wantNowhere(w, "买买提", "82000000", "13812345678", goodPassword)
	})
}

// wantNowhere looks for texts in every column of every table.
func wantNowhere(w world, texts ...string) {
	w.Helper()
	if slices.Contains(texts, "") {
		w.Fatal("looks for nothing")
	}
	for _, table := range []string{"holder", "certificate", "role_grant", "password", "attempt", "second_factor", "recovery_code", "session", "service_token"} {
		rows, err := w.d.QueryContext(ctx, "SELECT * FROM "+table)
		if err != nil {
			w.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			w.Fatal(err)
		}
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new([]byte)
		}
		for rows.Next() {
			if err := rows.Scan(cells...); err != nil {
				w.Fatal(err)
			}
			for i, cell := range cells {
				for _, text := range texts {
					if strings.Contains(string(*cell.(*[]byte)), text) {
						w.Errorf("%s.%s holds %q in clear", table, columns[i], text)
					}
				}
			}
		}
		if err := rows.Err(); err != nil {
			w.Fatal(err)
		}
	}
}

func TestWrongGrants(t *testing.T) {
	each(t, func(w world) {
		id := w.person("zhang", "J330402")
		var service string
		w.do(start, func(tx *db.Tx) (err error) {
			service, err = w.a.AddService(ctx, tx, "his", "H33040200001", "南湖医院信息系统")
			return err
		})
		for name, c := range map[string]struct {
			g    access.Grant
			code string
		}{
			"nobody":                  {access.Grant{Holder: "RY404404", Role: access.FirstReviewer, Organisation: "J330402"}, "holder"},
			"no role":                 {access.Grant{Holder: id, Role: "boss", Organisation: "J330402"}, "role"},
			"no organisation":         {access.Grant{Holder: id, Role: access.FirstReviewer}, "organisation"},
			"a region only":           {access.Grant{Holder: id, Role: access.Auditor, Region: "330402"}, "organisation"},
			"a reviewer in a clinic":  {access.Grant{Holder: id, Role: access.FirstReviewer, Organisation: "H33040200001"}, "role_organisation"},
			"an officer in an agency": {access.Grant{Holder: id, Role: access.Officer, Organisation: "J330402"}, "role_organisation"},
			"a head of a hospital":    {access.Grant{Holder: id, Role: access.DepartmentHead, Organisation: "H33040200001"}, "role_organisation"},
			"the region beside":       {access.Grant{Holder: id, Role: access.FirstReviewer, Organisation: "J330402", Region: "330411"}, "grant_region"},
			"the region above":        {access.Grant{Holder: id, Role: access.FirstReviewer, Organisation: "J330402", Region: "330400"}, "grant_region"},
			"no region":               {access.Grant{Holder: id, Role: access.FirstReviewer, Organisation: "J330402", Region: "3304"}, "grant_region"},
			"an end before the start": {access.Grant{Holder: id, Role: access.FirstReviewer, Organisation: "J330402", Starts: start, Ends: start}, "grant_period"},
			"a doctor without code":   {access.Grant{Holder: id, Role: access.Doctor, Organisation: "H33040200001.GK"}, "doctor"},
			"a code for no doctor":    {access.Grant{Holder: id, Role: access.FirstReviewer, Organisation: "J330402", Doctor: "D1"}, "doctor"},
			"a deciding service":      {access.Grant{Holder: service, Role: access.FinalReviewer, Organisation: "J330402"}, "service_role"},
			"a service as officer":    {access.Grant{Holder: service, Role: access.Auditor}, "service_role"},
		} {
			w.sub(name, func(w world) {
				w.refused(start, access.ErrInvalid, c.code, w.grant(c.g))
			})
		}
		w.refused(start, access.ErrForbidden, "grant_self", w.grant(access.Grant{Holder: w.grantor.ID, Role: access.FirstReviewer, Organisation: "J330402"}))
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.EndGrant(ctx, tx, w.grantor, 404) })

		// A county's security officer gives and takes within the county, no farther.
		county := w.actor(w.person("county", "J330402", access.Grant{Role: access.SecurityOfficer, Organisation: "J330402"}), start)
		give := func(by *access.Actor, g access.Grant) func(tx *db.Tx) error {
			g.Holder = id
			return func(tx *db.Tx) error {
				_, err := w.a.AddGrant(ctx, tx, by, g)
				return err
			}
		}
		w.do(start, give(county, access.Grant{Role: access.FirstReviewer, Organisation: "J330402"}))
		for _, organisation := range []string{"J330411", "J330400", "J404", ""} {
			w.refused(start, access.ErrNotFound, "not_found", give(county, access.Grant{Role: access.FirstReviewer, Organisation: organisation}))
		}
		w.do(start, give(w.grantor, access.Grant{Role: access.FirstReviewer, Organisation: "J330400"}))
		grants, err := w.a.Grants(ctx, w.d, id)
		if err != nil || len(grants) != 2 || grants[0].GrantedBy != county.ID {
			w.Fatalf("%+v, %v", grants, err)
		}
		w.refused(start, access.ErrNotFound, "not_found", func(tx *db.Tx) error { return w.a.EndGrant(ctx, tx, county, grants[1].ID) })
		w.do(start, func(tx *db.Tx) error { return w.a.EndGrant(ctx, tx, county, grants[0].ID) })
		once := *county
		once.SecondFactor = false
		w.refused(start, access.ErrForbidden, "second_factor", give(&once, access.Grant{Role: access.FirstReviewer, Organisation: "J330402"}))
		w.refused(start, access.ErrForbidden, "role", give(w.actor(w.person("wang", "J330402", access.Grant{Role: access.SupervisorLeader}), start), access.Grant{Role: access.FirstReviewer, Organisation: "J330402"}))
		w.refused(start, access.ErrUnauthenticated, "unauthenticated", give(nil, access.Grant{Role: access.FirstReviewer, Organisation: "J330402"}))
	})
}

// Any two of the three officers' roles, and any of them with a role that decides,
// are never in one hand at one time; one after the other they may be.
func TestOfficersApart(t *testing.T) {
	each(t, func(w world) {
		officers := []access.Role{access.SystemAdministrator, access.SecurityOfficer, access.Auditor}
		day := 24 * time.Hour
		for i, first := range officers {
			id := w.person("officer"+string(rune('a'+i)), "J330402", access.Grant{Role: first, Starts: start, Ends: start.Add(30 * day)})
			for _, second := range append(officers, access.FirstReviewer, access.AgencyAuditor) {
				if second == first {
					continue
				}
				for _, period := range [][2]time.Duration{{0, 0}, {29 * day, 0}, {-5 * day, day}, {5 * day, 6 * day}} {
					g := access.Grant{Holder: id, Role: second, Organisation: "J330402", Starts: start.Add(period[0])}
					if period[1] != 0 {
						g.Ends = start.Add(period[1])
					}
					w.refused(start, access.ErrInvalid, "officers_apart", w.grant(g))
				}
			}
			w.do(start, w.grant(access.Grant{Holder: id, Role: access.FirstReviewer, Organisation: "J330402", Starts: start.Add(30 * day)}))
		}
		reviewer := w.person("reviewer", "J330402", access.Grant{Role: access.FirstReviewer}, access.Grant{Role: access.PanelMember})
		w.refused(start, access.ErrInvalid, "officers_apart", w.grant(access.Grant{Holder: reviewer, Role: access.Auditor}))
	})
}

// The first administrator names the first officers and nobody else; then the
// security officer grants.
func TestFirstStart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newHouse(t, d, accesstest.Policy())
		var login, password string
		first := func(tx *db.Tx) (err error) {
			login, password, err = w.a.FirstStart(ctx, tx)
			return err
		}
		w.do(start, first)
		if login != "admin" || len(password) < 20 {
			w.Fatalf("printed %q, %q", login, password)
		}
		wantNowhere(w, password)
		v, err := w.verify("Admin", password, "", start)
		if err != nil || !v.MustChange {
			w.Fatalf("first login: %+v, %v", v, err)
		}
		admin, err := w.a.Resume(ctx, w.login("admin", password, "", start), start)
		if err != nil {
			w.Fatal(err)
		}
		w.wants(admin.May(access.AppointOfficer), access.ErrForbidden, "password_change")
		w.wants(admin.May(access.OwnAccount), nil, "")
		w.password(v.Holder, goodPassword, start)
		admin, err = w.a.Resume(ctx, w.login("admin", goodPassword, "", start), start)
		if err != nil {
			w.Fatal(err)
		}
		w.wants(admin.May(access.AppointOfficer), access.ErrForbidden, "second_factor")
		w.wants(w.a.Authorize(ctx, w.d, admin, backup, access.Target{}), nil, "")
		w.wants(w.a.Authorize(ctx, w.d, admin, decide, access.Target{Region: "330402"}), access.ErrForbidden, "role")
		w.do(start, first)
		if login != "" || password != "" {
			w.Error("a second start makes a second administrator")
		}
		other := w.person("anquan", "J330402")
		appoint := func(role access.Role, holder string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error {
				_, err := w.a.Appoint(ctx, tx, admin, access.Grant{Holder: holder, Role: role})
				return err
			}
		}
		w.refused(start, access.ErrForbidden, "second_factor", appoint(access.SecurityOfficer, other))
		admin.SecondFactor = true
		w.refused(start, access.ErrForbidden, "appoint_role", appoint(access.SystemAdministrator, other))
		w.refused(start, access.ErrForbidden, "grant_self", appoint(access.SecurityOfficer, admin.ID))
		w.do(start, appoint(access.SecurityOfficer, other))
		w.refused(start, access.ErrInvalid, "officers_apart", appoint(access.Auditor, other))
		w.refused(start, access.ErrForbidden, "appoint_again", appoint(access.SecurityOfficer, w.person("another", "J330402")))
		if _, err := w.verify("admin", password, "", start); err == nil {
			w.Error("the one-off password is good after it was changed")
		}
	})
}

// Grants count from their start until before their end, in open organisations, and
// an enforcement officer's only with a certificate in force, to its last day in China.
// clause: 002-029
func TestWhenGrantsCount(t *testing.T) {
	each(t, func(w world) {
		at := func(text string) time.Time {
			when, err := time.Parse(time.RFC3339, text)
			if err != nil {
				w.Fatal(err)
			}
			return when
		}
		id := w.person("officer", "X330402", access.Grant{Role: access.Officer, Starts: at("2026-04-01T00:00:00+08:00"), Ends: at("2026-07-01T00:00:00+08:00")})
		here := access.Target{Organisation: "H33040200001"}
		ask := func(when string, kind error, code string) {
			w.Helper()
			actor := w.actor(id, at(when))
			w.wants(w.a.Authorize(ctx, w.d, actor, inspect, here), kind, code)
			n, err := w.d.NewSelect().Table("organisation").ApplyQueryBuilder(actor.Reach(inspect, access.Columns{Region: "region"})).Count(ctx)
			if err != nil || (n > 0) != (kind == nil) {
				w.Errorf("at %s a query reaches %d rows, %v", when, n, err)
			}
		}
		ask("2026-03-31T23:59:59+08:00", access.ErrNotFound, "not_found")
		ask("2026-04-01T00:00:00+08:00", access.ErrForbidden, "certificate_missing")
		certificate := access.Certificate{Holder: id, Number: "33040012345678", ValidTo: "2026-05-31"}
		w.do(start, func(tx *db.Tx) error { return w.a.SetCertificate(ctx, tx, certificate) })
		ask("2026-04-01T00:00:00+08:00", nil, "")
		ask("2026-05-31T23:59:59+08:00", nil, "")
		ask("2026-06-01T00:00:00+08:00", access.ErrForbidden, "certificate_expired")
		leader := w.actor(w.person("leader", "X330402", access.Grant{Role: access.SupervisorLeader}), start)
		list, err := w.a.CertificatesUntil(ctx, w.d, leader, access.Certificates, "2026-05-31")
		if err != nil || len(list) != 1 || list[0].Number != "3***********78" {
			w.Errorf("certificates that end: %+v, %v", list, err)
		}
		if list, err = w.a.CertificatesUntil(ctx, w.d, leader, access.Certificates, "2026-05-30"); err != nil || len(list) != 0 {
			w.Errorf("a day before: %+v, %v", list, err)
		}
		certificate.ValidTo = "2030-12-31"
		w.do(start, func(tx *db.Tx) error { return w.a.SetCertificate(ctx, tx, certificate) })
		ask("2026-06-30T23:59:59+08:00", nil, "")
		ask("2026-07-01T00:00:00+08:00", access.ErrNotFound, "not_found")
		w.do(at("2026-06-15T00:00:00+08:00"), func(tx *db.Tx) error { return w.a.CloseOrganisation(ctx, tx, "X330402") })
		ask("2026-06-14T00:00:00+08:00", nil, "")
		ask("2026-06-15T00:00:00+08:00", access.ErrNotFound, "not_found")
		for _, c := range []struct{ number, validTo, code string }{
			{"12", "2030-12-31", "certificate_number"}, {"33040012345678", "2030-02-30", "certificate_valid_to"}, {"33040012345678", "", "certificate_valid_to"},
		} {
			w.refused(start, access.ErrInvalid, c.code, func(tx *db.Tx) error {
				return w.a.SetCertificate(ctx, tx, access.Certificate{Holder: id, Number: c.number, ValidTo: c.validTo})
			})
		}
	})
}
