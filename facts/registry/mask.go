package registry

import (
	"strings"

	"yiheng/ground/seal"
)

// masks say how a field is masked by how its national name, or the heading of a
// template, ends.
var masks = []struct {
	ends []string
	mask func(string) string
}{
	{[]string{"certno", "cert_no", "idcard", "id_card", "证件号码", "身份证号", "身份证号码"}, seal.MaskCertificate},
	{[]string{"tel", "mob", "phone", "mobile", "电话", "手机", "手机号"}, seal.MaskPhone},
	{[]string{"addr", "地址", "住址"}, seal.MaskAddress},
	{[]string{"acct", "acctno", "bankacct", "账号"}, seal.MaskAccount},
	{[]string{"_name", "姓名", "联系人"}, seal.MaskName},
}

// Mask is a field's value as a list shows it. Of a field of another kind nothing is shown.
func Mask(field, value string) string {
	for _, m := range masks {
		for _, end := range m.ends {
			if strings.HasSuffix(field, end) {
				return m.mask(value)
			}
		}
	}
	if value == "" {
		return ""
	}
	return "******"
}
