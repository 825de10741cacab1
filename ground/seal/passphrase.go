package seal

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm4"
	"golang.org/x/crypto/argon2"
)

// A value sealed with a pass phrase begins with what it takes to derive the key:
// passFormat, passes (4 bytes), KiB of memory (4), lanes (1), salt (16).
const (
	passFormat = 3
	passPasses = 3
	passMemory = 128 << 10 // KiB
	passLanes  = 4
	passSalt   = 16
	passHeader = 1 + 4 + 4 + 1 + passSalt

	// ShortestPassphrase is how many characters a pass phrase has at least.
	ShortestPassphrase = 12
)

// Errors of pass phrases.
var (
	ErrPassphrase = errors.New("口令不对，或内容已被改动")
	ErrShort      = fmt.Errorf("口令太短：至少 %d 个字符", ShortestPassphrase)
)

// SealWith encrypts plain with SM4-GCM under a key derived from a pass phrase by
// Argon2id, for what must be opened where no key file is: it takes about half a
// second and 128 MB. place is bound to the value as in Key.Seal.
func SealWith(passphrase string, plain []byte, place string) ([]byte, error) {
	if utf8.RuneCountInString(passphrase) < ShortestPassphrase {
		return nil, ErrShort
	}
	header := binary.BigEndian.AppendUint32([]byte{passFormat}, passPasses)
	header = append(binary.BigEndian.AppendUint32(header, passMemory), passLanes)
	random := make([]byte, passSalt+nonceSize)
	_, _ = rand.Read(random) // crypto/rand ends the program itself when the system gives no randomness
	header = append(header, random[:passSalt]...)
	aead, err := passCipher(passphrase, header)
	if err != nil {
		return nil, err
	}
	nonce := random[passSalt:]
	return aead.Seal(append(header, nonce...), nonce, plain, bound(header, place)), nil
}

// OpenWith returns what SealWith was given, or ErrPassphrase.
func OpenWith(passphrase string, sealed []byte, place string) ([]byte, error) {
	if len(sealed) < passHeader+nonceSize+tagSize || sealed[0] != passFormat {
		return nil, ErrPassphrase
	}
	header, nonce, text := sealed[:passHeader], sealed[passHeader:passHeader+nonceSize], sealed[passHeader+nonceSize:]
	aead, err := passCipher(passphrase, header)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nonce, text, bound(header, place))
	if err != nil {
		return nil, ErrPassphrase
	}
	return plain, nil
}

// passCipher derives the cipher. The costs come from the value: they are bounded, so
// that a forged one cannot take the machine's memory.
func passCipher(passphrase string, header []byte) (cipher.AEAD, error) {
	passes, memory, lanes := binary.BigEndian.Uint32(header[1:]), binary.BigEndian.Uint32(header[5:]), header[9]
	if passes < 1 || passes > 16 || memory < 8<<10 || memory > 1<<20 || lanes < 1 || lanes > 16 {
		return nil, ErrPassphrase
	}
	block, err := sm4.NewCipher(argon2.IDKey([]byte(passphrase), header[10:passHeader], passes, memory, lanes, sm4.BlockSize))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// IsKeyFile says that a text is that of a key file or of a ring.
func IsKeyFile(text []byte) bool {
	return bytes.HasPrefix(text, []byte("yiheng-key ")) || bytes.HasPrefix(text, []byte("yiheng-ring "))
}
