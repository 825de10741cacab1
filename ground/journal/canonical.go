package journal

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// hashRowContent is the commitment to a row: SHA-256 of the row's own salt and its
// canonical JSON. The row's own salt is HMAC-SHA-256 of kind and id under the
// entry's salt, so that one row can be shown without the others.
func hashRowContent(salt []byte, kind, id string, content any) (string, error) {
	text, err := canonical(content)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(kind))
	mac.Write([]byte{0})
	mac.Write([]byte(id))
	sum := sha256.Sum256(append(mac.Sum(nil), text...))
	return base64.StdEncoding.EncodeToString(sum[:]), nil
}

// canonical is the one JSON text of a value: members in the order of their names,
// those that are null left out, numbers as they were written, no blanks. A field
// that a later version adds to a struct must be omitted (omitzero) or null while
// it has no value; then earlier rows keep their hash.
func canonical(v any) ([]byte, error) {
	text, err := compact(v)
	if err != nil {
		return nil, err
	}
	decode := json.NewDecoder(bytes.NewReader(text))
	decode.UseNumber()
	var tree any
	if err := decode.Decode(&tree); err != nil {
		return nil, err
	}
	dropNulls(tree)
	return compact(tree)
}

func dropNulls(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil {
				delete(v, name)
			}
			dropNulls(member)
		}
	case []any:
		for _, element := range v {
			dropNulls(element)
		}
	}
}
