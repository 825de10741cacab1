// Package registry knows who takes part: institutions, staff, insured persons,
// employers, regions and code tables. What identifies a person is sealed here and
// nowhere else.
package registry
