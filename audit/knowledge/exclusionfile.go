package knowledge

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// WriteExclusions writes exclusions as the CSV that ReadExclusions reads, in the
// order of their ids: equal exclusions give the same bytes.
func WriteExclusions(w io.Writer, exclusions []Exclusion) error {
	sorted := slices.Clone(exclusions)
	slices.SortFunc(sorted, func(a, b Exclusion) int { return strings.Compare(a.ID, b.ID) })
	b := bufio.NewWriter(w)
	var line []byte
	for i, c := range exclusionColumns {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(line, c.name...)
	}
	b.Write(append(line, '\n'))
	for i := range sorted {
		line = line[:0]
		for n, c := range exclusionColumns {
			if n > 0 {
				line = append(line, ',')
			}
			line = appendField(line, c.get(&sorted[i]))
		}
		b.Write(append(line, '\n'))
	}
	return b.Flush()
}

// keepExclusions writes exclusions to the file of their hash and returns it.
func (s *Store) keepExclusions(exclusions []Exclusion) (hash string, err error) {
	return s.keepSet("例外名单", s.exclusionPath, func(w io.Writer) error { return WriteExclusions(w, exclusions) })
}

// LoadExclusions reads the file of an exclusion set (Store.ExclusionSet) and proves
// that it is unaltered. The empty path has none.
func LoadExclusions(path string) ([]Exclusion, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("例外名单文件打不开：%w；请从备份恢复", err)
	}
	defer f.Close()
	z, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	name := filepath.Base(path)
	sum := sha256.New()
	r := &exclusionReader{file: &ExclusionIntake{Name: name}, stored: true}
	if err := r.csv(io.TeeReader(z, sum)); err != nil {
		return nil, fmt.Errorf("例外名单文件 %s 损坏：%w；请从备份恢复", name, err)
	}
	hash, _, _ := strings.Cut(name, ".")
	if hex.EncodeToString(sum.Sum(nil)) != hash {
		return nil, fmt.Errorf("例外名单文件 %s 被改动过：内容与文件名的校验值不符；请从备份恢复", name)
	}
	if len(r.file.Problems) > 0 {
		return nil, fmt.Errorf("例外名单文件由不同版本的系统写成，读不出：%w", r.file.Problems)
	}
	return r.file.Exclusions, nil
}
