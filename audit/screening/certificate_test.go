package screening

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"yiheng/audit/rule"
)

// certificates returns the certificate of every case that finds something.
func certificates(t *testing.T) map[string]*Certificate {
	t.Helper()
	all := make(map[string]*Certificate)
	ids := []string{rule.Judgement}
	for _, r := range rule.All() {
		ids = append(ids, r.ID)
	}
	for _, id := range ids {
		cases, err := rule.Cases(id)
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			c := &cases[i]
			lib := libraryOf(id, c)
			o := Options{From: c.From, To: c.To}
			out := Judge(&c.History, lib, o)
			if len(out.Findings) == 0 {
				continue
			}
			cert, err := certify(lib, o, &c.History, out)
			if err != nil {
				t.Fatalf("%s %s: %v", id, c.Name, err)
			}
			all[id+"/"+c.Name] = cert
		}
	}
	if len(all) < 100 {
		t.Fatalf("only %d certificates", len(all))
	}
	return all
}

// TestCertificates: every verdict of every case follows again from its certificate
// alone, as text.
func TestCertificates(t *testing.T) {
	for name, c := range certificates(t) {
		if wrong := verifyText(t, encode(t, c)); wrong != "" {
			t.Errorf("%s: %s", name, wrong)
		}
	}
}

func encode(t *testing.T, c *Certificate) []byte {
	t.Helper()
	text, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func verifyText(t *testing.T, text []byte) string {
	t.Helper()
	v, err := VerifyCertificates(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if v.Certificates != 1 {
		t.Fatalf("%d certificates", v.Certificates)
	}
	if len(v.Wrong) == 0 {
		return ""
	}
	return v.Wrong[0].Reason
}

// TestAlteredCertificates alters every single value of certificates of many programs,
// one at a time: each is noticed.
func TestAlteredCertificates(t *testing.T) {
	n := 0
	for name, c := range certificates(t) {
		if !strings.Contains(name, "命中") && n > 2000 {
			continue
		}
		var doc any
		if err := json.Unmarshal(encode(t, c), &doc); err != nil {
			t.Fatal(err)
		}
		eachValue(doc, func(path string, set func(any), old any) {
			n++
			set(altered(old))
			text, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			if verifyText(t, text) == "" {
				t.Errorf("%s: %s altered from %v without notice", name, path, old)
			}
			set(old)
		})
		if n > 20_000 {
			break
		}
	}
	t.Logf("%d values altered", n)
}

// eachValue calls f for every string, number and bool of a decoded JSON document.
func eachValue(doc any, f func(path string, set func(any), old any)) {
	switch d := doc.(type) {
	case map[string]any:
		for k, v := range d {
			visitValue(v, k, func(n any) { d[k] = n }, f)
		}
	case []any:
		for i, v := range d {
			visitValue(v, fmt.Sprint(i), func(n any) { d[i] = n }, f)
		}
	}
}

func visitValue(v any, path string, set func(any), f func(string, func(any), any)) {
	switch v.(type) {
	case map[string]any, []any:
		eachValue(v, func(p string, s func(any), old any) { f(path+"."+p, s, old) })
	case nil:
	default:
		f(path, set, v)
	}
}

func altered(v any) any {
	switch x := v.(type) {
	case string:
		if x == "" {
			return "1"
		}
		b := []byte(x)
		if c := b[len(b)-1]; c >= '0' && c < '9' {
			b[len(b)-1] = c + 1
		} else {
			b[len(b)-1] = '0'
		}
		return string(b)
	case float64:
		return x + 1
	case bool:
		return !x
	}
	return "altered"
}

// TestForgedCertificates alters what decided and makes the hash anew: the verdict is
// another then.
func TestForgedCertificates(t *testing.T) {
	for name, c := range certificates(t) {
		if len(c.History.Lines) == 0 || c.Findings[0].OwnAmount <= 0 || len(c.Findings) != 1 {
			continue
		}
		forged := *c
		history := *c.History
		forged.History = &history
		history.Lines = append(history.Lines[:0:0], history.Lines...)
		for i := range history.Lines {
			if l := &history.Lines[i]; contains(c.Findings[0].Lines, l.BkkpSn) {
				l.HospApprFlag = "2" // as if the person had paid for it
			}
		}
		if verifyText(t, encode(t, &forged)) == "" {
			t.Errorf("%s: a forged line keeps its verdict", name)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// TestVerifyRefuses: texts that are no certificates, with what is said of each.
func TestVerifyRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"x", "不是证书"},
		{"{}", "格式不认识"},
		{`{"format":1}`, "格式不认识"},
		{`{"format":1,"unknown":1}`, "不是证书"},
		{`{"format":2,"history":{"psn_no":"P"}}`, "格式不认识"},
		{`{"format":1,"history":{"psn_no":"P"},"rules":[{"rule_id":"GZ0"}]}`, "没有规则GZ0"},
		{`{"format":1,"history":{"psn_no":"P"},"rules":[{"rule_id":"YH0001","hash":"0"}]}`, "定义与本程序的不同"},
		{`{"format":1,"history":{"psn_no":"P","lines":[{"bkkp_sn":"1","cnt":"x"}]}}`, "不是证书"},
	} {
		if got := verifyText(t, []byte(c.text)); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.text, got, c.want)
		}
	}
}
