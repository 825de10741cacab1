package demo

import (
	"strconv"

	"yiheng/ground/calendar"
)

// record is a row of record_d: an entry of a hospital's own books about a visit.
type record struct {
	visit      *visit
	kind       string
	item       *item // nil: the operation
	op         *operation
	text       string
	begin, end calendar.Time
	number     int // of the person's records
}

// kept writes the orders and reports of a stay, and the anaesthesia of its operations.
func (l *life) kept(v *visit) {
	add := func(r record) {
		r.visit, r.number = v, len(l.records)
		l.records = append(l.records, r)
	}
	for k := range v.lines {
		x := &v.lines[k]
		if x.qty <= 0 || x.invalid || x.at == calendar.NoTime {
			continue
		}
		add(record{kind: "order", item: x.item, text: "临时医嘱", begin: x.at - 600, end: x.at})
		switch x.item.chrgitm {
		case "03":
			add(record{kind: "exam_report", item: x.item, text: "未见明显异常", begin: x.at, end: x.at + 5400})
		case "04":
			add(record{kind: "lab_report", item: x.item, text: "在参考范围内", begin: x.at, end: x.at + 9000})
		}
	}
	for k := range v.ops {
		if o := &v.ops[k]; o.at != calendar.NoTime {
			add(record{kind: "anaesthesia", op: o, text: "椎管内麻醉", begin: o.at - 1200, end: o.at + 7200})
		}
	}
}

func (r *record) code() string {
	if r.op != nil {
		return r.op.code.code
	}
	return r.item.code
}

func (r *record) name() string {
	if r.op != nil {
		return r.op.code.name
	}
	return r.item.name
}

// recorded is record_d, what hospitals' own books say of visits.
var recorded = newForm("record_d", `
rec_id rec_type psn_no mdtrt_id fixmedins_code ipt_otp_no rx_drord_no rec_code rec_name rec_text begntime endtime
cnt prd_days dept_name vali_flag updt_time`, map[string]column{
	"rec_id": text(func(b []byte, r *row) []byte {
		return strconv.AppendInt(appendPadded(append(b, 'R'), uint64(r.l.number), 10), int64(100000+r.b.number), 10)
	}),
	"rec_type":       word(func(r *row) string { return r.b.kind }),
	"psn_no":         word(func(r *row) string { return r.l.no }),
	"mdtrt_id":       word(func(r *row) string { return r.b.visit.id }),
	"fixmedins_code": word(func(r *row) string { return r.b.visit.org.code }),
	"ipt_otp_no":     word(func(r *row) string { return r.b.visit.id }),
	"rec_code":       word(func(r *row) string { return r.b.code() }),
	"rec_name":       word(func(r *row) string { return r.b.name() }),
	"rec_text":       word(func(r *row) string { return r.b.text }),
	"begntime":       num(moment, func(r *row) int64 { return int64(r.b.begin) }),
	"endtime":        num(moment, func(r *row) int64 { return int64(r.b.end) }),
	"cnt":            num(quantity, func(*row) int64 { return unitQty }),
	"prd_days":       num(quantity, func(*row) int64 { return empty }),
	"dept_name":      word(func(r *row) string { return r.b.visit.ward().name }),
	"vali_flag":      fixed("1"),
	"updt_time":      num(moment, func(r *row) int64 { return int64(r.b.end + 600) }),
})

// registered is dr_info_b, the doctors.
var registered = newForm("dr_info_b", `
dr_code psn_no dr_name psn_itro dr_prac_type_name dr_prac_type dr_prac_scp_code dr_prac_scp_name prac_regn
mul_prac_flag main_pracins_no main_pracins_name main_pracins_addr nemp_time vali_flag dr_pro_tech_duty
dr_pro_tech_duty_name dr_prac_cert_no rid crte_time updt_time crter_id crter_name crte_optins_no opter_id
opter_name opt_time optins_no ver admdvs sync_prnt_flag medins_code pracins_name pracins_addr medins_name
cred_lv vola_bhvr prac_stas ver_rid ver_name dr_id psn_stas cntr_begntime cntr_endtime dr_prac_lv
dr_praccert_elec_doc dr_cert_codg dif_dscr dw_tab_name dw_biz_time dw_exch_updt_time pk_id ym`, map[string]column{
	"dr_code":               word(func(r *row) string { return r.y.code }),
	"dr_name":               word(func(r *row) string { return r.y.name }),
	"dr_prac_type":          fixed("1"),
	"main_pracins_no":       word(func(r *row) string { return r.i.code }),
	"main_pracins_name":     word(func(r *row) string { return r.i.name }),
	"dr_pro_tech_duty":      word(func(r *row) string { return "23" + strconv.Itoa(6-r.y.grade) }),
	"dr_pro_tech_duty_name": word(func(r *row) string { return titles[r.y.grade] }),
	"admdvs":                word(func(r *row) string { return r.i.region }),
	"medins_code":           word(func(r *row) string { return r.i.code }),
	"medins_name":           word(func(r *row) string { return r.i.name }),
	"prac_stas":             fixed("1"),
	"vali_flag":             fixed("1"),
	"rid":                   word(func(r *row) string { return r.y.code }),
	"crte_time":             num(moment, func(*row) int64 { return int64(calendar.DayOf(2021, 1, 1).At(9, 0, 0)) }),
	"updt_time":             num(moment, func(*row) int64 { return int64(calendar.DayOf(2021, 1, 1).At(9, 0, 0)) }),
})

var titles = [6]string{1: "医士", 2: "医师", 3: "主治医师", 4: "副主任医师", 5: "主任医师"}

// standing calls f with every row of the tables that are of no person: the
// institutions, their doctors, their books.
func (g *generator) standing(f func(of *form, r *row)) {
	for _, x := range g.city.institutions {
		f(fixmedins, &row{i: x})
	}
	for _, x := range g.city.institutions {
		for _, d := range x.departments {
			for k := range d.doctors {
				f(registered, &row{i: x, y: &d.doctors[k]})
			}
		}
	}
	if g.peers {
		books := g.books()
		for k := range books {
			f(stocked, &row{e: &books[k]})
		}
	}
}

// standingForms are the tables that standing fills.
var standingForms = []*form{fixmedins, registered, stocked}

// pointsHeader is that of the exchange format of knowledge points.
const pointsHeader = "kp_id,rule_id,code,other_code,params,valid_from,valid_to,supersedes,region,basis,note\n"

// ownPoints is points.csv: the points of the classes for which the starter pack has
// none, which the truth of the city rests on as well.
func ownPoints() []byte {
	b := []byte(pointsHeader)
	for _, p := range loadRuled(ownCSV) {
		for _, s := range []string{p.id, p.rule, p.code, p.other, p.text, dayText(p.from), dayText(p.to), p.supersedes, p.region, cityName + "演示知识点"} {
			b = append(appendText(b, s), ',')
		}
		b = append(b, "虚构\n"...)
	}
	return b
}
