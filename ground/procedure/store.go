package procedure

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// EventKind says what an event is.
type EventKind string

const (
	// Moved is a move, by a person or by a clock's end.
	Moved EventKind = "move"
	// Escalated is a clock's end that roles were told of.
	Escalated EventKind = "escalate"
	// Stuck is a clock's end whose move guards did not let pass.
	Stuck EventKind = "stuck"
)

// Event is what happened to an instance once.
type Event struct {
	N        int // from 1, within the instance
	Kind     EventKind
	Move     string
	Clock    string // the clock that ended, "" for a person's move
	From, To string
	Actor    string
	At       calendar.Time
	Recorded time.Time // when it was written, by the machine's clock
	Reason   string
	Document string
	Paper    string
}

// never stands for a time that is not known, in columns that are ordered.
const never = math.MaxInt64

type instanceRow struct {
	bun.BaseModel `bun:"table:procedure_instance,alias:procedure_instance"`
	Procedure     string `bun:",pk"`
	ID            string `bun:",pk"`
	Region        string
	State         string
	Since         int64
	Ended         bool
	Last          int64
	Events        int
	Due           int64
	NextEnd       int64
	Missing       int
	Escalated     string
	Clocks        string
	Made          string
}

type eventRow struct {
	bun.BaseModel `bun:"table:procedure_event,alias:procedure_event"`
	Procedure     string `bun:",pk"`
	ID            string `bun:",pk"`
	N             int    `bun:",pk"`
	Kind          EventKind
	Move          string
	Clock         string
	FromState     string
	ToState       string
	Actor         string
	At            int64
	Recorded      time.Time
	Reason        string
	Document      string
	Paper         string
}

// rowsAtOnce bounds the rows of one statement: PostgreSQL takes 65,535 values.
const rowsAtOnce = 1000

func (m *machine[T]) row(i Instance) (instanceRow, error) {
	clocks, err := json.Marshal(i.Clocks)
	if err != nil {
		return instanceRow{}, err
	}
	made, err := json.Marshal(i.Made)
	if err != nil {
		return instanceRow{}, err
	}
	r := instanceRow{
		Procedure: m.Name, ID: i.ID, Region: i.Region, State: i.State, Since: int64(i.Since), Ended: i.Ended, Last: int64(i.Last),
		Events: i.Events, Due: ordered(i.Due()), NextEnd: never, Missing: i.Missing(), Escalated: m.escalated(i), Clocks: string(clocks), Made: string(made),
	}
	for _, run := range i.Clocks {
		if run.pending() {
			r.NextEnd = min(r.NextEnd, int64(run.Due))
		}
	}
	return r, nil
}

func ordered(t calendar.Time) int64 {
	if t == calendar.NoTime {
		return never
	}
	return int64(t)
}

// escalated lists the roles that were told of clocks which still run.
func (m *machine[T]) escalated(i Instance) string {
	var roles []string
	for _, r := range i.Clocks {
		if r.Runs() && r.Ended {
			roles = append(roles, m.clocks[r.Clock].Escalate...)
		}
	}
	if len(roles) == 0 {
		return ""
	}
	slices.Sort(roles)
	return "," + strings.Join(slices.Compact(roles), ",") + ","
}

func (r instanceRow) instance() (Instance, error) {
	i := Instance{
		Procedure: r.Procedure, ID: r.ID, Region: r.Region, State: r.State, Since: calendar.Time(r.Since), Ended: r.Ended,
		Last: calendar.Time(r.Last), Events: r.Events,
	}
	if err := json.Unmarshal([]byte(r.Clocks), &i.Clocks); err != nil {
		return i, err
	}
	return i, json.Unmarshal([]byte(r.Made), &i.Made)
}

// read returns the instances that exist of those named, by id.
func (m *machine[T]) read(ctx context.Context, from db.Reader, ids []string) (map[string]Instance, error) {
	found := make(map[string]Instance, len(ids))
	for part := range slices.Chunk(ids, rowsAtOnce) {
		var rows []instanceRow
		if err := from.NewSelect().Model(&rows).Where("procedure = ?", m.Name).Where("id IN (?)", bun.List(part)).Scan(ctx); err != nil {
			return nil, err
		}
		for _, r := range rows {
			i, err := r.instance()
			if err != nil {
				return nil, err
			}
			found[i.ID] = i
		}
	}
	return found, nil
}

// written is what a write adds: instances as they are now, and their new events.
type written struct {
	instances []instanceRow
	events    []eventRow
}

func (m *machine[T]) write(ctx context.Context, tx *db.Tx, w written) error {
	for part := range slices.Chunk(w.instances, rowsAtOnce) {
		insert := tx.NewInsert().Model(&part).On("CONFLICT (procedure, id) DO UPDATE")
		for _, column := range []string{"state", "since", "ended", "last", "events", "due", "next_end", "missing", "escalated", "clocks", "made"} {
			insert = insert.Set("? = EXCLUDED.?", bun.Ident(column), bun.Ident(column))
		}
		if _, err := insert.Exec(ctx); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(w.events, rowsAtOnce) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (m *machine[T]) add(w *written, i Instance, events []Event, recorded time.Time) error {
	row, err := m.row(i)
	if err != nil {
		return err
	}
	w.instances = append(w.instances, row)
	for _, e := range events {
		w.events = append(w.events, eventRow{
			Procedure: m.Name, ID: i.ID, N: e.N, Kind: e.Kind, Move: e.Move, Clock: e.Clock, FromState: e.From, ToState: e.To,
			Actor: e.Actor, At: int64(e.At), Recorded: recorded, Reason: e.Reason, Document: e.Document, Paper: e.Paper,
		})
	}
	return nil
}

func (r eventRow) event() Event {
	return Event{
		N: r.N, Kind: r.Kind, Move: r.Move, Clock: r.Clock, From: r.FromState, To: r.ToState, Actor: r.Actor,
		At: calendar.Time(r.At), Recorded: r.Recorded.UTC(), Reason: r.Reason, Document: r.Document, Paper: r.Paper,
	}
}
