package demo

type plan struct{}

func newPlan(g *generator) *plan { return &plan{} }

func (g *generator) stage(l *life, n int64, w *worker) { g.live(l, n, w) }
