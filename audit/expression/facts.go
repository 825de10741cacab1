package expression

import (
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// Patient is what an expression sees: the records of one patient within the horizon
// of judgement, as far as they count (rows that stand, net of refunds). Its owner fills
// it, and gives it to one evaluation at a time.
type Patient struct {
	Visits  []*Visit     // by begin, then mdtrt_id
	Lines   []*Line      // of these visits, in the order of judgement
	Horizon calendar.Day // nothing before this day is seen
}

// Visit is one visit, stay or purchase. Of every value the zero text, NoDay, NoTime
// and Unknown mean that it is not known.
type Visit struct {
	ID              string
	FixmedinsCode   string
	FixmedinsName   string
	FixmedinsType   string // "1" medical institution, "2" retail pharmacy
	FixBlngAdmdvs   string
	Level           int // 3, 2, 1, 0, or Unknown
	MedType         string
	Insutype        string
	PayLoc          string
	DiseNo          string
	Dept, DeptName  string
	DrCode          string
	Sex             string
	Birth           calendar.Day
	Newborn         bool
	Begin, End      calendar.Day
	BegTime         calendar.Time
	EndTime         calendar.Time
	MainDx          string
	Dx              []string
	DxIncomplete    bool // there may be diagnoses beyond Dx
	Ops             []*Operation
	OpsUnknown      bool // operations were not handed over
	Records         []*Record
	RecordsUnknown  bool // the hospital's own books were not handed over
	Lines           []*Line
	Settlements     []*Settlement
	object          object
	dx, ops, lines  *list
	records, settls *list
}

// Unknown is a Level or a Grade that is not known.
const Unknown = -1

// Line is one charge: Qty, Sum and Inscp are net of refunds.
type Line struct {
	*claim.Line
	Index    int32 // of the owner, who finds the line again by it
	Visit    *Visit
	Day      calendar.Day
	Qty      claim.Quantity
	Sum      claim.Money
	Inscp    claim.Money
	Code     string // med_list_codg, else hilist_code
	Kind     string // drug, piece, granule, item, consumable
	Insutype string
	SelfPaid bool
	Grade    int // title of the ordering doctor, or Unknown
	object   object
}

// Settlement is one settlement that stands.
type Settlement struct {
	*claim.Settlement
	object object
}

// Operation is one operation of a visit.
type Operation struct {
	Code   string
	Time   calendar.Time
	Main   bool
	object object
}

// Record is one entry of the hospital's own books about a visit.
type Record struct {
	*claim.Record
	object object
}
