package review_test

import (
	"testing"

	"yiheng/audit/finding"
	"yiheng/audit/review"
	"yiheng/ground/access"
	"yiheng/ground/db"
)

// Every finding belongs to the county of its institution. Who works for a county sees and
// sums its own, for a city those of its counties, for a province all; nobody those of a
// neighbour, nor of the level above.
//
// clause: 004-001
func TestLevels(t *testing.T) {
	each(t, func(w *world) {
		w.do(func(tx *db.Tx) error {
			for _, o := range []access.Organisation{
				{Code: "J330000", Kind: access.Agency, Name: "浙江省医保中心", Region: "330000"},
				{Code: "J330400", Kind: access.Agency, Name: "嘉兴市医保中心", Region: "330400"},
				{Code: "J330100", Kind: access.Agency, Name: "杭州市医保中心", Region: "330100"},
			} {
				if err := w.a.AddOrganisation(ctx, tx, o); err != nil {
					return err
				}
			}
			return nil
		})
		regions := map[string]string{hospital: "330402", "H33041100001": "330411", "H33010600001": "330106"}
		all, ids := many(6)
		for k, c := range all {
			c.FixmedinsCode = []string{hospital, hospital, hospital, "H33041100001", "H33041100001", "H33010600001"}[k]
		}
		province := w.person("province", "J330000", access.AgencyAuditor, "")
		_, err := w.r.TakeOver(ctx, province, review.Delivery{Run: run("R1"), Findings: given("R1", all), Region: "330000", Regions: regions, At: w.now})
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string]struct {
			actor *access.Actor
			sees  []*finding.Finding
			sums  map[string]int64
		}{
			"the county":        {w.person("county", agency, access.FirstReviewer, ""), all[:3], map[string]int64{"330402": 3}},
			"the county beside": {w.person("beside", "J330411", access.FirstReviewer, ""), all[3:5], map[string]int64{"330411": 2}},
			"the city":          {w.person("city", "J330400", access.FirstReviewer, ""), all[:5], map[string]int64{"330402": 3, "330411": 2}},
			"another city":      {w.person("other", "J330100", access.FirstReviewer, ""), all[5:], map[string]int64{"330106": 1}},
			"the province":      {province, all, map[string]int64{"330402": 3, "330411": 2, "330106": 1}},
		} {
			page, err := w.r.List(ctx, w.d, x.actor, review.NoFilter, review.ByMoney, "", 50)
			if err != nil || page.Total.N != int64(len(x.sees)) || len(page.Findings) != len(x.sees) {
				t.Errorf("%s lists %d of %d, want %d (%v)", name, len(page.Findings), page.Total.N, len(x.sees), err)
			}
			seen := map[string]bool{}
			for _, c := range x.sees {
				seen[c.ID] = true
			}
			for _, id := range ids {
				if f, err := w.r.Get(ctx, w.d, x.actor, id); (err == nil) != seen[id] || err == nil && f.Region != regions[f.FixmedinsCode] {
					t.Errorf("%s: %s is seen %v (%v)", name, id, err == nil, err)
				}
			}
			groups, err := w.r.Groups(ctx, w.d, x.actor, review.NoFilter, review.ByRegion, 50)
			if err != nil || len(groups) != len(x.sums) {
				t.Errorf("%s sums up %d regions, want %d (%v)", name, len(groups), len(x.sums), err)
			}
			for _, g := range groups {
				if g.N != x.sums[g.Key] {
					t.Errorf("%s: %d findings in %s, want %d", name, g.N, g.Key, x.sums[g.Key])
				}
			}
			if o := w.overview(x.actor, review.NoFilter); o.Total.N != int64(len(x.sees)) {
				t.Errorf("%s: the overview has %d, want %d", name, o.Total.N, len(x.sees))
			}
		}
		w.verify(province)
	})
}
