package journal

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

// TestKilled kills processes that write as fast as they can: what they were told
// is written is there, and the journal verifies with the rows.
func TestKilled(t *testing.T) {
	if home := os.Getenv("JOURNAL_TEST_HOME"); home != "" {
		writeUntilKilled(t, home, os.Getenv("JOURNAL_TEST_DB"))
		return
	}
	for _, driver := range []string{db.SQLite, db.Postgres} {
		t.Run(driver, func(t *testing.T) {
			home, setting := t.TempDir(), ""
			if driver == db.Postgres {
				setting = dbtest.PostgresURL(t)
			}
			d, err := db.OpenAt(ctx, home, setting)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			o := openIn(t, d, home)
			acknowledged := int64(-1)
			for range 6 {
				acknowledged = max(acknowledged, killed(t, home, setting))
			}
			r := o.verified(t)
			if len(r.Problems) > 0 || r.Entries <= acknowledged || acknowledged < 6 {
				t.Errorf("acknowledged to %d; %+v", acknowledged, r)
			}
			t.Logf("%d entries, %d signed, acknowledged to %d", r.Entries, r.Signed, acknowledged)
			o.fill(t, 3)
			o.sign(t)
			o.wantClean(t, r.Entries+3, r.Entries+3)
		})
	}
}

// killed starts a writer, kills it after some entries, and returns the last one that
// it said was written.
func killed(t *testing.T, home, setting string) (last int64) {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), "JOURNAL_TEST_HOME="+home, "JOURNAL_TEST_DB="+setting)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	last = -1
	for n := 0; lines.Scan(); n++ {
		if last, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
			t.Fatalf("the writer says %q", lines.Text())
		}
		if n == 2 {
			time.AfterFunc(time.Duration(rand.IntN(40))*time.Millisecond, func() { _ = child.Process.Kill() })
		}
	}
	if err := child.Wait(); err == nil || child.ProcessState.Exited() {
		t.Fatalf("the writer was not killed: %v", err)
	}
	return last
}

func writeUntilKilled(t *testing.T, home, setting string) {
	d, err := db.OpenAt(ctx, home, setting)
	if err != nil {
		t.Fatal(err)
	}
	l, err := Open(ctx, d, home)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		var index int64
		if err := d.Write(ctx, func(tx *db.Tx) (err error) {
			if err = decide(tx, fmt.Sprintf("YD%d", i%7), int64(i)); err != nil {
				return err
			}
			index, err = size(ctx, tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		fmt.Println(index - 1)
		if i%4 == 3 {
			if _, err := l.Checkpoint(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
}
