package stock

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// Book is the valid entries of one institution, by code, store, day, then stock_id.
type Book struct {
	FixmedinsCode string
	Entries       []Entry
}

// NewBook makes a book of rows as recorded.
func NewBook(institution string, rows []Entry) *Book {
	b := &Book{FixmedinsCode: institution, Entries: newest(rows, func(e *Entry) (string, string, *claim.Version) { return e.ID, e.ValiFlag, &e.Version })}
	slices.SortStableFunc(b.Entries, func(x, y Entry) int {
		return cmp.Or(strings.Compare(x.MedListCodg, y.MedListCodg), strings.Compare(x.PlaceType, y.PlaceType),
			strings.Compare(x.PlaceName, y.PlaceName), cmp.Compare(x.Day, y.Day), strings.Compare(x.ID, y.ID), cmp.Compare(x.Read, y.Read))
	})
	return b
}

// Of returns the entries of one code.
func (b *Book) Of(code string) []Entry {
	from, _ := slices.BinarySearchFunc(b.Entries, code, func(e Entry, c string) int { return strings.Compare(e.MedListCodg, c) })
	to := from
	for to < len(b.Entries) && b.Entries[to].MedListCodg == code {
		to++
	}
	return b.Entries[from:to]
}

// Books reads the books of one bucket of stock_d, institution by institution.
type Books struct{ *owners }

// OpenBooks opens the files of one bucket of stock_d.
func OpenBooks(files []lake.File, sources map[string]int64) (*Books, error) {
	o, err := openOwners(claim.StockList.Table, files, sources, nil, "stock_id", "med_list_codg", "place_type", "place_name", "entry_type",
		"biz_date", "opening_cnt", "in_cnt", "out_cnt", "closing_cnt", "cnt", "pack_ratio", "unit", "pack_unit", "split_unit", "vali_flag", "updt_time")
	if err != nil {
		return nil, err
	}
	return &Books{o}, nil
}

// Next returns the next book, nil after the last. It is true until the next call.
func (b *Books) Next() (*Book, error) {
	org, more := b.next()
	if !more {
		return nil, nil
	}
	var rows []Entry
	err := b.take(org, func(c *cursor, i int, read int64) {
		e := Entry{
			ID: c.str(0, i), FixmedinsCode: org, MedListCodg: c.str(1, i), PlaceType: c.str(2, i), PlaceName: c.str(3, i), Type: c.str(4, i),
			Day: c.day(5, i), Opening: c.quantity(6, i), In: c.quantity(7, i), Out: c.quantity(8, i), Closing: c.quantity(9, i), Cnt: c.quantity(10, i),
			PackRatio: c.quantity(11, i), Unit: c.str(12, i), PackUnit: c.str(13, i), SplitUnit: c.str(14, i), ValiFlag: c.str(15, i),
		}
		e.UpdtTime, e.Read = c.time(16, i), read
		rows = append(rows, e)
	})
	if err != nil {
		return nil, err
	}
	return NewBook(org, rows), nil
}

// Held is what institutions keep books of: by fixmedins_code, the codes.
type Held map[string]map[string]bool

// Add notes that an institution has an entry of a code.
func (h Held) Add(institution, code string) {
	if code == "" || h[institution][code] {
		return
	}
	if h[institution] == nil {
		h[strings.Clone(institution)] = make(map[string]bool)
	}
	h[institution][strings.Clone(code)] = true
}

// ReadHeld reads what all the files of stock_d have live rows of.
func ReadHeld(files []lake.File, sources map[string]int64) (Held, error) {
	h := make(Held)
	for _, f := range files {
		o, err := openOwners(claim.StockList.Table, []lake.File{f}, sources, nil, "med_list_codg")
		if err != nil {
			return nil, err
		}
		for org, more := o.next(); more && err == nil; org, more = o.next() {
			err = o.take(org, func(c *cursor, i int, _ int64) { h.Add(org, c.str(0, i)) })
		}
		o.Close()
		if err != nil {
			return nil, err
		}
	}
	return h, nil
}

// Balance is what the books say of one code over whole months, in the smallest unit
// that they name.
type Balance struct {
	Opening, Received, Returned, Closing claim.Quantity
}

// Had returns what could be sold.
func (b *Balance) Had() claim.Quantity { return b.Opening + b.Received - b.Returned - b.Closing }

// Why a balance cannot be struck.
const (
	NotCovered   = "账册未覆盖整个周期"
	UnknownDays  = "账册日期不详"
	UnknownCount = "账册数量不详"
	ManyGoods    = "同一编码有几种品规，账册不能分开" // two carries of one store and month
)

// BalanceOf strikes the balance of one code from its entries over the months first to
// last (calendar.Day.Month), both included; unknown says why it cannot be struck, ""
// when it can. entries are of one institution and code, as Book.Of returns them.
func BalanceOf(entries []Entry, first, last int) (b Balance, unknown string) {
	t := tally{ratio: ratioOf(entries)}
	for from := 0; from < len(entries); {
		to := from
		for to < len(entries) && entries[to].place() == entries[from].place() {
			to++
		}
		if unknown := t.store(entries[from:to], first, last); unknown != "" {
			return b, unknown
		}
		from = to
	}
	if !t.seen {
		return b, NotCovered
	}
	b = Balance{Opening: t.opening, Closing: t.closing, Returned: t.returned, Received: t.bought + max(0, t.transferred)}
	switch taken, stated := t.taken(); {
	case stated:
		b.Received = max(b.Received, taken)
	case !t.moved, taken > b.Received: // more came in than movements tell, and not all that did is stated
		return b, UnknownCount
	}
	return b, ""
}

func (e *Entry) place() [2]string { return [2]string{e.PlaceType, e.PlaceName} }

// ratioOf returns the largest pack ratio that entries state, one where none does.
func ratioOf(entries []Entry) claim.Quantity {
	ratio := claim.Piece
	for i := range entries {
		if r := entries[i].PackRatio; r != claim.Null {
			ratio = max(ratio, r)
		}
	}
	return ratio
}

// tally adds up the stores of an institution.
type tally struct {
	ratio                         claim.Quantity
	seen, moved                   bool // entries in the period; movements among them
	opening, closing              claim.Quantity
	bought, transferred, returned claim.Quantity
	in                            [2]claim.Quantity // by the carries: of 药库, of other stores
	carries, inUnknown            [2]bool
}

// taken returns what the carries say came in: into the 药库 where there is one, since
// other stores are filled from it; false where not all of them state it.
func (t *tally) taken() (claim.Quantity, bool) {
	k := 1
	if t.carries[0] {
		k = 0
	}
	return t.in[k], t.carries[k] && !t.inUnknown[k]
}

// store adds the entries of one store in their order of days.
func (t *tally) store(entries []Entry, first, last int) (unknown string) {
	var opening, closing *Entry
	seen := false
	for i := range entries {
		e := &entries[i]
		switch m := e.Day.Month(); {
		case e.Day == calendar.NoDay:
			return UnknownDays
		case m < first || m > last:
			continue
		}
		seen = true
		if e.Type != Carry {
			if unknown := t.move(e); unknown != "" {
				return unknown
			}
			continue
		}
		if closing != nil && closing.Day.Month() == e.Day.Month() {
			return ManyGoods
		}
		t.carried(e)
		if opening == nil {
			opening = e
		}
		closing = e
	}
	if !seen {
		return ""
	}
	t.seen = true
	switch {
	case opening == nil:
		return NotCovered
	case opening.Opening == claim.Null || closing.Closing == claim.Null:
		return UnknownCount
	case opening.Day.Month() != first && opening.Opening != 0, closing.Day.Month() != last && closing.Closing != 0:
		return NotCovered
	}
	t.opening += t.smallest(opening, opening.Opening)
	t.closing += t.smallest(closing, closing.Closing)
	return ""
}

func (t *tally) carried(e *Entry) {
	k := 1
	if e.PlaceType == "1" {
		k = 0
	}
	t.carries[k] = true
	if e.In == claim.Null {
		t.inUnknown[k] = true
		return
	}
	t.in[k] += t.smallest(e, e.In)
}

// move adds a movement; what leaves the institution otherwise than to its supplier
// (losses, use in departments, sales) is left to be explained by the claims.
func (t *tally) move(e *Entry) (unknown string) {
	switch e.Type {
	case Purchase, OtherIn, Surplus, TransferIn, TransferOut, Return:
		if e.Cnt == claim.Null {
			return UnknownCount
		}
	default:
		return ""
	}
	t.moved = true
	n := t.smallest(e, max(e.Cnt, -e.Cnt))
	switch e.Type {
	case TransferIn:
		t.transferred += n
	case TransferOut:
		t.transferred -= n
	case Return:
		t.returned += n
	default:
		t.bought += n
	}
	return ""
}

// smallest converts a quantity of an entry to the smallest unit: one that is not known
// to be that unit is taken for the pack.
func (t *tally) smallest(e *Entry, q claim.Quantity) claim.Quantity {
	if e.SplitUnit != "" && e.Unit == e.SplitUnit {
		return q
	}
	ratio := e.PackRatio
	if ratio == claim.Null || ratio <= 0 {
		ratio = t.ratio
	}
	if ratio <= claim.Piece {
		return q
	}
	if q < 0 { // a store booked below nothing
		return -t.smallest(e, -q)
	}
	hi, lo := bits.Mul64(uint64(q), uint64(ratio))
	n, _ := bits.Div64(hi%uint64(claim.Piece), lo, uint64(claim.Piece))
	return claim.Quantity(n)
}
