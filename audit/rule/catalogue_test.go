package rule

import "testing"

func TestLoad(t *testing.T) {
	rules, err := load(embedded)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, r := range rules {
		if Executable(r) {
			n++
		}
	}
	t.Log(len(rules), n, rules[0].Hash)
}
