package hook

import (
	"context"
	"net/http"
	"strconv"
	"time"

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

type hooksInput struct {
	web.ByID
	web.Query
}

type deliveriesInput struct {
	OneInput
	web.Query
}

type triesInput struct {
	DeliveryInput
	web.Query
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
	web.Operate(d, Keep, on("end-hook", http.MethodPost, "/{hook}/end", "停用事件推送"), func(ctx context.Context, c *web.Call, in *endInput) (*web.None, error) {
		return nil, act(ctx, d, c, "hook.end", in.ID, in.Body.Reason, func(tx *db.Tx) (string, error) { return in.Hook, h.End(ctx, tx, in.ID, in.Hook) })
	})
	web.Operate(d, Keep, on("deliver-again", http.MethodPost, "/{hook}/deliveries/{event}/again", "重新推送"), func(ctx context.Context, c *web.Call, in *againInput) (*web.None, error) {
		return nil, act(ctx, d, c, "hook.again", in.ID, in.Body.Reason, func(tx *db.Tx) (string, error) {
			return in.Hook, h.Again(ctx, tx, in.ID, in.Hook, in.Event)
		})
	})
	h.listRoutes(d)
}

// listRoutes serve what there is to read. Each asks first whether the account is within reach.
func (h *Hooks) listRoutes(d *web.Door) {
	reach := func(ctx context.Context, c *web.Call, service string) error {
		return d.Authorize(ctx, d.DB, c, Keep, access.Target{Holder: service})
	}
	web.ServeList(d, web.List[Subscription, hooksInput]{
		Path: "/api/services/{id}/hooks", ID: "hooks", Title: "服务账号的事件推送", Op: Keep,
		Columns: []web.Column[Subscription]{
			web.By("id", "编号", func(s *Subscription) string { return s.ID }),
			web.By("url", "接收地址", func(s *Subscription) string { return s.URL }),
			web.By("events", "事件", func(s *Subscription) string { return s.Events }),
			web.Time("created", "登记时间", func(s *Subscription) time.Time { return s.Created }),
			web.Time("ended", "停用时间", func(s *Subscription) time.Time { return s.Ended }),
		},
		Read: func(ctx context.Context, c *web.Call, in *hooksInput) ([]Subscription, error) {
			if err := reach(ctx, c, in.ID); err != nil {
				return nil, err
			}
			return h.Subscriptions(ctx, h.db, in.ID)
		},
	})
	web.ServeList(d, web.List[Told, deliveriesInput]{
		Path: "/api/services/{id}/hooks/{hook}/deliveries", ID: "deliveries", Title: "推送记录", Op: Keep,
		Columns: []web.Column[Told]{
			web.Number("event", "序号", func(t *Told) string { return strconv.FormatInt(t.Event, 10) }).In("hook_delivery.event"),
			web.By("name", "事件", func(t *Told) string { return t.Body.Event }).In("e.name"),
			web.By("kind", "事项类型", func(t *Told) string { return t.Body.Kind }),
			web.By("thing", "事项编号", func(t *Told) string { return t.Body.Thing }),
			web.By("state", "状态", func(t *Told) string { return string(t.State) }).In("hook_delivery.state"),
			web.Number("tries", "次数", func(t *Told) string { return strconv.FormatInt(t.Tries, 10) }).In("hook_delivery.tries"),
			web.Time("next", "下次", func(t *Told) time.Time { return t.Next }).In("hook_delivery.next"),
			web.Time("ended", "结束", func(t *Told) time.Time { return t.Ended }).In("hook_delivery.ended"),
		},
		From: func(ctx context.Context, c *web.Call, in *deliveriesInput) (web.Source[Told], error) {
			return web.SourceOf(h.Deliveries(h.db, in.ID, in.Hook)), reach(ctx, c, in.ID)
		},
	})
	web.ServeList(d, web.List[Try, triesInput]{
		Path: "/api/services/{id}/hooks/{hook}/deliveries/{event}/tries", ID: "tries", Title: "一次推送的各次尝试", Op: Keep,
		Columns: []web.Column[Try]{
			web.Number("n", "次", func(t *Try) string { return strconv.FormatInt(t.N, 10) }),
			web.Time("at", "时间", func(t *Try) time.Time { return t.At }),
			web.Number("status", "答复", func(t *Try) string { return strconv.FormatInt(t.Status, 10) }),
			web.By("error", "原因", func(t *Try) string { return t.Error }),
		},
		Read: func(ctx context.Context, c *web.Call, in *triesInput) ([]Try, error) {
			if err := reach(ctx, c, in.ID); err != nil {
				return nil, err
			}
			return h.Tries(ctx, h.db, in.ID, in.Hook, in.Event)
		},
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
