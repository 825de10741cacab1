package claim

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiheng/facts/lake"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/web"
)

// corrections is the folder of a home with rows that people put right. They hold
// identities: only their owner reads them.
const corrections = "corrections"

// mostCorrected is how many rows are put right at a time.
const mostCorrected = 5000

// mostValue is how long a corrected value may be, in characters.
const mostValue = 4000

// Correction is rows of a quarantine as somebody put them right.
type Correction struct {
	Rows   []CorrectedRow `json:"rows" minItems:"1" maxItems:"5000" nullable:"false"`
	Reason string         `json:"reason" minLength:"2" maxLength:"200"`
}

// CorrectedRow is what changes of a row; cells that are not named stay, so identities need
// not be seen to be kept. A row without cells is taken in again as it is.
type CorrectedRow struct {
	N     int               `json:"n" minimum:"1"`
	Cells map[string]string `json:"cells,omitempty" doc:"by the name of the column"`
}

// Sending is a file of corrected rows and what became of it.
type Sending struct {
	Name        string `json:"name"`
	Rows        int    `json:"rows"`
	State       string `json:"state" enum:"waiting,taken,failed"`
	Job         string `json:"job,omitempty" doc:"that takes it in"`
	Source      string `json:"source,omitempty" doc:"as which it was taken in"`
	Kept        int64  `json:"kept"`
	Quarantined int64  `json:"quarantined" doc:"again"`

	lines map[[2]string]bool // file and line of its rows
}

func (k *Desk) correctionRoutes(d *web.Door) {
	r := intakeRoute("correct-rows", http.MethodPost, "sources/{id}/corrections", "更正隔离的行并重新接收")
	r.MaxBodyBytes, r.DefaultStatus = web.MostTable, http.StatusAccepted
	web.Operate(d, KeepIntake, r, func(ctx context.Context, c *web.Call, in *correctInput) (*web.Body[Sending], error) {
		s, err := k.correct(ctx, d, c, in.ID, &in.Body)
		return web.Answer(s), err
	})
}

type correctInput struct {
	web.ByID
	Body Correction
}

// correct writes the rows as they are now into a file of their own and orders it to be
// taken in. It adds: rows that were taken in are never touched.
func (k *Desk) correct(ctx context.Context, d *web.Door, c *web.Call, id string, o *Correction) (sent Sending, err error) {
	s, err := k.source(ctx, c, KeepIntake, id)
	if err != nil {
		return sent, err
	}
	text, err := k.corrected(ctx, s, o)
	if err != nil {
		return sent, err
	}
	path, err := k.keepCorrection(s, text)
	if err != nil {
		return sent, err
	}
	sent = Sending{Name: filepath.Base(path), Rows: len(o.Rows), State: "waiting"}
	_, err = d.Write(ctx, c, func(tx *db.Tx) (web.Act, error) {
		j, _, err := k.Queue.AddIn(ctx, tx, job.Order{
			Kind: intakeKind, Argument: map[string]any{"paths": []string{path}}, Same: sent.Name, AskedBy: c.ID, Region: web.RegionOf(c.Actor),
		})
		sent.Job = j.ID
		return web.Act{Name: "intake.correct", Kind: "source", ID: s.ID, Reason: fmt.Sprintf("%s（%d 行，%s）", o.Reason, sent.Rows, sent.Name)}, err
	})
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return sent, err
}

// corrected is the file of the rows of an order, or what is wrong with that.
func (k *Desk) corrected(ctx context.Context, s lake.Source, o *Correction) ([]byte, error) {
	if len(o.Rows) > mostCorrected {
		return nil, web.Invalid("intake_rows", fmt.Sprintf("一次最多更正 %d 行", mostCorrected))
	}
	wanted := map[int]CorrectedRow{}
	for _, r := range o.Rows {
		if _, twice := wanted[r.N]; twice {
			return nil, web.Invalid("intake_row", rowNumber(r.N)+"出现两次")
		}
		wanted[r.N] = r
	}
	sent, err := k.sendings(ctx, s)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := &quarantine{w: bufio.NewWriter(&out)}
	for r, err := range k.held(s.Table, s.ID) {
		if err != nil {
			return nil, err
		}
		if r.N == 1 {
			w.head(r)
		}
		change, ok := wanted[r.N]
		if !ok {
			continue
		}
		delete(wanted, r.N)
		if state := stateOf(sent, r); state != "open" {
			return nil, web.Refuse(http.StatusConflict, "intake_row_sent", rowNumber(r.N)+map[string]string{"taken": "已更正并接收", "waiting": "的更正正在等待接收"}[state])
		}
		if err := w.change(r, change); err != nil {
			return nil, err
		}
		if len(wanted) == 0 {
			break
		}
	}
	for n := range wanted {
		return nil, web.Invalid("intake_row", fmt.Sprintf("来源 %s 的隔离行中没有%s", s.ID, rowNumber(n)))
	}
	err = w.w.Flush()
	return out.Bytes(), err
}

// head writes the heading of a file of corrected rows.
func (q *quarantine) head(r *heldRow) {
	q.w.WriteString("\ufeff")
	for _, c := range r.Cells {
		q.cell(c.Column)
	}
	q.w.WriteString("_file,_line\n")
}

// change writes a row with what somebody changed of it.
func (q *quarantine) change(r *heldRow, to CorrectedRow) error {
	known := map[string]bool{}
	for _, c := range r.Cells {
		value, changed := to.Cells[c.Column]
		if !changed {
			value = c.Value
		} else if err := checkValue(r.N, c, value); err != nil {
			return err
		}
		known[c.Column] = true
		q.cell(value)
	}
	for name := range to.Cells {
		if !known[name] {
			return web.Invalid("intake_column", rowNumber(r.N)+"没有列 "+strings.ToValidUTF8(name, "")+"：请用隔离行的列名")
		}
	}
	q.cell(r.File)
	q.last(r.Line)
	return nil
}

func checkValue(n int, c Cell, value string) error {
	if utf8.RuneCountInString(value) > mostValue {
		return web.Invalid("intake_value", fmt.Sprintf("%s的%s超过 %d 个字", rowNumber(n), c.Title, mostValue))
	}
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
		return web.Invalid("intake_value", rowNumber(n)+"的"+c.Title+"含有控制字符")
	}
	return nil
}

// rowNumber is how a row is written where people see it.
func rowNumber(n int) string { return "第 " + strconv.Itoa(n) + " 行" }

// keepCorrection writes a file of corrected rows under the next free name.
func (k *Desk) keepCorrection(s lake.Source, text []byte) (string, error) {
	dir := filepath.Join(k.Dir, corrections)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", cannotWrite(dir, err)
	}
	for n := 1; ; n++ {
		path := filepath.Join(dir, fmt.Sprintf("%s-%s-%d.csv", s.Table, s.ID, n))
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return "", cannotWrite(path, err)
		}
		_, err = f.Write(text)
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return "", cannotWrite(path, err)
		}
		return filepath.Abs(path)
	}
}

// sendings are the corrections of a source, in their order. One whose file is a source is
// taken; one whose job is not over waits.
func (k *Desk) sendings(ctx context.Context, s lake.Source) ([]*Sending, error) {
	paths, err := filepath.Glob(filepath.Join(k.Dir, corrections, s.Table+"-"+s.ID+"-*.csv"))
	if err != nil || len(paths) == 0 {
		return []*Sending{}, err
	}
	live, err := k.Lake.Sources(ctx, 0)
	if err != nil {
		return nil, err
	}
	jobs, err := k.Queue.List(ctx, job.Filter{Kinds: []string{intakeKind}, Limit: 500})
	if err != nil {
		return nil, err
	}
	all := []*Sending{}
	for _, path := range paths {
		sent, err := readSending(path)
		if err != nil {
			return nil, err
		}
		sent.follow(live, jobs.Jobs)
		all = append(all, sent)
	}
	slices.SortFunc(all, func(a, b *Sending) int {
		return cmp.Or(cmp.Compare(len(a.Name), len(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return all, nil
}

// follow finds out what became of a correction.
func (sent *Sending) follow(live []lake.Source, jobs []job.Job) {
	sent.State = "failed"
	for _, j := range jobs {
		if j.Same == sent.Name {
			sent.Job = j.ID
			if !j.State.Over() {
				sent.State = "waiting"
			}
			break
		}
	}
	for _, l := range live {
		if l.Name == sent.Name {
			sent.State, sent.Source, sent.Kept, sent.Quarantined = "taken", l.ID, l.Kept, l.Quarantined
		}
	}
}

// stateOf is where a quarantined row stands.
func stateOf(sent []*Sending, r *heldRow) string {
	state := "open"
	for _, s := range sent {
		if s.State != "failed" && s.lines[[2]string{r.File, r.Line}] {
			if state = s.State; state == "taken" {
				break
			}
		}
	}
	return state
}

// readSending reads which rows a file of corrections has.
func readSending(path string) (*Sending, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	sent := &Sending{Name: filepath.Base(path), lines: map[[2]string]bool{}}
	rows := csv.NewReader(f)
	rows.ReuseRecord = true
	for n := 0; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			sent.Rows = max(n-1, 0)
			return sent, nil
		}
		if err != nil || len(row) < 2 {
			return nil, fmt.Errorf("更正文件 %s 读不出：%w", sent.Name, err)
		}
		sent.lines[[2]string{row[len(row)-2], row[len(row)-1]}] = true
	}
}
