package access

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Token is a service account's right to ask for some operations until it ends.
type Token struct {
	ID         string    `json:"id"`
	Holder     string    `json:"holder"`
	Operations []string  `json:"operations"`
	Created    time.Time `json:"created"`
	Ends       time.Time `json:"ends"`
}

type tokenRow struct {
	bun.BaseModel `bun:"table:service_token,alias:service_token"`

	Blind      []byte `bun:",pk"`
	ID         string
	Holder     string
	Operations string
	Created    time.Time
	Ends       time.Time
}

// AddService adds a service account, another system that asks through the machines'
// door, and returns its id. It gets grants like a person, but only of roles that
// decide nothing on their own. ErrInvalid, ErrConflict.
func (a *Access) AddService(ctx context.Context, tx *db.Tx, login, organisation, name string) (string, error) {
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > 50 {
		return "", invalid("name", "服务账号名称应为 1 到 50 个字")
	}
	o, err := readOrganisation(ctx, tx, organisation)
	if err != nil {
		return "", err
	}
	if o == nil || !o.Closed.IsZero() {
		return "", invalid("organisation", "机构“%s”不存在或已停用", organisation)
	}
	return a.addHolder(ctx, tx, "FW", login, organisation, Identity{Name: name})
}

// IssueToken gives a service account a token for operations, by name, and returns
// it; it is kept nowhere. ErrInvalid, ErrNotFound.
func (a *Access) IssueToken(ctx context.Context, tx *db.Tx, holder string, operations []string, ends time.Time) (string, error) {
	row, err := readHolder(ctx, tx, holder)
	if err != nil {
		return "", err
	}
	if row == nil || !isService(holder) || !row.Closed.IsZero() {
		return "", notFound()
	}
	operations = slices.Compact(slices.Sorted(slices.Values(operations)))
	if len(operations) == 0 {
		return "", invalid("token_operations", "令牌至少要写明一个操作")
	}
	for _, name := range operations {
		if Lookup(name) == nil {
			return "", invalid("token_operations", "操作“%s”不认识", name)
		}
	}
	if !ends.After(tx.Now) || ends.Sub(tx.Now) > a.policy.TokenLife {
		return "", invalid("token_ends", "令牌的有效期应在现在之后、不超过 %d 天", int64(a.policy.TokenLife/(24*time.Hour)))
	}
	token := newToken(serviceToken)
	stored := tokenRow{Blind: a.tokenBlind(token), ID: newMark(), Holder: holder, Operations: strings.Join(operations, " "), Created: tx.Now, Ends: stamp(ends)}
	_, err = tx.NewInsert().Model(&stored).Exec(ctx)
	return token, err
}

// ResumeToken returns which service account holds a token at an instant.
// ErrUnauthenticated for a token that is forged, ended or revoked: one answer.
func (a *Access) ResumeToken(ctx context.Context, token string, at time.Time) (*Actor, error) {
	at = stamp(at)
	if !isToken(serviceToken, token) {
		return nil, unauthenticated()
	}
	var rows []struct {
		tokenRow
		Organisation string
	}
	err := a.db.NewSelect().Model((*tokenRow)(nil)).ColumnExpr("service_token.*, h.organisation").
		Join("JOIN holder AS h ON h.id = service_token.holder AND (h.closed IS NULL OR h.closed > ?)", at).
		Where("blind = ?", a.tokenBlind(token)).Where("ends > ?", at).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, unauthenticated()
	}
	actor, err := actorOf(ctx, a.db, rows[0].Holder, rows[0].Organisation, at)
	if err != nil {
		return nil, err
	}
	actor.Operations = strings.Fields(rows[0].Operations)
	return actor, nil
}

// Tokens returns the tokens of a service account that are good at an instant, the newest first.
func (a *Access) Tokens(ctx context.Context, from db.Reader, holder string, at time.Time) ([]Token, error) {
	var rows []tokenRow
	if err := from.NewSelect().Model(&rows).Where("holder = ?", holder).Where("ends > ?", stamp(at)).Order("created DESC", "id").Scan(ctx); err != nil {
		return nil, err
	}
	all := make([]Token, 0, len(rows))
	for _, row := range rows {
		all = append(all, Token{ID: row.ID, Holder: row.Holder, Operations: strings.Fields(row.Operations), Created: row.Created.UTC(), Ends: row.Ends.UTC()})
	}
	return all, nil
}

// RevokeToken ends a token of a service account at once. ErrNotFound when it is not there.
func (a *Access) RevokeToken(ctx context.Context, tx *db.Tx, holder, id string) error {
	if !storable(holder + id) {
		return notFound()
	}
	done, err := tx.NewDelete().Table("service_token").Where("holder = ?", holder).Where("id = ?", id).Exec(ctx)
	return changedOne(done, err)
}
