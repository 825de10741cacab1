package lake

import (
	"context"
	"runtime"
	"testing"
)

// judged are the columns that judging fee lines reads.
var judged = []string{
	"psn_no", "bkkp_sn", "mdtrt_id", "setl_id", "fee_ocur_time", "rx_drord_no", "fixmedins_code", "med_list_codg", "hilist_code",
	"hilist_name", "list_type", "cnt", "pric", "det_item_fee_sumamt", "inscp_amt", "fulamt_ownpay_amt", "overlmt_selfpay",
	"preselfpay_amt", "bilg_dept_codg", "bilg_dr_code", "hosp_appr_flag", "vali_flag", "crte_time", "updt_time", ColSource,
}

// BenchmarkAppend measures sorting and writing: one operation is 500,000 lines of 82
// columns over three months and 16 buckets.
func BenchmarkAppend(b *testing.B) {
	home := b.TempDir()
	l, err := Open(context.Background(), testDB(b, home), home+"/lake", []*Table{feeTable}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	batch := feeBatch("0000000000000001", 1, 500_000, 3, 0)
	runtime.GC()
	b.ResetTimer()
	var rows, bytes int64
	for b.Loop() {
		w, err := l.Begin(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Append(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
		for _, f := range w.targets["fee_list_d"].files {
			rows += f.Rows
			bytes += f.Bytes
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(bytes)/float64(rows), "bytes/row")
}

// BenchmarkRead measures reading and decoding the 25 columns that judging needs, on
// one core.
func BenchmarkRead(b *testing.B) {
	home := b.TempDir()
	l, err := Open(context.Background(), testDB(b, home), home+"/lake", []*Table{feeTable}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	w, err := l.Begin(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	if err := w.Append(context.Background(), feeBatch("0000000000000001", 1, 500_000, 1, 0)); err != nil {
		b.Fatal(err)
	}
	values := 0
	for b.Loop() {
		for _, f := range w.targets["fee_list_d"].files {
			values += readColumns(b, f.Path, judged)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(values), "ns/value")
	b.ReportMetric(float64(values/len(judged))/b.Elapsed().Seconds(), "rows/s")
}

func readColumns(b testing.TB, path string, names []string) (values int) {
	r, err := OpenFile(path, feeTable)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	for i := range r.Blocks() {
		block := r.Block(i)
		for _, name := range names {
			if _, err := block.Col(name); err != nil {
				b.Fatal(err)
			}
			values += block.Rows()
		}
		block.Close()
	}
	return values
}

// BenchmarkCompact measures merging: one operation is 480,000 lines of 82 columns in
// 8 files for each of 16 buckets.
func BenchmarkCompact(b *testing.B) {
	home := b.TempDir()
	l, err := Open(context.Background(), testDB(b, home), home+"/lake", []*Table{feeTable}, Options{})
	if err != nil {
		b.Fatal(err)
	}
	var batches []*Batch
	for i := range 8 {
		batches = append(batches, feeBatch(id(i), uint64(i), 60_000, 1, i*60_000))
	}
	rows := 0
	for b.Loop() {
		b.StopTimer()
		var old []string
		for i, batch := range batches {
			batch.Source = id(b.N*100 + rows + i)
			intake(b, l, batch)
			old = append(old, batch.Source)
		}
		b.StartTimer()
		c, err := l.Compact(context.Background(), "fee_list_d", 1)
		if err != nil || c.After != 16 {
			b.Fatal(c, err)
		}
		b.StopTimer()
		intake(b, l, &Batch{Table: feeTable, Source: id(900_000_000 + rows), Cols: make([]*Vector, len(feeTable.Columns))}, old...)
		if _, err := l.Compact(context.Background(), "fee_list_d", 1); err != nil {
			b.Fatal(err)
		}
		rows += 480_000
		b.StartTimer()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
