package main

import (
	"context"
	"log/slog"

	"yiheng/ground/access"
	"yiheng/ground/hook"
)

// hookFlags say where events may be sent.
type hookFlags struct {
	HookAllow []string `name:"webhook-allow" placeholder:"CIDR" help:"事件推送可以到达的内部网络地址段，如 10.20.0.0/16，可写多个；不写则只推送到公网地址。"`
}

func (c *hookFlags) hooks(ctx context.Context, h *home, a *access.Access, log *slog.Logger) (*hook.Hooks, error) {
	allow, err := prefixes("--webhook-allow", c.HookAllow)
	if err != nil {
		return nil, err
	}
	return hook.Open(ctx, h.db, a, h.ring, hook.Guard{Allow: allow}, log)
}
