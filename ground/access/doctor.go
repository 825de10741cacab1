package access

import (
	"context"
	"time"

	"yiheng/ground/db"
)

// DoctorReaches says whether somebody is a doctor of the national code at the organisation at
// an instant, by a grant there or at the institution above it.
func (a *Access) DoctorReaches(ctx context.Context, from db.Reader, code, organisation string, at time.Time) (bool, error) {
	if !storable(code) {
		return false, nil
	}
	var rows []struct{ Holder string }
	err := from.NewSelect().Model((*Grant)(nil)).ColumnExpr("role_grant.holder").
		Where("role_grant.role = ? AND role_grant.doctor = ?", Doctor, code).Scan(ctx, &rows)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	o, err := readOrganisation(ctx, from, organisation)
	if err != nil || o == nil {
		return false, err
	}
	place := Place{region: o.Region, path: o.Path, doctor: code}
	for _, row := range rows {
		holder, err := readHolder(ctx, from, row.Holder)
		if err != nil {
			return false, err
		}
		if holder == nil || !holder.Closed.IsZero() {
			continue
		}
		active, err := readActive(ctx, from, row.Holder, at)
		if err != nil {
			return false, err
		}
		for _, g := range active {
			if g.Role == Doctor && g.reaches(InOrganisation, place) {
				return true, nil
			}
		}
	}
	return false, nil
}
