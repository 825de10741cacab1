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
	// ErrKey is wrapped by the error of Open when the key file or the ring is not the
	// one that sealed the identities of this database.
	ErrKey = errors.New("密钥文件与数据库不匹配")
	// ErrField is wrapped by the error of Find for a field without an index.
	ErrField = errors.New("该字段不能检索")
)

// Registry keeps the identities of a home. It is safe for concurrent use.
type Registry struct {
	db   *db.DB
	ring *seal.Ring

	mu      sync.Mutex
	pending map[Subject]map[string]string // kept and not yet written
	known   map[uint64]uint64             // subject with names of fields → values last kept
	seed    maphash.Seed

	writing sync.Mutex // held while pending identities are written, so that a later value stays the later

	resealing sync.Mutex
	resealed  int64 // identities up to this n are sealed with the newest key, as far as Reseal has seen
}

// Subject is whom an identity belongs to.
type Subject struct {
	Kind string // psn an insured person, dr a doctor, opter a clerk, medins an institution …
	ID   string // psn_no, code of the doctor …
}

// Open opens the registry in d, whose identities ring seals. Those that its master,
// the key file, sealed itself before there was a ring open as they are: see Reseal.
// It refuses other keys than those that sealed what is there (ErrKey).
func Open(ctx context.Context, d *db.DB, ring *seal.Ring) (*Registry, error) {
	if err := d.Migrate(ctx, "registry", schema); err != nil {
		return nil, err
	}
	r := &Registry{db: d, ring: ring, seed: maphash.MakeSeed()}
	r.forget()
	err := d.Write(ctx, func(tx *db.Tx) error { return claimKey(ctx, tx, int64(ring.ID())) })
	if err == nil {
		err = r.checkRing(ctx)
	}
	if errors.Is(err, ErrKey) {
		return nil, fmt.Errorf("%w：%s 中的身份信息是用另一个密钥封存的。请把原来的密钥文件（key）和数据密钥文件（ring）放回数据目录；没有它们，这些身份信息无法打开", err, d.Where())
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// checkRing opens the first and the last identity, ErrKey when the ring lacks their key.
func (r *Registry) checkRing(ctx context.Context) error {
	for _, order := range []string{"n", "n DESC"} {
		rows, err := readFirst(ctx, r.db, order)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if _, err := r.unseal(Subject{row.Kind, row.ID}, row.Sealed); errors.Is(err, seal.ErrKey) {
				return ErrKey
			}
		}
	}
	return nil
}

// Blind returns an id for an identity that comes without a code: equal for equal
// values, and telling nothing about them without the key.
func (r *Registry) Blind(value string) string {
	return fmt.Sprintf("%x", r.ring.Blind("id", value)[:8])
}

// forget drops what is pending and known.
func (r *Registry) forget() {
	r.pending = map[Subject]map[string]string{}
	r.known = map[uint64]uint64{}
}
