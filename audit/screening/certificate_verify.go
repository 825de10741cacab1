package screening

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"yiheng/audit/finding"
	"yiheng/audit/rule"
	"yiheng/ground/calendar"
)

// Verification is what VerifyCertificates found.
type Verification struct {
	Certificates int
	Findings     int
	Wrong        []WrongCertificate
}

// WrongCertificate is a certificate that does not lead to its findings.
type WrongCertificate struct {
	Line   int
	PsnNo  string
	Reason string
}

// VerifyCertificates reads certificates.ndjson and comes to every verdict again. It
// needs nothing but the text; a value that was altered shows as a wrong hash, or,
// where the hash was made anew, as a different verdict.
func VerifyCertificates(r io.Reader) (Verification, error) {
	var v Verification
	in := bufio.NewReaderSize(r, 1<<20)
	for n := 1; ; n++ {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(bytes.TrimSpace(text)) == 0 {
			return v, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return v, err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		v.Certificates++
		c, reason := verify(text)
		if c != nil {
			v.Findings += len(c.Findings)
		}
		if reason != "" {
			w := WrongCertificate{Line: n, Reason: reason}
			if c != nil && c.History != nil {
				w.PsnNo = c.History.PsnNo
			}
			v.Wrong = append(v.Wrong, w)
		}
	}
}

func verify(text []byte) (*Certificate, string) {
	c := Certificate{From: calendar.NoDay, To: calendar.NoDay}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return nil, "不是证书：" + err.Error()
	}
	if c.Format != 1 || !c.complete() {
		return &c, "证书格式不认识，请用出具证书的版本核验"
	}
	again, err := c.judge()
	if err != nil {
		return &c, err.Error()
	}
	if !sameFindings(again, c.Findings) {
		return &c, differenceOf(again, c.Findings)
	}
	claimed := c.SHA256
	if _, err := c.Encode(); err != nil || c.SHA256 != claimed {
		return &c, "内容与其摘要（sha256）不符：证书出具后被改动过"
	}
	return &c, ""
}

// judge comes to the verdicts again from what the certificate holds.
func (c *Certificate) judge() ([]*finding.Finding, error) {
	var rules []*rule.Rule
	for _, r := range c.Rules {
		own, ok := rule.Get(r.ID)
		if !ok {
			return nil, fmt.Errorf("本程序没有规则%s", r.ID)
		}
		if own.Hash != r.Hash {
			return nil, fmt.Errorf("规则%s的定义与本程序的不同（证书%s，本程序%s）：请用出具证书的版本核验", r.ID, r.Version, own.Version)
		}
		rules = append(rules, own)
	}
	for i := range c.Versions {
		if _, err := c.Versions[i].Definition(); err != nil {
			return nil, fmt.Errorf("%w。请用出具证书的版本核验", err)
		}
	}
	lib := NewLibrary(Parts{
		Rules: rules, Versions: c.Versions, Points: c.Points, Institutions: c.Institutions, Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables,
	})
	if c.History == nil {
		return c.judgeTogether(lib), nil
	}
	h := *c.History
	h.Lines = slices.Clone(h.Lines)
	for i := range h.Lines {
		h.Lines[i].Entry = 0
	}
	return Judge(&h, lib, Options{From: c.From, To: c.To, Stage: c.Stage}).Findings, nil
}

// sameFindings compares all that judgement decides; run and revision are not.
func sameFindings(a, b []*finding.Finding) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		x, y := *a[i], *b[i]
		x.RunID, x.SnapshotID, x.Revision = y.RunID, y.SnapshotID, y.Revision
		m, err := json.Marshal(&x)
		n, err2 := json.Marshal(&y)
		if err != nil || err2 != nil || !bytes.Equal(m, n) {
			return false
		}
	}
	return true
}

// differenceOf says in what the verdicts differ.
func differenceOf(again, claimed []*finding.Finding) string {
	byID := make(map[string]*finding.Finding)
	for _, f := range again {
		byID[f.ID] = f
	}
	var texts []string
	for _, f := range claimed {
		g := byID[f.ID]
		delete(byID, f.ID)
		switch {
		case g == nil:
			texts = append(texts, "不能重新得出疑点"+f.ID)
		case g.OwnAmount != f.OwnAmount || g.Amount != f.Amount:
			texts = append(texts, fmt.Sprintf("疑点%s金额应为%s/%s，证书为%s/%s", f.ID, g.OwnAmount, g.Amount, f.OwnAmount, f.Amount))
		case !sameFindings([]*finding.Finding{g}, []*finding.Finding{f}):
			texts = append(texts, "疑点"+f.ID+"的内容不同")
		}
	}
	for id := range byID {
		texts = append(texts, "另有疑点"+id)
	}
	slices.Sort(texts)
	return "重新判定的结果不同：" + strings.Join(texts, "；")
}
