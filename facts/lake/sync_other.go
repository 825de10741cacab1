//go:build !linux

package lake

import (
	"io/fs"
	"os"
	"path/filepath"
)

// syncDir brings every file below dir to the disk.
func syncDir(dir string) error {
	return filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
