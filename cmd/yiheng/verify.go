package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"yiheng/audit/knowledge"
	"yiheng/audit/review"
	"yiheng/audit/rule"
	"yiheng/ground/access"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/paper"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
	"yiheng/ground/seal"
)

// committed reads back the rows that entries of the journal commit to: a room that
// journals its acts gives its kinds here.
var committed = together(access.Committed(), review.Committed(), knowledge.Committed(), yearbook.Committed(), param.Committed(), paper.Committed(), rule.Committed())

func together(rooms ...journal.Committed) journal.Committed {
	all := journal.Committed{}
	for _, kinds := range rooms {
		maps.Copy(all, kinds)
	}
	return all
}

type verifyCmd struct {
	Key         string `name:"key" type:"path" placeholder:"FILE" help:"日志公钥（PEM）；不写则用数据文件夹的日志密钥。"`
	Entry       *int64 `name:"entry" xor:"what" placeholder:"N" help:"输出条目 N（从 0 数起）在日志中的证明，写到标准输出。"`
	Consistency string `name:"consistency" xor:"what" type:"path" placeholder:"FILE" help:"证明日志接续以前留存的检查点，未被改写；证明写到标准输出。"`
	Proof       string `name:"proof" xor:"what" type:"path" placeholder:"FILE" help:"核对一份证明文件；只需公钥，不需要数据文件夹。"`
	Checkpoint  bool   `name:"checkpoint" xor:"what" help:"为日志签一个检查点，写到标准输出，供在别处留存。"`
}

func (c *verifyCmd) Run(ctx context.Context, all *cli) error {
	if c.Proof != "" {
		return c.checkProof(all)
	}
	if err := mustExist(all.Home); err != nil {
		return err
	}
	d, err := db.Open(ctx, all.Home)
	if err != nil {
		return err
	}
	defer d.Close()
	if c.Checkpoint {
		if err := practise(ctx, d, all.PracticeClock); err != nil {
			return err
		}
		return sign(ctx, d, all.Home)
	}
	for _, prepare := range []func(context.Context, *db.DB) error{journal.Prepare, access.Prepare, procedure.Prepare, review.Prepare, knowledge.Prepare, yearbook.Prepare, param.Prepare, paper.Prepare, rule.Prepare} {
		if err := prepare(ctx, d); err != nil {
			return err
		}
	}
	keys, err := c.keys(all)
	if err != nil {
		return err
	}
	switch {
	case c.Entry != nil:
		proof, err := journal.ProveEntry(ctx, d, keys, *c.Entry)
		return output(proof, err)
	case c.Consistency != "":
		older, err := os.ReadFile(c.Consistency)
		if err != nil {
			return err
		}
		proof, err := journal.ProveConsistency(ctx, d, keys, string(older))
		return output(proof, err)
	}
	return verify(ctx, d, all.Home, keys)
}

// keys are those that the file holds, or those of the home.
func (c *verifyCmd) keys(all *cli) ([]seal.PublicKey, error) {
	if c.Key == "" {
		keys, err := journal.Keys(all.Home)
		if errors.Is(err, journal.ErrNoKey) {
			return nil, fmt.Errorf("%w：日志从未签过，或密钥已丢失。请用 --key 指明公钥文件（签名单位公布的 journal.pub）", err)
		}
		return keys, err
	}
	text, err := os.ReadFile(c.Key)
	if err != nil {
		return nil, fmt.Errorf("%w：请用 --key 指明公钥文件", err)
	}
	keys, err := seal.ParsePublicKeys(text)
	if err != nil {
		return nil, fmt.Errorf("公钥文件 %s %w。请向签名单位索取 journal.pub", c.Key, err)
	}
	return keys, nil
}

func output(text []byte, err error) error {
	if err == nil {
		_, err = os.Stdout.Write(text)
	}
	return err
}

func sign(ctx context.Context, d *db.DB, home string) error {
	log, err := journal.Open(ctx, d, home)
	if err != nil {
		return err
	}
	signed, err := log.Checkpoint(ctx)
	return output([]byte(signed), err)
}

// verify holds the journal against the keys and the checkpoint that the home kept.
func verify(ctx context.Context, d *db.DB, home string, keys []seal.PublicKey) error {
	check := journal.Check{Keys: keys, Committed: committed, Progress: showRows("核对")}
	kept, err := journal.Kept(home)
	if err != nil {
		return err
	}
	if kept != "" {
		check.Kept = map[string]string{filepath.Join(home, "journal.checkpoint"): kept}
	}
	report, err := journal.Verify(ctx, d, check)
	if err != nil {
		return err
	}
	fmt.Printf("核对日志　%s\n", d.Where())
	fmt.Printf("  条目 %d 条，检查点 %d 个，读回所写的行 %d 行\n", report.Entries, report.Checkpoints, report.Rows)
	if report.Signed > 0 {
		fmt.Printf("  签名覆盖前 %d 条（%s）", report.Signed, report.SignedAt.Local().Format("2006-01-02 15:04:05"))
	} else {
		fmt.Print("  没有相符的检查点")
	}
	fmt.Printf("，其后 %d 条尚未签名\n", report.Entries-report.Signed)
	if len(report.Problems) == 0 {
		fmt.Println("未发现改动。")
		return nil
	}
	for i, p := range report.Problems {
		fmt.Printf("  %d. %s\n", i+1, p.Text)
	}
	if report.More > 0 {
		fmt.Printf("  另有 %d 处\n", report.More)
	}
	return fmt.Errorf("日志核对不通过，发现 %d 处改动。请保全现场（数据库、数据文件夹、别处留存的检查点），与备份比对", int64(len(report.Problems))+report.More)
}

// checkProof checks a proof file and says what it proves.
func (c *verifyCmd) checkProof(all *cli) error {
	keys, err := c.keys(all)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.Proof)
	if err != nil {
		return err
	}
	proof, err := journal.CheckProof(text, keys)
	if err != nil {
		return fmt.Errorf("%s：%w", c.Proof, err)
	}
	at := proof.New.At.Local().Format("2006-01-02 15:04:05")
	if proof.Entry == nil {
		fmt.Printf("证明成立：%s 签的前 %d 条，是 %s 签的前 %d 条的开头，其间没有改写。\n",
			proof.Old.At.Local().Format("2006-01-02 15:04:05"), proof.Old.Size, at, proof.New.Size)
		return nil
	}
	e := proof.Entry
	fmt.Printf("证明成立：以下是日志的条目 %d（%s 的检查点签了前 %d 条）。\n", e.N, at, proof.New.Size)
	for _, field := range [][2]string{
		{"时间", e.At.Local().Format("2006-01-02 15:04:05")},
		{"操作人", e.Actor},
		{"机构", e.Org},
		{"区划", e.Region},
		{"操作", e.Act},
		{"对象", e.Kind + " " + e.ID},
		{"理由", e.Reason},
	} {
		if field[1] != "" && field[1] != " " {
			fmt.Printf("  %s　%s\n", field[0], field[1])
		}
	}
	return nil
}
