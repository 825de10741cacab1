package hook

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// Added is a subscription with its secret, which is shown once.
type Added struct {
	ID     string `json:"id"`
	Secret string `json:"secret" doc:"signs deliveries: HMAC-SHA256, Standard Webhooks"`
}

// Items is a list that is short.
type Items[T any] struct {
	Items []T `json:"items"`
}

type subscribeInput struct {
	web.ByID
	Body struct {
		URL    string   `json:"url" maxLength:"500"`
		Events []string `json:"events" minItems:"1" maxItems:"20"`
		Reason string   `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// OneInput names a subscription of a service account.
type OneInput struct {
	web.ByID
	Hook string `path:"hook" maxLength:"40"`
}

type endInput struct {
	OneInput
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

type deliveriesInput struct {
	OneInput
	State State `query:"state" enum:"waiting,delivered,dead,withheld"`
}

// DeliveryInput names what was, or is to be, told to a subscription.
type DeliveryInput struct {
	OneInput
	Event int64 `path:"event" minimum:"1"`
}

type againInput struct {
	DeliveryInput
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

// Routes serves the subscriptions of a service account. They are a security officer's.
func (h *Hooks) Routes(d *web.Door) {
	on := func(id, method, path, title string) huma.Operation {
		return huma.Operation{OperationID: id, Method: method, Path: "/api/services/{id}/hooks" + path, Summary: title}
	}
	add := on("add-hook", http.MethodPost, "", "登记事件推送")
	add.DefaultStatus = http.StatusCreated
	web.Operate(d, Keep, add, func(ctx context.Context, c *web.Call, in *subscribeInput) (*web.Body[Added], error) {
		var out Added
		err := act(ctx, d, c, "hook.subscribe", in.ID, in.Body.Reason, func(tx *db.Tx) (id string, err error) {
			out.ID, out.Secret, err = h.Subscribe(ctx, tx, in.ID, in.Body.URL, in.Body.Events)
			return out.ID, err
		})
		return web.Answer(out), err
	})
	web.Operate(d, Keep, on("hooks", http.MethodGet, "", "服务账号的事件推送"), func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[Items[Subscription]], error) {
		return listed(ctx, d, c, in.ID, func() ([]Subscription, error) { return h.Subscriptions(ctx, h.db, in.ID) })
	})
	web.Operate(d, Keep, on("end-hook", http.MethodPost, "/{hook}/end", "停用事件推送"), func(ctx context.Context, c *web.Call, in *endInput) (*web.None, error) {
		return nil, act(ctx, d, c, "hook.end", in.ID, in.Body.Reason, func(tx *db.Tx) (string, error) { return in.Hook, h.End(ctx, tx, in.ID, in.Hook) })
	})
	web.Operate(d, Keep, on("deliveries", http.MethodGet, "/{hook}/deliveries", "推送记录"), func(ctx context.Context, c *web.Call, in *deliveriesInput) (*web.Body[Items[Told]], error) {
		return listed(ctx, d, c, in.ID, func() ([]Told, error) { return h.Deliveries(ctx, h.db, in.ID, in.Hook, in.State) })
	})
	web.Operate(d, Keep, on("tries", http.MethodGet, "/{hook}/deliveries/{event}", "一次推送的各次尝试"), func(ctx context.Context, c *web.Call, in *DeliveryInput) (*web.Body[Items[Try]], error) {
		return listed(ctx, d, c, in.ID, func() ([]Try, error) { return h.Tries(ctx, h.db, in.ID, in.Hook, in.Event) })
	})
	web.Operate(d, Keep, on("deliver-again", http.MethodPost, "/{hook}/deliveries/{event}/again", "重新推送"), func(ctx context.Context, c *web.Call, in *againInput) (*web.None, error) {
		return nil, act(ctx, d, c, "hook.again", in.ID, in.Body.Reason, func(tx *db.Tx) (string, error) {
			return in.Hook, h.Again(ctx, tx, in.ID, in.Hook, in.Event)
		})
	})
}

// act does something to a subscription of a service account within reach, and journals it.
func act(ctx context.Context, d *web.Door, c *web.Call, name, service, reason string, do func(tx *db.Tx) (string, error)) error {
	_, err := d.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		if err := d.Authorize(ctx, tx, c, Keep, access.Target{Holder: service}); err != nil {
			return web.Act{}, err
		}
		id, err := do(tx)
		return web.Act{Name: name, Kind: "hook", ID: id, Reason: reason}, err
	})
	return err
}

func listed[T any](ctx context.Context, d *web.Door, c *web.Call, service string, read func() ([]T, error)) (*web.Body[Items[T]], error) {
	if err := d.Authorize(ctx, d.DB, c, Keep, access.Target{Holder: service}); err != nil {
		return nil, err
	}
	all, err := read()
	return web.Answer(Items[T]{all}), err
}
