package rule

import (
	"context"
	"path"

	"yiheng/ground/web"
)

// ClassText is a class as its folder has it: what a region's own version of it begins with.
type ClassText struct {
	Definition string `json:"definition" doc:"rule.yaml"`
	Cases      string `json:"cases" doc:"cases.yaml; nothing for a class that this version does not run"`
}

func (s *Shelf) text(_ context.Context, _ *web.Call, in *web.ByID) (*web.Body[ClassText], error) {
	class, known := Get(in.ID)
	if !known {
		return nil, web.NotFound()
	}
	definition, err := embedded.ReadFile(path.Join("library", in.ID, "rule.yaml"))
	if err != nil {
		return nil, err
	}
	cases, err := embedded.ReadFile(path.Join("library", in.ID, "cases.yaml"))
	if err != nil && Executable(class) {
		return nil, err
	}
	return web.Answer(ClassText{string(definition), string(cases)}), nil
}
