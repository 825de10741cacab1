package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// The one form of time-based one-time passwords that every authenticator knows
// (RFC 6238): SHA-1, six digits, thirty seconds.
const (
	otpPeriod = 30 * time.Second
	otpDigits = 6
	otpWindow = 1  // periods that a clock may be off, either way
	otpSecret = 20 // bytes of a new secret (RFC 4226 section 4 R6)
)

// OTP is a secret shared with an authenticator.
type OTP struct {
	Secret  []byte
	Issuer  string
	Account string
}

func newOTP(issuer, account string) OTP {
	secret := make([]byte, otpSecret)
	_, _ = rand.Read(secret) // ends the program itself when the system gives no randomness
	return OTP{Secret: secret, Issuer: issuer, Account: account}
}

// Code is what the authenticator shows at an instant.
func (o OTP) Code(at time.Time) string { return o.code(at.Unix() / int64(otpPeriod/time.Second)) }

// code is the one-time password of a period (RFC 4226 section 5.3).
func (o OTP) code(step int64) string {
	mac := hmac.New(sha1.New, o.Secret)
	_ = binary.Write(mac, binary.BigEndian, step)
	sum := mac.Sum(nil)
	value := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:]) & 0x7fff_ffff
	return fmt.Sprintf("%0*d", otpDigits, value%1_000_000)
}

// step returns the period whose code it is, and false when it is of none near the
// time that comes after the period taken last (RFC 6238 section 5.2: a code is
// accepted once).
func (o OTP) step(code string, at time.Time, last int64) (int64, bool) {
	now := at.Unix() / int64(otpPeriod/time.Second)
	found, ok := int64(0), false
	for step := now - otpWindow; step <= now+otpWindow; step++ {
		if subtle.ConstantTimeCompare([]byte(o.code(step)), []byte(code)) == 1 && step > last && !ok {
			found, ok = step, true
		}
	}
	return found, ok
}

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

// URI is the secret in the form that authenticators read from a picture
// (otpauth://totp/…, Key Uri Format).
func (o OTP) URI() string {
	label := o.Account
	if o.Issuer != "" {
		label = o.Issuer + ":" + o.Account
	}
	values := url.Values{"secret": {base32Text.EncodeToString(o.Secret)}, "issuer": {o.Issuer}}
	return (&url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + label, RawQuery: strings.ReplaceAll(values.Encode(), "+", "%20")}).String()
}

// ParseOTP reads the URI of a secret, as a list of hardware tokens gives it.
// ErrInvalid says what is not as every authenticator has it.
func ParseOTP(uri string) (OTP, error) {
	u, err := url.Parse(strings.TrimSpace(uri))
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" {
		return OTP{}, invalid("otp_uri", "动态口令的地址应以 otpauth://totp/ 开头")
	}
	values := u.Query()
	for name, want := range map[string]string{"algorithm": "SHA1", "digits": "6", "period": "30"} {
		if got := values.Get(name); got != "" && !strings.EqualFold(got, want) {
			return OTP{}, invalid("otp_"+name, "动态口令的参数 %s 应为 %s，不支持 %s", name, want, got)
		}
	}
	secret, err := base32Text.DecodeString(strings.TrimRight(strings.ToUpper(values.Get("secret")), "="))
	if err != nil || len(secret) < 16 || len(secret) > 64 {
		return OTP{}, invalid("otp_secret", "动态口令的密钥应为 26 到 103 位 Base32 字符（16 到 64 字节）")
	}
	o := OTP{Secret: secret, Issuer: values.Get("issuer"), Account: strings.TrimPrefix(u.Path, "/")}
	if before, after, ok := strings.Cut(o.Account, ":"); ok {
		o.Account = after
		if o.Issuer == "" {
			o.Issuer = before
		}
	}
	o.Account, o.Issuer = strings.TrimSpace(o.Account), strings.TrimSpace(o.Issuer)
	return o, nil
}
