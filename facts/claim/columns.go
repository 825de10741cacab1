package claim

import (
	"slices"
	"unsafe"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// columns are the columns of one block that a table's taker reads, with what is
// worked out once for each entry of a dictionary.
type columns struct {
	vec    []*lake.Vector // in the order of the taker's names
	source *lake.Vector
	line   *lake.Vector
	read   []int64 // by entry of source: order of intake, -1 for a source that is not live
	plain  map[string]int64
	entry  []int32 // by entry of the code column: what Resolve said; 0: not asked yet
	entry2 []int32
	ask    func(string) int32
}

// taker adds the live rows from..to of a block to a history.
type taker func(h *History, c *columns, from, to int)

var takers = map[string]taker{
	"psn_info_b": takePerson, "mdtrt_d": takeEncounters, "setl_d": takeSettlements,
	"setl_list_diag_d": takeDiagnoses, "setl_list_oprn_d": takeOperations, "fee_list_d": takeLines,
	"record_d": takeRecords,
}

var names = map[string][]string{
	"psn_info_b": {"gend", "brdy", "vali_flag", "updt_time"},
	"mdtrt_d": {
		"mdtrt_id", "fixmedins_code", "fixmedins_name", "fix_blng_admdvs", "hosp_lv", "med_type", "insutype", "pay_loc",
		"gend", "brdy", "nwb_flag", "begntime", "endtime", "dscg_maindiag_code", "otp_diag_info", "oprn_oprt_code",
		"adm_dept_name", "chfpdr_code", "die_date", "vali_flag", "updt_time", "ipt_otp_no", "dise_no", "adm_dept_codg",
	},
	"setl_d": {
		"setl_id", "mdtrt_id", "init_setl_id", "fixmedins_code", "gend", "brdy", "insutype", "med_type", "pay_loc", "clr_way",
		"setl_time", "medfee_sumamt", "inscp_amt", "fund_pay_sumamt", "acct_pay", "refd_setl_flag", "vali_flag", "updt_time",
	},
	"setl_list_diag_d": {"setl_list_diag_id", "mdtrt_id", "setl_id", "maindiag_flag", "diag_code", "vali_flag", "updt_time"},
	"setl_list_oprn_d": {
		"setl_list_oprn_id", "mdtrt_id", "setl_id", "main_oprn_flag", "oprn_oprt_code", "oprn_oprt_date",
		"oprn_oprt_begntime", "vali_flag", "updt_time",
	},
	"fee_list_d": {
		"bkkp_sn", "mdtrt_id", "setl_id", "fee_ocur_time", "rx_drord_no", "fixmedins_code", "med_list_codg", "hilist_code",
		"hilist_name", "list_type", "cnt", "pric", "det_item_fee_sumamt", "inscp_amt", "fulamt_ownpay_amt", "overlmt_selfpay",
		"preselfpay_amt", "bilg_dept_codg", "bilg_dept_name", "bilg_dr_code", "hosp_appr_flag", "dscg_tkdrug_flag",
		"init_feedetl_sn", "vali_flag", "crte_time", "updt_time", "dise_codg", "med_chrgitm_type",
	},
	"record_d": {
		"rec_id", "rec_type", "mdtrt_id", "fixmedins_code", "ipt_otp_no", "rx_drord_no", "rec_code", "rec_name", "rec_text",
		"begntime", "endtime", "cnt", "prd_days", "dept_name", "vali_flag", "updt_time",
	},
}

// JudgedColumns names the columns that a Feed reads of a table, the lake's own among
// them; none for a table that it does not read.
func JudgedColumns(table string) []string {
	if names[table] == nil {
		return nil
	}
	return slices.Concat([]string{"psn_no", lake.ColSource, lake.ColLine}, names[table])
}

// load reads the columns of the cursor's block.
func (c *columns) load(at *cursor) error {
	c.vec = c.vec[:0]
	unread := at.feed.o.Unread
	for _, name := range names[at.table.Name] {
		if unread[name] && at.table.Name == "fee_list_d" {
			c.vec = append(c.vec, nil)
			continue
		}
		v, err := at.b.Col(name)
		if err != nil {
			return err
		}
		c.vec = append(c.vec, v)
	}
	c.plain = at.feed.o.Sources
	if err := c.loadSource(at.b); err != nil {
		return err
	}
	c.ask = at.feed.o.Resolve
	if at.table.Name == "fee_list_d" {
		c.entry, c.entry2 = blank(c.entry, c.vec[6]), blank(c.entry2, c.vec[7])
	}
	return nil
}

// loadSource reads where the rows of a block came from.
func (c *columns) loadSource(b *lake.Block) error {
	var err error
	if c.source, err = b.Col(lake.ColSource); err != nil {
		return err
	}
	if c.line, err = b.Col(lake.ColLine); err != nil {
		return err
	}
	c.read = c.read[:0]
	if c.source != nil {
		for _, tag := range c.source.Dict {
			c.read = append(c.read, liveOrder(c.plain, tag))
		}
	}
	return nil
}

func liveOrder(sources map[string]int64, tag string) int64 {
	if seq, ok := sources[tag]; ok {
		return seq
	}
	return -1
}

// blank returns a slice of zeros, one for each entry of v's dictionary.
func blank(s []int32, v *lake.Vector) []int32 {
	if v == nil {
		return s[:0]
	}
	s = slices.Grow(s[:0], len(v.Dict))[:len(v.Dict)]
	clear(s)
	return s
}

// order returns the position of row i in the order in which rows were taken in, -1
// for a row of a source that is not live.
func (c *columns) order(i int) int64 {
	seq := int64(-1)
	switch {
	case c.source == nil:
	case c.source.Index != nil:
		seq = c.read[c.source.Index[i]]
	default:
		seq = liveOrder(c.plain, text(c.source, i))
	}
	if seq < 0 {
		return -1
	}
	return ReadOrder(seq, c.line.Int(i))
}

// text returns the text of row i without copying it: it is true as long as the block.
func text(v *lake.Vector, i int) string {
	switch {
	case v == nil:
		return ""
	case v.Index != nil:
		if k := v.Index[i]; k >= 0 {
			return v.Dict[k]
		}
		return ""
	}
	from, to := v.Offsets[i], v.Offsets[i+1]
	if from == to {
		return ""
	}
	return unsafe.String(&v.Bytes[from], int(to-from))
}

func (c *columns) day(k, i int) calendar.Day {
	n := c.vec[k].Int(i)
	if n == lake.NullInt {
		return calendar.NoDay
	}
	return calendar.Day(n)
}

func (c *columns) time(k, i int) calendar.Time { return calendar.Time(c.vec[k].Int(i)) }
func (c *columns) money(k, i int) Money        { return Money(c.vec[k].Int(i)) }
func (c *columns) str(k, i int) string         { return text(c.vec[k], i) }

func takePerson(h *History, c *columns, from, to int) {
	for i := from; i < to; i++ {
		p := Person{Gend: c.str(0, i), Brdy: c.day(1, i), ValiFlag: c.str(2, i)}
		p.Version = Version{UpdtTime: c.time(3, i), Read: c.order(i)}
		if p.Read < 0 {
			continue
		}
		if old := h.Person; old == nil || p.Newer(&old.Version) {
			h.Person = &p
		}
	}
}

func takeEncounters(h *History, c *columns, from, to int) {
	for i := from; i < to; i++ {
		read := c.order(i)
		if read < 0 {
			continue
		}
		h.Encounters = append(h.Encounters, Encounter{
			MdtrtID: c.str(0, i), FixmedinsCode: c.str(1, i), FixmedinsName: c.str(2, i), FixBlngAdmdvs: c.str(3, i),
			HospLv: c.str(4, i), MedType: c.str(5, i), Insutype: c.str(6, i), PayLoc: c.str(7, i), Gend: c.str(8, i),
			Brdy: c.day(9, i), NwbFlag: c.str(10, i), Begntime: c.time(11, i), Endtime: c.time(12, i),
			DscgMaindiagCode: c.str(13, i), OtpDiagInfo: c.str(14, i), OprnOprtCode: c.str(15, i), AdmDeptName: c.str(16, i),
			ChfpdrCode: c.str(17, i), DieDate: c.day(18, i), ValiFlag: c.str(19, i),
			IptOtpNo: c.str(21, i), DiseNo: c.str(22, i), AdmDeptCodg: c.str(23, i),
			Version: Version{UpdtTime: c.time(20, i), Read: read},
		})
	}
}

func takeSettlements(h *History, c *columns, from, to int) {
	for i := from; i < to; i++ {
		read := c.order(i)
		if read < 0 {
			continue
		}
		h.Settlements = append(h.Settlements, Settlement{
			SetlID: c.str(0, i), MdtrtID: c.str(1, i), InitSetlID: c.str(2, i), FixmedinsCode: c.str(3, i), Gend: c.str(4, i),
			Brdy: c.day(5, i), Insutype: c.str(6, i), MedType: c.str(7, i), PayLoc: c.str(8, i), ClrWay: c.str(9, i),
			SetlTime: c.time(10, i), MedfeeSumamt: c.money(11, i), InscpAmt: c.money(12, i), FundPaySumamt: c.money(13, i),
			AcctPay: c.money(14, i), RefdSetlFlag: c.str(15, i), ValiFlag: c.str(16, i),
			Version: Version{UpdtTime: c.time(17, i), Read: read},
		})
	}
}

func takeDiagnoses(h *History, c *columns, from, to int) {
	for i := from; i < to; i++ {
		read := c.order(i)
		if read < 0 {
			continue
		}
		h.Diagnoses = append(h.Diagnoses, Diagnosis{
			ID: c.str(0, i), MdtrtID: c.str(1, i), SetlID: c.str(2, i), MaindiagFlag: c.str(3, i), DiagCode: c.str(4, i),
			ValiFlag: c.str(5, i), Version: Version{UpdtTime: c.time(6, i), Read: read},
		})
	}
}

func takeOperations(h *History, c *columns, from, to int) {
	for i := from; i < to; i++ {
		read := c.order(i)
		if read < 0 {
			continue
		}
		at := c.time(6, i)
		if at == calendar.NoTime {
			at = c.time(5, i)
		}
		h.Operations = append(h.Operations, Operation{
			ID: c.str(0, i), MdtrtID: c.str(1, i), SetlID: c.str(2, i), MainOprnFlag: c.str(3, i), OprnOprtCode: c.str(4, i),
			OprnOprtDate: at, ValiFlag: c.str(7, i), Version: Version{UpdtTime: c.time(8, i), Read: read},
		})
	}
}

func takeRecords(h *History, c *columns, from, to int) {
	for i := from; i < to; i++ {
		read := c.order(i)
		if read < 0 {
			continue
		}
		h.Records = append(h.Records, Record{
			ID: c.str(0, i), Kind: c.str(1, i), MdtrtID: c.str(2, i), FixmedinsCode: c.str(3, i), IptOtpNo: c.str(4, i),
			RxDrordNo: c.str(5, i), Code: c.str(6, i), Name: c.str(7, i), Text: c.str(8, i), Begntime: c.time(9, i),
			Endtime: c.time(10, i), Cnt: Quantity(c.vec[11].Int(i)), PrdDays: Quantity(c.vec[12].Int(i)), DeptName: c.str(13, i),
			ValiFlag: c.str(14, i), Version: Version{UpdtTime: c.time(15, i), Read: read},
		})
	}
}

func takeLines(h *History, c *columns, from, to int) {
	for i := from; i < to; i++ {
		read := c.order(i)
		if read < 0 {
			continue
		}
		n := len(h.Lines)
		if n == cap(h.Lines) {
			h.Lines = slices.Grow(h.Lines, max(256, n))
		}
		h.Lines = h.Lines[:n+1]
		l := &h.Lines[n]
		l.BkkpSn, l.MdtrtID, l.SetlID, l.FeeOcurTime = c.str(0, i), c.str(1, i), c.str(2, i), c.time(3, i)
		l.RxDrordNo, l.FixmedinsCode, l.MedListCodg, l.HilistCode = c.str(4, i), c.str(5, i), c.str(6, i), c.str(7, i)
		l.HilistName, l.ListType = c.str(8, i), c.str(9, i)
		l.Cnt, l.Pric, l.DetItemFeeSumamt = Quantity(c.vec[10].Int(i)), Price(c.vec[11].Int(i)), c.money(12, i)
		l.InscpAmt, l.FulamtOwnpayAmt, l.OverlmtSelfpay, l.PreselfpayAmt = c.money(13, i), c.money(14, i), c.money(15, i), c.money(16, i)
		l.BilgDeptCodg, l.BilgDeptName, l.BilgDrCode = c.str(17, i), c.str(18, i), c.str(19, i)
		l.HospApprFlag, l.DscgTkdrugFlag, l.InitFeedetlSn, l.ValiFlag = c.str(20, i), c.str(21, i), c.str(22, i), c.str(23, i)
		l.CrteTime, l.UpdtTime, l.Read = c.time(24, i), c.time(25, i), read
		l.DiseCodg, l.MedChrgitmType = c.str(26, i), c.str(27, i)
		l.Entry = c.resolve(l, i)
	}
}

// resolve asks once for each entry of the code columns' dictionaries.
func (c *columns) resolve(l *Line, i int) int32 {
	if c.ask == nil {
		return 0
	}
	v, known := c.vec[6], c.entry
	code := l.MedListCodg
	if code == "" {
		v, known, code = c.vec[7], c.entry2, l.HilistCode
	}
	if code == "" {
		return -1
	}
	if v.Index == nil {
		return c.ask(code)
	}
	k := v.Index[i]
	if known[k] == 0 {
		known[k] = c.ask(code)
	}
	return known[k]
}
