package rule

import (
	"strings"
	"testing"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
	"yiheng/ground/procedure/pagetest"
	"yiheng/ground/procedure/proceduretest"
)

// ready is a version that may go on.
func ready(change ...func(*candidate)) ask {
	c := candidate{
		Stored: &Stored{Region: "330000", Institutions: `[{"code":"H1","name":"甲医院","region":"330106"}]`},
		tested: tested{tried: true, clean: true, precision: 800_000}, least: 600_000, lastDay: true,
	}
	for _, f := range change {
		f(&c)
	}
	return ask{Subject: c}
}

// Every guard is seen to hold and seen to refuse.
func TestGuards(t *testing.T) {
	type cases = []proceduretest.Case[candidate]
	var all cases
	both := func(guard, why string, moves []string, change func(*candidate)) {
		for _, m := range moves {
			all = append(all, cases{
				{Name: "as it should be", Move: m, Guard: guard, Ask: ready(), Holds: true},
				{Name: why, Move: m, Guard: guard, Ask: ready(change)},
			}...)
		}
	}
	both("rule.cases", "a case differs", []string{"submit", "approve", "grey", "force"}, func(c *candidate) { c.failed = []string{"案例不符"} })
	both("rule.tried", "not tried", []string{"grey", "force"}, func(c *candidate) { c.tried = false })
	both("rule.clean", "violations where nothing is wrong", []string{"grey", "force"}, func(c *candidate) { c.clean = false })
	both("rule.institutions", "nobody is named", []string{"grey"}, func(c *candidate) { c.Institutions = "[]" })
	both("rule.institutions", "one lies elsewhere", []string{"grey"}, func(c *candidate) { c.Institutions = `[{"code":"H2","region":"320100"}]` })
	both("rule.precision", "below what the region asks for", []string{"force"}, func(c *candidate) { c.precision = 599_999 })
	both("rule.last-day", "no last day", []string{"retire"}, func(c *candidate) { c.lastDay = false })
	all = append(all, proceduretest.Case[candidate]{
		Name: "nothing was decided yet", Move: "force", Guard: "rule.precision", Ask: ready(func(c *candidate) { c.precision = -1 }), Holds: true,
	})
	proceduretest.Guards(t, Life(), all)
}

// Every move is an operation, and both name the same roles; who wrote a version neither
// approves it nor puts it to use.
func TestOperations(t *testing.T) {
	for _, m := range Life().Moves {
		op := OperationOf(m.Name)
		switch {
		case op == nil:
			t.Errorf("%s: no operation", m.Name)
		case strings.Join(rolesOf(op), ",") != strings.Join(m.Roles, ","):
			t.Errorf("%s: roles %v, the operation's %v", m.Name, m.Roles, op.Roles)
		case !m.Reason:
			t.Errorf("%s: no reason is asked for", m.Name)
		}
		for _, name := range []string{"approve", "grey", "force"} {
			if m.Name == name && !strings.HasPrefix(strings.Join(m.NotSame.Moves, ","), "draft,edit,submit") {
				t.Errorf("%s may be made by who wrote the version", name)
			}
		}
	}
}

// The life in the docs is what the declaration renders to.
func TestDocument(t *testing.T) {
	pagetest.Keep(t, "../../docs/rule.md", "life", "audit/rule", Life().Markdown(param.NewTable(), calendar.DayOf(2026, 11, 25)))
}
