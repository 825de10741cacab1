package job

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is a kind of work that a room offers. Define makes one.
type Kind struct {
	Name     string        // as "screen"
	Title    string        // Chinese, for people
	AtOnce   int           // most that run at the same time, over all runners; 0: 1
	Attempts int           // most that are begun; 0: 1
	Backoff  time.Duration // wait before the second attempt, doubled before each further one, at most an hour; 0: 10 s

	// Apart runs the work in a process of its own, which ends with its runner, is
	// killed when it does not stop, and takes its memory and its crashes with it.
	Apart bool

	// Resumes says that an attempt that broke off (its process was killed, the
	// machine went down) may simply be begun again, as often as Attempts allows.
	// Otherwise the job fails, and somebody has to look.
	Resumes bool

	parse func(argument []byte) (json.RawMessage, error)
	run   func(ctx context.Context, t *Task, argument []byte) (any, error)
}

// Define completes a kind with its work. A is the argument, a struct that JSON fills
// strictly; check, which may be nil, refuses what A's type lets through and says in
// Chinese what is wrong. What do returns is kept as JSON, as is its error.
//
// do MUST stop soon after its context ends, and what it has written by then MUST do
// no harm when the job is begun again. An error wrapped by Final is not tried again.
func Define[A any](k Kind, check func(A) error, do func(ctx context.Context, t *Task, a A) (any, error)) Kind {
	read := func(text []byte) (A, error) {
		a, err := parse[A](text)
		if err == nil && check != nil {
			err = check(a)
		}
		if err != nil {
			return a, fmt.Errorf("%w（%s）：%w", ErrArgument, k.Title, err)
		}
		return a, nil
	}
	k.parse = func(text []byte) (json.RawMessage, error) {
		a, err := read(text)
		if err != nil {
			return nil, err
		}
		return json.Marshal(a)
	}
	k.run = func(ctx context.Context, t *Task, text []byte) (any, error) {
		a, err := read(text)
		if err != nil {
			return nil, Final(err)
		}
		return do(ctx, t, a)
	}
	k.AtOnce, k.Attempts = max(k.AtOnce, 1), max(k.Attempts, 1)
	if k.Backoff == 0 {
		k.Backoff = 10 * time.Second
	}
	return k
}

// parse reads one JSON object with no other fields than A has.
func parse[A any](text []byte) (a A, err error) {
	switch {
	case len(text) > maxArgument:
		return a, fmt.Errorf("长 %d 字节，最多 %d 字节", len(text), maxArgument)
	case !utf8.Valid(text):
		return a, errors.New("不是 UTF-8 文本")
	case !bytes.HasPrefix(bytes.TrimLeft(text, " \t\r\n"), []byte("{")):
		return a, errors.New("应为 JSON 对象 {…}")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return a, explainJSON(err)
	}
	end := d.InputOffset()
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return a, fmt.Errorf("第 %d 字节之后还有多余的内容", end)
	}
	return a, nil
}

// jsonKinds are what package json calls values, in Chinese.
var jsonKinds = map[string]string{"string": "文本", "number": "数", "bool": "真假值", "array": "列表", "object": "对象"}

func explainJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("第 %d 字节处不是合规的 JSON", syntax.Offset)
	case errors.As(err, &kind):
		given, _, _ := strings.Cut(kind.Value, " ")
		return fmt.Errorf("%s 的值类型不对：给的是%s", kind.Field, cmp.Or(jsonKinds[given], given))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("JSON 不完整")
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("不认识 %s", field)
	}
	return err
}

// Final marks an error that trying again would only repeat.
func Final(err error) error { return final{err} }

type final struct{ error }

func (f final) Unwrap() error { return f.error }

// wait is how long a job waits after so many attempts.
func (k *Kind) wait(attempts int64) time.Duration {
	wait := k.Backoff
	for range attempts - 1 {
		if wait *= 2; wait > time.Hour {
			return time.Hour
		}
	}
	return wait
}
