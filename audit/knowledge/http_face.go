package knowledge

import (
	"context"

	"yiheng/ground/web"
)

// faceChanges says who proposed and decided changes, as the caller may know it.
func (h *hand) faceChanges(ctx context.Context, c *web.Call, all []KnowledgeChange) error {
	var ids []string
	for i := range all {
		ids = append(ids, all[i].By, all[i].DecidedBy)
	}
	faces, err := h.door.Access.Faces(ctx, h.door.DB, c.Actor, ids...)
	for i := range all {
		v := &all[i]
		proposes, decides := Stage, Decide
		if v.OfExclusions() {
			proposes, decides = StageExclusions, KeepExclusions
		}
		v.ByFace, v.Decider = faces[v.By].As(proposes), faces[v.DecidedBy].As(decides)
	}
	return err
}

// faceEditions says who put editions in force.
func (h *hand) faceEditions(ctx context.Context, c *web.Call, all []KnowledgeEdition) error {
	var ids []string
	for i := range all {
		ids = append(ids, all[i].By)
	}
	faces, err := h.door.Access.Faces(ctx, h.door.DB, c.Actor, ids...)
	for i := range all {
		all[i].ByFace = faces[all[i].By].As(Decide)
	}
	return err
}

// faceExempt says who put versions of the exclusion list in force.
func (h *hand) faceExempt(ctx context.Context, c *web.Call, all []ExemptVersion) error {
	var ids []string
	for i := range all {
		ids = append(ids, all[i].By)
	}
	faces, err := h.door.Access.Faces(ctx, h.door.DB, c.Actor, ids...)
	for i := range all {
		all[i].ByFace = faces[all[i].By].As(KeepExclusions)
	}
	return err
}

// faceVersions says who put the versions of a point in force.
func (h *hand) faceVersions(ctx context.Context, c *web.Call, all []PointVersion) error {
	editions := make([]KnowledgeEdition, len(all))
	for i := range all {
		editions[i] = all[i].Edition
	}
	err := h.faceEditions(ctx, c, editions)
	for i := range all {
		all[i].Edition = editions[i]
	}
	return err
}

// answer is an edition that has just come into force.
func (h *hand) answer(ctx context.Context, c *web.Call, e KnowledgeEdition) (*web.Body[KnowledgeEdition], error) {
	e.Current = true
	one := []KnowledgeEdition{e}
	err := h.faceEditions(ctx, c, one)
	return web.Answer(one[0]), err
}
