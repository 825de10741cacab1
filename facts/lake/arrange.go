package lake

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// part is the rows of a batch that go into one partition, sorted.
type part struct {
	month, bucket int
	rows          []int32
}

// sortKey orders the rows of a batch: hi holds month, bucket and the rank of the
// person, lo the time. Equal keys are ordered by the key column and the line.
type sortKey struct {
	hi, lo uint64
	row    int32
}

// arrange sorts the rows of b by partition, person, time, key and line, and cuts
// them into partitions.
func (l *Lake) arrange(b *Batch) []part {
	keys := make([]sortKey, b.Rows)
	l.keyPersons(b, keys)
	keyMonths(b, keys)
	if v := b.column(b.Table.TimeBy); v != nil {
		for i := range keys {
			keys[i].lo = uint64(v.Ints[i]) ^ 1<<63
		}
	}
	slices.SortFunc(keys, ties(b))
	var parts []part
	rows := make([]int32, b.Rows)
	for i := 0; i < len(keys); {
		start := i
		for ; i < len(keys) && keys[i].hi>>32 == keys[start].hi>>32; i++ {
			rows[i] = keys[i].row
		}
		parts = append(parts, part{
			month: int(keys[start].hi >> 48), bucket: int(keys[start].hi >> 32 & 0xffff), rows: rows[start:i:i],
		})
	}
	return parts
}

// column returns the vector of a column, nil when it has no name or no value.
func (b *Batch) column(name string) *Vector {
	if i := b.Table.Col(name); i >= 0 {
		return b.Cols[i]
	}
	return nil
}

// ties compares sort keys, and looks at the rows themselves when they are equal.
func ties(b *Batch) func(x, y sortKey) int {
	key := b.column(b.Table.KeyBy)
	return func(x, y sortKey) int {
		switch {
		case x.hi != y.hi:
			return cmp.Compare(x.hi, y.hi)
		case x.lo != y.lo:
			return cmp.Compare(x.lo, y.lo)
		}
		if c := compareText(key, int(x.row), int(y.row)); c != 0 {
			return c
		}
		return cmp.Or(cmp.Compare(b.Line[x.row], b.Line[y.row]), cmp.Compare(x.row, y.row))
	}
}

// compareText compares the texts of rows i and j of v, byte by byte.
func compareText(v *Vector, i, j int) int {
	switch {
	case v == nil:
		return 0
	case v.Offsets != nil:
		return bytes.Compare(v.Bytes[v.Offsets[i]:v.Offsets[i+1]], v.Bytes[v.Offsets[j]:v.Offsets[j+1]])
	case v.Index[i] == v.Index[j]:
		return 0
	}
	return strings.Compare(v.Str(i), v.Str(j))
}

// keyPersons puts the bucket and the rank of each row's person into its key. The
// unknown person has rank 0 and bucket 0.
func (l *Lake) keyPersons(b *Batch, keys []sortKey) {
	for i := range keys {
		keys[i].row = int32(i)
	}
	v := b.column(b.Table.PersonBy)
	if v == nil {
		return
	}
	dict, index := v.Dict, v.Index
	if v.Offsets != nil {
		dict, index = v.dictionary()
	}
	used := make([]bool, len(dict))
	for _, k := range index {
		if k >= 0 {
			used[k] = true
		}
	}
	var order []int32
	for k, ok := range used {
		if ok && dict[k] != "" {
			order = append(order, int32(k))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(dict[a], dict[b]) })
	place := make([]uint64, len(dict))
	for i, k := range order {
		if i > 0 && dict[k] == dict[order[i-1]] {
			place[k] = place[order[i-1]] // a dictionary may name a person twice
			continue
		}
		place[k] = uint64(l.Bucket(dict[k]))<<32 | uint64(i+1)
	}
	for i, k := range index {
		if k >= 0 {
			keys[i].hi = place[k]
		}
	}
}

// dictionary returns a dictionary for texts that have none.
func (v *Vector) dictionary() (dict []string, index []int32) {
	seen := make(map[string]int32)
	index = make([]int32, len(v.Offsets)-1)
	for i := range index {
		text := v.Bytes[v.Offsets[i]:v.Offsets[i+1]]
		k, ok := seen[string(text)]
		if !ok {
			k = int32(len(dict))
			dict = append(dict, string(text))
			seen[dict[k]] = k
		}
		if index[i] = k; len(text) == 0 {
			index[i] = -1
		}
	}
	return dict, index
}

// keyMonths puts each row's month into its key: that of the first of the columns
// MonthBy that is known, else 0.
func keyMonths(b *Batch, keys []sortKey) {
	var day []func(i int) calendar.Day
	for _, name := range b.Table.MonthBy {
		v := b.column(name)
		switch {
		case v == nil:
		case b.Table.Columns[b.Table.Col(name)].Kind == Day:
			day = append(day, func(i int) calendar.Day {
				if v.Ints[i] == NullInt {
					return calendar.NoDay
				}
				return calendar.Day(v.Ints[i])
			})
		default:
			day = append(day, func(i int) calendar.Day { return calendar.Time(v.Ints[i]).Day() })
		}
	}
	last, month := calendar.NoDay, 0
	for i := range keys {
		d := calendar.NoDay
		for k := 0; k < len(day) && d == calendar.NoDay; k++ {
			d = day[k](i)
		}
		if d != last {
			last, month = d, d.Month()
		}
		keys[i].hi |= uint64(month&0xffff) << 48
	}
}
