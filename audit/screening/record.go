package screening

import (
	"fmt"
	"slices"
	"strings"

	"yiheng/facts/claim"
	"yiheng/ground/calendar"
)

// missingField: a field that the record needs is empty where its table is present.
// Fields of fee_list_d object to their lines; fields of other tables to the visit. A
// field may be named with its table ("mdtrt_d.dscg_maindiag_code").
func (j *judge) missingField(p *point) {
	for _, field := range p.Params.Fields {
		switch f := fields[field[strings.IndexByte(field, '.')+1:]]; {
		case f.line != nil:
			j.missingInLines(p, f.line)
		case f.visit != nil && j.lib.has(f.table):
			j.missingInVisits(p, field, f.visit)
		default:
			j.unchecked(p.rule, "未提供字段"+field)
		}
	}
}

// field reads one field of a line, or says whether a visit lacks one.
type field struct {
	table string
	line  func(*claim.Line) string
	visit func(*judge, *visit) (missing bool)
}

// fields are the fields that missing_field can look at, by national name.
var fields = map[string]field{
	"rx_drord_no":    {line: func(l *claim.Line) string { return l.RxDrordNo }},
	"med_list_codg":  {line: lineCode},
	"hilist_code":    {line: func(l *claim.Line) string { return l.HilistCode }},
	"hilist_name":    {line: func(l *claim.Line) string { return l.HilistName }},
	"list_type":      {line: func(l *claim.Line) string { return l.ListType }},
	"bilg_dept_codg": {line: func(l *claim.Line) string { return l.BilgDeptCodg }},
	"bilg_dept_name": {line: func(l *claim.Line) string { return l.BilgDeptName }},
	"bilg_dr_code":   {line: func(l *claim.Line) string { return l.BilgDrCode }},
	"setl_id":        {line: func(l *claim.Line) string { return l.SetlID }},
	"fee_ocur_time":  {line: func(l *claim.Line) string { return l.FeeOcurTime.String() }},
	"cnt":            {line: func(l *claim.Line) string { return l.Cnt.String() }},
	"pric":           {line: func(l *claim.Line) string { return l.Pric.String() }},

	"dscg_maindiag_code": {table: "mdtrt_d", visit: func(j *judge, v *visit) bool { j.collectCodes(v); return v.mainDx == "" }},
	"diag_code":          {table: "setl_list_diag_d", visit: func(j *judge, v *visit) bool { j.collectCodes(v); return len(v.dx) == 0 }},
	"begntime":           {table: "mdtrt_d", visit: func(_ *judge, v *visit) bool { return v.begin == calendar.NoDay }},
	"endtime":            {table: "mdtrt_d", visit: func(_ *judge, v *visit) bool { return v.end == calendar.NoDay && v.setl != nil }},
	"med_type":           {table: "mdtrt_d", visit: func(_ *judge, v *visit) bool { return v.medType == "" }},
	"insutype":           {table: "mdtrt_d", visit: func(_ *judge, v *visit) bool { return v.insutype == "" }},
	"adm_dept_name":      {table: "mdtrt_d", visit: func(_ *judge, v *visit) bool { return v.enc.AdmDeptName == "" }},
	"chfpdr_code":        {table: "mdtrt_d", visit: func(_ *judge, v *visit) bool { return v.enc.ChfpdrCode == "" }},
	"clr_way": {table: "setl_d", visit: func(_ *judge, v *visit) bool {
		return v.setl != nil && v.setl.ClrWay == ""
	}},
}

func (j *judge) missingInLines(p *point, get func(*claim.Line) string) {
	onlyStays := slices.Equal(p.rule.Scenes, []string{"IP"})
	for _, k := range j.order {
		x := &j.lines[k]
		if onlyStays && !x.visit.stay || get(x.Line) != "" || !p.matches(x.Line) || !j.applies(p, x.visit, x.day) {
			continue
		}
		j.object(p, k, noQuantity, func(h *hit) string {
			return fmt.Sprintf("%d条明细缺少%s。", len(h.parts), fieldNames(p))
		})
	}
}

func (j *judge) missingInVisits(p *point, name string, missing func(*judge, *visit) bool) {
	onlyStays := slices.Equal(p.rule.Scenes, []string{"IP"})
	for i := range j.visits {
		v := &j.visits[i]
		day := v.last
		if v.enc == nil || onlyStays && !v.stay || !v.happened() || !j.selected(day) || !j.applies(p, v, day) || !j.paid(v) || !missing(j, v) {
			continue
		}
		h := j.hit(p, v, nil)
		h.day = day
		h.codes = unique(append(h.codes, name))
		h.why = func(h *hit) string { return fmt.Sprintf("结算清单缺少%s。", strings.Join(h.codes, "、")) }
	}
}

func fieldNames(p *point) string { return strings.Join(p.Params.Fields, "或") }

// operationCode: an operation was billed and none is coded, or the main operation
// is one that none of the billed items maps to. The billed lines are evidence.
func (j *judge) operationCode(p *point) {
	for i := range j.visits {
		v := &j.visits[i]
		day := v.last
		if !v.stay || v.enc == nil || !v.happened() || !j.selected(day) || !j.applies(p, v, day) || !j.paid(v) {
			continue
		}
		billed, allowed := j.billedOperations(p, v)
		if len(billed) == 0 {
			continue
		}
		j.collectCodes(v)
		main, text := v.mainOperation(), ""
		switch {
		case len(v.operations()) == 0 && !j.lib.has("setl_list_oprn_d"):
			j.unchecked(p.rule, "没有手术操作信息表")
		case len(v.operations()) == 0:
			text = fmt.Sprintf("收取了%s等手术费用，但没有手术操作编码。", name(&j.lines[billed[0]]))
		case main == "":
			j.unchecked(p.rule, "主要手术操作不详")
		case !hasPrefixOf(main, allowed):
			text = fmt.Sprintf("主要手术操作编码%s与所收手术项目%s不对应。", main, name(&j.lines[billed[0]]))
		}
		if text == "" {
			continue
		}
		h := j.hit(p, v, nil)
		h.day = day
		h.codes = unique(append(h.codes, main))
		h.evidence = append(h.evidence, billed...)
		h.why = func(*hit) string { return text }
	}
}

// billedOperations returns the lines whose item is an operation of the point's map,
// and the codes that they map to.
func (j *judge) billedOperations(p *point, v *visit) (billed []int32, allowed []string) {
	for _, k := range v.lines {
		code := lineCode(j.lines[k].Line)
		to, ok := p.Params.Map[code]
		if !ok {
			to, ok = p.Params.Map[nationalItem(code)]
		}
		if ok {
			billed = append(billed, k)
			allowed = append(allowed, to...)
		}
	}
	return billed, allowed
}
