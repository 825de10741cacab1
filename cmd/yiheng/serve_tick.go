package main

import (
	"context"
	"time"

	"yiheng/server"
)

// tick deals now and then with the clocks of law that have ended, and counts them anew
// when the table of holidays was changed. Several servers may do so at once: each part is
// one write, and what one has done the other finds done.
func (c *serveCmd) tick(ctx context.Context, parts server.Parts) {
	ticker := time.NewTicker(max(c.Tick, time.Millisecond))
	defer ticker.Stop()
	for {
		if _, err := tickOnce(ctx, parts.DB, parts.Yearbook, parts.Review); err != nil && ctx.Err() == nil {
			parts.Log.Error("clocks are not dealt with", "err", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
