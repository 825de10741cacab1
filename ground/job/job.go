// Package job runs long work — intake, screening, a report — as jobs in the system
// of record. A room defines kinds of work (Kind), anybody with the database queues
// jobs (Queue.Add), and runners, of one process or of many servers on one database,
// take them by lease (Runner). A job survives whoever ran it.
package job

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/uptrace/bun"
)

// State is where a job is: Queued → Running → Done, Failed or Cancelled. A job that is
// to be tried again is Queued again.
type State string

// The states of a job.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// States are all states with their Chinese names.
var States = map[State]string{Queued: "排队", Running: "运行中", Done: "完成", Failed: "失败", Cancelled: "已取消"}

// Over says that nothing happens to the job any more unless somebody asks for it.
func (s State) Over() bool { return s == Done || s == Failed || s == Cancelled }

// Job is one piece of long work and what has become of it.
type Job struct {
	bun.BaseModel `bun:"table:job,alias:job" json:"-"`

	ID        string          `bun:",pk" json:"id"` // RW and a number that counts up
	Kind      string          `json:"kind"`
	Argument  json.RawMessage `bun:"type:text" json:"argument"`
	Same      string          `json:"same,omitzero"` // see Order
	Priority  int64           `json:"priority,omitzero"`
	AskedBy   string          `json:"asked_by"`
	Region    string          `json:"region,omitzero"`
	State     State           `json:"state"`
	Attempts  int64           `json:"attempts"` // begun, the running one included
	NotBefore time.Time       `json:"not_before"`
	Runner    string          `json:"runner,omitzero"` // of the running or last attempt
	Lease     time.Time       `bun:",nullzero" json:"lease,omitzero"`
	Cancel    string          `json:"cancel,omitzero"` // who asked for it to stop

	Progress

	Result  json.RawMessage `bun:"type:text" json:"result,omitzero"`
	Error   string          `json:"error,omitzero"` // of the last attempt that failed
	Created time.Time       `json:"created"`
	Started time.Time       `bun:",nullzero" json:"started,omitzero"` // of the last attempt
	Ended   time.Time       `bun:",nullzero" json:"ended,omitzero"`
}

// Progress is how far a job is. Total 0: not known.
type Progress struct {
	Done  int64  `json:"done,omitzero"`
	Total int64  `json:"total,omitzero"`
	Unit  string `json:"unit,omitzero"` // what Done and Total count, as 行, 人
	Text  string `json:"text,omitzero"` // what is being done
}

// Line is a line of a job's log.
type Line struct {
	bun.BaseModel `bun:"table:job_log" json:"-"`

	Job  string    `bun:",pk" json:"-"`
	N    int64     `bun:",pk" json:"n"` // from 1; the oldest lines may be gone
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Errors of the queue; their texts say more.
var (
	ErrNone     = errors.New("没有这个任务")
	ErrArgument = errors.New("任务参数不对")
	ErrState    = errors.New("任务的状态不允许")
)

// Limits of what a job may hold.
const (
	maxArgument = 1 << 20 // bytes of its argument or result
	maxLines    = 1000    // of its log; older ones go
	maxText     = 2000    // characters of a line, an error, a progress text
)
