package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"yiheng/ground/calendar"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/paper"
	"yiheng/ground/web"
	"yiheng/practice"
)

type practiceCmd struct {
	Begin practiceBeginCmd `cmd:"" help:"把空的数据文件夹标为演练库：此后可用演练时钟；有过真实记录的不能标。"`
	Make  practiceMakeCmd  `cmd:"" help:"把数据文件夹布置成演练库：虚构的机构和人员，各期筛查的疑点由他们逐日办理。"`
	Code  practiceCodeCmd  `cmd:"" help:"显示演练人员此刻的动态口令。"`
}

type practiceMakeCmd struct {
	Until   calendar.Day `name:"until" required:"" help:"办理到哪一天为止。"`
	Clock   string       `name:"clock" type:"path" required:"" placeholder:"FILE" help:"演练时钟写到哪个文件，供 yiheng serve --practice-clock 使用：从次日九时走起。"`
	Folders []string     `arg:"" name:"dir" type:"existingdir" help:"各期筛查的输出文件夹，依次接收。"`
}

// Run plays the months from the first delivery to the last day.
func (c *practiceMakeCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		if err := markPractice(ctx, h.db); err != nil {
			return err
		}
		w, err := practiceWorld(ctx, h)
		if err != nil {
			return err
		}
		deliveries, err := practice.Deliveries(w.Days, c.Folders)
		if err != nil {
			return err
		}
		busiest, err := practice.BusiestOf(deliveries)
		if err != nil {
			return err
		}
		institutions, err := institutionsOf(ctx, h)
		if err != nil {
			return err
		}
		w.Start(deliveries[0].On)
		if err := w.Settle(ctx, institutions, busiest); err != nil {
			return err
		}
		if err := w.Play(ctx, deliveries, c.Until); err != nil {
			return err
		}
		if err := w.LetIn(ctx); err != nil {
			return err
		}
		now := w.Rest(c.Until + 1)
		if err := os.WriteFile(c.Clock, []byte(now.Format(time.RFC3339)+"\n"), 0o644); err != nil {
			return err
		}
		fmt.Print(cast(w))
		return nil
	})
}

// practiceWorld opens the rooms that the people of a practice home work in.
func practiceWorld(ctx context.Context, h *home) (*practice.World, error) {
	r, a, err := openReview(ctx, h)
	if err != nil {
		return nil, err
	}
	papers, err := paper.Open(ctx, h.db, h.dir)
	if err != nil {
		return nil, err
	}
	days, err := yearbook.Open(ctx, h.db)
	if err != nil {
		return nil, err
	}
	calendar, err := days.Calendar(ctx, h.db)
	if err != nil {
		return nil, err
	}
	door := web.New(web.Parts{DB: h.db, Access: a, Committed: committed})
	return practice.Open(practice.World{DB: h.db, Access: a, Review: r, Papers: papers, Door: door, Days: calendar}), nil
}

// institutionsOf are the institutions of the newest epoch of the lake.
func institutionsOf(ctx context.Context, h *home) (all []practice.Institution, err error) {
	epoch, err := h.lake.Epoch(ctx, 0)
	if err != nil {
		return nil, err
	}
	known, err := h.institutionsAt(ctx, epoch)
	for _, i := range known {
		all = append(all, practice.Institution{Code: i.FixmedinsCode, Name: i.FixmedinsName, Region: i.FixBlngAdmdvs})
	}
	return all, err
}

// cast says who can log in.
func cast(w *practice.World) string {
	var out strings.Builder
	fmt.Fprintf(&out, "演练人员（口令都是 %s；标 * 的登录时还要动态口令：yiheng practice code 用户名）\n", practice.Password)
	for _, p := range w.Shown() {
		star := " "
		if p.SecondFactor() {
			star = "*"
		}
		fmt.Fprintf(&out, "  %-10s%s %s\n", p.Login, star, p.Title)
	}
	return out.String()
}

type practiceCodeCmd struct {
	Login string `arg:"" name:"login" help:"用户名。"`
}

// Run shows the code of the home's time: give --practice-clock as the server has it.
func (c *practiceCodeCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		code, err := practice.Code(c.Login, h.db.Now())
		if err == nil {
			fmt.Println(code)
		}
		return err
	})
}
