package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"yiheng/ground/access"
)

type hidden struct {
	State string `query:"state"`
}

// Shown is embedded, and embeds what is not exported.
type Shown struct{ hidden }

// TestEmbedded refuses, when the route is made, an input whose parameters the framework
// would pass over.
func TestEmbedded(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(*Door, huma.Operation)
	}{
		{"the input", operated[struct{ hidden }]},
		{"a part of it", operated[struct{ Shown }]},
		{"its body", operated[struct{ Body struct{ hidden } }]},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, "list-things embeds web.hidden") {
					t.Errorf("panicked with %s", said)
				}
			}()
			c.make(New(Parts{}), huma.Operation{OperationID: "list-things", Method: http.MethodGet, Path: "/api/things"})
		})
	}
	operated[struct{ Query }](New(Parts{}), huma.Operation{OperationID: "list-things", Method: http.MethodGet, Path: "/api/things"})
}

func operated[I any](d *Door, route huma.Operation) {
	Operate(d, access.Lookup("access.login"), route, func(context.Context, *Call, *I) (*None, error) { return nil, nil })
}
