package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"yiheng/ground/db"
	"yiheng/ground/paper"
	"yiheng/ground/seal"
)

type paperCmd struct {
	Verify paperVerifyCmd `cmd:"" help:"核验：一份文书是不是真的、有没有被改动。"`
}

type paperVerifyCmd struct {
	File      string `arg:"" name:"file" type:"path" placeholder:"FILE.pdf" help:"文书（PDF）。"`
	Signature string `name:"signature" type:"path" placeholder:"FILE.sig" help:"签名文件：与 --key 一起用，不需要数据文件夹。"`
	Key       string `name:"key" type:"path" placeholder:"FILE" help:"出具单位公布的公钥（paper.pub）。"`
}

// Run verifies by the home, or by signature file and public key alone.
func (c *paperVerifyCmd) Run(ctx context.Context, all *cli) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	if (c.Signature == "") != (c.Key == "") {
		return errors.New("离线核验要同时给出签名文件和公钥：请用 --signature FILE.sig --key paper.pub")
	}
	if c.Signature != "" {
		return c.offline(content)
	}
	return withDB(ctx, all, func(d *db.DB) error {
		if _, err := os.Stat(filepath.Join(all.Home, "paper.key")); err != nil {
			return fmt.Errorf("数据文件夹 %s 没有出具过文书（没有 paper.key）：请用 --home 指明出具它的数据文件夹，或离线核验", all.Home)
		}
		papers, err := paper.Open(ctx, d, all.Home)
		if err != nil {
			return err
		}
		v, err := papers.Verify(ctx, d, content)
		if err != nil {
			return err
		}
		if v.Document != "" {
			printFields([][2]string{{"文书", v.ID}, {"文号", v.Document}, {"名称", v.Title}, {"机关", v.Organ}, {"出具", v.Issued}})
		}
		printFields([][2]string{{"SHA-256", v.SHA256}, {"SM3", v.SM3}})
		if !v.Genuine || v.Void {
			return fmt.Errorf("%s：%s", c.File, v.Text)
		}
		fmt.Println(v.Text)
		return nil
	})
}

func (c *paperVerifyCmd) offline(content []byte) error {
	signature, err := os.ReadFile(c.Signature)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.Key)
	if err != nil {
		return err
	}
	keys, err := seal.ParsePublicKeys(text)
	if err != nil {
		return fmt.Errorf("公钥文件 %s %w。请向出具单位索取 paper.pub", c.Key, err)
	}
	s, err := paper.CheckSignature(content, signature, keys)
	if err != nil {
		return fmt.Errorf("%s：%w", c.File, err)
	}
	printFields([][2]string{
		{"文书", s.ID},
		{"文号", s.Document},
		{"名称", s.Title},
		{"机关", s.OrganName},
		{"受送达人", s.Recipient},
		{"出具", s.IssuedAt.Local().Format("2006-01-02 15:04:05")},
		{"SHA-256", s.SHA256},
		{"SM3", s.SM3},
	})
	fmt.Println("文书是真的：签名和哈希都相符，内容未被改动。是否已作废，请向出具单位核实。")
	return nil
}

func printFields(fields [][2]string) {
	for _, f := range fields {
		if f[1] != "" {
			fmt.Printf("  %s　%s\n", f[0], f[1])
		}
	}
}
