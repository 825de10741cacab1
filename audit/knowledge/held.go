package knowledge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"yiheng/ground/calendar"
)

// held is the edition in force as it was last loaded: a quarter of a million points take
// 0.7 s to load, and many answers ask for them between two editions.
type held struct {
	sync.Mutex
	*edition
}

// edition is the points of an edition with what they are found by. Nobody changes it.
type edition struct {
	hash   string
	points []Point
	order  []int            // points by rule, code and id: the order of lists
	words  []string         // of each point, what its name says, in small letters
	heirs  map[string][]int // kp_id → points that supersede it
}

// Points returns the points in force, none when nothing was imported. Nobody may change them.
func (s *Store) Points(ctx context.Context) ([]Point, error) {
	e, err := s.edition(ctx)
	return e.points, err
}

// edition returns the edition in force, an empty one when nothing was imported.
func (s *Store) edition(ctx context.Context) (*edition, error) {
	set, err := s.Current(ctx)
	if errors.Is(err, ErrNone) {
		return new(edition), nil
	}
	if err != nil {
		return new(edition), err
	}
	s.held.Lock()
	defer s.held.Unlock()
	if s.held.edition != nil && s.held.hash == set.Hash {
		return s.held.edition, nil
	}
	points, err := LoadFile(s.Path(set.Hash), set.Points)
	if err != nil {
		return new(edition), err
	}
	s.held.edition = newEdition(set.Hash, points)
	return s.held.edition, nil
}

func newEdition(hash string, points []Point) *edition {
	e := &edition{hash: hash, points: points, order: make([]int, len(points)), words: make([]string, len(points)), heirs: map[string][]int{}}
	for i := range points {
		e.order[i], e.words[i] = i, words(&points[i])
		if old := points[i].Supersedes; old != "" {
			e.heirs[old] = append(e.heirs[old], i)
		}
	}
	slices.SortFunc(e.order, func(i, j int) int { return Order{}.compare(keyAt(&points[i]), keyAt(&points[j])) })
	return e
}

// Order is an order of points: by rule, code and id, or by code, rule and id; down, the
// last first.
type Order struct{ ByCode, Down bool }

// orderOf reads an order: rule_id or code, with - in front the last first.
func orderOf(sort string) Order {
	name, down := strings.CutPrefix(sort, "-")
	return Order{name == "code", down}
}

// of is a place by what decides in the order, the first first.
func (o Order) of(k Key) [3]string {
	if o.ByCode {
		return [3]string{k.Code, k.Rule, k.ID}
	}
	return [3]string{k.Rule, k.Code, k.ID}
}

func (o Order) compare(a, b Key) int {
	x, y := o.of(a), o.of(b)
	if o.Down {
		x, y = y, x
	}
	return slices.Compare(x[:], y[:])
}

// Key is where a point stands among all.
type Key struct {
	Rule string `json:"r"`
	Code string `json:"c"`
	ID   string `json:"i"`
}

func keyAt(p *Point) Key { return Key{p.RuleID, p.Code, p.ID} }

// What a point is on a day.
const (
	StandsInForce    = "in_force"
	StandsNeeds      = "needs_parameters"
	StandsSuperseded = "superseded" // by a point that holds in its whole region
	StandsOutside    = "outside"    // the day lies before or after its days
)

// standing says what point i is on a day.
func (e *edition) standing(i int, on calendar.Day) string {
	p := &e.points[i]
	if inForce(p) {
		for heir := range successors(e.points, e.heirs, i) {
			if heir.ValidFrom <= on && Within(p.Region, heir.Region) {
				return StandsSuperseded
			}
		}
	}
	return standsAlone(p, on)
}

// standsAlone says what a point is on a day if nothing supersedes it.
func standsAlone(p *Point, on calendar.Day) string {
	switch {
	case !inForce(p):
		return StandsNeeds
	case p.ValidFrom != calendar.NoDay && on < p.ValidFrom, p.ValidTo != calendar.NoDay && on > p.ValidTo:
		return StandsOutside
	}
	return StandsInForce
}
