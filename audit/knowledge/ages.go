package knowledge

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	ageRange = regexp.MustCompile(`^限?(\d{1,3})(周岁|岁|个月|月|天|日)?(?:-|~|—|–|至|到)(\d{1,3})(周岁|岁|天|日)$`)
	ageOver  = regexp.MustCompile(`^限?(?:≥|>=)?(\d{1,3})(周岁|岁|天|日)(?:\(含\))?((?:及|或|及其)?以上)?$`)
	ageUnder = regexp.MustCompile(`^限?(?:≤|<=)?(\d{1,3})(周岁|岁|天|日)(?:\(含\))?((?:及|或|及其)?以下)?$`)
	ageBelow = regexp.MustCompile(`^限?(?:<|不满|未满|小于)(\d{1,3})(周岁|岁|天|日)$`)
	ageAlone = regexp.MustCompile(`^(?:<|不满|未满|小于)?(\d{1,3})(周岁|岁)?$`)
	groups   = regexp.MustCompile(`^(限)?(儿童|婴幼儿|婴儿|幼儿|新生儿|小儿|成人|老年人?|青少年|法定就业年龄段?(患者)?)$`)
)

// age reads ages that a column states in figures. 以上, 以下 include the figure
// (Civil Code, article 1259). Words such as 儿童 state no age: the age is missing.
func (s *statement) age() {
	text, from := s.stated(roleAge, "年龄")
	if text == "" && strings.Contains(s.class.Name, "儿童") {
		text, from = word(s.text(roleObject)), roleObject
	}
	switch {
	case text == "" || groups.MatchString(text):
	case ageRange.MatchString(text):
		m := ageRange.FindStringSubmatch(text)
		if m[2] != "" && m[2] != m[4] {
			s.unread(from, "例如 3-12岁")
			return
		}
		s.setAge(m[1], m[4], true, 0)
		s.setAge(m[3], m[4], false, 0)
	case ageBelow.MatchString(text):
		m := ageBelow.FindStringSubmatch(text)
		s.setAge(m[1], m[2], false, -1)
	case strings.ContainsAny(text, "≥>") && ageOver.MatchString(text), strings.HasSuffix(text, "以上") && ageOver.MatchString(text):
		m := ageOver.FindStringSubmatch(text)
		s.setAge(m[1], m[2], true, 0)
	case strings.ContainsAny(text, "≤<") && ageUnder.MatchString(text), strings.HasSuffix(text, "以下") && ageUnder.MatchString(text):
		m := ageUnder.FindStringSubmatch(text)
		s.setAge(m[1], m[2], false, 0)
	default:
		s.unread(from, "例如 3-12岁、14岁以下、不满18岁")
	}
	s.ageBound(roleAgeMin, true)
	s.ageBound(roleAgeMax, false)
}

func (s *statement) ageBound(r role, least bool) {
	text := word(s.text(r))
	if text == "" {
		return
	}
	m := ageAlone.FindStringSubmatch(text + s.unit(r, text))
	if m == nil || strings.ContainsAny(text, "<不未小") {
		s.unread(r, "例如 3 或 3岁")
		return
	}
	s.setAge(m[1], "岁", least, 0)
}

func (s *statement) setAge(figure, unit string, least bool, add int) {
	n, err := strconv.Atoi(figure)
	if err != nil {
		return
	}
	n += add
	days := unit == "天" || unit == "日"
	switch {
	case days && least:
		s.params.AgeMinDays = &n
	case days:
		s.params.AgeMaxDays = &n
	case least:
		s.params.AgeMinYears = &n
	default:
		s.params.AgeMaxYears = &n
	}
}

// forbiddenAge reads the age below which a drug is forbidden.
func (s *statement) forbiddenAge() {
	text := word(s.text(roleForbidden))
	if text == "" {
		return
	}
	if m := ageAlone.FindStringSubmatch(text); m != nil && m[1] != "0" {
		s.setAge(m[1], "岁", true, 0)
		return
	}
	s.unread(roleForbidden, "禁用年龄写成 12岁 或 <12岁；“以下”是否含本数不明")
}
