// Package hook tells other systems what has happened here: webhooks. A room publishes
// an event in the transaction of its act, so that none is lost and none is told of what
// was not; senders deliver it, signed, to the subscriptions of service accounts, at
// least once. An event names things by id and code, never a person.
package hook

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/db"
)

//go:embed schema/*.sql
var schema embed.FS

// Prepare makes the tables of the room in d, for rooms that publish.
func Prepare(ctx context.Context, d *db.DB) error { return d.Migrate(ctx, "hook", schema) }

// The events that can be heard of.
const (
	FindingSent      = "finding.sent"
	FindingDecided   = "finding.decided"
	JobEnded         = "job.ended"
	KnowledgeInForce = "knowledge.in_force"
	PaperIssued      = "paper.issued"
	BatchTaken       = "batch.taken"
)

// Names are all events with their Chinese names.
var Names = map[string]string{
	FindingSent: "疑点已下发", FindingDecided: "疑点已办理", JobEnded: "任务已结束", KnowledgeInForce: "知识已生效", PaperIssued: "文书已出具",
	BatchTaken: "批次已接收",
}

// Who keeps subscriptions, and who may be told: a service account hears of an event when
// a grant of it reaches where the event happened, at the time of sending.
var (
	Keep    = access.Declare(access.Operation{Name: "hook.keep", Title: "管理事件推送", Roles: []access.Role{access.SecurityOfficer}, Scope: access.InRegion, Sensitive: true})
	Receive = access.Declare(access.Operation{Name: "hook.receive", Title: "接收事件推送", Roles: []access.Role{access.AgencyAuditor, access.Liaison, access.InsuranceOffice}, Scope: access.InRegion})
)

// holdBelow are the events of what holds within a region, "" everywhere: whoever works in
// it hears of them.
var holdBelow = map[string]bool{KnowledgeInForce: true}

// Event is something that happened, where, to what.
type Event struct {
	Name         string
	Region       string
	Organisation string            // "" what belongs to a region only
	Kind, ID     string            // of the thing: finding and its id
	Data         map[string]string // codes and states only
}

// Body is what is sent.
type Body struct {
	ID           string            `json:"id"` // the same for every try and subscription
	Event        string            `json:"event"`
	At           time.Time         `json:"at"`
	Region       string            `json:"region,omitempty"`
	Organisation string            `json:"organisation,omitempty"`
	Kind         string            `json:"kind"`
	Thing        string            `json:"thing"`
	Data         map[string]string `json:"data,omitempty"`
}

// Subscription is where a service account wants to hear of what happens.
type Subscription struct {
	bun.BaseModel `bun:"table:hook_subscription,alias:hook_subscription" json:"-"`

	ID      string    `bun:",pk" json:"id"`
	Service string    `json:"service"`
	URL     string    `json:"url"`
	Events  string    `json:"events" doc:"names, separated by spaces"`
	Secret  []byte    `json:"-"`
	Created time.Time `json:"created"`
	Ended   time.Time `bun:",nullzero" json:"ended,omitzero"`
}

type eventRow struct {
	bun.BaseModel `bun:"table:hook_event,alias:hook_event"`

	ID           int64 `bun:",pk"`
	Name         string
	Region       string
	Organisation string
	Body         string
	At           time.Time
}

// State is where a delivery is: Waiting → Delivered, Dead (tried too often) or Withheld
// (the service account may not hear of it).
type State string

// The states of a delivery.
const (
	Waiting   State = "waiting"
	Delivered State = "delivered"
	Dead      State = "dead"
	Withheld  State = "withheld"
)

// Told is a delivery with what it tells, as receivers get it.
type Told struct {
	bun.BaseModel `bun:"table:hook_delivery,alias:hook_delivery" json:"-"`
	Delivery
	Body Body   `bun:"-" json:"body"`
	Text string `bun:",scanonly" json:"-"`
}

// Delivery is an event on its way to a subscription.
type Delivery struct {
	bun.BaseModel `bun:"table:hook_delivery,alias:hook_delivery" json:"-"`

	Event        int64     `bun:",pk" json:"event"`
	Subscription string    `bun:",pk" json:"subscription"`
	State        State     `json:"state"`
	Tries        int64     `json:"tries"`
	Next         time.Time `json:"next" doc:"try, while it waits"`
	Ended        time.Time `bun:",nullzero" json:"ended,omitzero"`
}

// Publish writes events down for the subscriptions that want them. It belongs into the
// transaction of the act; where nobody wants to hear, it costs one look. An event that
// holds more than ids and codes is a mistake in the program and fails the act; only the
// code of an organisation, which comes from elsewhere, is left out when it is none.
func Publish(ctx context.Context, tx *db.Tx, events ...Event) error {
	var wanted []Subscription
	if len(events) == 0 {
		return nil
	}
	if err := tx.NewSelect().Model(&wanted).Where("ended IS NULL").Order("id").Scan(ctx); err != nil || len(wanted) == 0 {
		return err
	}
	var last int64
	if err := tx.NewSelect().Table("hook_event").ColumnExpr("coalesce(max(id), 0)").Scan(ctx, &last); err != nil {
		return err
	}
	var rows []eventRow
	var deliveries []Delivery
	for _, e := range events {
		if err := e.check(); err != nil {
			return err
		}
		id := last + 1 + int64(len(rows))
		told := len(deliveries)
		for _, s := range wanted {
			if slices.Contains(strings.Fields(s.Events), e.Name) {
				deliveries = append(deliveries, Delivery{Event: id, Subscription: s.ID, State: Waiting, Next: tx.Now})
			}
		}
		if told == len(deliveries) {
			continue
		}
		body, err := json.Marshal(Body{name(id), e.Name, tx.Now, e.Region, plain(e.Organisation), e.Kind, e.ID, e.Data})
		if err != nil {
			return err
		}
		rows = append(rows, eventRow{ID: id, Name: e.Name, Region: e.Region, Organisation: e.Organisation, Body: string(body), At: tx.Now})
	}
	if len(rows) == 0 {
		return nil
	}
	for part := range slices.Chunk(rows, 500) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(deliveries, 500) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// name is an event's id as others see it.
func name(id int64) string { return fmt.Sprintf("SJ%010d", id) }

var (
	code     = regexp.MustCompile(`^[A-Za-z0-9._:/+-]{0,120}$`)
	identity = regexp.MustCompile(`^\d{17}[\dXx]$|^\d{15}$|^1\d{10}$`) // an identity number, a mobile phone
)

// check refuses what is no id or code: what could name a person.
func (e Event) check() error {
	if Names[e.Name] == "" {
		return fmt.Errorf("hook: there is no event %q", e.Name)
	}
	texts := []string{e.Region, e.Kind, e.ID}
	for key, value := range e.Data {
		texts = append(texts, key, value)
	}
	for _, text := range texts {
		if plain(text) != text {
			return fmt.Errorf("hook: %s holds what is no id or code", e.Name)
		}
	}
	if e.Kind == "" || e.ID == "" {
		return fmt.Errorf("hook: %s does not say what it happened to", e.Name)
	}
	return nil
}

// plain is an id or code as it is, "" for what could name a person.
func plain(text string) string {
	if !code.MatchString(text) || identity.MatchString(text) {
		return ""
	}
	return text
}
