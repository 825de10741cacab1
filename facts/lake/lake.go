package lake

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/apache/iceberg-go"
	catalog "github.com/apache/iceberg-go/catalog/sql"
	"github.com/uptrace/bun"
	"github.com/zeebo/xxh3"

	"yiheng/ground/db"
)

//go:embed schema/*.sql
var schema embed.FS

const (
	defaultBuckets = 16
	maxBuckets     = 1 << 12

	// hashName names how a person's bucket is found: XXH3, 64 bits, seed 0, of the
	// bytes of the person's number, modulo the number of buckets. It is kept with
	// the lake, since another hash would send a person's rows elsewhere.
	hashName = "xxh3-64"
)

// Options are the choices of a lake's creation; later they are ignored.
type Options struct {
	Buckets int // number of person buckets, 1–4096; 0: 16
}

// Lake is the detail rows of one home. It is safe for concurrent use, also by
// several processes: writers lock their tables, readers lock nothing.
type Lake struct {
	db      *db.DB
	dir     string // absolute
	tables  map[string]*Table
	buckets int
	catalog *catalog.Catalog
}

// setting is a fact about the lake that is fixed at its creation.
type setting struct {
	bun.BaseModel `bun:"table:lake_setting"`

	Name  string `bun:",pk"`
	Value string
}

// Open opens the lake in dir, which is created on first use, with its catalogue in
// d. Columns may be added at the end of a table; an existing column's name, kind
// and place are fixed.
func Open(ctx context.Context, d *db.DB, dir string, tables []*Table, o Options) (*Lake, error) {
	if o.Buckets == 0 {
		o.Buckets = defaultBuckets
	}
	if o.Buckets < 1 || o.Buckets > maxBuckets {
		return nil, fmt.Errorf("分桶数 %d 不可用，应在 1 到 %d 之间", o.Buckets, maxBuckets)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, explain(err, "打开明细湖", dir)
	}
	if err := os.MkdirAll(filepath.Join(dir, lockDir), 0o700); err != nil {
		return nil, explain(err, "创建明细湖", dir)
	}
	if err := d.Migrate(ctx, "lake", schema); err != nil {
		return nil, err
	}
	l := &Lake{db: d, dir: dir, tables: make(map[string]*Table, len(tables))}
	for _, t := range tables {
		l.tables[t.Name] = t
	}
	if err := l.settle(ctx, o); err != nil {
		return nil, err
	}
	dialect := catalog.SQLite
	if d.Driver() == db.Postgres {
		dialect = catalog.Postgres
	}
	l.catalog, err = catalog.NewCatalog(catalogName, d.SQL(), dialect, iceberg.Properties{"init_catalog_tables": "false"})
	return l, err
}

// settle writes the settings of a new lake, or reads those of an existing one.
func (l *Lake) settle(ctx context.Context, o Options) error {
	read := func(r db.Reader) (map[string]string, error) {
		var rows []setting
		err := r.NewSelect().Model(&rows).Scan(ctx)
		m := make(map[string]string, len(rows))
		for _, s := range rows {
			m[s.Name] = s.Value
		}
		return m, err
	}
	have, err := read(l.db)
	if err != nil {
		return err
	}
	if len(have) == 0 {
		err = l.db.Write(ctx, func(tx *db.Tx) error {
			if have, err = read(tx); err != nil || len(have) > 0 {
				return err
			}
			have = map[string]string{"buckets": strconv.Itoa(o.Buckets), "hash": hashName}
			for name, value := range have {
				if _, err := tx.NewInsert().Model(&setting{Name: name, Value: value}).Exec(ctx); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if have["hash"] != hashName {
		return fmt.Errorf("明细湖 %s 用 %q 分桶，本程序只认识 %q：请换用更新版本的 yiheng", l.dir, have["hash"], hashName)
	}
	l.buckets, err = strconv.Atoi(have["buckets"])
	return err
}

// Buckets returns the number of person buckets, fixed at the lake's creation.
func (l *Lake) Buckets() int { return l.buckets }

// Bucket returns the bucket of a person: XXH3 (64 bits, seed 0) of psnNo modulo
// Buckets. An unknown person ("") is in bucket 0.
func (l *Lake) Bucket(psnNo string) int {
	if psnNo == "" {
		return 0
	}
	return int(xxh3.HashString(psnNo) % uint64(l.buckets))
}

// Tables returns the names of the tables, sorted.
func (l *Lake) Tables() []string { return slices.Sorted(maps.Keys(l.tables)) }

// table returns the definition of the named table.
func (l *Lake) table(name string) (*Table, error) {
	if t := l.tables[name]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("lake: no table %q", name)
}
