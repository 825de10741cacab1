package access

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

type passwordRow struct {
	bun.BaseModel `bun:"table:password,alias:password"`

	ID      int64 `bun:",pk"`
	Holder  string
	Hash    string
	SetAt   time.Time
	Expires time.Time `bun:",nullzero"`
	OneOff  bool
}

// Change is a password that passed the rules and is hashed, to be written by SetPassword.
type Change struct {
	holder string
	row    passwordRow
	from   int64 // id of the newest password when the rules were checked; 0 none
}

// PreparePassword checks a person's new password against the rules: length, three
// of four sorts of characters, not a common one, not the login, not one of the last
// (GB/T 22239-2019 8.1.4.1 a). It does the slow part outside of any transaction.
// ErrInvalid says which rule, ErrNotFound that there is no such person.
func (a *Access) PreparePassword(ctx context.Context, holder, password string, at time.Time) (*Change, error) {
	row, err := readHolder(ctx, a.db, holder)
	if err != nil {
		return nil, err
	}
	if row == nil || isService(holder) || !row.Closed.IsZero() {
		return nil, notFound()
	}
	if err := a.policy.checkPassword(password, row.Login); err != nil {
		return nil, err
	}
	var last []passwordRow
	if err := a.db.NewSelect().Model(&last).Where("holder = ?", holder).Order("id DESC").Limit(max(1, a.policy.PasswordsKept)).Scan(ctx); err != nil {
		return nil, err
	}
	c := &Change{holder: holder}
	for i, old := range last {
		if i == 0 {
			c.from = old.ID
		}
		same, err := a.measure(ctx, old.Hash, password)
		if err != nil {
			return nil, err
		}
		if same {
			return nil, invalid("password_history", "不能使用最近 %d 次用过的口令", a.policy.PasswordsKept)
		}
	}
	c.row, err = a.newPassword(ctx, holder, password, at)
	return c, err
}

// SetPassword writes a prepared password and ends all sessions of the person, the
// asking one too: the door begins a new one. ErrConflict when the password has
// been changed meanwhile.
func (a *Access) SetPassword(ctx context.Context, tx *db.Tx, c *Change) error {
	last, err := newestPassword(ctx, tx, c.holder)
	if err != nil {
		return err
	}
	if last == nil && c.from != 0 || last != nil && last.ID != c.from {
		return refuse(ErrConflict, "password_changed", "口令刚刚被修改过，请重新登录")
	}
	if err := a.writePassword(ctx, tx, c.row); err != nil {
		return err
	}
	return a.EndSessions(ctx, tx, c.holder)
}

// GiveOneOff gives a person a password that must be changed at the first login and
// returns it; it is kept nowhere. Whoever gives it shows it once. It ends the
// person's sessions. A person's first is given by who may KeepDirectory, another by
// who may KeepRights, never to oneself: else a system administrator could become the
// security officer. ErrNotFound, ErrForbidden.
func (a *Access) GiveOneOff(ctx context.Context, tx *db.Tx, by *Actor, holder string) (string, error) {
	last, err := newestPassword(ctx, tx, holder)
	if err != nil {
		return "", err
	}
	op := KeepDirectory
	if last != nil {
		op = KeepRights
	}
	if err := a.Authorize(ctx, tx, by, op, Target{Holder: holder}); err != nil {
		return "", err
	}
	if by.ID == holder {
		return "", refuse(ErrForbidden, "one_off_self", "不能给自己重置口令，请直接修改口令")
	}
	return a.giveOneOff(ctx, tx, holder)
}

func (a *Access) giveOneOff(ctx context.Context, tx *db.Tx, holder string) (string, error) {
	row, err := readHolder(ctx, tx, holder)
	if err != nil {
		return "", err
	}
	if row == nil || isService(holder) || !row.Closed.IsZero() {
		return "", notFound()
	}
	password := randomPassword()
	given, err := a.newPassword(ctx, holder, password, tx.Now)
	if err != nil {
		return "", err
	}
	given.OneOff, given.Expires = true, stamp(tx.Now.Add(a.policy.OneOff))
	if err := a.writePassword(ctx, tx, given); err != nil {
		return "", err
	}
	return password, a.EndSessions(ctx, tx, holder)
}

func (a *Access) newPassword(ctx context.Context, holder, password string, at time.Time) (passwordRow, error) {
	row := passwordRow{Holder: holder, SetAt: stamp(at)}
	if a.policy.PasswordDays > 0 {
		row.Expires = stamp(at.Add(time.Duration(a.policy.PasswordDays) * 24 * time.Hour))
	}
	done, err := a.takeTurn(ctx)
	if err != nil {
		return row, err
	}
	defer done()
	row.Hash, err = a.policy.Hash.hash(password)
	return row, err
}

// writePassword adds a password and drops those that the history no longer needs.
func (a *Access) writePassword(ctx context.Context, tx *db.Tx, row passwordRow) (err error) {
	if row.ID, err = nextID(ctx, tx, "password"); err != nil {
		return err
	}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return err
	}
	kept := tx.NewSelect().TableExpr("password AS p").Column("p.id").Where("p.holder = ?", row.Holder).Order("p.id DESC").Limit(max(1, a.policy.PasswordsKept))
	_, err = tx.NewDelete().Table("password").Where("holder = ?", row.Holder).Where("id NOT IN (?)", kept).Exec(ctx)
	return err
}

// newestPassword returns nil when the holder has none.
func newestPassword(ctx context.Context, from db.Reader, holder string) (*passwordRow, error) {
	if !storable(holder) {
		return nil, nil
	}
	var rows []passwordRow
	err := from.NewSelect().Model(&rows).Where("holder = ?", holder).Order("id DESC").Limit(1).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// measure is matches, so many at once as there are processors: logins at once
// must not take the memory of the machine.
func (a *Access) measure(ctx context.Context, stored, password string) (bool, error) {
	done, err := a.takeTurn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	same, _, err := matches(stored, password)
	return same, err
}

func (a *Access) takeTurn(ctx context.Context) (done func(), err error) {
	select {
	case a.hashes <- struct{}{}:
		return func() { <-a.hashes }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
