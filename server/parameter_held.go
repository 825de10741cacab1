package server

import (
	"errors"
	"slices"
	"sync"

	"yiheng/ground/calendar"
	"yiheng/ground/param"
)

// heldParameters are the answers of one edition of the parameters, by region and day:
// everybody asks for the same few. It is safe for concurrent use.
type heldParameters struct {
	mu    sync.Mutex
	table *param.Table
	by    map[regionDay][]Parameter
}

type regionDay struct {
	region string
	day    calendar.Day
}

// mostHeld is how many regions and days are held: about 100 kB each.
const mostHeld = 200

// of returns all parameters in a region on a day; the caller may change the list.
func (h *heldParameters) of(table *param.Table, region string, day calendar.Day) ([]Parameter, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.table != table || len(h.by) >= mostHeld {
		h.table, h.by = table, map[regionDay][]Parameter{}
	}
	all, ok := h.by[regionDay{region, day}]
	if !ok {
		var err error
		if all, err = parametersOf(table, region, day); err != nil {
			return nil, err
		}
		h.by[regionDay{region, day}] = all
	}
	return slices.Clone(all), nil
}

func parametersOf(table *param.Table, region string, day calendar.Day) (all []Parameter, err error) {
	for _, k := range param.Keys() {
		p := Parameter{Key: k.Name, Meaning: k.Meaning, Kind: k.Kind, Unit: k.Unit, National: k.National}
		a, err := table.At(k.Name, region, day)
		if err != nil && !errors.Is(err, param.ErrNone) {
			return nil, err
		}
		if err == nil {
			p.Value, p.SetIn, p.From, p.To = a.Value.String(), a.Region, a.From.String(), a.To.String()
			p.Certainty, p.CertaintyText, p.Document, p.Article, p.Note = string(a.Certainty), a.Certainty.String(), a.Document, a.Article, a.Note
			p.Caution, p.Stored = a.Caution, a.Stored
		}
		all = append(all, p)
	}
	return all, nil
}
