package review

import (
	"context"
	"sync"

	"github.com/uptrace/bun"

	"yiheng/ground/db"
)

// recall remembers what sums of findings came to, by the text of their query, which has the
// actor's reach in it. One edition of the findings is remembered at a time: every write of
// findings counts the edition up in its transaction, so an answer is never older than the
// request, whichever process wrote.
type recall struct {
	sync.Mutex
	edition int64
	known   map[string]any
}

// mostRecalled bounds the answers that are remembered.
const mostRecalled = 4096

// recalled answers a query of findings, from memory where it was asked before. The answer
// is shared: who gets it changes nothing in it. Within a write nothing is remembered.
func recalled[T any](ctx context.Context, r *Review, from db.Reader, q *bun.SelectQuery) (answer T, err error) {
	if from != db.Reader(r.db) {
		return answer, q.Scan(ctx, &answer)
	}
	var edition int64
	if err := r.db.NewSelect().Table("review_edition").Column("n").Scan(ctx, &edition); err != nil {
		return answer, err
	}
	text := q.String()
	if known, ok := r.recall.get(edition, text).(T); ok {
		return known, nil
	}
	if err := q.Scan(ctx, &answer); err != nil {
		return answer, err
	}
	r.recall.put(edition, text, answer)
	return answer, nil
}

// get is the answer of an edition, nil when it is not known. A newer edition empties the
// memory.
func (m *recall) get(edition int64, text string) any {
	m.Lock()
	defer m.Unlock()
	if edition > m.edition || len(m.known) >= mostRecalled {
		m.edition, m.known = edition, nil
	}
	if edition != m.edition {
		return nil
	}
	return m.known[text]
}

func (m *recall) put(edition int64, text string, answer any) {
	m.Lock()
	defer m.Unlock()
	if edition != m.edition {
		return
	}
	if m.known == nil {
		m.known = map[string]any{}
	}
	m.known[text] = answer
}

// edit counts the edition up.
func edit(ctx context.Context, tx *db.Tx) error {
	_, err := tx.NewUpdate().Table("review_edition").Set("n = n + 1").Where("true").Exec(ctx)
	return err
}
