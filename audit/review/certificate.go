package review

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	judge "yiheng/audit/screening"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
)

// Certificates of a run lie in the home's folder certificates as <run>.ndjson, as the run
// gave them out, and beside it <run>.index: for each finding, in the order of ids, where
// its certificate's line begins and how long it is. Lines of the index are of one length,
// so that it is searched in place.

// keepCertificates copies a run's certificates into the home. A run that gave none out, or
// whose are there, is left as it is.
func keepCertificates(folder, run, path string) error {
	index := filepath.Join(folder, run+".index")
	if _, err := os.Stat(index); err == nil || path == "" {
		return nil
	}
	in, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	var places []certificatePlace
	err = writeWhole(filepath.Join(folder, run+".ndjson"), func(w io.Writer) error {
		places, err = copyCertificates(w, in)
		return err
	})
	if err != nil {
		return fmt.Errorf("疑点证书 %s 无法留存：%w", path, err)
	}
	return writeWhole(index, func(w io.Writer) error { return writePlaces(w, places) })
}

// certificatePlace is where the certificate of a finding stands.
type certificatePlace struct {
	id           string
	begin, bytes int64
}

// copyCertificates copies line by line and returns the findings in the order of their ids.
func copyCertificates(w io.Writer, r io.Reader) (places []certificatePlace, err error) {
	in, begin := bufio.NewReaderSize(r, 1<<20), int64(0)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var named struct {
				Findings []struct {
					ID string `json:"finding_id"`
				} `json:"findings"`
			}
			if err := json.Unmarshal(line, &named); err != nil {
				return nil, err
			}
			for _, f := range named.Findings {
				places = append(places, certificatePlace{f.ID, begin, int64(len(line))})
			}
		}
		if _, err := w.Write(line); err != nil {
			return nil, err
		}
		begin += int64(len(line))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(places, func(a, b certificatePlace) int { return cmp.Compare(a.id, b.id) })
	return places, nil
}

func writePlaces(w io.Writer, places []certificatePlace) error {
	widest := 0
	for _, p := range places {
		widest = max(widest, len(p.id))
	}
	for _, p := range places {
		if _, err := fmt.Fprintf(w, "%-*s %020d %012d\n", widest, p.id, p.begin, p.bytes); err != nil {
			return err
		}
	}
	return nil
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 1<<20)
	err = errors.Join(write(w), w.Flush(), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// certificateLine is the certificate of a finding as the run gave it out; nil when the
// home has none.
func certificateLine(folder, run, id string) ([]byte, error) {
	index, err := os.Open(filepath.Join(folder, filepath.Base(run)+".index"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer index.Close()
	begin, size, err := findPlace(index, id)
	if err != nil || size == 0 {
		return nil, err
	}
	all, err := os.Open(filepath.Join(folder, filepath.Base(run)+".ndjson"))
	if err != nil {
		return nil, err
	}
	defer all.Close()
	line := make([]byte, size)
	_, err = all.ReadAt(line, begin)
	return line, err
}

// findPlace searches the index; a size of 0: it is not there.
func findPlace(index *os.File, id string) (begin, size int64, err error) {
	head, err := bufio.NewReader(index).ReadString('\n')
	if errors.Is(err, io.EOF) {
		return 0, 0, nil
	}
	info, statErr := index.Stat()
	if err = errors.Join(err, statErr); err != nil {
		return 0, 0, err
	}
	row, count := make([]byte, len(head)), int(info.Size())/len(head)
	nameOf := func(k int) string {
		if _, readErr := index.ReadAt(row, int64(k)*int64(len(row))); readErr != nil {
			err = readErr
		}
		return strings.TrimRight(string(row[:len(row)-35]), " ")
	}
	k := sort.Search(count, func(k int) bool { return nameOf(k) >= id })
	if err != nil || k == count || nameOf(k) != id {
		return 0, 0, err
	}
	_, err = fmt.Sscanf(string(row[len(row)-34:]), "%d %d", &begin, &size)
	return begin, size, err
}

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
