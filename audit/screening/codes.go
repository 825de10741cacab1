package screening

import (
	"slices"
	"strings"
)

// collectCodes gathers a visit's diagnoses and operations, once.
func (j *judge) collectCodes(v *visit) {
	if v.dxKnown {
		return
	}
	v.dxKnown = true
	if !j.codesIndexed {
		j.indexCodes()
	}
	add := func(code string) {
		if code != "" && !slices.Contains(v.dx, code) {
			v.dx = append(v.dx, code)
		}
	}
	if v.enc != nil {
		v.mainDx = v.enc.DscgMaindiagCode
		add(v.mainDx)
	}
	for _, i := range j.dxOf[v.id] {
		d := &j.h.Diagnoses[i]
		if v.mainDx == "" && d.MaindiagFlag == "1" {
			v.mainDx = d.DiagCode
		}
		add(d.DiagCode)
	}
	if v.enc != nil {
		for _, code := range diagnosisCodes(v.enc.OtpDiagInfo) {
			add(code)
		}
	}
	for _, i := range j.opsOf[v.id] {
		v.ops = append(v.ops, &j.h.Operations[i])
	}
}

// indexCodes finds the diagnosis and operation rows that count, by visit.
func (j *judge) indexCodes() {
	j.codesIndexed = true
	j.dxOf, j.opsOf = emptied(j.dxOf), emptied(j.opsOf)
	newest := make(map[string]int)
	for i := range j.h.Diagnoses {
		d := &j.h.Diagnoses[i]
		if at, ok := newest[d.ID]; d.ID != "" && (!ok || d.Newer(&j.h.Diagnoses[at].Version)) {
			newest[d.ID] = i
		}
	}
	for i := range j.h.Diagnoses {
		d := &j.h.Diagnoses[i]
		if valid(d.ValiFlag) && !j.outSettlement(d.SetlID) && (d.ID == "" || newest[d.ID] == i) {
			j.dxOf[d.MdtrtID] = append(j.dxOf[d.MdtrtID], int32(i))
		}
	}
	clear(newest)
	for i := range j.h.Operations {
		o := &j.h.Operations[i]
		if at, ok := newest[o.ID]; o.ID != "" && (!ok || o.Newer(&j.h.Operations[at].Version)) {
			newest[o.ID] = i
		}
	}
	for i := range j.h.Operations {
		o := &j.h.Operations[i]
		if valid(o.ValiFlag) && !j.outSettlement(o.SetlID) && (o.ID == "" || newest[o.ID] == i) {
			j.opsOf[o.MdtrtID] = append(j.opsOf[o.MdtrtID], int32(i))
		}
	}
}

func (j *judge) outSettlement(id string) bool {
	at, ok := j.setlByID[id]
	return ok && id != "" && j.settlements[at].out
}

// diagnosisCodes returns the ICD-10 codes that stand in free text, such as
// "I10.x00 高血压;E11.900 2型糖尿病".
func diagnosisCodes(text string) []string {
	var codes []string
	for i := 0; i+2 < len(text); i++ {
		if text[i] < 'A' || text[i] > 'Z' || !digit(text[i+1]) || !digit(text[i+2]) || i > 0 && wordByte(text[i-1]) {
			continue
		}
		end := i + 3
		for end < len(text) && (wordByte(text[end]) || text[end] == '.' || text[end] == '+' || text[end] == '*') {
			end++
		}
		codes = append(codes, strings.TrimRight(text[i:end], "."))
		i = end
	}
	return codes
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordByte(c byte) bool { return digit(c) || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' }
