package db

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// problem is an error that a user can act on: Chinese text, with the cause kept
// for errors.Is and errors.As.
type problem struct {
	text  string
	cause error
}

func (p *problem) Error() string {
	if p.cause == nil || errors.Is(p.cause, ErrNewer) {
		return p.text
	}
	return p.text + "：" + p.cause.Error()
}

func (p *problem) Unwrap() error { return p.cause }

func problemf(cause error, format string, args ...any) error {
	return &problem{text: fmt.Sprintf(format, args...), cause: cause}
}

// homeProblem says why the home cannot be used and what to do.
func homeProblem(home string, cause error) error {
	var advice string
	switch {
	case errors.Is(cause, syscall.ENOSPC):
		advice = "磁盘已满。请清理空间，或用 --home（环境变量 YIHENG_HOME）换到另一块磁盘"
	case errors.Is(cause, syscall.EROFS):
		advice = "所在文件系统是只读的。请重新挂载为可写，或用 --home（环境变量 YIHENG_HOME）换一个目录"
	case errors.Is(cause, syscall.ENOTDIR):
		advice = "路径中有一段是文件而不是目录。请改正 --home（环境变量 YIHENG_HOME）"
	case errors.Is(cause, fs.ErrPermission):
		advice = "没有写权限。请检查目录的属主和权限，或用 --home（环境变量 YIHENG_HOME）换一个目录"
	default:
		advice = "请检查该路径，或用 --home（环境变量 YIHENG_HOME）换一个目录"
	}
	return problemf(cause, "数据目录 %s 无法写入：%s", home, advice)
}

// explain turns the errors of a database that a user can do something about into
// a problem; other errors come back as they are.
func (d *DB) explain(err error) error {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		if advice := sqliteAdvice(lite.Code()); advice != "" {
			return problemf(err, "数据库 %s：%s", d.where, advice)
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		if advice := postgresAdvice(pg.Code); advice != "" {
			return problemf(err, "数据库 %s：%s", d.where, advice)
		}
	}
	var unreachable *pgconn.ConnectError
	if errors.As(err, &unreachable) {
		return d.explainConnect(err)
	}
	return err
}

// sqliteAdvice takes the extended result code, whose low byte is the primary one.
func sqliteAdvice(code int) string {
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return "磁盘已满，这次写入已全部撤销。请清理空间后重做"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "另一个 yiheng 进程正在写入，等待 30 秒后放弃。请等它结束后重做"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return "文件或所在目录不可写。请检查属主、权限和文件系统是否只读"
	case sqlite3.SQLITE_NOTADB:
		return "这不是 SQLite 数据库文件。请移走它，或从备份恢复"
	case sqlite3.SQLITE_CORRUPT:
		return "数据库文件已损坏。请从备份恢复，不要继续写入"
	case sqlite3.SQLITE_IOERR:
		return "读写磁盘失败。请检查磁盘和文件系统"
	}
	return ""
}

func postgresAdvice(code string) string {
	switch {
	case strings.HasPrefix(code, "53"):
		return "服务器资源不足（磁盘、内存或连接数），这次写入已全部撤销。请处理后重做"
	case code == "25006":
		return "连到的是只读副本。请把 " + Setting + " 指向主库"
	case code == "42501":
		return "该用户没有所需权限。请授予该库的建表和读写权限"
	case strings.HasPrefix(code, "57P"):
		return "服务器正在停止或重启，这次写入已全部撤销。请稍后重做"
	}
	return ""
}

// explainConnect says why the server did not take the connection.
func (d *DB) explainConnect(err error) error {
	advice := "连不上服务器。请确认 PostgreSQL 已启动、地址和端口正确、网络可达（环境变量 " + Setting + "）"
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case strings.HasPrefix(pg.Code, "28"):
			advice = "用户名或口令不被接受。请检查环境变量 " + Setting + " 和服务器的 pg_hba.conf"
		case pg.Code == "3D000":
			advice = "库不存在。请先在服务器上建库（createdb），或改正环境变量 " + Setting
		case strings.HasPrefix(pg.Code, "53"):
			advice = "服务器连接数已满。请稍后重试，或调大 max_connections"
		}
	}
	return problemf(err, "%s：%s", d.where, advice)
}

// redact takes the password out of a database address; an address that cannot be
// taken apart is not shown at all.
func redact(setting string) string {
	u, err := url.Parse(setting)
	if err != nil || u.Host == "" {
		return "…"
	}
	return u.Redacted()
}
