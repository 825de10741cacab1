package demo

import (
	"strconv"

	"yiheng/ground/calendar"
)

// mdtrt is mdtrt_d, the visits: 106 columns.
var mdtrt = newForm("mdtrt_d", `
mdtrt_id medins_setl_id psn_no psn_insu_rlts_id psn_cert_type certno psn_name gend naty brdy age coner_name
tel addr insutype psn_type cvlserv_flag cvlserv_lv sp_psn_type sp_psn_type_lv clct_grde flxempe_flag nwb_flag
insu_admdvs emp_no emp_name emp_type econ_type afil_indu afil_rlts emp_mgt_type pay_loc fixmedins_code
fixmedins_name hosp_lv fix_blng_admdvs lmtpric_hosp_lv dedc_hosp_lv begntime endtime mdtrt_cert_type
mdtrt_cert_no med_type rloc_type ars_year_ipt_flag pre_pay_flag year refl_old_mdtrt_id ipt_otp_no medrcdno
chfpdr_code adm_diag_dscr adm_dept_codg adm_dept_name adm_bed wardarea_bed traf_dept_flag dscg_maindiag_code
dscg_dept_codg dscg_dept_name dscg_bed dscg_way main_cond_dscr dise_no dise_name oprn_oprt_code oprn_oprt_name
otp_diag_info inhosp_stas die_date ipt_days geso_val birctrl_type fetts fetus_cnt matn_type prey_time
latechb_flag pret_flag fpsc_no birctrl_matn_date cop_flag trt_dcla_detl_sn vali_flag memo rid updt_time
crter_id crter_name crte_time crte_optins_no opter_id opter_name opt_time optins_no poolarea_no chfpdr_name
dscg_maindiag_name adm_caty dscg_caty ttp_pay_flag ttp_pay_prop dise_type_code same_dise_adm_flag quts_type pt`,
	with(visitColumns(), map[string]column{
		"tel":                word(func(r *row) string { return r.l.phone }),
		"addr":               word(func(r *row) string { return r.l.address }),
		"begntime":           num(moment, func(r *row) int64 { return clock(r.v.begin) }),
		"endtime":            num(moment, func(r *row) int64 { return clock(r.v.end) }),
		"ars_year_ipt_flag":  word(func(r *row) string { return flag(r.v.begin.Day().Year() != yearOf(r.v)) }),
		"ipt_otp_no":         word(func(r *row) string { return r.v.id }),
		"medrcdno":           word(func(r *row) string { return r.l.no }),
		"chfpdr_code":        word(func(r *row) string { return r.v.chief().code }),
		"chfpdr_name":        word(func(r *row) string { return r.v.chief().name }),
		"adm_diag_dscr":      word(func(r *row) string { return mainOf(r.v).name }),
		"adm_dept_codg":      word(func(r *row) string { return r.v.ward().code }),
		"adm_dept_name":      word(func(r *row) string { return r.v.ward().name }),
		"dscg_maindiag_code": word(func(r *row) string { return mainOf(r.v).code }),
		"dscg_maindiag_name": word(func(r *row) string { return mainOf(r.v).name }),
		"dscg_dept_codg":     word(func(r *row) string { return r.v.ward().code }),
		"dscg_dept_name":     word(func(r *row) string { return r.v.ward().name }),
		"dscg_way":           word(discharge),
		"dise_no":            word(func(r *row) string { return r.v.dise }),
		"oprn_oprt_code":     word(func(r *row) string { return mainOperation(r.v).code }),
		"oprn_oprt_name":     word(func(r *row) string { return mainOperation(r.v).name }),
		"otp_diag_info":      text(outpatientDiagnoses),
		"inhosp_stas":        word(func(r *row) string { return flag(r.v.stay() && r.v.end == calendar.NoTime) }),
		"die_date":           num(day, func(r *row) int64 { return civil(r.v.died) }),
		"ipt_days":           text(stayDays),
		"vali_flag":          word(func(r *row) string { return flag(!r.v.invalid) }),
		"updt_time":          num(moment, func(r *row) int64 { return int64(r.v.recorded()) }),
		"crte_time":          num(moment, func(r *row) int64 { return int64(r.v.begin + 600) }),
		"opt_time":           num(moment, func(r *row) int64 { return int64(r.v.recorded()) }),
	}))

// setl is setl_d, the settlements: 100 columns.
var setl = newForm("setl_d", `
setl_id clr_optins medins_setl_id mdtrt_id init_setl_id psn_no psn_insu_rlts_id psn_name psn_cert_type certno
gend naty brdy age insutype psn_type cvlserv_flag cvlserv_lv sp_psn_type sp_psn_type_lv clct_grde flxempe_flag
nwb_flag insu_admdvs emp_no emp_name emp_type econ_type afil_indu afil_rlts emp_mgt_type pay_loc
fixmedins_code fixmedins_name hosp_lv fix_blng_admdvs lmtpric_hosp_lv dedc_hosp_lv begndate enddate setl_time
mdtrt_cert_type mdtrt_cert_no med_type setl_type clr_type clr_way psn_setlway medfee_sumamt fulamt_ownpay_amt
overlmt_selfpay preselfpay_amt inscp_amt dedc_std crt_dedc act_pay_dedc hifp_pay pool_prop_selfpay
hi_agre_sumfee cvlserv_pay hifes_pay hifmi_pay hifob_pay hifdm_pay maf_pay othfund_pay fund_pay_sumamt psn_pay
acct_pay cash_payamt ownpay_hosp_part balc acct_mulaid_pay refd_setl_flag cal_ipt_cnt setl_cashpay_way year
dise_no dise_name invono manl_reim_rea vali_flag memo rid updt_time crter_id crter_name crte_time
crte_optins_no opter_id opter_name opt_time optins_no poolarea_no mid_setl_flag acct_used_flag quts_type
bydise_setl_payamt exct_item_fund_payamt pt`,
	with(visitColumns(), map[string]column{
		"setl_id":           word(func(r *row) string { return r.s.id }),
		"clr_optins":        word(func(r *row) string { return r.l.region }),
		"init_setl_id":      word(func(r *row) string { return r.s.initID }),
		"begndate":          num(day, func(r *row) int64 { return civil(r.v.begin.Day()) }),
		"enddate":           num(day, func(r *row) int64 { return civil(r.s.at.Day()) }),
		"setl_time":         num(moment, func(r *row) int64 { return int64(r.s.at) }),
		"setl_type":         fixed("2"),
		"clr_type":          word(clearing),
		"clr_way":           word(func(r *row) string { return payment(r.v) }),
		"psn_setlway":       fixed("01"),
		"medfee_sumamt":     num(money, func(r *row) int64 { return r.s.total + r.s.off }),
		"fulamt_ownpay_amt": num(money, func(r *row) int64 { return r.s.full }),
		"overlmt_selfpay":   num(money, func(r *row) int64 { return r.s.over }),
		"preselfpay_amt":    num(money, func(r *row) int64 { return r.s.pre }),
		"inscp_amt":         num(money, func(r *row) int64 { return r.s.inscp + r.s.off }),
		"crt_dedc":          num(money, func(r *row) int64 { return r.s.dedc }),
		"act_pay_dedc":      num(money, func(r *row) int64 { return r.s.dedc }),
		"hifp_pay":          num(money, func(r *row) int64 { return r.s.pool }),
		"hi_agre_sumfee":    num(money, func(r *row) int64 { return r.s.inscp + r.s.off }),
		"hifmi_pay":         num(money, func(r *row) int64 { return r.s.serious }),
		"maf_pay":           num(money, func(r *row) int64 { return r.s.aid }),
		"fund_pay_sumamt":   num(money, func(r *row) int64 { return r.s.fund }),
		"psn_pay":           num(money, func(r *row) int64 { return r.s.person + r.s.off }),
		"acct_pay":          num(money, func(r *row) int64 { return r.s.account }),
		"cash_payamt":       num(money, func(r *row) int64 { return r.s.cash + r.s.off }),
		"ownpay_hosp_part":  num(money, func(*row) int64 { return 0 }),
		"acct_mulaid_pay":   num(money, func(*row) int64 { return 0 }),
		"refd_setl_flag":    word(func(r *row) string { return flag(r.s.refund) }),
		"cal_ipt_cnt":       word(func(r *row) string { return flag(r.v.stay() && !r.s.middle) }),
		"mid_setl_flag":     word(func(r *row) string { return flag(r.s.middle) }),
		"acct_used_flag":    word(func(r *row) string { return flag(r.s.account != 0) }),
		"vali_flag":         fixed("1"),
		"updt_time":         num(moment, func(r *row) int64 { return int64(r.s.at + 60) }),
		"crte_time":         num(moment, func(r *row) int64 { return int64(r.s.at) }),
		"opt_time":          num(moment, func(r *row) int64 { return int64(r.s.at + 60) }),
	}))

// visitColumns are the columns that mdtrt_d and setl_d share.
func visitColumns() map[string]column {
	return map[string]column{
		"mdtrt_id":        word(func(r *row) string { return r.v.id }),
		"psn_no":          word(func(r *row) string { return r.l.no }),
		"psn_cert_type":   fixed("01"),
		"certno":          word(func(r *row) string { return r.l.cert }),
		"psn_name":        word(func(r *row) string { return r.l.name }),
		"gend":            word(func(r *row) string { return gender(r.v.recordedSex(r.l)) }),
		"naty":            fixed("1"),
		"brdy":            num(day, func(r *row) int64 { return civil(r.v.recordedBirth(r.l)) }),
		"age":             text(age),
		"insutype":        word(func(r *row) string { return r.v.insutype }),
		"psn_type":        word(func(r *row) string { return r.l.psnType }),
		"cvlserv_flag":    fixed("0"),
		"nwb_flag":        word(func(r *row) string { return flag(r.v.newborn) }),
		"insu_admdvs":     word(func(r *row) string { return r.l.region }),
		"emp_no":          word(func(r *row) string { return r.l.employer }),
		"emp_name":        word(func(r *row) string { return r.l.empName }),
		"pay_loc":         word(func(r *row) string { return r.v.payLoc }),
		"fixmedins_code":  word(func(r *row) string { return r.v.org.code }),
		"fixmedins_name":  word(func(r *row) string { return r.v.org.name }),
		"hosp_lv":         word(func(r *row) string { return r.v.level }),
		"fix_blng_admdvs": word(func(r *row) string { return r.v.region }),
		"mdtrt_cert_type": fixed("03"),
		"mdtrt_cert_no":   word(func(r *row) string { return r.l.cert }),
		"med_type":        word(func(r *row) string { return r.v.medType }),
		"year":            text(func(b []byte, r *row) []byte { return strconv.AppendInt(b, int64(yearOf(r.v)), 10) }),
		"rid":             word(func(r *row) string { return r.v.id }),
		"crter_id":        text(clerk),
		"crte_optins_no":  word(func(r *row) string { return r.v.region }),
		"opter_id":        text(clerk),
		"optins_no":       word(func(r *row) string { return r.v.region }),
		"poolarea_no":     fixed(cityCode),
	}
}

// with puts more into m, in place of what it has.
func with(m, more map[string]column) map[string]column {
	for k, c := range more {
		m[k] = c
	}
	return m
}

// recordedSex is what the record says of a newborn on a parent's account: the parent's.
func (v *visit) recordedSex(l *life) string {
	if v.newborn {
		return l.sex
	}
	return v.sex
}

func (v *visit) recordedBirth(l *life) calendar.Day {
	if v.newborn {
		return l.birth
	}
	return v.birth
}

func gender(sex string) string {
	if sex == "" {
		return "9"
	}
	return sex
}

func age(b []byte, r *row) []byte {
	birth := r.v.recordedBirth(r.l)
	if birth == calendar.NoDay {
		return b
	}
	return strconv.AppendInt(b, int64(birth.YearsUntil(r.v.begin.Day())), 10)
}

// recorded is when the visit's row was last written.
func (v *visit) recorded() calendar.Time {
	if v.end == calendar.NoTime {
		return v.begin + 600
	}
	return v.end + 1200
}

func (v *visit) ward() *department {
	if v.org.pharmacy || v.dept == nil {
		return &nowhere
	}
	return v.dept
}

func (v *visit) chief() doctor {
	d := v.ward()
	if len(d.doctors) == 0 {
		return doctor{}
	}
	return d.doctors[v.doctor%len(d.doctors)]
}

var noCode code

func mainOf(v *visit) *code {
	if v.hideMain || len(v.dx) == 0 {
		return &noCode
	}
	return v.dx[0]
}

func mainOperation(v *visit) *code {
	for k := range v.ops {
		if v.ops[k].main {
			return v.ops[k].code
		}
	}
	return &noCode
}

func discharge(r *row) string {
	if !r.v.stay() || r.v.end == calendar.NoTime {
		return ""
	}
	return r.v.dscgWay
}

func outpatientDiagnoses(b []byte, r *row) []byte {
	if r.v.stay() {
		return b
	}
	for k, d := range r.v.dx {
		if k > 0 {
			b = append(b, ';')
		}
		b = append(append(b, d.code...), ' ')
		b = append(b, d.name...)
	}
	return b
}

func stayDays(b []byte, r *row) []byte {
	if !r.v.stay() || r.v.end == calendar.NoTime {
		return b
	}
	return strconv.AppendInt(b, int64(max(1, r.v.end.Day()-r.v.begin.Day())), 10)
}

// payment is how the fund pays for a visit: clr_way. Only stays are paid for by
// disease or by day.
func payment(v *visit) string {
	if !v.stay() {
		return "1"
	}
	return v.org.clrWay
}

func clearing(r *row) string {
	switch {
	case r.v.org.pharmacy:
		return "41"
	case r.v.stay():
		return "21"
	}
	return "11"
}
