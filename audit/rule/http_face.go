package rule

import (
	"context"

	"yiheng/ground/access"
)

// faceAuthors says who wrote versions, as the actor may know it.
func (b *Book) faceAuthors(ctx context.Context, actor *access.Actor, lines []VersionLine) error {
	ids := make([]string, len(lines))
	for i := range lines {
		ids[i] = lines[i].Author
	}
	faces, err := b.access.Faces(ctx, b.db, actor, ids...)
	for i := range lines {
		lines[i].AuthorFace = faces[lines[i].Author].As(Write)
	}
	return err
}

// face says who wrote a version, moved it and tried it out.
func (b *Book) face(ctx context.Context, actor *access.Actor, one *VersionRecord) error {
	ids := []string{one.Author}
	for i := range one.Steps {
		ids = append(ids, one.Steps[i].Actor)
	}
	for i := range one.Tryouts {
		ids = append(ids, one.Tryouts[i].AskedBy)
	}
	faces, err := b.access.Faces(ctx, b.db, actor, ids...)
	one.AuthorFace = faces[one.Author].As(Write)
	for i := range one.Steps {
		s := &one.Steps[i]
		s.By = faces[s.Actor].As(OperationOf(s.Move))
	}
	for i := range one.Tryouts {
		one.Tryouts[i].AskedFace = faces[one.Tryouts[i].AskedBy].As(TryOut)
	}
	return err
}
