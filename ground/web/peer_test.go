package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func prefixes(texts ...string) (all []netip.Prefix) {
	for _, text := range texts {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}

// TestClient reads who asks, through proxies that are trusted and such that are not.
func TestClient(t *testing.T) {
	trusted := prefixes("10.0.0.0/8", "fd00::/8")
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"no proxy":                     {"203.0.113.9:4", nil, "203.0.113.9"},
		"who is not trusted claims":    {"203.0.113.9:4", []string{"1.2.3.4"}, "203.0.113.9"},
		"a trusted proxy":              {"10.1.1.1:4", []string{"198.51.100.7"}, "198.51.100.7"},
		"a client that claims":         {"10.1.1.1:4", []string{"127.0.0.1, 198.51.100.7"}, "198.51.100.7"},
		"two proxies":                  {"10.1.1.1:4", []string{"9.9.9.9, 198.51.100.7, 10.2.2.2"}, "198.51.100.7"},
		"in two headers":               {"10.1.1.1:4", []string{"9.9.9.9", "198.51.100.7,10.2.2.2"}, "198.51.100.7"},
		"a trusted proxy says nothing": {"10.1.1.1:4", nil, "10.1.1.1"},
		"nonsense stops the reading":   {"10.1.1.1:4", []string{"198.51.100.7, unknown"}, "10.1.1.1"},
		"only proxies":                 {"10.1.1.1:4", []string{"10.9.9.9"}, "10.9.9.9"},
		"with ports":                   {"[fd00::1]:4", []string{"[2001:db8::5]:443"}, "2001:db8::5"},
		"IPv4 in IPv6":                 {"[::ffff:10.1.1.1]:4", []string{"::ffff:198.51.100.7"}, "198.51.100.7"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		r.Header["X-Forwarded-For"] = c.forwarded
		d := Door{Parts: Parts{Proxies: trusted}}
		if got := d.Client(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestPlain is what a door behind TLS does with what a proxy got without it.
func TestPlain(t *testing.T) {
	for name, c := range map[string]struct {
		method, path, peer, proto string
		want                      int
	}{
		"reading is sent on":         {"GET", "/api/x?a=b", "10.1.1.1:4", "http", 308},
		"a change is refused":        {"POST", "/api/login", "10.1.1.1:4", "http", 403},
		"by TLS":                     {"POST", "/api/login", "10.1.1.1:4", "https", 0},
		"who is not trusted":         {"GET", "/api/x", "203.0.113.9:4", "http", 0},
		"the supervisor of services": {"GET", "/healthz", "10.1.1.1:4", "http", 0},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-Proto", c.proto)
		w := httptest.NewRecorder()
		d := Door{Parts: Parts{Proxies: prefixes("10.0.0.0/8"), Secure: true}}
		p, status := d.checkTLS(w, r), 0
		if p != nil {
			status = p.Status
		}
		if status != c.want || status == 308 && w.Header().Get("Location") != "https://example.com/api/x?a=b" {
			t.Errorf("%s: %d %v, want %d", name, status, w.Header(), c.want)
		}
	}
}

// FuzzHop reads what a stranger may write into a header.
func FuzzHop(f *testing.F) {
	for _, text := range []string{"1.2.3.4", "[::1]:80", "fe80::1%eth0", " 1.2.3.4:80 ", "[", "a, b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if at, err := parseHop(text); err == nil && (at.Is4In6() || at.Zone() != "" || !at.IsValid()) {
			t.Errorf("%q is %v", text, at)
		}
	})
}
