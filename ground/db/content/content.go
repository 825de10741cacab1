// Package content keeps what is too large for a row beside the database: contents by
// their SHA-256, each once however often rows name it.
package content

import (
	"errors"
	"os"
	"path/filepath"
)

// Folder is where contents lie, in sub-folders by the first two digits of their hash.
type Folder string

// Path is where the content of a hash, in hexadecimal, lies or would lie.
func (f Folder) Path(sha string) string { return filepath.Join(string(f), sha[:2], sha) }

// Keep writes a content under its hash, whole or not at all, readable by the owner alone.
// One that is there already is left alone.
func (f Folder) Keep(sha string, content []byte) error {
	path := f.Path(sha)
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".partial-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	_, err = part.Write(content)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), path)
}
