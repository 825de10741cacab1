package claim

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"yiheng/facts/lake"
)

// persons finds insured persons by their certificate numbers, and asks once for each.
type persons struct {
	find func(certno string) ([]string, error) // numbers of those who have it

	mu    sync.Mutex
	known map[string][]string
}

const mostKnown = 1 << 20 // certificates that are kept in mind: about 100 MB

func (p *persons) of(certno []byte) ([]string, error) {
	p.mu.Lock()
	psns, ok := p.known[string(certno)]
	p.mu.Unlock()
	if ok {
		return psns, nil
	}
	psns, err := p.find(string(certno))
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= mostKnown {
		p.known = map[string][]string{}
	}
	p.known[string(certno)] = psns
	return psns, nil
}

// personMaker makes psn_no: as the file states it, else by the certificate number.
// Where rows are not persons' an unknown person is no fault.
func (t *template) personMaker(stated, certificates []int) func(*mill, *maker, *made) error {
	required := t.form.PersonBy == psnNo
	who := slices.Concat(certificates, stated)
	return func(m *mill, _ *maker, to *made) error {
		for row := range to.texts {
			to.texts[row] = ""
			for _, column := range stated {
				to.texts[row] = string(m.shaped.cell(column, row))
			}
			if to.texts[row] != "" || m.structural(row) {
				continue
			}
			psn, column, reason, err := m.personBy(certificates, row)
			if err != nil {
				return err
			}
			if reason == "" && psn == "" {
				column, reason = who[0], fmt.Sprintf("缺少 %s，无法确定这一行属于谁。请补上该值", m.headers(who))
			}
			if to.texts[row] = psn; psn == "" && required {
				m.blame(row, column, reason)
			}
		}
		return nil
	}
}

// personBy looks a row's person up by the certificate number that it states.
func (m *mill) personBy(certificates []int, row int) (psn string, column int, reason string, err error) {
	for _, column = range certificates {
		certno := m.shaped.cell(column, row)
		if len(certno) == 0 {
			continue
		}
		name := m.names[column]
		if isScientific(certno) {
			return "", column, reasonOf(name, lake.Text, string(certno), errScientific), nil
		}
		psns, err := m.person(certno)
		switch {
		case err != nil:
			return "", column, "", err
		case len(psns) == 1:
			return psns[0], column, "", nil
		case len(psns) > 1:
			return "", column, fmt.Sprintf("%s对应 %d 个人员编号（%s），无法确定是哪一个。请增加“人员编号”列写明", name, len(psns), strings.Join(psns[:min(len(psns), 5)], "、")), nil
		}
		m.strangers++
		return "", column, name + "在已导入的参保人里没有找到，无法确定这一行属于谁。请先导入 psn_info_b 或 mdtrt_d（含证件号码），再导入本隔离文件；自费病人的行不必处理", nil
	}
	return "", 0, "", nil
}

// headers names columns of a file: 身份证号或人员编号.
func (m *mill) headers(columns []int) string {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = m.names[column]
	}
	return strings.Join(names, "或")
}
