package claim

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"yiheng/facts/lake"
)

// PersonsOf returns, by bucket and sorted, the persons in the given files, by table,
// who have a row of a source that touched says yes to (nil: of any source) and
// whom concerned names (nil: all).
func PersonsOf(files map[string][]lake.File, touched, concerned func(text string) bool) (map[int][]string, error) {
	found := make(map[int]map[string]bool)
	for _, t := range Tables {
		if t.PersonBy != psnNo {
			continue
		}
		for _, f := range files[t.Name] {
			if found[f.Bucket] == nil {
				found[f.Bucket] = make(map[string]bool)
			}
			err := eachBlock(t, f.Path, func(b *lake.Block) error {
				return personsOfBlock(b, t.PersonBy, touched, concerned, found[f.Bucket])
			})
			if err != nil {
				return nil, err
			}
		}
	}
	persons := make(map[int][]string, len(found))
	for bucket, set := range found {
		persons[bucket] = slices.Sorted(maps.Keys(set))
	}
	return persons, nil
}

func personsOfBlock(b *lake.Block, by string, touched, concerned func(string) bool, found map[string]bool) error {
	var source *lake.Vector
	var err error
	if touched != nil {
		if source, err = b.Col(lake.ColSource); err != nil || source == nil || !anyTouched(source, touched) {
			return err
		}
	}
	psns, err := b.Col(by)
	if err != nil || psns == nil {
		return err
	}
	last := ""
	for i := range b.Rows() {
		psn := text(psns, i)
		if psn == last || touched != nil && !touched(text(source, i)) {
			continue
		}
		last = psn
		if concerned == nil || concerned(psn) {
			found[strings.Clone(psn)] = true
		}
	}
	return nil
}

// anyTouched asks once for each source of a block's dictionary.
func anyTouched(source *lake.Vector, touched func(string) bool) bool {
	return source.Index == nil || slices.ContainsFunc(source.Dict, touched)
}

func eachBlock(t *lake.Table, path string, f func(*lake.Block) error) error {
	r, err := lake.OpenFile(path, t)
	if err != nil {
		return err
	}
	defer r.Close()
	for i := range r.Blocks() {
		b := r.Block(i)
		if err := f(b); err != nil {
			return err
		}
		b.Close()
	}
	return nil
}

// ReadInstitutions returns the institutions of the live rows of fixmedins_b, the
// newest row of each.
func ReadInstitutions(files []lake.File, sources map[string]int64) ([]Institution, error) {
	byCode := make(map[string]Institution)
	for _, f := range files {
		err := eachBlock(Fixmedins.Table, f.Path, func(b *lake.Block) error { return takeInstitutions(b, sources, byCode) })
		if err != nil {
			return nil, err
		}
	}
	out := make([]Institution, 0, len(byCode))
	for _, in := range byCode {
		out = append(out, in)
	}
	slices.SortFunc(out, func(a, b Institution) int { return strings.Compare(a.FixmedinsCode, b.FixmedinsCode) })
	return out, nil
}

func takeInstitutions(b *lake.Block, sources map[string]int64, byCode map[string]Institution) error {
	c, err := registerColumns(b, sources, "fixmedins_code", "fixmedins_name", "fixmedins_type", "hosp_lv", "fix_blng_admdvs", "vali_flag", "updt_time")
	if err != nil {
		return err
	}
	own := func(k, i int) string { return strings.Clone(c.str(k, i)) }
	for i := range b.Rows() {
		in := Institution{
			FixmedinsCode: own(0, i), FixmedinsName: own(1, i), FixmedinsType: own(2, i),
			HospLv: own(3, i), FixBlngAdmdvs: own(4, i), Version: Version{UpdtTime: c.time(6, i), Read: c.order(i)},
		}
		if old, ok := byCode[in.FixmedinsCode]; in.Read >= 0 && c.str(5, i) != "0" && (!ok || in.Newer(&old.Version)) {
			byCode[in.FixmedinsCode] = in
		}
	}
	return nil
}

// registerColumns reads the named columns of a block of a register.
func registerColumns(b *lake.Block, sources map[string]int64, names ...string) (*columns, error) {
	c := &columns{plain: sources}
	for _, name := range names {
		v, err := b.Col(name)
		if err != nil {
			return nil, err
		}
		c.vec = append(c.vec, v)
	}
	return c, c.loadSource(b)
}

// ReadDoctors returns the doctors of the live rows of dr_info_b by code, the newest
// row of each. A title that the register states only in words stands in
// DrProTechDuty in words.
func ReadDoctors(files []lake.File, sources map[string]int64) ([]Doctor, error) {
	byCode := make(map[string]Doctor)
	for _, f := range files {
		err := eachBlock(DrInfo.Table, f.Path, func(b *lake.Block) error { return takeDoctors(b, sources, byCode) })
		if err != nil {
			return nil, err
		}
	}
	out := slices.Collect(maps.Values(byCode))
	slices.SortFunc(out, func(a, b Doctor) int { return strings.Compare(a.DrCode, b.DrCode) })
	return out, nil
}

func takeDoctors(b *lake.Block, sources map[string]int64, byCode map[string]Doctor) error {
	c, err := registerColumns(b, sources, "dr_code", "dr_pro_tech_duty", "dr_pro_tech_duty_name", "medins_code", "main_pracins_no",
		"dr_prac_type", "dr_prac_scp_code", "vali_flag", "updt_time")
	if err != nil {
		return err
	}
	own := func(k, i int) string { return strings.Clone(c.str(k, i)) }
	for i := range b.Rows() {
		d := Doctor{
			DrCode: own(0, i), DrProTechDuty: cmp.Or(own(1, i), own(2, i)), MedinsCode: cmp.Or(own(3, i), own(4, i)),
			DrPracType: own(5, i), DrPracScpCode: own(6, i), Version: Version{UpdtTime: c.time(8, i), Read: c.order(i)},
		}
		if old, ok := byCode[d.DrCode]; d.Read >= 0 && c.str(7, i) != "0" && (!ok || d.Newer(&old.Version)) {
			byCode[d.DrCode] = d
		}
	}
	return nil
}
