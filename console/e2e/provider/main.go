// Command provider is a real provider of logins (OpenID Connect) for the tests in a
// browser. Its people are test-user2 (subject id2) and test-user@127.0.0.1 (id1), whose
// password is verysecure; its client is yiheng with the secret geheim.
package main

import (
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
)

func main() {
	at := flag.String("listen", "127.0.0.1:0", "address")
	back := flag.String("back", "", "address that the client has people sent back to")
	flag.Parse()
	l, err := net.Listen("tcp", *at)
	if err != nil {
		log.Fatal(err)
	}
	issuer := "http://" + l.Addr().String()
	storage.RegisterClients(storage.WebClient("yiheng", "geheim", *back))
	served := exampleop.SetupServer(issuer, storage.NewStorage(storage.NewUserStore(issuer)), slog.New(slog.DiscardHandler), false)
	fmt.Println(issuer)
	log.Fatal(http.Serve(l, served))
}
