package seal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMasks(t *testing.T) {
	for name, c := range map[string]struct {
		mask  func(string) string
		cases map[string]string
	}{
		"name": {MaskName, map[string]string{
			"": "", " ": "", "张": "*", "张三": "张*", "张三丰": "张**", "欧阳震华": "欧***", " 李四 ": "李*",
			"阿卜杜拉·买买提": "阿***·***", "古丽•热依汗": "古*•***", "迪丽热巴·迪力木拉提": "迪***·*****", "尼玛・次仁": "尼*・**",
			"John Smith": "J*** *****", "Jean-Luc O'Neil": "J***-*** *'****", "𠮷田": "𠮷*",
		}},
		"certificate": {MaskCertificate, map[string]string{
			"": "", "330402199001011234": "3304************34", "33040219900101123X": "3304************3X", "33040219900101123x": "3304************3x",
			"330402900101123": "3304*********23", // 15 digits: before 1999
			"E12345678":       "E******78", "P1234567": "P*****67", "H1234567890": "H********90", "M00345678": "M******78",
			"K1234567(8)": "K********8)", "美A12345": "美****45", "12": "**", "A1234": "*****", "A12345": "A***45", " E12345678 ": "E******78",
		}},
		"phone": {MaskPhone, map[string]string{
			"": "", "13812345678": "138****5678", "+8613812345678": "+86138****5678", "+1 2025550123": "+1 ********23", "+86 13812345678": "+86 138****5678", "+86-13812345678": "+86-138****5678",
			"0571-87654321": "0571-******21", "010-87654321": "010-******21", "057187654321": "**********21", "12345": "***45", "95518": "***18", "110": "***",
			"138 1234 5678": "***********78", "电话不详": "****",
		}},
		"address": {MaskAddress, map[string]string{
			"": "", "浙江省嘉兴市南湖区中山路1号": "浙江省嘉兴市南湖区******", "浙江省嘉兴市海宁市硖石街道2幢": "浙江省嘉兴市海宁市******",
			"嘉兴市南湖区": "嘉兴市南湖区******", "北京市朝阳区建国路8号": "北京市朝阳区******", "嘉兴市阳光小区3栋": "嘉兴市******",
			"新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿图什市光明路": "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿图什市******",
			"内蒙古自治区锡林郭勒盟正蓝旗上都镇":          "内蒙古自治区锡林郭勒盟正蓝旗******",
			"云南省临沧市双江拉祜族佤族布朗族傣族自治县勐勐镇":   "云南省临沧市双江拉祜族佤族布朗族傣族自治县******",
			"中山路1号阳光小区":                  "******", "No. 5 Zhongshan Road": "******", "嘉兴市中山路99号工业园区": "嘉兴市******",
			"湖州市南街商业区5号": "湖州市******", "香港特别行政区九龙": "香港特别行政区******",
		}},
		"account": {MaskAccount, map[string]string{
			"": "", "6222021234567890123": "****0123", "6222 0212 3456 7890 123": "****0123", "6222-0212-3456-7890": "****7890", "1234567": "****", "12345678": "****5678",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			for plain, want := range c.cases {
				if got := c.mask(plain); got != want {
					t.Errorf("%q is masked %q, want %q", plain, got, want)
				}
			}
		})
	}
}

// Whatever comes, no mask shows more of an identity number than its ends.
func FuzzMasks(f *testing.F) {
	for _, seed := range []string{"330402199001011234", "阿卜杜拉·买买提", "+8613812345678", "浙江省嘉兴市南湖区", "\xff\xfe", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, plain string) {
		for i, mask := range []func(string) string{MaskName, MaskCertificate, MaskPhone, MaskAddress, MaskAccount} {
			masked := mask(plain)
			if trimmed := strings.TrimSpace(plain); utf8.RuneCountInString(trimmed) > 1 && masked == trimmed && strings.Trim(trimmed, "*·•・‧.-' ") != "" && i != 0 {
				t.Errorf("mask %d shows all of %q", i, plain)
			}
		}
	})
}
