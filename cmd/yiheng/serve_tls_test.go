package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"yiheng/ground/db"
)

// certify writes a certificate for 127.0.0.1 of its own making.
func certify(t *testing.T, dir, name string, until time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	cert, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// shown is the name in the certificate that the door shows.
func shown(url string, most uint16) (string, error) {
	c, err := tls.Dial("tcp", strings.TrimPrefix(url, "https://"), &tls.Config{InsecureSkipVerify: true, MaxVersion: most}) //nolint:gosec // the name is what is asked for
	if err != nil {
		return "", err
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].Subject.CommonName, nil
}

// TestTLS serves by TLS: the certificate is read anew at a signal, a broken one is not
// taken, old versions are refused, who comes without is sent on.
func TestTLS(t *testing.T) {
	t.Setenv(db.Setting, "")
	dir, home := t.TempDir(), t.TempDir()
	certify(t, dir, "first", time.Now().Add(time.Hour))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	plain := free.Addr().String()
	_ = free.Close()
	d := serve(t, home, "--tls-cert", filepath.Join(dir, "cert.pem"), "--tls-key", filepath.Join(dir, "key.pem"), "--redirect", plain)
	if !strings.HasPrefix(d.url, "https://") {
		t.Fatal(d.url)
	}
	if name, err := shown(d.url, 0); name != "first" || err != nil {
		t.Errorf("%q, %v", name, err)
	}
	if _, err := shown(d.url, tls.VersionTLS11); err == nil {
		t.Error("TLS 1.1 was spoken")
	}
	client := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}, //nolint:gosec // its own certificate
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	answer, err := client.Post(d.url+"/api/login", "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.ProtoMajor != 2 || answer.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %v", answer.Proto, answer.Header)
	}
	if answer, err = client.Get("http://" + plain + "/api/me?x=1"); err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != 308 || answer.Header.Get("Location") != d.url+"/api/me?x=1" {
		t.Errorf("%d to %s", answer.StatusCode, answer.Header.Get("Location"))
	}
	certify(t, dir, "second", time.Now().Add(time.Hour))
	for i := 0; ; i++ {
		_ = d.process.Signal(syscall.SIGHUP)
		name, err := shown(d.url, 0)
		if name == "second" {
			break
		}
		if i > 100 {
			t.Fatalf("still %q, %v", name, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	d.stop()
}

// TestListenFlags are settings that cannot be, each with what it says.
func TestListenFlags(t *testing.T) {
	t.Setenv(db.Setting, "")
	dir, home := t.TempDir(), t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	certify(t, dir, "late", time.Now().Add(-time.Hour))
	other := t.TempDir()
	certify(t, other, "other", time.Now().Add(time.Hour))
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no key":        {[]string{"--tls-cert", cert}, "要一起给出"},
		"over":          {[]string{"--tls-cert", cert, "--tls-key", key}, "到期"},
		"no pair":       {[]string{"--tls-cert", cert, "--tls-key", filepath.Join(other, "key.pem")}, "是否成对"},
		"redirect":      {[]string{"--redirect", "127.0.0.1:0"}, "--tls-cert"},
		"proxy":         {[]string{"--trusted-proxy", "10.0.0.300/8"}, "不是地址段"},
		"no such place": {[]string{"--listen", "192.0.2.1:1"}, "--listen"},
	} {
		t.Run(name, func(t *testing.T) {
			wantText(t, fails(t, home, append([]string{"serve", "--listen", "127.0.0.1:0"}, c.args...)...), c.want)
		})
	}
}

// TestBehindProxy counts failures of logins by the client that a trusted proxy names,
// not by the proxy; who is not trusted names nobody.
func TestBehindProxy(t *testing.T) {
	t.Setenv(db.Setting, "")
	for _, c := range []struct {
		trusted string
		clients int // that are locked out by 31 guesses from 198.51.100.7
	}{{"127.0.0.0/8", 1}, {"10.0.0.0/8", 2}} {
		d := serve(t, t.TempDir(), "--trusted-proxy", c.trusted)
		guess := func(from string, i int) int {
			v := &visitor{T: t, door: d, login: "guesser", head: map[string]string{"X-Forwarded-For": "8.8.8.8, " + from}}
			status, _, _ := v.ask("POST", "/api/login", fmt.Sprintf(`{"login":"none-%d","password":"guess"}`, i))
			return status
		}
		for i := range 31 {
			guess("198.51.100.7", i)
		}
		locked := 0
		for i, from := range []string{"198.51.100.7", "198.51.100.8"} {
			if guess(from, 100+i) == 429 {
				locked++
			}
		}
		if locked != c.clients {
			t.Errorf("trusting %s: %d clients are locked, want %d", c.trusted, locked, c.clients)
		}
		d.stop()
	}
}
