package knowledge

import (
	"fmt"
)

// contradiction returns the parameters that say different limits of the same
// thing: all that tell what is limited (window, mode, group, diagnoses …) are equal,
// and a limit that both give is not.
func contradiction(a, b *Params, program string) []string {
	if a == nil || b == nil || a.NeedsParameters || b.NeedsParameters || a == b {
		return nil
	}
	x, y := fieldsOf(a), fieldsOf(b)
	var names []string
	for _, p := range Schema(program) {
		v, inX := x.get(p.Name)
		w, inY := y.get(p.Name)
		equal := inX == inY && fmt.Sprint(v) == fmt.Sprint(w)
		switch {
		case p.Name == "result" || p.Name == "severity" || p.Name == "default":
		case !p.Limit && !equal:
			return nil
		case p.Limit && inX && inY && !equal:
			names = append(names, p.Name)
		}
	}
	return names
}

func fieldsOf(p *Params) object {
	v, err := parseJSON(p.String())
	if err != nil { // p holds nothing
		return nil
	}
	o, _ := v.(object)
	return o
}
