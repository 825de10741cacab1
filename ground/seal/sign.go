package seal

//lint:file-ignore SA1019 gmsm keeps SM2 keys in the structs of crypto/ecdsa, whose own functions know only NIST's curves

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"math/big"

	"github.com/emmansun/gmsm/ecdh"
	"github.com/emmansun/gmsm/sm2"
)

// Signer signs with SM2 (GB/T 32918.2) over SM3 and the standard's default
// identity. It is safe for concurrent use.
type Signer struct {
	key    *sm2.PrivateKey
	public PublicKey
}

// PublicKey checks what a Signer signed: an SM2 point, uncompressed, 65 bytes.
type PublicKey string

// Signer returns the signer that the newest secret makes for a purpose.
func (k *Key) Signer(purpose string) *Signer {
	return newSigner(k.secrets[len(k.secrets)-1].raw, purpose)
}

// Publics returns the public keys of the signers that all secrets make for a
// purpose, oldest first: what was signed with a secret stays good after a newer
// one was added.
func (k *Key) Publics(purpose string) []PublicKey {
	var all []PublicKey
	for i := range k.secrets {
		all = append(all, newSigner(k.secrets[i].raw, purpose).public)
	}
	return all
}

// newSigner derives 512 bits and takes the remainder: all private keys 1 … n-2
// are as good as equally likely.
func newSigner(raw []byte, purpose string) *Signer {
	wide := append(derive(raw, "yiheng seal 1: SM2 high: "+purpose), derive(raw, "yiheng seal 1: SM2 low: "+purpose)...)
	d := new(big.Int).SetBytes(wide)
	d.Mod(d, new(big.Int).Sub(sm2.P256().Params().N, big.NewInt(2))).Add(d, big.NewInt(1))
	key, err := ecdh.P256().NewPrivateKey(d.FillBytes(make([]byte, 32)))
	if err != nil {
		panic(err) // d is in the range that it asks for
	}
	public := PublicKey(key.PublicKey().Bytes())
	return &Signer{
		key:    &sm2.PrivateKey{PrivateKey: ecdsa.PrivateKey{PublicKey: public.point(), D: d}},
		public: public,
	}
}

// Public returns the key that checks the signatures.
func (s *Signer) Public() PublicKey { return s.public }

// Sign returns the signature of a message, ASN.1 encoded as GB/T 35276 says.
func (s *Signer) Sign(message []byte) ([]byte, error) {
	return s.key.Sign(rand.Reader, message, sm2.NewSM2SignerOption(true, nil))
}

// Verify says whether the signature is this key's of the message.
func (p PublicKey) Verify(message, signature []byte) bool {
	if _, err := ecdh.P256().NewPublicKey([]byte(p)); err != nil {
		return false
	}
	point := p.point()
	return sm2.VerifyASN1WithSM2(&point, nil, message, signature)
}

func (p PublicKey) point() ecdsa.PublicKey {
	return ecdsa.PublicKey{
		Curve: sm2.P256(),
		X:     new(big.Int).SetBytes([]byte(p[1:33])),
		Y:     new(big.Int).SetBytes([]byte(p[33:])),
	}
}

// spki is the DER header of an SM2 SubjectPublicKeyInfo (id-ecPublicKey, curve
// 1.2.156.10197.1.301); the point follows.
var spki = []byte("\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x03\x42\x00")

const pemType = "PUBLIC KEY"

// PEM returns the key as other programs read it (openssl …).
func (p PublicKey) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: append(bytes.Clone(spki), p...)})
}

// ParsePublicKeys reads the keys of a PEM text, one or more.
func ParsePublicKeys(text []byte) (keys []PublicKey, err error) {
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		point, ours := bytes.CutPrefix(block.Bytes, spki)
		if block.Type != pemType || !ours {
			return nil, errors.New("不是 SM2 公钥")
		}
		if _, err := ecdh.P256().NewPublicKey(point); err != nil {
			return nil, errors.New("SM2 公钥不在曲线上")
		}
		keys, text = append(keys, PublicKey(point)), rest
	}
	if len(keys) == 0 {
		return nil, errors.New("没有公钥（PEM 格式，-----BEGIN PUBLIC KEY-----）")
	}
	return keys, nil
}
