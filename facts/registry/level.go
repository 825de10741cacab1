package registry

import "strings"

// UnknownLevel is the level of a hospital whose record states none.
const UnknownLevel = -1

// levels are the levels by the code of hosp_lv (national code table 医院等级): with
// and without a grade 甲, 乙, 丙; 11 is 无等级.
var levels = map[string]int{
	"1": 3, "2": 3, "3": 3, "4": 3, "12": 3,
	"5": 2, "6": 2, "7": 2, "13": 2,
	"8": 1, "9": 1, "10": 1, "14": 1,
	"11": 0,
}

// Level returns the hospital level of a hosp_lv code: 3, 2, 1, 0 for a hospital
// without a level, UnknownLevel for any other text. "02" is "2": extracts
// write the code both ways.
func Level(hospLv string) int {
	code := strings.TrimSpace(hospLv)
	if len(code) == 2 {
		code = strings.TrimPrefix(code, "0")
	}
	if level, ok := levels[code]; ok {
		return level
	}
	return UnknownLevel
}
