package paper

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"

	"yiheng/ground/access"
)

// PDF returns an issued paper as it was served, which is what its row says or an error.
// Reading one that names insured persons is an act.
func (p *Papers) PDF(ctx context.Context, actor *access.Actor, id string) (*Paper, []byte, error) {
	paper, err := p.issued(ctx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	content, err := p.read(paper)
	if err != nil {
		return nil, nil, err
	}
	return paper, content, p.noteReading(ctx, actor, paper)
}

// Preview draws a draft as its PDF would look, with blanks for number and date and 草稿
// across every page; characters that the font cannot draw stand as 〓. ErrConflict when
// the paper is no draft any more. Reading one that names insured persons is an act.
func (p *Papers) Preview(ctx context.Context, actor *access.Actor, id string) (*Paper, []byte, error) {
	paper, err := p.Get(ctx, p.db, actor, Read, id)
	if err == nil && paper.State != Draft {
		err = conflict("paper.state", "文书 %s %s，请下载出具的 PDF", cmp.Or(paper.Document, id), paper.State.Title())
	}
	if err != nil {
		return nil, nil, err
	}
	paper, content, err := p.Content(ctx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	d, err := content.fillIn(paper)
	if err != nil {
		return nil, nil, err
	}
	f, err := loadFaces()
	if err != nil {
		return nil, nil, err
	}
	pdf, err := d.pdf(f, midnight(paper.DraftedAt))
	return paper, pdf, err
}

// Signature returns the signature file of an issued paper.
func (p *Papers) Signature(ctx context.Context, actor *access.Actor, id string) (*Paper, []byte, error) {
	paper, err := p.issued(ctx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	return paper, paper.SignatureFile(), nil
}

func (p *Papers) issued(ctx context.Context, actor *access.Actor, id string) (*Paper, error) {
	paper, err := p.Get(ctx, p.db, actor, Read, id)
	if err == nil && paper.SHA256 == "" {
		return nil, conflict("paper.state", "文书 %s 没有出具，只有草稿（DOCX）", id)
	}
	return paper, err
}

// read reads the PDF and holds it against both hashes.
func (p *Papers) read(paper *Paper) ([]byte, error) {
	content, err := os.ReadFile(p.files.Path(paper.SHA256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, conflict("paper.gone", "文书 %s 的文件不见了：请从备份恢复数据文件夹的 papers", paper.Document)
	}
	if err != nil {
		return nil, err
	}
	if sha, national := hashes(content); sha != paper.SHA256 || national != paper.SM3 {
		return nil, conflict("paper.altered", "文书 %s 的文件与登记的哈希不符，已被改动：请保全现场，并从备份恢复数据文件夹的 papers", paper.Document)
	}
	return content, nil
}

// DOCX returns the paper for editing in a word processor, in whatever state it is.
// Reading one that names insured persons is an act.
func (p *Papers) DOCX(ctx context.Context, actor *access.Actor, id string) (*Paper, []byte, error) {
	paper, content, err := p.Content(ctx, actor, id)
	if err != nil {
		return nil, nil, err
	}
	d, err := content.fillIn(paper)
	if err != nil {
		return nil, nil, err
	}
	text, err := d.docx(cmp.Or(paper.IssuedAt, paper.DraftedAt))
	return paper, text, err
}
