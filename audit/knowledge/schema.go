package knowledge

import (
	"slices"
	"strings"
)

// Type is the JSON type of a parameter.
type Type string

// The types of parameters.
const (
	Text         Type = "text"         // string
	Number       Type = "number"       // number with at most four decimals
	Whole        Type = "whole"        // number without decimals
	Truth        Type = "truth"        // true
	Texts        Type = "texts"        // list of strings
	Caps         Type = "caps"         // object: hospital level → price in fen
	Lists        Type = "lists"        // object: code → list of strings
	Alternatives Type = "alternatives" // list of objects of attributes
)

// Param is one parameter of a program, as the import checks it and the console and
// the documentation show it.
type Param struct {
	Name     string   `json:"name"`
	Type     Type     `json:"type"`
	Values   []string `json:"values,omitempty"` // what a text, each text of a list or each key of caps may be
	Min      int64    `json:"min"`              // least number, in whole units
	Max      int64    `json:"max,omitempty"`    // greatest number; 0: none
	Required bool     `json:"required,omitempty"`
	OneOf    string   `json:"one_of,omitempty"` // at least one of the parameters with this label is required
	When     string   `json:"when,omitempty"`   // "window=rolling|x": taken (and required) with these values only
	Limit    bool     `json:"limit,omitempty"`  // versions in force on one day must agree on it
	Meaning  string   `json:"meaning"`          // Chinese
}

// Programs returns the names of all programs, in the order of KNOWLEDGE.md.
func Programs() []string {
	names := make([]string, len(programs))
	for i, p := range programs {
		names[i] = p.name
	}
	return names
}

// Schema returns the parameters that a program takes, its own first; nil for a
// program that does not exist. The caller must not change it.
func Schema(program string) []Param { return schemas[program] }

var schemas = func() map[string][]Param {
	all := make(map[string][]Param, len(programs))
	for _, p := range programs {
		own := slices.Clone(p.params)
		for _, c := range commonParams {
			if !slices.ContainsFunc(own, func(o Param) bool { return o.Name == c.Name }) {
				own = append(own, c)
			}
		}
		all[p.name] = own
	}
	return all
}()

// applies says whether a parameter is taken, given the values of the other
// parameters; condition is Param.When.
func applies(condition string, value func(name string) string) bool {
	name, values, ok := strings.Cut(condition, "=")
	return !ok || slices.Contains(strings.Split(values, "|"), value(name))
}

func param(schema []Param, name string) *Param {
	for i := range schema {
		if schema[i].Name == name {
			return &schema[i]
		}
	}
	return nil
}
