package access

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/uptrace/bun"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/seal"
)

// Certificate is a person's certificate of enforcement (行政执法证): without one in
// force nobody enforces (行政处罚法 art. 42: 由具有行政执法资格的执法人员实施).
type Certificate struct {
	Holder  string `json:"holder"`
	Number  string `json:"number"`   // masked in lists
	ValidTo string `json:"valid_to"` // the last day, 2006-01-02
}

type certificateRow struct {
	bun.BaseModel `bun:"table:certificate,alias:certificate"`

	Holder  string `bun:",pk"`
	Number  []byte
	ValidTo string
}

var certificateNumber = regexp.MustCompile(`^[0-9A-Za-z-]{6,30}$`)

// SetCertificate gives a person a certificate, or renews it. ErrInvalid.
func (a *Access) SetCertificate(ctx context.Context, tx *db.Tx, c Certificate) error {
	holder, err := readHolder(ctx, tx, c.Holder)
	if err != nil {
		return err
	}
	_, wrongDay := time.Parse(time.DateOnly, c.ValidTo)
	switch {
	case holder == nil || isService(c.Holder):
		return invalid("holder", "人员“%s”不存在", c.Holder)
	case !certificateNumber.MatchString(c.Number):
		return invalid("certificate_number", "执法证号不合规：应为 6 到 30 位字母、数字或短横")
	case wrongDay != nil:
		return invalid("certificate_valid_to", "执法证有效期“%s”不是日期，应写成 2026-12-31", c.ValidTo)
	}
	row := certificateRow{Holder: c.Holder, Number: a.ring.Seal([]byte(c.Number), "certificate/"+c.Holder), ValidTo: c.ValidTo}
	_, err = tx.NewInsert().Model(&row).On("CONFLICT (holder) DO UPDATE").
		Set("number = EXCLUDED.number").Set("valid_to = EXCLUDED.valid_to").Exec(ctx)
	return err
}

// CertificatesUntil returns the certificates, masked, that end on or before a day
// and belong to people whom the actor's grants for the operation reach; the first
// to end comes first.
func (a *Access) CertificatesUntil(ctx context.Context, from db.Reader, actor *Actor, op *Operation, day string) ([]Certificate, error) {
	q, scan := a.SelectCertificates(from, actor, op, day)
	q.Order("valid_to", "certificate.holder")
	return scan(ctx)
}

// SelectCertificates is CertificatesUntil as a query, for a list that orders it and takes
// a part.
func (a *Access) SelectCertificates(from db.Reader, actor *Actor, op *Operation, day string) (q *bun.SelectQuery, scan func(context.Context) ([]Certificate, error)) {
	var rows []certificateRow
	q = from.NewSelect().Model(&rows).Join("JOIN holder AS h ON h.id = certificate.holder").
		Join("LEFT JOIN organisation AS o ON o.code = h.organisation").
		ApplyQueryBuilder(actor.Reach(op, Columns{Region: "o.region", Organisation: "h.organisation"})).
		Where("h.closed IS NULL").Where("valid_to <= ?", day)
	return q, func(ctx context.Context) ([]Certificate, error) {
		if err := q.Scan(ctx); err != nil {
			return nil, err
		}
		all := make([]Certificate, 0, len(rows))
		for _, row := range rows {
			number, err := a.ring.Open(row.Number, "certificate/"+row.Holder)
			if err != nil {
				return nil, fmt.Errorf("%s 的执法证号无法打开：%w", row.Holder, err)
			}
			all = append(all, Certificate{Holder: row.Holder, Number: seal.MaskCertificate(string(number)), ValidTo: row.ValidTo})
		}
		return all, nil
	}
}

// readCertificateEnd returns the last day of a holder's certificate, "" without one.
func readCertificateEnd(ctx context.Context, from db.Reader, holder string) (string, error) {
	var ends []string
	err := from.NewSelect().Table("certificate").Column("valid_to").Where("holder = ?", holder).Scan(ctx, &ends)
	if err != nil || len(ends) == 0 {
		return "", err
	}
	return ends[0], nil
}

// inForce says whether a certificate with this last day holds at an instant.
func inForce(validTo string, at time.Time) bool {
	return validTo != "" && at.In(calendar.Beijing).Format(time.DateOnly) <= validTo
}
