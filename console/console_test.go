package console_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yiheng/console"
)

// ask asks the console as a browser does.
func ask(method, path string, head map[string]string) (*httptest.ResponseRecorder, bool) {
	r := httptest.NewRequest(method, path, nil)
	for name, value := range head {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	served := console.Serve(w, r)
	return w, served
}

var page = map[string]string{"Accept": "text/html,application/xhtml+xml"}

func TestConsoleAnswersBrowsersOnly(t *testing.T) {
	for name, c := range map[string]struct {
		method, path string
		head         map[string]string
		served       bool
	}{
		"the start":                 {"GET", "/", page, true},
		"the address of a page":     {"GET", "/findings/YD1?tab=history", page, true},
		"only its head":             {"HEAD", "/people", page, true},
		"an asset":                  {"GET", "/assets/none.js", nil, true},
		"the icon":                  {"GET", "/favicon.svg", nil, true},
		"the licences":              {"GET", "/third-party.txt", nil, true},
		"the API":                   {"GET", "/api/me", page, false},
		"what the API has not":      {"GET", "/api/none", page, false},
		"the API itself":            {"GET", "/api", page, false},
		"health":                    {"GET", "/healthz", page, false},
		"a program that looks":      {"GET", "/people", map[string]string{"Accept": "*/*"}, false},
		"a change":                  {"POST", "/people", page, false},
		"a path out of the assets":  {"GET", "/assets/../../console.go", nil, true},
		"what only begins like API": {"GET", "/apiary", page, true},
	} {
		t.Run(name, func(t *testing.T) {
			w, served := ask(c.method, c.path, c.head)
			if served != c.served {
				t.Errorf("served: %v, want %v", served, c.served)
			}
			if strings.Contains(w.Body.String(), "package console") {
				t.Error("gives the source away")
			}
			if c.method == "HEAD" && w.Body.Len() > 0 {
				t.Error("an answer to HEAD has a body")
			}
		})
	}
}

func TestConsolePolicyAllowsNoInlineScript(t *testing.T) {
	w, _ := ask("GET", "/", page)
	policy := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %q", policy, want)
		}
	}
	if inline := regexp.MustCompile(`(?i)<script(?:>|[^>]*[^"]>[^<])|\son[a-z]+=`).FindString(w.Body.String()); inline != "" {
		t.Errorf("the page has inline script: %s", inline)
	}
	if w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("X-Frame-Options") != "DENY" {
		t.Errorf("headers: %v", w.Header())
	}
}

func TestConsoleWithoutPagesSaysHowToBuildThem(t *testing.T) {
	if console.Built() {
		t.Skip("the pages are built: what stands in for them was left out")
	}
	w, _ := ask("GET", "/", page)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "make build") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestConsoleAssetsAreKeptAndCompressed(t *testing.T) {
	if !console.Built() {
		t.Skip("left out: the pages are not built (make console)")
	}
	start, _ := ask("GET", "/", page)
	asset := regexp.MustCompile(`/assets/[^"]+\.js`).FindString(start.Body.String())
	for coding, want := range map[string]string{"": "", "gzip, br": "br", "gzip": "gzip", "br;q=0, gzip": "gzip"} {
		w, _ := ask("GET", asset, map[string]string{"Accept-Encoding": coding})
		h := w.Header()
		if w.Code != http.StatusOK || h.Get("Content-Encoding") != want || !strings.Contains(h.Get("Cache-Control"), "immutable") || !strings.HasPrefix(h.Get("Content-Type"), "text/javascript") {
			t.Errorf("%s taken as %q: %d %v", asset, coding, w.Code, h)
		}
	}
	if got := start.Header().Get("Cache-Control"); got != "no-cache" {
		t.Errorf("the page may be kept: %q", got)
	}
	if w, _ := ask("GET", "/assets/gone-1234.js", nil); w.Code != http.StatusNotFound || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("an asset of another version: %d %v", w.Code, w.Header())
	}
}

// TestPagesInBrowser walks all pages in headless Chromium: console/e2e and the rooms'
// *.e2e.ts. Screenshots are left in build/screens.
func TestPagesInBrowser(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	run := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(name, args...)
		c.Dir = root
		return c
	}
	switch {
	case testing.Short():
		t.Skip("left out: -short")
	case run("tools/console.sh", "--node").Run() != nil:
		t.Skip("left out: no Node 20.19 or later")
	case run("tools/console.sh", "--check").Run() != nil || !console.Built():
		t.Skip("left out: the pages are not built, or of other sources (make console)")
	case !hasChromium():
		t.Skip("left out: no Chromium (CHROMIUM names one)")
	}
	binary := filepath.Join(t.TempDir(), "yiheng")
	if out, err := run("go", "build", "-buildvcs=false", "-o", binary, "./cmd/yiheng").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, c := range []*exec.Cmd{
		run("npx", "vitest", "run", "--reporter=verbose"),
		run("npx", "vitest", "run", "--reporter=verbose", "--config", "e2e/vitest.config.ts"),
	} {
		c.Dir = filepath.Join(root, "console")
		c.Env = append(os.Environ(), "YIHENG_BINARY="+binary, "NO_COLOR=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

func hasChromium() bool {
	return os.Getenv("CHROMIUM") != "" || slices.ContainsFunc([]string{"chromium", "chromium-browser", "google-chrome"}, func(name string) bool {
		_, err := exec.LookPath(name)
		return err == nil
	})
}
