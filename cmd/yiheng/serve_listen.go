package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"yiheng/server"
)

// listenFlags say where the door is and by which way people come to it.
type listenFlags struct {
	Listen   string   `name:"listen" default:"127.0.0.1:8321" placeholder:"ADDR" help:"监听的地址，如 0.0.0.0:8321；端口写 0 则任选。"`
	Cert     string   `name:"tls-cert" type:"path" placeholder:"FILE" help:"证书（PEM，含证书链）：直接以 https 提供服务；文件更换或收到 SIGHUP 即重新读取。"`
	Key      string   `name:"tls-key" type:"path" placeholder:"FILE" help:"证书的私钥（PEM）。"`
	Redirect string   `name:"redirect" placeholder:"ADDR" help:"在这个地址（如 :80）把 http 请求转到 https；须有 --tls-cert。"`
	Secure   bool     `name:"secure" help:"浏览器经 TLS 访问（前面有终止 TLS 的代理）：会话只经 TLS 传送。有 --tls-cert 时自然如此。"`
	Trusted  []string `name:"trusted-proxy" placeholder:"CIDR" help:"可信代理的地址段，如 10.0.0.5/32，可写多个：只有它们写的 X-Forwarded-For 和 X-Forwarded-Proto 才算数。"`
}

// entrance is where people come in.
type entrance struct {
	net.Listener
	url      string
	cert     *server.Certificate
	redirect net.Listener
}

// open listens. What is wrong with the flags is said before anything is begun.
func (c *listenFlags) open() (*entrance, error) {
	if (c.Cert == "") != (c.Key == "") {
		return nil, errors.New("--tls-cert 与 --tls-key 要一起给出")
	}
	if c.Redirect != "" && c.Cert == "" {
		return nil, errors.New("--redirect 把请求转到 https：请同时给出 --tls-cert 和 --tls-key")
	}
	e, err := &entrance{}, error(nil)
	if c.Cert != "" {
		if e.cert, err = server.OpenCertificate(c.Cert, c.Key); err != nil {
			return nil, err
		}
	}
	if e.Listener, err = listen(c.Listen, "--listen"); err != nil {
		return nil, err
	}
	e.url = "http://" + e.Addr().String()
	if c.Redirect != "" {
		if e.redirect, err = listen(c.Redirect, "--redirect"); err != nil {
			return nil, errors.Join(err, e.Close())
		}
	}
	if e.cert != nil {
		e.url, e.Listener = "https://"+e.Addr().String(), e.cert.Listen(e.Listener)
	}
	return e, nil
}

func listen(at, flag string) (net.Listener, error) {
	l, err := net.Listen("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("不能监听 %s：%w。请换一个地址或端口（%s）", at, err, flag)
	}
	return l, nil
}

// keep watches the certificate and sends on who comes without TLS, until ctx ends.
func (e *entrance) keep(ctx context.Context, say func(what string, err error)) {
	if e.cert == nil {
		return
	}
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGHUP)
	go e.cert.Keep(ctx, told, func(err error) { say("certificate", err) })
	if e.redirect != nil {
		go func() {
			if err := server.Redirect(ctx, e.redirect, e.Addr()); err != nil {
				say("redirect", err)
			}
		}()
	}
}

// prefixes reads ranges of addresses; one address alone is a range of one.
func prefixes(flag string, texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(strings.TrimSpace(text))
		if err != nil {
			at, err := netip.ParseAddr(strings.TrimSpace(text))
			if err != nil || at.Zone() != "" {
				return nil, fmt.Errorf("%s：“%s”不是地址段，应如 10.0.0.0/8 或 10.0.0.5", flag, text)
			}
			p = netip.PrefixFrom(at, at.BitLen())
		}
		all = append(all, p.Masked())
	}
	return all, nil
}
