package review

import "yiheng/ground/paper"

// The papers of the chain, in words of our own. The number, date and organ are every
// paper's; what the other fields hold is said in paper.go.

// listing is the annex of every paper: the findings, a line each, with what the paper
// says of the money of each.
func listing(title, amount string) paper.Block {
	return paper.Block{Kind: paper.Annex, Text: title, Table: listTable, Columns: []paper.Column{
		{Title: "序号", Share: 4},
		{Title: "疑点编号", Share: 10},
		{Title: "规则", Share: 11},
		{Title: "就诊编号", Share: 9},
		{Title: "日期", Share: 9},
		{Title: "疑点金额（元）", Share: 8, Right: true},
		{Title: amount, Share: 8, Right: true},
		{Title: "主疑点", Share: 8},
	}}
}

const listTable = "findings"

func address() paper.Block { return paper.Block{Kind: paper.Address, Text: "{recipient}："} }

func heading(text string) paper.Block { return paper.Block{Kind: paper.Heading, Text: text} }

func say(text string) paper.Block { return paper.Block{Kind: paper.Paragraph, Text: text} }

var (
	signed  = paper.Block{Kind: paper.Sign}
	receipt = paper.Block{Kind: paper.Receipt}
)

// countedOnce says how money that several findings claim is counted.
const countedOnce = "同一笔费用涉及多条疑点的，金额只计一次：“疑点金额”是该疑点本身的金额，计入主疑点的部分不再重复计算；主疑点排除后，相应金额由其余疑点计入，届时另行处理。"

var (
	fieldCount  = paper.Field{Name: "count", Title: "疑点条数"}
	fieldAmount = paper.Field{Name: "amount", Title: "金额合计（元）"}
	fieldDays   = paper.Field{Name: "days", Title: "费用发生的期间"}
	fieldReason = paper.Field{Name: "reason", Title: "事由", Optional: true}
	fieldPeriod = paper.Field{Name: "period", Title: "期限"}
	fieldUntil  = paper.Field{Name: paper.FieldUntil, Title: "期限届满日", Optional: true}
	fieldSource = paper.Field{Name: "source", Title: "所依据的文书或决定", Optional: true}
)

// declarePaper declares a paper of the chain that names insured persons.
func declarePaper(kind, title, word string, fields []paper.Field, blocks ...paper.Block) *paper.Template {
	return paper.Declare(paper.Template{Kind: "review." + kind, Title: title, Word: word, Version: 1, Personal: true, Fields: fields, Blocks: blocks})
}

// templates are the papers by the moves that make them.
var templates = map[string]*paper.Template{}

func init() {
	common := []paper.Field{fieldCount, fieldAmount, fieldDays, fieldReason}
	with := func(more ...paper.Field) []paper.Field { return append(common[:len(common):len(common)], more...) }
	for _, t := range []struct {
		moves    []string
		template *paper.Template
	}{
		{[]string{"suspect", "adopt_again"}, noticeTemplate(with(fieldPeriod, fieldUntil))},
		{[]string{"verify_first", "verify_second"}, verifyTemplate(with(fieldPeriod, fieldUntil))},
		{[]string{"report_first", "report_second"}, reportTemplate(common)},
		{[]string{"uphold"}, upholdTemplate(with(fieldPeriod, fieldUntil))},
		{[]string{"overturn"}, droppedTemplate("overturn", "复审意见书", "复审", "复审", common)},
		{[]string{"overturn_part"}, partTemplate("overturn_part", "复审意见书", "复审", "复审", common)},
		{[]string{"panel_uphold"}, panelTemplate(common)},
		{[]string{"panel_overturn"}, droppedTemplate("panel_overturn", "合议意见书", "合议", "合议", common)},
		{[]string{"panel_overturn_part"}, partTemplate("panel_overturn_part", "合议意见书", "合议", "合议", common)},
		{[]string{"confirm"}, finalTemplate(with(fieldUntil))},
		{[]string{"overrule"}, droppedTemplate("overrule", "终审意见书", "终审", "终审", common)},
		{[]string{"deduct"}, deductTemplate(with(fieldSource))},
		{[]string{"recover"}, recoverTemplate(with(fieldSource))},
		{[]string{"agreement"}, agreementTemplate(common)},
		{[]string{"lead"}, leadTemplate(common)},
	} {
		for _, move := range t.moves {
			templates[move] = t.template
		}
	}
}

func noticeTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("notice", "疑点告知书", "疑告", fields,
		address(),
		say("依据《医疗保障基金使用监督管理条例》和《"+rules+"》，{organ}对你单位{days}发生的医疗费用进行了智能审核，并经初审人员逐项核对，认定其中{count}条存在违反医疗保障基金使用规定的疑点，涉及金额{amount}元。现将疑点、依据和你单位的权利告知如下。"),
		heading("一、疑点事实"),
		say("疑点所触发的规则、涉及的就诊和费用日期、金额见附件《疑点明细表》；逐条的费用明细、佐证材料和规则依据可在医疗保障智能监管系统中按疑点编号查阅。"),
		say("初审意见：{reason}"),
		say(countedOnce),
		heading("二、法律依据"),
		say("医疗机构应当按照《医疗保障基金使用监督管理条例》的规定合理、规范使用医疗保障基金。疑点的处理程序依照《"+rules+"》执行；各疑点具体违反的规定见明细所列规则依据。"),
		heading("三、陈述、申辩和申诉的权利"),
		say("对上述疑点，你单位依法享有陈述和申辩的权利。不认可的，应当在{period}内（{until}）通过医疗保障智能监管系统提出申诉，说明理由并提交病历、医嘱、检查检验报告、费用清单、购销存凭证等材料；部分不认可的，可以只就该部分申诉。在终审作出前，不扣减、不追回有关费用。"),
		say("认可疑点的，可以在系统中直接确认。期满未申诉也未确认的，不视为认可，由终审人员依据现有材料作出结论。确有正当理由不能按期申诉的，可以在期满前申请延长。"),
		signed, listing("疑点明细表", "计入金额（元）"), receipt)
}

func verifyTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("verify", "核查通知书", "核通", fields,
		address(),
		say("{organ}在审核你单位{days}发生的医疗费用时，发现{count}条疑点（涉及金额{amount}元）需要进一步调查核实。依据《医疗保障基金使用监督管理条例》和《"+rules+"》，现就有关事项通知如下。"),
		heading("一、核查事由"),
		say("{reason}"),
		heading("二、需要配合的事项"),
		say("请你单位按附件《核查疑点清单》准备住院病案或门诊病历、医嘱、检查检验报告、费用清单、药品和耗材的购销存凭证及追溯码记录等材料，安排熟悉情况的人员到场说明，如实提供有关资料，不得拒绝、阻碍核查或者隐匿、伪造、销毁证据。"),
		heading("三、核查期限和人员"),
		say("核查期限为{period}（{until}）。现场核查由两名以上核查人员进行，核查人员应当出示证件。你单位认为核查人员与本事项有利害关系的，有权申请其回避。"),
		signed, listing("核查疑点清单", "待核金额（元）"), receipt)
}

func reportTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("report", "核查报告", "核报", fields,
		heading("一、核查对象和范围"),
		say("被核查单位：{recipient}。核查范围为{days}发生的医疗费用中的{count}条疑点，涉及金额{amount}元，见附件《核查疑点清单》。"),
		heading("二、核查情况"),
		say("{reason}"),
		heading("三、核查依据"),
		say("本次核查依据《医疗保障基金使用监督管理条例》和《"+rules+"》进行。核查取得的病历、费用清单、询问记录等材料附于各疑点之下。"),
		heading("四、核查意见"),
		say("以上情况供审核人员作出结论时参考。本报告为内部文书，不作为对被核查单位的处理决定。"),
		signed, listing("核查疑点清单", "待核金额（元）"))
}

func upholdTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("uphold", "复审意见书", "复审", fields,
		address(),
		say("你单位对{days}发生的医疗费用中{count}条疑点提出的申诉，已由未参加初审的复审人员审查完毕。现提出复审意见如下。"),
		heading("一、复审意见"),
		say("维持对上述疑点的认定，认定金额{amount}元，见附件《复审认定明细表》。申诉成立的部分已予扣除，不再计入。"),
		say("理由：{reason}"),
		heading("二、依据"),
		basis,
		heading("三、申请合议的权利"),
		say("不同意本意见的，可以在{period}内（{until}）申请合议，由三名以上单数的人员组成合议组审议。期满未申请的，转入终审；在终审作出前，不扣减、不追回有关费用。"),
		signed, listing("复审认定明细表", "认定金额（元）"), receipt)
}

// droppedTemplate is the paper of a review that upholds nothing.
func droppedTemplate(kind, title, word, stage string, fields []paper.Field) *paper.Template {
	return takenBackTemplate(kind, title, word, fields,
		"你单位{days}发生的医疗费用中的{count}条疑点，已经"+stage+"审查完毕。现将意见告知如下。",
		"撤销对上述疑点的认定，涉及的金额{amount}元不再追究，见附件《撤销疑点明细表》。")
}

// partTemplate is the paper of a review that upholds nothing of what is contested.
func partTemplate(kind, title, word, stage string, fields []paper.Field) *paper.Template {
	return takenBackTemplate(kind, title, word, fields,
		"你单位对{days}发生的医疗费用中{count}条疑点的一部分提出异议，已经"+stage+"审查完毕。现将意见告知如下。",
		"你单位有异议的部分不予认定，涉及的金额{amount}元不再追究，见附件《撤销疑点明细表》。你单位已认可的部分转入终审，在终审作出前，不扣减、不追回有关费用。")
}

// takenBackTemplate is the paper of a review that takes findings back, all or a part.
func takenBackTemplate(kind, title, word string, fields []paper.Field, occasion, opinion string) *paper.Template {
	return declarePaper(kind, title, word, fields,
		address(),
		say(occasion),
		heading("一、审查意见"),
		say(opinion),
		say("理由：{reason}"),
		heading("二、依据"),
		basis,
		say(countedOnce),
		signed, listing("撤销疑点明细表", "撤销金额（元）"), receipt)
}

func panelTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("panel_uphold", "合议意见书", "合议", fields,
		address(),
		say("你单位{days}发生的医疗费用中的{count}条疑点，已由三名以上单数的合议组成员表决。现将合议意见告知如下。"),
		heading("一、合议意见"),
		say("合议组按多数意见维持对上述疑点的认定，认定金额{amount}元，见附件《合议认定明细表》。"),
		say("理由：{reason}"),
		heading("二、依据"),
		basis,
		heading("三、后续程序"),
		say("本意见转入终审，由未参加此前审查的终审人员作出结论。在终审作出前，不扣减、不追回有关费用。"),
		signed, listing("合议认定明细表", "认定金额（元）"), receipt)
}

// basis is what every opinion rests on.
var basis = say("《医疗保障基金使用监督管理条例》、《" + rules + "》以及各疑点所列的规则依据。")

// remedies are what is open to an institution after the final review.
const remedies = "对本意见有异议的，可以与经办机构协商解决，或者请求同级医疗保障行政部门协调处理，也可以依法申请行政复议或者提起行政诉讼；申请复议的期限为自知道之日起六十日（行政复议法第20条），提起诉讼的期限须按本地正式文本核定。"

func finalTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("confirm", "终审意见书", "终审", fields,
		address(),
		say("你单位{days}发生的医疗费用中的{count}条疑点，已依次经过初审、告知申诉和复审程序，并由未参加此前审查的终审人员审查终结。现将终审意见告知如下。"),
		heading("一、终审意见"),
		say("上述疑点成立，确认金额{amount}元，见附件《终审确认明细表》。"),
		say("理由：{reason}"),
		heading("二、依据"),
		basis,
		heading("三、处理"),
		say("确认的金额从你单位的结算款中扣减或者依法追回，处理期限{until}；涉嫌违反法律、行政法规的，移送医疗保障行政部门处理。"),
		heading("四、救济途径"),
		say(remedies),
		signed, listing("终审确认明细表", "确认金额（元）"), receipt)
}

func deductTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("deduct", "扣款通知书", "扣通", fields,
		address(),
		say("你单位{days}发生的医疗费用中的{count}条疑点，已经终审确认{source}。依据《"+rules+"》和医疗保障服务协议，{organ}从你单位的医疗保障结算款中扣减{amount}元，明细见附件《扣款明细表》。"),
		say("{reason}"),
		say(remedies),
		signed, listing("扣款明细表", "扣减金额（元）"), receipt)
}

func recoverTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("recover", "追回通知书", "追通", fields,
		address(),
		say("你单位{days}发生的医疗费用中的{count}条疑点，已经终审确认{source}。依据《医疗保障基金使用监督管理条例》第三十八条，现向你单位追回造成损失的医疗保障基金{amount}元，明细见附件《追回明细表》。请按医疗保障服务协议约定的账户和期限退回，并在摘要中写明本通知书的文号。"),
		say("{reason}"),
		say(remedies),
		signed, listing("追回明细表", "追回金额（元）"), receipt)
}

func agreementTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("agreement", "协议处理通知书", "协处", fields,
		address(),
		say("你单位{days}发生的医疗费用中的{count}条疑点已经终审确认，确认金额{amount}元，见附件《疑点明细表》。依据《医疗机构医疗保障定点管理暂行办法》第三十八条和医疗保障服务协议，现作如下处理："),
		say("{reason}"),
		say("你单位有权就本处理进行陈述和申辩。"+remedies),
		signed, listing("疑点明细表", "确认金额（元）"), receipt)
}

func leadTemplate(fields []paper.Field) *paper.Template {
	return declarePaper("lead", "线索移送函", "移函", fields,
		paper.Block{Kind: paper.Address, Text: "医疗保障行政部门："},
		say("{organ}在智能审核中发现，{recipient}{days}发生的医疗费用中有{count}条疑点经终审确认成立，确认金额{amount}元，涉嫌违反《医疗保障基金使用监督管理条例》，超出协议处理的范围。依据该条例和《"+rules+"》，现将线索移送你部门处理。"),
		heading("一、移送理由"),
		say("{reason}"),
		heading("二、移送材料"),
		say("附件《移送疑点清单》，以及系统中各疑点的费用明细、佐证材料、规则依据、申诉和审查记录。移送前已经采取的协议处理措施见各疑点的处理记录。"),
		heading("三、反馈"),
		say("请将是否立案和处理结果函告我单位。"),
		signed, listing("移送疑点清单", "确认金额（元）"))
}
