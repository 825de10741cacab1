package review

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	judge "yiheng/audit/screening"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Certificate returns the certificate of a finding: what the screening in force judged
// by, one line as yiheng finding verify reads it. It holds records of all institutions at
// which the person was treated, so only an authority gets it that reaches them all.
func (r *Review) Certificate(ctx context.Context, from db.Reader, actor *access.Actor, id string) ([]byte, *judge.Certificate, error) {
	if err := actor.May(Read); err != nil {
		return nil, nil, err
	}
	record, err := r.Record(ctx, from, actor, id)
	if err != nil {
		return nil, nil, err
	}
	line, err := certificateLine(r.certificates, record.Content.RunID, id)
	if err != nil {
		return nil, nil, err
	}
	if line == nil {
		return nil, nil, &access.Problem{Kind: access.ErrNotFound, Code: "review.certificate", Text: "本库没有留存这条疑点的证书：筛查结果文件夹中没有 certificates.ndjson，或接收于留存证书之前"}
	}
	c := judge.Certificate{From: calendar.NoDay, To: calendar.NoDay}
	if err := json.Unmarshal(line, &c); err != nil {
		return nil, nil, fmt.Errorf("疑点 %s 的证书无法读出：%w", id, err)
	}
	if !reachesAll(actor, &c) {
		return nil, nil, &access.Problem{Kind: access.ErrForbidden, Code: "review.certificate_region", Text: "证书含管辖区划以外医药机构的记录，请由上级机构下载"}
	}
	return line, &c, nil
}

// reachesAll says whether the actor reads in the regions of all institutions that a
// certificate has records of.
func reachesAll(actor *access.Actor, c *judge.Certificate) bool {
	var regions []string
	for _, i := range c.Institutions {
		regions = append(regions, i.FixBlngAdmdvs)
	}
	if c.History != nil {
		for _, e := range c.History.Encounters {
			regions = append(regions, e.FixBlngAdmdvs)
		}
	}
	slices.Sort(regions)
	for _, region := range slices.Compact(regions) {
		if region != "" && actor.Authorize(Read, access.PlaceOf(access.Region(region))) != nil {
			return false
		}
	}
	return true
}

// checkCertificate comes to the verdicts again from the certificate alone, and says how
// the money of the finding's lines was shared out.
func checkCertificate(line []byte, c *judge.Certificate, id string) (CertificateCheck, error) {
	v, err := judge.VerifyCertificates(bytes.NewReader(line))
	if err != nil {
		return CertificateCheck{}, err
	}
	check := CertificateCheck{
		Right: len(v.Wrong) == 0, SHA256: c.SHA256, RunID: c.RunID, Snapshot: c.SnapshotID, Findings: v.Findings,
		Rules: len(c.Rules) + len(c.Versions), Points: len(c.Points), Lines: len(c.Lines()), Shares: []SharedMoney{},
	}
	for _, w := range v.Wrong {
		check.Reason = w.Reason
	}
	for _, l := range c.Money {
		if slices.ContainsFunc(l.Shares, func(s judge.Share) bool { return s.FindingID == id }) {
			for _, s := range l.Shares {
				check.Shares = append(check.Shares, SharedMoney{l.BkkpSn, l.Inscp.String(), s})
			}
		}
	}
	return check, nil
}
