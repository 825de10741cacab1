package lake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// feeTable looks like fee_list_d: 82 columns in the national order.
var feeTable = &Table{
	Name: "fee_list_d", PersonBy: "psn_no", MonthBy: []string{"fee_ocur_time", "opt_time"}, TimeBy: "fee_ocur_time", KeyBy: "bkkp_sn",
	Columns: columnsOf(`bkkp_sn mdtrt_id fee_ocur_time:t setl_id rx_drord_no fixmedins_code fixmedins_name psn_no
		psn_insu_rlts_id insu_admdvs pay_loc med_type cnt:q pric:p det_item_fee_sumamt:m pric_uplmt_amt:p selfpay_prop:q
		fulamt_ownpay_amt:m overlmt_selfpay:m preselfpay_amt:m inscp_amt:m cvlserv_bedfee_amt:m medins_disc_amt:m
		chrgitm_lv hilist_code hilist_name list_type med_list_codg medins_list_codg medins_list_name med_chrgitm_type
		prodname spec dosform_name bilg_dept_codg bilg_dept_name bilg_dr_code bilg_dr_name acord_dept_codg
		acord_dept_name acord_dr_code acord_dr_name lmt_used_flag hosp_prep_flag hosp_appr_flag tcmdrug_used_way
		prodplac_type bas_medn_flag hi_nego_drug_flag prcu_drug_flag chld_medc_flag etip_flag etip_hosp_code
		dscg_tkdrug_flag list_sp_item_flag matn_fee_flag drt_reim_flag reim_prop oprn_oprt_code sin_dos_dscr
		used_frqu_dscr prd_days medc_way_dscr memo vali_flag rid updt_time:t crter_id crter_name crte_time:t
		crte_optins_no opter_id opter_name opt_time:t optins_no poolarea_no rx_circ_flag dise_codg chrg_bchno
		init_feedetl_sn comb_no pt`),
}

// personTable has no month and days, numbers and few rows.
var personTable = &Table{
	Name: "psn_info_b", PersonBy: "psn_no", KeyBy: "psn_no",
	Columns: columnsOf("psn_no gend brdy:d vali_flag updt_time:t ipt_days:i"),
}

func columnsOf(names string) (cols []Column) {
	kinds := map[string]Kind{"": Text, "m": Money, "p": Price, "q": Quantity, "i": Integer, "d": Day, "t": Time}
	for _, f := range strings.Fields(names) {
		name, kind, _ := strings.Cut(f, ":")
		cols = append(cols, Column{name, kinds[kind]})
	}
	return cols
}

// builder makes a vector from values in order.
type builder struct {
	v    Vector
	seen map[string]int32
}

func (b *builder) text(s string) {
	if s == "" {
		b.v.Index = append(b.v.Index, -1)
		return
	}
	k, ok := b.seen[s]
	if !ok {
		if b.seen == nil {
			b.seen = map[string]int32{}
		}
		k = int32(len(b.v.Dict))
		b.seen[s] = k
		b.v.Dict = append(b.v.Dict, s)
	}
	b.v.Index = append(b.v.Index, k)
}

func (b *builder) plain(s string) {
	if b.v.Offsets == nil {
		b.v.Offsets = []uint32{0}
	}
	b.v.Bytes = append(b.v.Bytes, s...)
	b.v.Offsets = append(b.v.Offsets, uint32(len(b.v.Bytes)))
}

func (b *builder) int(n int64) { b.v.Ints = append(b.v.Ints, n) }

// feeBatch makes a plausible batch: persons with visits of several lines each,
// over the given number of months from January 2024 on. from numbers the lines.
func feeBatch(source string, seed uint64, rows, months, from int) *Batch {
	r := rand.New(rand.NewPCG(seed, 7))
	cols := map[string]*builder{}
	for _, c := range feeTable.Columns {
		cols[c.Name] = &builder{}
	}
	b := &Batch{Table: feeTable, Source: source, Rows: rows}
	first := calendar.DayOf(2024, 1, 1)
	var person, visit, hospital, doctor string
	var at calendar.Time
	for i := range rows {
		if i%8 == 0 {
			if i%64 == 0 {
				person = fmt.Sprintf("3301%016d", r.IntN(1<<20)*7919%1000003)
			}
			visit = fmt.Sprintf("M%018d", (from+i)/8)
			hospital = fmt.Sprintf("H3301%07d", r.IntN(300))
			doctor = fmt.Sprintf("D3301%08d", r.IntN(5000))
			at = (first + calendar.Day(r.IntN(30*months))).At(8+r.IntN(10), r.IntN(60), r.IntN(60))
		}
		item := int(r.ExpFloat64()*400) % 3000
		price := int64(1+item*37%9000) * 10000
		count := int64(1 + r.IntN(4))
		money := price * count / 10000
		for _, c := range feeTable.Columns {
			f := cols[c.Name]
			switch c.Name {
			case "bkkp_sn", "rid":
				f.plain(fmt.Sprintf("%s%022d", c.Name[:1], from+i))
			case "mdtrt_id", "setl_id", "chrg_bchno":
				f.text(visit)
			case "psn_no":
				f.text(person)
			case "psn_insu_rlts_id":
				f.text("R" + person[4:])
			case "fixmedins_code":
				f.text(hospital)
			case "fixmedins_name":
				f.text("某市第" + hospital[7:] + "人民医院")
			case "hilist_code", "med_list_codg":
				f.text(fmt.Sprintf("XA%021d", item))
			case "hilist_name", "medins_list_name", "prodname":
				f.text(fmt.Sprintf("某药品或诊疗项目名称第%d号", item))
			case "medins_list_codg":
				f.text(fmt.Sprintf("%s-%d", hospital, item))
			case "spec":
				f.text(fmt.Sprintf("0.%dg*%d片", item%90, item%7))
			case "bilg_dr_code", "acord_dr_code", "crter_id", "opter_id":
				f.text(doctor)
			case "bilg_dr_name", "acord_dr_name", "crter_name", "opter_name":
				f.text("医师" + doctor[8:])
			case "rx_drord_no":
				if item%3 == 0 {
					f.text("")
				} else {
					f.text("X" + visit[1:])
				}
			case "fee_ocur_time", "opt_time", "crte_time", "updt_time":
				f.int(int64(at) + int64(i%8))
			case "cnt":
				f.int(count * 10000)
			case "pric", "pric_uplmt_amt":
				f.int(price)
			case "det_item_fee_sumamt", "inscp_amt":
				f.int(money)
			case "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt":
				f.int(money * int64(item%3) / 10)
			case "selfpay_prop":
				f.int(int64(item%5) * 1000)
			case "cvlserv_bedfee_amt", "medins_disc_amt":
				f.int(0)
			case "etip_hosp_code", "oprn_oprt_code", "memo", "comb_no", "dise_codg", "init_feedetl_sn", "drt_reim_flag":
				f.text("")
			default:
				f.text(fmt.Sprintf("%d", item%3))
			}
		}
		b.Line = append(b.Line, int64(i+2))
	}
	for _, c := range feeTable.Columns {
		v := &cols[c.Name].v
		if len(v.Dict) == 0 && v.Ints == nil && v.Offsets == nil {
			v = nil
		}
		b.Cols = append(b.Cols, v)
	}
	return b
}

func testDB(t testing.TB, home string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), home)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

func openTest(t testing.TB, home string) *Lake {
	t.Helper()
	l, err := Open(context.Background(), testDB(t, home), home+"/lake", []*Table{feeTable, personTable}, Options{Buckets: 4})
	if err != nil {
		t.Fatal(err)
	}
	return l
}
