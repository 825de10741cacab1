package hook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Guard says which addresses deliveries may go to: public ones, and ranges that the
// installation allows. The address is looked at when the connection is made, after the
// name was resolved, so that no name leads inside.
type Guard struct{ Allow []netip.Prefix }

// errInside is wrapped by the error of a delivery to an address that is not allowed.
var errInside = errors.New("地址在内部网络，不允许推送；需要时用 --webhook-allow 放行")

// special are ranges that are neither private nor public (IANA special-purpose registries).
var special = func() (all []netip.Prefix) {
	for _, text := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		all = append(all, netip.MustParsePrefix(text))
	}
	return all
}()

// admits says whether a delivery may go to an address.
func (g Guard) admits(at netip.Addr) bool {
	at = at.Unmap().WithZone("")
	for _, p := range g.Allow {
		if p.Contains(at) {
			return true
		}
	}
	if !at.IsGlobalUnicast() || at.IsPrivate() {
		return false
	}
	for _, p := range special {
		if p.Contains(at) {
			return false
		}
	}
	return true
}

// checkURL refuses where nothing can be delivered: without TLS, but to this machine
// itself where that is allowed.
func (g Guard) checkURL(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(text) > 500:
		return errors.New("地址应如 https://his.example.cn/yiheng，不带用户名和 #")
	case u.Scheme != "https" && u.Scheme != "http":
		return errors.New("地址应以 https:// 开头")
	}
	at, err := netip.ParseAddr(strings.Trim(u.Hostname(), "[]"))
	if u.Scheme == "http" && (err != nil || !at.IsLoopback() || !g.admits(at)) {
		return errors.New("地址应以 https:// 开头")
	}
	if err == nil && !g.admits(at) {
		return errInside
	}
	return nil
}

// client follows nobody elsewhere and knows no proxy.
func (g Guard) client(slowest time.Duration) *http.Client {
	dialer := &net.Dialer{Timeout: slowest, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !g.admits(at.Addr()) {
			return fmt.Errorf("%w", errInside)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       slowest,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, address)
			},
			TLSHandshakeTimeout: slowest, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 16 << 10,
		},
	}
}
