package server

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/uptrace/bun"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/job"
	"yiheng/ground/web"
)

// Work is a kind of job that may be asked for here.
type Work struct {
	Kind string
	Op   *access.Operation // RunJobs or MaintainJobs
	// Argument makes what the kind takes of what somebody asked for: names of files
	// become paths inside of the folder that is open for them. Its error is Chinese.
	Argument func(json.RawMessage) (any, error)
}

// Job is a job as people see it: without the machine's own paths.
type Job struct {
	ID       string       `json:"id"`
	Kind     string       `json:"kind"`
	Title    string       `json:"title"`
	State    job.State    `json:"state" enum:"queued,running,done,failed,cancelled"`
	Argument any          `json:"argument"`
	Region   string       `json:"region,omitempty"`
	AskedBy  string       `json:"asked_by"`
	By       access.Face  `json:"by" doc:"who asked for it, as the reader may know them"`
	Attempts int64        `json:"attempts"`
	Progress job.Progress `json:"progress"`
	Stopping bool         `json:"stopping,omitempty" doc:"somebody asked for it to stop"`
	Result   any          `json:"result,omitempty"`
	Error    string       `json:"error,omitempty"`
	Created  time.Time    `json:"created"`
	Started  time.Time    `json:"started,omitzero"`
	Ended    time.Time    `json:"ended,omitzero"`
}

// JobLog is a job with its log.
type JobLog struct {
	Job
	Lines []job.Line `json:"lines"`
}

type jobsInput struct {
	web.Query
	State   []job.State `query:"state,explode" maxItems:"5" enum:"queued,running,done,failed,cancelled"`
	Kind    []string    `query:"kind,explode" maxItems:"10"`
	AskedBy string      `query:"asked_by" maxLength:"20"`
}

type startInput struct {
	Body struct {
		Kind     string          `json:"kind" maxLength:"40"`
		Argument json.RawMessage `json:"argument" doc:"what the kind takes; files by name"`
		Same     string          `json:"same,omitempty" maxLength:"100" doc:"while a job of the kind with the same text is queued, running or done, no other is added"`
		Region   string          `json:"region,omitempty" maxLength:"6" doc:"for which region; the own one, when left out"`
	}
}

// jobRoutes serves the business's jobs and, apart from them, those that keep the
// installation going: the system administrator does no business.
func (s *Server) jobRoutes() {
	for _, part := range []struct {
		path, title string
		op          *access.Operation
	}{{"jobs", "任务", RunJobs}, {"maintenance", "维护任务", MaintainJobs}} {
		op, path := part.op, "/api/"+part.path
		web.ServeList(s.door, web.List[Job, jobsInput]{
			Path: path, ID: part.path, Title: part.title, Op: op, Columns: jobColumns, Sort: "-id",
			From: func(_ context.Context, c *web.Call, in *jobsInput) (web.Source[Job], error) {
				return s.jobs(c, op, in), nil
			},
		})
		web.Operate(s.door, op, huma.Operation{OperationID: part.path + "-start", Method: http.MethodPost, Path: path, Summary: "排入" + part.title, DefaultStatus: http.StatusAccepted},
			func(ctx context.Context, c *web.Call, in *startInput) (*web.Body[Job], error) {
				return s.startJob(ctx, c, op, in)
			})
		web.Operate(s.door, op, huma.Operation{OperationID: part.path + "-one", Method: http.MethodGet, Path: path + "/{id}", Summary: "一个" + part.title},
			func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[JobLog], error) {
				return s.oneJob(ctx, c, op, in.ID)
			})
		for _, change := range []struct {
			name, title string
			do          func(context.Context, *db.Tx, *web.Call, string) (job.Job, error)
		}{
			{"cancel", "取消", func(ctx context.Context, tx *db.Tx, c *web.Call, id string) (job.Job, error) {
				return s.Queue.CancelIn(ctx, tx, id, c.ID)
			}},
			{"retry", "重做", func(ctx context.Context, tx *db.Tx, _ *web.Call, id string) (job.Job, error) {
				return s.Queue.RetryIn(ctx, tx, id)
			}},
		} {
			web.Operate(s.door, op, huma.Operation{OperationID: part.path + "-" + change.name, Method: http.MethodPost, Path: path + "/{id}/" + change.name, Summary: change.title + part.title},
				func(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.Body[Job], error) {
					return s.changeJob(ctx, c, op, "job."+change.name, in, change.do)
				})
		}
	}
}

// kindsOf are the kinds of an operation.
func (s *Server) kindsOf(op *access.Operation) (kinds []string) {
	for _, w := range s.Work {
		if w.Op == op {
			kinds = append(kinds, w.Kind)
		}
	}
	return kinds
}

// jobs are those of an operation that the actor reaches.
func (s *Server) jobs(c *web.Call, op *access.Operation, in *jobsInput) web.Source[Job] {
	var all []job.Job
	query := s.Queue.Select(job.Filter{
		States: in.State, Kinds: in.Kind, AskedBy: in.AskedBy, Within: c.Reach(op, access.Columns{Region: "job.region"}),
	}, &all).Where("kind IN (?)", bun.List(s.kindsOf(op)))
	return web.Source[Job]{Query: query, Scan: func(ctx context.Context) ([]Job, error) {
		if err := query.Scan(ctx); err != nil {
			return nil, err
		}
		return s.views(ctx, c, op, all...)
	}}
}

var jobColumns = []web.Column[Job]{
	web.By("id", "编号", func(j *Job) string { return j.ID }).In("job.id"),
	web.By("kind", "任务代码", func(j *Job) string { return j.Kind }).In("job.kind"),
	web.By("title", "任务", func(j *Job) string { return j.Title }),
	web.By("state", "状态代码", func(j *Job) string { return string(j.State) }).In("job.state"),
	web.By("state_title", "状态", func(j *Job) string { return job.States[j.State] }),
	web.By("region", "区划", func(j *Job) string { return j.Region }).In("job.region"),
	web.By("asked_by", "排入人账号", func(j *Job) string { return j.AskedBy }).In("job.asked_by"),
	web.By("by", "排入人", func(j *Job) string { return j.By.String() }),
	web.Number("attempts", "次数", func(j *Job) string { return strconv.FormatInt(j.Attempts, 10) }).In("job.attempts"),
	web.Time("created", "排入", func(j *Job) time.Time { return j.Created }).In("job.created"),
	web.Time("started", "开始", func(j *Job) time.Time { return j.Started }).In("job.started"),
	web.Time("ended", "结束", func(j *Job) time.Time { return j.Ended }).In("job.ended"),
	web.By("error", "错误", func(j *Job) string { return j.Error }),
}

func (s *Server) startJob(ctx context.Context, c *web.Call, op *access.Operation, in *startInput) (*web.Body[Job], error) {
	i := slices.IndexFunc(s.Work, func(w Work) bool { return w.Kind == in.Body.Kind && w.Op == op })
	if i < 0 {
		return nil, web.Invalid("job_kind", "没有这种任务。可用的有："+strings.Join(s.kindsOf(op), "、"))
	}
	argument, err := s.Work[i].Argument(in.Body.Argument)
	if err != nil {
		return nil, web.Invalid("job_argument", err.Error())
	}
	region := cmp.Or(in.Body.Region, web.RegionOf(c.Actor))
	var j job.Job
	_, err = s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		if err := s.door.Authorize(ctx, tx, c, op, access.Target{Region: access.Region(region)}); err != nil {
			return a, err
		}
		j, _, err = s.Queue.AddIn(ctx, tx, job.Order{Kind: in.Body.Kind, Argument: argument, Same: in.Body.Same, AskedBy: c.ID, Region: region})
		return web.Act{Name: "job.start", Kind: "job", ID: j.ID}, err
	})
	if err != nil {
		return nil, s.shortened(err)
	}
	return s.answer(ctx, c, op, j)
}

// job returns a job of an operation where the actor may do it.
func (s *Server) job(ctx context.Context, c *web.Call, op *access.Operation, id string) (job.Job, error) {
	j, err := s.Queue.Get(ctx, id)
	if err != nil {
		return j, err
	}
	if !slices.Contains(s.kindsOf(op), j.Kind) {
		return j, web.NotFound()
	}
	return j, s.door.Authorize(ctx, s.DB, c, op, access.Target{Region: access.Region(j.Region)})
}

func (s *Server) oneJob(ctx context.Context, c *web.Call, op *access.Operation, id string) (*web.Body[JobLog], error) {
	j, err := s.job(ctx, c, op, id)
	if err != nil {
		return nil, err
	}
	lines, err := s.Queue.Lines(ctx, id, 0)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		lines[i].Text = s.shorten(lines[i].Text)
	}
	shown, err := s.answer(ctx, c, op, j)
	if err != nil {
		return nil, err
	}
	return web.Answer(JobLog{shown.Body, lines}), nil
}

type jobChange func(context.Context, *db.Tx, *web.Call, string) (job.Job, error)

func (s *Server) changeJob(ctx context.Context, c *web.Call, op *access.Operation, name string, in *web.Reasoned, do jobChange) (*web.Body[Job], error) {
	if _, err := s.job(ctx, c, op, in.ID); err != nil {
		return nil, err
	}
	var j job.Job
	_, err := s.door.Write(ctx, c, func(tx *db.Tx) (a web.Act, err error) {
		j, err = do(ctx, tx, c, in.ID)
		return web.Act{Name: name, Kind: "job", ID: in.ID, Reason: in.Body.Reason}, err
	})
	if err != nil {
		return nil, err
	}
	return s.answer(ctx, c, op, j)
}

func (s *Server) answer(ctx context.Context, c *web.Call, op *access.Operation, j job.Job) (*web.Body[Job], error) {
	all, err := s.views(ctx, c, op, j)
	if err != nil {
		return nil, err
	}
	return web.Answer(all[0]), nil
}

// views are jobs of an operation as the actor may see them.
func (s *Server) views(ctx context.Context, c *web.Call, op *access.Operation, jobs ...job.Job) ([]Job, error) {
	ids := make([]string, len(jobs))
	for i := range jobs {
		ids[i] = jobs[i].AskedBy
	}
	faces, err := s.Access.Faces(ctx, s.DB, c.Actor, ids...)
	all := make([]Job, len(jobs))
	for i := range jobs {
		all[i] = s.view(&jobs[i])
		all[i].By = faces[jobs[i].AskedBy].As(op)
	}
	return all, err
}

func (s *Server) view(j *job.Job) Job {
	v := Job{
		ID: j.ID, Kind: j.Kind, Title: j.Kind, State: j.State, Region: j.Region, AskedBy: j.AskedBy, Attempts: j.Attempts, Progress: j.Progress,
		Stopping: j.Cancel != "" && !j.State.Over(), Error: s.shorten(j.Error), Created: j.Created.UTC(), Started: j.Started.UTC(), Ended: j.Ended.UTC(),
	}
	v.Progress.Text = s.shorten(j.Text)
	for _, k := range s.Queue.Kinds() {
		if k.Name == j.Kind {
			v.Title = k.Title
		}
	}
	_ = json.Unmarshal([]byte(s.shorten(string(j.Argument))), &v.Argument) // the queue wrote it as JSON
	_ = json.Unmarshal([]byte(s.shorten(string(j.Result))), &v.Result)     // so too, or there is none yet
	return v
}

// shorten leaves out of a text where on the machine files lie: of a file there only its
// name stays, of a folder itself only what it is called.
func (s *Server) shorten(text string) string {
	for _, folder := range s.Folders {
		text = strings.ReplaceAll(text, folder+"/", "")
		text = outermost(text, folder)
	}
	return text
}

// outermost shortens a folder where a text names it whole; a folder whose name only
// begins alike stays.
func outermost(text, folder string) string {
	if folder == "" || folder == "/" {
		return text
	}
	var out strings.Builder
	for {
		before, after, found := strings.Cut(text, folder)
		out.WriteString(before)
		if !found {
			return out.String()
		}
		next, _ := utf8.DecodeRuneInString(after)
		if after != "" && next < utf8.RuneSelf && (unicode.IsLetter(next) || unicode.IsDigit(next) || strings.ContainsRune("._-", next)) {
			out.WriteString(folder)
		} else {
			out.WriteString(filepath.Base(folder))
		}
		text = after
	}
}

// shortened is an error of the queue without the machine's paths.
func (s *Server) shortened(err error) error {
	if p, inside := s.door.Problem(err); !inside {
		p.Detail = s.shorten(p.Detail)
		return p
	}
	return err
}
