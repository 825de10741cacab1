package db

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

const (
	// writeLock is the advisory lock that makes writes of all processes run one
	// after another, as SQLite does; migrateLock does so for migrations.
	writeLock   = 0x5969_6865_6e67_0001
	migrateLock = 0x5969_6865_6e67_0002

	connectTimeout = 10 * time.Second
)

// connections is how many a process has open to a server at once.
const connections = 16

// openPostgres connects to the database that the URL names.
func openPostgres(ctx context.Context, home, setting string) (*DB, error) {
	config, err := pgx.ParseConfig(setting)
	if err != nil {
		// The parser's own text may quote the password: it is left out.
		return nil, problemf(nil, "环境变量 %s 不是完整的 PostgreSQL 地址：%q。应写成 postgres://用户:口令@主机:5432/库名", Setting, redact(setting))
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectTimeout
	}
	// bun writes values into the statement itself: preparing each would only fill a cache.
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	config.RuntimeParams["timezone"] = "UTC"
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "yiheng"
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(readUTC))
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections) // to open one anew costs more than most questions
	pool.SetConnMaxIdleTime(5 * time.Minute)
	d := &DB{
		DB:     bun.NewDB(pool, pgdialect.New()),
		driver: Postgres,
		where:  fmt.Sprintf("PostgreSQL %s:%d/%s", config.Host, config.Port, config.Database),
		home:   home,
	}
	if err := d.PingContext(ctx); err != nil {
		_ = d.Close()
		return nil, d.explainConnect(err)
	}
	return d, nil
}

// readUTC lets instants come back as they were stored, in UTC, whatever the
// machine's time zone: SQLite gives them so, and rows that are hashed depend on it.
func readUTC(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID,
		Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	return nil
}
