package screening_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yiheng/audit/knowledge"
	"yiheng/audit/rule"
	"yiheng/audit/screening"
	"yiheng/audit/screening/oracle"
	"yiheng/ground/calendar"
)

// histories is how many random histories each program is judged on; the variable
// YIHENG_HISTORIES asks for another number, YIHENG_SEED for other histories.
const histories = 2000

// mixed stands for points of several programs that share the money of their lines.
const mixed = "mixed"

// TestProperty judges thousands of small random histories by the judge and by the
// slow evaluator of the contract: what they find must be equal. A difference is
// shrunk and printed as a case of audit/rule with what each of them says.
func TestProperty(t *testing.T) {
	n, seed := setting(t, "YIHENG_HISTORIES", histories), setting(t, "YIHENG_SEED", 1)
	for _, program := range append(knowledge.Programs(), mixed) {
		if program != mixed && (!oracle.Judges(program) || len(rulesOf(program)) == 0) {
			continue
		}
		t.Run(program, func(t *testing.T) {
			found := 0
			for i := range n {
				c := randomCase(random(program, seed, i), program)
				slow := expected(c)
				found += len(slow)
				if fast := judged(c); !slices.Equal(fast, slow) {
					shrink(c)
					t.Errorf("history %d (YIHENG_SEED=%d):\n%s", i, seed, printed(c, judged(c), expected(c)))
					return
				}
			}
			if found < n/50 {
				t.Errorf("only %d findings in %d histories: they test too little", found, n)
			}
			t.Logf("%d histories, %d findings", n, found)
		})
	}
}

func setting(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%q is no number", name, text)
	}
	return n
}

// random returns the source of chance of one history: the same for ever.
func random(program string, seed, i int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(program))
	return rand.New(rand.NewPCG(h.Sum64()+uint64(seed), uint64(i)))
}

// rulesOf returns the rules of a program that this version runs.
func rulesOf(program string) (rules []*rule.Rule) {
	for _, r := range rule.All() {
		if r.Program == program && rule.Executable(r) {
			rules = append(rules, r)
		}
	}
	return rules
}

// chosen returns the rules that a case runs: those of its points and those it names.
func chosen(c *rule.Case) (rules []*rule.Rule) {
	for _, r := range rule.All() {
		if slices.Contains(c.Rules, r.ID) || slices.ContainsFunc(c.Points, func(p knowledge.Point) bool { return p.RuleID == r.ID }) {
			rules = append(rules, r)
		}
	}
	return rules
}

// judged returns what the judge finds, as text, sorted.
func judged(c *rule.Case) []string {
	lib := screening.NewLibrary(screening.Parts{
		Rules: chosen(c), Points: c.Points, Institutions: c.Institutions,
		Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables,
	})
	h := c.History
	h.Lines = slices.Clone(h.Lines)
	var found []string
	for _, f := range screening.Judge(&h, lib, screening.Options{From: c.From, To: c.To}).Findings {
		found = append(found, text(c, oracle.Finding{
			RuleID: f.RuleID, KpID: f.KpID, MdtrtID: f.MdtrtID, SetlID: f.SetlID, Result: f.Result, Severity: f.Severity,
			Lines: f.Lines, Evidence: f.EvidenceLines, Codes: f.Codes, Own: f.OwnAmount, Amount: f.Amount, Fund: f.FundAmount, Acct: f.AcctAmount,
		}))
	}
	slices.Sort(found)
	return found
}

// expected returns what the contract says, as text, sorted.
func expected(c *rule.Case) []string {
	var found []string
	for _, f := range oracle.Judge(&c.History, &oracle.World{
		Rules: chosen(c), Points: c.Points, Institutions: c.Institutions,
		Doctors: c.Doctors, Exclusions: c.Exclusions, Tables: c.Tables,
	}, c.From, c.To) {
		found = append(found, text(c, f))
	}
	slices.Sort(found)
	return found
}

// text writes what the contract settles of a finding: codes and the settlement only
// where the finding is about them.
func text(c *rule.Case, f oracle.Finding) string {
	r, _ := rule.Get(f.RuleID)
	if len(f.Lines) > 0 || r.Program == "integrity" {
		f.Codes = nil
	}
	included := slices.ContainsFunc(c.Points, func(p knowledge.Point) bool { return p.ID == f.KpID && p.Params != nil && p.Params.FreeQty != nil })
	if r.Program == "split" || included { // what else of the window proves it is not settled
		f.Evidence = nil
	}
	for _, list := range []*[]string{&f.Lines, &f.Evidence, &f.Codes} {
		*list = slices.Clone(*list)
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	s := fmt.Sprintf("%s kp %s visit %s %s %d lines %v own %s amount %s fund %s acct %s codes %v", f.RuleID, f.KpID, f.MdtrtID, f.Result, f.Severity,
		f.Lines, f.Own, f.Amount, f.Fund, f.Acct, f.Codes)
	return s + fmt.Sprintf(" evidence %v", f.Evidence)
}

// printed writes a case as cases.yaml holds it, and what both found.
func printed(c *rule.Case, fast, slow []string) string {
	var b strings.Builder
	b.WriteString(caseText(c))
	for name, found := range map[string][]string{"judge": fast, "contract": slow} {
		for _, f := range found {
			mark := "  "
			if other := map[string][]string{"judge": slow, "contract": fast}[name]; !slices.Contains(other, f) {
				mark = "! "
			}
			fmt.Fprintf(&b, "# %s%-8s %s\n", mark, name, f)
		}
		if len(found) == 0 {
			fmt.Fprintf(&b, "# ! %-8s nothing\n", name)
		}
	}
	return b.String()
}

var open = calendar.NoDay
