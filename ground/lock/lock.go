// Package lock keeps other writers, of this process or another, from a file or a
// folder meanwhile. It is flock, which the kernel gives back when the process ends,
// however it ends.
package lock

import (
	"errors"
	"os"
	"syscall"
)

// ErrHeld is returned when another writer holds the lock.
var ErrHeld = errors.New("lock: held by another writer")

// Lock is a lock that is held until Close. What a writer wants others to know about
// it, it writes into File.
type Lock struct{ *os.File }

// Try locks the file at path, which it makes when it is not there; when another
// writer holds it, it returns ErrHeld at once.
func Try(path string) (*Lock, error) {
	return take(path, os.O_CREATE|os.O_RDWR, syscall.LOCK_EX|syscall.LOCK_NB)
}

// Wait is Try that waits until the lock is free.
func Wait(path string) (*Lock, error) {
	return take(path, os.O_CREATE|os.O_RDWR, syscall.LOCK_EX)
}

// TryFolder is Try for a folder itself: no file stays in it.
func TryFolder(path string) (*Lock, error) {
	return take(path, os.O_RDONLY, syscall.LOCK_EX|syscall.LOCK_NB)
}

func take(path string, open, how int) (*Lock, error) {
	f, err := os.OpenFile(path, open, 0o600)
	if err != nil {
		return nil, err
	}
	switch err := syscall.Flock(int(f.Fd()), how); {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, errors.Join(ErrHeld, f.Close())
	case err != nil:
		return nil, errors.Join(&os.PathError{Op: "flock", Path: path, Err: err}, f.Close())
	}
	return &Lock{f}, nil
}

// Close gives the lock back. To close the file would not be enough: a process that
// is being started has copies of all files of this one until it becomes the other
// program, and the lock would stay with the copy.
func (l *Lock) Close() error {
	return errors.Join(syscall.Flock(int(l.Fd()), syscall.LOCK_UN), l.File.Close())
}
