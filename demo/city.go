package demo

import (
	"fmt"
	"strconv"
)

// The city is 云泽市, which does not exist; its division code 371800 is assigned to
// no place. A few of its people see doctors in Xi'an (610100), at hospitals that do
// not exist either.
const (
	cityName   = "云泽市"
	cityCode   = "371800"
	awayRegion = "610113"
	bookRegion = "371822" // where the institutions with books lie
)

var counties = []struct{ code, name string }{
	{"371802", "东湖区"}, {"371803", "西屏区"}, {"371821", "临泽县"}, {"371881", "云岭市"}, {"371899", "市本级"},
}

// institution is a hospital, clinic or pharmacy.
type institution struct {
	index       int
	code, name  string
	region      string
	level       string // hosp_lv as recorded; "": unknown
	rank        int    // 3, 2, 1, 0; -1 unknown
	pharmacy    bool
	clrWay      string // how its stays are paid for
	priceFactor int64  // percent of the catalogue's price for services
	departments []*department
	byCode      map[string]*department
}

// department has its doctors.
type department struct {
	code, name string
	doctors    []doctor
}

// doctor is a row of dr_info_b. grade is that of the title: 主任医师 5 … 医士 1.
type doctor struct {
	code, name string
	grade      int
}

// grades are the titles of a department's doctors, by how many they are.
var grades = map[int][]int{1: {3}, 2: {3, 2}, 4: {4, 3, 3, 2}, 8: {5, 4, 4, 3, 3, 3, 2, 2}}

// city is where everybody lives and falls ill.
type city struct {
	institutions []*institution
	tertiary, secondary, primary,
	clinics, pharmacies, away []*institution
	unknown []*institution // whose level nobody recorded
	peers   []*institution // alike, in one county, with books of what they buy
}

// departmentNames are the departments that conditions name (national codes).
var departmentNames = []struct{ code, name string }{
	{"A02", "全科医疗科"},
	{"A03.01", "呼吸内科"},
	{"A03.02", "消化内科"},
	{"A03.03", "神经内科"},
	{"A03.04", "心血管内科"},
	{"A03.05", "血液内科"},
	{"A03.06", "肾病学"},
	{"A03.07", "内分泌科"},
	{"A04.01", "普通外科"},
	{"A04.03", "骨科"},
	{"A04.04", "泌尿外科"},
	{"A05.01", "妇科"},
	{"A05.02", "产科"},
	{"A07.01", "新生儿科"},
	{"A07.03", "小儿消化科"},
	{"A07.04", "小儿呼吸科"},
	{"A10", "眼科"},
	{"A12", "口腔科"},
	{"A13", "皮肤科"},
	{"A15", "精神科"},
	{"A16", "传染科"},
	{"A19", "肿瘤科"},
	{"A20", "急诊医学科"},
	{"A21", "康复医学科"},
	{"A28", "重症医学科"},
	{"A50", "中医科"},
	{"A22", "运动医学科"},
}

func newCity(seed uint64) *city {
	c := &city{}
	r := newRandom(seed, 1<<62)
	levels := map[int][]string{3: {"2", "3", "02"}, 2: {"5", "6", "05"}, 1: {"8", "9", "14"}, 0: {"11"}}
	add := func(list *[]*institution, rank int, region, name string) *institution {
		x := &institution{
			index: len(c.institutions), name: name, region: region, rank: rank,
			clrWay: pick(&r, []string{"1", "40", "50", "40", "50"}), priceFactor: 100, byCode: map[string]*department{},
		}
		x.code = fmt.Sprintf("H%s%05d", region, x.index+1)
		x.level = pick(&r, levels[rank])
		c.institutions = append(c.institutions, x)
		*list = append(*list, x)
		return x
	}
	for k, name := range []string{"第一人民医院", "中心医院", "中医医院", "第二人民医院", "妇幼保健院"} {
		add(&c.tertiary, 3, counties[4-k%2*4].code, cityName+name)
	}
	for _, county := range counties[:4] {
		for _, name := range []string{"人民医院", "中医院", "康宁医院"} {
			add(&c.secondary, 2, county.code, county.name+name).clrWay = pick(&r, []string{"1", "40", "3"})
		}
		for k := range 6 {
			add(&c.primary, 1, county.code, county.name+towns[(k*7+len(c.primary))%len(towns)]+pick(&r, []string{"卫生院", "社区卫生服务中心"})).clrWay = "1"
		}
		for range 8 {
			add(&c.clinics, 0, county.code, county.name+surnames[r.below(40)]+towns[r.below(len(towns))]+"诊所").clrWay = "1"
		}
		for range 12 {
			p := add(&c.pharmacies, 0, county.code, county.name+towns[r.below(len(towns))]+pick(&r, pharmacyNames))
			p.pharmacy, p.clrWay = true, "1"
			p.code = "P" + p.code[1:]
		}
	}
	for k, name := range []string{"西安云华医院", "西安雁南医院", "西安沣东医院"} {
		add(&c.away, 3-k/2, awayRegion, name).priceFactor = 80
	}
	for _, name := range []string{"康和门诊部", "云泽博爱医院"} {
		x := add(&c.unknown, 0, counties[0].code, name)
		x.level, x.rank = "", -1
	}
	for k := range peerCount {
		add(&c.peers, 1, bookRegion, "云溪县"+towns[k%len(towns)]+[]string{"", "中心"}[k/len(towns)]+"卫生院").clrWay = "1"
	}
	for _, x := range c.institutions {
		c.staff(x, &r)
	}
	return c
}

// staff gives an institution its departments and doctors.
func (c *city) staff(x *institution, r *random) {
	n := []int{1, 2, 4, 8}[max(x.rank, 0)]
	if x.pharmacy {
		n = 0
	}
	for _, d := range departmentNames {
		y := &department{code: d.code, name: d.name}
		for k := range n {
			number := x.index*1000 + len(x.departments)*20 + k + 1
			y.doctors = append(y.doctors, doctor{fmt.Sprintf("D3718%08d", number), personName(hash(uint64(number), 3), 1+r.below(2)), grades[n][k]})
		}
		x.departments = append(x.departments, y)
		x.byCode[d.code] = y
	}
}

// department returns the department of that code, the first that begins with it, or
// general practice.
func (x *institution) department(code string) *department {
	if d := x.byCode[code]; d != nil {
		return d
	}
	for _, d := range x.departments {
		if len(d.code) >= len(code) && d.code[:len(code)] == code {
			return d
		}
	}
	return x.departments[0]
}

var (
	surnames      = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕"}
	givenMale     = []string{"伟", "强", "磊", "军", "勇", "杰", "涛", "超", "明", "刚", "平", "辉", "鹏", "华", "飞", "建国", "志强", "海涛", "文博", "子轩", "浩然", "俊熙", "国栋", "永福"}
	givenFemale   = []string{"芳", "娜", "敏", "静", "丽", "艳", "娟", "霞", "燕", "玲", "桂英", "秀兰", "雨涵", "欣怡", "梓涵", "淑珍", "玉梅", "晓燕", "丹", "萍", "红", "慧", "雪", "婷"}
	towns         = []string{"青石", "柳河", "北桥", "南山", "东岭", "西塘", "白云", "龙泉", "清溪", "长亭", "石门", "双河", "桃园", "梅林"}
	pharmacyNames = []string{"益民大药房", "康源药店", "仁济堂药店", "百草药房"}
	streets       = []string{"人民路", "解放路", "文化街", "滨河路", "建设路", "中山街", "新华路", "学府路"}
	employerNames = []string{"纺织有限公司", "机械厂", "食品有限公司", "小学", "中学", "物流有限公司", "建材有限公司", "电子科技有限公司", "供水公司", "公共交通公司", "农业合作社", "软件有限公司"}
)

// personName makes a name from a number. sex is 1 or 2.
func personName(h uint64, sex int) string {
	given := givenMale
	if sex == 2 {
		given = givenFemale
	}
	return surnames[h%uint64(len(surnames))] + given[h>>16%uint64(len(given))]
}

// certificate returns an identity number with a right check digit whose area (99…)
// no authority has ever given out.
func certificate(birth string, number uint64, sex int) string {
	seq := int(number%499)*2 + sex%2
	s := "99" + fmt.Sprintf("%04d", number/499%10000) + birth + fmt.Sprintf("%03d", seq)
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}

func employer(n uint64) (no, name string) {
	k := n % 400
	return "E3718" + strconv.FormatUint(100000+k, 10), cityName + towns[k%uint64(len(towns))] + employerNames[k%uint64(len(employerNames))]
}
