package access

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"yiheng/ground/seal"
)

// Identity is what is sealed of a person (SM4-GCM) and can be looked up only by a
// blind index (GB/T 39786-2021: 个人信息的机密性).
type Identity struct {
	Name   string `json:"name"`
	Phone  string `json:"phone,omitempty"`
	CertNo string `json:"certno,omitempty"` // identity card, passport, permit
}

// Masked is the identity as a list shows it.
func (i Identity) Masked() Identity {
	return Identity{Name: seal.MaskName(i.Name), Phone: seal.MaskPhone(i.Phone), CertNo: seal.MaskCertificate(i.CertNo)}
}

var (
	phoneNumber = regexp.MustCompile(`^\+?[0-9-]{5,20}$`)
	certNumber  = regexp.MustCompile(`^[0-9A-Za-z()]{5,20}$`)
	identityNo  = regexp.MustCompile(`^\d{17}[\dX]$`)
)

// check says what does not fit, ErrInvalid, and writes the rest as it is kept.
func (i *Identity) check() error {
	i.Name, i.Phone = strings.TrimSpace(i.Name), strings.TrimSpace(i.Phone)
	i.CertNo = strings.ToUpper(strings.TrimSpace(i.CertNo))
	switch n := utf8.RuneCountInString(i.Name); {
	case n == 0 || n > 50:
		return invalid("name", "姓名应为 1 到 50 个字")
	case i.Phone != "" && !phoneNumber.MatchString(i.Phone):
		return invalid("phone", "电话“%s”不合规：应为 5 到 20 位数字，可带 + 和 -", seal.MaskPhone(i.Phone))
	case i.CertNo != "" && !certNumber.MatchString(i.CertNo):
		return invalid("certno", "证件号码不合规：应为 5 到 20 位字母和数字")
	case identityNo.MatchString(i.CertNo) && !checksum(i.CertNo):
		return invalid("certno_checksum", "身份证号码的校验位不对，请核对有无错位")
	}
	return nil
}

// checksum checks the last character of an identity number (GB 11643-1999, ISO 7064 MOD 11-2).
func checksum(number string) bool {
	sum := 0
	for i := range 17 {
		sum = (sum + int(number[i]-'0')) * 2 % 11
	}
	return "10X98765432"[sum] == number[17]
}

func (a *Access) sealInto(row *holderRow, i Identity) error {
	text, err := json.Marshal(i)
	if err != nil {
		return err
	}
	row.Sealed = a.ring.Seal(text, "holder/"+row.ID)
	row.NameBlind, row.PhoneBlind, row.CertBlind = a.blind("name", i.Name), a.blind("phone", i.Phone), a.blind("certno", i.CertNo)
	return nil
}

func (a *Access) identity(row holderRow) (i Identity, err error) {
	text, err := a.ring.Open(row.Sealed, "holder/"+row.ID)
	if err == nil {
		err = json.Unmarshal(text, &i)
	}
	if err != nil {
		return i, fmt.Errorf("%s 的人员信息无法打开：%w", row.ID, err)
	}
	return i, nil
}

// blind is the index of a value; the empty value has none.
func (a *Access) blind(field, value string) []byte {
	value = strings.ToUpper(strings.TrimSpace(value))
	if value == "" {
		return []byte{}
	}
	return a.ring.Blind("access."+field, value)
}
