package knowledge

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"yiheng/ground/calendar"
)

// keep writes points to the file of their hash and returns it.
func (s *Store) keep(points []Point) (hash string, err error) {
	return s.keepSet("知识库", s.Path, func(w io.Writer) error { return WriteExchange(w, points) })
}

// keepSet writes a set to the file of the hash of its text, at path, and returns the
// hash. A file that is there already is left alone. What names the set to people.
func (s *Store) keepSet(what string, path func(hash string) string, write func(io.Writer) error) (hash string, err error) {
	f, err := s.newFile()
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	sum := sha256.New()
	z, err := zstd.NewWriter(f, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return "", err
	}
	err = errors.Join(write(io.MultiWriter(z, sum)), z.Close(), f.Sync())
	if err != nil {
		return "", fmt.Errorf("%s写入失败：%w；请检查磁盘空间", what, err)
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	if _, err := os.Stat(path(hash)); err == nil {
		return hash, nil
	}
	return hash, os.Rename(f.Name(), path(hash))
}

// newFile makes a file in the folder of the sets, to be renamed once it is whole.
func (s *Store) newFile() (*os.File, error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return nil, fmt.Errorf("知识库目录不能建立：%w；请检查数据目录的写入权限", err)
	}
	f, err := os.CreateTemp(s.dir, "new-*")
	if err != nil {
		return nil, fmt.Errorf("知识库目录不能写入：%w；请检查权限和磁盘空间", err)
	}
	return f, nil
}

// LoadFile reads the file of a set (Store.Path) and proves that it is unaltered.
// points is how many it holds, to allocate once; 0 when that is not known.
func LoadFile(path string, points int) ([]Point, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("知识库文件打不开：%w", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	sum := sha256.New()
	loaded, err := load(io.TeeReader(z, sum), points)
	if err != nil {
		return nil, fmt.Errorf("知识库文件 %s 损坏：%w；请从备份恢复", filepath.Base(path), err)
	}
	hash, _, _ := strings.Cut(filepath.Base(path), ".")
	if hex.EncodeToString(sum.Sum(nil)) != hash {
		return nil, fmt.Errorf("知识库文件 %s 被改动过：内容与文件名的校验值不符；请从备份恢复", filepath.Base(path))
	}
	return slices.Clip(loaded), nil
}

// load reads what WriteExchange wrote. Each distinct params text is parsed once.
func load(r io.Reader, count int) ([]Point, error) {
	s, t := newScanner(r), newTexts()
	if err := s.next(); err != nil {
		return nil, err
	}
	params := map[string]*Params{}
	days := map[string]calendar.Day{}
	points := make([]Point, 0, count)
	field := func(c int) []byte { return s.fields[c] }
	for {
		err := s.next()
		if errors.Is(err, io.EOF) {
			return points, nil
		}
		if err != nil {
			return nil, err
		}
		if len(s.fields) != columns {
			return nil, fmt.Errorf("第 %d 行有 %d 列", s.row, len(s.fields))
		}
		p := t.plain(field)
		if p.ValidFrom, err = day(days, s.fields[colFrom]); err != nil {
			return nil, err
		}
		if p.ValidTo, err = day(days, s.fields[colTo]); err != nil {
			return nil, err
		}
		if text := s.fields[colParams]; len(text) > 0 {
			q := params[string(text)]
			if q == nil {
				q = new(Params)
				if err := json.Unmarshal(text, q); err != nil {
					return nil, fmt.Errorf("第 %d 行：%w", s.row, err)
				}
				params[string(text)] = q
			}
			p.Params = q
		}
		points = append(points, p)
	}
}

// day reads a day; few are different.
func day(seen map[string]calendar.Day, f []byte) (calendar.Day, error) {
	if len(f) == 0 {
		return calendar.NoDay, nil
	}
	d, ok := seen[string(f)]
	if ok {
		return d, nil
	}
	d, err := calendar.ParseDay(f)
	seen[string(f)] = d
	return d, err
}
