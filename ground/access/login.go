package access

import (
	"context"
	"strings"
	"time"

	"yiheng/ground/db"
)

// Attempt is one try to log in.
type Attempt struct {
	Login    string
	Password string
	Code     string // of the authenticator, or a recovery code; "" when none was asked for yet
	Address  string // where it comes from
	At       time.Time
}

// Verified is a person who proved to be one, for Begin.
type Verified struct {
	Holder        string
	MustChange    bool   // until the password is changed, nothing else is open
	Bound         string // id of the Subject that Begin bound, where a provider vouched by login
	Renewed       bool   // Begin stored the password anew with the policy's cost
	hash, address string
	fresh         string    // the hash with the policy's cost, "" when it has it
	subject       string    // id of the Subject, instead of a hash
	vouched       *Provided // whom Begin binds
	factor        bool
	at            time.Time
}

// Verify lets a person in who knows the password and, if enrolled, has the second
// factor. Everything that is wrong with a login and its password, an unknown login
// included, has one answer and costs one hash (ErrUnauthenticated, "credentials").
// With the right password and without a code it is "second_factor_needed", with a
// wrong or used one "second_factor_wrong". Too many failures of an account or an
// address are ErrLocked before anything is looked at, for a time that grows.
//
// Begin stores the password anew with the policy's cost when its own is another. The
// work for an unknown login is the policy's, too.
func (a *Access) Verify(ctx context.Context, t Attempt) (*Verified, error) {
	at, login := stamp(t.At), strings.ToLower(strings.TrimSpace(t.Login))
	who := a.counters(login, t.Address)
	if err := a.reserve(ctx, who, at); err != nil {
		return nil, err
	}
	holder, err := readHolderBy(ctx, a.db, "login", login)
	if err != nil {
		return nil, err
	}
	password, err := a.checkPassword(ctx, holder, t.Password, at)
	if err != nil {
		return nil, err
	}
	v := &Verified{Holder: holder.ID, MustChange: password.mustChange(at), hash: password.Hash, address: t.Address, at: at}
	if v.fresh, err = a.renewHash(ctx, password, t.Password); err != nil {
		return nil, err
	}
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		if v.factor, err = a.checkFactor(ctx, tx, holder.ID, t.Code, at); err != nil {
			return err
		}
		return a.succeed(ctx, tx, who)
	})
	if err != nil {
		return nil, err
	}
	return v, nil
}

// checkPassword returns the password that the holder may log in with. It measures
// one hash whatever is wrong.
func (a *Access) checkPassword(ctx context.Context, holder *holderRow, given string, at time.Time) (*passwordRow, error) {
	var password *passwordRow
	stored := a.decoy
	if holder != nil {
		var err error
		if password, err = newestPassword(ctx, a.db, holder.ID); err != nil {
			return nil, err
		}
		if password != nil {
			stored = password.Hash
		}
	}
	same, err := a.measure(ctx, stored, given[:min(len(given), longestPassword)])
	switch {
	case err != nil:
		return nil, err
	case !same, password == nil, len(given) > longestPassword,
		!holder.Closed.IsZero() && !holder.Closed.After(at),
		password.OneOff && !password.Expires.After(at):
		return nil, refuse(ErrUnauthenticated, "credentials", "用户名或口令不正确")
	}
	return password, nil
}

// checkFactor says whether a second factor was given; a person without one needs none.
func (a *Access) checkFactor(ctx context.Context, tx *db.Tx, holder, code string, at time.Time) (bool, error) {
	factor, err := readFactor(ctx, tx, holder)
	switch {
	case err != nil || factor == nil || !factor.Confirmed:
		return false, err
	case code == "":
		return false, refuse(ErrUnauthenticated, "second_factor_needed", "请输入动态口令")
	}
	ok, err := a.takeCode(ctx, tx, factor, code, at)
	if err == nil && !ok {
		err = refuse(ErrUnauthenticated, "second_factor_wrong", "动态口令不正确或已用过，请等下一个口令，或使用恢复码")
	}
	return ok, err
}

// renewHash returns the hash of the password at the policy's cost, "" when it has it.
func (a *Access) renewHash(ctx context.Context, have *passwordRow, password string) (string, error) {
	cost, _, _, err := parseHash(have.Hash)
	if err != nil || cost == a.policy.Hash {
		return "", err
	}
	done, err := a.takeTurn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	return a.policy.Hash.hash(password)
}

// FirstStart makes the system administrator of a new installation and returns the
// login and the one-off password, which whoever starts the program prints once;
// nothing when there is anybody already.
func (a *Access) FirstStart(ctx context.Context, tx *db.Tx) (login, password string, err error) {
	some, err := tx.NewSelect().Table("holder").Exists(ctx)
	if err != nil || some {
		return "", "", err
	}
	login = "admin"
	id, err := a.addHolder(ctx, tx, "RY", login, "", Identity{Name: "系统管理员"})
	if err != nil {
		return "", "", err
	}
	if _, err := insertGrant(ctx, tx, &Grant{Holder: id, Role: SystemAdministrator, Starts: stamp(tx.Now), GrantedBy: "FirstStart"}); err != nil {
		return "", "", err
	}
	password, err = a.giveOneOff(ctx, tx, id)
	return login, password, err
}
