package job

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"
)

// message is a line of JSON that a child process sends its runner.
type message struct {
	Progress *Progress       `json:"progress,omitzero"`
	Line     string          `json:"line,omitzero"`
	Ended    bool            `json:"ended,omitzero"` // the last message
	Result   json.RawMessage `json:"result,omitzero"`
	Error    string          `json:"error,omitzero"`
	Final    bool            `json:"final,omitzero"` // the error is not worth another attempt
}

// apart does the work in a child process. The child reads the job from its standard
// input, which stays open for as long as it may work: it closes when the runner wants
// it to stop, and when the runner is no more, however it ended. What the child writes
// to its standard error goes into the job's log.
func (r *Runner) apart(ctx context.Context, t *Task) outcome {
	if len(r.Command) == 0 {
		return outcome{err: Final(errors.New("没有启动工作进程的命令"))}
	}
	child := exec.CommandContext(ctx, r.Command[0], r.Command[1:]...)
	to, err := child.StdinPipe()
	if err != nil {
		return outcome{err: err}
	}
	child.Cancel, child.WaitDelay = to.Close, r.Grace
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C is for the runner, which stops the child
	from, err := child.StdoutPipe()
	if err != nil {
		return outcome{err: err}
	}
	errs := &lineWriter{task: t}
	child.Stderr = errs
	if err := child.Start(); err != nil {
		return outcome{err: fmt.Errorf("工作进程启动不了：%w", err)}
	}
	if err := json.NewEncoder(to).Encode(t.job); err != nil {
		t.Logf("工作进程没有接下任务：%v", err)
	}
	last := t.follow(from)
	err = child.Wait()
	errs.flush()
	switch {
	case ctx.Err() != nil && (last == nil || last.Error != ""):
		return outcome{err: context.Cause(ctx)}
	case last == nil && err != nil:
		return outcome{err: fmt.Errorf("工作进程中断：%w", err)}
	case last == nil:
		return outcome{err: errors.New("工作进程没有给出结果")}
	case last.Error != "" && last.Final:
		return outcome{err: Final(errors.New(last.Error))}
	case last.Error != "":
		return outcome{err: errors.New(last.Error)}
	}
	return outcome{result: last.Result}
}

// follow takes the child's messages over and returns the last one, nil when the child
// ended without.
func (t *Task) follow(from io.Reader) *message {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 2*maxArgument)
	for lines.Scan() {
		var m message
		switch err := json.Unmarshal(lines.Bytes(), &m); {
		case err != nil:
			t.Logf("%s", lines.Bytes())
		case m.Ended:
			_, _ = io.Copy(io.Discard, from)
			return &m
		case m.Progress != nil:
			t.Progress(m.Progress.Done, m.Progress.Total, m.Progress.Unit, m.Progress.Text)
		default:
			t.Logf("%s", m.Line)
		}
	}
	return nil
}

// lineWriter puts each line that is written into a log.
type lineWriter struct {
	task *Task
	part []byte
}

func (w *lineWriter) Write(text []byte) (int, error) {
	w.part = append(w.part, text...)
	for {
		i := slices.IndexFunc(w.part, func(b byte) bool { return b == '\n' || b == '\r' })
		if i < 0 {
			break
		}
		if i > 0 {
			w.task.Logf("%s", w.part[:i])
		}
		w.part = w.part[i+1:]
	}
	if len(w.part) > 4*maxText {
		w.flush()
	}
	return len(text), nil
}

func (w *lineWriter) flush() {
	if len(w.part) > 0 {
		w.task.Logf("%s", w.part)
	}
	w.part = nil
}

// patience is how long a child that ignores its end stays when its runner is no more.
const patience = 10 * time.Second

// Work is the child's side: it does the one job that comes on in, and says on out
// how far it is and how it ended. When in closes the work's context ends; the process
// should end when Work returns, and is ended when it does not within patience. Nobody
// else may write to out.
func Work(ctx context.Context, in io.Reader, out io.Writer, kinds ...Kind) error {
	d := json.NewDecoder(in)
	var j Job
	if err := d.Decode(&j); err != nil {
		return fmt.Errorf("没有收到任务：%w", err)
	}
	at := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == j.Kind })
	if at < 0 {
		return fmt.Errorf("没有任务类型 %q", j.Kind)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		stop()
		time.Sleep(patience)
		os.Exit(1)
	}()
	e := json.NewEncoder(out)
	t := &Task{job: j, send: func(m message) { _ = e.Encode(m) }}
	o := kinds[at].perform(ctx, t)
	last := message{Ended: true, Result: o.result}
	if o.err != nil {
		last.Error, last.Final = o.err.Error(), errors.As(o.err, new(final))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return e.Encode(last)
}
