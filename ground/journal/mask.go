package journal

import (
	"regexp"
	"strings"
	"time"
)

// digits are runs that could be a certificate number (18 places, or 15 of the first
// generation) or a mobile number. What stands inside a longer run of digits or
// letters is another number.
var digits = regexp.MustCompile(`[0-9A-Za-z]+`)

// mask puts stars into the certificate and mobile numbers of a text: 330402********123X,
// 138****5678. Names cannot be told from other words; they do not belong in a text
// that comes here.
func mask(text string) string {
	return digits.ReplaceAllStringFunc(text, func(run string) string {
		switch {
		case isCertificate(run):
			return run[:6] + strings.Repeat("*", len(run)-10) + run[len(run)-4:]
		case isMobile(run):
			return run[:3] + "****" + run[7:]
		}
		return run
	})
}

func isMobile(run string) bool {
	return len(run) == 11 && run[0] == '1' && run[1] >= '3' && isDigits(run)
}

// isCertificate knows a resident's number (GB 11643) by its date of birth, and by
// its check digit where it has one.
func isCertificate(run string) bool {
	switch len(run) {
	case 15:
		return isDigits(run) && isDay("19"+run[6:12])
	case 18:
		return isDigits(run[:17]) && isDay(run[6:14]) && strings.EqualFold(run[17:], checkDigit(run[:17]))
	}
	return false
}

func isDigits(run string) bool {
	return strings.Trim(run, "0123456789") == ""
}

func isDay(day string) bool {
	t, err := time.Parse("20060102", day)
	return err == nil && t.Year() >= 1850 && t.Year() < 2150
}

// checkDigit is ISO 7064 MOD 11-2 of 17 digits.
func checkDigit(run string) string {
	weights := [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weights {
		sum += w * int(run[i]-'0')
	}
	return "10X98765432"[sum%11 : sum%11+1]
}
