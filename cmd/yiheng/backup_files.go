package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"yiheng/audit/screening"
	"yiheng/ground/db"
	"yiheng/ground/lock"
	"yiheng/ground/seal"
)

// staging begins the name of the folder in the home where a backup links its files.
const staging = ".backup-"

// staged is the files of a home as of one moment.
type staged struct {
	home, dir string
	files     []string // below dir, as below the home
	bytes     int64
	running   []string // runs that were left out
	secrets   map[string][]byte
	sources   map[string]bool   // that the lake had at the moment
	early     map[string][]byte // files that were read before the moment
}

// ahead are files that say what the database has: newer than the moment, they would
// accuse it of having lost something.
var ahead = []string{"journal.checkpoint"}

// newStaged begins before the moment.
func newStaged(home string) *staged {
	s := &staged{
		home: home, dir: filepath.Join(home, fmt.Sprintf("%s%d", staging, os.Getpid())),
		secrets: map[string][]byte{}, sources: map[string]bool{}, early: map[string][]byte{},
	}
	for _, name := range ahead {
		if text, err := os.ReadFile(filepath.Join(home, name)); err == nil {
			s.early[name] = text
		}
	}
	return s
}

func (s *staged) remove() { _ = os.RemoveAll(s.dir) }

// stage links what the snapshot needs of the lake, the finished runs and everything
// else in the home that is whole. Key files go to secrets.
func (s *staged) stage(ctx context.Context, h *home, snap *db.Snapshot) error {
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return err
	}
	needed, err := h.lake.Needs(ctx, snap)
	if err != nil {
		return err
	}
	for _, path := range needed {
		if err := s.link(filepath.Join("lake", path)); err != nil {
			return err
		}
	}
	var ids []string
	if err := snap.NewSelect().Table("lake_source").Column("id").Scan(ctx, &ids); err != nil {
		return err
	}
	for _, id := range ids {
		s.sources[id] = true
	}
	runs, err := filepath.Glob(filepath.Join(s.home, screening.Runs, "YX*"))
	if err != nil {
		return err
	}
	for _, run := range runs {
		if err := s.stageRun(run); err != nil {
			return err
		}
	}
	return s.stageRest()
}

// link keeps a file that is never written in place.
func (s *staged) link(path string) error {
	to := filepath.Join(s.dir, path)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	err := os.Link(filepath.Join(s.home, path), to)
	switch {
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.EXDEV):
		return fmt.Errorf("数据文件夹 %s 所在的文件系统不支持硬链接，不能在使用中备份：请停止使用后复制整个文件夹（%w）", s.home, err)
	case err != nil:
		return err
	}
	return s.add(path)
}

func (s *staged) add(path string) error {
	info, err := os.Stat(filepath.Join(s.dir, path))
	if err != nil {
		return err
	}
	s.files, s.bytes = append(s.files, path), s.bytes+info.Size()
	return nil
}

// stageRun links a finished run, whose lock it holds meanwhile.
func (s *staged) stageRun(dir string) error {
	name := filepath.Base(dir)
	path := filepath.Join(dir, "lock")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	held, err := lock.Try(path)
	if errors.Is(err, lock.ErrHeld) {
		s.running = append(s.running, name)
		return nil
	} else if err != nil {
		return err
	}
	defer held.Close()
	if _, err := os.Stat(filepath.Join(dir, "finished.json")); err != nil {
		s.running = append(s.running, name)
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && !passing.MatchString(e.Name()) {
			if err := s.link(filepath.Join(screening.Runs, name, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// passing are names of files that are locks, or not yet whole: dot files, parts,
// spills. sourced finds the source that a file of the intake belongs to.
var (
	passing = regexp.MustCompile(`^\.|^lock$|^new-\d+$|\.(lock|part|tmp|setl)$|\.run\d*$|^yiheng\.db`)
	sourced = regexp.MustCompile(`([0-9a-f]{16})\.(keys|csv|moved\.json)$`)
)

// stageRest takes over the rest of the home. Files of sources that the snapshot does
// not know are those of an intake under way.
func (s *staged) stageRest() error {
	return filepath.WalkDir(s.home, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone meanwhile
		}
		if err != nil || path == s.home {
			return err
		}
		below, err := filepath.Rel(s.home, path)
		if err != nil {
			return err
		}
		switch {
		case e.IsDir() && (below == "lake" || below == screening.Runs || strings.HasPrefix(e.Name(), ".")):
			return fs.SkipDir
		case !e.Type().IsRegular(), passing.MatchString(e.Name()):
			return nil
		}
		if m := sourced.FindStringSubmatch(below); m != nil && !s.sources[m[1]] {
			return nil
		}
		err = s.take(below)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// small is what is copied instead of linked: small files and JSON may be written in
// place, larger ones are not.
const small = 1 << 20

func (s *staged) take(path string) error {
	from := filepath.Join(s.home, path)
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	isJSON := filepath.Ext(path) == ".json"
	if info.Size() >= small && !isJSON {
		return s.link(path)
	}
	text, err := os.ReadFile(from)
	for range 20 {
		if err != nil || !isJSON || json.Valid(text) {
			break
		}
		time.Sleep(50 * time.Millisecond) // somebody writes it now
		text, err = os.ReadFile(from)
	}
	if err != nil {
		return err
	}
	if seal.IsKeyFile(text) {
		s.secrets[filepath.ToSlash(path)] = text
		return nil
	}
	if slices.Contains(ahead, path) {
		if text = s.early[path]; text == nil {
			return nil
		}
	}
	to := filepath.Join(s.dir, path)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		return err
	}
	return s.add(path)
}
