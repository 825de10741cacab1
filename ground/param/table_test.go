package param

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"yiheng/ground/calendar"
)

var today = calendar.DayOf(2026, 11, 24)

func day(t testing.TB, text string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// What the program brings along, as the field's regulations state it.
func TestBuiltInValues(t *testing.T) {
	table := NewTable()
	for _, x := range []struct{ key, region, day, want string }{
		{"case.hearing_request_days", "330106", "2026-11-24", "5个工作日（中华人民共和国行政处罚法 第64条；已核对正式文本）"},
		{"case.decide_days", "", "2026-11-24", "90日（中华人民共和国行政处罚法 第60条；已核对正式文本）"},
		{"case.legal_review_days", "", "2026-11-24", "10个工作日（医疗保障行政处罚程序暂行规定 第40条；依据转述，未见正式文本）"},
		{"case.litigation_months", "", "2026-11-24", "6个月（中华人民共和国行政诉讼法；未经核对；须按本地正式文本核定）"},
		{"case.surcharge", "", "2026-11-24", "3%（中华人民共和国行政处罚法 第72条；已核对正式文本）"},
		{"case.court_demand_days", "", "2026-11-24", "10个工作日（中华人民共和国行政强制法 第54、69条；已核对正式文本）"},
		{"case.simple_max.org", "", "2026-11-24", "3000元（中华人民共和国行政处罚法 第51条；已核对正式文本）"},
		{"case.publish_days", "330106", "2026-11-24", "7个工作日（国办发〔2018〕118号；未经核对；须按本地正式文本核定）"},
		{"case.publish_days", "210102", "2026-11-24", "7日（辽宁省医疗保障行政处罚程序规定；地方做法；须按本地正式文本核定）"},
		{"case.hearing_threshold.org", "210102", "2026-11-24", "10000元（辽宁省医疗保障行政处罚程序规定；地方做法；须按本地正式文本核定）"},
		{"fine.art40.max", "", "2026-11-24", "5倍（医疗保障基金使用监督管理条例 第40条；已核对正式文本）"},
		{"transfer.approve_days", "", "2026-11-24", "3日（不顺延）（行政执法机关移送涉嫌犯罪案件的规定 第5条；已核对正式文本）"},
		{"transfer.send_hours", "", "2026-11-24", "24小时（行政执法机关移送涉嫌犯罪案件的规定 第5条；已核对正式文本）"},
		{"reward.cap", "", "2022-12-31", "100000元（2018年欺诈骗取医疗保障基金行为举报奖励暂行办法；地方做法；须按本地正式文本核定）"},
		{"reward.cap", "", "2023-01-01", "200000元（医保办发〔2022〕22号；依据转述，未见正式文本）"},
		{"reward.rate.level1", "510903", "2026-11-24", "3%（遂宁市举报奖励细则；地方做法；须按本地正式文本核定）"},
		{"monitor.appeal_days", "330106", "2026-11-24", "5个工作日（系统设计默认值，没有法定数字；须按本地正式文本核定）"},
		{"employer.late_fee", "", "2026-11-24", "0.05%（中华人民共和国社会保险法 第86条；已核对正式文本）"},
		{"points.emergency_exempt", "", "2026-11-24", "是（医保发〔2024〕23号；依据转述，未见正式文本）"},
		{"trace.full_upload_from", "", "2026-11-24", "2026-01-01（四部门追溯码通知（2025）；依据转述，未见正式文本）"},
		{"discretion.art38.light_max", "", "2026-11-24", "1.3倍（系统设计默认值，没有法定数字；须按本地正式文本核定）"},
	} {
		a, err := table.At(x.key, x.region, day(t, x.day))
		if err != nil || a.String() != x.want || a.Stored {
			t.Errorf("%s in %q on %s:\n%v, %v, want\n%s", x.key, x.region, x.day, a, err, x.want)
		}
		if unsure := !a.Certainty.Confirmed(); unsure != (a.Caution == "须按本地正式文本核定") || unsure != strings.Contains(a.String(), Caution) {
			t.Errorf("%s is %s and says %q", x.key, string(a.Certainty), a.Caution)
		}
	}
}

func TestNoValue(t *testing.T) {
	table := NewTable()
	for _, x := range []struct{ key, region, day, want string }{
		{"case.hearing_threshold.org", "330106", "2026-11-24", "参数 case.hearing_threshold.org（对法人和其他组织较大数额罚款的听证标准）在 330106 于 2026-11-24 没有值：请按本地正式文本录入"},
		{"transfer.fraud_amount.large", "", "2026-11-24", "在 全国 于 2026-11-24 没有值"},
		{"fine.art38.max", "330106", "2021-04-30", "没有值"}, // the regulation came into force a day later
	} {
		_, err := table.At(x.key, x.region, day(t, x.day))
		if !errors.Is(err, ErrNone) || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", x.key, err, x.want)
		}
	}
	if _, err := table.At("case.hearing_days", "", today); err == nil || errors.Is(err, ErrNone) || !strings.Contains(err.Error(), "“case.hearing_days”不认识") {
		t.Errorf("an unknown key: %v", err)
	}
	if _, err := table.At("case.decide_days", "33", today); err == nil || !strings.Contains(err.Error(), "六位") {
		t.Errorf("a malformed region: %v", err)
	}
}

// setting is the value of one key; document and certainty stand for an office's.
func setting(t testing.TB, key, region, from, to, value string) Setting {
	t.Helper()
	k, ok := KeyOf(key)
	if !ok {
		t.Fatal(key)
	}
	v, err := ParseValue(k.Kind, value)
	if err != nil {
		t.Fatal(err)
	}
	return Setting{Key: key, Region: region, From: day(t, from), To: day(t, to), Value: v, Certainty: Primary, Document: "浙医保发〔2025〕1号", Article: "第三条"}
}

func TestInheritance(t *testing.T) {
	const key = "monitor.appeal_days" // 5 working days by design
	table := NewTable(
		setting(t, key, "330000", "2025-01-01", "", "10个工作日"),
		setting(t, key, "330100", "2025-07-01", "2025-12-31", "7个工作日"),
		setting(t, key, "330106", "2025-09-01", "2025-10-31", "15日"),
		setting(t, key, "330106", "2025-10-01", "", "8个工作日"),
		setting(t, key, "340199", "", "", "6个工作日"),
		setting(t, "monitor.panel_days", "", "2026-01-01", "", "30个工作日"),
	)
	for _, x := range []struct{ region, day, want, why string }{
		{"330106", "2024-12-31", "5个工作日", "the whole country's"},
		{"330106", "2025-01-01", "10个工作日", "the province's"},
		{"330106", "2025-07-01", "7个工作日", "the city's"},
		{"330106", "2025-09-01", "15日", "the county's"},
		{"330106", "2025-09-30", "15日", "its last day before the newer"},
		{"330106", "2025-10-01", "8个工作日", "of two of one place the one that was stored later"},
		{"330106", "2026-01-01", "8个工作日", "still the county's"},
		{"330110", "2025-09-01", "7个工作日", "another county of the city"},
		{"330110", "2026-01-01", "10个工作日", "the city's has ended: the province's"},
		{"330199", "2025-09-01", "7个工作日", "the city's own pool"},
		{"339900", "2025-09-01", "10个工作日", "the province's own pool"},
		{"330200", "2025-09-01", "10个工作日", "another city"},
		{"340106", "2025-09-01", "5个工作日", "another province: a pool's value is not its city's"},
		{"340199", "2025-09-01", "6个工作日", "the pool itself"},
		{"", "2025-09-01", "5个工作日", "the whole country"},
	} {
		a, err := table.At(key, x.region, day(t, x.day))
		if err != nil || a.Value.String() != x.want {
			t.Errorf("%s on %s: %v, %v, want %s (%s)", x.region, x.day, a, err, x.want, x.why)
		}
		if a.Stored != (x.want != "5个工作日") {
			t.Errorf("%s on %s: stored is %v", x.region, x.day, a.Stored)
		}
	}
	if a, _ := table.At("monitor.panel_days", "330106", today); a.Value.String() != "30个工作日" || a.Caution != "" {
		t.Errorf("the whole country's value stored: %v", a)
	}
}

func TestSettingRefused(t *testing.T) {
	good := "monitor.appeal_days,330000,2026-01-01,,10个工作日,V,文件,第一条,\n"
	if _, err := ReadSettings(strings.NewReader(strings.Join(header, ",") + "\n" + good)); err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct{ line, want string }{
		"columns":         {"monitor.appeal_days,全国", "第 2 行：有 2 列，应为 9 列"},
		"key":             {"monitor.apeal_days,全国,,,1,V,文件,,", "参数“monitor.apeal_days”不认识"},
		"no region":       {"monitor.appeal_days,,,,10日,V,文件,,", "没有写区划"},
		"region":          {"monitor.appeal_days,33,,,10日,V,文件,,", "区划“33”不是六位"},
		"region of zeros": {"monitor.appeal_days,000000,,,10日,V,文件,,", "区划“000000”不是六位"},
		"from":            {"monitor.appeal_days,全国,元旦,,10日,V,文件,,", "起期“元旦”不是日期"},
		"to":              {"monitor.appeal_days,全国,,年底,10日,V,文件,,", "止期“年底”不是日期"},
		"to before from":  {"monitor.appeal_days,全国,2026-02-01,2026-01-01,10日,V,文件,,", "止期 2026-01-01 早于起期 2026-02-01"},
		"no value":        {"monitor.appeal_days,全国,,,,V,文件,,", "参数 monitor.appeal_days：值是空的"},
		"period":          {"monitor.appeal_days,全国,,,十天,V,文件,,", "期限“十天”不认识"},
		"no unit":         {"monitor.appeal_days,全国,,,10,V,文件,,", "期限“10”不认识"},
		"money":           {"intctl.dual_control_amount,全国,,,二十万,V,文件,,", "“二十万”不是数字"},
		"money, too fine": {"intctl.dual_control_amount,全国,,,1.234,V,文件,,", "小数最多 2 位"},
		"money, huge":     {"intctl.dual_control_amount,全国,,,99999999999999999999,V,文件,,", "太大"},
		"negative":        {"intctl.dual_control_amount,全国,,,-5,V,文件,,", "“-5”不是数字"},
		"count":           {"flight.min_officers,全国,,,2.5,V,文件,,", "小数最多 0 位"},
		"ratio":           {"random.ratio.a,全国,,,2‰,V,文件,,", "“2‰”不是数字"},
		"ratio, too fine": {"random.ratio.a,全国,,,0.00001%,V,文件,,", "小数最多 4 位"},
		"date":            {"trace.full_upload_from,全国,,,明年,V,文件,,", "日期“明年”应写成"},
		"flag":            {"points.emergency_exempt,全国,,,true,V,文件,,", "“true”应写成“是”或“否”"},
		"certainty":       {"monitor.appeal_days,全国,,,10日,真,文件,,", "确定性“真”不认识"},
		"no document":     {"monitor.appeal_days,全国,,,10日,V,,,", "没有写明文件"},
		"national law":    {"case.pay_days,330000,,,30日,V,文件,,", "参数 case.pay_days（缴纳罚款的期限）由国家统一规定，330000 不能另行设定"},
		"below the least": {"transfer.fraud_amount.large,330000,,,2999,V,文件,,", "不能低于 3000元：“2999元”超出法定界限"},
		"above the most":  {"transfer.fraud_amount.large,330000,,,10000.01,V,文件,,", "不能高于 10000元"},
		"a shorter right": {"case.hearing_request_days,330000,,,3个工作日,V,文件,,", "不能低于 5个工作日"},
		"another unit":    {"case.hearing_request_days,330000,,,7日,V,文件,,", "单位应与法定界限 5个工作日 相同"},
		"two at a time":   {good + strings.Replace(good, "2026-01-01", "2026-05-01", 1), "第 3 行：与同表另一行（值 10个工作日）的有效期重叠"},
		"quotes":          {"\"monitor.appeal_days", "参数表从第 2 行起引号不成对"},
	} {
		_, err := ReadSettings(strings.NewReader(strings.Join(header, ",") + "\n" + x.line + "\n"))
		if err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v, want %q", name, err, x.want)
		}
	}
	if _, err := ReadSettings(strings.NewReader("键,值\n")); err == nil || !strings.Contains(err.Error(), "表头是“键,值”") {
		t.Errorf("another header: %v", err)
	}
}

func TestSettingsRoundTrip(t *testing.T) {
	var text bytes.Buffer
	if err := WriteSettings(&text, BuiltIn()); err != nil {
		t.Fatal(err)
	}
	if text.String() != valuesCSV {
		t.Error("writing the built-in settings gives another file")
	}
	if again, err := ReadSettings(strings.NewReader("\ufeff" + strings.ReplaceAll(text.String(), "\n", "\r\n"))); err != nil || len(again) != len(BuiltIn()) {
		t.Errorf("as a spreadsheet saves it: %d, %v", len(again), err)
	}
}

// Every key says what it means, and has a value somewhere or a bound that a province
// fills.
func TestKeys(t *testing.T) {
	valued := map[string]bool{}
	for _, s := range BuiltIn() {
		valued[s.Key] = true
	}
	for _, k := range Keys() {
		if k.Meaning == "" || k.Kind == Money != (k.Unit == "元") || k.Kind == Period && k.Unit != "" || (k.Kind == Count || k.Kind == Ratio) && k.Unit == "" {
			t.Errorf("%+v", k)
		}
		if !valued[k.Name] && k.Least == (Value{}) {
			t.Errorf("%s has neither value nor bound", k.Name)
		}
	}
	if len(Keys()) < 250 {
		t.Errorf("%d keys", len(Keys()))
	}
}

func FuzzReadSettings(f *testing.F) {
	f.Add(valuesCSV[:3000])
	f.Add(strings.Join(header, ",") + "\nreward.cap,全国,,2022-12-31,100000.5,L,\"a,\nb\",,\n")
	f.Fuzz(func(t *testing.T, text string) {
		settings, err := ReadSettings(strings.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := WriteSettings(&again, settings); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadSettings(&again); err != nil {
			t.Errorf("what was read and written is refused: %v\n%q", err, text)
		}
	})
}
