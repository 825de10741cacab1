package access

import (
	"errors"
	"fmt"
)

// The kinds of answers that refuse: errors.Is finds them in a *Problem. A door
// turns them into its own statuses (HTTP: 422, 401, 403, 404, 409, 429).
var (
	ErrInvalid         = errors.New("invalid input")
	ErrUnauthenticated = errors.New("not authenticated")
	ErrForbidden       = errors.New("forbidden")
	ErrNotFound        = errors.New("not found")
	ErrConflict        = errors.New("conflict")
	ErrLocked          = errors.New("locked")
)

// Problem is a refusal that a person can act on.
type Problem struct {
	Kind error  // one of the kinds above
	Code string // for programs; stays the same when the text is reworded
	Text string // Chinese: what is wrong and what to do
}

func (p *Problem) Error() string { return p.Text }
func (p *Problem) Unwrap() error { return p.Kind }

func refuse(kind error, code, format string, args ...any) error {
	return &Problem{Kind: kind, Code: code, Text: fmt.Sprintf(format, args...)}
}

func invalid(code, format string, args ...any) error {
	return refuse(ErrInvalid, code, format, args...)
}

// notFound is the one answer for what does not exist and for what lies outside the
// actor's regions and organisations: it tells nobody which of the two.
func notFound() error {
	return refuse(ErrNotFound, "not_found", "没有找到，或不在您的管辖范围内")
}
