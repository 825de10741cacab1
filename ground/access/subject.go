package access

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Subject is whom a provider of logins (OpenID Connect) means by a name of its own:
// an account of ours. What the provider calls the person is kept as a blind index only.
type Subject struct {
	bun.BaseModel `bun:"table:subject,alias:subject" json:"-"`

	ID     string    `bun:",pk" json:"id"`
	Issuer string    `json:"issuer"`
	Blind  []byte    `json:"-"`
	Holder string    `json:"holder"`
	Bound  time.Time `json:"bound"`
	Ended  time.Time `bun:",nullzero" json:"ended,omitzero"`
}

// Provided is what a provider of logins says of who came back from it.
type Provided struct {
	Issuer, Subject string
	Login           string // our login that the provider vouches for; "" where only bound subjects count
	Factor          bool   // a second factor was given there, and counts here
	Code            string // of our authenticator; "" when none was asked for yet
	Address         string
	At              time.Time
}

// Knock counts a try of an address before it is made; VerifySubject takes it back when
// it succeeds. ErrLocked when the address must wait.
func (a *Access) Knock(ctx context.Context, address string, at time.Time) error {
	return a.reserve(ctx, a.counters("", address)[1:], stamp(at))
}

// VerifySubject lets a person in whom a provider vouches for, as Verify does by
// password; the address has knocked. Nobody gets an account by it: a subject that is
// bound to no account, and whose login is that of none without a subject, has the same
// answer as a closed account (ErrUnauthenticated, "oidc_account").
func (a *Access) VerifySubject(ctx context.Context, p Provided) (*Verified, error) {
	at := stamp(p.At)
	holder, v, err := a.provided(ctx, p)
	if err != nil {
		return nil, err
	}
	if holder == nil || isService(holder.ID) || !holder.Closed.IsZero() && !holder.Closed.After(at) {
		return nil, refuse(ErrUnauthenticated, "oidc_account", "统一认证的身份没有关联到本系统的账号，或账号已停用。请先用用户名和口令登录，在“我的账户”的“统一认证”中关联，或请安全保密管理员关联")
	}
	who := a.counters(holder.Login, p.Address)
	if p.Code != "" {
		if err := a.reserve(ctx, who[:1], at); err != nil {
			return nil, err
		}
	}
	v.Holder, v.address, v.at, v.factor = holder.ID, p.Address, at, p.Factor
	var needed error
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		if !p.Factor {
			if v.factor, err = a.checkFactor(ctx, tx, holder.ID, p.Code, at); err != nil && p.Code != "" {
				return err
			}
			needed = err
		}
		if p.Code == "" {
			return forgive(ctx, tx, who[1])
		}
		return a.succeed(ctx, tx, who)
	})
	if err == nil {
		err = needed
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}

// provided finds the account that is meant; nil when there is none.
func (a *Access) provided(ctx context.Context, p Provided) (*holderRow, *Verified, error) {
	var bound []Subject
	err := a.db.NewSelect().Model(&bound).Where("issuer = ?", p.Issuer).Where("blind = ?", a.subjectBlind(p.Issuer, p.Subject)).Where("ended IS NULL").Scan(ctx)
	if err != nil {
		return nil, nil, err
	}
	if len(bound) == 1 {
		holder, err := readHolder(ctx, a.db, bound[0].Holder)
		return holder, &Verified{subject: bound[0].ID}, err
	}
	login := strings.ToLower(strings.TrimSpace(p.Login))
	if login == "" || !storable(login) {
		return nil, nil, nil
	}
	holder, err := readHolderBy(ctx, a.db, "login", login)
	if err != nil || holder == nil {
		return nil, nil, err
	}
	other, err := a.SubjectOf(ctx, a.db, p.Issuer, holder.ID)
	if err != nil || other != nil {
		return nil, nil, err // the provider calls somebody else by this login now
	}
	return holder, &Verified{vouched: &p}, nil
}

// BindSubject makes a provider's subject mean a person and returns the row's id. ErrNotFound,
// ErrInvalid, ErrConflict when either is bound already.
func (a *Access) BindSubject(ctx context.Context, tx *db.Tx, holder, issuer, subject string) (string, error) {
	row, err := readHolder(ctx, tx, holder)
	if err != nil {
		return "", err
	}
	if row == nil || isService(holder) || !row.Closed.IsZero() {
		return "", notFound()
	}
	if n := utf8.RuneCountInString(subject); n == 0 || n > 255 || !storable(subject) {
		return "", invalid("subject", "统一认证的身份标识（sub）应为 1 到 255 个字符")
	}
	s := Subject{ID: newMark(), Issuer: issuer, Blind: a.subjectBlind(issuer, subject), Holder: holder, Bound: stamp(tx.Now)}
	taken, err := tx.NewSelect().Model((*Subject)(nil)).Where("issuer = ?", issuer).Where("ended IS NULL").Where("blind = ? OR holder = ?", s.Blind, holder).Exists(ctx)
	if err != nil {
		return "", err
	}
	if taken {
		return "", refuse(ErrConflict, "subject_taken", "这个账号或这个统一认证身份已有关联，请先解除")
	}
	_, err = tx.NewInsert().Model(&s).Exec(ctx)
	return s.ID, err
}

// DropSubject ends a person's binding to a provider, with the person's sessions, and
// returns the row's id. ErrNotFound when there is none.
func (a *Access) DropSubject(ctx context.Context, tx *db.Tx, issuer, holder string) (string, error) {
	s, err := a.SubjectOf(ctx, tx, issuer, holder)
	if err != nil {
		return "", err
	}
	if s == nil {
		return "", notFound()
	}
	if _, err := tx.NewUpdate().Table("subject").Set("ended = ?", tx.Now).Where("id = ?", s.ID).Exec(ctx); err != nil {
		return "", err
	}
	return s.ID, a.EndSessions(ctx, tx, holder)
}

// SubjectOf returns a person's binding to a provider, nil when there is none.
func (a *Access) SubjectOf(ctx context.Context, from db.Reader, issuer, holder string) (*Subject, error) {
	var rows []Subject
	if !storable(holder) {
		return nil, nil
	}
	err := from.NewSelect().Model(&rows).Where("issuer = ?", issuer).Where("holder = ?", holder).Where("ended IS NULL").Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func (a *Access) subjectBlind(issuer, subject string) []byte {
	return a.ring.Blind("access.subject/"+issuer, subject)
}

// stillProvided says that the binding by which somebody came in still holds; it binds
// now whom the provider vouched for by login.
func (a *Access) stillProvided(ctx context.Context, tx *db.Tx, v *Verified) (err error) {
	if v.vouched != nil {
		v.Bound, err = a.BindSubject(ctx, tx, v.Holder, v.vouched.Issuer, v.vouched.Subject)
		v.subject = v.Bound
		return err
	}
	there, err := tx.NewSelect().Model((*Subject)(nil)).Where("id = ?", v.subject).Where("holder = ?", v.Holder).Where("ended IS NULL").Exists(ctx)
	if err == nil && !there {
		err = unauthenticated()
	}
	return err
}
