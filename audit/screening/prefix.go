package screening

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// prefixes finds the code prefixes that a code begins with.
type prefixes struct {
	all  []prefix // sorted
	head int      // length of the shortest prefix, at most 6
	seen [64]uint64
}

type prefix struct {
	text   string
	parent int // the longest other prefix that it begins with, -1: none
	sets   []int
}

func (x *prefixes) add(text string, set int) {
	k := sort.Search(len(x.all), func(i int) bool { return x.all[i].text >= text })
	if k < len(x.all) && x.all[k].text == text {
		x.all[k].sets = append(x.all[k].sets, set)
		return
	}
	x.all = slices.Insert(x.all, k, prefix{text, -1, []int{set}})
	x.head = 6
	for i := range x.all {
		p := &x.all[i]
		x.head = min(x.head, len(p.text))
		p.parent = i - 1
		for p.parent >= 0 && !strings.HasPrefix(p.text, x.all[p.parent].text) {
			p.parent = x.all[p.parent].parent
		}
	}
	clear(x.seen[:])
	for i := range x.all {
		h := hashHead(x.all[i].text[:x.head])
		x.seen[h>>6] |= 1 << (h & 63)
	}
}

// find returns the place of the longest prefix that a code begins with, -1 when there
// is none; the others follow by parent. Most codes are told by their first characters.
func (x *prefixes) find(code string) int {
	if len(x.all) == 0 || len(code) < x.head {
		return -1
	}
	if h := hashHead(code[:x.head]); x.seen[h>>6]&(1<<(h&63)) == 0 {
		return -1
	}
	k, _ := slices.BinarySearchFunc(x.all, code, func(p prefix, c string) int { return cmp.Compare(p.text, c) })
	if k == len(x.all) || x.all[k].text != code {
		k--
	}
	for k >= 0 && !strings.HasPrefix(code, x.all[k].text) {
		k = x.all[k].parent
	}
	return k
}

// hashHead maps up to six characters to 12 bits.
func hashHead(s string) uint32 {
	n := uint64(0)
	for i := 0; i < len(s); i++ {
		n = n<<8 | uint64(s[i])
	}
	return uint32(n * 0x9E3779B97F4A7C15 >> 52)
}
