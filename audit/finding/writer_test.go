package finding

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func mustGive(t *testing.T, o Options, findings []*Finding) (dir string, run *Run) {
	t.Helper()
	dir = t.TempDir()
	run, err := give(dir, o, slices.Values(findings))
	if err != nil {
		t.Fatal(err)
	}
	return dir, run
}

// columnsOnly returns f without what the files do not carry.
func columnsOnly(f *Finding) *Finding {
	g := *f
	g.DeptName, g.DrCode, g.EvidenceOrgs, g.Others = "", "", nil, nil
	return &g
}

func TestWriterRoundTrip(t *testing.T) {
	want := collect(sampleFindings(5000, 3, 20))
	dir, run := mustGive(t, Options{}, want)

	var names []string
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{csvName, parquetName, workbookName, reportName, summaryName, "H42010000003.xlsx"} {
		if !slices.Contains(names, name) {
			t.Errorf("there is no %s among %q", name, names)
		}
	}
	if slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, ".") || strings.HasPrefix(n, "spool") }) {
		t.Errorf("temporary files are left: %q", names)
	}

	f, err := os.Open(filepath.Join(dir, csvName))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for file, read := range map[string]func(func(*Finding, error) bool){
		csvName: ReadCSV(f), parquetName: ReadParquet(filepath.Join(dir, parquetName)),
	} {
		n := 0
		for got, err := range read {
			if err != nil {
				t.Fatal(err)
			}
			give := want[n]
			if file == csvName {
				give = columnsOnly(give)
			}
			if !reflect.DeepEqual(got, give) {
				t.Fatalf("%s: finding %d\n got %+v\nwant %+v", file, n, got, give)
			}
			n++
		}
		if n != len(want) {
			t.Errorf("%s: %d findings, want %d", file, n, len(want))
		}
	}

	s, err := os.Open(filepath.Join(dir, summaryName))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	again, err := ReadSummary(s)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, run) {
		t.Errorf("summary.json does not read back:\n got %+v\nwant %+v", again, run)
	}
}

func TestWriterLeavesNothingHalf(t *testing.T) {
	dir := t.TempDir()
	w, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for f := range sampleFindings(2000, 2, 3) {
		if err := w.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrBusy) {
		t.Errorf("a second writer gets %v, want ErrBusy", err)
	}
	// What a killed process would leave: the folder of temporary files.
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), stagingPrefix) {
			t.Errorf("%s stands under a final name before Close", e.Name())
		}
	}
	left := filepath.Join(dir, stagingPrefix+"killed")
	if err := os.Mkdir(left, 0o755); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if err := w.Add(&Finding{}); err == nil {
		t.Error("Add works after Abort")
	}
	if _, err := give(dir, Options{}, sampleFindings(10, 2, 3)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what a killed run left is still there: %v", err)
	}
}

func TestWriterPublishesWhatStandsBeside(t *testing.T) {
	dir := t.TempDir()
	w, err := Open(dir, Options{NoWorkbooks: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(w.Beside("certificates.ndjson"), []byte("{}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	final := filepath.Join(dir, "certificates.ndjson")
	if _, err := os.Stat(final); err == nil {
		t.Error("the file has its final name before Close")
	}
	if err := w.Close(sampleRun(), nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(final); err != nil {
		t.Error(err)
	}
}

func TestWriterReplacesAnEarlierRun(t *testing.T) {
	dir := t.TempDir()
	if _, err := give(dir, Options{}, sampleFindings(200, 2, 9)); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(dir, institutionsDir, "申诉材料.pdf")
	if err := os.WriteFile(kept, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := give(dir, Options{NoWorkbooks: true}, sampleFindings(0, 2, 9)); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(left, []string{kept}) {
		t.Errorf("institutions holds %q, want only the file that is not ours", left)
	}
	if _, err := os.Stat(filepath.Join(dir, workbookName)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the workbook of the earlier run is still there")
	}
}

func TestOpenSaysWhatToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, dir, want string }{
		{"a file", file, "不是目录"},
		{"below a file", filepath.Join(file, "out"), "不是目录"},
		{"no such place", "/proc/none/out", "写入失败"},
	} {
		_, err := Open(c.dir, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), c.dir) {
			t.Errorf("%s: %v, want the folder and %q", c.name, err, c.want)
		}
	}
}

// Disk full: /dev/full takes no byte.
func TestWriterOnAFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Log("left out: this system has no /dev/full")
		return
	}
	w, err := Open(t.TempDir(), Options{NoWorkbooks: true})
	if err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.csv.buffer.Reset(full)
	for f := range sampleFindings(20_000, 3, 3) {
		if err = w.Add(f); err != nil {
			break
		}
	}
	if err == nil {
		err = w.Close(sampleRun(), nil)
	}
	if err == nil || !strings.Contains(err.Error(), "磁盘已满") {
		t.Errorf("a full disk gives %v", err)
	}
	if closed := w.Close(sampleRun(), nil); closed == nil {
		t.Error("Close succeeds after a failure")
	}
	if left, _ := os.ReadDir(w.dir); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

func TestWriterMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Log("left out: short")
		return
	}
	// The least that is in use while the second half is written: what is kept, without
	// what just passes through.
	held := func(n int) uint64 {
		w, err := Open(t.TempDir(), Options{spillMemory: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		var m runtime.MemStats
		least, i := uint64(math.MaxUint64), 0
		for f := range sampleFindings(n, 3, 50) {
			if err := w.Add(f); err != nil {
				t.Fatal(err)
			}
			if i++; i > n/2 && i%10_000 == 0 {
				runtime.GC()
				runtime.ReadMemStats(&m)
				least = min(least, m.HeapAlloc)
			}
		}
		if err := w.Close(sampleRun(), nil); err != nil {
			t.Fatal(err)
		}
		return least
	}
	small, large := held(20_000), held(100_000)
	t.Logf("heap in use: 20,000 findings %d MB, 100,000 findings %d MB", small>>20, large>>20)
	if large > small+(24<<20) {
		t.Errorf("memory grows with the findings: %d → %d bytes", small, large)
	}
}

func BenchmarkWriter(b *testing.B) {
	for _, c := range []struct {
		n, lines, orgs int
		o              Options
	}{
		{100_000, 3, 300, Options{}},
		{100_000, 3, 2000, Options{}},
		{100_000, 3, 2000, Options{NoWorkbooks: true}},
	} {
		b.Run(fmt.Sprintf("findings=%d/institutions=%d/workbooks=%v", c.n, c.orgs, !c.o.NoWorkbooks), func(b *testing.B) {
			findings := collect(sampleFindings(c.n, c.lines, c.orgs))
			for b.Loop() {
				if _, err := give(b.TempDir(), c.o, slices.Values(findings)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(c.n)*float64(b.N)/b.Elapsed().Seconds(), "findings/s")
		})
	}
}
