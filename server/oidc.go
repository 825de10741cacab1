package server

import (
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"yiheng/ground/access"
	"yiheng/ground/web"
)

// OIDC is a provider of logins that an installation trusts (OpenID Connect Core 1.0, the
// code flow with PKCE). It is asked for its keys at the first login, so that the server
// starts without it.
type OIDC struct {
	Issuer   string
	Client   string
	Secret   string
	Redirect string   // the one address that the provider sends people back to
	Claim    string   // whose value is our login; "": only bound subjects are let in
	Factors  []string // values of acr or amr that count as the second factor

	mu       sync.Mutex
	provider *oidc.Provider
}

// slowestProvider is how long an answer of the provider may take.
const slowestProvider = 10 * time.Second

var providerClient = &http.Client{Timeout: slowestProvider}

// What may be wrong with what a provider sent.
var (
	errState       = refused("oidc_state", "这次登录不是从这个浏览器开始的，或已超过 10 分钟，请重新登录")
	errDenied      = refused("oidc_denied", "统一认证没有同意登录，请重新登录")
	errCode        = refused("oidc_code", "统一认证不认这次登录：可能已用过或已过期，请重新登录")
	errToken       = refused("oidc_token", "统一认证给出的身份凭证不合规（签名、发给谁、有效期之一不对），已拒绝；请联系系统管理员")
	errNonce       = refused("oidc_nonce", "统一认证给出的身份凭证不属于这次登录，已拒绝；请重新登录")
	errUnreachable = web.Refuse(http.StatusServiceUnavailable, "oidc_unreachable", "统一认证暂时无法连接，请稍后再试，或用本系统的用户名和口令登录")
)

func refused(code, text string) error {
	return &access.Problem{Kind: access.ErrUnauthenticated, Code: code, Text: text}
}

// open returns the provider and how we are its client. The context of the provider
// outlives the request: it fetches keys with it later.
func (o *OIDC) open(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider == nil {
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), providerClient), o.Issuer)
		if err != nil {
			return nil, nil, errors.Join(errUnreachable, err)
		}
		o.provider = p
	}
	scopes := []string{oidc.ScopeOpenID}
	if o.Claim != "" {
		scopes = append(scopes, "profile", "email")
	}
	return o.provider, &oauth2.Config{ClientID: o.Client, ClientSecret: o.Secret, Endpoint: o.provider.Endpoint(), RedirectURL: o.Redirect, Scopes: scopes}, nil
}

// flow is a login under way, which the browser carries as a sealed ticket.
type flow struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	To       string `json:"to"` // where in the console one wanted to go

	Holder  string `json:"holder,omitempty"` // who is logged in and binds the subject
	Session string `json:"session,omitempty"`
}

// address is where the browser is sent to log in.
func (o *OIDC) address(ctx context.Context, f flow) (string, error) {
	_, client, err := o.open(ctx)
	if err != nil {
		return "", err
	}
	return client.AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// identity exchanges the code and checks what comes of it: signature, issuer, audience,
// end, nonce, and the access token where its hash is named.
func (o *OIDC) identity(ctx context.Context, f flow, code string, now func() time.Time) (access.Provided, error) {
	p := access.Provided{Issuer: o.Issuer}
	ctx = oidc.ClientContext(ctx, providerClient)
	provider, client, err := o.open(ctx)
	if err != nil {
		return p, err
	}
	tokens, err := client.Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		return p, errors.Join(unreachableOr(err, errCode), err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.VerifierContext(ctx, &oidc.Config{ClientID: o.Client, Now: now}).Verify(ctx, raw)
	if err != nil {
		return p, errors.Join(unreachableOr(err, errToken), err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1 {
		return p, errNonce
	}
	var said struct {
		ACR   string   `json:"acr"`
		AMR   []string `json:"amr"`
		Party string   `json:"azp"`
	}
	if err := token.Claims(&said); err != nil {
		return p, errors.Join(errToken, err)
	}
	if said.Party != "" && said.Party != o.Client || token.AccessTokenHash != "" && token.VerifyAccessToken(tokens.AccessToken) != nil {
		return p, errToken
	}
	p.Subject = token.Subject
	p.Factor = slices.ContainsFunc(o.Factors, func(value string) bool { return value == said.ACR || slices.Contains(said.AMR, value) })
	p.Login, err = o.login(ctx, provider, token, client.TokenSource(ctx, tokens))
	return p, err
}

// login is the claim that names our login, of the token or else of what the provider
// tells about the person.
func (o *OIDC) login(ctx context.Context, provider *oidc.Provider, token *oidc.IDToken, source oauth2.TokenSource) (string, error) {
	if o.Claim == "" {
		return "", nil
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return "", errors.Join(errToken, err)
	}
	if login, _ := claims[o.Claim].(string); login != "" || provider.UserInfoEndpoint() == "" {
		return login, nil
	}
	info, err := provider.UserInfo(ctx, source)
	if err != nil {
		return "", errors.Join(unreachableOr(err, errToken), err)
	}
	if info.Subject != token.Subject {
		return "", errToken
	}
	if err := info.Claims(&claims); err != nil {
		return "", errors.Join(errToken, err)
	}
	login, _ := claims[o.Claim].(string)
	return login, nil
}

// unreachableOr tells a provider that does not answer from one that refuses.
func unreachableOr(err, refusal error) error {
	var answer *oauth2.RetrieveError
	var broken net.Error
	if errors.As(err, &broken) || errors.As(err, &answer) && answer.Response != nil && answer.Response.StatusCode >= 500 {
		return errUnreachable
	}
	return refusal
}
