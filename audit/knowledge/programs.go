package knowledge

// program is a program of KNOWLEDGE.md with the parameters of its own.
type program struct {
	name   string
	params []Param
}

// commonParams are those that every program takes.
var commonParams = []Param{
	{Name: "result", Type: Text, Values: []string{"violation", "suspicion"}, Meaning: "结果：violation 违规、suspicion 可疑；不写则用规则类的"},
	{Name: "severity", Type: Whole, Min: 1, Max: 3, Meaning: "严重程度：1 明确违规、2 高度可疑、3 轻度可疑"},
	{Name: "group", Type: Text, Meaning: "组：同组的编码合并计算"},
	{Name: "exclude_dx", Type: Texts, Meaning: "诊断编码前缀：就诊有这些诊断时不判"},
	{Name: "exclude_med_types", Type: Texts, Meaning: "医疗类别前缀：这些就诊不判"},
	{Name: "default", Type: Truth, Meaning: "随系统提供的默认阈值，须由当地确认"},
	{Name: "needs_parameters", Type: Truth, Meaning: "参数未齐：保留、列出，不生效"},
}

// attributeParams are the attributes that a line, or a visit, must satisfy.
var attributeParams = []Param{
	{Name: "sex", Type: Text, Values: []string{"1", "2"}, OneOf: "attribute", Limit: true, Meaning: "限定性别：1 男、2 女"},
	{Name: "age_min_days", Type: Whole, Max: 55000, OneOf: "attribute", Limit: true, Meaning: "最小日龄（含）"},
	{Name: "age_max_days", Type: Whole, Max: 55000, OneOf: "attribute", Limit: true, Meaning: "最大日龄（含）"},
	{Name: "age_min_years", Type: Whole, Max: 150, OneOf: "attribute", Limit: true, Meaning: "最小周岁（含）"},
	{Name: "age_max_years", Type: Whole, Max: 150, OneOf: "attribute", Limit: true, Meaning: "最大周岁（含）"},
	{Name: "med_types", Type: Texts, OneOf: "attribute", Limit: true, Meaning: "可支付的医疗类别（med_type 前缀）"},
	{Name: "insutypes", Type: Texts, OneOf: "attribute", Limit: true, Meaning: "可支付的险种"},
	{Name: "level_min", Type: Whole, Min: 1, Max: 3, OneOf: "attribute", Limit: true, Meaning: "最低医疗机构级别：3 三级、2 二级、1 一级"},
	{Name: "depts", Type: Texts, OneOf: "attribute", Limit: true, Meaning: "可开单的科室（国家科室编码前缀）"},
	{Name: "not_internet", Type: Truth, OneOf: "attribute", Meaning: "互联网医院不得支付"},
	{Name: "dr_grade_min", Type: Whole, Min: 1, Max: 9, OneOf: "attribute", Limit: true, Meaning: "开单医师的最低职称等级"},
}

const (
	frequent  = "check=frequent_stay|frequent_visit|frequent_purchase"
	lowStay   = "check=low_indication_stay"
	splitStay = "check=split_stay"
)

var programs = []program{
	{"attribute", append([]Param{
		{Name: "any_of", Type: Alternatives, OneOf: "attribute", Limit: true, Meaning: "多组属性，须整组满足其中之一"},
	}, attributeParams...)},
	{"never", []Param{
		{Name: "mode", Type: Text, Values: []string{"any", "alone"}, Required: true, Limit: true, Meaning: "any 一律不支付；alone 单独使用或处方全由所列饮片组成时不支付"},
	}},
	{"indication", []Param{
		{Name: "dx_any", Type: Texts, OneOf: "dx", Meaning: "诊断编码前缀：须有其一"},
		{Name: "dx_none", Type: Texts, OneOf: "dx", Meaning: "诊断编码前缀：不得有"},
		{Name: "needs_any", Type: Texts, OneOf: "dx", Meaning: "code 为诊断编码时：该诊断应有的项目、药品或耗材（编码或前缀），有其一即可"},
	}},
	{"conflict", []Param{
		{Name: "window", Type: Text, Values: []string{"visit", "day", "6h", "hour", "rx"}, Required: true, Meaning: "时间窗：visit 单次就诊、day 单日、6h 6小时、hour 同一小时、rx 同一处方"},
		{Name: "free_qty", Type: Number, Limit: true, Meaning: "每一份 code 已含 other_code 的数量"},
	}},
	{"same_class", []Param{
		{Name: "class", Type: Text, Required: true, Meaning: "药品分类"},
		{Name: "window", Type: Text, Values: []string{"visit", "day", "rx"}, Required: true, Meaning: "时间窗：visit 单次就诊、day 单日、rx 同一处方"},
		{Name: "max_kinds", Type: Whole, Min: 1, Limit: true, Meaning: "同类最多几种，默认 1"},
	}},
	{"quantity", []Param{
		{Name: "max", Type: Number, Required: true, Limit: true, Meaning: "时间窗内的上限"},
		{Name: "window", Type: Text, Values: []string{"rx", "day", "visit", "operation", "month", "year", "rolling"}, Required: true, Meaning: "时间窗：rx 处方、day 单日、visit 单次就诊、operation 一台手术、month 自然月、year 自然年、rolling 连续 days 天"},
		{Name: "days", Type: Whole, Min: 1, Max: 3660, Required: true, When: "window=rolling", Meaning: "滚动时间窗的天数"},
		{Name: "count", Type: Text, Values: []string{"qty", "times", "kinds"}, Meaning: "计什么：qty 数量（默认）、times 次数、kinds 种数"},
	}},
	{"duration", []Param{
		{Name: "max_days", Type: Whole, Min: 1, Max: 3660, Required: true, Limit: true, Meaning: "最多使用天数"},
		{Name: "mode", Type: Text, Values: []string{"distinct_days", "span", "per_visit"}, Required: true, Meaning: "distinct_days 全年使用日数、span 自首次使用起的跨度、per_visit 每次就诊的使用日数"},
	}},
	{"amount", []Param{
		{Name: "max_fen", Type: Whole, Required: true, Limit: true, Meaning: "年度基金支付上限（分）"},
		{Name: "year", Type: Text, Values: []string{"calendar"}, Meaning: "calendar 自然年（默认）"},
	}},
	{"price", []Param{
		{Name: "max_price_fen", Type: Caps, Values: []string{"3", "2", "1", "0"}, Min: 1, Required: true, Limit: true, Meaning: "各级医疗机构的最高单价（分）"},
	}},
	{"discount", []Param{
		{Name: "group", Type: Text, Required: true, Meaning: "同一切口的手术组"},
		{Name: "ratio", Type: Number, Max: 1, Required: true, Limit: true, Meaning: "第二及以后手术的收费比例（0–1）"},
	}},
	{"split", []Param{
		{Name: "parts", Type: Texts, Required: true, Meaning: "组成项目的编码"},
		{Name: "min", Type: Whole, Min: 1, Required: true, Limit: true, Meaning: "同时出现几项算分解"},
	}},
	{"companion", []Param{
		{Name: "needs_any", Type: Texts, Required: true, Meaning: "须同时有其一的编码（或前缀）"},
		{Name: "window", Type: Text, Values: []string{"visit", "day", "rx"}, Required: true, Meaning: "时间窗：visit 单次就诊、day 单日、rx 同一处方；code 为诊断或手术操作编码时只用 visit"},
	}},
	{"precedence", []Param{
		{Name: "first_any", Type: Texts, Required: true, Meaning: "一线药品的编码（或前缀）"},
		{Name: "lookback_days", Type: Whole, Min: 1, Max: 3660, Required: true, Limit: true, Meaning: "向前看多少天"},
	}},
	{"benefit", []Param{
		{Name: "benefit", Type: Text, Required: true, Meaning: "病种待遇编码"},
	}},
	{"integrity", []Param{
		{Name: "check", Type: Text, Values: []string{"outside_stay", "sum_mismatch", "missing_field", "late_upload", "operation_code"}, Required: true, Meaning: "检查：outside_stay 计费在住院期外、sum_mismatch 合计不符、missing_field 缺项、late_upload 迟传、operation_code 手术编码"},
		{Name: "grace_days", Type: Whole, Max: 365, When: "check=outside_stay", Limit: true, Meaning: "入院前、出院后各宽限几天，默认 0"},
		{Name: "fields", Type: Texts, Required: true, When: "check=missing_field", Meaning: "不得为空的字段"},
		{Name: "hours", Type: Whole, Min: 1, Max: 87600, Required: true, When: "check=late_upload", Limit: true, Meaning: "最迟几小时内上传"},
		{Name: "map", Type: Lists, When: "check=operation_code", Meaning: "项目编码 → 手术操作编码前缀"},
	}},
	{"consistency", append([]Param{
		{Name: "dx_any", Type: Texts, OneOf: "attribute", Meaning: "不得与该手术操作同为主要的诊断编码前缀"},
	}, attributeParams[:5]...)},
	{"periop", []Param{
		{Name: "max_hours", Type: Whole, Min: 1, Max: 8760, Required: true, Limit: true, Meaning: "预防用药最长小时数"},
		{Name: "classes", Type: Texts, Meaning: "可用的抗菌药物分类"},
	}},
	{"sequence", []Param{
		{Name: "check", Type: Text, Values: []string{"split_stay", "frequent_stay", "frequent_visit", "frequent_purchase", "overlapping_stay", "visit_during_stay", "after_death", "low_indication_stay"}, Required: true, Meaning: "检查：split_stay 分解住院、frequent_stay 频繁住院、frequent_visit 频繁门诊、frequent_purchase 频繁购药、overlapping_stay 住院重叠、visit_during_stay 住院期间就诊、after_death 死亡后就医、low_indication_stay 低标准入院"},
		{Name: "interval_days", Type: Whole, Min: 1, Max: 365, Required: true, When: splitStay, Limit: true, Meaning: "出院到再入院最多几天"},
		{Name: "max", Type: Number, Required: true, When: frequent, Limit: true, Meaning: "期间内最多次数"},
		{Name: "days", Type: Whole, Min: 1, Max: 3660, OneOf: "period", When: frequent, Meaning: "连续多少天"},
		{Name: "period", Type: Text, Values: []string{"month", "quarter", "year"}, OneOf: "period", When: frequent, Meaning: "month 自然月、quarter 季度、year 自然年"},
		{Name: "exam_share", Type: Number, Max: 1, Required: true, When: lowStay, Limit: true, Meaning: "检查检验费占比下限（0–1）"},
		{Name: "treat_share", Type: Number, Max: 1, Required: true, When: lowStay, Limit: true, Meaning: "治疗、药品、手术费占比上限（0–1）"},
		{Name: "dx_any", Type: Texts, Required: true, When: lowStay, Meaning: "主要诊断编码前缀"},
	}},
	{"ratio", []Param{
		{Name: "numerator", Type: Text, Required: true, Meaning: "分子"},
		{Name: "denominator", Type: Text, Required: true, Meaning: "分母"},
		{Name: "limit", Type: Number, OneOf: "limit", Limit: true, Meaning: "上限"},
		{Name: "percentile", Type: Number, Max: 100, OneOf: "limit", Limit: true, Meaning: "同级同类机构的百分位（0–100）"},
		{Name: "period", Type: Text, Values: []string{"month", "quarter", "year"}, Required: true, Meaning: "month 自然月、quarter 季度、year 自然年"},
		{Name: "min_visits", Type: Whole, Min: 1, Meaning: "期间内就诊少于此数的机构不评，默认 20"},
	}},
	{"share", []Param{
		{Name: "item", Type: Text, Required: true, Meaning: "项目编码"},
		{Name: "limit", Type: Number, OneOf: "limit", Limit: true, Meaning: "上限"},
		{Name: "percentile", Type: Number, Max: 100, OneOf: "limit", Limit: true, Meaning: "同类科室的百分位（0–100）"},
		{Name: "period", Type: Text, Values: []string{"month", "quarter", "year"}, Meaning: "month 自然月、quarter 季度、year 自然年（默认）"},
		{Name: "min_visits", Type: Whole, Min: 1, Meaning: "期间内住院少于此数的科室不评，默认 20"},
	}},
	{"stock", []Param{
		{Name: "tolerance", Type: Number, Required: true, Limit: true, Meaning: "允许的差异比例"},
		{Name: "period", Type: Text, Values: []string{"month", "quarter", "year"}, Meaning: "month 自然月、quarter 季度、year 自然年（默认）"},
	}},
	{"trace", []Param{
		{Name: "max", Type: Number, Required: true, Limit: true, Meaning: "一个追溯码最多结算次数"},
		{Name: "event", Type: Text, Values: []string{"repeated", "elsewhere", "before_purchase", "after_return"}, Meaning: "只查其中一种：repeated 重复结算、elsewhere 他处售出、before_purchase 入库前售出、after_return 退货后售出；不写则都查"},
	}},
	{"expression", []Param{
		{Name: "hits", Type: Text, Required: true, Meaning: "CEL 表达式，返回要指出的明细"},
		{Name: "name", Type: Text, Meaning: "这项检查的名称"},
		{Name: "over", Type: Text, Values: []string{"visit", "person"}, Meaning: "visit 逐次就诊（默认）、person 一人的全部记录"},
		{Name: "triggers", Type: Texts, Meaning: "触发编码：除 code 外，有这些编码（或前缀）之一的明细时才计算"},
	}},
}
