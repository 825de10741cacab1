package procedure

import (
	"slices"
	"strings"
	"testing"
)

// move returns the move of that name, to be changed.
func (p *Procedure[T]) move(name string) *Move[T] {
	return &p.Moves[slices.IndexFunc(p.Moves, func(m Move[T]) bool { return m.Name == name })]
}

func (p *Procedure[T]) clock(name string) *Clock {
	return &p.Clocks[slices.IndexFunc(p.Clocks, func(c Clock) bool { return c.Name == name })]
}

func TestExamplePasses(t *testing.T) {
	if err := example().Check(); err != nil {
		t.Error(err)
	}
}

// Every fault of a declaration, made in one that is sound, and what is said of it.
func TestCheckRefuses(t *testing.T) {
	type declaration = Procedure[*matter]
	for name, x := range map[string]struct {
		spoil func(p *declaration)
		want  string
	}{
		"name":            {func(p *declaration) { p.Name = "Example 1" }, `procedure "Example 1": the name must be`},
		"title":           {func(p *declaration) { p.Title = "" }, "procedure example has no title"},
		"rule":            {func(p *declaration) { p.Article = "" }, "no article prescribes it"},
		"state twice":     {func(p *declaration) { p.States[1].Name = "review" }, "state review is declared twice"},
		"state's title":   {func(p *declaration) { p.States[1].Title = "" }, "state appeal has no title"},
		"role's name":     {func(p *declaration) { p.Roles[3].Name = "负责人" }, `role "负责人": the name must be`},
		"move twice":      {func(p *declaration) { p.move("settle").Name = "enforce" }, "move enforce is declared twice"},
		"clock twice":     {func(p *declaration) { p.clock("pay").Name = "verify" }, "clock verify is declared twice"},
		"no role":         {func(p *declaration) { p.move("dismiss").Roles = nil }, "move dismiss: nobody may make it"},
		"no article":      {func(p *declaration) { p.move("dismiss").Article = "" }, "move dismiss: no article gives the power"},
		"unknown role":    {func(p *declaration) { p.move("dismiss").Roles = []string{"boss"} }, "move dismiss: role boss is not declared"},
		"unknown from":    {func(p *declaration) { p.move("dismiss").From = []string{"revue"} }, "move dismiss: state revue is not declared"},
		"unknown to":      {func(p *declaration) { p.move("dismiss").To = "gone" }, "move dismiss: state gone is not declared"},
		"unknown clock":   {func(p *declaration) { p.move("dismiss").Stops = []string{"revue"} }, "move dismiss: clock revue is not declared"},
		"from an end":     {func(p *declaration) { p.move("dismiss").From = []string{"review", "closed"} }, "state closed is an end, nothing leads from it"},
		"start to where":  {func(p *declaration) { p.move("open").To = "" }, "move open: it starts an instance and says not in which state"},
		"two persons":     {func(p *declaration) { p.move("uphold").NotSame.Article = "" }, "move uphold: the two-person rule has no article"},
		"two persons who": {func(p *declaration) { p.move("uphold").NotSame.Moves = []string{"suspekt"} }, "two-person rule: move suspekt is not declared"},
		"guard's article": {func(p *declaration) { p.move("settle").Guards[0].Article = "" }, "guard example.paid has no article"},
		"guard's word":    {func(p *declaration) { p.move("settle").Guards[0].Sentence = "" }, "guard example.paid has no sentence"},
		"guard's code":    {func(p *declaration) { p.move("settle").Guards[0].Code = "" }, `move settle: guard "": the code must be`},
		"guard's judging": {func(p *declaration) { p.move("settle").Guards[0].Holds = nil }, "guard example.paid judges nothing"},
		"guard twice": {func(p *declaration) {
			p.move("settle").Guards = append(p.move("settle").Guards, p.move("settle").Guards[0])
		}, "guard example.paid stands twice"},
		"clock's article":   {func(p *declaration) { p.clock("pay").Article = "" }, "clock pay has no article"},
		"clock's parameter": {func(p *declaration) { p.clock("pay").Period = "case.pay_day" }, `clock pay: parameter "case.pay_day" is not known`},
		"clock's kind":      {func(p *declaration) { p.clock("pay").Period = "reward.cap" }, "clock pay: parameter reward.cap is no period"},
		"clock's end":       {func(p *declaration) { p.clock("review").Escalate = nil }, "clock review: nothing happens at its end"},
		"clock tells whom":  {func(p *declaration) { p.clock("review").Escalate = []string{"boss"} }, "clock review: role boss is not declared"},
		"clock moves what":  {func(p *declaration) { p.clock("appeal").Move = "silent" }, "clock appeal: move silent is not declared"},
		"extension how":     {func(p *declaration) { p.move("prolong").Extends.Period = "reward.cap" }, "move prolong: extension: parameter reward.cap is no period"},
		"extension often":   {func(p *declaration) { p.move("prolong").Extends.Times = 0 }, "move prolong: it may extend the clock 0 times"},
		"given, suspended":  {func(p *declaration) { p.clock("second").Period = "" }, "move investigate: clock second ends on a day that was given"},
		"given by a clock":  {func(p *declaration) { p.clock("pay").Period = "" }, "move silence: a clock's end makes it, so nobody gives the last day"},
		"late by its clock": {func(p *declaration) { p.move("silence").Within = "appeal" }, "move silence: a clock's end makes it, so it cannot be within a clock"},
		"clock starts all":  {func(p *declaration) { p.move("silence").From = nil }, "move silence: a clock makes it, so it must start from a state"},

		"no start":         {func(p *declaration) { p.move("open").From, p.move("open").To = []string{"review"}, "review" }, "no move starts an instance"},
		"unreachable":      {func(p *declaration) { p.States = append(p.States, State{Name: "limbo", Title: "其他"}) }, "state limbo cannot be reached"},
		"no way out":       {func(p *declaration) { p.move("report").To = "verify" }, "state verify leads to no end"},
		"started twice":    {func(p *declaration) { p.move("prolong").Starts = []string{"appeal"} }, "move prolong starts clock appeal, which may run already"},
		"never started":    {func(p *declaration) { p.move("open").Starts = nil }, "clock review is never started"},
		"runs at an end":   {func(p *declaration) { p.move("dismiss").Stops = nil }, "clock review still runs at the end dismissed"},
		"never stops":      {func(p *declaration) { p.move("dismiss").Stops, p.move("suspect").Stops = nil, nil }, "clock review never stops once it runs in review"},
		"never resumed":    {func(p *declaration) { p.move("report").Resumes = nil }, "clock second is suspended in verify and never resumed"},
		"stops nothing":    {func(p *declaration) { p.move("settle").Stops = append(p.move("settle").Stops, "review") }, "move settle stops clock review, which is never running then"},
		"resumes nothing":  {func(p *declaration) { p.move("settle").Resumes = []string{"second"} }, "move settle resumes clock second, which is never suspended then"},
		"suspends nothing": {func(p *declaration) { p.move("settle").Suspends = []string{"second"} }, "move settle suspends clock second, which is never running then"},
		"bounded by none":  {func(p *declaration) { p.move("dismiss").Within = "pay" }, "move dismiss is within clock pay, which is never running then"},
		"ends elsewhere":   {func(p *declaration) { p.move("appeal").Stops = nil }, "clock appeal may end in second, where its move silence cannot be made"},
	} {
		p := example()
		x.spoil(&p)
		if err := p.Check(); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s:\n%v\nwant %q", name, err, x.want)
		}
	}
}

// All faults are said at once.
func TestCheckSaysAll(t *testing.T) {
	p := example()
	p.Article, p.Roles[0].Title, p.Clocks[0].Article = "", "", ""
	if err := p.Check(); err == nil || strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("%v", err)
	}
}
