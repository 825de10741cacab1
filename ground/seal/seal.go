// Package seal encrypts small values with the national algorithms: SM4-GCM
// (GB/T 32907) for the values, SM3-HMAC (GB/T 32905) for blind indexes, by which a
// sealed value can be found without being opened.
package seal

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"hash"
	"sync"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

const (
	format     = 1  // first byte of every sealed value
	secretSize = 32 // bytes of a key's secret
	nonceSize  = 12
	tagSize    = 16
	headerSize = 1 + 4 // format, key id
	blindSize  = 16    // bytes kept of the SM3-HMAC
)

var (
	// ErrKey is returned for a value that was sealed with a key that the key file does not hold.
	ErrKey = errors.New("该值是用另一个密钥封存的：请恢复当时的密钥文件")
	// ErrTampered is returned for a value that is damaged, was altered, or was taken from another place.
	ErrTampered = errors.New("封存的值已损坏或被改动")
)

// Key is the content of a key file: one or more secrets. The newest seals, every
// one opens, and the oldest makes the blind indexes, so that a new secret can
// be added without sealing everything anew. It is safe for concurrent use.
type Key struct {
	secrets []secret // oldest first
	blinds  sync.Pool
}

// secret is one secret with what is derived from it.
type secret struct {
	raw  []byte
	id   uint32 // part of every value sealed with it
	aead cipher.AEAD
}

// newKey derives the working keys of the secrets, oldest first.
func newKey(raws [][]byte) (*Key, error) {
	k := &Key{}
	for _, raw := range raws {
		s, err := newSecret(raw, "yiheng seal 1")
		if err != nil {
			return nil, err
		}
		k.secrets = append(k.secrets, s)
	}
	k.blinds.New = blinder(k.blindKey())
	return k, nil
}

// newSecret derives the cipher and the id of a secret in its use.
func newSecret(raw []byte, use string) (secret, error) {
	block, err := sm4.NewCipher(derive(raw, use+": SM4-GCM")[:sm4.BlockSize])
	if err != nil {
		return secret{}, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return secret{}, err
	}
	return secret{raw: raw, id: binary.BigEndian.Uint32(derive(raw, use+": id")), aead: aead}, nil
}

// blindKey is the key of the blind indexes: the oldest secret's.
func (k *Key) blindKey() []byte { return derive(k.secrets[0].raw, "yiheng seal 1: blind index") }

func blinder(key []byte) func() any { return func() any { return hmac.New(sm3.New, key) } }

// derive makes a key of its own for each purpose.
func derive(raw []byte, purpose string) []byte {
	mac := hmac.New(sm3.New, raw)
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// ID names the oldest secret without betraying it: whoever keeps sealed values
// keeps it beside them, to notice a foreign key file before anything is written.
func (k *Key) ID() uint32 { return k.secrets[0].id }

// Seal encrypts plain. place is not encrypted but bound to the value: Open gives it
// back only for the same place, so that a sealed value cannot be moved to another row.
func (k *Key) Seal(plain []byte, place string) []byte {
	return k.secrets[len(k.secrets)-1].seal(format, plain, place)
}

// Open returns what Seal was given, ErrKey or ErrTampered.
func (k *Key) Open(sealed []byte, place string) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != format {
		return nil, ErrTampered
	}
	return open(k.secrets, sealed, place)
}

func (s *secret) seal(format byte, plain []byte, place string) []byte {
	sealed := make([]byte, headerSize+nonceSize, headerSize+nonceSize+len(plain)+tagSize)
	sealed[0] = format
	binary.BigEndian.PutUint32(sealed[1:], s.id)
	nonce := sealed[headerSize:]
	if _, err := rand.Read(nonce); err != nil {
		panic(err) // crypto/rand ends the program itself when the system gives no randomness
	}
	return s.aead.Seal(sealed, nonce, plain, bound(sealed[:headerSize], place))
}

// open opens a sealed value with the one of the secrets whose id it bears.
func open(secrets []secret, sealed []byte, place string) ([]byte, error) {
	if len(sealed) < headerSize+nonceSize+tagSize {
		return nil, ErrTampered
	}
	header, nonce, text := sealed[:headerSize], sealed[headerSize:headerSize+nonceSize], sealed[headerSize+nonceSize:]
	id := binary.BigEndian.Uint32(header[1:])
	for i := range secrets {
		if secrets[i].id != id {
			continue
		}
		plain, err := secrets[i].aead.Open(nil, nonce, text, bound(header, place))
		if err != nil {
			return nil, ErrTampered
		}
		return plain, nil
	}
	return nil, ErrKey
}

// bound is the additional data of a value: its header and its place.
func bound(header []byte, place string) []byte {
	return append(append(make([]byte, 0, len(header)+len(place)), header...), place...)
}

// Blind returns 16 bytes that are equal for equal values of one purpose and tell
// nothing about the value to anyone without the key.
func (k *Key) Blind(purpose, value string) []byte { return blind(&k.blinds, purpose, value) }

func blind(pool *sync.Pool, purpose, value string) []byte {
	mac := pool.Get().(hash.Hash)
	defer pool.Put(mac)
	mac.Reset()
	// The length keeps ("ab", "c") and ("a", "bc") apart.
	size := binary.BigEndian.AppendUint32(make([]byte, 0, 4), uint32(len(purpose)))
	mac.Write(size)
	mac.Write([]byte(purpose))
	mac.Write([]byte(value))
	return mac.Sum(nil)[:blindSize]
}
