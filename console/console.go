// Package console serves the web console: pages in dist/app, built by `make console` and
// embedded. Without them it serves a page that says how to build them, so that the
// program builds and runs without Node.
package console

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var embedded embed.FS

// policy lets a page load its own scripts and nothing else. Styles may stand in the
// page: the component library writes them there.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Built says whether the pages are embedded.
func Built() bool {
	_, err := fs.Stat(embedded, "dist/app/index.html")
	return err == nil
}

// Serve answers a request that is for the console, a file of it or an address that a
// browser shows as a page, and says whether it was: whatever else is the API's. It
// keeps the headers that are set already, but for those that pages need otherwise.
func Serve(w http.ResponseWriter, r *http.Request) bool {
	if !isOurs(r) {
		return false
	}
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	switch {
	case !Built():
		h.Set("Cache-Control", "no-store")
		write(w, r, http.StatusServiceUnavailable, "dist/unbuilt.html")
	case isFile(r.URL.Path):
		serveFile(w, r)
	default:
		h.Set("Cache-Control", "no-cache") // it names the files of this version
		write(w, r, http.StatusOK, "dist/app/index.html")
	}
	return true
}

func isOurs(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead || !strings.HasPrefix(r.URL.Path, "/") {
		return false
	}
	for _, api := range []string{"/api", "/healthz"} {
		if r.URL.Path == api || strings.HasPrefix(r.URL.Path, api+"/") {
			return false
		}
	}
	return isFile(r.URL.Path) || strings.Contains(r.Header.Get("Accept"), "text/html")
}

// isFile says whether the path names a file of the console; /third-party.txt are the
// licences of what the pages contain.
func isFile(name string) bool {
	return strings.HasPrefix(name, "/assets/") || name == "/favicon.svg" || name == "/third-party.txt"
}

// serveFile serves a file, compressed as the browser takes it. The names of assets hold
// a hash of their content: they may be kept for ever.
func serveFile(w http.ResponseWriter, r *http.Request) {
	name := "dist/app" + path.Clean(r.URL.Path)
	if s, err := fs.Stat(embedded, name); err != nil || s.IsDir() {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "没有这个文件，请刷新页面", http.StatusNotFound)
		return
	}
	keep := "public, max-age=86400"
	if strings.HasPrefix(r.URL.Path, "/assets/") {
		keep = "public, max-age=31536000, immutable"
	}
	w.Header().Set("Cache-Control", keep)
	w.Header().Set("Vary", "Accept-Encoding")
	w.Header().Set("Content-Type", typeOf(name))
	for _, c := range []struct{ coding, extension string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if _, err := fs.Stat(embedded, name+c.extension); err == nil && accepts(r, c.coding) {
			w.Header().Set("Content-Encoding", c.coding)
			name += c.extension
			break
		}
	}
	write(w, r, http.StatusOK, name)
}

// accepts says whether the browser takes a coding. One that it weighs with q=0 it does not.
func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
		if strings.EqualFold(strings.TrimSpace(name), coding) && (err != nil || q > 0) {
			return true
		}
	}
	return false
}

// typeOf is the type of a file. The machine's own table of types may say anything.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".html":
		return "text/html; charset=utf-8"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	return "application/octet-stream"
}

func write(w http.ResponseWriter, r *http.Request, status int, name string) {
	content, err := embedded.ReadFile(name)
	if err != nil {
		http.Error(w, "没有这个文件，请刷新页面", http.StatusNotFound)
		return
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", typeOf(name))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(content) // whoever asked may be gone
	}
}
