package lake

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncDir brings everything written below dir to the disk, with one call for its
// whole file system: the files of an intake are many and small.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
