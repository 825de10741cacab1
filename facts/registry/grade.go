package registry

// UnknownGrade is the grade of a doctor whose record states no title.
const UnknownGrade = 0

// grades are the grades by the code of a doctor's title (drord_dr_profttl of the
// national interface, and the one-digit codes of older clients).
var grades = map[string]int{
	"231": 5, "232": 4, "233": 3, "234": 2, "235": 1,
	"5": 5, "4": 4, "3": 3, "2": 2, "1": 1,
	"主任医师": 5, "副主任医师": 4, "主治医师": 3, "主诊医师": 3, "医师": 2, "住院医师": 2, "医士": 1, "助理医师": 1,
}

// Grade returns the grade of a title (dr_pro_tech_duty, by code or name): 5 主任医师,
// 4 副主任医师, 3 主治医师, 2 医师, 1 医士, UnknownGrade for any other text.
func Grade(title string) int { return grades[title] }
