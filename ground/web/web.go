// Package web is the machinery of people's door: who asks, what a request may hold,
// lists, problems, and the one transaction of an act and its entry in the journal. A room
// serves its operations with it; package server puts the rooms together.
package web

import (
	"log/slog"
	"net/http"
	"net/netip"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/journal"
)

// Parts are what the door needs.
type Parts struct {
	DB        *db.DB
	Access    *access.Access
	Committed journal.Committed // of all kinds of rows that acts behind this door write
	Refusals  []Refusal         // of rooms whose errors are not those of package access
	Secure    bool              // the browser reaches the door by TLS: cookies say so
	Proxies   []netip.Prefix    // whose X-Forwarded-For and X-Forwarded-Proto count
	Practice  bool              // the clock is that of a practice home: every answer says so
	Log       *slog.Logger      // nil: none
	// Pages answers what browsers show and says whether it did; with headers of its own.
	// nil: no pages.
	Pages func(http.ResponseWriter, *http.Request) bool
}

// Door is where people's requests come in. Its routes are fixed before it serves.
type Door struct {
	Parts
	api     huma.API
	mux     *http.ServeMux
	chapter string          // of the description, in which routes now stand
	served  []string        // names of the operations
	takes   map[string]body // by pattern of the route, what is not a small body of JSON
	notes   notes
}

// New makes a door without routes.
func New(p Parts) *Door {
	d := &Door{Parts: p, mux: http.NewServeMux(), takes: map[string]body{}}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	d.api = humago.New(d.mux, config())
	return d
}

// Handler lets requests in to the routes.
func (d *Door) Handler() http.Handler { return d.guard(d.mux) }

// HandleFunc serves what is no operation of the API, as the health of the program.
func (d *Door) HandleFunc(pattern string, serve http.HandlerFunc) { d.mux.HandleFunc(pattern, serve) }

// Served are the names of the operations that routes ask for.
func (d *Door) Served() []string {
	slices.Sort(d.served)
	return slices.Compact(d.served)
}

// Chapter begins a chapter of the description: routes stand in the last that was begun.
func (d *Door) Chapter(title string) {
	d.chapter = title
	d.OpenAPI().Tags = append(d.OpenAPI().Tags, &huma.Tag{Name: title})
}

// OpenAPI is the description of the routes.
func (d *Door) OpenAPI() *huma.OpenAPI { return d.api.OpenAPI() }
