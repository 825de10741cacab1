package web

import (
	"reflect"
	"testing"

	"yiheng/ground/access"
)

// TestNamer names types of several packages that have one name, and types without one.
func TestNamer(t *testing.T) {
	type Grant struct{ A int } // as package access has one too
	name := namer()
	for _, c := range []struct {
		of   any
		hint string
		want string
	}{
		{access.Grant{}, "", "Grant"},
		{Grant{}, "", "WebGrant"},
		{new(Grant), "", "WebGrant"},
		{access.Grant{}, "", "Grant"},
		{struct{ A int }{}, "InputBody", "InputBody"},
		{struct{ B int }{}, "InputBody", "InputBody2"},
		{struct{ C int }{}, "InputBody", "InputBody3"},
		{struct{ A int }{}, "InputBody", "InputBody"},
	} {
		if got := name(reflect.TypeOf(c.of), c.hint); got != c.want {
			t.Errorf("%T: %q, want %q", c.of, got, c.want)
		}
	}
}
