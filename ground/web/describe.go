package web

import (
	"maps"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// config is what the framework needs to know. It adds nothing of its own: no pages that
// load scripts from elsewhere, no other formats than JSON.
func config() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "医衡", Version: "1",
				Description: "医疗保障基金监管。每个操作的角色、范围和是否需要动态口令见 x-access；所有出错的回答都是 RFC 9457 的 Problem，code 供程序判断，detail 给人看。",
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", namer()),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"session": {Type: "apiKey", In: "cookie", Name: "yiheng", Description: "登录后的会话；用 TLS 时名为 __Host-yiheng。改动须由本系统的页面发出，或带 X-Requested-With 头。"},
					"token":   {Type: "http", Scheme: "bearer", Description: "服务账号的令牌，只能做其中写明的操作。"},
				},
			},
		},
		Formats:       maps.Clone(huma.DefaultFormats),
		DefaultFormat: "application/json", RejectUnknownQueryParameters: true,
	}
}

// namer names the types in the description by their Go names. Rooms choose these without
// regard to each other: the second type of a name gets its package's in front, or, where
// it has none of its own, a number.
func namer() func(reflect.Type, string) string {
	owners := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		plain := huma.DefaultSchemaNamer(t, hint)
		if t.Kind() != reflect.Struct { // stands where it is used, without a name
			return plain
		}
		name := plain
		for n := 2; owners[name] != nil && owners[name] != t; n++ {
			if room := path.Base(t.PkgPath()); n == 2 && t.PkgPath() != "" {
				name = strings.ToUpper(room[:1]) + room[1:] + plain
			} else {
				name = plain + strconv.Itoa(n)
			}
		}
		owners[name] = t
		return name
	}
}

// Describe is the OpenAPI document of all routes, as api/openapi.yaml has it.
func (d *Door) Describe() ([]byte, error) { return d.api.OpenAPI().YAML() }

// ServeDescription serves the document: it tells nothing that is secret.
func (d *Door) ServeDescription() {
	d.mux.HandleFunc("GET /api/openapi.yaml", func(w http.ResponseWriter, _ *http.Request) {
		text, err := d.Describe()
		if err != nil {
			d.Explain("describe", err).Write(w)
			return
		}
		w.Header().Set("Content-Type", "application/yaml")
		_, _ = w.Write(text) // whoever asked may be gone
	})
}
