package access

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// recoveryCodes are how many codes stand in for a lost authenticator, each once.
const recoveryCodes = 10

type factorRow struct {
	bun.BaseModel `bun:"table:second_factor,alias:second_factor"`

	Holder    string `bun:",pk"`
	Secret    []byte
	Confirmed bool
	Step      int64
}

type recoveryRow struct {
	bun.BaseModel `bun:"table:recovery_code,alias:recovery_code"`

	Holder string `bun:",pk"`
	Blind  []byte `bun:",pk"`
}

// Enrol starts the second factor of a person (GB/T 22239-2019 8.1.4.1 d: two or
// more ways to authenticate): with a new secret, or with that of a hardware token
// whose URI is given. It counts once ConfirmFactor has seen a code. A person whose
// second factor counts is ErrConflict: DropFactor first.
func (a *Access) Enrol(ctx context.Context, tx *db.Tx, holder, given string) (OTP, error) {
	row, err := readHolder(ctx, tx, holder)
	if err != nil {
		return OTP{}, err
	}
	if row == nil || isService(holder) {
		return OTP{}, notFound()
	}
	otp := newOTP("医衡", row.Login)
	if given != "" {
		if otp, err = ParseOTP(given); err != nil {
			return OTP{}, err
		}
	}
	have, err := readFactor(ctx, tx, holder)
	if err != nil {
		return OTP{}, err
	}
	if have != nil && have.Confirmed {
		return OTP{}, refuse(ErrConflict, "factor_exists", "已启用动态口令，更换前请先由安全保密管理员解除")
	}
	factor := factorRow{Holder: holder, Secret: a.ring.Seal([]byte(otp.URI()), "second_factor/"+holder)}
	_, err = tx.NewInsert().Model(&factor).On("CONFLICT (holder) DO UPDATE").Set("secret = EXCLUDED.secret").Exec(ctx)
	return otp, err
}

// ConfirmFactor makes an enrolled second factor count and returns the recovery
// codes, which are shown once. The session it is done in counts as given.
func (a *Access) ConfirmFactor(ctx context.Context, tx *db.Tx, actor *Actor, code string) ([]string, error) {
	row, err := readFactor(ctx, tx, actor.ID)
	if err != nil {
		return nil, err
	}
	if row == nil || row.Confirmed {
		return nil, refuse(ErrConflict, "factor_not_enrolled", "没有等待确认的动态口令，请先登记")
	}
	otp, err := a.otp(row)
	if err != nil {
		return nil, err
	}
	step, ok := otp.step(code, tx.Now, row.Step)
	if !ok {
		return nil, invalid("factor_code", "动态口令不正确：请核对手机时间，输入当前显示的 6 位数字")
	}
	if err := setStep(ctx, tx, actor.ID, step); err != nil {
		return nil, err
	}
	if _, err := tx.NewUpdate().Table("session").Set("second_factor = ?", true).Where("id = ?", actor.Session).Exec(ctx); err != nil {
		return nil, err
	}
	return a.newRecoveryCodes(ctx, tx, actor.ID)
}

// DropFactor takes a person's second factor away, for a lost authenticator, and
// ends the person's sessions; by may KeepRights there and is somebody else.
// ErrNotFound when there is none.
func (a *Access) DropFactor(ctx context.Context, tx *db.Tx, by *Actor, holder string) error {
	if err := a.Authorize(ctx, tx, by, KeepRights, Target{Holder: holder}); err != nil {
		return err
	}
	if by.ID == holder {
		return refuse(ErrForbidden, "factor_self", "不能解除自己的动态口令，请由另一名安全保密管理员办理")
	}
	done, err := tx.NewDelete().Table("second_factor").Where("holder = ?", holder).Exec(ctx)
	if err := changedOne(done, err); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Table("recovery_code").Where("holder = ?", holder).Exec(ctx); err != nil {
		return err
	}
	return a.EndSessions(ctx, tx, holder)
}

// takeCode accepts a code of the authenticator, or a recovery code, once.
func (a *Access) takeCode(ctx context.Context, tx *db.Tx, row *factorRow, code string, at time.Time) (bool, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) != otpDigits {
		done, err := tx.NewDelete().Model(&recoveryRow{Holder: row.Holder, Blind: a.recoveryBlind(row.Holder, code)}).WherePK().Exec(ctx)
		if err != nil {
			return false, err
		}
		n, err := done.RowsAffected()
		return n == 1, err
	}
	otp, err := a.otp(row)
	if err != nil {
		return false, err
	}
	step, ok := otp.step(code, at, row.Step)
	if !ok {
		return false, nil
	}
	return true, setStep(ctx, tx, row.Holder, step)
}

func (a *Access) newRecoveryCodes(ctx context.Context, tx *db.Tx, holder string) ([]string, error) {
	codes := make([]string, recoveryCodes)
	rows := make([]recoveryRow, recoveryCodes)
	for i := range codes {
		codes[i] = strings.ToUpper(randomPassword()[:11]) // two groups of five
		rows[i] = recoveryRow{Holder: holder, Blind: a.recoveryBlind(holder, codes[i])}
	}
	if _, err := tx.NewDelete().Table("recovery_code").Where("holder = ?", holder).Exec(ctx); err != nil {
		return nil, err
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return codes, err
}

func (a *Access) recoveryBlind(holder, code string) []byte {
	return a.ring.Blind("access.recovery/"+holder, code)
}

func (a *Access) otp(row *factorRow) (OTP, error) {
	uri, err := a.ring.Open(row.Secret, "second_factor/"+row.Holder)
	if err != nil {
		return OTP{}, fmt.Errorf("%s 的动态口令密钥无法打开：%w", row.Holder, err)
	}
	return ParseOTP(string(uri))
}

func setStep(ctx context.Context, tx *db.Tx, holder string, step int64) error {
	_, err := tx.NewUpdate().Table("second_factor").Set("step = ?", step).Set("confirmed = ?", true).Where("holder = ?", holder).Exec(ctx)
	return err
}

// readFactor returns nil when the holder has none.
func readFactor(ctx context.Context, from db.Reader, holder string) (*factorRow, error) {
	var rows []factorRow
	err := from.NewSelect().Model(&rows).Where("holder = ?", holder).Scan(ctx)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}
