package job

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

type sum struct {
	Upto  int64  `json:"upto"`
	Label string `json:"label,omitzero"`
}

func TestWrongArguments(t *testing.T) {
	k := Define(Kind{Name: "sum", Title: "求和"}, func(s sum) error {
		if s.Upto < 0 {
			return errors.New("upto 不能为负")
		}
		return nil
	}, func(context.Context, *Task, sum) (any, error) { return nil, nil })
	for text, want := range map[string]string{
		``:                           "应为 JSON 对象",
		`null`:                       "应为 JSON 对象",
		`[1]`:                        "应为 JSON 对象",
		`{"upto":1`:                  "不完整",
		`{"upto":}`:                  "第 9 字节处不是合规的 JSON",
		`{"upto":"1"}`:               "upto 的值类型不对：给的是文本",
		`{"upto":1.5}`:               "upto 的值类型不对：给的是数",
		`{"upto":1,"what":2}`:        `不认识 "what"`,
		`{"upto":1} {}`:              "第 10 字节之后还有多余的内容",
		`{"upto":-1}`:                "upto 不能为负",
		"{\"label\":\"\xff\"}":       "不是 UTF-8 文本",
		strings.Repeat(" ", 1<<20+1): "最多 1048576 字节",
	} {
		_, err := k.parse([]byte(text))
		if !errors.Is(err, ErrArgument) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "求和") {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`{}`, `{"upto":1}`, `{"upto":1}x`, `{"label":"\u0000"}`, `[]`, "\xff", `{"upto":1e3}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := parse[sum](text)
		if err != nil {
			return
		}
		again, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := parse[sum](again); err != nil || a != b {
			t.Fatalf("%q became %q: %v", text, again, err)
		}
	})
}

// TestEnd is the table of what becomes of a job when an attempt ends.
func TestEnd(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	plain, broken := errors.New("读不到文件"), errBroken
	for _, c := range []struct {
		name     string
		kind     Kind
		attempts int64
		cancel   string
		err      error
		state    State
		left     int64 // attempts
		after    time.Duration
	}{
		{"a result", Kind{Attempts: 1}, 1, "", nil, Done, 1, 0},
		{"a result though cancelled", Kind{Attempts: 1}, 1, "甲", nil, Done, 1, 0},
		{"an error, attempts left", Kind{Attempts: 3, Backoff: time.Minute}, 1, "", plain, Queued, 1, time.Minute},
		{"a second error", Kind{Attempts: 3, Backoff: time.Minute}, 2, "", plain, Queued, 2, 2 * time.Minute},
		{"the last error", Kind{Attempts: 3, Backoff: time.Minute}, 3, "", plain, Failed, 3, 0},
		{"many errors", Kind{Attempts: 99, Backoff: time.Minute}, 90, "", plain, Queued, 90, time.Hour},
		{"a final error", Kind{Attempts: 3, Backoff: time.Minute}, 1, "", Final(plain), Failed, 1, 0},
		{"cancelled", Kind{Attempts: 3}, 1, "甲", errCancelled, Cancelled, 1, 0},
		{"stopped, can resume", Kind{Attempts: 1, Resumes: true}, 1, "", errStopping, Queued, 0, 0},
		{"stopped, cannot", Kind{Attempts: 3}, 1, "", errStopping, Failed, 1, 0},
		{"stopped and cancelled", Kind{Attempts: 3, Resumes: true}, 1, "甲", errStopping, Cancelled, 1, 0},
		{"broken off, can resume", Kind{Attempts: 2, Resumes: true}, 1, "", broken, Queued, 1, 0},
		{"broken off too often", Kind{Attempts: 2, Resumes: true}, 2, "", broken, Failed, 2, 0},
		{"broken off, cannot", Kind{Attempts: 2}, 1, "", broken, Failed, 1, 0},
		{"broken off and cancelled", Kind{Attempts: 2, Resumes: true}, 1, "甲", broken, Cancelled, 1, 0},
	} {
		j := Job{State: Running, Attempts: c.attempts, Cancel: c.cancel, Lease: now}
		c.kind.end(&j, json.RawMessage(`1`), c.err, now, now)
		if j.State != c.state || j.Attempts != c.left || !j.Lease.IsZero() || j.State.Over() == j.Ended.IsZero() {
			t.Errorf("%s: %+v", c.name, j)
		}
		if c.state == Queued && !j.NotBefore.Equal(now.Add(c.after)) {
			t.Errorf("%s: waits %s", c.name, j.NotBefore.Sub(now))
		}
		if (j.Error != "") != (c.state == Failed || c.state == Queued) {
			t.Errorf("%s: error %q", c.name, j.Error)
		}
	}
}

func TestClip(t *testing.T) {
	if got := clip("a\x00b\xffc"); got != "ab\uFFFDc" {
		t.Errorf("%q", got)
	}
	if got := []rune(clip(strings.Repeat("疑", maxText+5))); len(got) != maxText+2 {
		t.Errorf("%d characters", len(got))
	}
}
