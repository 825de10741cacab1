package screening

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiheng/audit/finding"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/job"
	"yiheng/ground/web"
)

// ReadRuns is the operation on the results of screenings. A screening judges all that a
// home holds: it is read by who answers for all of that.
var ReadRuns = access.Declare(access.Operation{
	Name: "screening.read", Title: "查看筛查结果", Roles: []access.Role{access.SupervisorLeader, access.AgencyAuditor}, Scope: access.InRegion,
})

// RunDesk is the screenings that were asked for by HTTP, with what they gave out.
type RunDesk struct {
	Queue *job.Queue
	Files string // the folder in which they write
	// Allow asks whether somebody may do an operation on all that the home holds.
	Allow func(context.Context, *web.Call, *access.Operation) error
}

// RunView is a screening and, once it is done, what it came to.
type RunView struct {
	Job      string       `json:"job"`
	State    job.State    `json:"state" enum:"queued,running,done,failed,cancelled"`
	From     calendar.Day `json:"from"`
	To       calendar.Day `json:"to"`
	New      bool         `json:"new" doc:"only persons with new data were judged"`
	Rules    []string     `json:"rules,omitempty" doc:"that were chosen; none: all"`
	TakeOver bool         `json:"take_over" doc:"its findings are taken over for work"`
	Folder   string       `json:"folder"`
	AskedBy  string       `json:"asked_by"`
	By       access.Face  `json:"by" doc:"who asked for it, as the reader may know them"`
	Created  time.Time    `json:"created"`
	Ended    time.Time    `json:"ended,omitzero"`
	Progress job.Progress `json:"progress"`
	Error    string       `json:"error,omitempty"`
	Figures  *RunFigures  `json:"figures,omitempty"`
}

// screenArgument is what the job of a screening takes, as far as it is shown.
type screenArgument struct {
	From     calendar.Day `json:"from"`
	To       calendar.Day `json:"to"`
	Out      string       `json:"out"`
	Rules    []string     `json:"rules"`
	New      bool         `json:"new"`
	TakeOver bool         `json:"take_over"`
}

// Routes serves the screenings.
func (k *RunDesk) Routes(d *web.Door) {
	web.ServeList(d, web.List[RunView, web.Query]{
		Path: "/api/runs", ID: "runs", Title: "筛查", Op: ReadRuns, Columns: runColumns,
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]RunView, error) {
			all, err := k.runs(ctx, c)
			if err != nil {
				return nil, err
			}
			return all, face(ctx, d, c, all)
		},
	})
	web.Operate(d, ReadRuns, huma.Operation{OperationID: "run", Method: http.MethodGet, Path: "/api/runs/{id}", Summary: "一次筛查的结果"},
		func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[RunResult], error) {
			r, err := k.result(ctx, c, in.ID)
			if err != nil {
				return nil, err
			}
			one := []RunView{r.RunView}
			err = face(ctx, d, c, one)
			r.RunView = one[0]
			return web.Answer(r), err
		})
	r := huma.Operation{OperationID: "run-file", Method: http.MethodGet, Path: "/api/runs/{id}/files/{name}", Summary: "下载筛查结果的文件"}
	r.Responses = map[string]*huma.Response{"200": {
		Description: r.Summary, Content: map[string]*huma.MediaType{"application/octet-stream": {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
	}}
	web.Operate(d, ReadRuns, r, func(ctx context.Context, c *web.Call, in *runFileInput) (*huma.StreamResponse, error) {
		return k.file(ctx, d, c, in)
	})
}

var runColumns = []web.Column[RunView]{
	web.By("job", "任务", func(r *RunView) string { return r.Job }),
	web.By("state", "状态", func(r *RunView) string { return string(r.State) }),
	web.Day("from", "起始日", func(r *RunView) string { return r.From.String() }),
	web.Day("to", "截止日", func(r *RunView) string { return r.To.String() }),
	web.By("folder", "结果", func(r *RunView) string { return r.Folder }),
	web.By("run_id", "批次", func(r *RunView) string { return r.figures().RunID }),
	web.Number("violations", "违规疑点", func(r *RunView) string { return strconv.FormatInt(r.figures().Violation.Findings, 10) }),
	web.Money("violation_amount", "违规金额", func(r *RunView) string { return r.figures().Violation.Amount }),
	web.Number("suspicions", "可疑疑点", func(r *RunView) string { return strconv.FormatInt(r.figures().Suspicion.Findings, 10) }),
	web.Money("suspicion_amount", "可疑涉及金额", func(r *RunView) string { return r.figures().Suspicion.Amount }),
	web.By("asked_by", "排入人账号", func(r *RunView) string { return r.AskedBy }),
	web.By("by", "排入人", func(r *RunView) string { return r.By.String() }),
	web.Time("created", "排入时间", func(r *RunView) time.Time { return r.Created }),
	web.Time("ended", "结束时间", func(r *RunView) time.Time { return r.Ended }),
}

func (r *RunView) figures() RunFigures {
	if r.Figures == nil {
		return RunFigures{}
	}
	return *r.Figures
}

// face says who asked for screenings, as the actor may know it.
func face(ctx context.Context, d *web.Door, c *web.Call, runs []RunView) error {
	ids := make([]string, len(runs))
	for i := range runs {
		ids[i] = runs[i].AskedBy
	}
	faces, err := d.Access.Faces(ctx, d.DB, c.Actor, ids...)
	for i := range runs {
		runs[i].By = faces[runs[i].AskedBy].As(ReadRuns)
	}
	return err
}

// runs are the screenings, the newest first.
func (k *RunDesk) runs(ctx context.Context, c *web.Call) (all []RunView, err error) {
	if err := k.Allow(ctx, c, ReadRuns); errors.Is(err, access.ErrNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	for before, more := "", true; more; {
		page, err := k.Queue.List(ctx, job.Filter{Kinds: []string{"screen"}, Before: before, Limit: 500})
		if err != nil {
			return nil, err
		}
		for i := range page.Jobs {
			r, run, err := k.view(&page.Jobs[i])
			if err != nil {
				return nil, err
			}
			if run != nil {
				r.Figures = figuresOf(run)
			}
			all = append(all, r)
		}
		before, more = page.Next, page.Next != ""
	}
	return all, nil
}

// view is a job as a screening, with what it gave out when it is done.
func (k *RunDesk) view(j *job.Job) (RunView, *finding.Run, error) {
	var a screenArgument
	if err := json.Unmarshal(j.Argument, &a); err != nil {
		return RunView{}, nil, err
	}
	folder, err := filepath.Rel(k.Files, a.Out)
	if err != nil || !filepath.IsLocal(folder) {
		folder = filepath.Base(a.Out) // asked for at the machine
	}
	r := RunView{
		Job: j.ID, State: j.State, From: a.From, To: a.To, New: a.New, Rules: a.Rules, TakeOver: a.TakeOver, Folder: filepath.ToSlash(folder),
		AskedBy: j.AskedBy, Created: j.Created.UTC(), Ended: j.Ended.UTC(), Progress: j.Progress, Error: strings.ReplaceAll(j.Error, k.Files+"/", ""),
	}
	if j.State != job.Done {
		return r, nil, nil
	}
	run, err := readRun(a.Out)
	return r, run, err
}

// readRun reads the summary in a folder; nil when the folder was cleared away, or holds
// another run that is being written.
func readRun(folder string) (*finding.Run, error) {
	f, err := os.Open(filepath.Join(folder, "summary.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return finding.ReadSummary(f)
}

type runFileInput struct {
	web.ByID
	Name string `path:"name" maxLength:"100" doc:"report.html, findings.csv, findings.xlsx, findings.parquet, summary.json or institution-CODE.xlsx"`
}

// delivered are the files of a run that are given out, with their types.
var delivered = map[string]string{
	"report.html": "text/html; charset=utf-8", "summary.json": "application/json", "findings.csv": "text/csv; charset=utf-8",
	"findings.xlsx": workbookType, "findings.parquet": "application/vnd.apache.parquet",
}

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

var institutionFile = regexp.MustCompile(`^institution-([0-9A-Za-z]{1,40})\.xlsx$`)

// file gives a file of a run out, to be saved and never to be shown in place. That is an act.
func (k *RunDesk) file(ctx context.Context, d *web.Door, c *web.Call, in *runFileInput) (*huma.StreamResponse, error) {
	path, media := in.Name, delivered[in.Name]
	if m := institutionFile.FindStringSubmatch(in.Name); m != nil {
		path, media = filepath.Join("institutions", m[1]+".xlsx"), workbookType
	}
	if media == "" {
		return nil, web.NotFound()
	}
	j, err := k.job(ctx, c, in.ID)
	if err != nil {
		return nil, err
	}
	var a screenArgument
	if err := json.Unmarshal(j.Argument, &a); err != nil {
		return nil, err
	}
	f, err := os.Open(filepath.Join(a.Out, path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, web.NotFound()
	}
	if err != nil {
		return nil, err
	}
	if err := d.Note(ctx, c, web.Act{Name: "screening.download", Kind: "job", ID: j.ID, Reason: in.Name}); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		defer f.Close()
		_, w := humago.Unwrap(h)
		w.Header().Set("Content-Type", media)
		w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(j.ID+"-"+in.Name))
		if _, err := io.Copy(w, f); err != nil {
			panic(http.ErrAbortHandler) // whoever asked must not take the part for the whole
		}
	}}, nil
}

// job is the job of a screening that the actor reaches.
func (k *RunDesk) job(ctx context.Context, c *web.Call, id string) (job.Job, error) {
	if err := k.Allow(ctx, c, ReadRuns); err != nil {
		return job.Job{}, err
	}
	j, err := k.Queue.Get(ctx, id)
	if err == nil && j.Kind != "screen" {
		err = web.NotFound()
	}
	return j, err
}

// institutionsOf are the institutions whose own lists a folder holds, by code.
func institutionsOf(folder string) []string {
	codes := []string{}
	paths, _ := filepath.Glob(filepath.Join(folder, "institutions", "*.xlsx")) // the pattern is right
	for _, path := range paths {
		codes = append(codes, strings.TrimSuffix(filepath.Base(path), ".xlsx"))
	}
	slices.Sort(codes)
	return codes
}
