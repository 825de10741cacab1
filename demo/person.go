package demo

import (
	"fmt"
	"strconv"

	"yiheng/ground/calendar"
)

// chronicOdds are the chances (in a thousand) of a chronic disease by age.
var chronicOdds = []struct {
	key      string
	from     int
	odds, to int // at the age from, at 85
}{
	{"高血压", 35, 60, 480},
	{"糖尿病", 35, 40, 210},
	{"冠心病", 48, 30, 220},
	{"脑卒中", 50, 15, 110},
	{"慢阻肺", 50, 15, 90},
	{"肾病", 40, 8, 40},
	{"肿瘤", 45, 8, 30},
	{"乙肝", 25, 25, 25},
	{"前列腺", 52, 80, 350},
	{"精神", 18, 6, 8},
	{"透析", 38, 1, 2},
}

// born makes person n of the city as of the first day of its records.
func (g *generator) born(l *life, n int64, r *random) {
	l.number = n
	l.no = personNo(n)
	l.household = uint64(n) / 3
	h := hash(g.seed, uint64(n), 11)
	l.sex = strconv.Itoa(1 + int(h%2))
	// Households of three: two adults of one generation and a child or a parent.
	age := int(hash(g.seed, l.household, 12) % 55)
	switch n % 3 {
	case 0, 1:
		age += 22
	case 2:
		if age = (age + 22 - 26 + int(h>>40%6)); age > 24 || age < 0 {
			age = 55 + int(h>>8%36)
		}
	}
	l.birth = g.from - calendar.Day(age*365+age/4+int(h>>20%365))
	l.region = counties[l.household%4].code
	g.identify(l, h)
	l.insure(h, g.from)
	for _, c := range chronicOdds {
		if age < c.from || c.key == "前列腺" && l.sex != "1" {
			continue
		}
		if r.chance(c.odds + (c.to-c.odds)*(min(age, 85)-c.from)/(86-c.from)) {
			l.chronic = append(l.chronic, c.key)
		}
	}
}

// identify gives the person a name, a certificate, an address and a telephone that
// belong to nobody.
func (g *generator) identify(l *life, h uint64) {
	sex := 2
	if l.sex == "1" {
		sex = 1
	}
	l.name = personName(h, sex)
	y, m, d := l.birth.Civil()
	l.cert = certificate(fmt.Sprintf("%04d%02d%02d", y, m, d), uint64(l.number), sex)
	street := streets[l.household%uint64(len(streets))]
	l.address = cityName + street + strconv.FormatUint(l.household%300+1, 10) + "号" + strconv.FormatUint(l.household%40+1, 10) + "室"
	l.phone = fmt.Sprintf("1000%07d", l.number%10_000_000)
}

// insure decides what insurance covers the person: employees and pensioners (310) or
// residents (390).
func (l *life) insure(h uint64, from calendar.Day) {
	age := max(0, l.birth.YearsUntil(from))
	l.employer, l.empName = "", ""
	switch {
	case age < 1:
		l.insutype, l.psnType = "390", "1401"
	case age < 7:
		l.insutype, l.psnType = "390", "1402"
	case age < 19:
		l.insutype, l.psnType = "390", "1403"
	case age < 60 && h>>30%100 < 48:
		l.insutype, l.psnType = "310", "11"
		l.employer, l.empName = employer(h >> 33)
	case age >= 60 && h>>30%100 < 45:
		l.insutype, l.psnType = "310", "12"
	case age >= 60:
		l.insutype, l.psnType = "390", "16"
	default:
		l.insutype, l.psnType = "390", "15"
	}
}

// personNo is the psn_no of person n.
func personNo(n int64) string { return digits("3718", n, 0, 0) }
