// Package access knows who may do what: organisations on the region tree, persons
// and service accounts with their roles, operations with the roles and the scope
// that they declare, and how one logs in. It has no clock: a write happens at its
// transaction's instant, everything else at the time it is given.
package access

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"yiheng/ground/db"
	"yiheng/ground/seal"
)

//go:embed schema/*.sql
var schema embed.FS

// Access keeps the holders of rights of a home. It is safe for concurrent use.
type Access struct {
	db     *db.DB
	ring   *seal.Ring
	policy Policy
	hashes chan struct{} // a token for each password hash that may be computed at once
	decoy  string        // the hash that an unknown login is measured against
}

// Policy is what an installation may set itself. GB/T 22239-2019 8.1.4.1 asks for
// each of these measures and leaves the figures to the operator.
type Policy struct {
	Hash           HashCost      // of new passwords; older ones follow at the next login
	PasswordLength int           // characters, at least
	PasswordDays   int           // after which a password must be changed; 0 never
	PasswordsKept  int64         // that may not be used again
	OneOff         time.Duration // how long a password given by somebody else is good

	FreeFailures    int           // failed logins of an account before it must wait
	AddressFailures int           // and of an address, behind which a whole institution may sit
	AddressForgive  time.Duration // after which one failure of an address is forgiven
	FirstWait       time.Duration // doubles with every further failure
	MostWait        time.Duration
	Forget          time.Duration // after which without failure an account starts again

	Idle  time.Duration // a session ends after so long without a request
	Whole time.Duration // and after so long in any case

	TokenLife time.Duration // the most that a service token may be good for
}

// DefaultPolicy is the policy of an installation that sets nothing. Its hash is the
// second recommendation of RFC 9106 section 4.
func DefaultPolicy() Policy {
	return Policy{
		Hash:            HashCost{Memory: 64 << 10, Passes: 3, Lanes: 4},
		PasswordLength:  10,
		PasswordDays:    90,
		PasswordsKept:   5,
		OneOff:          72 * time.Hour,
		FreeFailures:    5,
		AddressFailures: 30,
		AddressForgive:  time.Minute,
		FirstWait:       time.Minute,
		MostWait:        time.Hour,
		Forget:          24 * time.Hour,
		Idle:            30 * time.Minute,
		Whole:           12 * time.Hour,
		TokenLife:       365 * 24 * time.Hour,
	}
}

// check refuses a policy that leaves a door open.
func (p Policy) check() error {
	for _, c := range []struct {
		wrong bool
		text  string
	}{
		{!p.Hash.sane(), "口令散列参数不合规"},
		{p.PasswordLength < 8 || p.PasswordLength > longestPassword, "口令长度应为 8 到 128"},
		{p.PasswordDays < 0 || p.PasswordsKept < 1, "口令更换天数不能为负，至少保留 1 次历史口令"},
		{p.OneOff <= 0 || p.Idle <= 0 || p.Whole < p.Idle || p.TokenLife <= 0, "一次性口令、会话和令牌的时限应大于零，会话总时限不短于空闲时限"},
		{p.FreeFailures < 1 || p.AddressFailures < 1 || p.FirstWait <= 0 || p.MostWait < p.FirstWait || p.Forget <= 0 || p.AddressForgive <= 0, "登录失败的次数和等待时间应大于零，最长等待不短于首次等待"},
	} {
		if c.wrong {
			return invalid("policy", "登录安全参数有误：%s", c.text)
		}
	}
	return nil
}

// Open prepares the tables in d and takes the ring that seals what identifies a
// person. It refuses another ring than the one that sealed what is there.
func Open(ctx context.Context, d *db.DB, ring *seal.Ring, policy Policy) (*Access, error) {
	if err := policy.check(); err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx, "access", schema); err != nil {
		return nil, err
	}
	decoy, err := policy.Hash.hash("")
	if err != nil {
		return nil, err
	}
	a := &Access{db: d, ring: ring, policy: policy, hashes: make(chan struct{}, runtime.NumCPU()), decoy: decoy}
	var first []holderRow
	if err := d.NewSelect().Model(&first).Order("id").Limit(1).Scan(ctx); err != nil {
		return nil, err
	}
	for _, h := range first {
		if _, err := a.identity(h); errors.Is(err, seal.ErrKey) {
			return nil, fmt.Errorf("%s 中的人员信息是用另一个密钥封存的，请把原来的密钥文件和数据密钥文件放回数据目录：%w", d.Where(), err)
		} else if err != nil {
			return nil, err
		}
	}
	return a, nil
}

// stamp is an instant as both databases give it back: UTC, whole microseconds.
func stamp(at time.Time) time.Time {
	if at.IsZero() {
		return at
	}
	return at.UTC().Truncate(time.Microsecond)
}

// storable says whether both databases can hold a text: what is not, nobody is
// called and nothing has as its id.
func storable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, 0)
}

// nextID counts the rows of a table up; writes come one after another.
func nextID(ctx context.Context, tx *db.Tx, table string) (last int64, err error) {
	err = tx.NewSelect().Table(table).ColumnExpr("coalesce(max(id), 0)").Scan(ctx, &last)
	return last + 1, err
}
