package server

import (
	"embed"
	"io/fs"
	"mime"
	"net/http"
	"path"
)

// viewerFiles are the page of the API and Swagger UI (Apache-2.0, its LICENSE and NOTICE lie with it), as its
// authors publish it but for the mention of its source map.
//
//go:embed viewer
var viewerFiles embed.FS

// viewerPolicy lets the page load what this server has, and nothing else. Swagger UI sets
// styles of elements and carries its pictures as data.
const viewerPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// viewer serves the interactive page of the API, from this server only.
func (s *Server) viewer() {
	s.door.HandleFunc("GET /api", func(w http.ResponseWriter, _ *http.Request) { show(w, "index.html", "no-store") })
	s.door.HandleFunc("GET /api/viewer/{file}", func(w http.ResponseWriter, r *http.Request) { show(w, r.PathValue("file"), "no-cache") })
}

func show(w http.ResponseWriter, name, keep string) {
	text, err := fs.ReadFile(viewerFiles, path.Join("viewer", path.Base(name)))
	if err != nil {
		http.Error(w, "没有这个地址", http.StatusNotFound)
		return
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "text/plain; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Security-Policy", viewerPolicy)
	w.Header().Set("Cache-Control", keep)
	_, _ = w.Write(text) // whoever asked may be gone
}
