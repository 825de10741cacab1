package review

import (
	"bytes"
	"context"
	"net/url"

	"yiheng/ground/db"
	"yiheng/ground/web"
)

type attachInput struct {
	web.ByID
	Name    string `query:"name" required:"true" minLength:"1" maxLength:"800" doc:"of the file, without a path"`
	RawBody []byte `contentType:"application/octet-stream"`
}

// serveAttach takes the request's body as an attachment, typed by its content. An answer, a
// comment or a decision then names it.
func (r *Review) serveAttach(ctx context.Context, c *web.Call, in *attachInput) (*web.Body[*File], error) {
	if _, err := r.Get(ctx, r.db, c.Actor, in.ID); err != nil { // nothing is stored for who may not
		return nil, err
	}
	content, err := r.StoreContent(bytes.NewReader(in.RawBody))
	if err != nil {
		return nil, err
	}
	var file *File
	err = r.db.Write(ctx, func(tx *db.Tx) (err error) {
		file, err = r.Attach(ctx, tx, c.Actor, in.ID, in.Name, content)
		return err
	})
	return web.Answer(file), err
}

type fileInput struct {
	web.ByID
	File string `path:"file" maxLength:"100"`
}

// download is an attachment on its way out: to be saved, never to be shown in place.
type download struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

// serveFile gives an attachment out. That is an act.
func (r *Review) serveFile(ctx context.Context, d *web.Door, c *web.Call, in *fileInput) (*download, error) {
	file, content, err := r.Content(ctx, r.db, c.Actor, in.ID, in.File)
	if err != nil {
		return nil, err
	}
	err = d.Note(ctx, c, web.Act{Name: "review.download", Kind: fileKind, ID: file.ID})
	return &download{file.Type, "attachment; filename*=UTF-8''" + url.PathEscape(file.Name), content}, err
}
