// Package demo makes a city that does not exist: its people, hospitals and a year of
// their claims in the national tables, with violations injected at a known rate,
// near misses beside them, and the truth of both. It imports nothing of audit: what
// is true is worked out by who injected it.
package demo

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"yiheng/ground/calendar"
)

// Options say which city to make. The same options give the same bytes, whatever
// the number of cores.
type Options struct {
	Lines    int64        // about so many fee lines; the last person's lines are complete
	Persons  int64        // instead of Lines: exactly so many persons
	Seed     uint64       // 0 is a seed like any other
	Clean    bool         // no violation; lawful uses and near misses stay
	From, To calendar.Day // NoDay or 0: 2025-01-01, 2025-12-31
	Heavy    int64        // the first person has about so many lines instead of an ordinary year's
	Every    int64        // every so many-th person is a scene; 0: by size, from the 3rd to the 25th
	Workers  int          // 0: one for each core
	Progress func(lines int64)
}

// Summary says what a city holds.
type Summary struct {
	Persons, Visits, Settlements, Lines int64
	Diagnoses, Operations               int64
	Bytes                               int64
	Truths, NearMisses                  map[string]int64 // by rule
}

// String is a short table for people, in Chinese.
func (s Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "参保人 %d，就诊 %d，结算 %d，费用明细 %d，诊断 %d，手术 %d，共 %.1f MB\n",
		s.Persons, s.Visits, s.Settlements, s.Lines, s.Diagnoses, s.Operations, float64(s.Bytes)/1e6)
	var rules []string
	for r := range s.NearMisses {
		rules = append(rules, r)
	}
	for r := range s.Truths {
		if s.NearMisses[r] == 0 {
			rules = append(rules, r)
		}
	}
	slices.Sort(rules)
	for _, r := range rules {
		fmt.Fprintf(&b, "  %-18s 注入 %5d  易混而合规 %5d\n", r, s.Truths[r], s.NearMisses[r])
	}
	return b.String()
}

// linesPerPerson is the mean number of fee lines of a person in a year.
const linesPerPerson = 39

func (o *Options) complete() error {
	if o.From == calendar.NoDay || o.From == 0 {
		o.From = calendar.DayOf(2025, 1, 1)
	}
	if o.To == calendar.NoDay || o.To == 0 {
		o.To = calendar.DayOf(2025, 12, 31)
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	switch {
	case o.To-o.From < 180:
		return fmt.Errorf("demo: %s–%s: a city needs half a year at least", o.From, o.To)
	case o.Lines <= 0 && o.Persons <= 0:
		return errors.New("demo: neither lines nor persons were asked for")
	case o.Persons <= 0 && o.Lines < 1000:
		return fmt.Errorf("demo: %d lines are no city; ask for 1,000 or more", o.Lines)
	}
	return nil
}

// years is how many years the records span.
func (o *Options) years() int { return max(1, int(o.To-o.From+1+180)/365) }

// estimate is about how many persons the options mean.
func (o *Options) estimate() int64 {
	if o.Persons > 0 {
		return o.Persons
	}
	return max(1, o.Lines/int64(linesPerPerson*o.years()))
}

// generator makes the options' generator. Of a small city every third person is a
// scene, of a large one every twenty-fifth.
func (o *Options) generator() *generator {
	g := newGenerator(o)
	g.heavy = o.Heavy
	g.peers = o.estimate() >= peerLeast
	if g.every = o.Every; g.every <= 0 {
		g.every = min(25, max(3, o.estimate()/200))
	}
	return g
}

// forms are the tables of persons, in the order of their files.
var forms = []*form{feeList, mdtrt, setl, diag, oprn, psnInfo, recorded, traced}

const (
	truthPart = iota + 8
	missPart
	listPart
	parts
)

// Write makes a city in dir, one CSV file a table; truth.csv and nearmiss.csv; and
// what the truth rests on beside the starter pack, to be imported: points.csv, and
// exclusions.csv, the visits that rules do not judge.
func Write(dir string, o Options) (Summary, error) {
	if err := o.complete(); err != nil {
		return Summary{}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Summary{}, fmt.Errorf("demo: %w", err)
	}
	g := o.generator()
	f, err := createFiles(dir)
	if err != nil {
		return Summary{}, fmt.Errorf("demo: %w", err)
	}
	s := Summary{Truths: map[string]int64{}, NearMisses: map[string]int64{}}
	err = g.people(&o, func(b *block) (bool, error) { return f.take(&o, &s, b) })
	err = errors.Join(err, f.standing(g), f.close(&s))
	if err != nil {
		return s, fmt.Errorf("demo: %w", err)
	}
	return s, nil
}
