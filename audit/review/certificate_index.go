package review

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// Certificates of a run lie in the home's folder certificates as <run>.ndjson, as the run
// gave them out, and beside it <run>.index: for each finding, in the order of ids, where
// its certificate's line begins and how long it is. Lines of the index are of one length,
// so that it is searched in place.

// keepCertificates copies a run's certificates into the home. A run that gave none out, or
// whose are there, is left as it is.
func keepCertificates(folder, run, path string) error {
	index := filepath.Join(folder, run+".index")
	if _, err := os.Stat(index); err == nil || path == "" {
		return nil
	}
	in, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	var places []certificatePlace
	err = writeWhole(filepath.Join(folder, run+".ndjson"), func(w io.Writer) error {
		places, err = copyCertificates(w, in)
		return err
	})
	if err != nil {
		return fmt.Errorf("疑点证书 %s 无法留存：%w", path, err)
	}
	return writeWhole(index, func(w io.Writer) error { return writePlaces(w, places) })
}

// certificatePlace is where the certificate of a finding stands.
type certificatePlace struct {
	id           string
	begin, bytes int64
}

// copyCertificates copies line by line and returns the findings in the order of their ids.
func copyCertificates(w io.Writer, r io.Reader) (places []certificatePlace, err error) {
	in, begin := bufio.NewReaderSize(r, 1<<20), int64(0)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var named struct {
				Findings []struct {
					ID string `json:"finding_id"`
				} `json:"findings"`
			}
			if err := json.Unmarshal(line, &named); err != nil {
				return nil, err
			}
			for _, f := range named.Findings {
				places = append(places, certificatePlace{f.ID, begin, int64(len(line))})
			}
		}
		if _, err := w.Write(line); err != nil {
			return nil, err
		}
		begin += int64(len(line))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(places, func(a, b certificatePlace) int { return cmp.Compare(a.id, b.id) })
	return places, nil
}

func writePlaces(w io.Writer, places []certificatePlace) error {
	widest := 0
	for _, p := range places {
		widest = max(widest, len(p.id))
	}
	for _, p := range places {
		if _, err := fmt.Fprintf(w, "%-*s %020d %012d\n", widest, p.id, p.begin, p.bytes); err != nil {
			return err
		}
	}
	return nil
}

// writeWhole writes a file that is there whole or not at all.
func writeWhole(path string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 1<<20)
	err = errors.Join(write(w), w.Flush(), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// certificateLine is the certificate of a finding as the run gave it out; nil when the
// home has none.
func certificateLine(folder, run, id string) ([]byte, error) {
	index, err := os.Open(filepath.Join(folder, filepath.Base(run)+".index"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer index.Close()
	begin, size, err := findPlace(index, id)
	if err != nil || size == 0 {
		return nil, err
	}
	all, err := os.Open(filepath.Join(folder, filepath.Base(run)+".ndjson"))
	if err != nil {
		return nil, err
	}
	defer all.Close()
	line := make([]byte, size)
	_, err = all.ReadAt(line, begin)
	return line, err
}

// findPlace searches the index; a size of 0: it is not there.
func findPlace(index *os.File, id string) (begin, size int64, err error) {
	head, err := bufio.NewReader(index).ReadString('\n')
	if errors.Is(err, io.EOF) {
		return 0, 0, nil
	}
	info, statErr := index.Stat()
	if err = errors.Join(err, statErr); err != nil {
		return 0, 0, err
	}
	row, count := make([]byte, len(head)), int(info.Size())/len(head)
	nameOf := func(k int) string {
		if _, readErr := index.ReadAt(row, int64(k)*int64(len(row))); readErr != nil {
			err = readErr
		}
		return strings.TrimRight(string(row[:len(row)-35]), " ")
	}
	k := sort.Search(count, func(k int) bool { return nameOf(k) >= id })
	if err != nil || k == count || nameOf(k) != id {
		return 0, 0, err
	}
	_, err = fmt.Sscanf(string(row[len(row)-34:]), "%d %d", &begin, &size)
	return begin, size, err
}
