package main

import (
	"context"
	"fmt"
	"slices"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// daily adds a day's new lines, judges the persons that they touch, then the whole
// year again: both must find the same.
func (b *bench) daily(ctx context.Context) error { return b.newDay(ctx, 1, "one year kept") }

// years adds two earlier years and does the same again.
func (b *bench) years(ctx context.Context) error {
	if err := b.addYears(ctx); err != nil {
		return err
	}
	if _, err := b.machine.screen(ctx, b.home(), b.from, b.to, "all"); err != nil {
		return err
	}
	return b.newDay(ctx, 2, "three years kept")
}

func (b *bench) newDay(ctx context.Context, n int, about string) error {
	lines, persons, err := b.addDay(ctx, n)
	if err != nil {
		return err
	}
	fresh, err := b.machine.screen(ctx, b.home(), b.from, b.to, "new", "--new")
	if err != nil {
		return err
	}
	full, err := b.machine.screen(ctx, b.home(), b.from, b.to, "all")
	if err != nil {
		return err
	}
	differ := 0
	for rule := range full.findings {
		differ += len(difference(full.findings[rule], fresh.findings[rule]))
	}
	for rule := range fresh.findings {
		if full.findings[rule] == nil {
			differ += len(fresh.findings[rule])
		}
	}
	b.report.add("a new day, "+about, fmt.Sprint(lines), fmt.Sprintf("lines of %d persons", persons))
	b.report.add("screen --new", fmt.Sprintf("%.1f s", fresh.wall.Seconds()), fmt.Sprintf("%s; violations %d, suspicions %d", size(fresh.memory), fresh.results["violation"], fresh.results["suspicion"]))
	b.report.add("full run after it", fmt.Sprintf("%.1f s", full.wall.Seconds()), fmt.Sprintf("%s; lines that only one of both objects to: %d", size(full.memory), differ))
	b.report.add("--new beside a full run", fmt.Sprintf("%.0f%%", 100*fresh.wall.Seconds()/full.wall.Seconds()), "goal 25% at 10^8 lines")
	if differ > 0 {
		return fmt.Errorf("--new and a full run differ in %d lines", differ)
	}
	return nil
}

// addDay delivers the lines of 31 December: visits of six lines each, of persons
// spread over the city. A line in eight carries a code that many points judge.
func (b *bench) addDay(ctx context.Context, n int) (lines, persons int64, err error) {
	c, err := look(ctx, b.home(), 0)
	if err != nil {
		return 0, 0, err
	}
	codes, places, err := words(c)
	if err != nil {
		return 0, 0, err
	}
	d, l, err := openLake(ctx, b.home())
	if err != nil {
		return 0, 0, err
	}
	defer d.Close()
	w, err := l.Begin(ctx, "fee_list_d", "mdtrt_d", "setl_d")
	if err != nil {
		return 0, 0, err
	}
	defer w.Close()
	delivery := fmt.Sprintf("day%d-%d", n, c.epoch.ID)
	visits, settlements, fees := newRows("mdtrt_d", sourceID(delivery, "mdtrt_d")), newRows("setl_d", sourceID(delivery, "setl_d")), newRows("fee_list_d", sourceID(delivery, "fee_list_d"))
	const perVisit = 6
	persons = max(1, b.lines/250/perVisit)
	city := max(persons, b.lines/60)
	at := b.to.At(9, 0, 0)
	for k := range persons {
		person := k*(city/persons) + int64(n)
		psn := fmt.Sprintf("3718000000%010d", person)
		id := fmt.Sprintf("8%d%013d", n, person)
		place := places[int(k)%len(places)]
		visit(visits, id, psn, place, at)
		settlement(settlements, id, psn, place, at)
		for i := range perVisit {
			code := codes[(int(k)*perVisit+i)*7919%len(codes)]
			fee(fees, id, i, psn, place, code, at+calendar.Time(60*i))
		}
	}
	var add []lake.Source
	for _, r := range []*rows{visits, settlements, fees} {
		if err := w.Append(ctx, r.batch); err != nil {
			return 0, 0, err
		}
		add = append(add, lake.Source{ID: r.batch.Source, Table: r.batch.Table.Name, Name: delivery + ".csv"})
	}
	_, err = w.Commit(ctx, lake.Change{Add: add, Note: "a new day"})
	return int64(fees.batch.Rows), persons, err
}

func visit(r *rows, id, psn, place string, at calendar.Time) {
	r.next()
	for name, value := range map[string]string{
		"mdtrt_id": id, "psn_no": psn, "fixmedins_code": place, "med_type": "11", "insutype": "310", "vali_flag": "1",
		"dscg_maindiag_code": "J06.900", "fix_blng_admdvs": "371802",
	} {
		r.text(name, value)
	}
	r.number("begntime", int64(at))
	r.number("endtime", int64(at+3600))
	r.number("updt_time", int64(at+7200))
}

func settlement(r *rows, id, psn, place string, at calendar.Time) {
	r.next()
	for name, value := range map[string]string{
		"setl_id": "S" + id, "mdtrt_id": id, "psn_no": psn, "fixmedins_code": place, "insutype": "310", "vali_flag": "1", "clr_way": "1",
	} {
		r.text(name, value)
	}
	r.number("setl_time", int64(at+3600))
	for name, fen := range map[string]int64{"medfee_sumamt": 6000, "inscp_amt": 6000, "fund_pay_sumamt": 3000, "acct_pay": 1000} {
		r.number(name, fen)
	}
	r.number("updt_time", int64(at+7200))
}

func fee(r *rows, id string, i int, psn, place, code string, at calendar.Time) {
	r.next()
	for name, value := range map[string]string{
		"bkkp_sn": fmt.Sprintf("F%s%02d", id, i), "mdtrt_id": id, "setl_id": "S" + id, "psn_no": psn, "fixmedins_code": place,
		"med_list_codg": code, "hilist_code": code, "hilist_name": code, "vali_flag": "1", "rx_drord_no": "R" + id,
	} {
		r.text(name, value)
	}
	r.number("fee_ocur_time", int64(at))
	r.number("cnt", int64(claim.Piece))
	r.number("pric", 10_000_000)
	r.number("det_item_fee_sumamt", 1000)
	r.number("inscp_amt", 1000)
	r.number("crte_time", int64(at+1800))
	r.number("updt_time", int64(at+3600))
}

// words returns codes and institutions of the city's fee lines.
func words(c *city) (codes, places []string, err error) {
	files := c.files["fee_list_d"]
	r, err := lake.OpenFile(files[len(files)-1].Path, claim.FormOf("fee_list_d").Table)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	b := r.Block(0)
	defer b.Close()
	for _, x := range []struct {
		name string
		to   *[]string
	}{{"med_list_codg", &codes}, {"fixmedins_code", &places}} {
		v, err := b.Col(x.name)
		if err != nil {
			return nil, nil, err
		}
		for i := range min(b.Rows(), 20_000) {
			if s := v.Str(i); s != "" && !slices.Contains(*x.to, s) {
				*x.to = append(*x.to, string([]byte(s)))
			}
		}
	}
	slices.Sort(codes)
	slices.Sort(places)
	return codes, places, nil
}
