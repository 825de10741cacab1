package knowledge

import (
	"strings"
)

// subject is what the codes of a sheet are.
type subject string

const (
	drug       subject = "药品"
	item       subject = "项目"
	consumable subject = "耗材"
	piece      subject = "饮片"
	operation  subject = "手术操作"
	diagnosis  subject = "诊断"
)

// subjectOf tells what a sheet's codes are: by its headers, else by the codes.
func subjectOf(l *layout, codes []string) subject {
	for i, r := range l.roles {
		if r != roleName && r != roleCode && r != roleDx {
			continue
		}
		if s := namedSubject(word(l.headers[i])); s != "" {
			return s
		}
	}
	for _, code := range codes {
		if s := codeSubject(code); s != "" {
			return s
		}
	}
	return namedSubject(word(strings.Join(l.titles, "")))
}

func namedSubject(text string) subject {
	for _, w := range []struct {
		word string
		subject
	}{
		{"饮片", piece},
		{"耗材", consumable},
		{"手术操作", operation},
		{"项目", item},
		{"药", drug},
		{"通用名", drug},
		{"手术", operation},
		{"诊断", diagnosis},
		{"疾病", diagnosis},
	} {
		if strings.Contains(text, w.word) {
			return w.subject
		}
	}
	return ""
}

// codeSubject tells what a national code is by its shape, "" when it has none.
func codeSubject(code string) subject {
	digits := strings.Trim(code, "0123456789") == ""
	national, _, _ := strings.Cut(code, "-")
	switch {
	case code == "":
		return ""
	case strings.ContainsRune("XZ", rune(code[0])) && len(code) >= 18:
		return drug
	case code[0] == 'T' && len(code) == 10:
		return piece
	case code[0] == 'C' && len(code) >= 15:
		return consumable
	case len(national) == 15 && strings.Trim(national, "0123456789") == "", digits && len(code) >= 9:
		return item
	}
	return ""
}
