package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yiheng/facts/lake"
)

// absent are points of codes that the city does not use, as most of a national
// library's are: rule, parameters, first character of the code.
var absent = []struct{ rule, params, code string }{
	{"GZ10000301004000", `{"sex":"2"}`, "XB"},
	{"GZ10000101012000", `{"level_min":2}`, "XC"},
	{"GZ10000101006000", `{"age_max_days":28}`, "XD"},
	{"GZ10000102014000", `{"window":"day","max":1}`, "0097"},
	{"GZ10000101010000", `{"mode":"distinct_days","max_days":14}`, "XE"},
	{"BD2025031", `{"window":"rolling","days":30,"max":1,"count":"times"}`, "0098"},
	{"GZ10000102011000", `{"level_min":3}`, "0099"},
	{"GZ10000102012000", `{"window":"day"}`, "0096"},
	{"GZ10000301011000", `{"window":"visit"}`, "XF"},
}

// generous are points of the city's own codes that nobody breaks: their cost is paid
// for every line.
var generous = []struct{ rule, params string }{
	{"BD2025029", `{"age_min_years":0,"age_max_years":150}`},
	{"GZ10000102009000", `{"med_types":["1","2","4","5","9"]}`},
	{"GZ10000102014000", `{"window":"day","max":100000}`},
	{"GZ10000101010000", `{"mode":"distinct_days","max_days":400}`},
	{"BD2025031", `{"window":"rolling","days":7,"max":100000}`},
}

// strict are points of the city's own codes that are broken now and then, of each
// program that is measured beside SQL: by how common the code is, a share of lines.
var strict = []struct {
	rule, params string
	share        float64
}{
	{"GZ10000301004000", `{"sex":"2"}`, 2e-5},
	{"GZ10000301004000", `{"sex":"1"}`, 4e-5},
	{"GZ10000102014000", `{"window":"day","max":1}`, 1e-4},
	{"GZ10000102014000", `{"window":"day","max":1,"count":"times"}`, 3e-4},
	{"BD2025031", `{"window":"rolling","days":60,"max":1,"count":"times"}`, 2e-4},
	{"BD2025031", `{"window":"rolling","days":20,"max":3}`, 1e-4},
	{"GZ10000101010000", `{"mode":"distinct_days","max_days":3}`, 3e-4},
	{"GZ10000101010000", `{"mode":"per_visit","max_days":2}`, 1e-4},
	{"GZ10000101010000", `{"mode":"span","max_days":60}`, 2e-4},
}

// learn imports the starter pack and as many more points as were asked for.
func (b *bench) learn(ctx context.Context) error {
	if _, err := b.machine.run(ctx, b.home(), "knowledge", "import", "starter"); err != nil {
		return err
	}
	if err := b.export(ctx); err != nil {
		return err
	}
	path := filepath.Join(b.work, "more-points.csv")
	if err := b.writePoints(path); err != nil {
		return err
	}
	u, err := b.machine.run(ctx, b.home(), "knowledge", "import", path)
	if err != nil {
		return err
	}
	lines := strings.Split(strings.TrimSpace(u.output), "\n")
	b.report.add("knowledge: import", fmt.Sprintf("%.1f s", u.wall.Seconds()), size(u.memory)+"; "+lines[len(lines)-1])
	return b.export(ctx)
}

// export writes the points in force where the engine reads them.
func (b *bench) export(ctx context.Context) error {
	_, err := b.machine.run(ctx, b.home(), "knowledge", "export", b.exported)
	return err
}

// pointFile writes points in the exchange format, numbered.
type pointFile struct {
	w    *bufio.Writer
	n    int
	used map[[2]string]bool // rule and code
}

func (f *pointFile) add(rule, code, other, params string) {
	if f.used[[2]string{rule, code}] {
		return
	}
	f.used[[2]string{rule, code}] = true
	f.n++
	fmt.Fprintf(f.w, "BENCH-%06d,%s,%s,%s,\"%s\",2024-01-01,,,,bench,\n", f.n, rule, code, other, strings.ReplaceAll(params, `"`, `""`))
}

func (b *bench) writePoints(path string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	f := &pointFile{w: bufio.NewWriterSize(file, 1<<20), used: make(map[[2]string]bool)}
	starter := 0
	err = eachRow(b.exported, func(row map[string]string) {
		f.used[[2]string{row["rule_id"], row["code"]}] = true
		starter++
	})
	if err != nil {
		return err
	}
	f.w.WriteString("kp_id,rule_id,code,other_code,params,valid_from,valid_to,supersedes,region,basis,note\n")
	codes := frequencies(b.sample)
	b.addStrict(f, codes)
	for _, g := range generous {
		for k, c := range codes {
			if k%7 == 0 {
				f.add(g.rule, c.code, "", g.params)
			}
		}
	}
	addFurther(f, codes)
	for n := 0; starter+f.n < b.points; n++ {
		a := absent[n%len(absent)]
		code := a.code + fmt.Sprintf("%0*d", 15-len(a.code), n)
		other := ""
		if a.rule == "GZ10000102012000" || a.rule == "GZ10000301011000" {
			other = a.code + fmt.Sprintf("%0*d", 15-len(a.code), n+1_000_000)
		}
		f.add(a.rule, code, other, a.params)
	}
	return f.w.Flush()
}

// addStrict adds the points that are broken now and then: at the codes whose share
// of lines comes next to what is asked for, and pairs that stand together rarely.
func (b *bench) addStrict(f *pointFile, codes []frequency) {
	used := make(map[string]bool)
	for _, s := range strict {
		c := slices.MinFunc(codes, func(x, y frequency) int { return cmp.Compare(distance(x, s.share, used), distance(y, s.share, used)) })
		used[c.code] = true
		f.add(s.rule, c.code, "", s.params)
	}
	windows := []string{`{"window":"visit"}`, `{"window":"day"}`, `{"window":"6h"}`, `{"window":"hour"}`, `{"window":"day","free_qty":1}`, `{"window":"visit","free_qty":2}`}
	pairs := togetherRarely(b.sample)
	for k, w := range windows {
		if k < len(pairs) {
			f.add("GZ10000102012000", pairs[k][0], pairs[k][1], w)
		}
	}
}

func distance(f frequency, share float64, used map[string]bool) float64 {
	if used[f.code] {
		return 1
	}
	return max(f.share-share, share-f.share)
}

// frequency is a code with its share of the lines.
type frequency struct {
	code  string
	share float64
}

// frequencies counts the codes of a batch of fee lines, the commonest first.
func frequencies(b *lake.Batch) []frequency {
	v := b.Cols[b.Table.Col("med_list_codg")]
	count := make([]int, len(v.Dict))
	for _, k := range v.Index {
		if k >= 0 {
			count[k]++
		}
	}
	var list []frequency
	for k, n := range count {
		if n > 0 {
			list = append(list, frequency{v.Dict[k], float64(n) / float64(b.Rows)})
		}
	}
	slices.SortFunc(list, func(x, y frequency) int { return cmp.Or(cmp.Compare(y.share, x.share), cmp.Compare(x.code, y.code)) })
	return list
}

// togetherRarely returns pairs of codes that stand in one visit in about one of
// fifty thousand lines.
func togetherRarely(b *lake.Batch) [][2]string {
	code, visit := b.Cols[b.Table.Col("med_list_codg")], b.Cols[b.Table.Col("mdtrt_id")]
	count := make(map[[2]string]int)
	var of []string
	for i := range b.Rows {
		if i > 0 && visit.Str(i) != visit.Str(i-1) {
			of = of[:0]
		}
		c := code.Str(i)
		if len(of) < 200 && !slices.Contains(of, c) {
			for _, o := range of {
				count[[2]string{min(c, o), max(c, o)}]++
			}
			of = append(of, c)
		}
	}
	type pair struct {
		codes [2]string
		n     int
	}
	var list []pair
	for p, n := range count {
		list = append(list, pair{p, n})
	}
	aim := max(1, b.Rows/50000)
	slices.SortFunc(list, func(x, y pair) int {
		return cmp.Or(cmp.Compare(abs(x.n-aim), abs(y.n-aim)), cmp.Compare(x.codes[0], y.codes[0]), cmp.Compare(x.codes[1], y.codes[1]))
	})
	var pairs [][2]string
	used := make(map[string]bool)
	for _, p := range list {
		if !used[p.codes[0]] && !used[p.codes[1]] {
			used[p.codes[0]], used[p.codes[1]] = true, true
			pairs = append(pairs, p.codes)
		}
	}
	return pairs
}

func abs(n int) int { return max(n, -n) }
