package screening

import "slices"

// sortIntoClusters runs the programs that look at one line alone, and puts every
// line under the clusters of its points for those that do not.
func (j *judge) sortIntoClusters() {
	for _, i := range j.order {
		x := &j.lines[i]
		if !j.selected(x.day) {
			j.dispatchHistory(i, x)
			continue
		}
		j.out.Lines++
		if j.lib.tries(x.day, x.visit) {
			j.out.TriedLines++
		}
		for _, u := range j.lib.uses(x.entry) {
			j.dispatch(i, x, u)
		}
		for _, u := range j.lib.everyLine {
			if u.rule.Covers(lineCode(x.Line), x.ListType) {
				j.dispatch(i, x, u)
			}
		}
		if len(j.lib.benefits) > 0 {
			j.benefit(i, x)
		}
	}
}

// dispatchHistory takes a line that no finding of this run can object to: it still
// counts in windows.
func (j *judge) dispatchHistory(i int32, x *line) {
	for _, u := range j.lib.uses(x.entry) {
		if u.windowed() {
			j.collect(i, u)
		}
	}
	for _, u := range j.lib.everyLine {
		if u.windowed() && u.rule.Covers(lineCode(x.Line), x.ListType) {
			j.collect(i, u)
		}
	}
}

func (p *point) windowed() bool {
	switch p.rule.Program {
	case "conflict", "same_class", "quantity", "duration", "discount", "split", "companion", "precedence", "amount", "expression":
		return true
	case "never":
		return p.Params.Mode == "alone"
	}
	return false
}

// singly returns the judgement of one line by p, of the programs that look at one
// line alone; nil for others.
func (p *point) singly() func(*judge, int32, *line, *point) {
	switch p.rule.Program {
	case "attribute":
		return (*judge).attribute
	case "price":
		return (*judge).price
	case "indication":
		return (*judge).indication
	case "never":
		if p.Params.Mode != "alone" {
			return (*judge).never
		}
	}
	return nil
}

func (j *judge) dispatch(i int32, x *line, u use) {
	if !j.stageOf(u.rule) {
		return
	}
	if u.single != nil {
		u.single(j, i, x, u.point)
		return
	}
	j.collect(i, u)
}

func (j *judge) collect(i int32, u use) {
	c := u.cluster
	if len(j.items[c.index]) == 0 {
		j.touched = append(j.touched, c)
	}
	j.items[c.index] = append(j.items[c.index], item{line: i, point: u.point, other: u.other})
}

func (j *judge) judgeClusters() {
	for _, c := range j.touched {
		items := j.items[c.index]
		if j.runsSome(c.rule) && !j.cannotHit(c, items) {
			for _, own := range j.byPatient(items) {
				j.judgeCluster(c, own)
			}
		}
		j.items[c.index] = items[:0]
	}
	j.touched = j.touched[:0]
}

// byPatient keeps a newborn on a parent's account apart from the parent.
func (j *judge) byPatient(items []item) [][]item {
	newborn := func(it item) bool { return j.lines[it.line].visit.newborn }
	if !slices.ContainsFunc(items, newborn) {
		return [][]item{items}
	}
	var own, babys []item
	for _, it := range items {
		if newborn(it) {
			babys = append(babys, it)
		} else {
			own = append(own, it)
		}
	}
	return slices.DeleteFunc([][]item{own, babys}, func(of []item) bool { return len(of) == 0 })
}

func (j *judge) judgeCluster(c *cluster, items []item) {
	switch c.rule.Program {
	case "never":
		j.alone(items)
	case "conflict":
		j.conflict(items)
	case "same_class":
		j.sameClass(items)
	case "quantity":
		j.quantity(items)
	case "duration":
		j.duration(items)
	case "discount":
		j.discount(items)
	case "expression":
		j.expression(c.points[0], items)
	case "split":
		j.splitUp(items)
	case "companion":
		j.companion(items)
	case "precedence":
		j.precedence(items)
	case "amount":
		j.amount(items)
	}
}

// cannotHit says, at a glance, that a cluster is within every limit: most are, since
// most codes stand once in a history.
func (j *judge) cannotHit(c *cluster, items []item) bool {
	one := len(items) == 1
	p, x := items[0].point.Params, &j.lines[items[0].line]
	switch c.rule.Program {
	case "conflict":
		return one
	case "same_class":
		return one && j.unplaced(x, p.Window) == ""
	case "duration":
		return j.withinDays(items)
	case "split":
		return len(items) < p.Min
	case "quantity":
		return j.withinCap(items)
	}
	return false
}
