// Package registry knows who takes part: institutions, staff, insured persons,
// employers, regions and code tables. What identifies a person is sealed here and
// nowhere else.
package registry

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"

	"yiheng/ground/db"
	"yiheng/ground/seal"
)

//go:embed schema/*.sql
var schema embed.FS

var (
	// ErrKey is wrapped by the error of Open when the key file is not the one that
	// sealed the identities of this database.
	ErrKey = errors.New("密钥文件与数据库不匹配")
	// ErrField is wrapped by the error of Find for a field without an index.
	ErrField = errors.New("该字段不能检索")
)

// Registry keeps the identities of a home. It is safe for concurrent use.
type Registry struct {
	db  *db.DB
	key *seal.Key

	mu      sync.Mutex
	pending map[Subject]map[string]string // kept and not yet written
	known   map[uint64]uint64             // subject with names of fields → values last kept
	seed    maphash.Seed

	writing sync.Mutex // held while pending identities are written, so that a later value stays the later
}

// Subject is whom an identity belongs to.
type Subject struct {
	Kind string // psn an insured person, dr a doctor, opter a clerk, medins an institution …
	ID   string // psn_no, code of the doctor …
}

// Open opens the registry in d, whose identities key seals. It refuses another key
// than the one that sealed what is there (ErrKey).
func Open(ctx context.Context, d *db.DB, key *seal.Key) (*Registry, error) {
	if err := d.Migrate(ctx, "registry", schema); err != nil {
		return nil, err
	}
	r := &Registry{db: d, key: key, seed: maphash.MakeSeed()}
	r.forget()
	if err := d.Write(ctx, func(tx *db.Tx) error { return claimKey(ctx, tx, int64(key.ID())) }); err != nil {
		if errors.Is(err, ErrKey) {
			return nil, fmt.Errorf("%w：%s 中的身份信息是用另一个密钥封存的。请把原来的密钥文件放回数据目录；没有它，这些身份信息无法打开", err, d.Where())
		}
		return nil, err
	}
	return r, nil
}

// Blind returns an id for an identity that comes without a code: equal for equal
// values, and telling nothing about them without the key.
func (r *Registry) Blind(value string) string {
	return fmt.Sprintf("%x", r.key.Blind("id", value)[:8])
}

// forget drops what is pending and known.
func (r *Registry) forget() {
	r.pending = map[Subject]map[string]string{}
	r.known = map[uint64]uint64{}
}
