package knowledge

import (
	"regexp"
	"strings"

	"yiheng/facts/claim"
)

// codeShape is what can be a code at all: drugs, items, consumables, pieces, ICD.
var codeShape = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.+*-]{2,49}$`)

// cellCodes are the codes of one cell.
type cellCodes struct {
	codes  []string
	wrong  []string // what stands between separators and is no code
	padded bool     // leading zeros that a number format had lost were restored
}

// readCodes reads the codes of a cell, separated by ; 、 , blanks or line breaks.
// Item codes have 15 digits and begin with 00: a cell that was turned into a
// number has lost the zeros, and they are put back.
func readCodes(text string, s subject) cellCodes {
	var c cellCodes
	for _, token := range strings.FieldsFunc(normalCodes(text), isCodeSeparator) {
		if strings.Contains(token, "e+") || strings.Contains(token, "E+") {
			if v, err := claim.ParseDecimal(token, 0); err == nil && v > 0 {
				token = claim.Quantity(v * int64(claim.Piece)).String()
			}
		}
		digits := strings.Trim(token, "0123456789") == ""
		if (s == item || s == "") && digits && len(token) == 13 {
			token, c.padded = "00"+token, true
		}
		switch {
		case !codeShape.MatchString(token) || !strings.ContainsAny(token, "0123456789"):
			c.wrong = append(c.wrong, token)
		case s == diagnosis || s == operation:
			c.codes = append(c.codes, token)
		default:
			c.codes = append(c.codes, strings.ToUpper(token))
		}
	}
	return c
}

func splitCodes(text string) []string { return readCodes(text, diagnosis).codes }

// normalCodes makes full-width letters, digits and punctuation plain.
func normalCodes(text string) string {
	return strings.NewReplacer("、", ";", "；", ";", "，", ";", "．", ".", "－", "-").Replace(nfkc(text))
}

func isCodeSeparator(r rune) bool { return strings.ContainsRune(";,、|\n\r\t \u3000", r) }

var icdShape = regexp.MustCompile(`^([A-Z](\d(\d(\.[0-9A-Za-z+*]{1,8})?)?)?|\d{2}(\.\d{1,2}([xX0-9]\d{2,4})?)?)$`)

// knownShape says whether code looks like a national code of any kind, or a
// prefix of a diagnosis or operation code.
func knownShape(code string) bool {
	national, _, _ := strings.Cut(code, "-")
	switch {
	case strings.ContainsRune("XZ", rune(code[0])):
		return len(code) == 20 || len(code) == 23 || icdShape.MatchString(code)
	case len(national) == 15 && strings.Trim(national, "0123456789") == "":
		return true
	}
	return codeSubject(code) == piece || codeSubject(code) == consumable || icdShape.MatchString(code)
}
