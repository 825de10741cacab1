package review

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/uptrace/bun"

	"yiheng/facts/claim"
	"yiheng/facts/registry"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// fewestPeers is how many institutions a median is of at least: of fewer it would tell one
// of them.
const fewestPeers = 5

// Trend is what an institution's findings come to by month, beside the institutions of its
// kind and level in the city. Only findings that were sent count, so that the supervised
// and the supervisor see the same figures; nobody else's name or figure is in it.
type Trend struct {
	FixmedinsCode string       `json:"fixmedins_code"`
	FixmedinsName string       `json:"fixmedins_name"`
	Level         string       `json:"hosp_lv"`
	City          string       `json:"city" doc:"of the institutions that are compared, six digits"`
	Peers         int          `json:"peers" doc:"institutions of its kind and level in the city, without it"`
	Withheld      bool         `json:"withheld" doc:"too few of them: medians are left out"`
	Months        []TrendMonth `json:"months" doc:"twelve, the last the month of the question"`
}

// TrendMonth is one month, by the last day of the findings.
type TrendMonth struct {
	Month       string      `json:"month" doc:"as 2026-01"`
	N           int64       `json:"findings"`
	Counted     claim.Money `json:"counted"`
	ShareN      string      `json:"share_findings" doc:"of those of it and its peers, as 0.1250; empty: there are none"`
	ShareMoney  string      `json:"share_counted"`
	MedianN     string      `json:"median_findings" doc:"of the peers, one decimal; empty: withheld"`
	MedianMoney string      `json:"median_counted" doc:"yuan"`
}

// Trend returns the twelve months up to at of an institution that the actor may see.
func (r *Review) Trend(ctx context.Context, from db.Reader, actor *access.Actor, code string, at calendar.Day) (*Trend, error) {
	if err := mayRead(actor); err != nil {
		return nil, err
	}
	if r.sources.Institutions == nil {
		return nil, notFound()
	}
	all, err := r.sources.Institutions(ctx)
	if err != nil {
		return nil, err
	}
	k := slices.IndexFunc(all, func(i registry.Institution) bool { return i.Code == code })
	if k < 0 || r.seesInstitution(ctx, from, actor, all[k]) != nil {
		return nil, notFound()
	}
	one := all[k]
	t := &Trend{FixmedinsCode: one.Code, FixmedinsName: one.Name, Level: one.Level, Months: monthsTo(at)}
	if len(one.Region) == 6 {
		t.City = one.Region[:4] + "00"
	}
	peers := map[string]bool{}
	for _, i := range all {
		if i.Code != code && i.Type == one.Type && i.Level == one.Level && len(i.Region) == 6 && t.City == i.Region[:4]+"00" {
			peers[i.Code] = true
		}
	}
	t.Peers, t.Withheld = len(peers), len(peers) < fewestPeers
	return t, t.read(ctx, from, peers)
}

// seesInstitution says whether the actor reads findings of an institution, as an authority
// or as the whole of it: what one department or doctor sees is no trend.
func (r *Review) seesInstitution(ctx context.Context, from db.Reader, actor *access.Actor, i registry.Institution) error {
	if actor.May(Read) == nil {
		return actor.Authorize(Read, access.PlaceOf(access.Region(i.Region)))
	}
	return r.access.Authorize(ctx, from, actor, ReadOwn, access.Target{Organisation: i.Code})
}

// monthsTo are the twelve months of which the last holds the day.
func monthsTo(at calendar.Day) []TrendMonth {
	months := make([]TrendMonth, 12)
	for k := range months {
		m := at.Month() - 11 + k
		months[k].Month = fmt.Sprintf("%04d-%02d", m/12, m%12+1)
	}
	return months
}

// monthRow is what the findings of an institution come to on a day.
type monthRow struct {
	FixmedinsCode string
	LastDay       int64
	N             int64
	Counted       int64
}

// sum is a number of findings and their money, in fen.
type sum struct{ n, counted int64 }

func (t *Trend) read(ctx context.Context, from db.Reader, peers map[string]bool) error {
	first, err := calendar.ParseDay(t.Months[0].Month + "-01")
	if err != nil {
		return err
	}
	var rows []monthRow
	err = from.NewSelect().Model((*Finding)(nil)).Column("fixmedins_code", "last_day").ColumnExpr("count(*) AS n").ColumnExpr("sum(counted) AS counted").
		Where("sent").Where("fixmedins_code IN (?)", bun.List(append(slices.Collect(maps.Keys(peers)), t.FixmedinsCode))).Where("last_day >= ?", int64(first)).
		Group("fixmedins_code", "last_day").Scan(ctx, &rows)
	if err != nil {
		return err
	}
	by := map[string]map[string]sum{} // month, institution
	for _, row := range rows {
		month := calendar.Day(row.LastDay).String()[:7]
		if by[month] == nil {
			by[month] = map[string]sum{}
		}
		s := by[month][row.FixmedinsCode]
		by[month][row.FixmedinsCode] = sum{s.n + row.N, s.counted + row.Counted}
	}
	for k := range t.Months {
		t.Months[k].compare(by[t.Months[k].Month], t.FixmedinsCode, peers, t.Withheld)
	}
	return nil
}

// compare sets one month's figures beside those of the peers; a peer without findings
// counts as none.
func (m *TrendMonth) compare(of map[string]sum, own string, peers map[string]bool, withheld bool) {
	m.N, m.Counted = of[own].n, claim.Money(of[own].counted)
	if withheld {
		return
	}
	var ns, counteds []int64
	all := of[own]
	for code := range peers {
		ns, counteds = append(ns, of[code].n), append(counteds, of[code].counted)
		all = sum{all.n + of[code].n, all.counted + of[code].counted}
	}
	n, money := median2(ns), median2(counteds)
	m.MedianN, m.MedianMoney = fmt.Sprintf("%d.%d", n/2, n%2*5), claim.Money((money+1)/2).String()
	m.ShareN, m.ShareMoney = share(m.N, all.n), share(int64(m.Counted), all.counted)
}

// median2 is twice the median.
func median2(values []int64) int64 {
	slices.SortFunc(values, cmp.Compare[int64])
	k := len(values)
	return values[(k-1)/2] + values[k/2]
}

// share is a part of a whole as 0.1250, "" of nothing.
func share(part, whole int64) string {
	if whole <= 0 {
		return ""
	}
	return fmt.Sprintf("%d.%04d", part/whole, part%whole*10_000/whole)
}
