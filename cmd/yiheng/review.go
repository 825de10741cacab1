package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yiheng/audit/review"
	"yiheng/facts/lake"
	"yiheng/ground/access"
	"yiheng/ground/calendar/yearbook"
	"yiheng/ground/db"
	"yiheng/ground/param"
	"yiheng/ground/procedure"
)

type reviewCmd struct {
	TakeOver reviewTakeOverCmd `cmd:"" help:"接收一次筛查的结果：疑点从初审办起；再次筛查只提出新版，不改已办理的。"`
	List     reviewListCmd     `cmd:"" help:"列出办理中的疑点，金额大的在前。"`
	Tick     reviewTickCmd     `cmd:"" help:"处理已届满的期限；服务运行时自动处理。"`
}

// openReview opens findings as work on a home.
func openReview(ctx context.Context, h *home) (*review.Review, *access.Access, error) {
	a, err := access.Open(ctx, h.db, h.ring, access.DefaultPolicy())
	if err != nil {
		return nil, nil, err
	}
	days, err := yearbook.Open(ctx, h.db)
	if err != nil {
		return nil, nil, err
	}
	values, err := param.Open(ctx, h.db)
	if err != nil {
		return nil, nil, err
	}
	r, err := review.Open(ctx, h.db, a, h.dir, procedure.BooksOf(days, values))
	return r, a, err
}

// machine is who works at the machine itself, in a region.
func machine(region string) *access.Actor {
	return &access.Actor{ID: systemAccount, Grants: []access.Grant{
		{Role: access.AgencyAuditor, Region: access.Region(region)}, {Role: access.SupervisorLeader, Region: access.Region(region)},
	}}
}

// errand is a screening's output to be taken over: where, by whom (a person or a service,
// or "" for whoever works at the machine).
type errand struct {
	dir, region, by string
	progress        func(taken int64)
}

// takeOver takes the output of a screening over, each institution in its own region.
func takeOver(ctx context.Context, h *home, e errand) (*review.Batch, error) {
	r, a, err := openReview(ctx, h)
	if err != nil {
		return nil, err
	}
	actor := machine(e.region)
	if e.by != "" {
		if actor, err = a.ActorOf(ctx, h.db, e.by, h.db.Now()); err != nil {
			return nil, err
		}
	}
	delivery, err := review.DeliveryOf(e.dir)
	if err != nil {
		return nil, err
	}
	delivery.Region, delivery.Progress = e.region, e.progress
	if delivery.Regions, err = regionsOf(ctx, h, delivery); err != nil {
		return nil, err
	}
	return r.TakeOver(ctx, actor, delivery)
}

// regionsOf are the regions of the institutions that a delivery names, where the newest
// register says them.
func regionsOf(ctx context.Context, h *home, d review.Delivery) (map[string]string, error) {
	known, err := registered(ctx, h)
	if err != nil {
		return nil, err
	}
	regions := map[string]string{}
	for f, err := range d.Findings {
		if err != nil {
			return nil, err
		}
		if region := known[f.FixmedinsCode]; region != "" {
			regions[f.FixmedinsCode] = region
		}
	}
	return regions, nil
}

// registered are the regions of the institutions of the newest epoch; what is no code of
// a region is left out. A home into which nothing was taken in has none.
func registered(ctx context.Context, h *home) (map[string]string, error) {
	epoch, err := h.lake.Epoch(ctx, 0)
	if errors.Is(err, lake.ErrNoEpoch) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	institutions, err := h.institutionsAt(ctx, epoch)
	regions := map[string]string{}
	for _, i := range institutions {
		if access.Region(i.FixBlngAdmdvs).Valid() {
			regions[i.FixmedinsCode] = i.FixBlngAdmdvs
		}
	}
	return regions, err
}

type reviewTakeOverCmd struct {
	Dir    string `arg:"" name:"dir" type:"existingdir" help:"筛查的结果文件夹。"`
	Region string `name:"region" required:"" placeholder:"CODE" help:"接收的区划，六位；机构在其中或其下。"`
}

func (c *reviewTakeOverCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		b, err := takeOver(ctx, h, errand{dir: c.Dir, region: c.Region})
		if err == nil {
			fmt.Println(taken(b))
		}
		return err
	})
}

// taken says what a batch brought.
func taken(b *review.Batch) string {
	return fmt.Sprintf("批次 %s 已接收：新增 %d 条，相同 %d 条，重作 %d 条，有新版 %d 条，不再命中 %d 条", b.ID, b.Added, b.Same, b.Changed, b.Offered, b.Gone)
}

type reviewListCmd struct {
	State  []string `name:"state" placeholder:"STATE" help:"只列这些环节，如 first、appeal。"`
	Region string   `name:"region" required:"" placeholder:"CODE" help:"哪个区划。"`
	Limit  int      `name:"limit" default:"20" help:"至多几条。"`
}

func (c *reviewListCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		r, _, err := openReview(ctx, h)
		if err != nil {
			return err
		}
		filter := review.NoFilter
		filter.States = c.State
		page, err := r.List(ctx, h.db, machine(c.Region), filter, review.ByMoney, "", c.Limit)
		if err != nil {
			return err
		}
		for _, f := range page.Findings {
			fmt.Printf("%s  %s  %s  %s  %s 元\n", f.ID, f.State, f.FixmedinsName, f.RuleName, f.Counted)
		}
		t := page.Total
		fmt.Printf("共 %d 条，计入 %s 元：待定 %s，已认可 %s，已扣减 %s，已追回 %s，不予认定 %s\n", t.N, t.Counted, t.Stake, t.Accepted, t.Deducted, t.Recovered, t.Dropped)
		return nil
	})
}

type reviewTickCmd struct{}

func (*reviewTickCmd) Run(ctx context.Context, all *cli) error {
	return withHome(ctx, all, func(h *home) error {
		r, _, err := openReview(ctx, h)
		if err != nil {
			return err
		}
		days, err := yearbook.Open(ctx, h.db)
		if err != nil {
			return err
		}
		n, err := tickOnce(ctx, h.db, days, r)
		fmt.Printf("%s 前届满的期限，办理了 %d 条疑点\n", h.db.Now().Local().Format(time.DateTime), n)
		return err
	})
}

// tickOnce deals with the clocks that have ended, after counting them anew where the table
// of holidays was changed.
func tickOnce(ctx context.Context, d *db.DB, days *yearbook.Book, r *review.Review) (int, error) {
	edition, err := days.Newest(ctx, d)
	if err != nil {
		return 0, err
	}
	if err := r.RecountSince(ctx, edition); err != nil {
		return 0, err
	}
	return r.Tick(ctx, d.Now())
}
