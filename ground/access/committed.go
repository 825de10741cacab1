package access

import (
	"context"
	"encoding/base64"
	"strconv"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// The kinds of this room's rows that entries of the journal commit to.
const (
	OrganisationRow = "organisation"
	HolderRow       = "holder"
	GrantRow        = "grant"
	SubjectRow      = "subject"
)

// Committed says how the journal reads back organisations, holders and grants.
// Whoever writes one of them appends the entry. Of a holder it is all but the sealed
// text, for which the blind indexes stand, so that sealing anew is no act.
func Committed() journal.Committed {
	return journal.Committed{
		OrganisationRow: journal.TableOf("code", func(o *Organisation) (string, any) {
			o.Closed = stamp(o.Closed)
			return o.Code, o
		}),
		GrantRow: journal.TableOf("id", func(g *Grant) (string, any) {
			g.Starts, g.Ends = stamp(g.Starts), stamp(g.Ends)
			return strconv.FormatInt(g.ID, 10), g
		}),
		SubjectRow: journal.TableOf("id", func(s *Subject) (string, any) {
			s.Bound, s.Ended = stamp(s.Bound), stamp(s.Ended)
			return s.ID, committedSubject{*s, text64(s.Blind)}
		}),
		HolderRow: journal.TableOf("id", func(h *holderRow) (string, any) {
			return h.ID, committedHolder{
				h.ID, h.Login, h.Organisation, text64(h.NameBlind), text64(h.PhoneBlind), text64(h.CertBlind), stamp(h.Created), stamp(h.Closed),
			}
		}),
	}
}

// committedSubject is what the journal commits to of a binding to a provider.
type committedSubject struct {
	Subject
	Name string `json:"subject_blind"`
}

// committedHolder is what the journal commits to of a holder.
type committedHolder struct {
	ID           string    `json:"id"`
	Login        string    `json:"login"`
	Organisation string    `json:"organisation"`
	Name         string    `json:"name_blind,omitempty"`
	Phone        string    `json:"phone_blind,omitempty"`
	CertNo       string    `json:"certno_blind,omitempty"`
	Created      time.Time `json:"created"`
	Closed       time.Time `json:"closed,omitzero"`
}

func text64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// Prepare makes the tables of the room in d, for who reads rows without opening it.
func Prepare(ctx context.Context, d *db.DB) error { return d.Migrate(ctx, "access", schema) }
