package main

import (
	"fmt"
	"testing"

	"yiheng/ground/db"
)

// TestGuessing guesses codes of the second factor until the account waits, with the right
// password, and logins of nobody until the address waits: then whoever comes from there waits.
func TestGuessing(t *testing.T) {
	t.Setenv(db.Setting, "")
	w := settle(t, t.TempDir())
	v := &visitor{T: t, door: w.door, login: "guesser"}
	login := func(login, password, code string) string {
		return fmt.Sprintf(`{"login":%q,"password":%q,"code":%q}`, login, password, code)
	}
	var steps []step
	for i := range 5 {
		steps = append(steps, step{v, "POST", "/api/login", login("leader", w.leader.password, fmt.Sprintf("00000%d", i)), 401, []string{"second_factor_wrong"}, "access.login_failed"})
	}
	steps = append(steps, step{v, "POST", "/api/login", login("leader", w.leader.password, "000009"), 429, []string{"Too Many"}, ""})
	for i := range 25 { // of the address's thirty
		steps = append(steps, step{v, "POST", "/api/login", login(fmt.Sprint("nobody", i), "guess", ""), 401, []string{"credentials"}, "access.login_failed"})
	}
	steps = append(steps,
		step{v, "POST", "/api/login", login("nobody", "guess", ""), 429, []string{"Too Many"}, ""},
		step{v, "POST", "/api/login", login("other", w.other.password, ""), 429, []string{"Too Many"}, ""},
		step{w.other, "GET", "/api/me", "", 200, nil, ""}, // who is in stays in
	)
	w.run(t, steps)
}
