package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// Certificate is the certificate of the door, read anew when its files change. It is safe for
// concurrent use.
type Certificate struct {
	cert, key string
	now       atomic.Pointer[tls.Certificate]
	read      atomic.Pointer[[2]time.Time] // when the files were written
}

// OpenCertificate reads a certificate with its chain and its key, in PEM.
func OpenCertificate(cert, key string) (*Certificate, error) {
	c := &Certificate{cert: cert, key: key}
	return c, c.Load()
}

// Load reads the files. When they do not fit together, the former certificate stays.
func (c *Certificate) Load() error {
	written := c.written()
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return fmt.Errorf("证书 %s 与私钥 %s 不能使用：%w。请检查文件是否为 PEM、是否成对（--tls-cert、--tls-key）", c.cert, c.key, err)
	}
	if leaf := pair.Leaf; leaf != nil && time.Now().After(leaf.NotAfter) {
		return fmt.Errorf("证书 %s 已于 %s 到期，请换新证书", c.cert, leaf.NotAfter.Local().Format(time.DateOnly))
	}
	c.now.Store(&pair)
	c.read.Store(&written)
	return nil
}

// Leaf is the certificate that is in use.
func (c *Certificate) Leaf() *x509.Certificate { return c.now.Load().Leaf }

// written says when the files were last written, as far as they are there.
func (c *Certificate) written() (at [2]time.Time) {
	for i, path := range []string{c.cert, c.key} {
		if info, err := os.Stat(path); err == nil {
			at[i] = info.ModTime()
		}
	}
	return at
}

// certificateWatch is how often the files are looked at.
const certificateWatch = 10 * time.Second

// Keep reads the files when they changed or when a signal comes, until ctx ends.
// report gets what is wrong with them, and nil when they were read anew.
func (c *Certificate) Keep(ctx context.Context, signal <-chan os.Signal, report func(error)) {
	tick := time.NewTicker(certificateWatch)
	defer tick.Stop()
	for seen := *c.read.Load(); ; {
		select {
		case <-ctx.Done():
			return
		case <-signal:
		case <-tick.C:
			if c.written() == seen {
				continue
			}
		}
		seen = c.written()
		report(c.Load())
	}
}

// Listen makes a listener speak TLS 1.2 or later with the certificate.
func (c *Certificate) Listen(l net.Listener) net.Listener {
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.now.Load(), nil },
	})
}

// Redirect sends whoever asks at l without TLS to the door at its port, until ctx ends.
// It takes no request in: a password that was sent is not looked at.
func Redirect(ctx context.Context, l net.Listener, door net.Addr) error {
	_, port, err := net.SplitHostPort(door.String())
	if err != nil {
		return err
	}
	h := &http.Server{ReadHeaderTimeout: slowestHead, IdleTimeout: slowestHead, MaxHeaderBytes: 32 << 10, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if host == "" {
			http.Error(w, "请用 https 访问", http.StatusBadRequest)
			return
		}
		if port != "443" {
			host = net.JoinHostPort(host, port)
		}
		w.Header().Set("Connection", "close")
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), http.StatusPermanentRedirect)
	})}
	stop := context.AfterFunc(ctx, func() { _ = h.Close() })
	defer stop()
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
