package access

import (
	"testing"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// TestRegionInSQL compares the condition in SQL with Within, on every pair of
// valid regions around one city, and on regions that are none.
func TestRegionInSQL(t *testing.T) {
	ctx := t.Context()
	regions := []Region{
		"330000", "330100", "330400", "330401", "330402", "330411", "330498", "330499", "330500", "339900", "339901", "340000", "320402",
		"429004", "420000", "990000", "999999",
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Migrate(ctx, "access", schema); err != nil {
			t.Fatal(err)
		}
		for _, r := range regions {
			o := Organisation{Code: string(r), Kind: Agency, Name: "x", Region: r, Path: "/" + string(r) + "/"}
			if _, err := d.NewInsert().Model(&o).Exec(ctx); err != nil {
				t.Fatal(err)
			}
		}
		for _, outer := range append(regions, "", "33", "33040x", "3304020", "'; --") {
			condition, args := outer.condition(bun.Ident("region"))
			var got []Region
			if err := d.NewSelect().Table("organisation").Column("region").Where(condition, args...).Scan(ctx, &got); err != nil {
				t.Fatal(err)
			}
			found := map[Region]bool{}
			for _, r := range got {
				found[r] = true
			}
			for _, r := range regions {
				if found[r] != r.Within(outer) {
					t.Errorf("%s in %q: SQL says %t, Within %t", r, outer, found[r], r.Within(outer))
				}
			}
		}
	})
}
