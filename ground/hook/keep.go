package hook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

func invalid(code, text string) error {
	return &access.Problem{Kind: access.ErrInvalid, Code: code, Text: text}
}

func notFound() error {
	return &access.Problem{Kind: access.ErrNotFound, Code: "not_found", Text: "没有找到，或不在您的管辖范围内"}
}

// Subscribe adds a subscription of a service account and returns its id and its secret,
// which is shown once: whsec_ and base64, as the Standard Webhooks specification has it.
// ErrInvalid, ErrNotFound.
func (h *Hooks) Subscribe(ctx context.Context, tx *db.Tx, service, url string, events []string) (id, secret string, err error) {
	account, err := h.access.Account(ctx, tx, service)
	if err != nil {
		return "", "", err
	}
	if !strings.HasPrefix(service, "FW") || !account.Closed.IsZero() {
		return "", "", notFound()
	}
	if err := h.guard.checkURL(url); err != nil {
		return "", "", invalid("hook_url", err.Error())
	}
	events = slices.Compact(slices.Sorted(slices.Values(events)))
	for _, name := range events {
		if Names[name] == "" {
			return "", "", invalid("hook_events", fmt.Sprintf("没有事件“%s”，可选：%s", name, strings.Join(slices.Sorted(maps.Keys(Names)), "、")))
		}
	}
	if len(events) == 0 {
		return "", "", invalid("hook_events", "至少选一个事件")
	}
	key := make([]byte, 32)
	_, _ = rand.Read(key) // ends the program itself when the system gives no randomness
	id = "TS" + rand.Text()[:12]
	s := Subscription{ID: id, Service: service, URL: url, Events: strings.Join(events, " "), Secret: h.ring.Seal(key, "hook/"+id), Created: tx.Now}
	_, err = tx.NewInsert().Model(&s).Exec(ctx)
	return id, "whsec_" + base64.StdEncoding.EncodeToString(key), err
}

// End ends a subscription; what waits for it is withheld. ErrNotFound.
func (h *Hooks) End(ctx context.Context, tx *db.Tx, service, id string) error {
	done, err := tx.NewUpdate().Table("hook_subscription").Set("ended = ?", tx.Now).Where("id = ?", id).Where("service = ?", service).Where("ended IS NULL").Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return notFound()
	}
	return nil
}

// Subscriptions are those of a service account, the newest first.
func (h *Hooks) Subscriptions(ctx context.Context, from db.Reader, service string) ([]Subscription, error) {
	all := []Subscription{}
	err := from.NewSelect().Model(&all).Where("service = ?", service).OrderExpr("created DESC, id").Scan(ctx)
	return all, err
}

// Deliveries choose those of a subscription of a service account; scan runs the query.
func (h *Hooks) Deliveries(from db.Reader, service, id string) (q *bun.SelectQuery, scan func(context.Context) ([]Told, error)) {
	all := []Told{}
	q = from.NewSelect().Model(&all).ColumnExpr("hook_delivery.*, e.body AS text").
		Join("JOIN hook_subscription AS s ON s.id = hook_delivery.subscription AND s.service = ?", service).
		Join("JOIN hook_event AS e ON e.id = hook_delivery.event").
		Where("subscription = ?", id)
	return q, func(ctx context.Context) ([]Told, error) {
		err := q.Scan(ctx)
		for i := range all {
			err = errors.Join(err, json.Unmarshal([]byte(all[i].Text), &all[i].Body))
		}
		return all, err
	}
}

// Tries are those of a delivery, the oldest first.
func (h *Hooks) Tries(ctx context.Context, from db.Reader, service, id string, event int64) ([]Try, error) {
	all := []Try{}
	err := from.NewSelect().Model(&all).Join("JOIN hook_subscription AS s ON s.id = hook_try.subscription AND s.service = ?", service).
		Where("subscription = ?", id).Where("event = ?", event).Order("n").Scan(ctx)
	return all, err
}

// Again lets a delivery that is over be tried anew, from the first. ErrNotFound.
func (h *Hooks) Again(ctx context.Context, tx *db.Tx, service, id string, event int64) error {
	own := tx.NewSelect().Table("hook_subscription").Column("id").Where("service = ?", service).Where("ended IS NULL")
	done, err := tx.NewUpdate().Table("hook_delivery").Set("state = ?", Waiting).Set("tries = 0").Set("next = ?", tx.Now).Set("ended = NULL").
		Where("event = ?", event).Where("subscription = ?", id).Where("subscription IN (?)", own).Where("state <> ?", Waiting).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return notFound()
	}
	return nil
}

// Stale returns how many secrets are not sealed with the ring's newest data key.
func (h *Hooks) Stale(ctx context.Context) (int64, error) {
	n, err := h.stale(h.db.NewSelect()).Count(ctx)
	return int64(n), err
}

// Reseal seals up to so many secrets anew and says how many it did: call it until it is none.
func (h *Hooks) Reseal(ctx context.Context, most int64) (done int, err error) {
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		var rows []Subscription
		if err := h.stale(tx.NewSelect()).Model(&rows).Order("id").Limit(most).Scan(ctx); err != nil {
			return err
		}
		for _, s := range rows {
			sealed, err := h.ring.Reseal(s.Secret, "hook/"+s.ID)
			if err != nil {
				return err
			}
			if _, err := tx.NewUpdate().Table("hook_subscription").Set("secret = ?", sealed).Where("id = ?", s.ID).Exec(ctx); err != nil {
				return err
			}
		}
		done = len(rows)
		return nil
	})
	return done, err
}

func (h *Hooks) stale(q *bun.SelectQuery) *bun.SelectQuery {
	return q.Model((*Subscription)(nil)).Where("substr(secret, 1, ?) <> ?", len(h.ring.Header()), h.ring.Header())
}
