package review

import (
	"context"
	"strconv"

	"yiheng/ground/calendar"
	"yiheng/ground/web"
)

type groupsInput struct {
	FilterInput
	By    By  `query:"by" required:"true" enum:"institution,rule,state,outcome,batch,region,department,doctor,person"`
	Limit int `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"the largest; an export has at most 1000"`
}

// Groups are what findings come to by a key, the most money first.
type Groups struct {
	Items []Group `json:"items"`
	Total Sum     `json:"total" doc:"of all findings, not only of the groups that are given"`
}

func (r *Review) serveGroups(ctx context.Context, c *web.Call, in *groupsInput) (*web.Body[Groups], error) {
	filter, err := in.filter(calendar.Civil(c.At))
	if err != nil {
		return nil, err
	}
	groups := Groups{Items: []Group{}}
	some, err := r.Groups(ctx, r.db, c.Actor, filter, in.By, in.Limit)
	if err != nil {
		return nil, err
	}
	for _, g := range some {
		groups.Items = append(groups.Items, in.named(g))
	}
	groups.Total, err = r.Total(ctx, r.db, c.Actor, filter)
	return web.Answer(groups), err
}

// named gives a group of states its title; a person's number is shown as in lists.
func (in *groupsInput) named(g Group) Group {
	switch in.By {
	case ByState:
		g.Name = stateTitles[g.Key]
	case ByPerson:
		g.Key = shown(g.Key)
	}
	return g
}

func (r *Review) exportGroups(ctx context.Context, c *web.Call, in *groupsInput) (rows web.Rows[Group], err error) {
	in.Limit = 1000
	groups, err := r.serveGroups(ctx, c, in)
	if err != nil {
		return rows, err
	}
	all := groups.Body.Items
	return web.Rows[Group]{Total: len(all), Asked: in.String(), All: func(yield func(*Group, error) bool) {
		for k := range all {
			if !yield(&all[k], nil) {
				return
			}
		}
	}}, nil
}

var groupColumnsOf = []web.Column[Group]{
	web.By("key", "分组", func(g *Group) string { return g.Key }),
	web.By("name", "名称", func(g *Group) string { return g.Name }),
	web.Number("findings", "疑点数", func(g *Group) string { return strconv.FormatInt(g.N, 10) }),
	web.Money("counted", "计入金额", func(g *Group) string { return g.Counted.String() }),
	web.Money("stake", "待定", func(g *Group) string { return g.Stake.String() }),
	web.Money("accepted", "已认可", func(g *Group) string { return g.Accepted.String() }),
	web.Money("deducted", "已扣减", func(g *Group) string { return g.Deducted.String() }),
	web.Money("recovered", "已追回", func(g *Group) string { return g.Recovered.String() }),
	web.Money("dropped", "不予认定", func(g *Group) string { return g.Dropped.String() }),
}
