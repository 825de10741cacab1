package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"yiheng/demo"
	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// The city is written into the lake as several deliveries: most of the year; late
// files with lines of all its months; a file that was wrong, and the one that
// replaces it. Its first person is a very heavy one.
const (
	firstDelivery = "first"
	lateFile      = "late"
	wrongFile     = "wrong"
	rightFile     = "right"
)

// maker writes a city's rows.
type maker struct {
	ctx    context.Context
	w      *lake.Writer
	year   int // 0: the year that is screened; earlier years have keys of their own
	mu     sync.Mutex
	n      int
	late   []*lake.Batch
	right  *lake.Batch
	sample *lake.Batch
	rows   map[string]int64 // by source
}

// makeCity makes the home that is screened.
func (b *bench) makeCity(ctx context.Context) error {
	start := time.Now()
	d, l, err := openLake(ctx, b.home())
	if err != nil {
		return err
	}
	defer d.Close()
	m := &maker{ctx: ctx, rows: make(map[string]int64)}
	s, err := m.deliver(b, l, b.from, b.to, lake.Change{Add: m.sources(firstDelivery, wrongFile), Note: "the year as delivered"})
	if err != nil {
		return err
	}
	if err := m.deliverLate(ctx, l); err != nil {
		return err
	}
	b.people, b.sample = s.Persons, m.sample
	c, err := look(ctx, b.home(), 0)
	if err != nil {
		return err
	}
	lines, bytes := c.size("fee_list_d")
	all, allBytes := c.size("")
	b.report.add("city: fee lines in the lake", fmt.Sprint(lines), fmt.Sprintf("%s, %d files; 82 columns", size(bytes), len(c.files["fee_list_d"])))
	b.report.add("city: rows of all tables", fmt.Sprint(all), fmt.Sprintf("%s; persons %d, visits %d; made in %.0f s", size(allBytes), s.Persons, s.Visits, time.Since(start).Seconds()))
	b.report.add("city: late, wrong, replacing lines", fmt.Sprint(m.rows[lateFile]), fmt.Sprintf("%d wrong, replaced by %d; heaviest person %d lines", m.rows[wrongFile], m.rows[rightFile], b.heavy()))
	return nil
}

// deliver writes the persons' rows of some days and commits them.
func (m *maker) deliver(b *bench, l *lake.Lake, from, to calendar.Day, c lake.Change) (s demo.Summary, err error) {
	if m.w, err = l.Begin(m.ctx); err != nil {
		return s, err
	}
	defer m.w.Close()
	if s, err = m.write(b, l, from, to); err != nil {
		return s, err
	}
	_, err = m.w.Commit(m.ctx, c)
	return s, err
}

// delivery names the files of the year.
func (m *maker) delivery() string {
	if m.year == 0 {
		return firstDelivery
	}
	return firstDelivery + fmt.Sprint(m.year)
}

// heavy is how many lines the heaviest person has.
func (b *bench) heavy() int64 { return min(300_000, b.lines/100) }

// write makes the persons' rows of some days.
func (m *maker) write(b *bench, l *lake.Lake, from, to calendar.Day) (demo.Summary, error) {
	tables := make(map[string]*lake.Table)
	for _, t := range claim.Tables {
		tables[t.Name] = t
	}
	o := demo.Options{Lines: b.lines, Seed: b.seed, From: from, To: to, Heavy: b.heavy()}
	return demo.WriteRows(o, demo.Rows{
		Tables: tables, Source: func(table string) string { return sourceID(m.delivery(), table) }, Append: m.append,
		Buckets: l.Buckets(), Bucket: l.Bucket, BatchLines: int(max(5_000, b.lines/64)),
	}, nil)
}

func sourceID(delivery, table string) string { return delivery + "." + table }

// append writes a batch; of the year that is screened, a few batches of fee lines
// are kept to come late, and one is delivered wrong.
func (m *maker) append(b *lake.Batch) error {
	if m.year != 0 {
		rename(b, m.year)
		return m.w.Append(m.ctx, b)
	}
	if b.Table.Name == "fee_list_d" {
		m.mu.Lock()
		m.n++
		n := m.n
		switch n {
		case 10, 20, 30, 40:
			m.late = append(m.late, clone(b, sourceID(lateFile, b.Table.Name)))
			m.rows[lateFile] += int64(b.Rows)
		case 5:
			m.right = clone(b, sourceID(rightFile, b.Table.Name))
			m.sample = clone(b, "")
		}
		m.mu.Unlock()
		switch n {
		case 10, 20, 30, 40:
			return nil
		case 5:
			b = clone(b, sourceID(wrongFile, b.Table.Name))
			for _, name := range []string{"cnt", "det_item_fee_sumamt", "inscp_amt"} {
				for i := range b.Cols[b.Table.Col(name)].Ints {
					b.Cols[b.Table.Col(name)].Ints[i] *= 3
				}
			}
			m.rows[wrongFile] = int64(b.Rows)
		}
	}
	return m.w.Append(m.ctx, b)
}

// deliverLate is the second delivery.
func (m *maker) deliverLate(ctx context.Context, l *lake.Lake) error {
	w, err := l.Begin(ctx)
	if err != nil {
		return err
	}
	defer w.Close()
	m.rows[rightFile] = int64(m.right.Rows)
	for _, b := range append(m.late, m.right) {
		if err := w.Append(ctx, b); err != nil {
			return err
		}
	}
	fee := func(delivery string) lake.Source {
		return lake.Source{ID: sourceID(delivery, "fee_list_d"), Table: "fee_list_d", Name: delivery + ".csv"}
	}
	_, err = w.Commit(ctx, lake.Change{
		Add: []lake.Source{fee(lateFile), fee(rightFile)}, Retire: []string{sourceID(wrongFile, "fee_list_d")}, Note: "late files, a replaced file",
	})
	m.late, m.right = nil, nil
	return err
}

// sources are what a delivery adds: a file of each table, and the wrong file.
func (m *maker) sources(delivery string, more ...string) []lake.Source {
	var list []lake.Source
	for _, t := range claim.Tables {
		list = append(list, lake.Source{ID: sourceID(delivery, t.Name), Table: t.Name, Name: delivery + "-" + t.Name + ".csv"})
	}
	for _, name := range more {
		list = append(list, lake.Source{ID: sourceID(name, "fee_list_d"), Table: "fee_list_d", Name: name + ".csv"})
	}
	return list
}

// clone copies a batch, to be kept, under another source.
func clone(b *lake.Batch, source string) *lake.Batch {
	c := *b
	c.Source, c.Line, c.Cols = source, slices.Clone(b.Line), slices.Clone(b.Cols)
	for i, v := range b.Cols {
		if v != nil {
			c.Cols[i] = &lake.Vector{
				Ints: slices.Clone(v.Ints), Dict: slices.Clone(v.Dict), Index: slices.Clone(v.Index),
				Bytes: slices.Clone(v.Bytes), Offsets: slices.Clone(v.Offsets),
			}
		}
	}
	return &c
}

// keysOf are the columns that name a row, which differ from year to year.
var keysOf = map[string]bool{
	"bkkp_sn": true, "init_feedetl_sn": true, "mdtrt_id": true, "setl_id": true, "init_setl_id": true,
	"setl_list_diag_id": true, "setl_list_oprn_id": true,
}

// rename gives the rows of an earlier year keys of their own: the last digit of the
// year in place of the first character.
func rename(b *lake.Batch, year int) {
	digit := byte('0' + year%10)
	for i, c := range b.Table.Columns {
		v := b.Cols[i]
		if v == nil || !keysOf[c.Name] {
			continue
		}
		for k, s := range v.Dict {
			if s != "" {
				v.Dict[k] = string(digit) + s[1:]
			}
		}
		for k := range max(0, len(v.Offsets)-1) {
			if v.Offsets[k] < v.Offsets[k+1] {
				v.Bytes[v.Offsets[k]] = digit
			}
		}
	}
}

// addYears writes the same persons' two earlier years.
func (b *bench) addYears(ctx context.Context) error {
	year := b.from.Year()
	for y := year - 2; y < year; y++ {
		d, l, err := openLake(ctx, b.home())
		if err != nil {
			return err
		}
		m := &maker{ctx: ctx, year: y}
		_, err = m.deliver(b, l, calendar.DayOf(y, 1, 1), calendar.DayOf(y, 12, 31),
			lake.Change{Add: m.sources(m.delivery()), Note: fmt.Sprint(y)})
		d.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) home() string { return filepath.Join(b.work, "home") }
