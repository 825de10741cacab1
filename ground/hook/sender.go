package hook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/seal"
)

// Tries of a delivery: the first waits are seconds, the last hours; a receiver that is down
// for a day misses nothing.
const (
	MostTries = 14
	firstWait = 5 * time.Second
	mostWait  = 6 * time.Hour
	atOnce    = 8
	slowest   = 10 * time.Second
	lease     = time.Minute // that a sender has for what it took; a killed one's is taken again
)

// Hooks keeps subscriptions and delivers events. It is safe for concurrent use, also by
// several servers on one database.
type Hooks struct {
	db     *db.DB
	access *access.Access
	ring   *seal.Ring
	guard  Guard
	client *http.Client
	log    *slog.Logger
}

// Open prepares the tables in d.
func Open(ctx context.Context, d *db.DB, a *access.Access, ring *seal.Ring, guard Guard, log *slog.Logger) (*Hooks, error) {
	if err := Prepare(ctx, d); err != nil {
		return nil, err
	}
	return &Hooks{db: d, access: a, ring: ring, guard: guard, client: guard.client(slowest), log: log}, nil
}

// Run delivers what is due until ctx ends.
func (h *Hooks) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		for {
			n, err := h.Send(ctx)
			if err != nil && ctx.Err() == nil {
				h.log.Error("webhooks are not sent", "err", err)
			}
			if err != nil || n < atOnce {
				break
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// due is a delivery with all that it needs.
type due struct {
	Delivery
	Name         string
	URL          string
	Service      string
	Secret       []byte
	Gone         time.Time
	Region       string
	Organisation string
	Body         string
}

// Send delivers up to eight deliveries that are due and says how many it took.
func (h *Hooks) Send(ctx context.Context) (int, error) {
	taken, err := h.take(ctx)
	if err != nil {
		return 0, err
	}
	var all sync.WaitGroup
	failed := make([]error, len(taken))
	for i := range taken {
		all.Go(func() { failed[i] = h.deliver(ctx, &taken[i]) })
	}
	all.Wait()
	return len(taken), errors.Join(failed...)
}

// take takes what is due until the lease is over. Idle senders only read.
func (h *Hooks) take(ctx context.Context) (taken []due, err error) {
	some, err := h.db.NewSelect().Table("hook_delivery").Where("state = ?", Waiting).Where("next <= ?", h.db.Now()).Exists(ctx)
	if err != nil || !some {
		return nil, err
	}
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		err := tx.NewSelect().Model((*Delivery)(nil)).ColumnExpr("hook_delivery.*, s.url, s.service, s.secret, s.ended AS gone, e.name, e.region, e.organisation, e.body").
			Join("JOIN hook_subscription AS s ON s.id = hook_delivery.subscription").Join("JOIN hook_event AS e ON e.id = hook_delivery.event").
			Where("hook_delivery.state = ?", Waiting).Where("hook_delivery.next <= ?", tx.Now).OrderExpr("hook_delivery.next, hook_delivery.event").Limit(atOnce).Scan(ctx, &taken)
		for _, d := range taken {
			if err != nil {
				break
			}
			_, err = tx.NewUpdate().Table("hook_delivery").Set("next = ?", tx.Now.Add(lease)).Where("event = ?", d.Event).Where("subscription = ?", d.Subscription).Exec(ctx)
		}
		return err
	})
	return taken, err
}

// deliver makes one try and writes down what came of it.
func (h *Hooks) deliver(ctx context.Context, d *due) error {
	may, err := h.mayHear(ctx, d)
	if err != nil {
		return err
	}
	if !may {
		return h.settle(ctx, d, 0, "服务账号无权知道这个事件，或推送已停用", Withheld)
	}
	status, err := h.post(ctx, d)
	switch {
	case ctx.Err() != nil:
		return nil // the lease ends by itself
	case err != nil:
		return h.settle(ctx, d, status, err.Error(), Waiting)
	case status/100 != 2:
		return h.settle(ctx, d, status, fmt.Sprintf("对方回答 %d", status), Waiting)
	}
	return h.settle(ctx, d, status, "", Delivered)
}

// mayHear asks by the rights of now whether the service account reaches the event.
func (h *Hooks) mayHear(ctx context.Context, d *due) (bool, error) {
	if !d.Gone.IsZero() {
		return false, nil
	}
	actor, err := h.access.ActorOf(ctx, h.db, d.Service, h.db.Now())
	if errors.Is(err, access.ErrUnauthenticated) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	actor.Operations = []string{Receive.Name} // the subscription is its token
	if holdBelow[d.Name] && worksIn(actor, access.Region(d.Region)) {
		return true, nil
	}
	for _, target := range d.places() {
		err := h.access.Authorize(ctx, h.db, actor, Receive, target)
		if err == nil || !errors.Is(err, access.ErrNotFound) && !errors.Is(err, access.ErrForbidden) {
			return err == nil, err
		}
	}
	return false, nil
}

// worksIn says whether a grant by which one hears of events lies in the region.
func worksIn(actor *access.Actor, in access.Region) bool {
	return slices.ContainsFunc(actor.Grants, func(g access.Grant) bool {
		return slices.Contains(Receive.Roles, g.Role) && g.Region.Within(in)
	})
}

// places are where the event happened: an institution may not be in the directory, its
// region always is.
func (d *due) places() (all []access.Target) {
	if d.Organisation != "" {
		all = append(all, access.Target{Organisation: d.Organisation})
	}
	if d.Region != "" {
		all = append(all, access.Target{Region: access.Region(d.Region)})
	}
	return all
}

func (h *Hooks) post(ctx context.Context, d *due) (int, error) {
	secret, err := h.ring.Open(d.Secret, "hook/"+d.Subscription)
	if err != nil {
		return 0, err
	}
	if err := h.guard.checkURL(d.URL); err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader([]byte(d.Body)))
	if err != nil {
		return 0, err
	}
	at := strconv.FormatInt(h.db.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "yiheng")
	r.Header.Set("Webhook-Id", name(d.Event))
	r.Header.Set("Webhook-Timestamp", at)
	r.Header.Set("Webhook-Signature", Sign(secret, name(d.Event), at, []byte(d.Body)))
	answer, err := h.client.Do(r)
	if err != nil {
		if errors.Is(err, errInside) {
			return 0, errInside
		}
		return 0, errors.New("连接不上，或没有按时回答")
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 4<<10) // what it says is nobody's concern
	return answer.StatusCode, nil
}

// Sign is the signature of a delivery, as the Standard Webhooks specification has it: HMAC-SHA256
// over id, time and body. Receivers refuse what is older than five minutes.
func Sign(secret []byte, id, at string, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.", id, at)
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// settle writes a try down. One that is to be tried again waits twice as long as
// before, a little more or less, so that many do not come at once.
func (h *Hooks) settle(ctx context.Context, d *due, status int, what string, state State) error {
	return h.db.Write(ctx, func(tx *db.Tx) error {
		now := Delivery{Event: d.Event, Subscription: d.Subscription, State: state, Tries: d.Tries + 1, Next: tx.Now}
		if state == Waiting && now.Tries >= MostTries {
			now.State = Dead
		}
		if now.State == Waiting {
			now.Next = tx.Now.Add(wait(now.Tries, rand.Float64()))
		} else {
			now.Ended = tx.Now
		}
		var n int64
		if err := tx.NewSelect().Table("hook_try").ColumnExpr("coalesce(max(n), 0)").Where("event = ?", d.Event).Where("subscription = ?", d.Subscription).Scan(ctx, &n); err != nil {
			return err
		}
		try := Try{Event: d.Event, Subscription: d.Subscription, N: n + 1, At: tx.Now, Status: int64(status), Error: what}
		if _, err := tx.NewInsert().Model(&try).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.NewUpdate().Model(&now).WherePK().Where("tries = ?", d.Tries).Where("state = ?", Waiting).Exec(ctx)
		return err
	})
}

// wait is how long after so many tries the next one comes; chance is in [0, 1).
func wait(tries int64, chance float64) time.Duration {
	w := firstWait
	for i := int64(1); i < tries && w < mostWait; i++ {
		w *= 2
	}
	return time.Duration(float64(min(w, mostWait)) * (0.75 + chance/2)).Truncate(time.Microsecond)
}

// Try is one try of a delivery.
type Try struct {
	bun.BaseModel `bun:"table:hook_try,alias:hook_try" json:"-"`

	Event        int64     `bun:",pk" json:"event"`
	Subscription string    `bun:",pk" json:"-"`
	N            int64     `bun:",pk" json:"n"`
	At           time.Time `json:"at"`
	Status       int64     `json:"status" doc:"of HTTP, 0 without an answer"`
	Error        string    `json:"error,omitempty"`
}
