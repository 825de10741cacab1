package access

import (
	"context"
	"encoding/base64"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// The kinds of this room's rows that entries of the journal commit to.
const (
	OrganisationRow = "organisation"
	HolderRow       = "holder"
	GrantRow        = "grant"
	SubjectRow      = "subject"
	CertificateRow  = "certificate"
	PasswordRow     = "password" // by the holder: the newest, which counts
	FactorRow       = "factor"   // by the holder
)

// Committed says how the journal reads back organisations, holders, grants, bindings to
// providers, certificates of enforcement, passwords and second factors.
// Whoever writes one of them appends the entry. Of a holder it is all but the sealed
// text, for which the blind indexes stand, so that sealing anew is no act.
func Committed() journal.Committed {
	certificates := journal.TableOf("holder", func(c *certificateRow) (string, any) {
		return c.Holder, committedCertificate{c.Holder, c.ValidTo}
	})
	newest := func(q bun.QueryBuilder) bun.QueryBuilder {
		return q.Where("password.id = (SELECT max(p.id) FROM password AS p WHERE p.holder = password.holder)")
	}
	passwords := journal.PartOf("holder", newest, func(p *passwordRow) (string, any, error) {
		return p.Holder, committedPassword{p.Holder, p.Hash, stamp(p.SetAt), stamp(p.Expires), p.OneOff}, nil
	})
	factors := journal.TableOf("holder", func(f *factorRow) (string, any) {
		return f.Holder, committedFactor{f.Holder, f.Confirmed}
	})
	certificates.Later, passwords.Later, factors.Later = true, true, true
	return journal.Committed{
		CertificateRow: certificates,
		PasswordRow:    passwords,
		FactorRow:      factors,
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

// committedCertificate is what the journal commits to of a certificate of enforcement:
// until when it holds. Its number is sealed anew with the keys, which is no act.
type committedCertificate struct {
	Holder  string `json:"holder"`
	ValidTo string `json:"valid_to"`
}

// committedPassword is what the journal commits to of the password that counts.
type committedPassword struct {
	Holder  string    `json:"holder"`
	Hash    string    `json:"hash"`
	SetAt   time.Time `json:"set_at"`
	Expires time.Time `json:"expires,omitzero"`
	OneOff  bool      `json:"one_off"`
}

// committedFactor is what the journal commits to of a second factor. Its secret is sealed
// for its holder, so that nobody without the keys can put another in its place; the last
// code that was taken moves with every login.
type committedFactor struct {
	Holder    string `json:"holder"`
	Confirmed bool   `json:"confirmed"`
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
