package screening

import (
	"yiheng/audit/rule"
	"yiheng/facts/claim"
)

// feeKind is the kind of charge that a line is, for shares of money.
type feeKind uint8

const (
	kindUnknown    feeKind = iota
	kindExam               // 检查
	kindLab                // 化验
	kindTreatment          // 治疗
	kindOperation          // 手术
	kindDrug               // 西药、饮片、中成药
	kindConsumable         // 卫生材料
	kindOther              // 床位、诊察、护理、挂号 …
)

// kindOf returns the kind of a line: by med_chrgitm_type, of which provinces extend the
// national two characters, else by its code.
func kindOf(l *claim.Line) feeKind {
	if t := l.MedChrgitmType; len(t) >= 2 {
		switch t[:2] {
		case "03":
			return kindExam
		case "04":
			return kindLab
		case "05":
			return kindTreatment
		case "06":
			return kindOperation
		case "09", "10", "11":
			return kindDrug
		case "08":
			return kindConsumable
		case "01", "02", "07", "12", "13", "14":
			return kindOther
		}
	}
	code := lineCode(l)
	switch rule.Object(code, l.ListType) {
	case rule.Drug, rule.Piece, rule.Granule:
		return kindDrug
	case rule.Consumable:
		return kindConsumable
	case rule.Item:
		return kindOfItem(code)
	}
	return kindUnknown
}

// kindOfItem reads the chapter of a service item's national code (全国医疗服务项目编码:
// 00, then the chapter of the price standard).
func kindOfItem(code string) feeKind {
	if len(code) < 15 { // told by list_type alone
		return kindUnknown
	}
	switch code[2:4] {
	case "21", "22", "23":
		return kindExam
	case "25", "26", "27":
		return kindLab
	case "24", "31", "32", "34":
		return kindTreatment
	case "33":
		return kindOperation
	}
	if code[2] == '4' {
		return kindTreatment
	}
	return kindOther
}
