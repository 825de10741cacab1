package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Session is a login that is under way. Whoever has its token is its person.
type Session struct {
	bun.BaseModel `bun:"table:session,alias:session" json:"-"`

	Blind        []byte    `bun:",pk" json:"-"`
	ID           string    `json:"id"`
	Holder       string    `json:"holder"`
	Address      string    `json:"address"`
	Started      time.Time `json:"started"`
	Seen         time.Time `json:"seen"`
	Ends         time.Time `json:"ends"`
	SecondFactor bool      `json:"second_factor"`
	Subject      string    `json:"subject,omitzero"` // id of the Subject by which it was begun, "" by a password
}

// Begin starts the session of somebody whom Verify has let in and returns its
// token, which is kept nowhere. previous is the token that the same browser sent,
// or "": its session ends, so that a token known before the login is worth nothing
// after it. What else it wrote v says, for the entry. ErrUnauthenticated when the password
// was changed, the binding to the provider ended or the person closed in between, or
// Verify was long ago.
func (a *Access) Begin(ctx context.Context, tx *db.Tx, v *Verified, previous string) (string, error) {
	holder, err := readHolder(ctx, tx, v.Holder)
	if err != nil {
		return "", err
	}
	password, err := newestPassword(ctx, tx, v.Holder)
	if err != nil {
		return "", err
	}
	at := stamp(tx.Now)
	provided := v.subject != "" || v.vouched != nil
	if holder == nil || !holder.Closed.IsZero() || password == nil || !provided && password.Hash != v.hash || at.Sub(v.at).Abs() > time.Minute {
		return "", unauthenticated()
	}
	if provided {
		if err := a.stillProvided(ctx, tx, v); err != nil {
			return "", err
		}
	}
	if v.fresh != "" {
		if _, err := tx.NewUpdate().Table("password").Set("hash = ?", v.fresh).Where("id = ?", password.ID).Exec(ctx); err != nil {
			return "", err
		}
		v.Renewed = true
	}
	if err := a.Logout(ctx, tx, previous); err != nil {
		return "", err
	}
	token := newToken(sessionToken)
	s := Session{
		Blind: a.tokenBlind(token), ID: newMark(), Holder: v.Holder, Address: strings.ToValidUTF8(strings.ReplaceAll(v.address, "\x00", ""), ""),
		Started: at, Seen: at, Ends: at.Add(a.policy.Whole), SecondFactor: v.factor,
		Subject: v.subject,
	}
	_, err = tx.NewInsert().Model(&s).Exec(ctx)
	return token, err
}

// Resume returns who holds a session's token at an instant. ErrUnauthenticated for
// a token that is forged, ended, idle too long or of a closed person: one answer.
func (a *Access) Resume(ctx context.Context, token string, at time.Time) (*Actor, error) {
	at = stamp(at)
	if !isToken(sessionToken, token) {
		return nil, unauthenticated()
	}
	var rows []struct {
		Session
		Organisation string
		Expires      time.Time
		OneOff       bool
	}
	err := a.db.NewSelect().Model((*Session)(nil)).ColumnExpr("session.*, h.organisation, p.expires, p.one_off").
		Join("JOIN holder AS h ON h.id = session.holder AND (h.closed IS NULL OR h.closed > ?)", at).
		Join("JOIN password AS p ON p.id = (SELECT max(id) FROM password WHERE holder = session.holder)").
		Where("blind = ?", a.tokenBlind(token)).Where("ends > ?", at).Where("seen > ?", at.Add(-a.policy.Idle)).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, unauthenticated()
	}
	s := rows[0]
	actor, err := actorOf(ctx, a.db, s.Holder, s.Organisation, at)
	if err != nil {
		return nil, err
	}
	password := passwordRow{Expires: s.Expires, OneOff: s.OneOff}
	actor.Session, actor.SecondFactor, actor.MustChange = s.ID, s.SecondFactor, s.Subject == "" && password.mustChange(at)
	return actor, a.touch(ctx, s.Session, at)
}

// Rotate gives a session a new token, after which the old one is worth nothing: when
// its rights have grown, as by ConfirmFactor. ErrUnauthenticated when there is none.
func (a *Access) Rotate(ctx context.Context, tx *db.Tx, token string) (string, error) {
	if !isToken(sessionToken, token) {
		return "", unauthenticated()
	}
	fresh := newToken(sessionToken)
	done, err := tx.NewUpdate().Table("session").Set("blind = ?", a.tokenBlind(fresh)).
		Where("blind = ?", a.tokenBlind(token)).Where("ends > ?", tx.Now).Exec(ctx)
	if err := changedOne(done, err); err != nil {
		if errors.Is(err, ErrNotFound) {
			return "", unauthenticated()
		}
		return "", err
	}
	return fresh, nil
}

// touch notes that a session is in use; not at every request, so that reading
// does not become writing: idleness is measured to a tenth.
func (a *Access) touch(ctx context.Context, s Session, at time.Time) error {
	if at.Sub(s.Seen) < min(time.Minute, a.policy.Idle/10) {
		return nil
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.NewUpdate().Table("session").Set("seen = ?", at).Where("blind = ?", s.Blind).Where("seen < ?", at).Exec(ctx)
		return err
	})
}

// Logout ends the session of a token; a token of none is fine.
func (a *Access) Logout(ctx context.Context, tx *db.Tx, token string) error {
	if !isToken(sessionToken, token) {
		return nil
	}
	_, err := tx.NewDelete().Table("session").Where("blind = ?", a.tokenBlind(token)).Exec(ctx)
	return err
}

// Sessions returns the sessions of a person that are alive at an instant, the newest first.
func (a *Access) Sessions(ctx context.Context, from db.Reader, holder string, at time.Time) (all []Session, err error) {
	at = stamp(at)
	err = from.NewSelect().Model(&all).Where("holder = ?", holder).
		Where("ends > ?", at).Where("seen > ?", at.Add(-a.policy.Idle)).Order("started DESC", "id").Scan(ctx)
	return all, err
}

// EndSession ends one session of a person, by its id. ErrNotFound when it is not there.
func (a *Access) EndSession(ctx context.Context, tx *db.Tx, holder, id string) error {
	if !storable(holder + id) {
		return notFound()
	}
	done, err := tx.NewDelete().Table("session").Where("holder = ?", holder).Where("id = ?", id).Exec(ctx)
	return changedOne(done, err)
}

// EndSessions ends all sessions of a person.
func (a *Access) EndSessions(ctx context.Context, tx *db.Tx, holder string) error {
	_, err := tx.NewDelete().Table("session").Where("holder = ?", holder).Exec(ctx)
	return err
}

// Sweep deletes what time has ended: sessions, tokens, counts of failed logins.
func (a *Access) Sweep(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.NewDelete().Table("service_token").Where("ends <= ?", tx.Now).Exec(ctx); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Table("session").Where("ends <= ? OR seen <= ?", tx.Now, stamp(tx.Now.Add(-a.policy.Idle))).Exec(ctx); err != nil {
		return err
	}
	_, err := tx.NewDelete().Table("attempt").Where("last < ?", stamp(tx.Now.Add(-a.policy.Forget))).Where("until IS NULL OR until < ?", tx.Now).Exec(ctx)
	return err
}

// mustChange says that the password was given by somebody else or is too old.
func (p *passwordRow) mustChange(at time.Time) bool {
	return p.OneOff || !p.Expires.IsZero() && !p.Expires.After(at)
}
