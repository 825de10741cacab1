package review

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// Delivery is a screening that is taken over: its summary and its findings, as
// finding.ReadSummary and finding.ReadParquet or ReadCSV give them.
type Delivery struct {
	Run      *finding.Run
	Findings iter.Seq2[*finding.Finding, error]
	// Certificates is the file of the run's certificates; "" or a file that is not there: none.
	Certificates string
	// Region is where the body works that takes it over. Regions are those of
	// institutions by code; one that is not there lies in Region.
	Region  string
	Regions map[string]string
	// At is when it is taken over; zero: the instant of each write.
	At time.Time
	// Progress is told how many findings have been taken, nil for nobody.
	Progress func(taken int64)
}

// takenAtOnce is how many findings one transaction takes over: others write between.
const takenAtOnce = 1000

// TakeOver takes a screening into the system of record: new findings start in the first
// review; those that nobody has looked at are made what the run says; those that people
// decided stay, and a revision says what is new; those that the run looked for and did
// not find are marked. It writes part by part, so that other work goes on; one that was
// stopped is taken up again by the same call, and one that is complete changes nothing.
func (r *Review) TakeOver(ctx context.Context, actor *access.Actor, d Delivery) (*Batch, error) {
	if err := d.check(); err != nil {
		return nil, err
	}
	if err := r.access.Authorize(ctx, r.db, actor, TakeOver, access.Target{Region: access.Region(d.Region)}); err != nil {
		return nil, err
	}
	var batch *Batch
	err := r.write(ctx, d.At, func(tx *db.Tx) (err error) {
		if batch, err = readBatch(ctx, tx, d.Run.RunID); err != nil || batch != nil {
			return err
		}
		batch = newBatch(d.Run, d.Region, actor, tx.Now)
		if err = keepScreened(ctx, tx, d.Run); err != nil {
			return err
		}
		return saveBatch(ctx, tx, batch, actor, "begin")
	})
	if err != nil || batch.Complete {
		return batch, err
	}
	if batch.Region != d.Region {
		return nil, invalid("review.batch", "批次 %s 已由区划 %s 接收", batch.ID, batch.Region)
	}
	if err := keepCertificates(r.certificates, batch.ID, d.Certificates); err != nil {
		return nil, err
	}
	if err := r.takeParts(ctx, actor, d, batch); err != nil {
		return nil, err
	}
	return batch, r.takeLeave(ctx, actor, d.At, batch)
}

// write is a transaction at an instant, of its own when it is zero.
func (r *Review) write(ctx context.Context, at time.Time, f func(tx *db.Tx) error) error {
	return r.db.Write(ctx, func(tx *db.Tx) error {
		if !at.IsZero() {
			tx.Now = at.UTC().Truncate(time.Microsecond)
		}
		return f(tx)
	})
}

func (d Delivery) check() error {
	switch {
	case d.Run == nil || d.Run.RunID == "" || d.Findings == nil:
		return invalid("review.batch", "没有筛查摘要（summary.json）或疑点文件，不能接收")
	case !access.Region(d.Region).Valid():
		return invalid("region", "行政区划“%s”不合规：应为 6 位数字", d.Region)
	}
	for _, code := range slices.Sorted(maps.Keys(d.Regions)) {
		if !access.Region(d.Regions[code]).Valid() {
			return invalid("region", "机构 %s 的行政区划“%s”不合规：应为 6 位数字", code, d.Regions[code])
		}
		if !access.Region(d.Regions[code]).Within(access.Region(d.Region)) {
			return invalid("region", "机构 %s 在区划 %s，不在接收的区划 %s 内：请由其所在区划或上级接收", code, d.Regions[code], d.Region)
		}
	}
	return nil
}

func saveBatch(ctx context.Context, tx *db.Tx, b *Batch, actor *access.Actor, what string, rows ...journal.Row) error {
	row, err := b.save(ctx, tx)
	if err != nil {
		return err
	}
	_, err = journal.Append(ctx, tx, journal.Entry{
		Actor: actor.ID, Org: actor.Organisation, Region: b.Region, Act: "review.take_over", Kind: batchKind, ID: b.ID, Reason: what, Rows: append(rows, row),
	})
	return err
}

func (r *Review) takeParts(ctx context.Context, actor *access.Actor, d Delivery, batch *Batch) error {
	var part []*finding.Finding
	taken := int64(0)
	flush := func() error {
		if len(part) == 0 {
			return nil
		}
		err := r.write(ctx, d.At, func(tx *db.Tx) error { return r.takePart(ctx, tx, actor, d, batch, part) })
		taken += int64(len(part))
		part = part[:0]
		if d.Progress != nil {
			d.Progress(taken)
		}
		return err
	}
	for f, err := range d.Findings {
		if err != nil {
			return err
		}
		if f.ID == "" || f.RunID != batch.ID {
			return invalid("review.batch", "疑点 %q 属于筛查 %q，不是本批次 %s：请一并给出同一次筛查的 summary.json 和疑点文件", f.ID, f.RunID, batch.ID)
		}
		if part = append(part, f); len(part) == takenAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
