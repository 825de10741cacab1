package seal

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/sm2"
)

func TestSignVerify(t *testing.T) {
	k := testKey(t)
	s := k.Signer("journal")
	message := []byte("第 1 条")
	signature, err := s.Sign(message)
	if err != nil || !s.Public().Verify(message, signature) {
		t.Fatalf("own signature: %v", err)
	}
	for i := range signature {
		altered := bytes.Clone(signature)
		altered[i] ^= 1
		if s.Public().Verify(message, altered) {
			t.Errorf("byte %d altered and not noticed", i)
		}
	}
	if s.Public().Verify([]byte("第 2 条"), signature) {
		t.Error("another message")
	}
	for name, other := range map[string]PublicKey{
		"another purpose": k.Signer("paper").Public(), "another key": testKey(t).Signer("journal").Public(),
		"no key": "", "no point": PublicKey(strings.Repeat("\x04", 65)), "a cut key": s.Public()[:64],
	} {
		if other.Verify(message, signature) {
			t.Error(name)
		}
	}
}

// What the secret of 32 bytes 07 signed in the first version, and its key.
const (
	firstPublic    = "04a7261cd22e7189e30cb7e5f9cba4bc7aff58f14173a87dd05749289a8c5f638680c39268b51e8e382dde5c745d1e4cfa41443714a3a8c4ab9f9b4b3f90ffb891"
	firstSignature = "3045022100905635c1fcca61ae6f7b6da4b96678375945f82e7c34b644020a1dcc4543516702206416715217f3f96933f09d53cb904cc66bbb1729e867a3c7fb2aa178f08064d5"
)

func TestSignaturesStay(t *testing.T) {
	k, err := newKey([][]byte{bytes.Repeat([]byte{7}, secretSize)})
	if err != nil {
		t.Fatal(err)
	}
	p := k.Signer("journal").Public()
	if got := hex.EncodeToString([]byte(p)); got != firstPublic {
		t.Errorf("public key is %s: checkpoints of existing homes would not verify", got)
	}
	signature, err := hex.DecodeString(firstSignature)
	if err != nil || !p.Verify([]byte("张三"), signature) {
		t.Errorf("a signature of an earlier version does not verify: %v", err)
	}
	both, err := newKey([][]byte{bytes.Repeat([]byte{7}, secretSize), bytes.Repeat([]byte{8}, secretSize)})
	if err != nil {
		t.Fatal(err)
	}
	publics := both.Publics("journal")
	if len(publics) != 2 || publics[0] != p || publics[1] != both.Signer("journal").Public() || publics[1] == p {
		t.Error("the newest secret does not sign, or the older one does not verify")
	}
}

// TestSM2Standard runs the example of GB/T 32918.5-2017 A.2.
func TestSM2Standard(t *testing.T) {
	number := func(s string) *big.Int {
		n, ok := new(big.Int).SetString(s, 16)
		if !ok {
			t.Fatal(s)
		}
		return n
	}
	point, err := hex.DecodeString("04" + "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" + "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13")
	if err != nil {
		t.Fatal(err)
	}
	public := PublicKey(point).point()
	r := number("f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3")
	s := number("b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa")
	if !sm2.VerifyWithSM2(&public, nil, []byte("message digest"), r, s) {
		t.Error("the standard's signature does not verify")
	}
}

func TestPEM(t *testing.T) {
	a, b := testKey(t).Signer("a").Public(), testKey(t).Signer("b").Public()
	keys, err := ParsePublicKeys(append(a.PEM(), b.PEM()...))
	if err != nil || len(keys) != 2 || keys[0] != a || keys[1] != b {
		t.Fatalf("%q, %v", keys, err)
	}
	off := []byte(a)
	off[64] ^= 1
	for text, want := range map[string]string{
		"":                             "没有公钥",
		"abc":                          "没有公钥",
		string(PublicKey("abc").PEM()): "不在曲线上",
		string(PublicKey(off).PEM()):   "不在曲线上",
		strings.ReplaceAll(string(a.PEM()), "PUBLIC", "PRIVATE"):       "不是 SM2 公钥",
		"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n": "不是 SM2 公钥",
	} {
		if _, err := ParsePublicKeys([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParsePublicKeys(f *testing.F) {
	k, err := newKey([][]byte{bytes.Repeat([]byte{7}, secretSize)})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.Signer("journal").Public().PEM())
	f.Fuzz(func(t *testing.T, text []byte) {
		keys, err := ParsePublicKeys(text)
		for _, p := range keys {
			if err == nil && p.Verify(text, text) {
				t.Error("a text is its own signature")
			}
		}
	})
}
