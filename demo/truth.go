package demo

import (
	"strconv"
	"strings"
)

// Truth is one finding that a right evaluation of the city gives, as it was injected.
type Truth struct {
	RuleID, KpID string
	PsnNo        string
	MdtrtID      string
	Result       string
	Lines        []string // bkkp_sn
	OwnAmount    int64    // fen
	Note         string

	// Of a finding about an institution or a department in a period, instead of a
	// person's visit.
	Org, Dept, Period string
}

// NearMiss is what looks like a violation and is none.
type NearMiss struct {
	RuleID, KpID string
	PsnNo        string
	MdtrtID      string
	Lines        []string
	Note         string

	Org, Dept, Period string // as in Truth
}

const (
	truthHeader    = "rule_id,kp_id,psn_no,mdtrt_id,result,lines,own_amount,note,fixmedins_code,dept,period\n"
	nearMissHeader = "rule_id,kp_id,psn_no,mdtrt_id,lines,note,fixmedins_code,dept,period\n"
)

func (t *Truth) append(b []byte) []byte {
	for _, s := range []string{t.RuleID, t.KpID, t.PsnNo, t.MdtrtID, t.Result, strings.Join(t.Lines, ";")} {
		b = append(append(b, s...), ',')
	}
	b = appendFen(b, t.OwnAmount)
	b = append(b, ',')
	return appendPlace(appendText(b, t.Note), t.Org, t.Dept, t.Period)
}

func (m *NearMiss) append(b []byte) []byte {
	for _, s := range []string{m.RuleID, m.KpID, m.PsnNo, m.MdtrtID, strings.Join(m.Lines, ";")} {
		b = append(append(b, s...), ',')
	}
	return appendPlace(appendText(b, m.Note), m.Org, m.Dept, m.Period)
}

func appendPlace(b []byte, org, dept, period string) []byte {
	for _, s := range []string{org, dept, period} {
		b = append(append(b, ','), s...)
	}
	return append(b, '\n')
}

// appendFen writes money in yuan with two decimals.
func appendFen(b []byte, fen int64) []byte {
	if fen < 0 {
		b = append(b, '-')
		fen = -fen
	}
	b = strconv.AppendInt(b, fen/100, 10)
	c := fen % 100
	return append(b, '.', byte('0'+c/10), byte('0'+c%10))
}

// appendText writes a CSV field.
func appendText(b []byte, s string) []byte {
	if !strings.ContainsAny(s, ",\"\n\r") {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}
