package seal

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The masks show enough to tell one person from the next in a list and no more
// (GB/T 35273-2020 7.2: display of personal information is to be limited, by
// de-identification among other means). An empty value stays empty.

// MaskName keeps the first character of a name and how the name is divided:
// 张**, 阿***·***, J*** ****.
func MaskName(name string) string {
	name = strings.TrimSpace(name)
	first, size := utf8.DecodeRuneInString(name)
	if size == len(name) {
		return strings.Repeat("*", utf8.RuneCountInString(name))
	}
	return string(first) + strings.Map(func(r rune) rune {
		if strings.ContainsRune("·•・‧.-' ", r) {
			return r
		}
		return '*'
	}, name[size:])
}

// MaskCertificate keeps of an identity number of 18 or 15 digits the province and
// city in front and two characters at the end, of a passport or permit one in
// front and two at the end: the day of birth is never seen.
func MaskCertificate(number string) string {
	number = strings.TrimSpace(number)
	if identityNumber.MatchString(number) {
		return keep(number, 4, 2)
	}
	return keep(number, 1, 2)
}

var identityNumber = regexp.MustCompile(`^(\d{17}[\dXx]|\d{15})$`)

// MaskPhone keeps the first three and last four digits of a mobile number, area
// code and last two of a fixed one, and a country code: 138****5678, 0571-******21,
// +86 138****5678.
func MaskPhone(phone string) string {
	m := phoneParts.FindStringSubmatch(strings.TrimSpace(phone))
	if m == nil {
		return keep(strings.TrimSpace(phone), 0, 2)
	}
	front, digits := m[1]+m[2], m[3]
	if len(digits) == 11 && m[2] == "" {
		return front + keep(digits, 3, 4)
	}
	return front + keep(digits, 0, 2)
}

var phoneParts = regexp.MustCompile(`^(\+86[ -]?|\+\d{1,3}[ -])?(0\d{2,3}-)?(\d{5,})$`)

// MaskAddress keeps province, city and county: 浙江省嘉兴市南湖区******. What does not
// start with them is hidden whole; the stars do not tell how long it was.
func MaskAddress(address string) string {
	address = strings.TrimSpace(address)
	if address == "" {
		return ""
	}
	kept, rest := "", address
	for _, part := range divisions {
		if m := part.FindString(rest); m != "" && !notCounty.MatchString(m) {
			kept, rest = kept+m, rest[len(m):]
		}
	}
	return kept + "******"
}

// divisions are province, city and county as an address starts with them. The
// longest names of each: 新疆维吾尔自治区, 克孜勒苏柯尔克孜自治州, 双江拉祜族佤族布朗族傣族自治县.
var divisions = []*regexp.Regexp{
	regexp.MustCompile(`^(\p{Han}{2,3}省|\p{Han}{2,6}自治区|(香港|澳门)特别行政区)`),
	regexp.MustCompile(`^(\p{Han}{2,9}?自治州|\p{Han}{2,4}?地区|\p{Han}{2,5}?[市盟])`),
	regexp.MustCompile(`^(\p{Han}{2,15}?自治[县旗]|\p{Han}{1,5}?[区县市旗])`),
}

// notCounty are names in an address that end like a county's.
var notCounty = regexp.MustCompile(`(小|园|社|校|厂|院|库|住宅|生活|家属|别墅|街|路|村|镇|乡|号|栋)\p{Han}{0,2}区$|[路街村镇乡道巷号栋].*[区县市旗]$|(超|菜|夜|门|花|股)市$`)

// MaskAccount keeps the last four characters of a bank account: ****1234. The
// stars do not tell how long it is.
func MaskAccount(account string) string {
	account = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, account)
	switch n := utf8.RuneCountInString(account); {
	case n == 0:
		return ""
	case n < 8:
		return "****"
	}
	return "****" + string([]rune(account)[utf8.RuneCountInString(account)-4:])
}

// keep leaves so many characters at both ends; of a text that has fewer than three
// others, nothing.
func keep(text string, front, back int) string {
	runes := []rune(text)
	if len(runes) < front+back+3 {
		front, back = 0, 0
	}
	for i := front; i < len(runes)-back; i++ {
		runes[i] = '*'
	}
	return string(runes)
}
