package lake

import (
	"cmp"
	"slices"
)

// job is files of one partition that become one.
type job struct {
	month, bucket int
	files         []File
	places        []int // columns that one of the files has
}

// plan chooses what to merge: in a partition of more than maxFiles the smallest
// files, so that half of maxFiles are left, and everywhere the files that hold rows
// of retired sources.
func plan(t *Table, files []File, retired map[string]bool, maxFiles int) (jobs []job, err error) {
	for len(files) > 0 {
		n := 1
		for n < len(files) && files[n].Bucket == files[0].Bucket && files[n].Month == files[0].Month {
			n++
		}
		var merge []File
		if merge, err = choose(t, files[:n], retired, maxFiles); err != nil {
			return nil, err
		}
		jobs = appendJobs(jobs, merge)
		files = files[n:]
	}
	for i := range jobs {
		if jobs[i].places, err = placesOf(t, jobs[i].files); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

func choose(t *Table, files []File, retired map[string]bool, maxFiles int) (merge []File, err error) {
	bySize := slices.Clone(files)
	slices.SortStableFunc(bySize, func(a, b File) int { return cmp.Compare(a.Rows, b.Rows) })
	crowd := 0
	if len(files) > maxFiles {
		crowd = len(files) - max(1, maxFiles/2) + 1
	}
	for i, f := range bySize {
		stale := false
		if i >= crowd && len(retired) > 0 {
			if stale, err = holds(t, f, retired); err != nil {
				return nil, err
			}
		}
		if i < crowd || stale {
			merge = append(merge, f)
		}
	}
	return merge, nil
}

// holds says whether f has rows of one of the tags.
func holds(t *Table, f File, tags map[string]bool) (bool, error) {
	r, err := OpenFile(f.Path, t)
	if err != nil {
		return false, err
	}
	defer r.Close()
	for i := range r.Blocks() {
		b := r.Block(i)
		v, err := b.Col(ColSource)
		found := false
		if err == nil && v != nil {
			dict := v.Dict
			if v.Offsets != nil {
				dict, _ = v.dictionary()
			}
			found = slices.ContainsFunc(dict, func(tag string) bool { return tags[tag] })
		}
		b.Close()
		if found || err != nil {
			return found, err
		}
	}
	return false, nil
}

// appendJobs cuts the files of a partition into merges that fit into memory.
func appendJobs(jobs []job, files []File) []job {
	for len(files) > 0 {
		n, rows := 0, int64(0)
		for n < len(files) && n < mergeFiles && (n < 2 || rows < mergeRows) {
			rows += min(files[n].Rows, groupRows)
			n++
		}
		jobs = append(jobs, job{month: files[0].Month, bucket: files[0].Bucket, files: files[:n]})
		files = files[n:]
	}
	return jobs
}

// placesOf returns the places of the columns that one of the files has.
func placesOf(t *Table, files []File) (places []int, err error) {
	has := make([]bool, len(added)+len(t.Columns))
	for _, f := range files {
		r, err := OpenFile(f.Path, t)
		if err != nil {
			return nil, err
		}
		for i := range has {
			has[i] = has[i] || r.has(i)
		}
		if err := r.Close(); err != nil {
			return nil, err
		}
	}
	for i, ok := range has {
		if ok || i == atMonth || i == atBucket {
			places = append(places, i)
		}
	}
	return places, nil
}
