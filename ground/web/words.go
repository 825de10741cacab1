package web

import (
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
)

// The framework keeps its messages and the shape of its errors in variables of its own
// packages: the program sets them once, before anything is served.
func init() {
	huma.NewError = unreadable
	for message, text := range map[*string]string{
		&validation.MsgUnexpectedProperty:            "不认识这一项",
		&validation.MsgExpectedRFC3339DateTime:       "应为时间，如 2026-01-02T08:00:00+08:00",
		&validation.MsgExpectedRFC3339Date:           "应为日期，如 2026-01-02",
		&validation.MsgExpectedBoolean:               "应为 true 或 false",
		&validation.MsgExpectedNumber:                "应为数字",
		&validation.MsgExpectedInteger:               "应为整数",
		&validation.MsgExpectedString:                "应为文本",
		&validation.MsgExpectedArray:                 "应为数组",
		&validation.MsgExpectedObject:                "应为对象",
		&validation.MsgExpectedArrayItemsUnique:      "有重复",
		&validation.MsgExpectedOneOf:                 "应为其中之一：%s",
		&validation.MsgExpectedMinimumNumber:         "应不小于 %v",
		&validation.MsgExpectedMaximumNumber:         "应不大于 %v",
		&validation.MsgExpectedMinLength:             "至少 %d 个字",
		&validation.MsgExpectedMaxLength:             "至多 %d 个字",
		&validation.MsgExpectedMatchPattern:          "应符合 %s",
		&validation.MsgExpectedBePattern:             "应为%s",
		&validation.MsgExpectedMinItems:              "至少 %d 项",
		&validation.MsgExpectedMaxItems:              "至多 %d 项",
		&validation.MsgExpectedRequiredProperty:      "缺少 %s",
		&validation.MsgExpectedBase64String:          "应为 base64",
		&validation.MsgExpectedMatchAtLeastOneSchema: "不合规",
		&validation.MsgExpectedMatchExactlyOneSchema: "不合规",
	} {
		*message = text
	}
}

// inChinese is a message about a request. What the framework words itself, in English
// and with the program's own terms, becomes one of three sentences.
func inChinese(message string) string {
	switch {
	case strings.ContainsFunc(message, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return message
	case strings.Contains(message, "unknown query parameter"):
		return "不认识这个参数"
	case strings.Contains(message, "missing"), strings.Contains(message, "is required"):
		return "缺少"
	}
	return "无法读取，请核对类型和格式"
}
