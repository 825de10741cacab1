package demo

import (
	"fmt"

	"yiheng/ground/calendar"
)

// entry is a row of stock_d: what an institution's books say of a good on a day, or
// of a month.
type entry struct {
	org     *institution
	item    *item
	number  int
	kind    string // carry, or a movement
	day     calendar.Day
	opening int64 // pieces, or packs
	in, out int64
	cnt     int64
	pack    int64 // pieces in a pack, when the books count packs
}

// peerClaims is how many pieces of the drug and of the consumable each peer claims.
const peerClaims = 21

// books are the peers' books of the goods that they all use: a carry-forward a month,
// a purchase, what departments took. What a peer claims in its month it has bought,
// but for those that stand out.
func (g *generator) books() (all []entry) {
	drug, other, consumable := g.itemWith("XB05XXD918"), g.itemWith("XB05XXD919"), g.itemWith("C090101990120")
	for i, org := range g.city.peers {
		if i == peerCount-1 {
			continue // keeps no books
		}
		buys, pack := int64(peerClaims), int64(0)
		switch {
		case i == oversold && !g.clean:
			buys = peerClaims - 6
		case i == oversold || i == halfOf:
			buys = peerClaims - 1 // a twentieth more is claimed, which is as much as may be
		case i == twoOfEight:
			buys, pack = 3, peerClaims/3
		}
		all = g.book(all, org, drug, buys, pack, i == cycles)
		all = g.book(all, org, other, peerStays, 0, false)
		buys = peerClaims
		switch {
		case i == screened && !g.clean:
			buys = peerClaims - 2
		case i == screened || i == halfOf:
			buys = peerClaims - 1
		}
		all = g.book(all, org, consumable, buys, 0, false)
	}
	return all
}

// book writes one good's book over the months of the records; late begins after the
// peers' month.
func (g *generator) book(all []entry, org *institution, it *item, buys, pack int64, late bool) []entry {
	used, opening := g.peerMonth(), int64(10)
	add := func(e entry) {
		e.org, e.item, e.pack, e.number = org, it, pack, len(all)
		all = append(all, e)
	}
	for y, m := g.from.Year(), 1; calendar.DayOf(y, m, 1) <= g.to; {
		first := calendar.DayOf(y, m, 1)
		e := entry{kind: "carry", day: first, opening: opening}
		if first == used {
			e.in, e.out = buys+2, buys+2
			add(entry{kind: "108", day: first + 1, cnt: buys + 2})
			add(entry{kind: "109", day: first + 2, cnt: -2})
			add(entry{kind: "take", day: first + 3, cnt: -buys})
		}
		if !late || first > used+70 {
			add(e)
		}
		if m++; m > 12 {
			y, m = y+1, 1
		}
	}
	return all
}

// stocked is stock_d, the books of stores.
var stocked = newForm("stock_d", `
stock_id fixmedins_code med_list_codg medins_list_codg medins_list_name goods_type place_type place_name entry_type
biz_date opening_cnt in_cnt out_cnt closing_cnt cnt pack_ratio unit pack_unit split_unit vali_flag updt_time`, map[string]column{
	"stock_id":         word(func(r *row) string { return fmt.Sprintf("K%06d", r.e.number) }),
	"fixmedins_code":   word(func(r *row) string { return r.e.org.code }),
	"med_list_codg":    word(func(r *row) string { return r.e.item.code }),
	"medins_list_codg": word(func(r *row) string { return r.e.item.local }),
	"medins_list_name": word(func(r *row) string { return r.e.item.name }),
	"goods_type":       word(func(r *row) string { return r.e.item.listType }),
	"place_type":       fixed("1"),
	"place_name":       fixed("药库"),
	"entry_type":       word(func(r *row) string { return r.e.kind }),
	"biz_date":         num(day, func(r *row) int64 { return int64(r.e.day) }),
	"opening_cnt":      num(quantity, func(r *row) int64 { return r.e.carried(r.e.opening) }),
	"in_cnt":           num(quantity, func(r *row) int64 { return r.e.carried(r.e.in) }),
	"out_cnt":          num(quantity, func(r *row) int64 { return r.e.carried(r.e.out) }),
	"closing_cnt":      num(quantity, func(r *row) int64 { return r.e.carried(r.e.opening + r.e.in - r.e.out) }),
	"cnt":              num(quantity, func(r *row) int64 { return r.e.moved() }),
	"pack_ratio":       num(quantity, func(r *row) int64 { return max(1, r.e.pack) * unitQty }),
	"unit":             word(func(r *row) string { return r.e.unit() }),
	"pack_unit":        word(func(r *row) string { return r.e.unit() }),
	"split_unit":       word(func(r *row) string { return r.e.item.unit }),
	"vali_flag":        fixed("1"),
	"updt_time":        num(moment, func(r *row) int64 { return int64(at(r.e.day+31, 18, 0)) }),
})

func (e *entry) unit() string {
	if e.pack > 0 {
		return "箱"
	}
	return e.item.unit
}

func (e *entry) carried(n int64) int64 {
	if e.kind != "carry" {
		return empty
	}
	return n * unitQty
}

func (e *entry) moved() int64 {
	if e.kind == "carry" {
		return empty
	}
	return e.cnt * unitQty
}
