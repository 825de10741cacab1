package web

import (
	"context"
	"sync"

	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// mostNotes bounds the notes of one transaction.
const mostNotes = 200

// notes are acts that wait to be journalled. Whoever finds nobody at it writes them: all
// that come while one transaction is at work go into the next, so that many people who
// read cost a few transactions.
type notes struct {
	mu      sync.Mutex
	waiting []*note
	busy    bool
}

type note struct {
	entry journal.Entry
	done  chan error
}

// Note journals an act that wrote nothing, as reading what is sensitive does. It returns
// once the entry is there: nothing is answered before.
func (d *Door) Note(ctx context.Context, c *Call, a Act) error {
	n := &note{entryOf(c.Actor, a), make(chan error, 1)}
	d.notes.mu.Lock()
	d.notes.waiting = append(d.notes.waiting, n)
	idle := !d.notes.busy
	d.notes.busy = true
	d.notes.mu.Unlock()
	if idle {
		go d.writeNotes(context.WithoutCancel(ctx))
	}
	return <-n.done
}

// writeNotes writes what waits until nothing does.
func (d *Door) writeNotes(ctx context.Context) {
	for some := d.notes.next(); len(some) > 0; some = d.notes.next() {
		err := d.append(ctx, some)
		for _, n := range some {
			if err != nil && len(some) > 1 { // one of them may be why: each stands for itself
				n.done <- d.append(ctx, []*note{n})
			} else {
				n.done <- err
			}
		}
	}
}

// next takes what waits, nothing when whoever asks need not go on.
func (n *notes) next() []*note {
	n.mu.Lock()
	defer n.mu.Unlock()
	some := n.waiting[:min(len(n.waiting), mostNotes)]
	n.waiting = n.waiting[len(some):]
	n.busy = len(some) > 0
	return some
}

func (d *Door) append(ctx context.Context, some []*note) error {
	entries := make([]journal.Entry, len(some))
	for i, n := range some {
		entries[i] = n.entry
	}
	return d.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := journal.AppendAll(ctx, tx, entries)
		return err
	})
}
