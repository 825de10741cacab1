package dbtest

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

const install = "PostgreSQL's server programs (initdb, postgres) are not installed: apt-get install -y postgresql, or set YIHENG_NO_PG=1 to leave these tests out"

// server is the one server of a test binary. It is started by the first test that
// asks and ends with the test binary: see start.
var server struct {
	once      sync.Once
	url       string // of its database postgres, "%s" standing for the database
	err       error
	databases atomic.Int64
}

// PostgresURL creates an empty database on the private server and returns its
// postgres:// address. The database is dropped when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	if os.Getenv("YIHENG_NO_PG") == "1" {
		t.Skip("YIHENG_NO_PG=1: not run on PostgreSQL")
	}
	server.once.Do(func() { server.url, server.err = start() })
	if server.err != nil {
		t.Fatal(server.err)
	}
	name := fmt.Sprintf("test_%d", server.databases.Add(1))
	administer(t, "CREATE DATABASE "+name+" TEMPLATE template0")
	t.Cleanup(func() { administer(t, "DROP DATABASE "+name+" WITH (FORCE)") })
	return fmt.Sprintf(server.url, name)
}

func administer(t testing.TB, statement string) {
	t.Helper()
	pool, err := sql.Open("pgx", fmt.Sprintf(server.url, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

// start makes a cluster in a folder of its own and runs the server on a free port
// of the loopback interface. A shell holds the server: it waits on a pipe whose
// other end is this process's, so that the server stops and its folder goes when
// the test binary ends, however it ends.
func start() (string, error) {
	programs, err := findPrograms()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "yiheng-pg-")
	if err != nil {
		return "", err
	}
	account, err := unprivileged(dir)
	if err != nil {
		return "", err
	}
	port, err := freePort()
	if err != nil {
		return "", err
	}
	const script = `
trap '' INT TERM HUP
cd "$1" || exit 1
"$2/initdb" -D data -U yiheng --auth=trust --encoding=UTF8 --locale=C --no-sync >init.log 2>&1 || { cat init.log; rm -rf "$1"; exit 1; }
"$2/postgres" -D data -p "$3" -k "" -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off \
	-c synchronous_commit=off -c shared_buffers=64MB -c max_connections=60 >server.log 2>&1 &
server=$!
cat >/dev/null
kill -INT $server
wait $server
rm -rf "$1"
`
	holder := exec.Command("/bin/sh", "-c", script, "sh", dir, programs, strconv.Itoa(port))
	holder.SysProcAttr = &syscall.SysProcAttr{Credential: account, Setpgid: true}
	var output bytes.Buffer
	holder.Stdout = &output
	hold, err := holder.StdinPipe() // closed by the end of this process, never before
	if err != nil {
		return "", err
	}
	if err := holder.Start(); err != nil {
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- holder.Wait() }()
	url := fmt.Sprintf("postgres://yiheng@127.0.0.1:%d/%%s?sslmode=disable", port)
	if err := await(fmt.Sprintf(url, "postgres"), ended); err != nil {
		_ = hold.Close()
		log, _ := os.ReadFile(filepath.Join(dir, "server.log"))
		return "", fmt.Errorf("private PostgreSQL server did not start: %w\n%s%s", err, output.String(), log)
	}
	return url, nil
}

// await returns when the server answers, or has ended, or a minute has passed.
func await(url string, ended <-chan error) error {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	defer pool.Close()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if err = pool.Ping(); err == nil {
			return nil
		}
		select {
		case exit := <-ended:
			return errors.Join(errors.New("its process ended"), exit)
		default:
		}
		if time.Now().After(deadline) {
			return err
		}
	}
}

// findPrograms returns the folder of initdb: on the PATH, or Debian's newest.
func findPrograms() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errors.New(install)
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(strings.Split(path, "/")[4])
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

// unprivileged returns the account to run as and gives it dir. The server refuses
// root: root becomes "postgres" or "nobody"; anyone else stays who he is.
func unprivileged(dir string) (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, _ := strconv.Atoi(account.Uid)
		gid, _ := strconv.Atoi(account.Gid)
		if err := os.Chown(dir, uid, gid); err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("no account postgres or nobody to run the private PostgreSQL server as")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// Database creates an empty database on the private server, for a program that
// measures, and returns its address; the database goes with the server. The error says what to install.
func Database() (string, error) {
	server.once.Do(func() { server.url, server.err = start() })
	if server.err != nil {
		return "", server.err
	}
	pool, err := sql.Open("pgx", fmt.Sprintf(server.url, "postgres"))
	if err != nil {
		return "", err
	}
	defer pool.Close()
	name := fmt.Sprintf("measured_%d", server.databases.Add(1))
	_, err = pool.Exec("CREATE DATABASE " + name + " TEMPLATE template0")
	return fmt.Sprintf(server.url, name), err
}
