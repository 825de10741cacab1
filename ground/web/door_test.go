package web

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzBody looks for a body that the door lets in and that holds what no database can
// store.
func FuzzBody(f *testing.F) {
	for _, body := range []string{`{"a":"b"}`, `{"a":"\u0000"}`, "\xff", `["\\u0000"]`, `"\ud800"`, "{", "1 2"} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		p := checkJSON(body)
		if p == nil && (!utf8.Valid(body) || strings.Contains(string(body), "\x00")) {
			t.Errorf("%q let in", body)
		}
		if p != nil && p.Status != http.StatusBadRequest {
			t.Errorf("%q: %d", body, p.Status)
		}
	})
}
