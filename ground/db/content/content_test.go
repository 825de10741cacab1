package content_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiheng/ground/db/content"
)

// TestKeep keeps a content twice, and one in a folder that cannot be made.
func TestKeep(t *testing.T) {
	sha := strings.Repeat("ab", 32)
	f := content.Folder(filepath.Join(t.TempDir(), "contents"))
	for range 2 {
		if err := f.Keep(sha, []byte("甲")); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(f.Path(sha))
	if err != nil || string(text) != "甲" {
		t.Errorf("kept %q (%v)", text, err)
	}
	info, err := os.Stat(f.Path(sha))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	beside, err := filepath.Glob(filepath.Join(filepath.Dir(f.Path(sha)), ".partial-*"))
	if err != nil || len(beside) > 0 {
		t.Errorf("left beside it: %v (%v)", beside, err)
	}
	if err := content.Folder(f.Path(sha)).Keep(sha, nil); err == nil {
		t.Error("a folder that is a file took a content")
	}
}
