package access

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"hash/crc32"
)

// A token is what a session's cookie or an integrator's header carries: its kind,
// 256 random bits, and a checksum, by which a mistyped one is refused without
// a look into the database and a leaked one is found by scanners.
const (
	sessionToken = "yhs_"
	serviceToken = "yht_"
	tokenBytes   = 32
	tokenText    = 43 // of the random bits, base64url
	tokenSum     = 8  // of the checksum, hex
)

func newToken(kind string) string {
	bits := make([]byte, tokenBytes)
	_, _ = rand.Read(bits) // ends the program itself when the system gives no randomness
	body := kind + base64.RawURLEncoding.EncodeToString(bits)
	return body + tokenChecksum(body)
}

// isToken says whether a text has the form of a token of the kind.
func isToken(kind, token string) bool {
	if len(token) != len(kind)+tokenText+tokenSum || token[:len(kind)] != kind {
		return false
	}
	body := token[:len(kind)+tokenText]
	_, err := base64.RawURLEncoding.Strict().DecodeString(body[len(kind):])
	return err == nil && token[len(body):] == tokenChecksum(body)
}

func tokenChecksum(body string) string {
	return fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body)))
}

// tokenBlind is all that is kept of a token.
func (a *Access) tokenBlind(token string) []byte { return a.ring.Blind("access.token", token) }

// newMark is a public id of a session or a token: to list and revoke it by.
func newMark() string {
	bits := make([]byte, 9)
	_, _ = rand.Read(bits) // as in newToken
	return base64.RawURLEncoding.EncodeToString(bits)
}
