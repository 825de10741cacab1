package access

import (
	"context"

	"yiheng/ground/db"
)

// OrganisationOf returns the organisation of a code, nil when there is none. It asks
// nobody's rights: rooms use it for what an actor's own organisation is called.
func OrganisationOf(ctx context.Context, from db.Reader, code string) (*Organisation, error) {
	return readOrganisation(ctx, from, code)
}
