package demo

import "yiheng/facts/lake"

// sheet is a batch in the making.
type sheet struct {
	table  *lake.Table
	cells  []cells
	rows   int
	lines  []int64
	buffer []byte
	visit  string // id of the last row's visit
}

// cells is one column of it: numbers, a dictionary, or plain text for keys.
type cells struct {
	from   *column // nil: always null
	key    bool
	vector lake.Vector
	known  map[string]int32
	last   int32
	ofItem []int32 // by item: position in the dictionary, -2 not known yet
}

// keys are the columns whose values hardly repeat; of charges, whose visits repeat,
// others than of the other tables.
var (
	keys = map[string]bool{
		"rid": true, "mdtrt_id": true, "setl_id": true, "psn_no": true, "init_setl_id": true, "ipt_otp_no": true,
		"medrcdno": true, "setl_list_diag_id": true, "setl_list_oprn_id": true, "otp_diag_info": true, "resdbook_no": true,
		"rec_id": true, "drug_trac_codg": true, "bkkp_sn": true,
	}
	feeKeys = map[string]bool{"bkkp_sn": true, "rid": true, "rx_drord_no": true, "init_feedetl_sn": true}
)

func newSheet(f *form, t *lake.Table) *sheet {
	s := &sheet{table: t, cells: make([]cells, len(t.Columns))}
	unique := keys
	if f == feeList {
		unique = feeKeys
	}
	for i, c := range t.Columns {
		for k := range f.columns {
			from := &f.columns[k]
			if from.name == c.Name && (from.text != nil || from.num != nil) {
				s.cells[i].from = from
				s.cells[i].key = unique[c.Name] && c.Kind == lake.Text
			}
		}
	}
	s.reset()
	return s
}

func (s *sheet) reset() {
	s.rows, s.lines, s.visit = 0, s.lines[:0], ""
	for i := range s.cells {
		c := &s.cells[i]
		c.last = -1
		for k := range c.ofItem {
			c.ofItem[k] = -2
		}
		c.vector.Ints = c.vector.Ints[:0]
		c.vector.Index, c.vector.Dict = c.vector.Index[:0], c.vector.Dict[:0]
		c.vector.Bytes = c.vector.Bytes[:0]
		if c.known == nil {
			c.known = map[string]int32{}
		}
		clear(c.known)
		if c.key {
			c.vector.Offsets = append(c.vector.Offsets[:0], 0)
		}
	}
}

// add appends a row.
func (s *sheet) add(r *row) {
	s.rows++
	s.lines = append(s.lines, int64(s.rows)+1)
	again := r.v != nil && r.v.id == s.visit
	if r.v != nil {
		s.visit = r.v.id
	}
	for i := range s.cells {
		c := &s.cells[i]
		switch {
		case c.from == nil:
		case c.from.num != nil:
			c.vector.Ints = append(c.vector.Ints, c.from.num(r))
		case c.key:
			c.vector.Bytes = c.from.text(c.vector.Bytes, r)
			c.vector.Offsets = append(c.vector.Offsets, uint32(len(c.vector.Bytes)))
		case c.from.visit && again:
			c.vector.Index = append(c.vector.Index, c.last)
		case c.from.item != nil:
			c.vector.Index = append(c.vector.Index, c.indexOf(r.x.item))
		default:
			s.buffer = c.from.text(s.buffer[:0], r)
			c.vector.Index = append(c.vector.Index, c.index(s.buffer))
		}
	}
}

// indexOf is index for a text that depends on the item.
func (c *cells) indexOf(it *item) int32 {
	for len(c.ofItem) <= it.index {
		c.ofItem = append(c.ofItem, -2)
	}
	if c.ofItem[it.index] == -2 {
		c.ofItem[it.index] = c.index([]byte(c.from.item(it)))
	}
	return c.ofItem[it.index]
}

// index is the position of a text in the dictionary; rows that follow each other
// often share it.
func (c *cells) index(text []byte) int32 {
	if len(text) == 0 {
		c.last = -1
		return -1
	}
	if c.last >= 0 && c.vector.Dict[c.last] == string(text) {
		return c.last
	}
	at, ok := c.known[string(text)]
	if !ok {
		at = int32(len(c.vector.Dict))
		word := string(text)
		c.vector.Dict = append(c.vector.Dict, word)
		c.known[word] = at
	}
	c.last = at
	return at
}

// batch is what was added; it shares the sheet's memory until reset.
func (s *sheet) batch(source string) *lake.Batch {
	b := &lake.Batch{Table: s.table, Source: source, Rows: s.rows, Cols: make([]*lake.Vector, len(s.cells)), Line: s.lines}
	for i := range s.cells {
		if s.cells[i].from != nil {
			b.Cols[i] = &s.cells[i].vector
		}
	}
	return b
}
