package knowledge

import "strings"

// testClasses knows the 88 classes of the 2025 list and three of our own, as the
// rule room gives them to this one.
func testClasses(id string) (Class, bool) {
	c, ok := classTable[id]
	return c, ok
}

var classTable = func() map[string]Class {
	table := map[string]Class{}
	for line := range strings.Lines(classLines) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		c := Class{Program: f[1], Name: f[2]}
		if len(f) > 3 {
			c.Check = f[3]
		}
		table[f[0]] = c
	}
	return table
}()

const classLines = `
GZ10000101001000 attribute 药品限工伤保险
GZ10000101002000 attribute 药品限生育保险
GZ10000101003000 never 中药饮片单复方均不予支付
GZ10000101004000 never 中药饮片单方使用不予支付
GZ10000101005000 precedence 药品限二线使用
GZ10000101006000 attribute 药品限新生儿使用
GZ10000101007000 attribute 药品限儿童使用
GZ10000101008000 indication 药品限适应症
GZ10000101009000 quantity 药品限最大开药天数/开药量
GZ10000101010000 duration 药品限支付疗程
GZ10000101011000 benefit 药品超限定病种目录范围使用
GZ10000101012000 attribute 药品限医疗机构级别
BD2025013 attribute 药品限就医方式
GZ10000102001000 price 医疗服务项目超限定单价收费
GZ10000102002000 discount 手术项目未按规定折价收费
GZ10000102003000 attribute 医疗服务项目限工伤保险
GZ10000102004000 attribute 医疗服务项目限生育保险
GZ10000102005000 attribute 医疗服务项目限新生儿使用
GZ10000102006000 attribute 医疗服务项目限儿童使用
GZ10000102007000 indication 医疗服务项目限适应症
GZ10000102008000 attribute 医疗服务项目限科室使用
GZ10000102009000 attribute 医疗服务项目限就医方式
GZ10000102010000 duration 医疗服务项目限支付疗程
GZ10000102011000 attribute 医疗服务项目限医疗机构级别
GZ10000102012000 conflict 医疗服务项目重复收费
GZ10000102013000 split 医疗服务项目分解收费
GZ10000102014000 quantity 医疗服务项目限定频次
GZ10000102015000 amount 医疗服务项目超限定报销总额
BD2025029 attribute 医疗服务项目限年龄
BD2025030 conflict 医疗服务项目与医用耗材重复收费
BD2025031 quantity 医疗服务项目周期超频次
GZ10000103001000 attribute 耗材限新生儿使用
GZ10000103002000 attribute 耗材限儿童使用
GZ10000103003000 amount 耗材超限定报销总额
GZ10000201001000 integrity 医保结算清单信息异常 missing_field
GZ10000201002000 integrity 结算明细信息异常 sum_mismatch
GZ10000201003000 indication 疾病诊断编码异常
GZ10000201004000 integrity 手术操作编码异常 operation_code
GZ10000201005000 consistency 手术操作编码与性别不符
GZ10000201006000 consistency 诊断编码与手术操作编码不符
GZ10000201007000 integrity 就诊数据非实时上传监管 late_upload
GZ10000201008000 integrity 计费日期与住院时间不符 outside_stay
GZ10000202001000 stock 药品进销存异常
GZ10000202002000 periop 围手术期抗菌药物预防性应用监管
GZ10000202003000 attribute 抗菌药物分级使用管理
GZ10000202004000 quantity 药品种类超标
BD2025047 attribute 超互联网医院药品支付范围
GZ10000203001000 stock 医用耗材进销存异常
GZ10000204001000 sequence 分解住院 split_stay
GZ10000204002000 sequence 频繁门诊 frequent_visit
GZ10000204003000 sequence 频繁购药 frequent_purchase
GZ10000204004000 sequence 频繁住院 frequent_stay
GZ10000204005000 sequence 无指征住院（低标准入院） low_indication_stay
GZ10000204006000 consistency 诊断与患者性别不符
GZ10000204007000 consistency 诊断与患者年龄不符
ZB10000205001000 ratio 药费占比统计
ZB10000205002000 ratio 检验检查占比统计
ZB10000205003000 ratio 耗材占比统计
ZB10000205004000 ratio 治疗占比统计
ZB10000205005000 ratio CT检查占比统计
ZB10000205006000 ratio 核磁检查占比统计
ZB10000205007000 ratio 院内感染发生率统计
ZB10000205008000 ratio 非计划再入院率统计
GZ10000301001000 companion 药品与医疗服务项目不符
GZ10000301002000 attribute 药品儿童专用
GZ10000301003000 attribute 药品儿童禁用
GZ10000301004000 attribute 药品区分性别使用
GZ10000301005000 quantity 超说明书用量开药
GZ10000301006000 same_class 重复开药
GZ10000301007000 indication 超说明书适应症用药
GZ10000301008000 indication 药品禁忌症
GZ10000301009000 attribute 老年人用药安全
GZ10000301010000 indication 妊娠期及哺乳期用药安全
GZ10000301011000 conflict 药品相互作用
GZ10000301012000 conflict 中药饮片配伍禁忌
BD2025076 quantity 中药饮片超大处方
BD2025077 quantity 中药饮片超量上传
GZ10000302001000 indication 无指征检验检查
GZ10000302002000 indication 无指征治疗
GZ10000302003000 attribute 医疗服务项目儿童专用
GZ10000302004000 attribute 医疗服务项目区分性别使用
GZ10000302005000 indication 医疗服务项目禁忌症
GZ10000302006000 indication 医疗服务项目超适应症使用
GZ10000303001000 companion 医用耗材与医疗服务项目不符
GZ10000303002000 attribute 医用耗材与科室不符
GZ10000303003000 quantity 医用耗材数量超标
BD2025087 attribute 医用耗材与性别不符
BD2025088 indication 医用耗材限疾病使用
YH0001 sequence 住院时间重叠 overlapping_stay
YH0002 sequence 住院期间门诊或购药 visit_during_stay
YH0003 sequence 死亡后就医 after_death
YH0004 trace 药品追溯码异常
YH0005 share 科室普遍检查
YH0006 expression 自定义检查
`
