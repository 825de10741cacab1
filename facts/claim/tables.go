package claim

import (
	"fmt"
	"strings"

	"yiheng/facts/lake"
)

// Field is a column of a national table as an extract delivers it.
type Field struct {
	Name string    // national name
	Zh   string    // Chinese name in the templates
	Kind lake.Kind // how its text is read
	Col  int       // position in the lake's table; -1: an identity, which never enters the lake
	Kept Subject   // whose identity it is, when Col is -1
	Code bool      // a code that provinces pad with zeros: 02 is 2
}

// Subject says to whom an identity belongs: the kind (psn an insured person, dr a
// doctor, opter a clerk, medins an institution) and the column with its code.
type Subject struct{ Kind, IDBy string }

// Form is a national table: all columns of its template in their order, and the
// part of it that the lake keeps.
type Form struct {
	*lake.Table
	Zh     string
	Fields []Field

	byName map[string]int
	byZh   map[string][]int
	spans  []span
	served []string // columns with days of service, which lie neither before 2000 nor in the future
}

// span is a pair of columns of which the second may not lie before the first.
// Of a stay that ends before it begins nothing can be judged: its row is refused.
type span struct {
	begin, end string
	refuse     bool
}

// The national tables. Their keys identify a row throughout the platform.
var (
	Mdtrt = form(lake.Table{
		Name: "mdtrt_d", PersonBy: "psn_no", KeyBy: "mdtrt_id", MonthBy: []string{"endtime"}, TimeBy: "begntime",
	}, "就诊信息表", mdtrtColumns, []span{{"begntime", "endtime", true}}, "begntime", "endtime")
	Setl = form(lake.Table{
		Name: "setl_d", PersonBy: "psn_no", KeyBy: "setl_id", MonthBy: []string{"setl_time", "enddate"}, TimeBy: "setl_time",
	}, "结算信息表", setlColumns, []span{{"begndate", "enddate", true}}, "begndate", "enddate", "setl_time")
	FeeList = form(lake.Table{
		Name: "fee_list_d", PersonBy: "psn_no", KeyBy: "bkkp_sn", MonthBy: []string{"fee_ocur_time"}, TimeBy: "fee_ocur_time",
	}, "费用明细表", feeListColumns, nil, "fee_ocur_time")
	Diag = form(lake.Table{
		Name: "setl_list_diag_d", PersonBy: "psn_no", KeyBy: "setl_list_diag_id",
	}, "结算清单诊断信息表", diagColumns, nil)
	Oprn = form(lake.Table{
		Name: "setl_list_oprn_d", PersonBy: "psn_no", KeyBy: "setl_list_oprn_id", TimeBy: "oprn_oprt_date",
	}, "结算清单手术操作信息表", oprnColumns, []span{
		{"anst_begntime", "anst_endtime", false}, {"oprn_oprt_begntime", "oprn_oprt_endtime", false},
	}, "oprn_oprt_date")
	PsnInfo = form(lake.Table{
		Name: "psn_info_b", PersonBy: "psn_no", KeyBy: "psn_no", TimeBy: "updt_time",
	}, "个人基本信息表", psnColumns, nil)
	Fixmedins = form(lake.Table{
		Name: "fixmedins_b", KeyBy: "fixmedins_code", TimeBy: "updt_time",
	}, "定点医药机构业务信息表", fixmedinsColumns, []span{{"begntime", "endtime", false}})
	DrInfo = form(lake.Table{
		Name: "dr_info_b", KeyBy: "dr_code", TimeBy: "updt_time",
	}, "医师信息表", drColumns, nil)
)

// The tables of our own, for what institutions keep beside their claims: orders,
// prescriptions, reports, operations and anaesthesia of a person; the books of
// their stores; the trace codes of drugs.
var (
	RecordList = form(lake.Table{
		Name: "record_d", PersonBy: "psn_no", KeyBy: "rec_id", MonthBy: []string{"begntime", "endtime"}, TimeBy: "begntime",
	}, "诊疗记录表", recordColumns, []span{{"begntime", "endtime", false}}, "begntime")
	StockList = form(lake.Table{
		Name: "stock_d", PersonBy: "fixmedins_code", KeyBy: "stock_id", MonthBy: []string{"biz_date"}, TimeBy: "biz_date",
	}, "库存记录表", stockColumns, nil, "biz_date")
	DrugTrac = form(lake.Table{
		Name: "drug_trac_d", PersonBy: "drug_trac_codg", KeyBy: "rid", MonthBy: []string{"biz_time"}, TimeBy: "biz_time",
	}, "药品追溯码记录表", tracColumns, nil, "biz_time")
)

// Forms are the tables in the order in which reports list them.
var Forms = []*Form{Mdtrt, Setl, FeeList, Diag, Oprn, PsnInfo, Fixmedins, DrInfo, RecordList, StockList, DrugTrac}

// OfPersons says whether the rows of a table are insured persons', by psn_no: only
// these make histories. Rows of stock_d and drug_trac_d are spread over the lake's
// buckets by institution and by trace code, those of the registers not at all.
func OfPersons(table string) bool {
	f := FormOf(table)
	return f != nil && f.PersonBy == psnNo
}

// psnNo is the column with the number of an insured person.
const psnNo = "psn_no"

// Tables are the lake's tables of Forms.
var Tables = tablesOf(Forms)

// aliases are names seen in the field for columns of the templates: those of the
// interface's transactions (2204, 2207, 2301, 2304) and of local exports.
var aliases = map[string]string{
	"feedetl_sn": "bkkp_sn", "overlmt_amt": "overlmt_selfpay", "inscp_scp_amt": "inscp_amt",
	"bilg_dr_codg": "bilg_dr_code", "orders_dr_code": "acord_dr_code", "orders_dr_name": "acord_dr_name",
	"rxno": "rx_drord_no", "drord_no": "rx_drord_no", "psn_part_amt": "psn_pay", "psn_cash_pay": "cash_payamt",
	"hosp_part_amt": "ownpay_hosp_part", "oth_pay": "othfund_pay",
	"个人编号": "psn_no", "个人编码": "psn_no", "人员编码": "psn_no", "就诊流水号": "mdtrt_id", "就诊编号": "mdtrt_id",
	"结算流水号": "setl_id", "结算编号": "setl_id", "费用明细流水号": "bkkp_sn", "明细流水号": "bkkp_sn",
	"医疗机构编码": "fixmedins_code", "医药机构编号": "fixmedins_code", "定点医药机构代码": "fixmedins_code",
	"医疗机构名称": "fixmedins_name", "医药机构名称": "fixmedins_name", "手机号": "mob", "身份证号": "certno",
}

// FormOf returns the national table of that name, nil when there is none.
func FormOf(name string) *Form {
	for _, f := range Forms {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Field returns the position of the named column in f.Fields, -1 when there is none.
func (f *Form) Field(name string) int {
	if i, ok := f.byName[name]; ok {
		return i
	}
	return -1
}

// Required are the columns without which a row means nothing: the key, the person
// (institution, trace code), and in our own tables the kind of row.
func (f *Form) Required() []string {
	names := []string{f.KeyBy}
	if f.PersonBy != "" && f.PersonBy != f.KeyBy {
		names = append(names, f.PersonBy)
	}
	for _, c := range f.Fields {
		if listed[c.Name] != nil {
			names = append(names, c.Name)
		}
	}
	return names
}

// Label names a column to people: 人员编号(psn_no).
func (f *Form) Label(name string) string {
	if i := f.Field(name); i >= 0 {
		return f.Fields[i].Zh + "(" + name + ")"
	}
	return name
}

// form builds a table from its text in national.go. A mistake there is ours and
// stops the program at its start.
func form(t lake.Table, zh, columns string, spans []span, served ...string) *Form {
	f := &Form{Table: &t, Zh: zh, byName: map[string]int{}, byZh: map[string][]int{}, spans: spans, served: served}
	for text := range strings.SplitSeq(columns, ";") {
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		f.add(words)
	}
	for _, name := range append(append([]string{t.KeyBy}, t.MonthBy...), served...) {
		if f.Field(name) < 0 {
			panic(fmt.Sprintf("claim: %s has no column %s", t.Name, name))
		}
	}
	return f
}

var kinds = map[string]lake.Kind{
	"money": lake.Money, "price": lake.Price, "quantity": lake.Quantity, "day": lake.Day, "time": lake.Time,
}

func (f *Form) add(words []string) {
	c := Field{Name: words[0], Zh: words[1], Col: len(f.Columns)}
	if len(words) > 2 {
		kind, id, identity := strings.Cut(words[2], ":")
		c.Kind, c.Code = kinds[kind], kind == "code"
		if identity {
			c.Kept, c.Col = Subject{kind, id}, -1
		}
	}
	f.byName[c.Name] = len(f.Fields)
	f.byZh[headerName(c.Zh)] = append(f.byZh[headerName(c.Zh)], len(f.Fields))
	f.Fields = append(f.Fields, c)
	if c.Col >= 0 {
		f.Columns = append(f.Columns, lake.Column{Name: c.Name, Kind: c.Kind})
	}
}

func tablesOf(forms []*Form) []*lake.Table {
	tables := make([]*lake.Table, len(forms))
	for i, f := range forms {
		tables[i] = f.Table
	}
	return tables
}
