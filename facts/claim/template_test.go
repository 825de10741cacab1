package claim

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// known is a file of two insured persons, who have the certificate numbers of the
// templates' rows.
var known = data{
	{"psn_no", "psn_name", "certno", "gend"},
	{"P01", "张三", "430101199003070011", "1"},
	{"P02", "李四", "43010119850202002X", "2"},
}

func newHomeWithPersons(t testing.TB) Home {
	t.Helper()
	h := newHome(t)
	mustTakeFiles(t, h, Options{}, writeFile(t, "psn_info_b.csv", known.csv(",")))
	return h
}

// good is a file of each template as institutions write it, with what the lake keeps
// of its first row.
var good = []struct {
	name   string
	header string
	row    string
	want   map[string]string
}{
	{
		"2.3-机构门诊处方提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,门诊号,处置类型,处方号,处方组号,药品代码,药品名称,药品规格,处方用法,处方剂量,剂量单位,处方频次,处方天数,数量,数量单位,单价,金额,处方开具日期,处方科室名称,开具医生姓名",
		"1,H43010000001,市一院,430101199003070011,张三,男,35,MZ001,西成药方,CF001,1,XA01ABD075A002010100483,阿莫西林胶囊,0.25g*24粒,口服,0.5,g,tid,7,2,盒,17.8,35.6,2024-03-05 08:30:00,内科,王小明",
		map[string]string{
			"rec_type": "prescription", "psn_no": "P01", "fixmedins_code": "H43010000001", "ipt_otp_no": "MZ001", "rx_drord_no": "CF001",
			"rec_code": "XA01ABD075A002010100483", "rec_name": "阿莫西林胶囊", "rec_text": "西成药方", "begntime": "2024-03-05 08:30:00", "cnt": "2",
			"prd_days": "7", "dept_name": "内科",
		},
	},
	{
		"2.4-机构门诊手术提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,门诊号,门诊科室名称,疾病诊断名称,手术日期,手术开始时间,手术结束时间,手术科室名称,手术者姓名,手术操作编码,手术操作名称,主要手术,手术等级,切口类型,愈合类型",
		"1,H43010000001,市一院,430101199003070011,张三,男,35,MZ001,外科,体表肿物,2024-03-05,,2024-03-05 10:00:00,手术室,王小明#赵六,86.3x02,体表肿物切除,是,一类手术,一类切口,甲级愈合",
		map[string]string{
			"rec_type": "operation", "psn_no": "P01", "fixmedins_code": "H43010000001", "ipt_otp_no": "MZ001", "rec_code": "86.3x02", "rec_name": "体表肿物切除", "rec_text": "一类手术",
			"begntime": "2024-03-05 00:00:00", "endtime": "2024-03-05 10:00:00", "dept_name": "手术室",
		},
	},
	{
		"2.5-机构门诊麻醉提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,门诊号,门诊科室名称,疾病诊断名称,麻醉日期,麻醉开始时间,麻醉结束时间,麻醉科室名称,麻醉者姓名,麻醉方式编码,麻醉方式名称,麻醉等级,术后镇痛方式",
		"1,H43010000001,市一院,430101199003070011,张三,男,35,MZ001,外科,体表肿物,2024-03-05,2024-03-05 09:00:00,2024-03-05 10:00:00,麻醉科,赵六,02,局部麻醉,ASA一级,无",
		map[string]string{
			"rec_type": "anaesthesia", "psn_no": "P01", "fixmedins_code": "H43010000001", "ipt_otp_no": "MZ001", "rec_code": "02", "rec_name": "局部麻醉", "rec_text": "ASA一级",
			"begntime": "2024-03-05 09:00:00", "endtime": "2024-03-05 10:00:00", "dept_name": "麻醉科",
		},
	},
	{
		"3.3-机构住院医嘱提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,住院号,医嘱类型,医嘱号,医嘱组号,医嘱代码,医嘱名称,医嘱规格,医嘱用法,医嘱剂量,剂量单位,医嘱频次,医嘱天数,数量,数量单位,单价,金额,医嘱开始日期,医嘱停止日期,医嘱科室名称,开立医生姓名",
		"1,H43010000001,市一院,43010119850202002x,李四,女,40,ZY001,长期医嘱,YZ001,1,XJ01DDA,注射用头孢曲松钠,1g,静滴,2,g,qd,3,6,支,12.5,75,2024-05-01 08:00:00,2024-05-04 08:00:00,外科,王小明",
		map[string]string{
			"rec_type": "order", "psn_no": "P02", "fixmedins_code": "H43010000001", "ipt_otp_no": "ZY001", "rx_drord_no": "YZ001", "rec_code": "XJ01DDA", "rec_name": "注射用头孢曲松钠",
			"rec_text": "长期医嘱", "begntime": "2024-05-01 08:00:00", "endtime": "2024-05-04 08:00:00", "cnt": "6", "prd_days": "3", "dept_name": "外科",
		},
	},
	{
		"3.4-机构住院手术提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,住院号,住院科室名称,疾病诊断名称,手术日期,手术开始时间,手术结束时间,手术科室名称,手术者姓名,手术操作编码,手术操作名称,手术者姓名,主要手术,手术等级,切口类型,愈合类型",
		"1,H43010000001,市一院,43010119850202002X,李四,女,40,ZY001,外科,胆囊结石,2024-05-02,2024-05-02 09:10:00,2024-05-02 10:40:00,手术室,王小明,51.2300,腹腔镜胆囊切除术,赵六,是,三类手术,二类切口,甲级愈合",
		map[string]string{
			"rec_type": "operation", "psn_no": "P02", "fixmedins_code": "H43010000001", "ipt_otp_no": "ZY001", "rec_code": "51.2300", "rec_name": "腹腔镜胆囊切除术",
			"rec_text": "三类手术", "begntime": "2024-05-02 09:10:00", "endtime": "2024-05-02 10:40:00", "dept_name": "手术室",
		},
	},
	{
		"3.5-机构住院麻醉提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,住院号,住院科室名称,疾病诊断名称,麻醉日期,麻醉开始时间,麻醉结束时间,麻醉科室名称,麻醉者姓名,麻醉方式编码,麻醉方式名称,麻醉等级,术后镇痛方式,麻醉复苏开始时间,麻醉复苏结束时间",
		"1,H43010000001,市一院,43010119850202002X,李四,女,40,ZY001,外科,胆囊结石,2024-05-02,2024-05-02 09:00:00,2024-05-02 10:50:00,麻醉科,赵六,01,全身麻醉,ASA二级,静脉镇痛,2024-05-02 10:50:00,2024-05-02 11:20:00",
		map[string]string{
			"rec_type": "anaesthesia", "psn_no": "P02", "fixmedins_code": "H43010000001", "ipt_otp_no": "ZY001", "rec_code": "01", "rec_name": "全身麻醉", "rec_text": "ASA二级",
			"begntime": "2024-05-02 09:00:00", "endtime": "2024-05-02 10:50:00", "dept_name": "麻醉科",
		},
	},
	{
		"4.1-机构检查登记提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,就医方式,就医号,就医科室名称,疾病诊断名称,检查登记日期,检查科室名称,检查者姓名,检查项目编码,检查项目名称,是否外送",
		"1,H43010000001,市一院,43010119850202002X,李四,女,40,住院,ZY001,外科,胆囊结石,2024-05-01,放射科,孙七,210300001,CT平扫,否",
		map[string]string{
			"rec_type": "exam", "psn_no": "P02", "fixmedins_code": "H43010000001", "ipt_otp_no": "ZY001", "rec_code": "210300001", "rec_name": "CT平扫", "begntime": "2024-05-01 00:00:00",
			"dept_name": "放射科",
		},
	},
	{
		"4.2-机构检查报告提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,就医方式,就医号,就医科室名称,疾病诊断名称,检查报告时间,检查科室名称,检查者姓名,检查部位,检查方法,检查报告诊断,影像编号,检查报告单位",
		"1,H43010000001,市一院,43010119850202002X,李四,女,40,住院,ZY001,外科,胆囊结石,2024-05-01 15:00:00,放射科,孙七,上腹部#下腹部,增强,胆囊结石伴胆囊炎,IMG1#IMG2,市一院",
		map[string]string{
			"rec_type": "exam_report", "psn_no": "P02", "fixmedins_code": "H43010000001", "ipt_otp_no": "ZY001", "rec_name": "上腹部#下腹部", "rec_text": "增强；胆囊结石伴胆囊炎",
			"begntime": "2024-05-01 15:00:00", "dept_name": "放射科",
		},
	},
	{
		"4.3-机构化验登记提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,就医方式,就医号,就医科室名称,疾病诊断名称,检验登记日期,检验科室名称,检验者姓名,检验项目编码,检验项目名称,是否外送",
		"1,H43010000001,市一院,43010119850202002X,李四,女,40,住院,ZY001,外科,胆囊结石,2024-05-01,检验科,孙七,250101015,血细胞分析,否",
		map[string]string{
			"rec_type": "lab", "psn_no": "P02", "fixmedins_code": "H43010000001", "ipt_otp_no": "ZY001", "rec_code": "250101015", "rec_name": "血细胞分析", "begntime": "2024-05-01 00:00:00",
			"dept_name": "检验科",
		},
	},
	{
		"4.4-机构化验报告提取表.csv",
		"序号,机构编码,机构名称,身份证号,姓名,性别,年龄,就医方式,就医号,就医科室名称,疾病诊断名称,检验报告时间,检验科室名称,检验者姓名,检验样本,检验方法,检验值名称,检验值描述,检验值范围,样本编号,检验报告单位",
		"1,H43010000001,市一院,43010119850202002X,李四,女,40,住院,ZY001,外科,胆囊结石,2024-05-01 11:00:00,检验科,孙七,血样,层析法,血红蛋白(HB),140g/L,115-150,S001,市一院",
		map[string]string{
			"rec_type": "lab_report", "psn_no": "P02", "fixmedins_code": "H43010000001", "ipt_otp_no": "ZY001", "rec_name": "血红蛋白(HB)", "rec_text": "140g/L",
			"begntime": "2024-05-01 11:00:00", "dept_name": "检验科",
		},
	},
	{
		"5.1-机构药库结转提取表.csv",
		"年月,机构编码,机构名称,药库名称,项目代码,国标代码,商品类型,商品名称,商品规格,生产厂家,供应商名称,包装单位,拆零单位,拆零比,库存单位,上期结存数,本期收入数,本期支出数,本期结存数,购入价,零售价,结转日期",
		"202403,H43010000001,市一院,西药库,YP001,XA01ABD,西药,阿莫西林胶囊,0.25g*24粒,某厂,某公司,盒,粒,24,盒,100,50,120,30,10,12,2024-03-31",
		map[string]string{
			"fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "medins_list_codg": "YP001", "medins_list_name": "阿莫西林胶囊", "goods_type": "西药",
			"place_type": "1", "place_name": "西药库", "entry_type": "carry", "biz_date": "2024-03-01", "opening_cnt": "100", "in_cnt": "50", "out_cnt": "120",
			"closing_cnt": "30", "pack_ratio": "24", "unit": "盒", "pack_unit": "盒", "split_unit": "粒",
		},
	},
	{
		"5.2-机构药房结转提取表.csv",
		"年月,机构编码,机构名称,药房名称,项目代码,国标代码,商品类型,商品名称,商品规格,生产厂家,供应商名称,包装单位,拆零单位,拆零比,库存单位,上期结存数,本期收入数,本期支出数,本期结存数,购入价,零售价,结转日期",
		"2024年4月,H43010000001,市一院,门诊药房,YP001,XA01ABD,西药,阿莫西林胶囊,0.25g*24粒,某厂,某公司,盒,粒,24,粒,48,240,200,88,10,12,2024-04-30",
		map[string]string{
			"fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "medins_list_codg": "YP001", "medins_list_name": "阿莫西林胶囊", "goods_type": "西药",
			"place_type": "2", "place_name": "门诊药房", "entry_type": "carry", "biz_date": "2024-04-01", "opening_cnt": "48", "in_cnt": "240", "out_cnt": "200",
			"closing_cnt": "88", "pack_ratio": "24", "unit": "粒", "pack_unit": "盒", "split_unit": "粒",
		},
	},
	{
		"5.3-机构药库消耗提取表.csv",
		"序号,机构编码,机构名称,药库名称,项目代码,国标代码,商品类型,商品名称,商品规格,生产厂家,供应商名称,包装单位,拆零单位,拆零比,出入库类型,出入库数量,出入库单位,购入价,零售价,业务日期,对方单位部门",
		"1,H43010000001,市一院,西药库,YP001,XA01ABD,西药,阿莫西林胶囊,0.25g*24粒,某厂,某公司,盒,粒,24,物资采购,50,盒,10,12,2024-03-02,某公司",
		map[string]string{
			"fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "medins_list_codg": "YP001", "medins_list_name": "阿莫西林胶囊", "goods_type": "西药",
			"place_type": "1", "place_name": "西药库", "entry_type": "108", "biz_date": "2024-03-02", "cnt": "50", "pack_ratio": "24", "unit": "盒",
			"pack_unit": "盒", "split_unit": "粒",
		},
	},
	{
		"5.4-机构药房消耗提取表.csv",
		"序号,机构编码,机构名称,药房名称,项目代码,国标代码,商品类型,商品名称,商品规格,生产厂家,供应商名称,包装单位,拆零单位,拆零比,出入库类型,出入库数量,出入库单位,购入价,零售价,业务日期,对方部门",
		"1,H43010000001,市一院,门诊药房,YP001,XA01ABD,西药,阿莫西林胶囊,0.25g*24粒,某厂,某公司,盒,粒,24,门诊销售,-2,盒,10,12,2024-03-05,张三",
		map[string]string{
			"fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "medins_list_codg": "YP001", "medins_list_name": "阿莫西林胶囊", "goods_type": "西药",
			"place_type": "2", "place_name": "门诊药房", "entry_type": "sale", "biz_date": "2024-03-05", "cnt": "-2", "pack_ratio": "24", "unit": "盒",
			"pack_unit": "盒", "split_unit": "粒",
		},
	},
	{
		"住院医嘱.csv",
		"mdtrt_sn,mdtrt_id,psn_no,ipt_bed_no,drord_no,isu_dept_code,drord_isu_no,exe_dept_code,exe_dept_name,drord_chker_name,drord_ptr_name,drord_grpno,drord_type,drord_item_type,drord_item_name,drord_detl_code,drord_detl_name,dismed_cnt,dismed_cnt_unt,drug_used_sdose,medc_days,medc_begntime,medc_endtime,drord_endtime,medins_orgcode,vali_flag,medcas_drord_detl_id",
		"ZY001,M02,P02,12,YZ001,D1,2024-05-01,D2,外科,孙七,周八,1,2,11,西药,YP9,注射用头孢曲松钠,6,支,2,3,2024-05-01 08:00:00,,2024-05-04 08:00:00,4300,1,D0001",
		map[string]string{
			"rec_type": "order", "psn_no": "P02", "mdtrt_id": "M02", "ipt_otp_no": "ZY001", "rx_drord_no": "YZ001", "rec_code": "YP9",
			"rec_name": "注射用头孢曲松钠", "rec_text": "长期医嘱", "begntime": "2024-05-01 08:00:00", "endtime": "2024-05-04 08:00:00", "cnt": "6",
			"prd_days": "3", "dept_name": "外科", "vali_flag": "1",
		},
	},
	{
		"4402A.csv",
		"mdtrtSn,mdtrtId,psnNo,drordNo,drordIsuTime,exeDeptName,drordType,drordItemTypeCode,drordDetlCode,drordDetlName,dismedCnt,medcDays,drordEndtime,valiFlag,medcasDrordDetlId,isuDrordDrCode,isuDrordDrName,drordBegntime",
		"ZY001,M02,P02,YZ002,2024-05-01 07:50:00,外科,1,22,250101015,血细胞分析,,,,1,D0002,D430101,王小明,2024-05-01 08:00:00",
		map[string]string{
			"rec_type": "order", "psn_no": "P02", "mdtrt_id": "M02", "ipt_otp_no": "ZY001", "rx_drord_no": "YZ002", "rec_code": "250101015",
			"rec_name": "血细胞分析", "rec_text": "临时医嘱", "begntime": "2024-05-01 08:00:00", "dept_name": "外科", "vali_flag": "1",
		},
	},
	{
		"入库追溯.csv",
		"fixmedinsCode,medinsListCodg,fixmedinsBchno,medinsListCodg,medListCodg,medinsListName,drugTracCodg,valiFlag,opterId,crterName,crterId,optinsNo,fixBlngAdmdvs",
		"H43010000001,YP001,B1,YP001,XA01ABD,阿莫西林胶囊,81000000000000000001,1,O1,赵六,O1,430100,430100",
		map[string]string{
			"drug_trac_codg": "81000000000000000001", "fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "medins_list_codg": "YP001",
			"trac_type": "purchase", "vali_flag": "1",
		},
	},
	{
		"入库追溯.csv",
		"定点医药机构编号,医药机构目录编码,定点医药机构批次流水号,医疗目录编码,医药机构目录名称,药品追溯码,有效标志,入库时间,业务类型",
		"H43010000001,YP001,B1,XA01ABD,阿莫西林胶囊,81000000000000000001,有效,2024-02-01 10:00:00,采购退货",
		map[string]string{
			"drug_trac_codg": "81000000000000000001", "fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "medins_list_codg": "YP001",
			"trac_type": "purchase_return", "biz_time": "2024-02-01 10:00:00", "vali_flag": "1",
		},
	},
	{
		"销售追溯.csv",
		"fixmedins_code,med_list_codg,medins_list_codg,medins_list_name,fixmedins_bchno,mdtrt_id,mdtrt_setl_type,bkkp_sn,drug_trac_codg,psn_no,psn_cert_type,certno,psn_name,memo,trdn_flag,updt_time,opter_name,rid,crte_time,opt_time,opter_id,crter_name,crter_id,optins_no,fix_blng_admdvs",
		"H43010000001,XA01ABD,YP001,阿莫西林胶囊,B1,M01,1,L001,81000000000000000001,P01,01,430101199003070011,张三,,0,2024-03-06 00:00:01,赵六,R1,2024-03-05 09:00:00,2024-03-05 08:59:00,O1,赵六,O1,430100,430100",
		map[string]string{
			"rid": "R1", "drug_trac_codg": "81000000000000000001", "fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "medins_list_codg": "YP001",
			"psn_no": "P01", "mdtrt_id": "M01", "bkkp_sn": "L001", "trac_type": "sale", "trdn_flag": "0", "mdtrt_setl_type": "1",
			"biz_time": "2024-03-05 08:59:00", "updt_time": "2024-03-06 00:00:01",
		},
	},
	{
		"销售追溯.csv",
		"定点医药机构编号,医疗目录编码,就诊ID,就诊结算类型,记账流水号,药品追溯码,人员编号,证件号码,人员姓名,拆零标志,销售时间",
		"H43010000001,XA01ABD,M01,自费结算,L001,81000000000000000001,,430101199003070011,张三,是,2024-03-05 08:59:00",
		map[string]string{
			"drug_trac_codg": "81000000000000000001", "fixmedins_code": "H43010000001", "med_list_codg": "XA01ABD", "psn_no": "P01", "mdtrt_id": "M01",
			"bkkp_sn": "L001", "trac_type": "sale", "trdn_flag": "1", "mdtrt_setl_type": "2", "biz_time": "2024-03-05 08:59:00",
		},
	},
}

// Each template is taken in, by its header alone, and gives the rows of its table. No
// name of a person and no certificate number is among them.
func TestTemplatesAreTakenIn(t *testing.T) {
	for _, c := range good {
		t.Run(c.name, func(t *testing.T) {
			h := newHomeWithPersons(t)
			r := mustTakeFiles(t, h, Options{}, writeFile(t, c.name, []byte(c.header+"\n"+c.row+"\n")))
			f := r.Files[0]
			if f.Read != 1 || f.Kept != 1 {
				text, _ := os.ReadFile(f.Quarantine)
				t.Fatalf("report: %+v\n%s", f, text)
			}
			form := FormOf(f.Table)
			row := rowsOf(t, h, form.Table)[0]
			for _, v := range row {
				for _, secret := range []string{"张三", "李四", "王小明", "赵六", "孙七", "周八", "430101199003070011", "43010119850202002"} {
					if strings.Contains(v, secret) {
						t.Errorf("the lake holds the identity %s: %v", secret, row)
					}
				}
			}
			if row[form.KeyBy] == "" {
				t.Error("the row has no key")
			}
			if c.want[form.KeyBy] == "" {
				delete(row, form.KeyBy)
			}
			for _, name := range []string{lake.ColSource, lake.ColLine, lake.ColExtra} {
				delete(row, name)
			}
			if !reflect.DeepEqual(row, c.want) {
				t.Errorf("got  %v\nwant %v", row, c.want)
			}
		})
	}
}

// What a template states and the table does not is kept beside the row.
func TestTemplateKeepsTheRestBesideTheRow(t *testing.T) {
	h := newHomeWithPersons(t)
	c := good[5]
	mustTakeFiles(t, h, Options{}, writeFile(t, c.name, []byte(c.header+"\n"+c.row+"\n")))
	want := `{"序号":"1","机构名称":"市一院","性别":"女","年龄":"40","住院科室名称":"外科","疾病诊断名称":"胆囊结石",` +
		`"术后镇痛方式":"静脉镇痛","麻醉复苏开始时间":"2024-05-02 10:50:00","麻醉复苏结束时间":"2024-05-02 11:20:00"}`
	if got := rowsOf(t, h, RecordList.Table)[0][lake.ColExtra]; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A doctor's name goes to the registry where a code stands beside it.
func TestTemplateSealsDoctorsByCode(t *testing.T) {
	h := newHomeWithPersons(t)
	for _, c := range good {
		if c.name == "4402A.csv" {
			mustTakeFiles(t, h, Options{}, writeFile(t, c.name, []byte(c.header+"\n"+c.row+"\n")))
		}
	}
	got, err := h.Registry.Identity(context.Background(), "dr", "D430101")
	if err != nil || got["isu_drord_dr_name"] != "王小明" {
		t.Errorf("identity: %v, %v", got, err)
	}
	if row := rowsOf(t, h, RecordList.Table)[0]; row[lake.ColExtra] != `{"drordItemTypeCode":"22","medcasDrordDetlId":"D0002","isuDrordDrCode":"D430101"}` {
		t.Errorf("beside the row: %s", row[lake.ColExtra])
	}
}

// Rows of one content have one key, whatever the format, the order of columns, and
// whether the person was found by certificate or stated.
func TestTemplateKeyIsThatOfTheContent(t *testing.T) {
	table := func(i int) data {
		return data{strings.Split(good[i].header, ","), strings.Split(good[i].row, ",")}
	}
	turned := func(d data) data {
		out := make(data, len(d))
		for i, row := range d {
			out[i] = slices.Clone(row)
			slices.Reverse(out[i])
		}
		return out
	}
	for _, i := range []int{0, 5, 10, 13} {
		d := table(i)
		stated := data{append(slices.Clone(d[0]), "人员编号", "有效标志"), append(slices.Clone(d[1]), "P01", "1")}
		files := map[string][]byte{
			"a.csv": d.csv(","), "b.txt": turned(d).csv("\t"), "c.xlsx": workbook(t, map[string]data{"s": d}), "d.parquet": parquetOf(t, d),
		}
		if i == 0 {
			files["e.csv"] = stated.csv(",")
		}
		keys := map[string][]string{}
		for name, text := range files {
			h := newHomeWithPersons(t)
			r := mustTakeFiles(t, h, Options{}, writeFile(t, name, text))
			form := FormOf(r.Files[0].Table)
			if r.Files[0].Kept != 1 {
				t.Fatalf("%s %s: %+v", good[i].name, name, r.Files[0])
			}
			key := rowsOf(t, h, form.Table)[0][form.KeyBy]
			keys[key] = append(keys[key], name)
		}
		if len(keys) != 1 {
			t.Errorf("%s: keys %v", good[i].name, keys)
		}
	}
}

// The feed gives records to their persons, beside the rest of the history; rows of
// stock and trace codes are nobody's.
func TestFeedGivesRecords(t *testing.T) {
	h, dir := newHome(t), t.TempDir()
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// One call: persons are known before the templates are read, whatever the names.
	write("psn_info_b.csv", known.csv(","))
	for _, i := range []int{3, 4, 7, 10, 18} {
		write("0-"+good[i].name, []byte(good[i].header+"\n"+good[i].row+"\n"))
	}
	mustTakeFiles(t, h, Options{}, dir)
	histories := historiesOf(t, h)
	if len(histories) != 2 || len(histories["P01"].Records) != 0 || len(histories["P02"].Records) != 3 {
		t.Fatalf("histories: %+v", histories)
	}
	var got Record
	for _, r := range histories["P02"].Records {
		if r.Kind == RecordOrder {
			got = r
		}
	}
	want := Record{
		ID: got.ID, Kind: RecordOrder, FixmedinsCode: "H43010000001", IptOtpNo: "ZY001", RxDrordNo: "YZ001", Code: "XJ01DDA", Name: "注射用头孢曲松钠",
		Text: "长期医嘱", Begntime: calendar.DayOf(2024, 5, 1).At(8, 0, 0), Endtime: calendar.DayOf(2024, 5, 4).At(8, 0, 0), Cnt: 60000, PrdDays: 30000,
		DeptName: "外科", Version: Version{UpdtTime: calendar.NoTime, Read: got.Read},
	}
	if got != want || got.ID == "" {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if OfPersons("stock_d") || OfPersons("drug_trac_d") || OfPersons("dr_info_b") || !OfPersons("record_d") {
		t.Error("rows of records are persons', those of stock, trace codes and registers are not")
	}
}

// historiesOf reads all histories of a home at its last epoch.
func historiesOf(t *testing.T, h Home) map[string]*History {
	t.Helper()
	ctx := context.Background()
	e, err := h.Lake.Epoch(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	live, err := h.Lake.Sources(ctx, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	o := FeedOptions{Files: map[string][]lake.File{}, Sources: map[string]int64{}, Resolve: func(string) int32 { return -1 }}
	for _, s := range live {
		o.Sources[s.Tag] = s.Seq
	}
	if o.Moved, err = ReadMoved(h.Dir, live); err != nil {
		t.Fatal(err)
	}
	for _, table := range Tables {
		if o.Files[table.Name], err = h.Lake.Files(ctx, e, table.Name, 0); err != nil {
			t.Fatal(err)
		}
	}
	persons, err := PersonsOf(o.Files, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	feed, err := OpenFeed(o)
	if err != nil {
		t.Fatal(err)
	}
	defer feed.Close()
	out := map[string]*History{}
	for {
		next, err := feed.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(next)
		if err != nil {
			t.Fatal(err)
		}
		own := &History{}
		if err := json.Unmarshal(text, own); err != nil {
			t.Fatal(err)
		}
		out[own.PsnNo] = own
	}
	if n := len(slices.Concat(persons[0], persons[1])); n != len(out) {
		t.Errorf("%d persons, %d histories", n, len(out))
	}
	return out
}

// A record whose key is another person's later is no longer the first one's.
func TestMovedRecord(t *testing.T) {
	h := newHome(t)
	file := func(psn string) []byte {
		return []byte("rec_id,rec_type,psn_no,fixmedins_code,rec_name\nR1,order," + psn + ",H1,x\n")
	}
	mustTakeFiles(t, h, Options{}, writeFile(t, "record_d.csv", file("P01")))
	mustTakeFiles(t, h, Options{}, writeFile(t, "record_d.csv", file("P02")))
	got := historiesOf(t, h)
	if len(got["P01"].Records) != 0 || len(got["P02"].Records) != 1 {
		t.Errorf("records: %+v, %+v", got["P01"], got["P02"])
	}
}

// Of several rows of a doctor the newest valid one counts.
func TestReadDoctors(t *testing.T) {
	h := newHome(t)
	mustTakeFiles(t, h, Options{}, writeFile(t, "stg_sd_yt_dr_info_b_df_v_ytai.csv", []byte(
		"dr_code,dr_name,dr_pro_tech_duty,dr_pro_tech_duty_name,medins_code,main_pracins_no,dr_prac_type,dr_prac_scp_code,dr_prac_cert_no,main_pracins_addr,vali_flag,updt_time\n"+
			"D1,王小明,233,主治医师,H1,,1,101,110430000000001,芙蓉路1号,1,2024-01-01\nD1,王小明,232,副主任医师,H1,,1,101,,,1,2025-01-01\n"+
			"D1,王小明,231,主任医师,H1,,1,101,,,0,2026-01-01\nD2,赵六,,主任医师,,H2,1,,,,,\n")))
	ctx := context.Background()
	files, sources := registerOf(t, h, DrInfo.Table)
	got, err := ReadDoctors(files, sources)
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if got[0].DrProTechDuty != "232" || got[0].DrPracScpCode != "101" || got[1].DrProTechDuty != "主任医师" || got[1].MedinsCode != "H2" {
		t.Errorf("doctors: %+v", got)
	}
	id, err := h.Registry.Identity(ctx, "dr", "D1")
	if err != nil || id["dr_name"] != "王小明" || id["dr_prac_cert_no"] != "110430000000001" {
		t.Errorf("identity: %v, %v", id, err)
	}
}

func registerOf(t *testing.T, h Home, table *lake.Table) ([]lake.File, map[string]int64) {
	t.Helper()
	ctx := context.Background()
	e, err := h.Lake.Epoch(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	live, err := h.Lake.Sources(ctx, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]int64{}
	for _, s := range live {
		sources[s.Tag] = s.Seq
	}
	files, err := h.Lake.Files(ctx, e, table.Name, 0)
	if err != nil {
		t.Fatal(err)
	}
	return files, sources
}
