package demo

import "yiheng/ground/calendar"

// diag is setl_list_diag_d, the diagnoses of visits.
var diag = newForm("setl_list_diag_d", `
setl_list_diag_id setl_id mdtrt_id psn_no diag_type maindiag_flag diag_code diag_name adm_cond_type vali_flag
rid updt_time crter_id crter_name crte_time crte_optins_no opter_id opter_name opt_time optins_no poolarea_no
setl_list_sn pt`, with(listColumns('D'), map[string]column{
	"setl_list_diag_id": text(func(b []byte, r *row) []byte { return listID(b, r, 'D') }),
	"diag_type":         fixed("1"),
	"maindiag_flag":     word(func(r *row) string { return flag(r.k == 0) }),
	"diag_code":         word(func(r *row) string { return r.d.code }),
	"diag_name":         word(func(r *row) string { return r.d.name }),
	"adm_cond_type":     fixed("1"),
}))

// oprn is setl_list_oprn_d, the operations of visits.
var oprn = newForm("setl_list_oprn_d", `
setl_list_oprn_id setl_id psn_no mdtrt_id main_oprn_flag oprn_oprt_name oprn_oprt_code oprn_oprt_date anst_way
oper_dr_name oper_dr_code anst_dr_name anst_dr_code vali_flag rid updt_time crter_id crter_name crte_time
crte_optins_no opter_id opter_name opt_time optins_no poolarea_no anst_begntime anst_endtime
oprn_oprt_begntime oprn_oprt_endtime setl_list_sn pt`, with(listColumns('O'), map[string]column{
	"setl_list_oprn_id":  text(func(b []byte, r *row) []byte { return listID(b, r, 'O') }),
	"main_oprn_flag":     word(func(r *row) string { return flag(r.o.main) }),
	"oprn_oprt_name":     word(func(r *row) string { return r.o.code.name }),
	"oprn_oprt_code":     word(func(r *row) string { return r.o.code.code }),
	"oprn_oprt_date":     num(moment, func(r *row) int64 { return r.o.when(0) }),
	"anst_way":           fixed("2"),
	"oper_dr_name":       word(func(r *row) string { return r.o.dr.name }),
	"oper_dr_code":       word(func(r *row) string { return r.o.dr.code }),
	"anst_begntime":      num(moment, func(r *row) int64 { return r.o.when(-1200) }),
	"anst_endtime":       num(moment, func(r *row) int64 { return r.o.when(7200) }),
	"oprn_oprt_begntime": num(moment, func(r *row) int64 { return r.o.when(0) }),
	"oprn_oprt_endtime":  num(moment, func(r *row) int64 { return r.o.when(5400) }),
}))

// when is so many seconds after the operation, empty when its time is not recorded.
func (o *operation) when(after calendar.Time) int64 {
	if o.at == calendar.NoTime {
		return empty
	}
	return int64(o.at + after)
}

// listColumns are the columns that both lists share.
func listColumns(letter byte) map[string]column {
	return map[string]column{
		"setl_id":        word(lastSettlement),
		"mdtrt_id":       word(func(r *row) string { return r.v.id }),
		"psn_no":         word(func(r *row) string { return r.l.no }),
		"vali_flag":      fixed("1"),
		"rid":            text(func(b []byte, r *row) []byte { return listID(b, r, letter) }),
		"updt_time":      num(moment, func(r *row) int64 { return int64(r.v.recorded()) }),
		"crter_id":       text(clerk),
		"crte_time":      num(moment, func(r *row) int64 { return int64(r.v.recorded()) }),
		"crte_optins_no": word(func(r *row) string { return r.v.region }),
		"opter_id":       text(clerk),
		"optins_no":      word(func(r *row) string { return r.v.region }),
		"poolarea_no":    fixed(cityCode),
	}
}

func listID(b []byte, r *row, letter byte) []byte {
	b = append(append(b, letter), r.v.id...)
	return appendPadded(b, uint64(r.k), 2)
}

func lastSettlement(r *row) string {
	if n := len(r.v.settlements); n > 0 {
		return r.v.settlements[n-1].id
	}
	return ""
}

// psnInfo is psn_info_b, the insured persons.
var psnInfo = newForm("psn_info_b", `
mob psn_no psn_mgtcode psn_name alis gend brdy file_brdy psn_cert_type certno hsecfc tel naty nat_regn_code
email polstas fst_patc_job_date resd_natu resd_loc_admdvs hsreg_addr hsreg_addr_poscode live_admdvs live_addr
live_addr_poscode resdbook_no mrg_stas hlcon memo surv_stas mul_prov_mnt_flag admdut retr_type grad_schl educ
pro_tech_duty_lv nat_prfs_qua_lv vali_flag rid crte_time updt_time crter_id crter_name crte_optins_no opter_id
opter_name opt_time optins_no ver cpr_flag poolarea_no chk_chnl chk_time`, map[string]column{
	"mob":             word(func(r *row) string { return r.l.phone }),
	"psn_no":          word(func(r *row) string { return r.l.no }),
	"psn_name":        word(func(r *row) string { return r.l.name }),
	"gend":            word(func(r *row) string { return gender(r.l.sex) }),
	"brdy":            num(day, func(r *row) int64 { return civil(r.l.birth) }),
	"psn_cert_type":   fixed("01"),
	"certno":          word(func(r *row) string { return r.l.cert }),
	"tel":             word(func(r *row) string { return r.l.phone }),
	"naty":            fixed("1"),
	"resd_loc_admdvs": word(func(r *row) string { return r.l.region }),
	"live_admdvs":     word(func(r *row) string { return r.l.region }),
	"live_addr":       word(func(r *row) string { return r.l.address }),
	"resdbook_no":     text(func(b []byte, r *row) []byte { return appendPadded(append(b, "HK"...), r.l.household, 10) }),
	"surv_stas":       word(func(r *row) string { return flag(r.l.died == calendar.NoDay) }),
	"vali_flag":       fixed("1"),
	"rid":             word(func(r *row) string { return r.l.no }),
	"crte_time":       num(moment, func(*row) int64 { return int64(calendar.DayOf(2021, 1, 1).At(9, 0, 0)) }),
	"updt_time":       num(moment, func(*row) int64 { return int64(calendar.DayOf(2021, 1, 1).At(9, 0, 0)) }),
	"poolarea_no":     fixed(cityCode),
})

// fixmedins is fixmedins_b, the institutions.
var fixmedins = newForm("fixmedins_b", `
fixmedins_code medins_mgtcode uscc orgcode fix_blng_admdvs_city fix_blng_admdvs fixmedins_name fixmedins_type
hosp_lv lmtpric_hosp_lv dedc_hosp_lv begntime endtime hi_resper_name hi_resper_tel hi_resper_cert_type
hi_resper_certno out_fixmedins_type fix_onln_open_flag out_onln_open_type nat_plaf_code prov_plaf_code
vali_flag memo rid updt_time crter_id crter_name crte_time crte_optins_no opter_id opter_name opt_time
optins_no poolarea_no`, map[string]column{
	"fixmedins_code":       word(func(r *row) string { return r.i.code }),
	"fix_blng_admdvs_city": word(func(r *row) string { return r.i.region[:4] + "00" }),
	"fix_blng_admdvs":      word(func(r *row) string { return r.i.region }),
	"fixmedins_name":       word(func(r *row) string { return r.i.name }),
	"fixmedins_type":       word(institutionType),
	"hosp_lv":              word(func(r *row) string { return r.i.level }),
	"begntime":             num(moment, func(*row) int64 { return int64(calendar.DayOf(2020, 1, 1).At(0, 0, 0)) }),
	"fix_onln_open_flag":   fixed("1"),
	"vali_flag":            fixed("1"),
	"rid":                  word(func(r *row) string { return r.i.code }),
	"updt_time":            num(moment, func(*row) int64 { return int64(calendar.DayOf(2021, 1, 1).At(9, 0, 0)) }),
	"poolarea_no":          fixed(cityCode),
})

func institutionType(r *row) string {
	if r.i.pharmacy {
		return "2"
	}
	return "1"
}
