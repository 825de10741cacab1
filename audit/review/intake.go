package review

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/journal"
	"yiheng/ground/procedure"
)

// intake is a part that is being taken over.
type intake struct {
	tx    *db.Tx
	d     Delivery
	batch *Batch
	sums  tally

	fresh, same, remade, offered []*Finding
	revisions                    []*Revision
	stands                       []journal.Row // where the chain of new findings begins
}

func (r *Review) takePart(ctx context.Context, tx *db.Tx, actor *access.Actor, d Delivery, batch *Batch, part []*finding.Finding) error {
	if err := batch.refresh(ctx, tx); err != nil || batch.Complete {
		return err
	}
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
	if err := r.start(ctx, in); err != nil {
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
	return saveBatch(ctx, in.tx, in.batch, actor, "take", append(rows, in.stands...)...)
}

// start starts the chain of new findings, whose rows are there.
func (r *Review) start(ctx context.Context, in *intake) error {
	if len(in.fresh) == 0 {
		return nil
	}
	seeds := make([]procedure.Seed, len(in.fresh))
	for k, f := range in.fresh {
		seeds[k] = procedure.Seed{ID: f.ID, Region: f.Region}
	}
	engine := procedure.Actor{ID: "screening", Roles: []string{screening}}
	results, err := r.engine.StartAll(ctx, in.tx, seeds, "open", engine, calendar.Civil(in.tx.Now), procedure.Input{Until: calendar.NoDay})
	if err != nil {
		return err
	}
	for k, result := range results {
		if result.Denial != nil {
			return result.Denial
		}
		in.stands = append(in.stands, result.Instance.Row())
		in.fresh[k].Since = int64(result.Instance.Since)
		if due := result.Instance.Due(); due != calendar.NoTime {
			in.fresh[k].Due = int64(due)
		}
	}
	return update(ctx, in.tx, in.fresh, []string{"since", "due"})
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
