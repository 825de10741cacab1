package access

// Region is a six-digit division code (admdvs, GB/T 2260): xx0000 a province,
// xxxx00 a city, other codes a county. xx9900 and xxxx99 are the pools that a
// province and a city run themselves. The empty Region is the whole country.
type Region string

// Within says whether the region lies in outer. A province contains its cities,
// counties and its own pool, a city its counties and its own pool; a county and
// a pool contain themselves only. The whole country contains everything, an
// unknown region included; an unknown or malformed region lies in nothing else.
func (r Region) Within(outer Region) bool {
	if outer == "" {
		return true
	}
	if !r.Valid() || !outer.Valid() {
		return false
	}
	return r[:outer.depth()] == outer[:outer.depth()]
}

// Valid says whether the region is a code of six digits. The whole country is not.
func (r Region) Valid() bool {
	if len(r) != 6 {
		return false
	}
	for i := range len(r) {
		if r[i] < '0' || r[i] > '9' {
			return false
		}
	}
	return true
}

// Pool is what the fund that a province or a city runs itself is called, "" for another region.
func (r Region) Pool() string {
	switch {
	case !r.Valid():
	case r[2:] == "9900":
		return "省本级"
	case r[4:] == "99":
		return "市本级"
	}
	return ""
}

// depth is how many leading digits the regions within a valid one share with it.
func (r Region) depth() int {
	switch {
	case r[2:] == "0000":
		return 2
	case r[4:] == "00" && r[2:4] != "99":
		return 4
	}
	return 6
}

// condition is Within as SQL: the column lies in the region. The column must hold
// valid regions: digits compare alike in every collation, so an index serves it.
func (r Region) condition(column any) (string, []any) {
	switch {
	case r == "":
		return "1 = 1", nil
	case !r.Valid():
		return "1 = 0", nil
	}
	first, last := []byte(r), []byte(r)
	for i := r.depth(); i < len(r); i++ {
		first[i], last[i] = '0', '9'
	}
	return "? BETWEEN ? AND ?", []any{column, string(first), string(last)}
}
