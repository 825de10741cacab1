package lock

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestHeld(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "lock")
	for name, try := range map[string]func() (*Lock, error){
		"file":   func() (*Lock, error) { return Try(path) },
		"folder": func() (*Lock, error) { return TryFolder(dir) },
	} {
		first, err := try()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, err := try(); !errors.Is(err, ErrHeld) {
			t.Errorf("%s: a second writer was told %v", name, err)
		}
		if err := first.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		second, err := try()
		if err != nil {
			t.Fatalf("%s: not given back: %v", name, err)
		}
		_ = second.Close()
	}
}

// TestCopy: a copy of the file, as a process that is being started has it, does not
// keep the lock.
func TestCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Try(path)
	if err != nil {
		t.Fatal(err)
	}
	copied, err := syscall.Dup(int(first.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(copied)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := Try(path)
	if err != nil {
		t.Fatalf("the copy keeps the lock: %v", err)
	}
	_ = second.Close()
}

func TestWait(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	first, err := Wait(path)
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan error, 1)
	go func() {
		second, err := Wait(path)
		if err == nil {
			err = second.Close()
		}
		got <- err
	}()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-got; err != nil {
		t.Fatal(err)
	}
}

func TestNoPlace(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "lock")
	for name, take := range map[string]func(string) (*Lock, error){"try": Try, "wait": Wait, "folder": TryFolder} {
		if _, err := take(path); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
