package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/facts/registry"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/seal"
)

// home is everything that lies under --home.
type home struct {
	dir       string
	db        *db.DB
	lake      *lake.Lake
	ring      *seal.Ring
	registry  *registry.Registry
	knowledge *knowledge.Store
}

// openDB opens the database of the home, which is made where it is not there yet, with
// its journal, and sets it to the home's clock.
func openDB(ctx context.Context, all *cli) (*db.DB, error) {
	d, err := db.Open(ctx, all.Home)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(journal.Prepare(ctx, d), practise(ctx, d, all.PracticeClock)); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// withDB runs f on the database of the home that --home names, which must be there.
func withDB(ctx context.Context, all *cli, f func(*db.DB) error) error {
	if err := mustExist(all.Home); err != nil {
		return err
	}
	d, err := openDB(ctx, all)
	if err != nil {
		return err
	}
	defer d.Close()
	return f(d)
}

// openHome opens the home, creating what is not there yet.
func openHome(ctx context.Context, all *cli, buckets int) (*home, error) {
	d, err := openDB(ctx, all)
	if err != nil {
		return nil, err
	}
	return openRooms(ctx, all.Home, d, buckets)
}

// openRooms opens the rooms of a home over its database.
func openRooms(ctx context.Context, dir string, d *db.DB, buckets int) (h *home, err error) {
	h = &home{dir: dir, db: d}
	if h.lake, err = lake.Open(ctx, d, filepath.Join(dir, "lake"), claim.Tables, lake.Options{Buckets: buckets}); err != nil {
		return nil, err
	}
	if h.ring, err = openRing(dir); err != nil {
		return nil, err
	}
	if h.registry, err = registry.Open(ctx, d, h.ring); err != nil {
		return nil, err
	}
	if h.knowledge, err = knowledge.Open(ctx, d, dir); err != nil {
		return nil, err
	}
	if err = rule.Prepare(ctx, d); err != nil {
		return nil, err
	}
	return h, nil
}

// openRing opens the data keys of the home with its key file, creating both where
// they are not there yet.
func openRing(dir string) (*seal.Ring, error) {
	key, err := seal.OpenKey(filepath.Join(dir, "key"))
	if err != nil {
		return nil, err
	}
	return seal.OpenRing(filepath.Join(dir, "ring"), key)
}

func (h *home) Close() { h.db.Close() }

// mustExist refuses a home that is not there, so that a mistyped --home is not
// taken for an empty one.
func mustExist(dir string) error {
	if _, err := os.Stat(dir); err != nil {
		return fmt.Errorf("数据文件夹 %s 不存在：请先用 yiheng intake 接收数据，或用 --home（或 YIHENG_HOME）指明位置", dir)
	}
	return nil
}
