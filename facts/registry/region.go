package registry

import "yiheng/ground/access"

// Within says whether a region lies in outer; both are six-digit admdvs, the empty
// outer is the whole country. It is access.Region.Within: what a person may see and
// what a rule is in force for follow one tree.
func Within(region, outer string) bool { return access.Region(region).Within(access.Region(outer)) }
