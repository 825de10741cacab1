package screening

import (
	"strings"

	"yiheng/audit/finding"
	"yiheng/facts/claim"
)

// insutypes are the national values of insutype in the words of an explanation.
var insutypes = map[string]string{
	"310": "职工医保", "320": "公务员补助", "330": "大额补助", "340": "离休", "350": "一至六级残废军人", "360": "老红军",
	"370": "企业补充", "390": "居民医保", "410": "工伤保险", "510": "生育保险",
}

// insutypeName is an insurance in words, with the code where there is no word.
func insutypeName(code string) string {
	if name := insutypes[code]; name != "" {
		return name
	}
	return "险种（" + code + "）"
}

// medTypeName is a kind of visit, or a group of them by its first digit, in words, with
// the code where there is no word.
func medTypeName(code string) string {
	switch code {
	case "1":
		return "门诊"
	case "2":
		return "住院"
	}
	if name := finding.MedTypeName(code); name != "" && !strings.HasSuffix(name, " "+code) {
		return name
	}
	return "医疗类别（" + code + "）"
}

// inWords are the words of codes, each once.
func inWords(codes []string, name func(string) string) []string {
	words := make([]string, len(codes))
	for i, code := range codes {
		words[i] = name(code)
	}
	return unique(words)
}

func anyOf(codes []string, name func(string) string) string {
	return strings.Join(inWords(codes, name), "或")
}

// fieldName is what the national standard calls a field that missing_field looks at.
func fieldName(name string) string {
	for _, form := range claim.Forms {
		if of := fields[name].table; of != "" && form.Name != of || of == "" && form != claim.FeeList {
			continue
		}
		if i := form.Field(name); i >= 0 && form.Fields[i].Zh != "" {
			return form.Fields[i].Zh
		}
	}
	return name
}
