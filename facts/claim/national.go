package claim

// The columns of the seven national tables that a regulator extracts, in the
// order of the published templates (数据提取表) and with the Chinese names that
// the national interface specification (定点医药机构接口规范) gives them. One column
// is "name 中文名 what"; what is nothing for text, else money, price, quantity, day,
// time; code for a code that provinces pad with zeros; or KIND:COLUMN for the
// identity of the subject of that kind whose code stands in COLUMN.

const mdtrtColumns = `
mdtrt_id 就诊ID; medins_setl_id 医药机构结算ID; psn_no 人员编号; psn_insu_rlts_id 人员参保关系ID;
psn_cert_type 人员证件类型; certno 证件号码 psn:psn_no; psn_name 人员姓名 psn:psn_no; gend 性别; naty 民族;
brdy 出生日期 day; age 年龄; coner_name 联系人姓名 psn:psn_no; tel 联系电话 psn:psn_no; addr 联系地址 psn:psn_no;
insutype 险种类型; psn_type 人员类别; cvlserv_flag 公务员标志; cvlserv_lv 公务员等级; sp_psn_type 特殊人员类型;
sp_psn_type_lv 特殊人员类型等级; clct_grde 缴费档次; flxempe_flag 灵活就业标志; nwb_flag 新生儿标志;
insu_admdvs 参保所属医保区划; emp_no 单位编号; emp_name 单位名称; emp_type 单位类型; econ_type 经济类型;
afil_indu 所属行业; afil_rlts 隶属关系; emp_mgt_type 单位管理类型; pay_loc 支付地点类别;
fixmedins_code 定点医药机构编号; fixmedins_name 定点医药机构名称; hosp_lv 医院等级 code;
fix_blng_admdvs 定点归属医保区划; lmtpric_hosp_lv 限价医院等级 code; dedc_hosp_lv 起付线医院等级 code;
begntime 开始时间 time; endtime 结束时间 time; mdtrt_cert_type 就诊凭证类型; mdtrt_cert_no 就诊凭证编号 psn:psn_no;
med_type 医疗类别; rloc_type 异地安置类别; ars_year_ipt_flag 跨年度住院标志; pre_pay_flag 先行支付标志; year 年度;
refl_old_mdtrt_id 转诊前就诊ID; ipt_otp_no 住院/门诊号; medrcdno 病历号; chfpdr_code 主诊医师代码;
adm_diag_dscr 入院诊断描述; adm_dept_codg 入院科室编码; adm_dept_name 入院科室名称; adm_bed 入院床位;
wardarea_bed 病区床位; traf_dept_flag 转科室标志; dscg_maindiag_code 住院主诊断代码; dscg_dept_codg 出院科室编码;
dscg_dept_name 出院科室名称; dscg_bed 出院床位; dscg_way 离院方式; main_cond_dscr 主要病情描述; dise_no 病种编号;
dise_name 病种名称; oprn_oprt_code 手术操作代码; oprn_oprt_name 手术操作名称; otp_diag_info 门诊诊断信息;
inhosp_stas 在院状态; die_date 死亡日期 day; ipt_days 住院天数; geso_val 孕周数; birctrl_type 计划生育手术类别;
fetts 胎次; fetus_cnt 胎儿数; matn_type 生育类别; prey_time 妊娠时间; latechb_flag 晚育标志; pret_flag 早产标志;
fpsc_no 计划生育服务证号 psn:psn_no; birctrl_matn_date 计划生育手术或生育日期 day; cop_flag 伴有并发症标志;
trt_dcla_detl_sn 待遇申报明细流水号; vali_flag 有效标志; memo 备注; rid 数据唯一记录号;
updt_time 数据更新时间 time; crter_id 创建人ID; crter_name 创建人姓名 opter:crter_id; crte_time 数据创建时间 time;
crte_optins_no 创建机构编号; opter_id 经办人ID; opter_name 经办人姓名 opter:opter_id; opt_time 经办时间 time;
optins_no 经办机构编号; poolarea_no 统筹区编号; chfpdr_name 主诊医师姓名 dr:chfpdr_code;
dscg_maindiag_name 住院主诊断名称; adm_caty 入院科别; dscg_caty 出院科别; ttp_pay_flag 第三方赔付标志;
ttp_pay_prop 第三方赔付比例; dise_type_code 病种类型代码; same_dise_adm_flag 同病种入院标志; quts_type 编制类型;
pt 分区;
`

const setlColumns = `
setl_id 结算ID; clr_optins 清算经办机构; medins_setl_id 医药机构结算ID; mdtrt_id 就诊ID; init_setl_id 原结算ID;
psn_no 人员编号; psn_insu_rlts_id 人员参保关系ID; psn_name 人员姓名 psn:psn_no; psn_cert_type 人员证件类型;
certno 证件号码 psn:psn_no; gend 性别; naty 民族; brdy 出生日期 day; age 年龄; insutype 险种类型;
psn_type 人员类别; cvlserv_flag 公务员标志; cvlserv_lv 公务员等级; sp_psn_type 特殊人员类型;
sp_psn_type_lv 特殊人员类型等级; clct_grde 缴费档次; flxempe_flag 灵活就业标志; nwb_flag 新生儿标志;
insu_admdvs 参保所属医保区划; emp_no 单位编号; emp_name 单位名称; emp_type 单位类型; econ_type 经济类型;
afil_indu 所属行业; afil_rlts 隶属关系; emp_mgt_type 单位管理类型; pay_loc 支付地点类别;
fixmedins_code 定点医药机构编号; fixmedins_name 定点医药机构名称; hosp_lv 医院等级 code;
fix_blng_admdvs 定点归属医保区划; lmtpric_hosp_lv 限价医院等级 code; dedc_hosp_lv 起付线医院等级 code;
begndate 开始日期 day; enddate 结束日期 day; setl_time 结算时间 time; mdtrt_cert_type 就诊凭证类型;
mdtrt_cert_no 就诊凭证编号 psn:psn_no; med_type 医疗类别; setl_type 结算类别; clr_type 清算类别;
clr_way 清算方式 code; psn_setlway 个人结算方式; medfee_sumamt 医疗费总额 money;
fulamt_ownpay_amt 全自费金额 money; overlmt_selfpay 超限价自费费用 money; preselfpay_amt 先行自付金额 money;
inscp_amt 符合范围金额 money; dedc_std 起付标准 money; crt_dedc 本次起付线 money;
act_pay_dedc 实际支付起付线 money; hifp_pay 统筹基金支出 money; pool_prop_selfpay 基本医疗统筹支付比例;
hi_agre_sumfee 医保认可费用总额 money; cvlserv_pay 公务员医疗补助资金支出 money;
hifes_pay 补充医疗保险基金支出 money; hifmi_pay 大病补充医疗保险基金支出 money;
hifob_pay 大额医疗补助基金支出 money; hifdm_pay 伤残人员医疗保障基金支出 money; maf_pay 医疗救助基金支出 money;
othfund_pay 其它基金支付 money; fund_pay_sumamt 基金支付总额 money; psn_pay 个人支付金额 money;
acct_pay 个人账户支出 money; cash_payamt 现金支付金额 money; ownpay_hosp_part 自费中医院负担部分 money;
balc 余额 money; acct_mulaid_pay 账户共济支付金额 money; refd_setl_flag 退费结算标志; cal_ipt_cnt 计算住院次数标志;
setl_cashpay_way 结算现金支付方式; year 年度; dise_no 病种编号; dise_name 病种名称; invono 发票号;
manl_reim_rea 零星报销原因; vali_flag 有效标志; memo 备注; rid 数据唯一记录号; updt_time 数据更新时间 time;
crter_id 创建人ID; crter_name 创建人姓名 opter:crter_id; crte_time 数据创建时间 time; crte_optins_no 创建机构编号;
opter_id 经办人ID; opter_name 经办人姓名 opter:opter_id; opt_time 经办时间 time; optins_no 经办机构编号;
poolarea_no 统筹区编号; mid_setl_flag 中途结算标志; acct_used_flag 账户使用标志; quts_type 编制类型;
bydise_setl_payamt 按病种结算支付金额 money; exct_item_fund_payamt 除外项目基金支付金额 money; pt 分区;
`

const feeListColumns = `
bkkp_sn 记账流水号; mdtrt_id 就诊ID; fee_ocur_time 费用发生时间 time; setl_id 结算ID; rx_drord_no 处方/医嘱号;
fixmedins_code 定点医药机构编号; fixmedins_name 定点医药机构名称; psn_no 人员编号; psn_insu_rlts_id 人员参保关系ID;
insu_admdvs 参保所属医保区划; pay_loc 支付地点类别; med_type 医疗类别; cnt 数量 quantity; pric 单价 price;
det_item_fee_sumamt 明细项目费用总额 money; pric_uplmt_amt 定价上限金额 price; selfpay_prop 自付比例;
fulamt_ownpay_amt 全自费金额 money; overlmt_selfpay 超限价自费费用 money; preselfpay_amt 先行自付金额 money;
inscp_amt 符合范围金额 money; cvlserv_bedfee_amt 公务员床位费金额 money; medins_disc_amt 医院减免金额 money;
chrgitm_lv 收费项目等级; hilist_code 医保目录编码; hilist_name 医保目录名称; list_type 目录类别;
med_list_codg 医疗目录编码; medins_list_codg 医药机构目录编码; medins_list_name 医药机构目录名称;
med_chrgitm_type 医疗收费项目类别; prodname 商品名; spec 规格; dosform_name 剂型名称; bilg_dept_codg 开单科室编码;
bilg_dept_name 开单科室名称; bilg_dr_code 开单医师代码; bilg_dr_name 开单医师姓名 dr:bilg_dr_code;
acord_dept_codg 受单科室编码; acord_dept_name 受单科室名称; acord_dr_code 受单医师代码;
acord_dr_name 受单医师姓名 dr:acord_dr_code; lmt_used_flag 限制使用标志; hosp_prep_flag 医院制剂标志;
hosp_appr_flag 医院审批标志; tcmdrug_used_way 中药使用方式; prodplac_type 生产地类别; bas_medn_flag 基本药物标志;
hi_nego_drug_flag 医保谈判药品标志; prcu_drug_flag 贵重药品标志; chld_medc_flag 儿童用药标志; etip_flag 外检标志;
etip_hosp_code 外检医院编码; dscg_tkdrug_flag 出院带药标志; list_sp_item_flag 目录特项标志;
matn_fee_flag 生育费用标志; drt_reim_flag 直报标志; reim_prop 报销比例; oprn_oprt_code 手术操作代码;
sin_dos_dscr 单次剂量描述; used_frqu_dscr 使用频次描述; prd_days 周期天数; medc_way_dscr 用药途径描述; memo 备注;
vali_flag 有效标志; rid 数据唯一记录号; updt_time 数据更新时间 time; crter_id 创建人ID;
crter_name 创建人姓名 opter:crter_id; crte_time 数据创建时间 time; crte_optins_no 创建机构编号; opter_id 经办人ID;
opter_name 经办人姓名 opter:opter_id; opt_time 经办时间 time; optins_no 经办机构编号; poolarea_no 统筹区编号;
rx_circ_flag 处方流转标志; dise_codg 病种编码; chrg_bchno 收费批次号; init_feedetl_sn 原费用明细流水号;
comb_no 组套编号; pt 分区;
`

const diagColumns = `
setl_list_diag_id 结算清单诊断ID; setl_id 结算ID; mdtrt_id 就诊ID; psn_no 人员编号; diag_type 诊断类别;
maindiag_flag 主诊断标志; diag_code 诊断代码; diag_name 诊断名称; adm_cond_type 入院病情类型; vali_flag 有效标志;
rid 数据唯一记录号; updt_time 数据更新时间 time; crter_id 创建人; crter_name 创建人姓名 opter:crter_id;
crte_time 数据创建时间 time; crte_optins_no 创建经办机构; opter_id 经办人ID; opter_name 经办人姓名 opter:opter_id;
opt_time 经办时间 time; optins_no 经办机构; poolarea_no 统筹区; setl_list_sn 结算清单流水号; pt 分区;
`

const oprnColumns = `
setl_list_oprn_id 手术操作ID; setl_id 结算ID; psn_no 人员编号; mdtrt_id 就诊ID; main_oprn_flag 主要手术标志;
oprn_oprt_name 手术操作名称; oprn_oprt_code 手术操作代码; oprn_oprt_date 手术操作日期 time; anst_way 麻醉方式;
oper_dr_name 术者医师姓名 dr:oper_dr_code; oper_dr_code 术者医师代码; anst_dr_name 麻醉医师姓名 dr:anst_dr_code;
anst_dr_code 麻醉医师代码; vali_flag 有效标志; rid 数据唯一记录号; updt_time 数据更新时间 time; crter_id 创建人;
crter_name 创建人姓名 opter:crter_id; crte_time 数据创建时间 time; crte_optins_no 创建经办机构; opter_id 经办人ID;
opter_name 经办人姓名 opter:opter_id; opt_time 经办时间 time; optins_no 经办机构; poolarea_no 统筹区;
anst_begntime 麻醉开始时间 time; anst_endtime 麻醉结束时间 time; oprn_oprt_begntime 手术操作开始时间 time;
oprn_oprt_endtime 手术操作结束时间 time; setl_list_sn 结算清单流水号; pt 分区;
`

const psnColumns = `
mob 手机号码 psn:psn_no; psn_no 人员编号; psn_mgtcode 人员管理代码; psn_name 姓名 psn:psn_no; alis 别名 psn:psn_no;
gend 性别; brdy 出生日期 day; file_brdy 文件出生日期 day; psn_cert_type 证件类型; certno 证件号码 psn:psn_no;
hsecfc 户籍所在城市; tel 电话 psn:psn_no; naty 国籍; nat_regn_code 国家地区代码; email 电子邮件 psn:psn_no;
polstas 政治面貌; fst_patc_job_date 首次参加工作日期 day; resd_natu 居住性质; resd_loc_admdvs 居住地行政区划;
hsreg_addr 户籍地址 psn:psn_no; hsreg_addr_poscode 户籍地址邮编 psn:psn_no; live_admdvs 居住地行政区划;
live_addr 居住地址 psn:psn_no; live_addr_poscode 居住地址邮编 psn:psn_no; resdbook_no 户口本编号 psn:psn_no;
mrg_stas 婚姻状况; hlcon 健康状况; memo 备注; surv_stas 生存状态; mul_prov_mnt_flag 多省份维护标志;
admdut 行政区划; retr_type 退休类型; grad_schl 毕业学校; educ 学历; pro_tech_duty_lv 专业技术职务级别;
nat_prfs_qua_lv 执业资格级别; vali_flag 有效标志; rid 记录ID; crte_time 创建时间 time; updt_time 更新时间 time;
crter_id 创建者ID; crter_name 创建者名称 opter:crter_id; crte_optins_no 创建选项编号; opter_id 操作者ID;
opter_name 操作者名称 opter:opter_id; opt_time 操作时间 time; optins_no 操作选项编号; ver 版本; cpr_flag CPR标志;
poolarea_no 池区域编号; chk_chnl 检查渠道; chk_time 检查时间 time;
`

const fixmedinsColumns = `
fixmedins_code 定点医药机构编号; medins_mgtcode 医药机构管理码; uscc 统一社会信用代码; orgcode 组织机构代码;
fix_blng_admdvs_city 定点归属市级医保区划; fix_blng_admdvs 定点归属医保区划; fixmedins_name 定点医药机构名称;
fixmedins_type 定点医疗服务机构类型; hosp_lv 医院等级 code; lmtpric_hosp_lv 限价医院等级 code;
dedc_hosp_lv 起付线医院等级 code; begntime 开始时间 time; endtime 结束时间 time;
hi_resper_name 医保办负责人姓名 medins:fixmedins_code; hi_resper_tel 医保办负责人联系电话 medins:fixmedins_code;
hi_resper_cert_type 医保办负责人证件类型; hi_resper_certno 医保办负责人证件号码 medins:fixmedins_code;
out_fixmedins_type 异地医药机构类型; fix_onln_open_flag 定点联网开通标志; out_onln_open_type 异地联网开通类型;
nat_plaf_code 国家异地平台机构编号; prov_plaf_code 省内异地平台机构编号; vali_flag 有效标志; memo 备注;
rid 数据唯一记录号; updt_time 数据更新时间 time; crter_id 创建人ID; crter_name 创建人姓名 opter:crter_id;
crte_time 数据创建时间 time; crte_optins_no 创建机构编号; opter_id 经办人ID; opter_name 经办人姓名 opter:opter_id;
opt_time 经办时间 time; optins_no 经办机构编号; poolarea_no 统筹区编号;
`

// The tables below stand beside those of claims: the doctors' register (dr_info_b) as
// the platform has it, and three tables of our own, into which the templates of
// templates.go and the interface's records are translated.

const drColumns = `
dr_code 医师代码; psn_no 人员编号; dr_name 医师姓名 dr:dr_code; psn_itro 个人能力简介 dr:dr_code;
dr_prac_type_name 医师执业类别名称; dr_prac_type 医师执业类别; dr_prac_scp_code 医师执业范围代码;
dr_prac_scp_name 医师执业范围名称; prac_regn 执业地区; mul_prac_flag 多点执业标志; main_pracins_no 主执业机构编号;
main_pracins_name 主执业机构名称; main_pracins_addr 主执业机构地址 medins:main_pracins_no; nemp_time 离职时间 time;
vali_flag 有效标志; dr_pro_tech_duty 医师专业技术职务; dr_pro_tech_duty_name 医师专业技术职务名称;
dr_prac_cert_no 医师执业证书编号 dr:dr_code; rid 数据唯一记录号; crte_time 数据创建时间 time;
updt_time 数据更新时间 time; crter_id 创建人ID; crter_name 创建人姓名 opter:crter_id; crte_optins_no 创建机构编号;
opter_id 经办人ID; opter_name 经办人姓名 opter:opter_id; opt_time 经办时间 time; optins_no 经办机构编号; ver 版本号;
admdvs 医保区划; sync_prnt_flag 同步上级标志; medins_code 医疗机构代码; pracins_name 执业机构名称;
pracins_addr 执业机构地址 medins:medins_code; medins_name 医疗机构名称; cred_lv 信用等级; vola_bhvr 违规行为;
prac_stas 执业状态; ver_rid 版本唯一编号; ver_name 版本名称; dr_id 医师ID; psn_stas 人员状态;
cntr_begntime 合同起始时间 time; cntr_endtime 合同截止时间 time; dr_prac_lv 医师执业级别;
dr_praccert_elec_doc 医师执业证书电子文档 dr:dr_code; dr_cert_codg 医师资格证书编码 dr:dr_code; dif_dscr 差异说明;
dw_tab_name 源表名; dw_biz_time 数据归集时间 time; dw_exch_updt_time 数据处理时间 time; pk_id 主键; ym 年月分区;
`

const recordColumns = `
rec_id 记录ID; rec_type 记录类型; psn_no 人员编号; mdtrt_id 就诊ID; fixmedins_code 定点医药机构编号;
ipt_otp_no 住院门诊号; rx_drord_no 处方医嘱号; rec_code 记录项目编码; rec_name 记录项目名称; rec_text 记录内容;
begntime 开始时间 time; endtime 结束时间 time; cnt 数量 quantity; prd_days 天数 quantity; dept_name 科室名称;
vali_flag 有效标志; updt_time 数据更新时间 time;
`

const stockColumns = `
stock_id 库存记录ID; fixmedins_code 定点医药机构编号; med_list_codg 医疗目录编码; medins_list_codg 医药机构目录编码;
medins_list_name 医药机构目录名称; goods_type 商品类型; place_type 库房类型; place_name 库房名称; entry_type 出入库类型;
biz_date 业务日期 day; opening_cnt 上期结存数 quantity; in_cnt 本期收入数 quantity; out_cnt 本期支出数 quantity;
closing_cnt 本期结存数 quantity; cnt 出入库数量 quantity; pack_ratio 拆零比 quantity; unit 库存单位; pack_unit 包装单位;
split_unit 拆零单位; vali_flag 有效标志; updt_time 数据更新时间 time;
`

const tracColumns = `
rid 数据唯一记录号; drug_trac_codg 药品追溯码; fixmedins_code 定点医药机构编号; med_list_codg 医疗目录编码;
medins_list_codg 医药机构目录编码; psn_no 人员编号; psn_name 人员姓名 psn:psn_no; certno 证件号码 psn:psn_no;
mdtrt_id 就诊ID; bkkp_sn 记账流水号; trac_type 追溯业务类型; trdn_flag 拆零标志; mdtrt_setl_type 就诊结算类型;
biz_time 业务时间 time; vali_flag 有效标志; updt_time 数据更新时间 time;
`
