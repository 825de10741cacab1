package claim

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"yiheng/ground/web"
)

// MostUpload is the largest file that is brought by HTTP, in bytes. Larger ones are put
// into the folder on the machine.
const MostUpload = 256 << 20

// uploads is the folder of what was brought by HTTP, in that of all files.
const uploads = "上传"

// FileView is a file that may be taken in.
type FileView struct {
	Name string    `json:"name" doc:"in the folder of files, as a job takes it"`
	Size int64     `json:"size"`
	At   time.Time `json:"at" doc:"when it was changed last"`
}

// Uploaded is a file that was brought, with the tables that its content is.
type Uploaded struct {
	FileView
	Tables []string `json:"tables" nullable:"false" doc:"what they are called"`
}

func (k *Desk) fileRoutes(d *web.Door) {
	web.ServeList(d, web.List[FileView, web.Query]{
		Path: "/api/intake/files", ID: "intake-files", Title: "待接收的文件", Op: KeepIntake,
		Columns: []web.Column[FileView]{
			web.By("name", "文件", func(f *FileView) string { return f.Name }),
			number("size", "字节", func(f *FileView) int64 { return f.Size }),
			web.Time("at", "时间", func(f *FileView) time.Time { return f.At }),
		},
		Read: func(ctx context.Context, c *web.Call, _ *web.Query) ([]FileView, error) { return k.files(ctx, c) },
	})
	web.Operate(d, KeepIntake, web.Upload(intakeRoute("upload-intake-file", http.MethodPost, "upload", "上传待接收的文件"), MostUpload),
		func(ctx context.Context, c *web.Call, in *uploadInput) (*web.Body[Uploaded], error) {
			u, err := k.upload(ctx, d, c, in)
			return web.Answer(u), asked(err)
		})
}

// files are those of the folder that may be tables, the newest first; what screenings
// wrote is left out.
func (k *Desk) files(ctx context.Context, c *web.Call) ([]FileView, error) {
	if ok, err := k.whole(ctx, c); !ok {
		return nil, err
	}
	return filesIn(k.Files)
}

func filesIn(dir string) (all []FileView, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(e.Name(), ".") && e.IsDir():
			return filepath.SkipDir
		case e.IsDir() && path != dir && ofScreening(path):
			return filepath.SkipDir
		case e.IsDir() || notATable(e.Name()) != "":
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		all = append(all, FileView{filepath.ToSlash(name), info.Size(), info.ModTime().UTC()})
		return err
	})
	slices.SortFunc(all, func(a, b FileView) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Name, b.Name)) })
	return all, err
}

// ofScreening says that a folder is what a screening wrote: its findings with their
// certificates or with the summary.
func ofScreening(dir string) bool {
	has := func(name string) bool {
		info, err := os.Stat(filepath.Join(dir, name))
		return err == nil && info.Mode().IsRegular()
	}
	return has("certificates.ndjson") || has("summary.json") && has("findings.csv")
}

type uploadInput struct {
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"800" doc:"of the file, without a path"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// upload keeps a file whose content is one of the tables, under its name; nothing of
// another is kept. A name that is there already gets a number.
func (k *Desk) upload(ctx context.Context, d *web.Door, c *web.Call, in *uploadInput) (u Uploaded, err error) {
	if err := k.Allow(ctx, c, KeepIntake); err != nil {
		return u, err
	}
	if err := checkFileName(in.Name); err != nil {
		return u, err
	}
	dir := filepath.Join(k.Files, uploads)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return u, err
	}
	trial, err := os.MkdirTemp(dir, ".trial-")
	if err != nil {
		return u, err
	}
	defer os.RemoveAll(trial)
	path := filepath.Join(trial, in.Name)
	if err := os.WriteFile(path, in.RawBody, 0o600); err != nil {
		return u, err
	}
	if u.Tables, err = recognise(ctx, path); err != nil {
		return u, err
	}
	kept, err := moveIn(path, dir)
	if err != nil {
		return u, err
	}
	u.FileView = FileView{uploads + "/" + kept, int64(len(in.RawBody)), c.At}
	err = d.Note(ctx, c, web.Act{Name: "intake.upload", Kind: "file", ID: u.Name})
	return u, err
}

func checkFileName(name string) error {
	bad := name == "." || name == ".." || strings.TrimSpace(name) != name || !utf8.ValidString(name) ||
		strings.ContainsAny(name, `/\:*?"<>|`) || strings.ContainsFunc(name, unicode.IsControl) || len(name) > 200
	switch why := notATable(name); {
	case bad:
		return web.Invalid("intake_name", "文件名应为 1 到 200 个字节，不含路径、控制字符和 : * ? \" < > |")
	case why != "":
		return web.Invalid("intake_name", name+" "+why+"，不能接收")
	}
	return nil
}

// recognise says which tables the content of a file is, or why it is none.
func recognise(ctx context.Context, path string) ([]string, error) {
	found, problems := sourcesOf(path, true)
	in := &intake{report: &Report{}}
	tables := []string{}
	for _, s := range found {
		if p := in.inspect(ctx, s, nil, nil); p != nil {
			problems = append(problems, p)
		} else if name := s.layout.form.Zh; !slices.Contains(tables, name) {
			tables = append(tables, name)
		}
	}
	if len(problems) > 0 {
		return nil, problems[0]
	}
	return tables, nil
}

// moveIn moves a file into a folder under a name that is free there.
func moveIn(path, dir string) (name string, err error) {
	base := filepath.Base(path)
	stem, rest, _ := strings.Cut(base, ".")
	for n := 1; n < 1000; n++ {
		name = base
		if n > 1 {
			name = fmt.Sprintf("%s-%d.%s", stem, n, rest)
		}
		err := os.Link(path, filepath.Join(dir, name))
		if !errors.Is(err, fs.ErrExist) {
			return name, err
		}
	}
	return "", web.Invalid("intake_name", "已有许多文件叫 "+base+"，请换一个名称")
}
