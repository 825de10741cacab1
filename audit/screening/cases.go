package screening

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/rule"
	"yiheng/facts/claim"
)

// RunVersion judges a case of a stored version, as if the version held everywhere and on
// every day, and returns what differs from its expectation, nil when nothing does.
func RunVersion(v *rule.Version, c *rule.Case) []string {
	def, err := v.Definition()
	if err != nil {
		return []string{err.Error()}
	}
	everywhere := v.Everywhere()
	lib := NewLibrary(Parts{
		Rules: rulesOf(def.ID, c), Versions: []rule.Version{everywhere}, Points: c.Points,
		Institutions: c.Institutions, Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables,
	})
	return runCase(lib, c)
}

// RunCase judges a case of a rule's folder (id; rule.Judgement for the shared ones)
// and returns what differs from its expectation, nil when nothing does.
func RunCase(id string, c *rule.Case) []string {
	return runCase(libraryOf(id, c), c)
}

func runCase(lib *Library, c *rule.Case) []string {
	persons, together := judgeCase(lib, c, Options{From: c.From, To: c.To})
	var found []*finding.Finding
	for _, out := range persons {
		found = append(found, out.Findings...)
	}
	for _, t := range together {
		found = append(found, t.findings...)
	}
	return compareFindings(c.Expect, found)
}

// libraryOf returns the library of a case.
func libraryOf(id string, c *rule.Case) *Library {
	return NewLibrary(Parts{
		Rules: rulesOf(id, c), Points: c.Points, Institutions: c.Institutions, Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables,
	})
}

// rulesOf returns the rules that a case runs: its folder's, those of its points,
// and those that it names beside.
func rulesOf(id string, c *rule.Case) []*rule.Rule {
	ids := append([]string{id}, c.Rules...)
	for i := range c.Points {
		ids = append(ids, c.Points[i].RuleID)
	}
	slices.Sort(ids)
	var rules []*rule.Rule
	for _, id := range slices.Compact(ids) {
		if r, ok := rule.Get(id); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

func compareFindings(want []rule.Expect, got []*finding.Finding) []string {
	var diffs []string
	ruleOf := make(map[string]string, len(got))
	left := slices.Clone(got)
	for _, f := range got {
		ruleOf[f.ID] = f.RuleID
	}
	for i := range want {
		e := &want[i]
		k := slices.IndexFunc(left, func(f *finding.Finding) bool {
			return f.RuleID == e.RuleID && f.KpID == e.KpID && f.MdtrtID == e.MdtrtID &&
				(e.SetlID == "" || f.SetlID == e.SetlID) && (e.FixmedinsCode == "" || f.FixmedinsCode == e.FixmedinsCode) && sameSet(e.Lines, f.Lines)
		})
		if k < 0 {
			k = slices.IndexFunc(left, func(f *finding.Finding) bool {
				return f.RuleID == e.RuleID && f.KpID == e.KpID && f.MdtrtID == e.MdtrtID
			})
		}
		if k < 0 {
			diffs = append(diffs, fmt.Sprintf("没有发现应有的疑点：规则%s 知识点%s 就诊%s 明细%s", e.RuleID, e.KpID, e.MdtrtID, strings.Join(e.Lines, ";")))
			continue
		}
		diffs = append(diffs, compareFinding(e, left[k], ruleOf)...)
		left = slices.Delete(left, k, k+1)
	}
	for _, f := range left {
		diffs = append(diffs, fmt.Sprintf("多出疑点：规则%s 知识点%s 就诊%s 明细%s 金额%s（%s）",
			f.RuleID, f.KpID, f.MdtrtID, strings.Join(f.Lines, ";"), f.OwnAmount, f.Explanation))
	}
	return diffs
}

func compareFinding(e *rule.Expect, f *finding.Finding, ruleOf map[string]string) []string {
	var diffs []string
	differ := func(stated bool, what string, want, got any) {
		if stated && want != got {
			diffs = append(diffs, fmt.Sprintf("规则%s 知识点%s 就诊%s：%s应为%v，实为%v", e.RuleID, e.KpID, e.MdtrtID, what, want, got))
		}
	}
	differ(true, "结论", e.Result, f.Result)
	differ(true, "疑点明细", sorted(e.Lines), sorted(f.Lines))
	differ(true, "违规部分金额", e.OwnAmount, f.OwnAmount)
	differ(e.EvidenceLines != nil, "证据明细", sorted(e.EvidenceLines), sorted(f.EvidenceLines))
	differ(e.Codes != nil, "编码", sorted(e.Codes), sorted(f.Codes))
	differ(e.Severity != 0, "严重程度", e.Severity, f.Severity)
	differ(e.SetlID != "", "结算", e.SetlID, f.SetlID)
	differ(e.FixmedinsCode != "", "机构", e.FixmedinsCode, f.FixmedinsCode)
	differ(e.DeptName != "", "科室", e.DeptName, f.DeptName)
	differ(e.Amount != claim.Null, "计入金额", e.Amount, f.Amount)
	differ(e.FundAmount != claim.Null, "基金金额", e.FundAmount, f.FundAmount)
	differ(e.AcctAmount != claim.Null, "账户金额", e.AcctAmount, f.AcctAmount)
	differ(e.MainRuleID != "", "主疑点规则", e.MainRuleID, ruleOf[f.MainFindingID])
	return diffs
}

func sorted(s []string) string {
	s = slices.Clone(s)
	slices.SortFunc(s, cmp.Compare[string])
	return strings.Join(s, ";")
}

func sameSet(a, b []string) bool { return sorted(a) == sorted(b) }
