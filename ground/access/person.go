package access

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// Person is somebody who can log in. Identity is masked unless Reveal gave it.
type Person struct {
	ID           string    `json:"id"` // RY000001
	Login        string    `json:"login"`
	Organisation string    `json:"organisation,omitempty"`
	Identity     Identity  `json:"identity"`
	Created      time.Time `json:"created"`
	Closed       time.Time `json:"closed,omitzero"`
	NoPassword   bool      `json:"no_password,omitempty" doc:"in lists of people: none was given yet, and who keeps the directory gives the first"`
}

// holderRow is a person or a service account.
type holderRow struct {
	bun.BaseModel `bun:"table:holder,alias:holder"`

	ID           string `bun:",pk"`
	Login        string
	Organisation string
	Sealed       []byte
	NameBlind    []byte
	PhoneBlind   []byte
	CertBlind    []byte
	Created      time.Time
	Closed       time.Time `bun:",nullzero"`
	NoPassword   bool      `bun:",scanonly"` // of selectHolders alone
}

// isService tells a service account's id from a person's.
func isService(holder string) bool { return strings.HasPrefix(holder, "FW") }

var loginName = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,39}$`)

// AddPerson adds a person without password and without rights and returns the id.
// Logins do not know capital letters. ErrInvalid, ErrConflict.
func (a *Access) AddPerson(ctx context.Context, tx *db.Tx, login, organisation string, i Identity) (string, error) {
	if err := i.check(); err != nil {
		return "", err
	}
	o, err := readOrganisation(ctx, tx, organisation)
	if err != nil {
		return "", err
	}
	if o == nil || !o.Closed.IsZero() {
		return "", invalid("organisation", "机构“%s”不存在或已停用", organisation)
	}
	return a.addHolder(ctx, tx, "RY", login, organisation, i)
}

func (a *Access) addHolder(ctx context.Context, tx *db.Tx, prefix, login, organisation string, i Identity) (string, error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if !loginName.MatchString(login) {
		return "", invalid("login", "用户名“%s”不合规：应为 3 到 40 位字母、数字、点、下划线或短横，以字母开头", login)
	}
	taken, err := tx.NewSelect().Table("holder").Where("login = ?", login).Exists(ctx)
	if err != nil {
		return "", err
	}
	if taken {
		return "", refuse(ErrConflict, "login_exists", "用户名“%s”已被使用", login)
	}
	n, err := tx.NewSelect().Table("holder").Count(ctx) // holders are closed, never deleted
	if err != nil {
		return "", err
	}
	row := holderRow{ID: fmt.Sprintf("%s%06d", prefix, n+1), Login: login, Organisation: organisation, Created: tx.Now}
	if err := a.sealInto(&row, i); err != nil {
		return "", err
	}
	_, err = tx.NewInsert().Model(&row).Exec(ctx)
	return row.ID, err
}

// SetIdentity replaces what identifies a person. ErrInvalid, ErrNotFound.
func (a *Access) SetIdentity(ctx context.Context, tx *db.Tx, id string, i Identity) error {
	if err := i.check(); err != nil {
		return err
	}
	row, err := readHolder(ctx, tx, id)
	if err != nil {
		return err
	}
	if row == nil || isService(id) {
		return notFound()
	}
	if err := a.sealInto(row, i); err != nil {
		return err
	}
	_, err = tx.NewUpdate().Model(row).WherePK().Exec(ctx)
	return err
}

// CloseHolder ends a person or a service account at tx.Now: sessions and tokens end
// with it. ErrNotFound when there is none that is open.
func (a *Access) CloseHolder(ctx context.Context, tx *db.Tx, id string) error {
	if !storable(id) {
		return notFound()
	}
	done, err := tx.NewUpdate().Table("holder").Set("closed = ?", tx.Now).Where("id = ?", id).Where("closed IS NULL").Exec(ctx)
	if err := changedOne(done, err); err != nil {
		return err
	}
	if _, err := tx.NewDelete().Table("service_token").Where("holder = ?", id).Exec(ctx); err != nil {
		return err
	}
	return a.EndSessions(ctx, tx, id)
}

// Persons returns the persons of the organisations that the actor's grants for
// the operation reach, masked, by id.
func (a *Access) Persons(ctx context.Context, from db.Reader, actor *Actor, op *Operation) ([]Person, error) {
	q, scan := a.SelectPersons(from, actor, op)
	q.Order("holder.id")
	return scan(ctx)
}

// SelectPersons is Persons as a query, for a list that orders it and takes a part; scan
// runs it.
func (a *Access) SelectPersons(from db.Reader, actor *Actor, op *Operation) (q *bun.SelectQuery, scan func(context.Context) ([]Person, error)) {
	return a.selectHolders(from, actor, op, "RY", "RZ", Identity.Masked)
}

// FindPersons is Persons with a name, phone number or certificate number, whole
// and exact but for spaces around it and the case of Latin letters. Nobody has the
// empty value.
func (a *Access) FindPersons(ctx context.Context, from db.Reader, actor *Actor, op *Operation, value string) ([]Person, error) {
	if strings.TrimSpace(value) == "" {
		return nil, nil
	}
	q, scan := a.SelectPersons(from, actor, op)
	q.Where("name_blind = ? OR phone_blind = ? OR cert_blind = ?", a.blind("name", value), a.blind("phone", value), a.blind("certno", value)).Order("holder.id")
	return scan(ctx)
}

// selectHolders chooses the accounts with ids from first to before end: a range, which
// an index serves in any collation.
func (a *Access) selectHolders(from db.Reader, actor *Actor, op *Operation, first, end string, shown func(Identity) Identity) (q *bun.SelectQuery, scan func(context.Context) ([]Person, error)) {
	var rows []holderRow
	q = from.NewSelect().Model(&rows).ColumnExpr("holder.*").
		ColumnExpr("NOT EXISTS (SELECT 1 FROM password WHERE password.holder = holder.id) AS no_password").
		Join("LEFT JOIN organisation AS o ON o.code = holder.organisation").
		ApplyQueryBuilder(actor.Reach(op, Columns{Region: "o.region", Organisation: "holder.organisation"})).
		Where("holder.id >= ? AND holder.id < ?", first, end)
	return q, func(ctx context.Context) ([]Person, error) {
		if err := q.Scan(ctx); err != nil {
			return nil, err
		}
		all := make([]Person, 0, len(rows))
		for _, row := range rows {
			i, err := a.identity(row)
			if err != nil {
				return nil, err
			}
			p := row.person(shown(i))
			p.NoPassword = row.NoPassword && !isService(row.ID)
			all = append(all, p)
		}
		return all, nil
	}
}

// Reveal returns a person unmasked, for an actor whose grants for the operation
// reach the person's organisation and who says why; whoever calls it writes the
// reason into the journal, in the same transaction. ErrNotFound, ErrInvalid.
func (a *Access) Reveal(ctx context.Context, tx *db.Tx, actor *Actor, op *Operation, id, reason string) (*Person, error) {
	if n := utf8.RuneCountInString(strings.TrimSpace(reason)); n < 2 || n > 200 {
		return nil, invalid("reason", "查看完整信息要写明理由（2 到 200 个字），理由会记入日志")
	}
	var rows []holderRow
	if !storable(id) {
		return nil, notFound()
	}
	err := tx.NewSelect().Model(&rows).Join("LEFT JOIN organisation AS o ON o.code = holder.organisation").
		ApplyQueryBuilder(actor.Reach(op, Columns{Region: "o.region", Organisation: "holder.organisation"})).
		Where("holder.id = ?", id).Where("holder.id LIKE 'RY%'").Scan(ctx)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, notFound()
	}
	i, err := a.identity(rows[0])
	if err != nil {
		return nil, err
	}
	p := rows[0].person(i)
	return &p, nil
}

func (row *holderRow) person(i Identity) Person {
	return Person{ID: row.ID, Login: row.Login, Organisation: row.Organisation, Identity: i, Created: row.Created.UTC(), Closed: stamp(row.Closed)}
}

// readHolder returns nil when there is none.
func readHolder(ctx context.Context, from db.Reader, id string) (*holderRow, error) {
	return readHolderBy(ctx, from, "id", id)
}

func readHolderBy(ctx context.Context, from db.Reader, column, value string) (*holderRow, error) {
	if !storable(value) {
		return nil, nil
	}
	var rows []holderRow
	if err := from.NewSelect().Model(&rows).Where("? = ?", bun.Ident(column), value).Scan(ctx); err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// changedOne is ErrNotFound when a statement found no row to change.
func changedOne(done sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return notFound()
	}
	return err
}
