package access

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

// TestOTPStandard runs the SHA-1 vectors of RFC 6238 appendix B, their last six digits.
func TestOTPStandard(t *testing.T) {
	o := OTP{Secret: []byte("12345678901234567890")}
	for unix, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := o.code(unix / 30); got != want {
			t.Errorf("at %d: %s, want %s", unix, got, want)
		}
	}
}

func TestOTPWindow(t *testing.T) {
	o := newOTP("医衡", "zhang")
	at := time.Unix(1_800_000_015, 0)
	now := at.Unix() / 30
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		if step, ok := o.step(o.code(now+off), at, 0); ok != want || ok && step != now+off {
			t.Errorf("code of period %+d: %d, %t", off, step-now, ok)
		}
		if _, ok := o.step(o.code(now+off), at, now+off); ok {
			t.Errorf("code of period %+d taken twice", off)
		}
	}
	for _, code := range []string{"", "12345", "1234567", "abcdef", "１２３４５６"} {
		if _, ok := o.step(code, at, 0); ok {
			t.Errorf("%q is a code", code)
		}
	}
}

func TestParseOTP(t *testing.T) {
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	for uri, want := range map[string]OTP{
		"otpauth://totp/%E5%8C%BB%E8%A1%A1:zhang?secret=" + secret + "&issuer=%E5%8C%BB%E8%A1%A1":   {Issuer: "医衡", Account: "zhang"},
		" otpauth://totp/Acme:T-001?secret=" + strings.ToLower(secret) + "&digits=6&algorithm=sha1": {Issuer: "Acme", Account: "T-001"},
		"otpauth://totp/T-001?period=30&secret=" + secret + "====":                                  {Account: "T-001"},
	} {
		got, err := ParseOTP(uri)
		if err != nil || string(got.Secret) != "12345678901234567890" || got.Issuer != want.Issuer || got.Account != want.Account {
			t.Errorf("%s: %+v, %v", uri, got, err)
		}
	}
	for uri, code := range map[string]string{
		"": "otp_uri", "https://totp/a?secret=" + secret: "otp_uri", "otpauth://hotp/a?secret=" + secret: "otp_uri", "otpauth://totp/%zz": "otp_uri",
		"otpauth://totp/a": "otp_secret", "otpauth://totp/a?secret=GEZDGNBV": "otp_secret", "otpauth://totp/a?secret=1890": "otp_secret",
		"otpauth://totp/a?digits=8&secret=" + secret: "otp_digits", "otpauth://totp/a?period=60&secret=" + secret: "otp_period",
		"otpauth://totp/a?algorithm=SHA256&secret=" + secret: "otp_algorithm",
	} {
		_, err := ParseOTP(uri)
		var p *Problem
		if !errors.As(err, &p) || p.Code != code || !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v, want %s", uri, err, code)
		}
	}
}

func FuzzParseOTP(f *testing.F) {
	f.Add("otpauth://totp/Acme:T-001?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme&digits=6&algorithm=SHA1&period=30")
	f.Add("otpauth://totp/:?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
	f.Fuzz(func(t *testing.T, uri string) {
		o, err := ParseOTP(uri)
		if err != nil {
			return
		}
		again, err := ParseOTP(o.URI())
		if err != nil || !bytes.Equal(again.Secret, o.Secret) {
			t.Errorf("%q became %q: %+v, %v", uri, o.URI(), again, err)
		}
	})
}

func TestTokenForm(t *testing.T) {
	token := newToken(sessionToken)
	if !isToken(sessionToken, token) || isToken(serviceToken, token) || token == newToken(sessionToken) {
		t.Errorf("a fresh token is not one: %s", token)
	}
	for i := range token {
		if isToken(sessionToken, token[:i]) || isToken(sessionToken, token[:i]+"A"+token[i+1:]) && token[i] != 'A' {
			t.Errorf("cut or altered at %d and taken", i)
		}
	}
}

func FuzzToken(f *testing.F) {
	f.Add(newToken(sessionToken))
	f.Add("yhs_")
	f.Fuzz(func(t *testing.T, token string) {
		if isToken(sessionToken, token) && (len(token) != 55 || isToken(serviceToken, token)) {
			t.Errorf("taken: %q", token)
		}
	})
}

func TestHash(t *testing.T) {
	cost := HashCost{Memory: 64, Passes: 1, Lanes: 1}
	stored, err := cost.hash("正确的Password1")
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]bool{"正确的Password1": true, "正确的Password2": false, "": false} {
		same, got, err := matches(stored, password)
		if same != want || got != cost || err != nil {
			t.Errorf("%q: %t, %+v, %v", password, same, got, err)
		}
	}
	// The reference implementation's own vector: "password", "somesalt", m=64 MiB, t=2, p=1.
	const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if same, _, err := matches(reference, "password"); !same || err != nil {
		t.Errorf("the reference hash: %t, %v", same, err)
	}
	for _, wrong := range []string{
		"", "password", "$2a$10$abc", strings.Replace(reference, "argon2id", "argon2i", 1), strings.Replace(reference, "v=19", "v=16", 1),
		strings.Replace(reference, "m=65536", "m=4294967295", 1), strings.Replace(reference, "t=2", "t=0", 1), strings.Replace(reference, "p=1", "p=0", 1),
		strings.Replace(reference, "p=1", "p=256", 1), strings.Replace(reference, "m=65536", "m=7", 1), strings.Replace(reference, ",p=1", "", 1),
		strings.Replace(reference, "c29tZXNhbHQ", "!!", 1), strings.Replace(reference, "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", "CTFh", 1), reference + "$",
	} {
		if same, _, err := matches(wrong, "password"); same || !errors.Is(err, errHash) {
			t.Errorf("%q: %t, %v", wrong, same, err)
		}
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
	f.Fuzz(func(t *testing.T, stored string) {
		if c, _, sum, err := parseHash(stored); err == nil && (!c.sane() || len(sum) < 16) {
			t.Errorf("read %+v", c)
		}
	})
}

func TestPasswordRules(t *testing.T) {
	p := DefaultPolicy()
	for password, code := range map[string]string{
		"": "password_short", "Ab1!": "password_short", "Ab1!Ab1!x": "password_short",
		strings.Repeat("Aa1!", 33): "password_long",
		"abcdefghijkl":             "password_simple", "ABCDEF123456": "password_simple", "123456789012": "password_simple", "口令口令口令口令口令口令": "password_simple",
		"Zhang.San2026!": "password_login",
		"Password123!":   "password_common", "P@ssw0rd2026": "password_common", "Woaini1314!!": "password_common", "Qwertyuiop1!": "password_common",
		"Yibao123456!": "password_common", "Iloveyou520!": "password_common", "Admin@123456": "password_common", "!!Dragon2026": "password_common", "Qwerty-123456": "password_common",
		"南湖Dwell7Rivers":      "",
		"correct horse 7 Bat": "",
		"Xk2#vTq9@Lm":         "",
	} {
		err := p.checkPassword(password, "zhang.san")
		var got *Problem
		if (err == nil) != (code == "") || err != nil && (!errors.As(err, &got) || got.Code != code) {
			t.Errorf("%q: %v, want %q", password, err, code)
		}
	}
	for range 50 {
		if err := p.checkPassword(randomPassword(), "admin"); err != nil && !strings.Contains(err.Error(), "太简单") {
			t.Errorf("a one-off password: %v", err)
		}
	}
}

func TestWrongPolicies(t *testing.T) {
	for name, spoil := range map[string]func(p *Policy){
		"no hash":             func(p *Policy) { p.Hash = HashCost{} },
		"too dear a hash":     func(p *Policy) { p.Hash.Memory = 2 << 20 },
		"short passwords":     func(p *Policy) { p.PasswordLength = 7 },
		"no history":          func(p *Policy) { p.PasswordsKept = 0 },
		"endless sessions":    func(p *Policy) { p.Idle = 0 },
		"a whole before idle": func(p *Policy) { p.Whole = p.Idle - 1 },
		"no lockout":          func(p *Policy) { p.FreeFailures = 0 },
		"no wait":             func(p *Policy) { p.FirstWait = 0 },
		"no forgiving":        func(p *Policy) { p.AddressForgive = 0 },
	} {
		p := DefaultPolicy()
		spoil(&p)
		if _, err := Open(t.Context(), nil, nil, p); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWaits(t *testing.T) {
	p := DefaultPolicy()
	for failures, want := range map[int64]time.Duration{
		1: 0, 4: 0, 5: time.Minute, 6: 2 * time.Minute, 7: 4 * time.Minute, 10: 32 * time.Minute, 11: time.Hour, 12: time.Hour, 1 << 40: time.Hour,
	} {
		if got := p.wait(failures, p.FreeFailures); got != want {
			t.Errorf("after %d failures: %v, want %v", failures, got, want)
		}
	}
}

func TestChecksum(t *testing.T) {
	for number, want := range map[string]bool{"11010519491231002X": true, "440524188001010014": true, "110105194912310021": false, "440524188001010041": false} {
		if checksum(number) != want {
			t.Errorf("%s: %t", number, !want)
		}
	}
}
