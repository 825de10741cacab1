package main

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"yiheng/server"
)

// oidcFlags are the provider of logins that the installation trusts.
type oidcFlags struct {
	Issuer   string   `name:"oidc-issuer" placeholder:"URL" help:"统一认证（OpenID Connect）的签发者地址；不写则只用本系统的口令登录。"`
	Client   string   `name:"oidc-client" placeholder:"ID" help:"本系统在统一认证登记的客户端标识。"`
	Password string   `name:"oidc-secret-file" type:"path" placeholder:"FILE" help:"客户端密钥所在的文件。"`
	Claim    string   `name:"oidc-claim" placeholder:"NAME" help:"统一认证里与本系统用户名相同的一项，如 preferred_username；须是只有其管理员能改的。不写则只认已关联的身份。"`
	Factors  []string `name:"oidc-factor" placeholder:"VALUE" help:"统一认证的 acr 或 amr 为这些值时，算已验证第二因素；不写则总是另外输入本系统的动态口令。"`
	Back     string   `name:"oidc-redirect" placeholder:"URL" help:"统一认证返回的地址，与登记的完全一致；不写则为监听地址下的 /api/oidc/callback。"`
}

// provider reads the flags; nil without an issuer.
func (c *oidcFlags) provider(own string) (*server.OIDC, error) {
	if c.Issuer == "" {
		if c.Client+c.Password+c.Claim+c.Back+strings.Join(c.Factors, "") != "" {
			return nil, errors.New("--oidc-client 等要与 --oidc-issuer 一起给出")
		}
		return nil, nil
	}
	if c.Client == "" || c.Password == "" {
		return nil, errors.New("--oidc-issuer 要与 --oidc-client、--oidc-secret-file 一起给出")
	}
	secret, err := os.ReadFile(c.Password)
	if err != nil {
		return nil, fmt.Errorf("读不到客户端密钥：%w（--oidc-secret-file）", err)
	}
	o := &server.OIDC{Issuer: c.Issuer, Client: c.Client, Secret: strings.TrimSpace(string(secret)), Redirect: c.Back, Claim: c.Claim, Factors: c.Factors}
	if o.Secret == "" {
		return nil, fmt.Errorf("客户端密钥文件 %s 是空的（--oidc-secret-file）", c.Password)
	}
	if o.Redirect == "" {
		o.Redirect = own + "/api/oidc/callback"
	}
	for flag, text := range map[string]string{"--oidc-issuer": o.Issuer, "--oidc-redirect": o.Redirect} {
		if err := overTLS(text); err != nil {
			return nil, fmt.Errorf("%s：%w", flag, err)
		}
	}
	return o, nil
}

// overTLS refuses an address that secrets would go to in the clear; this machine's own
// is fine.
func overTLS(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil {
		return fmt.Errorf("“%s”不是地址，应如 https://login.example.gov.cn", text)
	}
	at, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && at.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("“%s”不经 TLS，应以 https:// 开头", text)
}
