package finding

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"yiheng/facts/claim"
)

const (
	otherRecord      = "其他机构记录" // in place of a line of another institution
	otherInstitution = "其他机构"   // in place of its name, code and ids
	mostLinesShown   = 4        // line ids in a row of the list; the others are in sheet 明细
)

// writeInstitutions writes <code>.xlsx for each institution in s into dir: its own list
// of findings (疑点清单), ready to print, with a column for its explanation (申诉说明), and
// the lines on a second sheet. Nothing of another institution is in it but the days
// that an explanation needs.
func writeInstitutions(dir, tmp string, s *spill, run *Run, l limits) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	codes := make(chan string)
	errs := make(chan error, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for range cap(errs) {
		wait.Go(func() {
			var err error
			for code := range codes {
				if err == nil {
					err = writeInstitution(filepath.Join(dir, institutionFile(code)), tmp, s.parts[code], run, l)
				}
			}
			errs <- err
		})
	}
	for _, code := range slices.Sorted(maps.Keys(s.parts)) {
		codes <- code
	}
	close(codes)
	wait.Wait()
	close(errs)
	var all []error
	for err := range errs {
		all = append(all, err)
	}
	return errors.Join(all...)
}

// institutionFile returns the name of an institution's workbook: its code, with every
// byte that is no letter, digit, - or _ as %XX, so that no code names a file elsewhere.
func institutionFile(code string) string {
	if code == "" {
		return "%.xlsx" // no code gives this name
	}
	var name strings.Builder
	for _, c := range []byte(code) {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' || c == '_' {
			name.WriteByte(c)
			continue
		}
		fmt.Fprintf(&name, "%%%02X", c)
	}
	const most = 200 // file systems hold 255 bytes
	if name.Len() > most {
		return name.String()[:most-21] + "-" + NewID(code, "", "", "")[2:] + ".xlsx"
	}
	return name.String() + ".xlsx"
}

func writeInstitution(path, tmp string, p *part, run *Run, l limits) error {
	err := writeOwnList(path, tmp, p, run, l)
	if err != nil {
		return fmt.Errorf("机构 %s 的疑点清单：%w", cmp.Or(p.code, "（无编码）"), err)
	}
	return p.discard()
}

func writeOwnList(path, tmp string, p *part, run *Run, l limits) error {
	b := &book{dir: tmp, limits: l}
	defer b.close()
	list := table{book: b, name: "疑点清单", print: true, lead: leadOf(p, run), headings: []heading{
		{"序号", 5, numberCell},
		{"疑点编号", 13, codeCell},
		{"判定", 9, textCell},
		{"规则", 14, wrappedCell},
		{"就诊", 25, wrappedCell},
		{"费用日期", 11, wrappedCell},
		{"疑点明细流水号", 24, codeCell},
		{"违规金额（元）", 12, amountCell},
		{"涉及金额（元）", 12, amountCell},
		{"说明", 34, wrappedCell},
		{"依据", 24, wrappedCell},
		{"申诉说明", 20, wrappedCell},
	}}
	lines := table{book: b, name: "明细", print: true, headings: []heading{
		{"疑点编号", 26, textCell}, {"明细流水号", 36, textCell}, {"类别", 12, textCell},
	}}
	if err := list.open(); err != nil {
		return err
	}
	n := 0
	err := p.sorted(func(f *Finding) error {
		n++
		if err := list.add(listRow(n, f)...); err != nil {
			return err
		}
		return addOwnLines(&lines, f)
	})
	if err != nil {
		return err
	}
	if err := list.add("", "", "", "", "", "", "合计", p.found.Violation.Amount, p.found.Suspicion.Amount, "违规金额与涉及金额分别合计，不相加。", "", ""); err != nil {
		return err
	}
	if err := list.end(); err != nil {
		return err
	}
	if err := lines.end(); err != nil {
		return err
	}
	return b.save(path)
}

func leadOf(p *part, run *Run) []string {
	name := cmp.Or(p.name, "（未提供机构名称）")
	v, s := p.found.Violation, p.found.Suspicion
	return []string{
		"医疗保障基金使用疑点清单",
		fmt.Sprintf("机构：%s（%s）", name, cmp.Or(p.code, "无编码")),
		fmt.Sprintf("费用期间：%s　　筛查编号：%s　　数据版本：%s", periodOf(run), run.RunID, run.SnapshotID),
		fmt.Sprintf("违规：%d 条，违规金额 %s 元", v.Findings, grouped(v.Amount)),
		fmt.Sprintf("可疑：%d 条，涉及金额 %s 元（有待核实，不与违规金额相加）", s.Findings, grouped(s.Amount)),
	}
}

func listRow(n int, f *Finding) []any {
	violation, suspicion := claim.Money(claim.Null), claim.Money(claim.Null)
	if f.Result == Violation {
		violation = f.Amount
	} else {
		suspicion = f.Amount
	}
	return []any{
		n, f.ID, SeverityName(f.Severity), f.RuleName + "\n" + f.RuleID, visitOf(f), daysOf(f), someLines(f.Lines),
		violation, suspicion, ownExplanation(f), basisOf(f), "",
	}
}

func visitOf(f *Finding) string {
	if f.PsnNo == "" && f.MdtrtID == "" {
		return aboutOf(f)
	}
	rows := []string{"就诊 " + f.MdtrtID, "人员 " + f.PsnNo}
	if f.SetlID != "" {
		rows = append(rows, "结算 "+f.SetlID)
	}
	return strings.Join(append(rows, PaymentName(f.ClrWay)), "\n")
}

// aboutOf says what a finding without a person is about: the institution or one of
// its departments, in a period.
func aboutOf(f *Finding) string {
	rows := []string{"本机构", "期间 " + f.SetlID}
	if f.DeptName != "" {
		rows[0] = f.DeptName
	}
	return strings.Join(rows, "\n")
}

func daysOf(f *Finding) string {
	if f.FirstDay == f.LastDay || f.LastDay.IsZero() {
		return f.FirstDay.String()
	}
	return f.FirstDay.String() + "\n至 " + f.LastDay.String()
}

func someLines(lines []string) string {
	if len(lines) <= mostLinesShown {
		return strings.Join(lines, "\n")
	}
	return strings.Join(lines[:mostLinesShown-1], "\n") + fmt.Sprintf("\n等 %d 条，见“明细”表", len(lines))
}

func basisOf(f *Finding) string {
	if f.Basis == "" || f.LegalArticle == "" {
		return f.Basis + f.LegalArticle
	}
	return f.Basis + "\n" + f.LegalArticle
}

// ownExplanation is the explanation that the finding's institution may read: names,
// codes and ids of others are masked, and what of the money counts elsewhere is told.
func ownExplanation(f *Finding) string {
	text := f.Explanation
	for i, sn := range f.EvidenceLines {
		if !ownEvidence(f, i) {
			text = mask(text, sn)
		}
	}
	// The longest first: a name may begin with another.
	others := slices.Clone(f.Others)
	slices.SortFunc(others, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, other := range others {
		text = mask(text, other)
	}
	text = strings.ReplaceAll(text, otherInstitution+"（"+otherInstitution+"）", otherInstitution)
	if f.MainFindingID != "" && f.Amount < f.OwnAmount {
		text += fmt.Sprintf("本条金额 %s 元，其中 %s 元已计入疑点 %s。", grouped(f.OwnAmount), grouped(f.OwnAmount-f.Amount), f.MainFindingID)
	}
	return text
}

func mask(text, secret string) string {
	if secret == "" {
		return text
	}
	return strings.ReplaceAll(text, secret, otherInstitution)
}

// ownEvidence says whether an evidence line is known to be the institution's own.
func ownEvidence(f *Finding, i int) bool {
	return i < len(f.EvidenceOrgs) && f.EvidenceOrgs[i] != "" && f.EvidenceOrgs[i] == f.FixmedinsCode
}

func addOwnLines(t *table, f *Finding) error {
	for _, sn := range f.Lines {
		if err := t.add(f.ID, sn, objectedWord); err != nil {
			return err
		}
	}
	foreign := 0
	for i, sn := range f.EvidenceLines {
		if !ownEvidence(f, i) {
			foreign++
			continue
		}
		if err := t.add(f.ID, sn, evidenceWord); err != nil {
			return err
		}
	}
	if foreign == 0 {
		return nil
	}
	return t.add(f.ID, fmt.Sprintf("%s（%d 条）", otherRecord, foreign), evidenceWord)
}
