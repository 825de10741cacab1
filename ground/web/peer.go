package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// peerOf is the address that a connection comes from; not valid for one that has none.
func peerOf(r *http.Request) netip.Addr {
	at, _ := netip.ParseAddrPort(r.RemoteAddr)
	return at.Addr().Unmap().WithZone("")
}

// Client is the address that a request comes from. What X-Forwarded-For says counts
// only from a trusted proxy, read from the right: the last address that is no trusted
// proxy's is the client, whatever it claims before that.
func (d *Door) Client(r *http.Request) string {
	at := peerOf(r)
	if !at.IsValid() {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			return r.RemoteAddr
		}
		return host
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && d.trusts(at); i-- {
		hop, err := parseHop(hops[i])
		if err != nil {
			break
		}
		at = hop
	}
	return at.String()
}

// parseHop reads an address as proxies write it: bare, or with a port.
func parseHop(text string) (netip.Addr, error) {
	text = strings.TrimSpace(text)
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone(""), nil
	}
	at, err := netip.ParseAddr(strings.Trim(text, "[]"))
	return at.Unmap().WithZone(""), err
}

func (d *Door) trusts(at netip.Addr) bool {
	for _, p := range d.Proxies {
		if p.Contains(at) {
			return true
		}
	}
	return false
}

// plain says that a trusted proxy got the request without TLS.
func (d *Door) plain(r *http.Request) bool {
	return r.TLS == nil && d.trusts(peerOf(r)) && strings.EqualFold(strings.TrimSpace(r.Header.Get("X-Forwarded-Proto")), "http")
}

// checkTLS refuses what reached a door behind TLS without it, by a trusted proxy: a
// cookie or a password may have been read on the way. Reading pages is sent on.
func (d *Door) checkTLS(w http.ResponseWriter, r *http.Request) *Problem {
	if !d.Secure || !d.plain(r) || r.URL.Path == "/healthz" {
		return nil
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		w.Header().Set("Location", "https://"+r.Host+r.URL.RequestURI())
		return Refuse(http.StatusPermanentRedirect, "plain", "请用 https 访问")
	}
	return Refuse(http.StatusForbidden, "plain", "请求没有经过 TLS，已拒绝：请用 https 访问，并修改刚才发送的口令")
}
