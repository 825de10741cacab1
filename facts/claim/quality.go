package claim

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"yiheng/facts/lake"
	"yiheng/ground/calendar"
)

// Issue is a kind of doubt about the data of one institution. Rows with issues are
// kept: an issue says how far results can be trusted, it accuses nobody.
type Issue struct {
	Table       string   `json:"table"`
	Kind        string   `json:"kind"`        // one of the names in issueNames
	Name        string   `json:"name"`        // the kind in Chinese
	Institution string   `json:"institution"` // fixmedins_code, "" when the row states none
	Count       int64    `json:"count"`
	Samples     []Sample `json:"samples"`
}

// Sample is one row with an issue.
type Sample struct {
	File   string `json:"file"`
	Line   int64  `json:"line"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

const mostSamples = 5

// issueNames are the kinds of issues with what they are called.
var issueNames = map[string]string{
	"sum_parts":     "医疗费总额不等于基金支付、个人支付与医院负担之和",
	"sum_scope":     "医疗费总额不等于全自费、超限价、先行自付与符合范围金额之和",
	"person_parts":  "个人支付不等于个人账户支出与现金支付之和",
	"fund_parts":    "基金支付总额不等于各项基金支出之和",
	"line_product":  "明细总额不等于数量乘以单价",
	"line_scope":    "符合范围金额不等于总额减去全自费、超限价与先行自付",
	"date_future":   "日期晚于导入当日",
	"date_old":      "日期早于 2000 年",
	"birth_later":   "出生日期晚于服务日期",
	"span_reversed": "结束时间早于开始时间",
	"key_twice":     "主键重复",
	"key_moved":     "主键改属另一参保人",
	"line_orphan":   "费用明细没有对应的结算",
	"stock_balance": "本期结存数不等于上期结存数加本期收入数减本期支出数",
}

// quality counts the issues of one file. Each worker has its own.
type quality struct {
	form   *Form
	today  calendar.Day
	name   string                       // of the file
	issues map[string]map[string]*Issue // by kind and institution
}

func newQuality(f *Form, name string, today calendar.Day) *quality {
	return &quality{form: f, name: name, today: today, issues: map[string]map[string]*Issue{}}
}

// note counts an issue of a row; detail is asked only for the samples.
func (q *quality) note(m *mill, b block, row int, kind string, detail func() string) {
	var institution []byte
	if i := q.form.Field("fixmedins_code"); i >= 0 && m.column[i] >= 0 {
		institution = b.cell(m.column[i], row)
	}
	i := q.issue(kind, institution)
	i.Count++
	if line := b.line(row); len(i.Samples) < mostSamples || line < i.Samples[mostSamples-1].Line {
		i.sample(Sample{q.name, line, m.textOf(b, row, q.form.KeyBy), detail()})
	}
}

func (q *quality) issue(kind string, institution []byte) *Issue {
	byInstitution := q.issues[kind]
	if byInstitution == nil {
		byInstitution = map[string]*Issue{}
		q.issues[kind] = byInstitution
	}
	i := byInstitution[string(institution)]
	if i == nil {
		i = &Issue{Table: q.form.Name, Kind: kind, Name: issueNames[kind], Institution: string(institution)}
		byInstitution[i.Institution] = i
	}
	return i
}

// sample keeps the first rows, whichever worker saw them first.
func (i *Issue) sample(s Sample) {
	at, _ := slices.BinarySearchFunc(i.Samples, s, func(a, b Sample) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	if at < mostSamples {
		i.Samples = slices.Insert(i.Samples, at, s)
		i.Samples = i.Samples[:min(len(i.Samples), mostSamples)]
	}
}

func (q *quality) merge(o *quality) {
	for kind, byInstitution := range o.issues {
		for institution, i := range byInstitution {
			mine := q.issue(kind, []byte(institution))
			mine.Count += i.Count
			for _, s := range i.Samples {
				mine.sample(s)
			}
		}
	}
}

func (m *mill) textOf(b block, row int, name string) string {
	if i := m.form.Field(name); i >= 0 && m.column[i] >= 0 {
		return string(b.cell(m.column[i], row))
	}
	return ""
}

// check looks at the kept rows of a block.
func (q *quality) check(m *mill, b block) {
	switch q.form {
	case Setl:
		q.checkSettlement(m, b)
	case FeeList:
		q.checkLine(m, b)
	case StockList:
		q.checkCarry(m, b)
	}
	q.checkDates(m, b)
	q.checkBirth(m, b)
	for _, s := range q.form.spans {
		if !s.refuse {
			q.checkSpan(m, b, s)
		}
	}
}

// sum is what the money columns of a row add up to; ok is false when one is unknown.
func sum(row int32, columns ...[]int64) (total int64, ok bool) {
	for _, c := range columns {
		if c == nil || c[row] == lake.NullInt {
			return 0, false
		}
		total += c[row]
	}
	return total, true
}

func near(a, b int64) bool { return a-b <= 1 && b-a <= 1 }

// checkSettlement checks the identities of a settlement's money that the interface
// specification states, to 0.01 yuan and only where all parts are stated: 医疗费总额
// = 基金支付总额 + 个人负担 + 医院负担; 个人负担 = 个账 + 现金; 基金支付总额 = its parts.
// A hospital's part that is not stated can only make the total larger.
func (q *quality) checkSettlement(m *mill, b block) {
	v := m.values
	total, fund, person := v("medfee_sumamt"), v("fund_pay_sumamt"), v("psn_pay")
	hospital, account, cash := v("ownpay_hosp_part"), v("acct_pay"), v("cash_payamt")
	full, over, pre, scope := v("fulamt_ownpay_amt"), v("overlmt_selfpay"), v("preselfpay_amt"), v("inscp_amt")
	parts := [][]int64{
		v("hifp_pay"), v("cvlserv_pay"), v("hifes_pay"), v("hifmi_pay"), v("hifob_pay"),
		v("hifdm_pay"), v("maf_pay"), v("othfund_pay"),
	}
	for _, r := range m.keeping {
		row := int(r)
		if whole, ok := sum(r, total); ok {
			if got, ok := sum(r, fund, person, hospital); ok && !near(got, whole) {
				q.note(m, b, row, "sum_parts", func() string { return fmt.Sprintf("%s ≠ %s", Money(whole), Money(got)) })
			} else if got, known := sum(r, fund, person); !ok && known && abs(got) > abs(whole)+1 {
				q.note(m, b, row, "sum_parts", func() string { return fmt.Sprintf("%s < %s", Money(whole), Money(got)) })
			}
			if got, ok := sum(r, full, over, pre, scope); ok && !near(got, whole) {
				q.note(m, b, row, "sum_scope", func() string { return fmt.Sprintf("%s ≠ %s", Money(whole), Money(got)) })
			}
		}
		if whole, ok := sum(r, person); ok {
			if got, ok := sum(r, account, cash); ok && !near(got, whole) {
				q.note(m, b, row, "person_parts", func() string { return fmt.Sprintf("%s ≠ %s", Money(whole), Money(got)) })
			}
		}
		if whole, ok := sum(r, fund); ok {
			if got, ok := sum(r, parts...); ok && !near(got, whole) {
				q.note(m, b, row, "fund_parts", func() string { return fmt.Sprintf("%s ≠ %s", Money(whole), Money(got)) })
			}
		}
	}
}

// checkLine checks 总额 = 数量 × 单价 and 符合范围 = 总额 − 全自费 − 超限价 − 先行自付, to 0.01 yuan.
func (q *quality) checkLine(m *mill, b block) {
	v := m.values
	total, count, price := v("det_item_fee_sumamt"), v("cnt"), v("pric")
	full, over, pre, scope := v("fulamt_ownpay_amt"), v("overlmt_selfpay"), v("preselfpay_amt"), v("inscp_amt")
	for _, r := range m.keeping {
		row := int(r)
		whole, ok := sum(r, total)
		if !ok {
			continue
		}
		if _, ok := sum(r, count, price); ok {
			if got, ok := product(count[r], price[r]); ok && !near(got, whole) {
				q.note(m, b, row, "line_product", func() string {
					return fmt.Sprintf("%s ≠ %s × %s", Money(whole), Quantity(count[r]), Price(price[r]))
				})
			}
		}
		if got, ok := sum(r, full, over, pre, scope); ok && !near(got, whole) {
			q.note(m, b, row, "line_scope", func() string {
				return fmt.Sprintf("%s ≠ %s − %s − %s − %s",
					Money(scope[r]), Money(whole), Money(full[r]), Money(over[r]), Money(pre[r]))
			})
		}
	}
}

// checkCarry checks 结存 = 上期结存 + 收入 − 支出 of a month's carry-forward. Some books write
// what went out as negative.
func (q *quality) checkCarry(m *mill, b block) {
	v := m.values
	opening, in, out, closing := v("opening_cnt"), v("in_cnt"), v("out_cnt"), v("closing_cnt")
	for _, r := range m.keeping {
		before, ok := sum(r, opening, in)
		if _, known := sum(r, out, closing); !ok || !known || before-abs(out[r]) == closing[r] {
			continue
		}
		q.note(m, b, int(r), "stock_balance", func() string {
			return fmt.Sprintf("%s ≠ %s + %s − %s", Quantity(closing[r]), Quantity(opening[r]), Quantity(in[r]), Quantity(abs(out[r])))
		})
	}
}

// product is quantity × price in fen, rounded half up; ok is false beyond int64.
func product(count, price int64) (fen int64, ok bool) {
	const scale = 1e8 // 4 + 6 decimals less the 2 of fen
	hi, lo := bits.Mul64(uint64(abs(count)), uint64(abs(price)))
	lo, carry := bits.Add64(lo, scale/2, 0)
	if hi += carry; hi >= scale {
		return 0, false
	}
	quotient, _ := bits.Div64(hi, lo, scale)
	if quotient > 1<<62 {
		return 0, false
	}
	if count < 0 != (price < 0) {
		return -int64(quotient), true
	}
	return int64(quotient), true
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

var year2000 = calendar.DayOf(2000, 1, 1)

// checkDates looks for days of service before 2000 and after the day of intake.
func (q *quality) checkDates(m *mill, b block) {
	for _, name := range q.form.served {
		values := m.values(name)
		if values == nil {
			continue
		}
		kind := q.form.Fields[q.form.Field(name)].Kind
		for _, r := range m.keeping {
			switch d := dayOf(values[r], kind); {
			case d == calendar.NoDay:
			case d > q.today:
				q.note(m, b, int(r), "date_future", func() string { return fmt.Sprintf("%s %s", q.form.Label(name), d) })
			case d < year2000:
				q.note(m, b, int(r), "date_old", func() string { return fmt.Sprintf("%s %s", q.form.Label(name), d) })
			}
		}
	}
}

// checkBirth looks for persons born after their service, or after today.
func (q *quality) checkBirth(m *mill, b block) {
	birth := m.values("brdy")
	if birth == nil {
		return
	}
	for _, r := range m.keeping {
		born := dayOf(birth[r], lake.Day)
		if born == calendar.NoDay {
			continue
		}
		if born > q.today {
			q.note(m, b, int(r), "date_future", func() string { return fmt.Sprintf("%s %s", q.form.Label("brdy"), born) })
			continue
		}
		for _, name := range q.form.served {
			values := m.values(name)
			if values == nil {
				continue
			}
			if d := dayOf(values[r], q.form.Fields[q.form.Field(name)].Kind); d != calendar.NoDay && born > d {
				q.note(m, b, int(r), "birth_later", func() string {
					return fmt.Sprintf("%s %s 晚于 %s %s", q.form.Label("brdy"), born, q.form.Label(name), d)
				})
				break
			}
		}
	}
}

func (q *quality) checkSpan(m *mill, b block, s span) {
	begin, end := m.values(s.begin), m.values(s.end)
	if begin == nil || end == nil {
		return
	}
	for _, r := range m.keeping {
		from, to := calendar.Time(begin[r]), calendar.Time(end[r])
		if from == calendar.NoTime || to == calendar.NoTime || to >= from || to.Day() == from.Day() && !to.HasClock() {
			continue
		}
		q.note(m, b, int(r), "span_reversed", func() string {
			return fmt.Sprintf("%s %s 早于 %s %s", q.form.Label(s.end), to, q.form.Label(s.begin), from)
		})
	}
}
