// Package accesstest opens a small access room for a test and walks the matrix of
// all rights.
package accesstest

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/seal"
)

// Cost is a hash that costs next to nothing, for tests.
var Cost = access.HashCost{Memory: 64, Passes: 1, Lanes: 1}

// Policy is the default policy with hashes that cost next to nothing.
func Policy() access.Policy {
	p := access.DefaultPolicy()
	p.Hash = Cost
	return p
}

// Ring opens a ring in a home of its own.
func Ring(t testing.TB) *seal.Ring {
	t.Helper()
	home := t.TempDir()
	key, err := seal.OpenKey(filepath.Join(home, "seal.key"))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := seal.OpenRing(filepath.Join(home, "data.keys"), key)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// Open opens the room in d with Policy and a ring of its own.
func Open(t testing.TB, d *db.DB) *access.Access {
	t.Helper()
	a, err := access.Open(context.Background(), d, Ring(t), Policy())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Grantor starts the installation and returns its security officer, who may grant
// everywhere.
func Grantor(t testing.TB, d *db.DB, a *access.Access, at time.Time) *access.Actor {
	t.Helper()
	ctx := context.Background()
	var officer *access.Actor
	err := Write(d, at, func(tx *db.Tx) error {
		if _, _, err := a.FirstStart(ctx, tx); err != nil {
			return err
		}
		admin, err := a.ActorOf(ctx, tx, "RY000001", at)
		if err != nil {
			return err
		}
		admin.SecondFactor = true
		own := access.Organisation{Code: "GRANTOR", Kind: access.Agency, Name: "安全保密", Region: "999999"}
		if err := a.AddOrganisation(ctx, tx, own); err != nil {
			return err
		}
		id, err := a.AddPerson(ctx, tx, "grantor", own.Code, access.Identity{Name: "保密员"})
		if err != nil {
			return err
		}
		if _, err := a.Appoint(ctx, tx, admin, access.Grant{Holder: id, Role: access.SecurityOfficer}); err != nil {
			return err
		}
		officer, err = a.ActorOf(ctx, tx, id, at)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	officer.SecondFactor = true
	return officer
}

// Write writes at an instant.
func Write(d *db.DB, at time.Time, f func(tx *db.Tx) error) error {
	return d.Write(context.Background(), func(tx *db.Tx) error {
		tx.Now = at.UTC().Truncate(time.Microsecond)
		return f(tx)
	})
}

// Code is what an authenticator with the secret shows at an instant.
func Code(o access.OTP, at time.Time) string {
	mac := hmac.New(sha1.New, o.Secret)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/30)
	sum := mac.Sum(nil)
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[sum[19]&15:])&0x7fffffff%1000000)
}
