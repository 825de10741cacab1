package claim

import (
	"maps"
	"slices"
	"strings"
)

// Kinds of an entry of stock_d beside those of the interface (inv_chg_type: 101 调拨入库,
// 102 调拨出库, 103 盘盈, 104 盘损, 105 销毁, 106 其他入库, 107 其他出库, 108 采购入库, 109 退货出库). Its 110
// 赠药入库 and 111 赠药退回出库 are kept as 106 and 109.
const (
	EntryCarry      = "carry"       // a month's carry-forward
	EntryTake       = "take"        // 科室领用
	EntrySale       = "sale"        // 销售
	EntrySaleReturn = "sale_return" // 销售退回
)

// Kinds of a row of drug_trac_d.
const (
	TracPurchase       = "purchase"
	TracPurchaseReturn = "purchase_return"
	TracSale           = "sale"
	TracSaleReturn     = "sale_return"
	TracStock          = "stock" // found at a stocktaking
)

// words are what templates write for the codes of a column. A word that is not here
// stays as it is, unless the column's values are listed in listed.
var words = map[string]map[string]string{
	"rec_text":        {"1": "临时医嘱", "2": "长期医嘱", "3": "备用医嘱"},
	"vali_flag":       {"有效": "1", "无效": "0", "是": "1", "否": "0"},
	"trdn_flag":       {"是": "1", "否": "0", "拆零": "1", "未拆零": "0"},
	"mdtrt_setl_type": {"医保结算": "1", "医保": "1", "自费结算": "2", "自费": "2"},
	"trac_type": {
		"采购": TracPurchase, "采购入库": TracPurchase, "入库": TracPurchase, "3503": TracPurchase,
		"采购退货": TracPurchaseReturn, "退货出库": TracPurchaseReturn, "3504": TracPurchaseReturn,
		"销售": TracSale, "3505": TracSale, "销售退货": TracSaleReturn, "退药": TracSaleReturn, "3506": TracSaleReturn,
		"盘存": TracStock, "3501": TracStock,
	},
}

// listed are the values that columns of our own tables can have.
var listed = map[string][]string{
	"rec_type": {
		RecordOrder, RecordPrescription, RecordExam, RecordExamReport, RecordLab, RecordLabReport, RecordAnaesthesia, RecordOperation,
	},
	"place_type": {"1", "2"},
	"entry_type": {
		EntryCarry, "101", "102", "103", "104", "105", "106", "107", "108", "109", EntryTake, EntrySale, EntrySaleReturn,
	},
	"trac_type": {TracPurchase, TracPurchaseReturn, TracSale, TracSaleReturn, TracStock},
}

// entry is what a movement of goods is called in stock_d when goods come in and when
// they go out; "": that does not go with the word.
type entry struct{ in, out string }

// entryWords are the 出入库类型 of templates 5.3 and 5.4 and names of the interface.
var entryWords = map[string]entry{
	"物资采购": {"108", "109"}, "库房调拨": {"101", "102"}, "药房调拨": {"101", "102"}, "科室领用": {EntryTake, EntryTake},
	"库存盘点": {"103", "104"}, "其他业务": {"106", "107"}, "门诊销售": {EntrySaleReturn, EntrySale}, "住院销售": {EntrySaleReturn, EntrySale},

	"调拨入库": {"101", ""}, "调拨出库": {"", "102"}, "盘盈": {"103", ""}, "盘损": {"", "104"}, "盘亏": {"", "104"}, "销毁": {"", "105"},
	"报损": {"", "105"}, "其他入库": {"106", ""}, "其他出库": {"", "107"}, "采购入库": {"108", ""}, "商品采购入库": {"108", ""},
	"退货出库": {"", "109"}, "商品退货出库": {"", "109"}, "赠药入库": {"106", ""}, "赠药退回出库": {"", "109"},
	"销售": {EntrySaleReturn, EntrySale}, "退药": {EntrySaleReturn, ""}, "销售退货": {EntrySaleReturn, ""},

	"101": {"101", ""}, "102": {"", "102"}, "103": {"103", ""}, "104": {"", "104"}, "105": {"", "105"}, "106": {"106", ""},
	"107": {"", "107"}, "108": {"108", ""}, "109": {"", "109"}, "110": {"106", ""}, "111": {"", "109"},
}

// templateEntries are the words that templates 5.3 and 5.4 prescribe.
const templateEntries = "物资采购、库房调拨、药房调拨、科室领用、库存盘点、门诊销售、住院销售、其他业务"

// entryOf returns the kind of a movement of so many goods, or why there is none.
func entryOf(word string, count int64) (kind, reason string) {
	e, ok := entryWords[word]
	kind = e.in
	if count < 0 {
		kind = e.out
	}
	switch {
	case word == "":
		return "", "缺少 出入库类型，无法确定是哪种业务。请补上该值"
	case !ok:
		return "", "出入库类型 的值“" + brief(word) + "”不认识。请写成 " + templateEntries + " 之一"
	case kind == "" && count < 0:
		return "", "出入库类型 是“" + word + "”，数量却是负数。入库应为正数、出库应为负数，请核对"
	case kind == "":
		return "", "出入库类型 是“" + word + "”，数量却是正数。入库应为正数、出库应为负数，请核对"
	}
	return kind, ""
}

// wordFor returns the code that a word stands for in a column, or why there is none.
func wordFor(column, word string) (code, reason string) {
	code, ok := words[column][word]
	if !ok {
		code = word
	}
	if reason = unlisted(column, code); reason != "" {
		reason += "（或 " + strings.Join(slices.Sorted(maps.Keys(words[column])), "、") + "）"
	}
	return code, reason
}

// unlisted says why a value is none that the column can have; "" when it can.
func unlisted(column, value string) string {
	if value == "" || listed[column] == nil || slices.Contains(listed[column], value) {
		return ""
	}
	return column + " 的值“" + brief(value) + "”不认识。请写成 " + strings.Join(listed[column], "、") + " 之一"
}
