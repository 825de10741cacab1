package knowledge

import (
	"slices"
	"strings"
)

// role is what a column of a workbook says.
type role string

const (
	roleKey       role = "对应知识点序号" // of a sheet of codes: the point's number
	roleSeq       role = "序号"
	roleName      role = "名称"
	roleCode      role = "编码"
	roleNameB     role = "从项名称"
	roleCodeB     role = "从项编码"
	roleDx        role = "诊断编码"
	roleCount     role = "代码数量"
	roleKind      role = "限定类型"
	roleObject    role = "限定对象"
	roleSex       role = "限定性别"
	roleAge       role = "限定年龄"
	roleAgeMin    role = "年龄下限"
	roleAgeMax    role = "年龄上限"
	roleForbidden role = "禁用年龄阈值"
	roleInsurance role = "限定险种"
	roleLevel     role = "限定级别"
	roleVisit     role = "限定就医方式"
	roleGroup     role = "手术组"
	roleClass     role = "药品分类"
	roleWindow    role = "时间区间"
	roleDayMax    role = "单日上限数量"
	roleMax       role = "限制数量"
	roleUnit      role = "数量单位"
	rolePeriod    role = "周期（天）"
	roleDays      role = "限定天数"
	roleRxDays    role = "最大开药天数"
	roleRatio     role = "折价比例"
	roleFund      role = "限定金额"
	roleLogic     role = "检出逻辑"
	roleBasis     role = "逻辑依据"
	roleRemark    role = "备注"
)

// headerWords are the names that columns of official workbooks carry, as word
// returns them, without what stands in brackets.
var headerWords = func() map[string]role {
	words := map[string]role{}
	for r, names := range map[role]string{
		roleKey:       "对应知识点序号 知识点序号 知识点编号 对应知识点 对应序号 对应知识点编号 对应知识点明细序号 知识点明细序号 所属知识点序号",
		roleSeq:       "序号 编号 序 no no. 行号",
		roleName:      "名称 药品 项目 饮片 中药饮片 耗材 医用耗材 通用名 药品名称 药品通用名 药品通用名称 通用名称 项目名称 医疗服务项目 医疗服务项目名称 收费项目名称 收费项目 诊疗项目名称 耗材名称 医用耗材名称 耗材通用名 饮片名称 中药饮片名称 中药饮片通用名 诊断名称 疾病名称 疾病诊断名称 手术名称 手术操作名称 知识点名称 医保药品名称",
		roleCode:      "代码 编码 国标代码 国标编码 国家代码 国家编码 药品代码 药品编码 国家药品代码 国家药品编码 国家医保代码 国家医保编码 医保代码 医保编码 医保药品代码 医保药品编码 国家医保药品代码 药品国家代码 药品国标代码 项目代码 项目编码 国家项目代码 国家项目编码 医疗服务项目代码 医疗服务项目编码 收费项目编码 收费项目代码 诊疗项目编码 耗材代码 耗材编码 医用耗材代码 医用耗材编码 饮片代码 饮片编码 中药饮片代码 中药饮片编码 手术代码 手术编码 手术操作代码 手术操作编码 医保目录编码",
		roleDx:        "诊断代码 诊断编码 疾病编码 疾病代码 疾病诊断编码 疾病诊断代码 主要诊断编码 主要诊断代码 icd编码 icd-10编码 icd10编码 限定诊断编码 适应症编码 禁忌症编码",
		roleCount:     "代码数量 编码数量 代码数 编码数 代码个数 编码个数 对应代码数量 对应代码数 药品代码数量 药品代码数 药品编码数量 项目代码数量 知识点数量",
		roleKind:      "限定类型 规则类型 规则类别 规则名称 规则 规则分类 监管规则 监控规则 规则类",
		roleObject:    "限定对象 限定值域 限定值 限定内容 限定条件 限定范围",
		roleSex:       "限定性别 性别 适用性别 限制性别",
		roleAge:       "限定年龄 限制年龄 年龄 适用年龄 年龄段 限定年龄段 年龄范围 限定年龄范围",
		roleAgeMin:    "年龄下限 最小年龄 最低年龄",
		roleAgeMax:    "年龄上限 最大年龄 最高年龄",
		roleForbidden: "禁用年龄阈值 儿童禁用年龄阈值 年龄阈值 禁用年龄 儿童禁用年龄",
		roleInsurance: "限定险种 限定保险类型 限定保险 保险类型 险种 险种类型 参保险种",
		roleLevel:     "限定级别 限定医疗机构级别 医疗机构级别 机构级别 最低级别 最低医疗机构级别 限定医院级别 医院级别",
		roleVisit:     "限定就医方式 就医方式 限定就医类型 就医类型 就诊方式",
		roleGroup:     "手术组 手术分组 切口组 手术组别 同一切口手术组",
		roleClass:     "药品分类 药理分类 目录分类 药品分类名称 药品类别",
		roleWindow:    "频度 时间区间 时间范围 时间窗 统计周期 时间单位 检出时间区间",
		roleDayMax:    "单日上限数量 单日上限 单日数量上限 单日限制数量 日上限数量 每日上限数量",
		roleMax:       "限制数量 上限数量 数量上限 频次上限 限定频次 限定数量 限定次数 限制次数 次数上限 最大数量 限制频次",
		roleUnit:      "数量单位 单位 计价单位 频次单位",
		rolePeriod:    "周期 周期天数 限定周期 时间周期",
		roleDays:      "限定天数 限制天数 支付天数 限支付天数 最大支付天数 支付天数上限 天数上限 上限天数 支付疗程天数 限定疗程天数 疗程天数 限定疗程 支付疗程 限支付疗程",
		roleRxDays:    "最大开药天数 最大用药天数 最大处方天数",
		roleRatio:     "折价比例 折扣比例 收费比例 计收比例 折价率",
		roleFund:      "限定金额 报销总额上限 限定报销总额 金额上限 支付上限",
		roleLogic:     "检出逻辑 逻辑 检出条件 违规逻辑 检出说明",
		roleBasis:     "逻辑依据 依据 药品说明 项目说明 说明 政策依据 知识来源 知识依据 医保支付范围 限定支付范围 医保限定支付范围 支付范围 限定支付条件 说明书 说明书适应症 项目内涵 耗材说明 饮片说明",
		roleRemark:    "备注 备注说明 其他说明",
	} {
		for w := range strings.FieldsSeq(names) {
			words[w] = r
		}
	}
	return words
}()

// roleOf returns what a column with this header says, "" when that is not known.
func roleOf(header string) role {
	h := strings.Trim(word(header), "*※:：")
	if r, ok := headerWords[h]; ok {
		return r
	}
	h = withoutBrackets(h)
	if r, ok := headerWords[h]; ok {
		return r
	}
	if strings.HasPrefix(h, "逻辑依据") {
		return roleBasis
	}
	if r := sideRole(h); r != "" {
		return r
	}
	return endRole(h)
}

// otherCodes are words of headers whose code or name is not that of the point.
var otherCodes = []string{"分类", "类别", "剂型", "规格", "科室", "机构", "企业", "医师", "人员", "地区", "区划", "统筹", "险种", "商品", "数量", "本位", "批准", "注册"}

// endRole reads headers by how they end, such as 国家医保药品目录代码.
func endRole(h string) role {
	if slices.ContainsFunc(otherCodes, func(w string) bool { return strings.Contains(h, w) }) {
		return ""
	}
	code := strings.HasSuffix(h, "代码") || strings.HasSuffix(h, "编码")
	switch {
	case code && (strings.Contains(h, "诊断") || strings.Contains(h, "疾病") || strings.Contains(h, "icd-10") || strings.Contains(h, "icd10")):
		return roleDx
	case code:
		return roleCode
	case strings.HasSuffix(h, "通用名"), strings.HasSuffix(h, "通用名称"), strings.HasSuffix(h, "药品名称"), strings.HasSuffix(h, "项目名称"), strings.HasSuffix(h, "耗材名称"), strings.HasSuffix(h, "饮片名称"):
		return roleName
	}
	return ""
}

// withoutBrackets removes what stands in brackets.
func withoutBrackets(h string) string {
	for {
		from := strings.IndexAny(h, "([【")
		to := strings.IndexAny(h, ")]】")
		if from < 0 || to < from {
			return h
		}
		end := to + 1
		if h[to] >= 0x80 {
			end = to + len("】")
		}
		h = h[:from] + h[end:]
	}
}

// sides are the words that mark the two columns of a pair; the first is kept, the
// second is not chargeable beside it.
var sides = [2][]string{
	{"主项目", "主项", "主操作", "a", "1", "甲", "一"},
	{"从项目", "从项", "次项目", "次项", "从操作", "被包含项目", "b", "2", "乙", "二"},
}

// sideRole reads headers such as 主项编码, 项目B名称, 饮片2.
func sideRole(h string) role {
	for side, marks := range sides {
		for _, mark := range marks {
			before, after, ok := strings.Cut(h, mark)
			if !ok {
				continue
			}
			r := headerWords[before+after]
			if before+after == "" {
				r = roleName
			}
			switch {
			case r == roleName && side == 1:
				return roleNameB
			case r == roleCode && side == 1:
				return roleCodeB
			case r == roleName, r == roleCode:
				return r
			}
		}
	}
	return ""
}

// layout is where a sheet's columns are.
type layout struct {
	titles  []string // texts above the header
	headers []string // header of each column
	roles   []role   // of each column; "" unknown
	header  int      // row of the header, the last one of two; 0: none found
	first   int      // index of the first row of data in grid.rows
}

// col returns the first column with role r, -1 when there is none.
func (l *layout) col(r role) int { return slices.Index(l.roles, r) }

func (l *layout) has(r role) bool { return l.col(r) >= 0 }

// lastHeaderRow bounds the search for the header.
const lastHeaderRow = 10

// findHeader looks for the header in the first ten rows: the row, or two rows one
// above the other, in which most columns are known; at least two of them, a name
// or a code among them.
func findHeader(g *grid) layout {
	var best layout
	most := 1
	for i := range g.rows {
		if g.rows[i].num > lastHeaderRow {
			break
		}
		try := func(headers []string, last int) {
			roles := rolesOf(headers)
			known := 0
			for _, r := range roles {
				if r != "" {
					known++
				}
			}
			l := layout{headers: headers, roles: roles, header: g.rows[last].num, first: last + 1}
			if known > most && (l.has(roleName) || l.has(roleCode)) {
				best, most = l, known
				best.titles = titlesAbove(g, i)
			}
		}
		try(g.rows[i].cells, i)
		if i+1 < len(g.rows) && g.rows[i+1].num == g.rows[i].num+1 {
			try(g.twoRows(i), i+1)
		}
	}
	return best
}

// rolesOf gives each column its role. A role that two columns claim stays with the
// first, but texts may stand in several columns, and a second code right of the
// second name of a pair is that name's.
func rolesOf(headers []string) []role {
	roles := make([]role, len(headers))
	for i, h := range headers {
		if h == "" {
			continue
		}
		r := roleOf(h)
		switch {
		case r == roleBasis, r == roleRemark, !slices.Contains(roles[:i], r):
			roles[i] = r
		case r == roleCode && roles[i-1] == roleNameB:
			roles[i] = roleCodeB
		}
	}
	return roles
}

// twoRows returns the headers that rows i and i+1 make together: the upper text
// of a merged group before each lower one.
func (g *grid) twoRows(i int) []string {
	upper, lower := &g.rows[i], &g.rows[i+1]
	n := max(len(upper.cells), len(lower.cells))
	for _, m := range g.merges {
		if m.top <= upper.num && m.bottom >= upper.num && m.right > n && m.right <= n+8 {
			n = m.right
		}
	}
	headers := make([]string, n)
	for c := range headers {
		headers[c] = g.groupText(upper, c)
		if own := lower.own(c); own != "" {
			headers[c] += own
		}
	}
	return headers
}

// groupText returns the text of a header cell, or of the merged range across
// columns that it lies in.
func (g *grid) groupText(r *gridRow, c int) string {
	if text := r.cell(c); text != "" {
		return text
	}
	for _, m := range g.merges {
		if m.top <= r.num && r.num <= m.bottom && m.left-1 <= c && c <= m.right-1 {
			return r.cell(m.left - 1)
		}
	}
	return ""
}

func titlesAbove(g *grid, row int) []string {
	var titles []string
	for _, r := range g.rows[:row] {
		for _, c := range r.cells {
			if c != "" {
				titles = append(titles, c)
			}
		}
	}
	return titles
}
