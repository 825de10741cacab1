package server

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// TestViewer serves the page of the API and all that it asks for from here, under a policy
// without inline script; nothing else comes out of the folder.
func TestViewer(t *testing.T) {
	door := New(Parts{}).Handler()
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		door.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	page := get("/api")
	if policy := page.Header().Get("Content-Security-Policy"); page.Code != 200 || !strings.Contains(policy, "script-src 'self';") || strings.Contains(policy, "http") {
		t.Fatalf("%d, %s", page.Code, policy)
	}
	asked := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page.Body.String(), -1)
	if len(asked) != 5 || regexp.MustCompile(`<script>|https?:`).MatchString(page.Body.String()) {
		t.Errorf("asks for %v", asked)
	}
	for _, a := range asked {
		if w := get(a[1]); w.Code != 200 || !strings.HasPrefix(a[1], "/api/") {
			t.Errorf("%s: %d", a[1], w.Code)
		}
	}
	for _, path := range []string{"/api/viewer/none.js", "/api/viewer/..%2Fviewer.go", "/api/viewer/", "/api/viewer/.."} {
		if w := get(path); w.Code == 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
