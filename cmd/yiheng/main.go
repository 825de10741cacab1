// Command yiheng 医衡 supervises the use of a medical insurance fund.
package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the build.
var version = "dev"

type cli struct {
	Home    string           `name:"home" env:"YIHENG_HOME" default:"./yiheng-data" type:"path" help:"数据所在文件夹（明细湖、知识库、筛查记录、密钥）。"`
	Version kong.VersionFlag `help:"显示版本。"`

	PracticeClock string `name:"practice-clock" type:"path" env:"YIHENG_PRACTICE_CLOCK" placeholder:"FILE" help:"演练时钟：文件中写有时刻（如 2026-03-02T09:00:00+08:00），从写下它起走动；只用于演练库。"`

	Intake    intakeCmd    `cmd:"" help:"接收提取数据：文件或文件夹（CSV、TXT、ZIP、XLSX、Parquet）。"`
	Knowledge knowledgeCmd `cmd:"" help:"知识库：导入、导出、列出知识点。"`
	Rule      ruleCmd      `cmd:"" help:"规则库：列出、查看、试验规则。"`
	Screen    screenCmd    `cmd:"" help:"筛查：按规则和知识点判定明细，给出疑点。"`
	Finding   findingCmd   `cmd:"" help:"疑点：查看、核验。"`
	Review    reviewCmd    `cmd:"" help:"疑点办理：接收筛查结果，列出疑点，处理届满的期限。"`
	Lake      lakeCmd      `cmd:"" help:"明细湖：各期数据、整理、到期、搬动。"`
	Verify    verifyCmd    `cmd:"" help:"日志：核对有无改动，出具和核对证明，签检查点。"`
	Param     paramCmd     `cmd:"" help:"法定参数：列出、查看、录入、导入、导出、撤回；全国的值只能在这里录入。"`
	Calendar  calendarCmd  `cmd:"" help:"节假日表：列出、导入、导出；计算期限。"`
	Seal      sealCmd      `cmd:"" help:"密钥：查看、轮换封存身份信息的密钥。"`
	Paper     paperCmd     `cmd:"" help:"文书：核验。"`
	Backup    backupCmd    `cmd:"" help:"备份：使用中也可备份整个数据文件夹和数据库。"`
	Restore   restoreCmd   `cmd:"" help:"恢复：把备份恢复为新的数据文件夹。"`
	Serve     serveCmd     `cmd:"" help:"启动服务：供各方登录使用的接口（/api），健康检查（/healthz），执行任务，签日志检查点。"`
	Jobs      jobsCmd      `cmd:"" help:"任务：排入、执行、查看、取消长时间的工作。"`
	Worker    workerCmd    `cmd:"" help:"工作进程：由筛查启动，从标准输入取任务。" hidden:""`
	Practice  practiceCmd  `cmd:"" help:"演练库：虚构的机构、人员和逐日办理的疑点，供学习和演示。"`
	Demo      demoCmd      `cmd:"" help:"生成一座虚构城市的提取数据及其真值，供试用。"`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	parser, err := kong.New(&c,
		kong.Name("yiheng"), kong.Description("医衡：医疗保障基金监管。"),
		kong.Vars{"version": version}, kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(&c),
	)
	if err != nil {
		fail(err)
	}
	run, err := parser.Parse(os.Args[1:])
	parser.FatalIfErrorf(err)
	if err := run.Run(); err != nil {
		if errors.Is(err, context.Canceled) {
			err = errors.New("已中断：没有完成的部分未生效，再次运行即可继续")
		}
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "yiheng：", err)
	if text := advice(err); text != "" && !strings.Contains(err.Error(), "请") {
		fmt.Fprintln(os.Stderr, text)
	}
	os.Exit(1)
}

// advice says what to do about errors of the machine; rooms that explain one
// themselves ask for something (请…) in the message.
func advice(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "磁盘已满：请清理空间后再次运行；没有完成的部分未生效，已完成的不丢失。"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return "磁盘不可写：请检查文件夹的权限，或换一个可写的位置；没有完成的部分未生效。"
	}
	return ""
}
