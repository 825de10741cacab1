package registry

// Within says whether a region lies in outer; both are six-digit admdvs. A
// province (xx0000) contains its cities, counties and its own pool (xx9900), a
// city (xxxx00) its counties and its own pool (xxxx99); a county and a pool
// contain themselves only. The empty outer is the whole country and contains
// everything, an unknown region included; an unknown or malformed region lies in
// nothing else.
func Within(region, outer string) bool {
	if outer == "" {
		return true
	}
	if !isRegion(region) || !isRegion(outer) {
		return false
	}
	switch {
	case outer[2:] == "0000":
		return region[:2] == outer[:2]
	case outer[4:] == "00" && outer[2:4] != "99":
		return region[:4] == outer[:4]
	}
	return region == outer
}

func isRegion(code string) bool {
	if len(code) != 6 {
		return false
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return true
}
