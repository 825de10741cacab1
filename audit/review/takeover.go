package review

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/procedure"
)

// Delivery is a screening that is taken over: its summary and its findings, as
// finding.ReadSummary and finding.ReadParquet or ReadCSV give them.
type Delivery struct {
	Run      *finding.Run
	Findings iter.Seq2[*finding.Finding, error]
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
		return saveBatch(ctx, tx, batch, actor, "begin")
	})
	if err != nil || batch.Complete {
		return batch, err
	}
	if batch.Region != d.Region {
		return nil, invalid("review.batch", "批次 %s 已由区划 %s 接收", batch.ID, batch.Region)
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

// intake is a part that is being taken over.
type intake struct {
	tx    *db.Tx
	d     Delivery
	batch *Batch
	sums  tally

	fresh, same, remade, offered []*Finding
	revisions                    []*Revision
}

func (r *Review) takePart(ctx context.Context, tx *db.Tx, actor *access.Actor, d Delivery, batch *Batch, part []*finding.Finding) error {
	there, contents, err := readRevised(ctx, tx, part)
	if err != nil {
		return err
	}
	in := &intake{tx: tx, d: d, batch: batch, sums: tally{}}
	for _, c := range part {
		f := there[c.ID]
		if f == nil {
			f = &Finding{ID: c.ID, Batch: batch.ID, Seen: batch.ID, Rev: 1, State: First, Due: never}
			there[c.ID] = f
			err = in.add(f, c)
		} else if f.Seen != batch.ID { // else it was taken before the call was stopped
			err = in.again(f, contents[c.ID], c)
		}
		if err != nil {
			return err
		}
	}
	if err := insert(ctx, tx, in.fresh); err != nil {
		return err
	}
	if err := r.start(ctx, tx, in.fresh); err != nil {
		return err
	}
	if err := in.write(ctx, actor); err != nil {
		return err
	}
	return newWrite(tx, actor).returnTo(ctx, slices.Concat(in.fresh, in.remade))
}

// add takes a finding that is new.
func (in *intake) add(f *Finding, c *finding.Finding) error {
	region := in.d.Regions[c.FixmedinsCode]
	if region == "" {
		region = in.d.Region
	}
	f.take(c, region)
	revision, err := f.revise(in.batch.ID, StandingInForce, in.tx.Now, nil, c)
	if err != nil {
		return err
	}
	in.fresh, in.revisions = append(in.fresh, f), append(in.revisions, revision)
	in.batch.Added++
	return f.check()
}

// again takes a finding that is there; latest is what the last screening said of it.
func (in *intake) again(f *Finding, latest, c *finding.Finding) error {
	was := *f
	f.Seen, f.GoneIn = in.batch.ID, ""
	changes, err := differences(latest, c)
	if err != nil {
		return err
	}
	if len(changes) == 0 {
		in.same = append(in.same, f)
		in.batch.Same++
		return nil
	}
	standing := StandingOffered
	if !f.decided() {
		standing = StandingInForce
	}
	revision, err := f.revise(in.batch.ID, standing, in.tx.Now, latest, c)
	if err != nil {
		return err
	}
	in.revisions = append(in.revisions, revision)
	if standing == StandingOffered {
		in.offered = append(in.offered, f)
		in.batch.Offered++
		return nil
	}
	f.take(c, f.Region)
	f.Rev = f.Latest
	in.sums.add(&was, -1)
	in.sums.add(f, 1)
	in.remade = append(in.remade, f)
	in.batch.Changed++
	return f.check()
}

// write writes the part with its entry.
func (in *intake) write(ctx context.Context, actor *access.Actor) error {
	for _, f := range in.fresh {
		in.sums.add(f, 1)
	}
	if err := update(ctx, in.tx, in.remade, slices.Concat(decided, passed, shared, screened, facts)); err != nil {
		return err
	}
	if err := update(ctx, in.tx, slices.Concat(in.same, in.offered), screened); err != nil {
		return err
	}
	if err := insert(ctx, in.tx, in.revisions); err != nil {
		return err
	}
	if err := in.sums.write(ctx, in.tx); err != nil {
		return err
	}
	var rows []journal.Row
	for _, f := range slices.Concat(in.fresh, in.remade, in.same, in.offered) {
		rows = append(rows, journal.Row{Kind: findingKind, ID: f.ID, Content: f})
	}
	for _, v := range in.revisions {
		rows = append(rows, journal.Row{Kind: revisionKind, ID: v.ID, Content: v})
	}
	return saveBatch(ctx, in.tx, in.batch, actor, "take", rows...)
}

// start starts the chain of new findings, whose rows are there.
func (r *Review) start(ctx context.Context, tx *db.Tx, fresh []*Finding) error {
	if len(fresh) == 0 {
		return nil
	}
	seeds := make([]procedure.Seed, len(fresh))
	for k, f := range fresh {
		seeds[k] = procedure.Seed{ID: f.ID, Region: f.Region}
	}
	engine := procedure.Actor{ID: "screening", Roles: []string{screening}}
	results, err := r.engine.StartAll(ctx, tx, seeds, "open", engine, civil(tx.Now), procedure.Input{Until: calendar.NoDay})
	if err != nil {
		return err
	}
	for k, result := range results {
		if result.Denial != nil {
			return result.Denial
		}
		fresh[k].Since = int64(result.Instance.Since)
		if due := result.Instance.Due(); due != calendar.NoTime {
			fresh[k].Due = int64(due)
		}
	}
	return update(ctx, tx, fresh, []string{"since", "due"})
}

// readRevised returns the findings of a part that are there, and what the last screening
// that found them said.
func readRevised(ctx context.Context, tx *db.Tx, part []*finding.Finding) (map[string]*Finding, map[string]*finding.Finding, error) {
	there, contents := map[string]*Finding{}, map[string]*finding.Finding{}
	ids := make([]string, len(part))
	for k, c := range part {
		ids[k] = c.ID
	}
	for some := range slices.Chunk(ids, rowsAtOnce) {
		var rows []*Finding
		if err := tx.NewSelect().Model(&rows).Where("id IN (?)", bun.List(some)).Scan(ctx); err != nil {
			return nil, nil, err
		}
		for _, f := range rows {
			there[f.ID] = f
		}
		var revisions []*Revision // the later come later
		if err := tx.NewSelect().Model(&revisions).Where("finding_id IN (?)", bun.List(some)).Where("content <> ''").Order("n").Scan(ctx); err != nil {
			return nil, nil, err
		}
		for _, v := range revisions {
			content := new(finding.Finding)
			if err := json.Unmarshal([]byte(v.Content), content); err != nil {
				return nil, nil, fmt.Errorf("疑点 %s 第 %d 版无法读出：%w", v.FindingID, v.N, err)
			}
			contents[v.FindingID] = content
		}
	}
	return there, contents, nil
}
