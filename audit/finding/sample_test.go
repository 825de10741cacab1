package finding

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"yiheng/audit/rule"
	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// The sample city: findings as a run has them, made without any evaluator.

type sampleRule struct {
	id, name, tier1, tier2, program, result, item, code string
	basis                                               string
}

const article38 = "《医疗保障基金使用监督管理条例》第三十八条"

var sampleRules = []sampleRule{
	{"GZ10000101006000", "药品限新生儿使用", "政策类", "药品政策限定类", "attribute", Violation, "注射用头孢曲松钠", "XJ01DDT056B001010100483", "《国家基本医疗保险药品目录》限新生儿"},
	{"GZ10000102003000", "医疗服务项目重复收费", "政策类", "项目政策限定类", "conflict", Violation, "全身麻醉", "003301000050000", "《全国医疗服务价格项目规范》麻醉除外内容"},
	{"GZ10000102009000", "医疗服务项目超频次", "政策类", "项目政策限定类", "quantity", Violation, "级护理", "001201000010000", "《全国医疗服务价格项目规范》每日限计一次"},
	{"GZ10000103001000", "医用耗材限次使用", "政策类", "耗材政策限定类", "quantity", Violation, "一次性使用输液器", "C1401010010000300100", ""},
	{"GZ10000201003000", "分解住院", "管理类", "诊疗行为类", "sequence", Suspicion, "", "", "地区医保协议：15 日内同类主要诊断再入院"},
	{"GZ10000202002000", "超医保限价", "管理类", "价格类", "price", Violation, "冠状动脉造影术", "003205000010000", "省医疗服务价格目录三级医院限价"},
	{"GZ10000301004000", "限定适应症用药可疑", "医疗类", "合理用药类", "attribute", Suspicion, "人血白蛋白", "XB05AAR036B002010100001", ""},
	{"GZ10000302002000", "性别与诊断不符", "医疗类", "合理诊疗类", "consistency", Suspicion, "", "N40.x00", "医疗保障疾病诊断分类与代码"},
	{"YH0001", "住院时间重叠", "管理类", "诊疗行为类", "sequence", Suspicion, "", "", ""},
}

var (
	sampleHospitals = []string{
		"江城市第一人民医院", "江城市中心医院", "江城大学附属医院", "江城市中医医院", "江城市妇幼保健院", "临江县人民医院",
		"临江县中医院", "沙口区第二医院", "康宁护理院", "仁济骨科医院", "和平路社区卫生服务中心", "益民大药房沙口店",
	}
	sampleDepartments = []string{"心血管内科", "骨科", "重症医学科", "普通外科", "新生儿科", "康复医学科", "肿瘤科", "急诊科"}
	sampleWays        = []string{"1", "1", "1", "40", "40", "50", "3", "40;1", ""}
)

// sampleFindings yields n findings with about lines lines each, those of a person one
// after another; the same for the same arguments.
func sampleFindings(n, lines, institutions int) iter.Seq[*Finding] {
	return func(yield func(*Finding) bool) {
		r := rand.New(rand.NewPCG(7, uint64(n)))
		person := 0
		for i := range n {
			if r.IntN(3) > 0 {
				person++
			}
			if !yield(sampleFinding(r, i, person, lines, institutions)) {
				return
			}
		}
	}
}

func sampleFinding(r *rand.Rand, i, person, lines, institutions int) *Finding {
	rule := sampleRules[r.IntN(len(sampleRules))]
	org := min(r.IntN(institutions), r.IntN(institutions))
	visit := fmt.Sprintf("4201%012d", person*3+i%3)
	day := calendar.DayOf(2024, 1, 1) + calendar.Day(r.IntN(366))
	f := &Finding{
		Revision: 1, RuleID: rule.id, RuleName: rule.name, RuleVersion: "1.0.0", KpID: fmt.Sprintf("KP%06d", r.IntN(5000)),
		Result: rule.result, Severity: 1, FixmedinsCode: fmt.Sprintf("H4201%07d", org),
		FixmedinsName: sampleHospitals[org%len(sampleHospitals)], PsnNo: fmt.Sprintf("4201%016d", person), MdtrtID: visit,
		SetlID: "S" + visit, ClrWay: sampleWays[r.IntN(len(sampleWays))], FirstDay: day, LastDay: day + calendar.Day(r.IntN(6)),
		Basis: rule.basis, LegalArticle: article38 + "第（三）项", RunID: "run-1", SnapshotID: "7",
		DeptName: sampleDepartments[r.IntN(len(sampleDepartments))], DrCode: fmt.Sprintf("D4201%08d", org*20+r.IntN(20)),
	}
	f.ID = NewID(f.RuleID, f.KpID, f.MdtrtID, fmt.Sprint(i))
	if rule.code != "" {
		f.Codes = []string{rule.code}
	}
	if rule.result == Suspicion {
		f.Severity = 2 + r.IntN(2)
	}
	if rule.program == "consistency" {
		f.Explanation = "患者性别为女，主要诊断为前列腺增生（N40.x00），二者不符。"
		return f
	}
	for k := range 1 + r.IntN(2*lines-1) {
		f.Lines = append(f.Lines, fmt.Sprintf("L%s%08d%02d", visit, i, k))
	}
	for k := range r.IntN(lines + 1) {
		f.EvidenceLines = append(f.EvidenceLines, fmt.Sprintf("E%s%08d%02d", visit, i, k))
		f.EvidenceOrgs = append(f.EvidenceOrgs, f.FixmedinsCode)
	}
	f.OwnAmount = claim.Money(100 + r.IntN(90_000)*len(f.Lines))
	f.Amount = f.OwnAmount
	if r.IntN(9) == 0 {
		f.Amount, f.MainFindingID = f.OwnAmount/3, NewID("main", visit, "", "")
	}
	f.FundAmount, f.AcctAmount = f.Amount*7/10, f.Amount/10
	if r.IntN(40) == 0 {
		f.FundAmount, f.AcctAmount = claim.Null, claim.Null
	}
	f.Explanation = sampleExplanation(rule, f)
	return f
}

func sampleExplanation(rule sampleRule, f *Finding) string {
	switch rule.program {
	case "sequence":
		f.Explanation = fmt.Sprintf("%s出院后%d天又以同类主要诊断（I25.103、I25.101）在同一机构入院，间隔不超过15天。", f.FirstDay-9, 9)
		if rule.id == "YH0001" {
			for i := range f.EvidenceOrgs {
				f.EvidenceOrgs[i] = "H42019999999"
			}
			f.Others = []string{"隔江医院", "H42019999999"}
			return fmt.Sprintf("隔江医院（H42019999999）的住院%s至%s尚未结束，%s又在%s入院，住院时间重叠。", f.FirstDay-5, f.FirstDay+2, f.FirstDay, f.FixmedinsName)
		}
		return f.Explanation
	case "quantity":
		return fmt.Sprintf("%s（%s）同一日收费%d次，超过1次，超出部分%d次。", rule.item, rule.code, len(f.Lines)+1, len(f.Lines))
	case "conflict":
		return fmt.Sprintf("同一次就诊已收取%s（%s），又收取其内涵项目%d次。", rule.item, rule.code, len(f.Lines))
	}
	return fmt.Sprintf("%s（%s）%s使用，患者当日不符合支付条件。", rule.item, rule.code, f.FirstDay)
}

// sampleRun is the run that sampleFindings come from.
func sampleRun() *Run {
	run := &Run{
		RunID: "SC20250106-3f9a1c", SnapshotID: "7", KnowledgeHash: "9c1f5be0a7d24e63", RuleSetHash: "b02d7741c65a9f18", Version: "0.1.0",
		Title: "江城市", From: calendar.DayOf(2024, 1, 1), To: calendar.DayOf(2024, 12, 31),
		Started: time.Date(2025, 1, 6, 9, 12, 4, 0, time.UTC), Finished: time.Date(2025, 1, 6, 9, 13, 51, 0, time.UTC),
		Read:   Read{Lines: 2_013_442, Persons: 61_204, Encounters: 182_377, Settlements: 181_002},
		Judged: Judged{Medfee: 41_288_390_112, Inscp: 35_002_118_904, Fund: 24_911_702_377},
		Gaps: []Gap{
			{"医师处方权限、医师职称", "未提供医师登记信息"},
			{"手术与诊断一致性", "数据中没有手术操作信息表（setl_list_oprn_d）"},
		},
		DataIssues: []DataIssue{
			{FixmedinsCode: "H42010000003", Kind: "费用明细没有对应的结算", Count: 1204, Samples: []string{"L42010000000001", "L42010000000002"}},
			{FixmedinsCode: "H42010000001", Kind: "结束时间早于开始时间", Count: 31, Samples: []string{"4201000000000117"}},
			{Kind: "主键重复", Count: 12},
		},
	}
	for i, r := range sampleRules {
		rr := RuleRun{RuleID: r.id, Name: r.name, Tier1: r.tier1, Tier2: r.tier2, Program: r.program, Status: Ran, Points: int64(1200 / (i + 1))}
		if i%2 == 0 {
			rr.Unchecked = []Unchecked{{"性别不详", int64(17 * (i + 1))}, {"年龄不详", int64(90 * (i + 1))}}
		}
		run.Rules = append(run.Rules, rr)
	}
	for i, status := range []string{NotRunNoKnowledge, NotRunNoKnowledge, NotRunProgram, NotRunTable("setl_list_oprn_d")} {
		run.Rules = append(run.Rules, RuleRun{
			RuleID: fmt.Sprintf("BD202501%d", i), Name: []string{"中药饮片单方不予支付", "超疗程用药", "进销存不符", "手术编码缺失"}[i],
			Tier1: "管理类", Tier2: "其他", Program: "stock", Status: status,
		})
	}
	run.Problems = sampleProblems()
	return run
}

// sampleProblems has a check of the problem lists in every standing.
func sampleProblems() []rule.ProblemState {
	by := func(status string, points int64, table string) []rule.TargetState {
		return []rule.TargetState{{RuleID: "GZ10000102012000", Name: "医疗服务项目重复收费", Program: "conflict", Points: points, Table: table, Status: status}}
	}
	return []rule.ProblemState{
		{No: "16", Domain: "心内", Check: "冠脉介入治疗又收冠状动脉造影", Status: rule.ProblemRuns, By: by(rule.ProblemRuns, 12, "")},
		{No: "62", Domain: "血液净化", Check: "血液灌流又收血液透析", Status: rule.ProblemRuns, By: by(rule.ProblemRuns, 3, ""), Part: "部位须由人核实"},
		{No: "80", Domain: "影像", Check: "普遍做胸部 CT", Status: rule.ProblemIndicator, By: by(rule.ProblemIndicator, 1, ""), Part: "只供比较科室"},
		{No: "17", Domain: "心内", Check: "同一节段又收扩张", Status: rule.ProblemKnowledge, By: by(rule.ProblemKnowledge, 0, ""), Point: "成对项目", Public: true},
		{No: "4", Domain: "通用", Check: "结算多于购进", Status: rule.ProblemTable, By: by(rule.ProblemTable, 1, "stock_d"), Point: "误差比例"},
		{No: "21", Domain: "心内", Check: "多支血管没有折价", Status: rule.ProblemNotRun, By: by(rule.ProblemNotRun, 0, "")},
		{No: "95", Domain: "影像", Check: "低排数 CT 按高档收费", Status: rule.ProblemGap, Data: "机构的设备登记"},
	}
}

// sampleDetails makes the records of findings up.
func sampleDetails(top []*Finding) []Detail {
	var details []Detail
	for _, f := range top {
		d := Detail{Finding: f, Encounter: &claim.Encounter{
			MdtrtID: f.MdtrtID, FixmedinsCode: f.FixmedinsCode, FixmedinsName: f.FixmedinsName, MedType: "21", AdmDeptName: f.DeptName,
			Begntime: (f.FirstDay - 2).At(9, 30, 0), Endtime: (f.LastDay + 3).At(11, 0, 0), DscgMaindiagCode: "I25.103",
		}}
		line := func(sn string, k int) claim.Line {
			return claim.Line{
				BkkpSn: sn, MdtrtID: f.MdtrtID, FeeOcurTime: (f.FirstDay + calendar.Day(k%3)).At(8, 15+k%40, 0),
				MedListCodg: "003301000050000", HilistName: "气管插管全身麻醉", Cnt: claim.Piece, Pric: 88_500_000,
				DetItemFeeSumamt: 8850, InscpAmt: 8850, BilgDeptName: f.DeptName, BilgDrCode: f.DrCode,
			}
		}
		for k, sn := range f.Lines {
			d.Lines = append(d.Lines, line(sn, k))
		}
		for k, sn := range f.EvidenceLines {
			d.Evidence = append(d.Evidence, line(sn, k))
		}
		details = append(details, d)
	}
	return details
}

// give writes findings into dir and returns the run.
func give(dir string, o Options, findings iter.Seq[*Finding]) (*Run, error) {
	w, err := Open(dir, o)
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	for f := range findings {
		if err := w.Add(f); err != nil {
			return nil, err
		}
	}
	run := sampleRun()
	return run, w.Close(run, sampleDetails(w.Top()))
}

func collect(findings iter.Seq[*Finding]) []*Finding { return slices.Collect(findings) }
