package job

import (
	"fmt"
	"sync"
	"time"
)

// Task is what running work says of itself. It is safe for concurrent use, and cheap:
// a runner writes it down once a second.
type Task struct {
	job  Job
	mu   sync.Mutex
	at   Progress
	log  []Line
	send func(message) // in a process of its own: to the runner

	now  func() time.Time // the runner's: the home's clock
	kept Progress         // the runner's: what it wrote down last
	held time.Time        // the runner's: when it last renewed the lease
}

// Job is the job as it was when the attempt began.
func (t *Task) Job() Job { return t.job }

// Progress says how far the work is: done of total (0: not known) things that unit
// names, and what is being done.
func (t *Task) Progress(done, total int64, unit, text string) {
	p := Progress{Done: done, Total: total, Unit: clip(unit), Text: clip(text)}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.at = p
	if t.send != nil {
		t.send(message{Progress: &p})
	}
}

// Logf adds a line to the job's log, which keeps the newest thousand.
func (t *Task) Logf(format string, args ...any) {
	text := clip(fmt.Sprintf(format, args...))
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.send != nil {
		t.send(message{Line: text})
		return
	}
	if len(t.log) >= maxLines {
		t.log = t.log[1:]
	}
	t.log = append(t.log, Line{At: t.now(), Text: text})
}

// take returns the progress and the lines since the last take.
func (t *Task) take() (Progress, []Line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := t.log
	t.log = nil
	return t.at, lines
}

// back returns lines that could not be written down.
func (t *Task) back(lines []Line) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.log = append(lines, t.log...)
}
