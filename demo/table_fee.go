package demo

import (
	"yiheng/ground/calendar"
)

// feeList is fee_list_d, the charges: 82 columns.
var feeList = newForm("fee_list_d", `
bkkp_sn mdtrt_id fee_ocur_time setl_id rx_drord_no fixmedins_code fixmedins_name psn_no psn_insu_rlts_id
insu_admdvs pay_loc med_type cnt pric det_item_fee_sumamt pric_uplmt_amt selfpay_prop fulamt_ownpay_amt
overlmt_selfpay preselfpay_amt inscp_amt cvlserv_bedfee_amt medins_disc_amt chrgitm_lv hilist_code hilist_name
list_type med_list_codg medins_list_codg medins_list_name med_chrgitm_type prodname spec dosform_name
bilg_dept_codg bilg_dept_name bilg_dr_code bilg_dr_name acord_dept_codg acord_dept_name acord_dr_code
acord_dr_name lmt_used_flag hosp_prep_flag hosp_appr_flag tcmdrug_used_way prodplac_type bas_medn_flag
hi_nego_drug_flag prcu_drug_flag chld_medc_flag etip_flag etip_hosp_code dscg_tkdrug_flag list_sp_item_flag
matn_fee_flag drt_reim_flag reim_prop oprn_oprt_code sin_dos_dscr used_frqu_dscr prd_days medc_way_dscr memo
vali_flag rid updt_time crter_id crter_name crte_time crte_optins_no opter_id opter_name opt_time optins_no
poolarea_no rx_circ_flag dise_codg chrg_bchno init_feedetl_sn comb_no pt`, map[string]column{
	"bkkp_sn":             text(func(b []byte, r *row) []byte { return lineID(b, r.l.number, r.x.serial) }),
	"mdtrt_id":            ofVisit(func(r *row) string { return r.v.id }),
	"fee_ocur_time":       num(moment, func(r *row) int64 { return clock(r.x.at) }),
	"setl_id":             word(settlementOf),
	"rx_drord_no":         text(prescription),
	"fixmedins_code":      ofVisit(func(r *row) string { return r.v.org.code }),
	"fixmedins_name":      ofVisit(func(r *row) string { return r.v.org.name }),
	"psn_no":              ofVisit(func(r *row) string { return r.l.no }),
	"insu_admdvs":         ofVisit(func(r *row) string { return r.l.region }),
	"pay_loc":             ofVisit(func(r *row) string { return r.v.payLoc }),
	"med_type":            ofVisit(func(r *row) string { return r.v.medType }),
	"cnt":                 num(quantity, func(r *row) int64 { return r.x.qty }),
	"pric":                num(price, func(r *row) int64 { return r.x.price * 10_000 }),
	"det_item_fee_sumamt": num(money, func(r *row) int64 { return r.x.total }),
	"selfpay_prop":        text(ownShare),
	"fulamt_ownpay_amt":   num(money, func(r *row) int64 { return r.x.full }),
	"overlmt_selfpay":     num(money, func(r *row) int64 { return r.x.over }),
	"preselfpay_amt":      num(money, func(r *row) int64 { return r.x.pre }),
	"inscp_amt":           num(money, func(r *row) int64 { return r.x.inscp }),
	"chrgitm_lv":          ofItem(func(it *item) string { return it.class }),
	"hilist_code":         ofItem(func(it *item) string { return it.code }),
	"hilist_name":         ofItem(func(it *item) string { return it.name }),
	"list_type":           ofItem(func(it *item) string { return it.listType }),
	"med_list_codg":       ofItem(func(it *item) string { return it.code }),
	"medins_list_codg":    ofItem(func(it *item) string { return it.local }),
	"med_chrgitm_type":    ofItem(func(it *item) string { return it.chrgitm }),
	"spec":                ofItem(func(it *item) string { return it.unit }),
	"bilg_dept_codg":      word(func(r *row) string { return departmentOf(r).code }),
	"bilg_dept_name":      word(func(r *row) string { return departmentOf(r).name }),
	"bilg_dr_code":        word(func(r *row) string { return doctorOf(r).code }),
	"bilg_dr_name":        word(func(r *row) string { return doctorOf(r).name }),
	"lmt_used_flag":       ofItem(func(it *item) string { return flag(len(it.points) > 0) }),
	"hosp_appr_flag":      word(approval),
	"dise_codg":           word(func(r *row) string { return r.x.dise }),
	"dscg_tkdrug_flag":    word(func(r *row) string { return flag(r.x.takeHome) }),
	"drt_reim_flag":       always("1"),
	"vali_flag":           word(func(r *row) string { return flag(!r.x.invalid) }),
	"updt_time":           num(moment, func(r *row) int64 { return int64(r.x.updated) }),
	"crter_id":            {text: clerk, visit: true},
	"crte_time":           num(moment, func(r *row) int64 { return int64(r.x.uploaded) }),
	"poolarea_no":         always(cityCode),
	"init_feedetl_sn":     text(refunded),
})

func settlementOf(r *row) string {
	if r.x.settlement < 0 {
		return ""
	}
	return r.v.settlements[r.x.settlement].id
}

func prescription(b []byte, r *row) []byte {
	if r.x.noRx || r.v.org.pharmacy {
		return b
	}
	b = append(append(b, 'R'), r.v.id...)
	return appendPadded(b, uint64(r.x.rx), 3)
}

func ownShare(b []byte, r *row) []byte {
	if r.x.full == r.x.total && r.x.total != 0 {
		return append(b, "1.00"...)
	}
	return appendFen(b, r.x.item.prepaid)
}

func departmentOf(r *row) *department {
	if r.x.dept == nil {
		return &nowhere
	}
	return r.x.dept
}

var nowhere department

func doctorOf(r *row) doctor {
	d := departmentOf(r)
	switch {
	case len(d.doctors) == 0:
		return doctor{}
	case r.x.stranger:
		return doctor{code: "D999900000001", name: "外院会诊医师"}
	}
	return d.doctors[r.x.doctor%len(d.doctors)]
}

func approval(r *row) string {
	switch {
	case r.x.refused:
		return "2"
	case len(r.x.item.points) > 0:
		return "1"
	}
	return "0"
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func clerk(b []byte, r *row) []byte {
	return appendPadded(append(b, "OP"...), uint64(r.v.org.index*10+r.v.number%7), 6)
}

func refunded(b []byte, r *row) []byte {
	if r.x.refunds == 0 {
		return b
	}
	return lineID(b, r.l.number, r.x.refunds)
}

// yearOf is the year of a visit, by its end.
func yearOf(v *visit) int {
	t := v.end
	if t == calendar.NoTime {
		t = v.begin
	}
	return t.Day().Year()
}
