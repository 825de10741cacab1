package access

import (
	"encoding/base64"
	"encoding/json"
	"time"
)

// A ticket is what a browser carries of something that is under way between two
// requests: nobody but this installation can read it or make one, it is good for one
// purpose and for a while. Whoever has it can show it twice: what may be done once
// is kept elsewhere.
type ticket struct {
	Until time.Time       `json:"until"`
	What  json.RawMessage `json:"what"`
}

// SealTicket makes a ticket of what, which is good until an instant.
func (a *Access) SealTicket(purpose string, what any, until time.Time) (string, error) {
	text, err := json.Marshal(what)
	if err != nil {
		return "", err
	}
	if text, err = json.Marshal(ticket{stamp(until), text}); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(a.ring.Seal(text, "ticket/"+purpose)), nil
}

// OpenTicket reads a ticket into what; false for one that is forged, for another
// purpose or over: one answer.
func (a *Access) OpenTicket(purpose, text string, what any, at time.Time) bool {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return false
	}
	plain, err := a.ring.Open(sealed, "ticket/"+purpose)
	var t ticket
	if err != nil || json.Unmarshal(plain, &t) != nil || !stamp(at).Before(t.Until) {
		return false
	}
	return json.Unmarshal(t.What, what) == nil
}
