// Package practice makes a home to learn on (演练库): the offices of a fictitious
// city with people of every role, and months of findings that these people decided. They
// work as real ones do, by the same calls, guards, clocks and journal; only time is made.
package practice

import (
	"context"
	"time"

	"yiheng/audit/review"
	"yiheng/ground/access"
	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/paper"
	"yiheng/ground/web"
)

// Password is that of all people who can log in.
const Password = "Yiheng-yanlian-1"

// Secret is the second factor of the people who need one, for an authenticator.
const Secret = "YIHENGYANLIANKUYIHENGYANLIANKU22"

// World is a home in the making. Its time is its own: the home's clock shows it.
type World struct {
	DB     *db.DB
	Access *access.Access
	Review *review.Review
	Papers *paper.Papers
	Door   *web.Door // journals what people do to the directory
	Days   *calendar.Calendar

	now     time.Time
	admin   *access.Actor
	officer *access.Actor // the security officer, who grants
	cast    map[string]*Person
	shown   []*Person          // who can log in
	desks   map[string]*Person // who answers for an institution, by its code
	regions map[string]string  // of the city's institutions
}

// Institution is one whose claims are supervised.
type Institution struct{ Code, Name, Region string }

// ours says whether an institution lies in the city: claims of others are the city's too,
// but it is asked through the city's office.
func (i Institution) ours() bool { return access.Region(i.Region).Within(City) }

// Open takes a home's rooms.
func Open(w World) *World {
	w.cast, w.desks, w.regions = map[string]*Person{}, map[string]*Person{}, map[string]string{}
	return &w
}

// Start is the morning of a day, from which the home's clock goes.
func (w *World) Start(day calendar.Day) {
	w.now = at(day, 8, 0)
	w.DB.Clock = func() time.Time { return w.now }
}

// Rest ends the work on the morning of a day, and says when that is.
func (w *World) Rest(day calendar.Day) time.Time {
	w.now = at(day, 9, 0)
	return w.now.In(calendar.Beijing)
}

// act does something as somebody and journals it.
func (w *World) act(ctx context.Context, by *access.Actor, do func(tx *db.Tx) (web.Act, error)) error {
	_, err := w.Door.Write(ctx, &web.Call{Actor: by, At: w.now}, do)
	return err
}

// at is a moment of a day.
func at(day calendar.Day, hour, minute int) time.Time {
	y, m, d := day.Civil()
	return time.Date(y, time.Month(m), d, hour, minute, 0, 0, calendar.Beijing).UTC()
}
