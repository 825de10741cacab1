package main

import (
	"context"
	"fmt"
	"io"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
)

type templateCmd struct {
	Rule string `arg:"" help:"规则编号，用 yiheng rule list 查看。"`
	File string `arg:"" optional:"" help:"写到哪个文件（.xlsx）；不写为当前文件夹的 规则编号.xlsx。"`
}

func (c *templateCmd) Run(context.Context) error {
	r, ok := rule.Get(c.Rule)
	if !ok {
		return fmt.Errorf("没有规则 %s：用 yiheng rule list 查看规则编号", c.Rule)
	}
	if c.File == "" {
		c.File = r.ID + ".xlsx"
	}
	err := writeBook(c.File, func(w io.Writer) error { return knowledge.WriteTemplate(w, r.ID, rule.Class) })
	if err == nil && !rule.Executable(r) {
		fmt.Printf("提示：本版本还不执行规则 %s（%s），知识点可先导入保存\n", r.ID, r.Name)
	}
	return err
}
