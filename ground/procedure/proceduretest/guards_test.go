package proceduretest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yiheng/ground/procedure"
)

// said is a test that notes what it is told.
type said struct {
	testing.TB
	errors []string
}

func (s *said) Helper() {}

func (s *said) Errorf(format string, args ...any) {
	s.errors = append(s.errors, fmt.Sprintf(format, args...))
}

func TestGuards(t *testing.T) {
	p := procedure.Procedure[int]{Moves: []procedure.Move[int]{{
		Name: "pay",
		Guards: []procedure.Guard[int]{{
			Code: "above-zero", Article: "第1条", Sentence: "要大于零",
			Holds: func(a procedure.Ask[int]) bool { return a.Subject > 0 },
		}},
	}}}
	ask := func(n int) procedure.Ask[int] { return procedure.Ask[int]{Subject: n} }
	yes := Case[int]{"one", "pay", "above-zero", ask(1), true}
	no := Case[int]{"none", "pay", "above-zero", ask(0), false}
	for name, x := range map[string]struct {
		cases []Case[int]
		want  string
	}{
		"both ways":      {[]Case[int]{yes, no}, ""},
		"never refuses":  {[]Case[int]{yes}, "no case in which it refuses"},
		"never holds":    {[]Case[int]{no}, "no case in which it holds"},
		"otherwise":      {[]Case[int]{yes, no, {"two", "pay", "above-zero", ask(2), false}}, "two: move pay, guard above-zero (要大于零, 第1条): true, want false"},
		"no such guard":  {[]Case[int]{yes, no, {"x", "pay", "x", ask(2), false}}, "x: move pay has no guard x"},
		"no case at all": {nil, "no case in which it holds"},
	} {
		s := &said{}
		Guards(s, p, x.cases)
		if x.want == "" && len(s.errors) > 0 || x.want != "" && !slices.ContainsFunc(s.errors, func(e string) bool { return strings.Contains(e, x.want) }) {
			t.Errorf("%s: %q, want %q", name, s.errors, x.want)
		}
	}
}
