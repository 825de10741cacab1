package access

import (
	"context"
	"crypto/rand"
	_ "embed" // for the list of common passwords
	"math/big"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// longestPassword bounds the work that one request can ask for.
const longestPassword = 128

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
// person's sessions. ErrNotFound.
func (a *Access) GiveOneOff(ctx context.Context, tx *db.Tx, holder string) (string, error) {
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

func (p Policy) checkPassword(password, login string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < p.PasswordLength:
		return invalid("password_short", "口令太短：至少 %d 个字符", p.PasswordLength)
	case len(password) > longestPassword:
		return invalid("password_long", "口令太长：不超过 %d 个字符", longestPassword)
	case sorts(password) < 3:
		return invalid("password_simple", "口令太简单：大写字母、小写字母、数字、其他字符至少有三种")
	case strings.Contains(strings.ToLower(password), login):
		return invalid("password_login", "口令不能包含用户名")
	case isCommon(password):
		return invalid("password_common", "口令太常见，容易被猜中，请换一个")
	}
	return nil
}

// sorts counts of how many sorts the characters are.
func sorts(password string) int {
	var upper, lower, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return upper + lower + digit + other
}

//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if word := strings.TrimSpace(line); !strings.HasPrefix(word, "#") {
			all[word] = true
		}
	}
	return all
})

// disguises are the signs that stand for letters in P@ssw0rd.
var disguises = strings.NewReplacer("@", "a", "4", "a", "0", "o", "1", "l", "!", "i", "3", "e", "$", "s", "5", "s", "7", "t")

// isCommon says whether a password is a common one, as it is, without the digits
// and signs around it, without its disguise, or written twice.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	core := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, form := range []string{lower, core, disguises.Replace(lower), disguises.Replace(core), strings.TrimRightFunc(disguises.Replace(strings.TrimRightFunc(lower, notLetter)), notLetter)} {
		half := form[:len(form)/2]
		if common()[form] || half != "" && half+half == form && common()[half] {
			return true
		}
	}
	letters := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return -1
	}, lower)
	return common()[letters]
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("@40!3$57", r) }

// readable are characters that cannot be mistaken for each other on paper.
const readable = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"

// randomPassword has 20 characters of readable in groups of five: 116 bits.
func randomPassword() string {
	var b strings.Builder
	for i := range 20 {
		if i > 0 && i%5 == 0 {
			b.WriteByte('-')
		}
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(readable))))
		if err != nil {
			panic(err) // crypto/rand ends the program itself when the system gives no randomness
		}
		b.WriteByte(readable[n.Int64()])
	}
	return b.String()
}
