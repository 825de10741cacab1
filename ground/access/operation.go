package access

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
)

// Scope says on what an operation acts, relative to the grant that allows it.
type Scope string

const (
	// Public is for anybody, without login.
	Public Scope = "public"
	// SignedIn is for every person and token that is logged in: what is their own, and what all may know.
	SignedIn Scope = "signed_in"
	// InRegion reaches the grant's region and everything below it; for the roles
	// inside an institution, the organisation and all inside it.
	InRegion Scope = "region"
	// InOrganisation reaches the grant's organisation and all inside it, for authorities too.
	InOrganisation Scope = "organisation"
)

// Operation is one thing that can be asked of the program.
type Operation struct {
	Name      string // room.what: finding.decide
	Title     string // Chinese, for answers and for the list of rights
	Roles     []Role // who may; empty exactly for Public and SignedIn
	Scope     Scope
	Sensitive bool // shows or changes what is sealed or final: asks for the second factor, and reading it is an act
}

var declared = struct {
	sync.RWMutex
	by map[string]*Operation
}{by: map[string]*Operation{}}

// Declare makes an operation known. It is called once for each, when a package is
// initialised; a declaration that is wrong or made twice is a mistake in the
// program and panics.
func Declare(o Operation) *Operation {
	if err := o.check(); err != nil {
		panic("access: " + err.Error())
	}
	declared.Lock()
	defer declared.Unlock()
	if declared.by[o.Name] != nil {
		panic("access: operation " + o.Name + " is declared twice")
	}
	declared.by[o.Name] = &o
	return &o
}

// Lookup returns the operation of a name, nil when nothing of the name is declared.
func Lookup(name string) *Operation {
	declared.RLock()
	defer declared.RUnlock()
	return declared.by[name]
}

// Operations returns all that is declared, by name.
func Operations() []*Operation {
	declared.RLock()
	defer declared.RUnlock()
	var all []*Operation
	for _, o := range declared.by {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *Operation) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return all
}

var operationName = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)

// check says what is wrong with a declaration. An operation is the officers' or
// the business's, never both.
func (o *Operation) check() error {
	switch {
	case !operationName.MatchString(o.Name):
		return fmt.Errorf("operation name %q is not room.what", o.Name)
	case o.Title == "":
		return fmt.Errorf("operation %s has no title", o.Name)
	case !slices.Contains([]Scope{Public, SignedIn, InRegion, InOrganisation}, o.Scope):
		return fmt.Errorf("operation %s has no scope", o.Name)
	case o.open() != (len(o.Roles) == 0):
		return fmt.Errorf("operation %s: roles and scope %q do not go together", o.Name, o.Scope)
	case o.Scope == Public && o.Sensitive:
		return fmt.Errorf("operation %s is public and sensitive", o.Name)
	}
	officers := 0
	for i, r := range o.Roles {
		if r.facts() == nil || slices.Contains(o.Roles[:i], r) {
			return fmt.Errorf("operation %s: role %q is unknown or named twice", o.Name, r)
		}
		if r.IsOfficer() {
			officers++
		}
	}
	if officers != 0 && officers != len(o.Roles) {
		return fmt.Errorf("operation %s mixes the three officers with roles that decide business", o.Name)
	}
	return nil
}

// open says that the operation asks for no role.
func (o *Operation) open() bool { return o.Scope == Public || o.Scope == SignedIn }
