package rule

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// tiers are the classes of the national library and their parts.
var tiers = map[string][]string{
	"政策类": {"药品政策限定类", "医疗服务项目政策限定类", "医用耗材政策限定类"},
	"管理类": {"信息数据监管类", "药品监管类", "医用耗材监管类", "行为主体监管类", "统计指标监测类"},
	"医疗类": {"药品合理使用类", "医疗服务项目合理使用类", "医用耗材合理使用类"},
}

var (
	idForm      = regexp.MustCompile(`^(GZ1000\d{10}|ZB1000\d{10}|BD2025\d{3}|YH\d{4})$`)
	localForm   = regexp.MustCompile(`^DF(\d{6})\d{3}$`)
	versionForm = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
)

// check returns what is wrong with r, which stands in the folder of that name.
func (r *Rule) check(folder string) error {
	if err := r.checkGiven(); err != nil {
		return err
	}
	switch {
	case r.ID != folder:
		return fmt.Errorf("id %s 与目录名 %s 不一致", r.ID, folder)
	case !idForm.MatchString(r.ID):
		return fmt.Errorf("id %s 不是规则编码：应为国家编码 GZ1000…、ZB1000…，2025 年新增 BD2025 加三位序号，或自有 YH 加四位数字", r.ID)
	}
	return r.checkContent()
}

// checkGiven returns which field r lacks.
func (r *Rule) checkGiven() error {
	needed := []struct{ name, value string }{
		{"id", r.ID},
		{"version", r.Version},
		{"tier1", r.Tier1},
		{"tier2", r.Tier2},
		{"name", r.Name},
		{"definition", r.Definition},
		{"logic", r.Logic},
		{"program", r.Program},
		{"result", r.Result},
		{"knowledge", r.Knowledge},
		{"basis", r.Basis},
		{"exceptions", r.Exceptions},
		{"blind", r.Blind},
		{"stages", strings.Join(r.Stages, "")},
		{"scenes", strings.Join(r.Scenes, "")},
		{"levels", strings.Join(r.Levels, "")},
	}
	for _, n := range needed {
		if n.value == "" {
			return fmt.Errorf("缺少字段 %s", n.name)
		}
	}
	return nil
}

// checkContent returns what is wrong with what the fields say.
func (r *Rule) checkContent() error {
	national := !strings.HasPrefix(r.ID, "YH") && !localForm.MatchString(r.ID)
	switch {
	case !versionForm.MatchString(r.Version):
		return fmt.Errorf("version %q 应形如 1.0.0", r.Version)
	case !slices.Contains(tiers[r.Tier1], r.Tier2):
		return fmt.Errorf("分类 %s / %s 不在国家规则库的两级分类中", r.Tier1, r.Tier2)
	case r.Result != violation && r.Result != suspicion:
		return fmt.Errorf("result %q 应为 violation（违规）或 suspicion（可疑）", r.Result)
	case national != (r.Seq != 0):
		return fmt.Errorf("seq %d：国家规则应有 1–88 的序号，自有规则（YH）不应有", r.Seq)
	case r.Seq < 0 || r.Seq > 88:
		return fmt.Errorf("seq %d 超出 1–88", r.Seq)
	}
	return errors.Join(r.checkProgram(), r.checkWords(), r.checkLegal())
}

func (r *Rule) checkProgram() error {
	if _, known := programs[r.Program]; !known {
		return fmt.Errorf("不认识的程序 %q，可用：%s", r.Program, strings.Join(slices.Sorted(maps.Keys(programs)), "、"))
	}
	byCheck := checks[r.Program]
	_, known := byCheck[r.Check]
	switch {
	case byCheck == nil && r.Check != "":
		return fmt.Errorf("程序 %s 没有 check，请删去 check: %s", r.Program, r.Check)
	case byCheck != nil && !known:
		return fmt.Errorf("程序 %s 的 check %q 应为：%s", r.Program, r.Check, strings.Join(slices.Sorted(maps.Keys(byCheck)), "、"))
	}
	return nil
}

// words are the values that a list field takes.
var words = map[string][]string{
	"stages":  {"事前", "事中", "事后"},
	"scenes":  {"IP", "OP", "PHARM", "REMOTE", "INTERNET", "ORG"},
	"objects": {Drug, Piece, Granule, Item, Consumable},
}

func (r *Rule) checkWords() error {
	for name, values := range map[string][]string{"stages": r.Stages, "scenes": r.Scenes, "objects": r.Objects} {
		for i, v := range values {
			if !slices.Contains(words[name], v) {
				return fmt.Errorf("%s 中的 %q 应为：%s", name, v, strings.Join(words[name], "、"))
			}
			if slices.Contains(values[:i], v) {
				return fmt.Errorf("%s 中 %s 重复", name, v)
			}
		}
	}
	return nil
}

func (r *Rule) checkLegal() error {
	if len(r.Legal) == 0 {
		return errors.New("缺少字段 legal：至少一条依据，只依据协议的也应写明")
	}
	for i, l := range r.Legal {
		switch {
		case l.Article == "":
			return fmt.Errorf("legal 第 %d 条缺少 article", i+1)
		case !slices.Contains([]string{"V", "V2", "M", "D"}, l.Certain):
			return fmt.Errorf("legal 第 %d 条 certainty %q 应为 V、V2、M 或 D", i+1, l.Certain)
		case i > 0 && l.From <= r.Legal[i-1].From:
			return fmt.Errorf("legal 第 %d 条 from %s 应晚于上一条", i+1, l.From)
		}
	}
	return nil
}
