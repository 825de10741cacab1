package main

import (
	"context"
	"path/filepath"
	"slices"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/db"
)

// city is a home with its newest epoch.
type city struct {
	home    string
	epoch   lake.Epoch
	live    []lake.Source
	retired []string // tags of sources whose rows are on disk and do not count
	files   map[string][]lake.File
}

// openLake opens the lake of a home.
func openLake(ctx context.Context, home string) (*db.DB, *lake.Lake, error) {
	d, err := db.Open(ctx, home)
	if err != nil {
		return nil, nil, err
	}
	l, err := lake.Open(ctx, d, filepath.Join(home, "lake"), claim.Tables, lake.Options{})
	return d, l, err
}

// look reads what the newest epoch of a home holds from a month on.
func look(ctx context.Context, home string, fromMonth int) (*city, error) {
	d, l, err := openLake(ctx, home)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	c := &city{home: home, files: make(map[string][]lake.File)}
	if c.epoch, err = l.Epoch(ctx, 0); err != nil {
		return nil, err
	}
	if c.live, err = l.Sources(ctx, c.epoch.ID); err != nil {
		return nil, err
	}
	for e := int64(1); e < c.epoch.ID; e++ {
		earlier, err := l.Sources(ctx, e)
		if err != nil {
			return nil, err
		}
		for _, s := range earlier {
			if !slices.ContainsFunc(c.live, func(x lake.Source) bool { return x.Tag == s.Tag }) && !slices.Contains(c.retired, s.Tag) {
				c.retired = append(c.retired, s.Tag)
			}
		}
	}
	for _, t := range claim.Tables {
		if c.files[t.Name], err = l.Files(ctx, c.epoch, t.Name, fromMonth); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// size returns the rows and bytes of a table, of all tables for "".
func (c *city) size(table string) (rows, bytes int64) {
	for name, files := range c.files {
		if table != "" && name != table {
			continue
		}
		for _, f := range files {
			rows += f.Rows
			bytes += f.Bytes
		}
	}
	return rows, bytes
}
