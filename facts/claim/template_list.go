package claim

import "slices"

// The columns of the templates. One column is "HEADER WHAT": HEADER is
// one or more names, the template's first; WHAT is
//
//	nothing   kept beside the row, in _extra (# a number, #day, #time likewise)
//	COLUMN    that column of the table; of several for one column the first here that
//	          is known, of texts all that are, joined by ；
//	=COLUMN   likewise, in the table's words
//	@         a certificate number, by which the person is found
//	KIND:CODE a name that goes to the registry under the code in column CODE
//	-         a name without a code: it stays in the file
//
// With ! a template is told by that column, with * no row can do without it.

// ofPersons stand before the columns of every template of records, ofVersions behind
// those of all: an institution may add them to its file.
const (
	ofPersons = `
序号; 机构编码|fixmedins_code|定点医药机构编号 fixmedins_code*; 机构名称; 身份证号|certno|证件号码|身份证号码 @;
人员编号|psn_no psn_no; 姓名|psn_name|患者姓名 -; 性别; 年龄; 就诊ID|mdtrt_id mdtrt_id;
`
	ofVersions = `; 有效标志|vali_flag =vali_flag; 数据更新时间|updt_time updt_time;`
)

const prescriptionTemplate = ofPersons + `
门诊号 ipt_otp_no!; 处置类型 rec_text; 处方号 rx_drord_no!; 处方组号; 药品代码 rec_code; 药品名称 rec_name; 药品规格;
处方用法; 处方剂量 #; 剂量单位; 处方频次; 处方天数 prd_days; 数量 cnt; 数量单位; 单价 #; 金额 #;
处方开具日期 begntime!; 处方科室名称 dept_name; 开具医生姓名 -
` + ofVersions

const orderTemplate = ofPersons + `
住院号 ipt_otp_no!; 医嘱类型 rec_text; 医嘱号 rx_drord_no!; 医嘱组号; 医嘱代码 rec_code; 医嘱名称 rec_name; 医嘱规格;
医嘱用法; 医嘱剂量 #; 剂量单位; 医嘱频次; 医嘱天数 prd_days; 数量 cnt; 数量单位; 单价 #; 金额 #;
医嘱开始日期 begntime!; 医嘱停止日期 endtime; 医嘱科室名称 dept_name; 开立医生姓名 -
` + ofVersions

// The templates of operations and anaesthesia differ by the visit's number only.
const (
	visitNumber = `门诊号 ipt_otp_no!; 门诊科室名称;`
	stayNumber  = `住院号 ipt_otp_no!; 住院科室名称;`

	operationTemplate = `
疾病诊断名称; 手术开始时间 begntime; 手术日期 begntime!; 手术结束时间 endtime; 手术科室名称 dept_name; 手术者姓名 -;
手术操作编码 rec_code!; 手术操作名称 rec_name; 手术者姓名 -; 主要手术; 手术等级 rec_text; 切口类型; 愈合类型
` + ofVersions

	anaesthesiaTemplate = `
疾病诊断名称; 麻醉开始时间 begntime; 麻醉日期 begntime!; 麻醉结束时间 endtime; 麻醉科室名称 dept_name; 麻醉者姓名 -;
麻醉方式编码 rec_code!; 麻醉方式名称 rec_name; 麻醉等级 rec_text; 术后镇痛方式; 麻醉复苏开始时间 #time; 麻醉复苏结束时间 #time
` + ofVersions
)

// The templates of examinations (检查) and laboratory tests (化验).
const (
	careNumber = `就医方式; 就医号 ipt_otp_no!; 就医科室名称; 疾病诊断名称;`

	examTemplate = ofPersons + careNumber + `
检查登记日期 begntime!; 检查科室名称 dept_name; 检查者姓名 -; 检查项目编码 rec_code!; 检查项目名称 rec_name; 是否外送
` + ofVersions

	examReportTemplate = ofPersons + careNumber + `
检查报告时间 begntime!; 检查科室名称 dept_name; 检查者姓名 -; 检查部位 rec_name!; 检查方法 rec_text; 检查报告诊断 rec_text;
影像编号; 检查报告单位
` + ofVersions

	labTemplate = ofPersons + careNumber + `
检验登记日期 begntime!; 检验科室名称 dept_name; 检验者姓名 -; 检验项目编码 rec_code!; 检验项目名称 rec_name; 是否外送
` + ofVersions

	labReportTemplate = ofPersons + careNumber + `
检验报告时间 begntime!; 检验科室名称 dept_name; 检验者姓名 -; 检验样本; 检验方法; 检验值名称 rec_name!; 检验值描述 rec_text;
检验值范围; 样本编号; 检验报告单位
` + ofVersions
)

// The templates of stores: 药库 and 药房 differ by the name of the place.
const (
	goodsColumns = `
项目代码 medins_list_codg*; 国标代码 med_list_codg; 商品类型 goods_type; 商品名称 medins_list_name; 商品规格; 生产厂家;
供应商名称; 包装单位 pack_unit; 拆零单位 split_unit; 拆零比 pack_ratio;
`
	institutionColumns = `序号; 机构编码|fixmedins_code|定点医药机构编号 fixmedins_code*; 机构名称;`
	storeName          = `药库名称 place_name!;`
	pharmacyName       = `药房名称 place_name!;`

	carryTemplate = `年月 =biz_date!;` + goodsColumns + `
库存单位 unit; 上期结存数 opening_cnt*; 本期收入数 in_cnt*; 本期支出数 out_cnt*; 本期结存数 closing_cnt!; 购入价 #; 零售价 #;
结转日期 #day
` + ofVersions

	movementTemplate = goodsColumns + `
出入库类型 =entry_type!; 出入库数量 cnt!; 出入库单位 unit; 购入价 #; 零售价 #; 业务日期 biz_date*
`
)

// orderRecord is transaction 4402 and its fuller form 4402A.
const orderRecord = `
mdtrt_sn|就医流水号 ipt_otp_no; mdtrt_id|就诊ID mdtrt_id; psn_no|人员编号 psn_no; certno|证件号码|身份证号 @;
psn_name|人员姓名|姓名 -; fixmedins_code|定点医药机构编号|机构编码 fixmedins_code; ipt_bed_no|住院床号|ipt_bedno;
drord_no|医嘱号 rx_drord_no; isu_dept_code|下达科室代码; medc_begntime|用药开始时间 begntime;
drord_begntime|医嘱开嘱时间 begntime; drord_isu_time|drord_isu_no|医嘱下达时间 begntime; exe_dept_code|执行科室代码;
exe_dept_name|exedept_name|执行科室名称 dept_name; drord_chker_name|医嘱审核人姓名 dr:drord_chker_code;
drord_ptr_name|医嘱执行人姓名 dr:drord_ptr_code; drord_grpno|drord_grp_no|医嘱组号; drord_type|医嘱类别 =rec_text;
drord_item_type|drord_item_type_code|医嘱项目分类代码; drord_item_name|drord_item_type_name|医嘱项目分类名称;
drord_detl_code|医嘱明细代码 rec_code; drord_detl_name|医嘱明细名称 rec_name!; medn_type_code|药物类型代码;
medn_type_name|药物类型名称; drug_dosform|药品剂型; drug_dosform_name|药品剂型名称; drug_spec|药品规格; dismed_cnt|发药数量 cnt;
dismed_cnt_unt|发药数量单位; medn_use_frqu|药物使用-频率; medn_used_dosunt|药物使用-剂量单位; drug_used_sdose|药物使用-次剂量 #;
drug_used_idose|药物使用-总剂量 #; drug_used_way_code|药物使用-途径代码; drug_used_way|药物使用-途径; medc_days|用药天数 prd_days;
medc_endtime|用药停止时间 endtime; drord_endtime|医嘱结束时间 endtime; skintst_dicm|皮试判别; tcmherb_foote|草药脚注;
ipt_dept_code|住院科室代码; medins_orgcode|医疗机构组织机构代码; unif_purc_drug_flag|统一采购药品标志;
drug_mgt_plaf_code|药品管理平台代码; drug_purc_code|药品采购代码; bas_medn_flag|基本药物标志;
medcas_drord_detl_id|病案医嘱明细id !; isu_drord_dr_code|下达医嘱医生代码; isu_drord_dr_name|下达医嘱医生姓名 dr:isu_drord_dr_code;
drord_chker_code|医嘱审核人代码; drord_ptr_code|医嘱执行人代码; end_drord_dr_code|结束医嘱医生代码;
end_drord_dr_name|结束医嘱医生姓名 dr:end_drord_dr_code
` + ofVersions

// The replies of transactions 3512 (taken in) and 3513 (sold), with the times and
// kinds that local exports add to them.
const (
	tracColumnsIn = `
fixmedins_code|定点医药机构编号|机构编码 fixmedins_code*; medins_list_codg|医药机构目录编码 medins_list_codg;
medins_list_codg|医药机构目录编码 -; fixmedins_bchno|定点医药机构批次流水号|批次流水号 !; med_list_codg|医疗目录编码 med_list_codg;
medins_list_name|医药机构目录名称; drug_trac_codg|drug_trac_code|药品追溯码|追溯码 drug_trac_codg!;
purc_retn_stoin_time|入库时间|采购/退货入库时间 biz_time;
`
	tracColumnsOut = `
fixmedins_code|定点医药机构编号|机构编码 fixmedins_code*; med_list_codg|医疗目录编码 med_list_codg;
medins_list_codg|医药机构目录编码 medins_list_codg; medins_list_name|医药机构目录名称;
fixmedins_bchno|定点医药机构批次流水号|批次流水号; mdtrt_id|就诊ID mdtrt_id!; mdtrt_setl_type|就诊结算类型 =mdtrt_setl_type;
bkkp_sn|记账流水号 bkkp_sn; drug_trac_codg|drug_trac_code|药品追溯码|追溯码 drug_trac_codg!; psn_no|人员编号 psn_no;
psn_cert_type|人员证件类型; certno|证件号码 certno; psn_name|人员姓名 psn_name; memo|备注; trdn_flag|拆零标志 =trdn_flag;
sel_retn_time|销售/退货时间|销售时间 biz_time;
`
	tracColumnsBoth = `
opt_time|经办时间 biz_time; crte_time|数据创建时间 biz_time; updt_time|数据更新时间 updt_time; trac_type|追溯业务类型|业务类型 =trac_type;
rid|数据唯一记录号 rid; vali_flag|有效标志 =vali_flag; opter_id|经办人ID; opter_name|经办人姓名 -; crter_id|创建人ID;
crter_name|创建人姓名 -; optins_no|经办机构编号; fix_blng_admdvs|定点归属医保区划
`
)

// templates are all that are read, the institutions' (tables.json, group E) first.
var templates = []*template{
	recordTemplate("2.3", "机构门诊处方提取表", RecordPrescription, prescriptionTemplate),
	recordTemplate("2.4", "机构门诊手术提取表", RecordOperation, ofPersons+visitNumber+operationTemplate),
	recordTemplate("2.5", "机构门诊麻醉提取表", RecordAnaesthesia, ofPersons+visitNumber+anaesthesiaTemplate),
	recordTemplate("3.3", "机构住院医嘱提取表", RecordOrder, orderTemplate),
	recordTemplate("3.4", "机构住院手术提取表", RecordOperation, ofPersons+stayNumber+operationTemplate),
	recordTemplate("3.5", "机构住院麻醉提取表", RecordAnaesthesia, ofPersons+stayNumber+anaesthesiaTemplate),
	recordTemplate("4.1", "机构检查登记提取表", RecordExam, examTemplate),
	recordTemplate("4.2", "机构检查报告提取表", RecordExamReport, examReportTemplate),
	recordTemplate("4.3", "机构化验登记提取表", RecordLab, labTemplate),
	recordTemplate("4.4", "机构化验报告提取表", RecordLabReport, labReportTemplate),
	stockTemplate("5.1", "机构药库结转提取表", "1", EntryCarry, institutionColumns+storeName+carryTemplate),
	stockTemplate("5.2", "机构药房结转提取表", "2", EntryCarry, institutionColumns+pharmacyName+carryTemplate),
	stockTemplate("5.3", "机构药库消耗提取表", "1", "", institutionColumns+storeName+movementTemplate+`; 对方单位部门`+ofVersions),
	stockTemplate("5.4", "机构药房消耗提取表", "2", "", institutionColumns+pharmacyName+movementTemplate+`; 对方部门 -`+ofVersions),
	recordTemplate("4402", "住院医嘱记录", RecordOrder, orderRecord).keyed("psn_no", "mdtrt_id", "mdtrt_sn", "medcas_drord_detl_id"),
	traceTemplate("3512", "入库商品追溯信息", TracPurchase, tracColumnsIn+tracColumnsBoth).
		keyed("fixmedins_code", "fixmedins_bchno", "medins_list_codg", "drug_trac_codg", "purc_retn_stoin_time", "trac_type"),
	traceTemplate("3513", "商品销售追溯信息", TracSale, tracColumnsOut+tracColumnsBoth),
}

func recordTemplate(no, zh, kind, columns string) *template {
	return newTemplate(no, zh, RecordList, map[string]string{"rec_type": kind}, columns)
}

func stockTemplate(no, zh, place, entry, columns string) *template {
	fixed := map[string]string{"place_type": place}
	if entry != "" {
		fixed["entry_type"] = entry
	}
	return newTemplate(no, zh, StockList, fixed, columns)
}

func traceTemplate(no, zh, kind, columns string) *template {
	return newTemplate(no, zh, DrugTrac, map[string]string{"trac_type": kind}, columns)
}

// keyed says which columns identify a row.
func (t *template) keyed(names ...string) *template {
	for _, name := range names {
		t.key = append(t.key, templateName(name))
		if !slices.ContainsFunc(t.columns, func(c templateColumn) bool { return c.names[0] == templateName(name) }) {
			panic("claim: template " + t.no + " has no column " + name)
		}
	}
	return t
}

// unread are templates of institutions that say what the national tables say better.
var unread = []struct {
	marks []string
	title string
	use   string
}{
	{[]string{"核定床位", "定点开始日期"}, "1.1 机构执业信息提取表", "fixmedins_b"},
	{[]string{"结算流水号", "医疗金额", "门诊号"}, "2.1 机构门诊就医提取表", "mdtrt_d、setl_d"},
	{[]string{"结算流水号", "收费项目类别", "门诊号"}, "2.2 机构门诊结算提取表", "fee_list_d"},
	{[]string{"结算流水号", "医疗金额", "住院号"}, "3.1 机构住院就医提取表", "mdtrt_d、setl_d"},
	{[]string{"结算流水号", "收费项目类别", "住院号"}, "3.2 机构住院结算提取表", "fee_list_d"},
}
