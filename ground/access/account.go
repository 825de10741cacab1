package access

import (
	"context"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Account returns a person or a service account, masked, whoever asks: the door
// authorises. ErrNotFound when there is none.
func (a *Access) Account(ctx context.Context, from db.Reader, id string) (*Person, error) {
	row, err := readHolder(ctx, from, id)
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, notFound()
	}
	i, err := a.identity(*row)
	if err != nil {
		return nil, err
	}
	p := row.person(i.Masked())
	return &p, nil
}

// Services returns the service accounts of the organisations that the actor's grants
// for the operation reach, by id. Their name is no secret.
func (a *Access) Services(ctx context.Context, from db.Reader, actor *Actor, op *Operation) ([]Person, error) {
	q, scan := a.SelectServices(from, actor, op)
	q.Order("holder.id")
	return scan(ctx)
}

// SelectServices is Services as a query, for a list that orders it and takes a part.
func (a *Access) SelectServices(from db.Reader, actor *Actor, op *Operation) (q *bun.SelectQuery, scan func(context.Context) ([]Person, error)) {
	return a.selectHolders(from, actor, op, "FW", "FX", func(i Identity) Identity { return i })
}

// Confirm asks somebody who is logged in for the password once more, before what
// a session left open must not do. It counts failures as Verify does.
// ErrUnauthenticated, ErrLocked.
func (a *Access) Confirm(ctx context.Context, actor *Actor, password, address string) error {
	holder, err := readHolder(ctx, a.db, actor.ID)
	if err != nil {
		return err
	}
	if holder == nil || isService(actor.ID) {
		return notFound()
	}
	who := a.counters(holder.Login, address)
	if err := a.reserve(ctx, who, actor.At); err != nil {
		return err
	}
	if _, err := a.checkPassword(ctx, holder, password, actor.At); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *db.Tx) error { return a.succeed(ctx, tx, who) })
}

// BeginAgain starts the session that goes on after SetPassword ended all of the
// actor's, with what the ended one had, and returns its token.
func (a *Access) BeginAgain(ctx context.Context, tx *db.Tx, actor *Actor, address string) (string, error) {
	password, err := newestPassword(ctx, tx, actor.ID)
	if err != nil {
		return "", err
	}
	if password == nil || actor.Session == "" {
		return "", unauthenticated()
	}
	v := &Verified{Holder: actor.ID, hash: password.Hash, address: address, factor: actor.SecondFactor, at: stamp(tx.Now)}
	return a.Begin(ctx, tx, v, "")
}

// Inside returns the codes of an organisation and of all inside it, none when it does
// not exist.
func (a *Access) Inside(ctx context.Context, from db.Reader, code string) (codes []string, err error) {
	o, err := readOrganisation(ctx, from, code)
	if err != nil || o == nil {
		return nil, err
	}
	err = from.NewSelect().Table("organisation").Column("code").
		Where("substr(path, 1, ?) = ?", utf8.RuneCountInString(o.Path), o.Path).Order("code").Scan(ctx, &codes)
	return codes, err
}

// PlaceOf is where something stands that belongs to a region only, "" to the
// installation.
func PlaceOf(r Region) Place { return Place{region: r} }
