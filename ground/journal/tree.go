package journal

import (
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// edge is the right edge of a growing tree: what is needed to add leaves and to
// know the root, in log₂ n hashes.
type edge struct {
	n     int64
	peaks []tlog.Hash // of the complete subtrees, the largest first
}

// add adds a leaf and returns it with the nodes that it completes, by level.
func (e *edge) add(leaf tlog.Hash) (nodes []tlog.Hash) {
	nodes = append(nodes, leaf)
	for range bits.TrailingZeros64(uint64(e.n + 1)) {
		left := e.peaks[len(e.peaks)-1]
		e.peaks = e.peaks[:len(e.peaks)-1]
		leaf = tlog.NodeHash(left, leaf)
		nodes = append(nodes, leaf)
	}
	e.peaks = append(e.peaks, leaf)
	e.n++
	return nodes
}

// root is the tree's root; there is at least one leaf.
func (e *edge) root() tlog.Hash {
	root := e.peaks[len(e.peaks)-1]
	for i := len(e.peaks) - 2; i >= 0; i-- {
		root = tlog.NodeHash(e.peaks[i], root)
	}
	return root
}

func (e *edge) clone() edge {
	return edge{e.n, append([]tlog.Hash(nil), e.peaks...)}
}
