package knowledge

import (
	"context"
	"fmt"
	"strings"

	"yiheng/ground/access"
	"yiheng/ground/web"
)

// exportedAtOnce bounds the rows that an export reads at a time.
const exportedAtOnce = 500

var madeNames = map[string]string{"new": "新增", "changed": "更改", "gone": "终止", "removed": "撤除", "again": "恢复"}

// changeExports serve as files what a change does and what it leaves out, for whoever
// decides on it.
func (h *hand) changeExports() {
	ops := []*access.Operation{ReadChanges}
	web.ServeExport(h.door, web.Export[Version, changePointsInput]{
		Path: "/api/knowledge/changes/{id}/points", ID: "knowledge-change-points", Title: "知识库变更的知识点", Ops: ops,
		Columns: h.changeColumns(), Rows: h.proposedRows,
	})
	web.ServeExport(h.door, web.Export[ChangedExclusion, changeExclusionsInput]{
		Path: "/api/knowledge/changes/{id}/exclusions", ID: "knowledge-change-exclusions", Title: "例外名单变更的例外", Ops: ops,
		Columns: []web.Column[ChangedExclusion]{
			web.By("made", "变化", func(x *ChangedExclusion) string { return madeNames[x.Made] }),
			web.By("ex_id", "编号", func(x *ChangedExclusion) string { return x.ID }),
			web.By("kind", "种类", func(x *ChangedExclusion) string { return x.KindName }),
			web.By("rules", "规则", func(x *ChangedExclusion) string { return strings.Join(x.RuleIDs, ";") }),
			web.By("conditions", "条件", func(x *ChangedExclusion) string { return strings.Join(x.Exempt.Conditions, "，") }),
			web.By("region", "区划", func(x *ChangedExclusion) string { return x.Region }),
			web.By("valid_from", "开始日期", func(x *ChangedExclusion) string { return x.ValidFrom.String() }),
			web.By("valid_to", "截止日期", func(x *ChangedExclusion) string { return x.ValidTo.String() }),
			web.By("reason", "理由", func(x *ChangedExclusion) string { return x.Reason }),
		},
		Rows: h.differenceRows,
	})
}

func (h *hand) changeColumns() []web.Column[Version] {
	all := []web.Column[Version]{web.By("made", "变化", func(v *Version) string { return madeNames[v.Made] })}
	for i, name := range columnNames {
		all = append(all, web.By(name, pointTitles[i], func(v *Version) string { return v.fields()[i] }))
	}
	return append(all, web.By("every_line", "明细范围", func(v *Version) string {
		if v.of(h.Classes).EveryLine {
			return EveryLine
		}
		return ""
	}))
}

func (h *hand) proposedRows(ctx context.Context, c *web.Call, in *changePointsInput) (rows web.Rows[Version], err error) {
	ch, _, err := h.seen(ctx, c, in.ID)
	if err != nil {
		return rows, err
	}
	f := h.changeFilter(ch, in)
	if _, rows.Total, err = h.Proposed(ctx, f, nil, 1); err != nil {
		return rows, err
	}
	rows.Asked = fmt.Sprintf("变更 %d 检索“%s” 规则%v 变化%v", ch.ID, in.Search, in.Rule, in.Made)
	rows.All = web.InParts(exportedAtOnce, func(last *Version, limit int) ([]Version, error) {
		var behind *Key
		if last != nil {
			behind = &Key{last.RuleID, last.Code, last.KpID}
		}
		part, _, err := h.Proposed(ctx, f, behind, limit)
		return part, err
	})
	return rows, nil
}

func (h *hand) differenceRows(ctx context.Context, c *web.Call, in *changeExclusionsInput) (rows web.Rows[ChangedExclusion], err error) {
	ch, _, err := h.seen(ctx, c, in.ID)
	if err != nil {
		return rows, err
	}
	f := in.filter()
	if _, rows.Total, err = h.Differences(ctx, ch, f, 0, 1); err != nil {
		return rows, err
	}
	rows.Asked = fmt.Sprintf("变更 %d 检索“%s” 变化%v", ch.ID, in.Search, in.Made)
	all := web.InParts(exportedAtOnce, func(last *ExclusionDifference, limit int) ([]ExclusionDifference, error) {
		var after int64
		if last != nil {
			after = last.N
		}
		part, _, err := h.Differences(ctx, ch, f, after, limit)
		return part, err
	})
	rows.All = func(yield func(*ChangedExclusion, error) bool) {
		for d, err := range all {
			var one ChangedExclusion
			if err == nil {
				one, err = changedOf(d)
			}
			if !yield(&one, err) || err != nil {
				return
			}
		}
	}
	return rows, nil
}
