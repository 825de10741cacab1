package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/screening"
)

type findingCmd struct {
	Show   findingShowCmd   `cmd:"" help:"查看一件疑点：规则、明细、金额、依据。"`
	Verify findingVerifyCmd `cmd:"" help:"由证书重新得出全部判定，不需要明细湖。"`
}

type findingShowCmd struct {
	ID  string `arg:"" help:"疑点编号（YD…）。"`
	Out string `name:"out" default:"." type:"path" placeholder:"DIR" help:"筛查结果文件夹。"`
}

func (c *findingShowCmd) Run(context.Context) error {
	f, err := os.Open(filepath.Join(c.Out, "certificates.ndjson"))
	if err != nil {
		return fmt.Errorf("%w：请用 --out 指明筛查结果文件夹", err)
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	for {
		text, err := in.ReadBytes('\n')
		if strings.Contains(string(text), c.ID) {
			var cert screening.Certificate
			if err := json.Unmarshal(text, &cert); err != nil {
				return err
			}
			for _, found := range cert.Findings {
				if found.ID == c.ID {
					printFinding(found, &cert)
					return nil
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s 中没有疑点 %s", c.Out, c.ID)
		}
		if err != nil {
			return err
		}
	}
}

func printFinding(f *finding.Finding, c *screening.Certificate) {
	fmt.Printf("%s（第%d版） %s %s\n", f.ID, f.Revision, finding.ResultName(f.Result), f.RuleName)
	fmt.Printf("  %s\n", f.Explanation)
	if f.PsnNo == "" && f.MdtrtID == "" {
		fmt.Printf("  机构 %s %s　科室 %s　期间 %s\n", f.FixmedinsCode, f.FixmedinsName, f.DeptName, f.SetlID)
	} else {
		fmt.Printf("  机构 %s %s　人员 %s　就诊 %s　结算 %s\n", f.FixmedinsCode, f.FixmedinsName, f.PsnNo, f.MdtrtID, f.SetlID)
	}
	fmt.Printf("  日期 %s 至 %s　编码 %s\n", f.FirstDay, f.LastDay, strings.Join(f.Codes, "、"))
	fmt.Printf("  计入金额 %s 元（违规部分 %s 元），估算基金 %s 元、个人账户 %s 元\n", f.Amount, f.OwnAmount, f.FundAmount, f.AcctAmount)
	if f.MainFindingID != "" {
		fmt.Printf("  其余金额已由疑点 %s 计入\n", f.MainFindingID)
	}
	mark := make(map[string]string)
	for _, sn := range f.EvidenceLines {
		mark[sn] = "证据"
	}
	for _, sn := range f.Lines {
		mark[sn] = "疑点"
	}
	if r := c.Reading(f); r != nil {
		fmt.Printf("  %s：%s\n", r.Title, strings.Join(r.Head, "｜"))
		for i, row := range r.Rows {
			fmt.Printf("  %s %s\n", map[bool]string{true: "→", false: "　"}[i == r.Own], strings.Join(row, "｜"))
		}
	}
	for i := range c.Lines() {
		l := &c.Lines()[i]
		if m := mark[l.BkkpSn]; m != "" {
			fmt.Printf("  %s %s %s %s ×%s 单价%s 总额%s 符合范围%s（%s）\n", m, l.FeeOcurTime, l.MedListCodg, l.HilistName, l.Cnt, l.Pric,
				l.DetItemFeeSumamt, l.InscpAmt, l.BkkpSn)
		}
	}
	fmt.Printf("  规则 %s 知识点 %s\n  依据 %s\n  法律 %s\n  筛查 %s 数据 %s\n", f.RuleID, f.KpID, f.Basis, f.LegalArticle, f.RunID, f.SnapshotID)
}

type findingVerifyCmd struct {
	File string `arg:"" help:"certificates.ndjson。"`
}

func (c *findingVerifyCmd) Run(context.Context) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	v, err := screening.VerifyCertificates(f)
	if err != nil {
		return err
	}
	for _, w := range v.Wrong {
		fmt.Printf("第%d行（人员%s）：%s\n", w.Line, w.PsnNo, w.Reason)
	}
	fmt.Printf("证书 %d 份，疑点 %d 件，不符 %d 份\n", v.Certificates, v.Findings, len(v.Wrong))
	if len(v.Wrong) > 0 {
		return errors.New("有证书不能得出其疑点")
	}
	return nil
}
