package expression

import (
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"yiheng/ground/calendar"
)

// Field is one thing that an expression can ask of a fact.
type Field struct {
	Name    string
	Means   string // Chinese
	Missing string // reason of a check that it leaves undone where it is not known; "": it always is
	Column  string // of fee_list_d, where that is one that a reader may leave out

	typ *types.Type
	get func(of any) ref.Val // nil: not known
}

// Type returns the type of the field as an author reads it.
func (f *Field) Type() string { return typeName(f.typ.String()) }

// Kind is a type of facts with its fields.
type Kind struct {
	Name   string // Chinese
	Fields []*Field
}

// missing is the error of a fact that is not known. It passes through && and || as
// every error of CEL does: false && missing is false, true || missing is true.
type missing struct{ reason string }

func (m *missing) Error() string { return m.reason }

// field makes a field of a fact of type T.
func field[T any](name string, typ *types.Type, means, absent string, get func(T) ref.Val) *Field {
	return &Field{
		Name: name, Means: means, Missing: absent, typ: typ,
		get: func(of any) ref.Val { return get(of.(T)) },
	}
}

func (f *Field) column(name string) *Field {
	f.Column = name
	return f
}

// fieldType is the field as CEL's planner wants it.
func (f *Field) fieldType() *types.FieldType {
	absent := &missing{f.Missing}
	value := func(target any) ref.Val {
		if o, ok := target.(*object); ok {
			return f.get(o.of)
		}
		return nil
	}
	return &types.FieldType{
		Type:  f.typ,
		IsSet: func(target any) bool { return value(target) != nil },
		GetFrom: func(target any) (any, error) {
			if v := value(target); v != nil {
				return v, nil
			}
			return nil, absent
		},
	}
}

// Kinds are the types of facts, as the documentation lists them.
var Kinds = []Kind{
	{"明细", lineFields},
	{"就诊", visitFields},
	{"手术操作", operationFields},
	{"结算", settlementFields},
	{"病案记录", recordFields},
}

var lineFields = []*Field{
	field("code", types.StringType, "医保目录编码（med_list_codg，未对照的取 hilist_code）", "编码不详", func(l *Line) ref.Val { return text(l.Code) }),
	field("name", types.StringType, "目录名称", "名称不详", func(l *Line) ref.Val { return text(l.HilistName) }),
	field("kind", types.StringType, "drug 药品、piece 饮片、granule 配方颗粒、item 诊疗项目、consumable 耗材", "费用种类不详", func(l *Line) ref.Val { return text(l.Kind) }),
	field("fee_kind", types.StringType, "收费项目类别前两位：03 检查、04 化验、05 治疗、06 手术、08 材料、09 西药、10 饮片、11 中成药……", "收费项目类别不详", func(l *Line) ref.Val {
		if len(l.MedChrgitmType) < 2 {
			return nil
		}
		return text(l.MedChrgitmType[:2])
	}).column("med_chrgitm_type"),
	field("cnt", numberType, "数量，已扣退费", "数量不详", func(l *Line) ref.Val { return number(int64(l.Qty), 10_000) }),
	field("pric", numberType, "单价（元）", "单价不详", func(l *Line) ref.Val { return number(int64(l.Pric), 1_000_000) }),
	field("det_item_fee_sumamt", numberType, "金额（元），已扣退费", "金额不详", func(l *Line) ref.Val { return number(int64(l.Sum), 100) }),
	field("inscp_amt", numberType, "符合范围金额（元），已扣退费", "符合范围金额不详", func(l *Line) ref.Val { return number(int64(l.Inscp), 100) }),
	field("day", dayType, "发生日期", "发生日期不详", func(l *Line) ref.Val { return dayValue(l.Day) }),
	field("time", timeType, "发生时刻（只有日期的视为不详）", "发生时刻不详", func(l *Line) ref.Val { return momentValue(l.FeeOcurTime) }),
	field("dept", types.StringType, "开单科室编码", "开单科室不详", func(l *Line) ref.Val { return text(l.BilgDeptCodg) }).column("bilg_dept_codg"),
	field("dept_name", types.StringType, "开单科室名称", "开单科室不详", func(l *Line) ref.Val { return text(l.BilgDeptName) }),
	field("dr_code", types.StringType, "开单医师编码", "开单医师不详", func(l *Line) ref.Val { return text(l.BilgDrCode) }),
	field("dr_grade", numberType, "开单医师职称：5 主任、4 副主任、3 主治、2 医师、1 医士", "医师职称不详", func(l *Line) ref.Val { return known(l.Grade) }),
	field("rx_drord_no", types.StringType, "处方或医嘱号", "处方号不详", func(l *Line) ref.Val { return text(l.RxDrordNo) }).column("rx_drord_no"),
	field("self_paid", types.BoolType, "是否全部由个人负担", "", func(l *Line) ref.Val { return types.Bool(l.SelfPaid) }),
	field("take_home", types.BoolType, "是否出院带药", "是否出院带药不详", func(l *Line) ref.Val { return flag(l.DscgTkdrugFlag) }).column("dscg_tkdrug_flag"),
	field("dise_codg", types.StringType, "门慢特病种编码", "病种不详", func(l *Line) ref.Val { return text(l.DiseCodg) }).column("dise_codg"),
	field("insutype", types.StringType, "险种（结算的，没有则就诊的）", "险种不详", func(l *Line) ref.Val { return text(l.Insutype) }),
	field("age", numberType, "发生日的周岁", "年龄不详", func(l *Line) ref.Val { return ageYears(l.Visit.Birth, l.Day) }),
	field("age_days", numberType, "发生日的日龄", "年龄不详", func(l *Line) ref.Val { return ageDays(l.Visit.Birth, l.Day) }),
	field("mdtrt_id", types.StringType, "就诊编号", "", func(l *Line) ref.Val { return types.String(l.MdtrtID) }),
	field("setl_id", types.StringType, "结算编号", "结算不详", func(l *Line) ref.Val { return text(l.SetlID) }),
	field("visit", visitType, "所属就诊", "", func(l *Line) ref.Val { return l.Visit.value() }),
}

var visitFields = []*Field{
	field("mdtrt_id", types.StringType, "就诊编号", "", func(v *Visit) ref.Val { return types.String(v.ID) }),
	field("fixmedins_code", types.StringType, "机构编码", "机构不详", func(v *Visit) ref.Val { return text(v.FixmedinsCode) }),
	field("fixmedins_name", types.StringType, "机构名称", "机构不详", func(v *Visit) ref.Val { return text(v.FixmedinsName) }),
	field("fixmedins_type", types.StringType, "机构类型：1 医疗机构、2 零售药店", "机构类型不详", func(v *Visit) ref.Val { return text(v.FixmedinsType) }),
	field("admdvs", types.StringType, "机构所在区划（6 位）", "机构区划不详", func(v *Visit) ref.Val { return text(v.FixBlngAdmdvs) }),
	field("level", numberType, "机构级别：3 三级、2 二级、1 一级、0 未定级", "机构等级不详", func(v *Visit) ref.Val { return known(v.Level) }),
	field("med_type", types.StringType, "医疗类别", "医疗类别不详", func(v *Visit) ref.Val { return text(v.MedType) }),
	field("stay", types.BoolType, "是否住院（医疗类别以 2 或 52 开头）", "医疗类别不详", func(v *Visit) ref.Val {
		if v.MedType == "" {
			return nil
		}
		return types.Bool(strings.HasPrefix(v.MedType, "2") || strings.HasPrefix(v.MedType, "52"))
	}),
	field("insutype", types.StringType, "险种", "险种不详", func(v *Visit) ref.Val { return text(v.Insutype) }),
	field("pay_loc", types.StringType, "支付地点：5 为互联网", "支付地点不详", func(v *Visit) ref.Val { return text(v.PayLoc) }),
	field("dise_no", types.StringType, "门慢特病种编码", "病种不详", func(v *Visit) ref.Val { return text(v.DiseNo) }),
	field("dept", types.StringType, "入院（就诊）科室编码", "就诊科室不详", func(v *Visit) ref.Val { return text(v.Dept) }),
	field("dept_name", types.StringType, "入院（就诊）科室名称", "就诊科室不详", func(v *Visit) ref.Val { return text(v.DeptName) }),
	field("chfpdr_code", types.StringType, "主治医师编码", "主治医师不详", func(v *Visit) ref.Val { return text(v.DrCode) }),
	field("sex", types.StringType, "性别：1 男、2 女", "性别不详", func(v *Visit) ref.Val { return text(v.Sex) }),
	field("age", numberType, "首日的周岁", "年龄不详", func(v *Visit) ref.Val { return ageYears(v.Birth, v.Begin) }),
	field("age_days", numberType, "首日的日龄", "年龄不详", func(v *Visit) ref.Val { return ageDays(v.Birth, v.Begin) }),
	field("newborn", types.BoolType, "是否随父母参保人记账的新生儿", "", func(v *Visit) ref.Val { return types.Bool(v.Newborn) }),
	field("begin", dayType, "首日（入院日）", "就诊开始日期不详", func(v *Visit) ref.Val { return dayValue(v.Begin) }),
	field("end", dayType, "末日（出院日）", "就诊结束日期不详", func(v *Visit) ref.Val { return dayValue(v.End) }),
	field("begntime", timeType, "开始时刻", "就诊开始时刻不详", func(v *Visit) ref.Val { return momentValue(v.BegTime) }),
	field("endtime", timeType, "结束时刻", "就诊结束时刻不详", func(v *Visit) ref.Val { return momentValue(v.EndTime) }),
	field("days", numberType, "天数：末日减首日，当日出院为 1", "就诊天数不详", visitDays),
	field("main_dx", types.StringType, "主要诊断编码", "主要诊断不详", func(v *Visit) ref.Val { return text(v.MainDx) }),
	field("dx", types.NewListType(types.StringType), "全部诊断编码（可能不全的视为不详，查有无请用 hasDx）", "诊断不详", func(v *Visit) ref.Val {
		if v.DxIncomplete || len(v.Dx) == 0 {
			return nil
		}
		return texts(&v.dx, v.Dx)
	}),
	field("ops", types.NewListType(operationType), "手术操作", "手术操作不详", func(v *Visit) ref.Val {
		if v.OpsUnknown {
			return nil
		}
		return listOf(&v.ops, v.Ops)
	}),
	field("lines", linesType, "这次就诊的明细", "", func(v *Visit) ref.Val { return listOf(&v.lines, v.Lines) }),
	field("settlements", types.NewListType(settlementType), "这次就诊的结算", "", func(v *Visit) ref.Val { return listOf(&v.settls, v.Settlements) }),
	field("records", types.NewListType(recordType), "这次就诊的医嘱、处方、检查检验、麻醉、手术记录", noRecords, func(v *Visit) ref.Val {
		if v.RecordsUnknown {
			return nil
		}
		return listOf(&v.records, v.Records)
	}),
}

// noRecords is why a check of the hospital's own books is left undone.
const noRecords = "病案记录未提供"

var operationFields = []*Field{
	field("code", types.StringType, "手术操作编码（ICD-9-CM-3）", "手术编码不详", func(o *Operation) ref.Val { return text(o.Code) }),
	field("day", dayType, "日期", "手术日期不详", func(o *Operation) ref.Val { return dayValue(o.Time.Day()) }),
	field("time", timeType, "时刻", "手术时刻不详", func(o *Operation) ref.Val { return momentValue(o.Time) }),
	field("main", types.BoolType, "是否主要手术", "", func(o *Operation) ref.Val { return types.Bool(o.Main) }),
}

var settlementFields = []*Field{
	field("setl_id", types.StringType, "结算编号", "", func(s *Settlement) ref.Val { return types.String(s.SetlID) }),
	field("day", dayType, "结算日期", "结算日期不详", func(s *Settlement) ref.Val { return dayValue(s.SetlTime.Day()) }),
	field("insutype", types.StringType, "险种", "险种不详", func(s *Settlement) ref.Val { return text(s.Insutype) }),
	field("med_type", types.StringType, "医疗类别", "医疗类别不详", func(s *Settlement) ref.Val { return text(s.MedType) }),
	field("pay_loc", types.StringType, "支付地点", "支付地点不详", func(s *Settlement) ref.Val { return text(s.PayLoc) }),
	field("clr_way", types.StringType, "清算方式", "清算方式不详", func(s *Settlement) ref.Val { return text(s.ClrWay) }),
	field("medfee_sumamt", numberType, "总费用（元）", "总费用不详", func(s *Settlement) ref.Val { return number(int64(s.MedfeeSumamt), 100) }),
	field("inscp_amt", numberType, "符合范围金额（元）", "符合范围金额不详", func(s *Settlement) ref.Val { return number(int64(s.InscpAmt), 100) }),
	field("fund_pay_sumamt", numberType, "基金支付（元）", "基金支付不详", func(s *Settlement) ref.Val { return number(int64(s.FundPaySumamt), 100) }),
	field("acct_pay", numberType, "账户支付（元）", "账户支付不详", func(s *Settlement) ref.Val { return number(int64(s.AcctPay), 100) }),
}

var recordFields = []*Field{
	field("kind", types.StringType, "order 医嘱、prescription 处方、exam 检查登记、exam_report 检查报告、lab 检验登记、lab_report 检验报告、anaesthesia 麻醉、operation 手术", "记录种类不详", func(r *Record) ref.Val { return text(r.Kind) }),
	field("code", types.StringType, "项目编码", "记录编码不详", func(r *Record) ref.Val { return text(r.Code) }),
	field("name", types.StringType, "项目名称", "记录名称不详", func(r *Record) ref.Val { return text(r.Name) }),
	field("text", types.StringType, "内容：方式、所见、结果", "记录内容不详", func(r *Record) ref.Val { return text(r.Text) }),
	field("rx_drord_no", types.StringType, "处方或医嘱号", "处方号不详", func(r *Record) ref.Val { return text(r.RxDrordNo) }),
	field("dept_name", types.StringType, "科室", "记录科室不详", func(r *Record) ref.Val { return text(r.DeptName) }),
	field("day", dayType, "开始日期", "记录日期不详", func(r *Record) ref.Val { return dayValue(r.Begntime.Day()) }),
	field("begin", timeType, "开始时刻", "记录开始时刻不详", func(r *Record) ref.Val { return momentValue(r.Begntime) }),
	field("end", timeType, "结束时刻", "记录结束时刻不详", func(r *Record) ref.Val { return momentValue(r.Endtime) }),
	field("hours", numberType, "起止相差小时", "记录时长不详", recordHours),
	field("cnt", numberType, "数量", "记录数量不详", func(r *Record) ref.Val { return number(int64(r.Cnt), 10_000) }),
	field("prd_days", numberType, "用药天数", "用药天数不详", func(r *Record) ref.Val { return number(int64(r.PrdDays), 10_000) }),
}

func known(n int) ref.Val {
	if n == Unknown {
		return nil
	}
	return whole(n)
}

func flag(s string) ref.Val {
	if s == "" {
		return nil
	}
	return types.Bool(s == "1")
}

func ageDays(birth, at calendar.Day) ref.Val {
	if birth == calendar.NoDay || at == calendar.NoDay || at < birth {
		return nil
	}
	return whole(int(at - birth))
}

func ageYears(birth, at calendar.Day) ref.Val {
	if ageDays(birth, at) == nil {
		return nil
	}
	return whole(birth.YearsUntil(at))
}

func visitDays(v *Visit) ref.Val {
	if v.Begin == calendar.NoDay || v.End == calendar.NoDay || v.End < v.Begin {
		return nil
	}
	return whole(max(1, int(v.End-v.Begin)))
}

func recordHours(r *Record) ref.Val {
	if !r.Begntime.HasClock() || !r.Endtime.HasClock() {
		return nil
	}
	return hours(r.Begntime, r.Endtime)
}

// hours returns the hours from a to b, rounded half up to a millionth.
func hours(a, b calendar.Time) ref.Val { return divide(types.Int(b-a)*scale, 3600*scale) }

func texts(made **list, all []string) ref.Val {
	if *made == nil {
		l := &list{make([]ref.Val, len(all))}
		for i, s := range all {
			l.values[i] = types.String(s)
		}
		*made = l
	}
	return (*made).val()
}
