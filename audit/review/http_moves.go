package review

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/calendar"
	"yiheng/ground/db"
	"yiheng/ground/web"
)

// Way is a move of the chain as it is declared, for who decides many findings at once.
type Way struct {
	Move        string   `json:"move"`
	Title       string   `json:"title"`
	From        []string `json:"from"`
	To          string   `json:"to" doc:"empty: it stays where it is"`
	ToTitle     string   `json:"to_title"`
	Paper       string   `json:"paper,omitempty" doc:"that it issues"`
	NeedsReason bool     `json:"needs_reason"`
	NeedsUntil  bool     `json:"needs_until" doc:"a last day must be given"`
}

// Ways are the moves that the actor's roles have.
type Ways struct {
	Items []Way `json:"items"`
}

func (r *Review) moveRoutes(d *web.Door) {
	web.OperateAny(d, reading, huma.Operation{OperationID: "finding-moves", Method: http.MethodGet, Path: "/api/findings/moves", Summary: "本人可以办理的疑点动作"},
		func(_ context.Context, c *web.Call, _ *web.None) (*web.Body[Ways], error) {
			ways := Ways{Items: []Way{}}
			for _, m := range Chain().Moves {
				op := OperationOf(m.Name)
				if op == nil || c.May(op) != nil {
					continue
				}
				ways.Items = append(ways.Items, Way{
					Move: m.Name, Title: m.Title, From: m.From, To: m.To, ToTitle: stateTitles[m.To], Paper: m.Paper,
					NeedsReason: m.Reason || m.Extends.Clock != "", NeedsUntil: slices.Contains(m.Starts, Handling),
				})
			}
			return web.Answer(ways), nil
		})
}

// countDays says of each clock how many working days are left.
func (r *Review) countDays(ctx context.Context, from db.Reader, clocks []Clock, at calendar.Time) error {
	if len(clocks) == 0 {
		return nil
	}
	law, err := r.law(ctx, from)
	if err != nil {
		return err
	}
	for k, clock := range clocks {
		if clock.Due != calendar.NoTime && clock.Due >= at {
			clocks[k].DaysLeft = workingDays(law.Calendar, at.Day(), clock.Due.Day())
		}
	}
	return nil
}

// workingDays counts those after from up to to; nil where a year has no table of holidays.
func workingDays(c *calendar.Calendar, from, to calendar.Day) *int {
	n := 0
	for day := from + 1; day <= to; day++ {
		works, err := c.Working(day)
		if err != nil {
			return nil
		}
		if works {
			n++
		}
	}
	return &n
}
