package demo

import "yiheng/ground/calendar"

// life is one person with everything that the tables say of them. It is filled
// again and again: nothing of it may be kept after the next person.
type life struct {
	person
	visits  []*visit
	pool    []*visit
	truths  []Truth
	misses  []NearMiss
	lists   []exclusion
	records []record
	traces  []trace
	serial  uint32 // of the last fee line
	settles uint32
	used    []usage // what windows of ruled codes have seen
}

// person is a row of psn_info_b and its repetition in the other tables.
type person struct {
	number            int64
	no                string // psn_no
	name, cert        string
	sex               string // 1, 2; "": unknown
	birth             calendar.Day
	insutype, psnType string
	region            string
	employer, empName string
	address, phone    string
	household         uint64
	chronic           []string
	died              calendar.Day
}

// visit is a row of mdtrt_d with its settlements, lines, diagnoses and operations.
type visit struct {
	number          int
	id              string
	org             *institution
	dept            *department
	doctor          int
	medType, payLoc string
	insutype        string
	begin, end      calendar.Time // end unknown: under way
	dx              []*code       // main first
	ops             []operation
	newborn         bool
	sex             string // as recorded here
	birth           calendar.Day
	died            calendar.Day
	level           string
	region          string
	dscgWay         string
	hideMain        bool   // main diagnosis not recorded anywhere
	noList          bool   // no row in the list of diagnoses
	dise            string // dise_no: disease of a special benefit
	invalid         bool
	corrected       bool // a row of it stands twice
	settlements     []settlement
	lines           []line
	rx              uint32
}

type operation struct {
	code *code
	main bool
	at   calendar.Time // NoTime: not recorded
	dr   doctor
}

// settlement is a row of setl_d. Sums are in fen.
type settlement struct {
	id                            string
	initID                        string // the one it refunds
	refund                        bool
	middle                        bool
	at                            calendar.Time
	total, full, over, pre, inscp int64
	fund, pool, serious, aid      int64
	dedc                          int64
	account, cash, person         int64
	off                           int64 // deliberate difference of medfee_sumamt from the lines
}

// line is a row of fee_list_d. Money is in fen, quantity in ten-thousandths.
type line struct {
	serial                        uint32
	item                          *item
	at                            calendar.Time
	qty, price                    int64
	total, full, over, pre, inscp int64
	settlement                    int // index; -1: none yet
	rx                            uint32
	noRx                          bool
	dept                          *department
	doctor                        int
	refunds                       uint32 // serial of the line that it takes back
	refused                       bool   // hosp_appr_flag 2
	stranger                      bool   // the doctor is in no register
	dise                          string // dise_codg
	takeHome                      bool
	invalid                       bool
	uploaded, updated             calendar.Time
}

// usage is what a window of a ruled key has seen.
type usage struct {
	key  string
	day  calendar.Day // last
	year int          // 0: whatever the year
	days int          // distinct days in year
	qty  int64
}

const unitQty = 10_000 // one piece

func (l *life) reset() {
	l.person = person{died: calendar.NoDay}
	l.visits = l.visits[:0]
	l.truths, l.misses, l.lists = l.truths[:0], l.misses[:0], l.lists[:0]
	l.records, l.traces = l.records[:0], l.traces[:0]
	l.serial, l.settles = 0, 0
	l.used = l.used[:0]
}

// newVisit returns an empty visit of l.
func (l *life) newVisit() *visit {
	n := len(l.visits)
	if n == len(l.pool) {
		l.pool = append(l.pool, &visit{})
	}
	v := l.pool[n]
	*v = visit{
		number: n + 1, dx: v.dx[:0], ops: v.ops[:0], settlements: v.settlements[:0], lines: v.lines[:0],
		end: calendar.NoTime, died: calendar.NoDay, sex: l.sex, birth: l.birth, insutype: l.insutype, payLoc: "2",
	}
	v.id = visitID(l.number, v.number)
	l.visits = append(l.visits, v)
	return v
}
