package seal

import (
	"bytes"
	"errors"
	"testing"
)

func TestPassphrase(t *testing.T) {
	const phrase, place = "长安一片月，万户捣衣声。", "backup"
	plain := []byte("yiheng-key 1\n…")
	sealed, err := SealWith(phrase, plain, place)
	if err != nil {
		t.Fatal(err)
	}
	again, err := SealWith(phrase, plain, place)
	if err != nil || bytes.Equal(again, sealed) || bytes.Contains(sealed, plain[:8]) {
		t.Error("sealed twice alike, or in the clear", err)
	}
	if got, err := OpenWith(phrase, sealed, place); err != nil || !bytes.Equal(got, plain) {
		t.Error(got, err)
	}
	change := func(i int, b byte) []byte {
		c := bytes.Clone(sealed)
		c[i] ^= b
		return c
	}
	for name, c := range map[string]struct {
		phrase, place string
		sealed        []byte
	}{
		"another pass phrase":   {phrase + " ", place, sealed},
		"another place":         {phrase, "other", sealed},
		"another format":        {phrase, place, change(0, 1)},
		"another salt":          {phrase, place, change(12, 1)},
		"another text":          {phrase, place, change(len(sealed)-20, 1)},
		"a terabyte of memory":  {phrase, place, change(5, 0x40)},
		"a thousand passes":     {phrase, place, change(3, 0x40)},
		"no lanes":              {phrase, place, change(9, passLanes)},
		"the beginning of it":   {phrase, place, sealed[:passHeader]},
		"without its last byte": {phrase, place, sealed[:len(sealed)-1]},
		"nothing":               {phrase, place, nil},
	} {
		if _, err := OpenWith(c.phrase, c.sealed, c.place); !errors.Is(err, ErrPassphrase) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := SealWith("十一个字的口令还是太短", plain, place); !errors.Is(err, ErrShort) {
		t.Error(err)
	}
}
