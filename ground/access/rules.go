package access

import (
	"crypto/rand"
	_ "embed" // for the list of common passwords
	"math/big"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// longestPassword bounds the work that one request can ask for.
const longestPassword = 128

// checkPassword says which rule a password breaks, ErrInvalid.
func (p Policy) checkPassword(password, login string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < p.PasswordLength:
		return invalid("password_short", "口令太短：至少 %d 个字符", p.PasswordLength)
	case len(password) > longestPassword:
		return invalid("password_long", "口令太长：不超过 %d 个字符", longestPassword)
	case sorts(password) < 3:
		return invalid("password_simple", "口令太简单：大写字母、小写字母、数字、其他字符至少有三种")
	case strings.Contains(strings.ToLower(password), login):
		return invalid("password_login", "口令不能包含用户名")
	case isCommon(password):
		return invalid("password_common", "口令太常见，容易被猜中，请换一个")
	}
	return nil
}

// sorts counts of how many sorts the characters are.
func sorts(password string) int {
	var upper, lower, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if word := strings.TrimSpace(line); !strings.HasPrefix(word, "#") {
			all[word] = true
		}
	}
	return all
})

// disguises are the signs that stand for letters in P@ssw0rd.
var disguises = strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "l", "!", "i", "3", "e", "$", "s", "5", "s", "7", "t")

// isCommon says whether a password is a common one, as it is, without the digits
// and signs around it, without its disguise, or written twice.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	core := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, form := range []string{lower, core, disguises.Replace(lower), disguises.Replace(core), strings.TrimRightFunc(disguises.Replace(strings.TrimRightFunc(lower, notLetter)), notLetter)} {
		half := form[:len(form)/2]
		if common()[form] || half != "" && half+half == form && common()[half] {
			return true
		}
	}
	letters := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, lower)
	return common()[letters]
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("@40!3$57", r) }

// readable are characters that cannot be mistaken for each other on paper.
const readable = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"

// randomPassword has 20 characters of readable in groups of five: 116 bits.
func randomPassword() string {
	var b strings.Builder
	for i := range 20 {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(readable))))
		if err != nil {
			panic(err) // crypto/rand ends the program itself when the system gives no randomness
		}
		b.WriteByte(readable[n.Int64()])
	}
	return b.String()
}
