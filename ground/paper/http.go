package paper

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"net/url"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// MostUpload is the largest file that is verified, in bytes.
const MostUpload = 32 << 20

// Routes serves the papers.
func (p *Papers) Routes(d *web.Door) {
	web.ServeList(d, web.List[Paper, papersInput]{
		Path: "/api/papers", ID: "papers", Title: "文书", Op: Read, Columns: listed(),
		Read: func(ctx context.Context, c *web.Call, in *papersInput) ([]Paper, error) {
			return p.List(ctx, p.db, c.Actor, Filter{in.Organ, in.Kind, State(in.State), in.SubjectKind, in.Subject})
		},
	})
	web.Operate(d, Read, route("paper", http.MethodGet, "/{id}", "一份文书"), func(ctx context.Context, c *web.Call, in *web.ByID) (*web.Body[PaperView], error) {
		return p.one(ctx, d, c, in.ID)
	})
	web.Operate(d, Write, route("edit-paper", http.MethodPatch, "/{id}", "改稿"), p.change)
	web.Operate(d, Sealed, route("issue-paper", http.MethodPost, "/{id}/issue", "出具文书"),
		func(ctx context.Context, c *web.Call, in *issueInput) (*web.Body[Paper], error) {
			paper, err := p.Issue(ctx, c.Actor, in.ID, in.Body.Accepted)
			return answer(paper, err)
		})
	web.Operate(d, Serve, route("serve-paper", http.MethodPost, "/{id}/service", "登记送达"), p.deliver)
	web.Operate(d, Cancel, route("void-paper", http.MethodPost, "/{id}/void", "作废文书"),
		func(ctx context.Context, c *web.Call, in *web.Reasoned) (*web.Body[Paper], error) {
			return p.write(ctx, func(tx *db.Tx) (*Paper, error) { return p.Annul(ctx, tx, c.Actor, in.ID, in.Body.Reason) })
		})
	p.fileRoutes(d)
	web.Operate(d, Sealed, route("set-paper-short", http.MethodPut, "-organ", "设定发文机关代字"),
		func(ctx context.Context, c *web.Call, in *shortInput) (*web.None, error) {
			return nil, p.db.Write(ctx, func(tx *db.Tx) error { return p.SetShort(ctx, tx, c.Actor, in.Body.Short) })
		})
	web.Operate(d, Read, route("paper-organ", http.MethodGet, "-organ", "本机关的发文代字"),
		func(ctx context.Context, c *web.Call, _ *web.None) (*web.Body[OrganShort], error) {
			short, err := p.Short(ctx, p.db, c.Organisation)
			return web.Answer(OrganShort{c.Organisation, short}), err
		})
	web.Operate(d, Read, route("paper-templates", http.MethodGet, "-templates", "文书模板"),
		func(context.Context, *web.Call, *web.None) (*web.Body[[]PaperTemplate], error) {
			return web.Answer(viewTemplates()), nil
		})
}

// fileRoutes serve what is downloaded, and what is brought to be verified.
func (p *Papers) fileRoutes(d *web.Door) {
	for _, f := range []struct {
		name, ending, title, media string
		read                       func(context.Context, *access.Actor, string) (*Paper, []byte, error)
	}{
		{"pdf", "pdf", "下载文书（PDF）", "application/pdf", p.PDF},
		{"preview", "pdf", "预览草稿（PDF）", "application/pdf", p.Preview},
		{"docx", "docx", "下载文书（DOCX）", wordType + "document", p.DOCX},
		{"sig", "sig", "下载文书的签名", "text/plain; charset=utf-8", p.Signature},
	} {
		r := route("paper-"+f.name, http.MethodGet, "/{id}/"+f.name, f.title)
		r.Responses = map[string]*huma.Response{"200": {
			Description: f.title, Content: map[string]*huma.MediaType{f.media: {Schema: &huma.Schema{Type: "string", Format: "binary"}}},
		}}
		web.Operate(d, Read, r, func(ctx context.Context, c *web.Call, in *web.ByID) (*download, error) {
			paper, content, err := f.read(ctx, c.Actor, in.ID)
			if err != nil {
				return nil, err
			}
			return &download{f.media, attachment(paper, f.ending), content}, nil
		})
	}
	web.Operate(d, Read, route("paper-key", http.MethodGet, "-key", "核验文书签名的公钥"),
		func(context.Context, *web.Call, *web.None) (*download, error) {
			return &download{"application/x-pem-file", `attachment; filename="paper.pub"`, p.Public()}, nil
		})
	web.Operate(d, Verify, web.Upload(route("verify-paper", http.MethodPost, "-verify", "核验文书"), MostUpload),
		func(ctx context.Context, _ *web.Call, in *verifyInput) (*web.Body[Verification], error) {
			v, err := p.Verify(ctx, p.db, in.RawBody)
			if err != nil {
				return nil, err
			}
			return web.Answer(*v), nil
		})
}

func route(id, method, path, title string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: "/api/papers" + path, Summary: title}
}

type papersInput struct {
	web.Query
	Organ       string `query:"organ" maxLength:"40" doc:"code of the organ whose papers they are"`
	Kind        string `query:"kind" maxLength:"80"`
	State       string `query:"state" enum:"draft,issued,served,void"`
	SubjectKind string `query:"subject_kind" maxLength:"80" doc:"as review.finding; with subject"`
	Subject     string `query:"subject" maxLength:"200" doc:"id of what the papers are about"`
}

func listed() []web.Column[Paper] {
	return []web.Column[Paper]{
		web.By("id", "编号", func(p *Paper) string { return p.ID }),
		web.By("document", "文号", func(p *Paper) string { return p.Document }),
		web.By("title", "名称", func(p *Paper) string { return p.Title }),
		web.By("kind", "类别", func(p *Paper) string { return p.Kind }),
		web.By("state", "状态", func(p *Paper) string { return string(p.State) }),
		web.By("organ", "机关", func(p *Paper) string { return p.Organ }),
		web.By("organ_name", "机关名称", func(p *Paper) string { return p.OrganName }),
		web.By("recipient_name", "受送达人", func(p *Paper) string { return p.RecipientName }),
		web.By("drafted_at", "拟稿时间", func(p *Paper) string { return web.Instant(p.DraftedAt) }),
		web.By("issued_at", "出具时间", func(p *Paper) string { return web.Instant(p.IssuedAt) }),
		web.By("served_day", "送达日期", func(p *Paper) string { return p.ServedDay }),
	}
}

// PaperView is a paper with what it says.
type PaperView struct {
	Paper
	Faces    map[string]access.Face `json:"faces" doc:"who drafted, issued, served and annulled it, by account, as the reader may know them"`
	Content  PaperContent           `json:"content"`
	Subjects []PaperSubject         `json:"subjects" nullable:"false" doc:"what it is about, at most 500"`
	LostNow  string                 `json:"lost_now,omitempty" doc:"of a draft: characters that the font cannot draw; to issue it, each must be accepted"`
}

// PaperSubject is one of what a paper is about.
type PaperSubject struct {
	Kind string `json:"kind" doc:"as review.finding"`
	ID   string `json:"id"`
}

func (p *Papers) one(ctx context.Context, d *web.Door, c *web.Call, id string) (*web.Body[PaperView], error) {
	paper, content, err := p.Content(ctx, c.Actor, id)
	if err != nil {
		return nil, err
	}
	v := PaperView{Paper: *paper, Content: viewContent(content)}
	if v.Subjects, err = p.subjects(ctx, id); err != nil {
		return nil, err
	}
	if v.Faces, err = d.Access.Faces(ctx, p.db, c.Actor, paper.DraftedBy, paper.IssuedBy, paper.ServedBy, paper.VoidBy); err != nil {
		return nil, err
	}
	if paper.State == Draft {
		if v.LostNow, err = content.lost(paper); err != nil {
			return nil, err
		}
	}
	return web.Answer(v), nil
}

type editInput struct {
	web.ByID
	Body struct {
		Fields map[string]string `json:"fields,omitempty" doc:"values by the name of the field; others stay"`
		Blocks []PaperText       `json:"blocks,omitempty" maxItems:"200" doc:"all blocks in order: texts are free, tables stay"`
	}
}

// PaperText is a block of a draft as it is edited.
type PaperText struct {
	Kind  BlockKind `json:"kind" enum:"heading,address,paragraph,grid,annex,sign,receipt"`
	Text  string    `json:"text,omitempty" maxLength:"4000" doc:"with {fields}; {{ and }} are the braces themselves"`
	Table string    `json:"table,omitempty" maxLength:"40"`
}

func (p *Papers) change(ctx context.Context, c *web.Call, in *editInput) (*web.Body[Paper], error) {
	change := Change{Fields: in.Body.Fields}
	for _, b := range in.Body.Blocks {
		change.Blocks = append(change.Blocks, Block{Kind: b.Kind, Text: b.Text, Table: b.Table})
	}
	return p.write(ctx, func(tx *db.Tx) (*Paper, error) { return p.Edit(ctx, tx, c.Actor, in.ID, change) })
}

type issueInput struct {
	web.ByID
	Body struct {
		Accepted string `json:"accepted,omitempty" maxLength:"500" doc:"characters accepted to stand as 〓 because the font has none for them"`
	}
}

type serviceInput struct {
	web.ByID
	Body struct {
		How  How          `json:"how" enum:"direct,left,post,electronic,entrusted,notice"`
		Day  calendar.Day `json:"day" doc:"civil date of the service: 2026-03-02"`
		To   string       `json:"to,omitempty" maxLength:"100" doc:"who took it"`
		Note string       `json:"note,omitempty" maxLength:"500"`
	}
}

func (p *Papers) deliver(ctx context.Context, c *web.Call, in *serviceInput) (*web.Body[Paper], error) {
	s := Service{in.Body.How, in.Body.Day, in.Body.To, in.Body.Note}
	return p.write(ctx, func(tx *db.Tx) (*Paper, error) { return p.Deliver(ctx, tx, c.Actor, in.ID, s) })
}

type shortInput struct {
	Body struct {
		Short string `json:"short" minLength:"1" maxLength:"20" doc:"as 嘉医保 in 嘉医保疑告〔2026〕3号"`
	}
}

// OrganShort is how the numbers of an organ begin.
type OrganShort struct {
	Organ string `json:"organ"`
	Short string `json:"short" doc:"empty: none was set, and its name stands there"`
}

type verifyInput struct {
	RawBody []byte `contentType:"application/pdf"`
}

// write does something with a paper in a transaction.
func (p *Papers) write(ctx context.Context, do func(tx *db.Tx) (*Paper, error)) (*web.Body[Paper], error) {
	var paper *Paper
	err := p.db.Write(ctx, func(tx *db.Tx) (err error) {
		paper, err = do(tx)
		return err
	})
	return answer(paper, err)
}

func answer(paper *Paper, err error) (*web.Body[Paper], error) {
	if err != nil {
		return nil, err
	}
	return web.Answer(*paper), nil
}

// download is a file that browsers store and do not show.
type download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// attachment names a file by the paper's number and title.
func attachment(p *Paper, ending string) string {
	name := p.Document + p.Title + "." + ending
	return fmt.Sprintf("%s; filename*=UTF-8''%s", mime.FormatMediaType("attachment", map[string]string{"filename": p.ID + "." + ending}), url.PathEscape(name))
}
