package access

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// HashCost is what one Argon2id hash (RFC 9106) costs.
type HashCost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// The most that a stored hash may ask for, so that an altered row cannot stop the server.
const (
	mostMemory = 1 << 20 // KiB
	mostPasses = 64
	saltSize   = 16
	hashSize   = 32
)

var errHash = errors.New("stored password hash is damaged")

// hash returns the hash of a password with its cost and salt, in the PHC format.
func (c HashCost) hash(password string) (string, error) {
	if !c.sane() {
		return "", fmt.Errorf("口令散列参数不合规：%+v", c)
	}
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // ends the program itself when the system gives no randomness
	sum := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Lanes, hashSize)
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Lanes, text(salt), text(sum)), nil
}

// matches says whether a stored hash is the password's, and what it cost.
func matches(stored, password string) (bool, HashCost, error) {
	c, salt, sum, err := parseHash(stored)
	if err != nil {
		return false, c, err
	}
	got := argon2.IDKey([]byte(password), salt, c.Passes, c.Memory, c.Lanes, uint32(len(sum)))
	return subtle.ConstantTimeCompare(got, sum) == 1, c, nil
}

func (c HashCost) sane() bool {
	return c.Passes > 0 && c.Passes <= mostPasses && c.Lanes > 0 && c.Memory >= 8*uint32(c.Lanes) && c.Memory <= mostMemory
}

// parseHash reads $argon2id$v=19$m=65536,t=3,p=4$salt$hash.
func parseHash(stored string) (c HashCost, salt, sum []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return c, nil, nil, errHash
	}
	costs := strings.Split(parts[3], ",")
	var figures [3]uint64
	for i, name := range []string{"m=", "t=", "p="} {
		if len(costs) != len(figures) || !strings.HasPrefix(costs[i], name) {
			return c, nil, nil, errHash
		}
		if figures[i], err = strconv.ParseUint(costs[i][len(name):], 10, [...]int{32, 32, 8}[i]); err != nil {
			return c, nil, nil, errHash
		}
	}
	c = HashCost{Memory: uint32(figures[0]), Passes: uint32(figures[1]), Lanes: uint8(figures[2])}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	sum, sumErr := base64.RawStdEncoding.DecodeString(parts[5])
	if errors.Join(saltErr, sumErr) != nil || !c.sane() || len(salt) < 8 || len(sum) < 16 || len(sum) > 64 {
		return c, nil, nil, errHash
	}
	return c, salt, sum, nil
}
