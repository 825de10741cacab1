package registry

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
)

const (
	mostPending = 32_768  // subjects that are written in one transaction
	mostKnown   = 2 << 20 // entries of known: about 50 MB
)

// searchable are the endings of the fields that Find can look up: names,
// certificate numbers, telephone numbers. Addresses and remarks are not looked
// up by equality, and a person's contact (coner_name) is another person.
var searchable = []string{"_name", "certno", "cert_no", "tel", "mob"}

// Searchable says whether Find can look up a field.
func Searchable(field string) bool {
	return field != "coner_name" && slices.ContainsFunc(searchable, func(end string) bool { return strings.HasSuffix(field, end) })
}

// Keep seals identity fields of one subject, by their national column names. A
// field that was kept with another value takes the newer one; fields not named
// and empty values leave what is there. Identities are written in groups: Flush
// writes the last.
func (r *Registry) Keep(kind, id string, fields map[string]string) error {
	if id == "" || len(fields) == 0 {
		return nil
	}
	r.mu.Lock()
	if !r.isNews(kind, id, fields) {
		r.mu.Unlock()
		return nil
	}
	s := Subject{Kind: strings.Clone(kind), ID: strings.Clone(id)}
	kept := r.pending[s]
	if kept == nil {
		kept = make(map[string]string, len(fields))
		r.pending[s] = kept
	}
	for name, value := range fields {
		if value != "" {
			kept[strings.Clone(name)] = strings.Clone(value)
		}
	}
	full := len(r.pending) >= mostPending
	r.mu.Unlock()
	if full {
		return r.flush(context.Background(), mostPending)
	}
	return nil
}

// isNews says whether the last Keep of the same fields of the subject had other
// values, and remembers these.
func (r *Registry) isNews(kind, id string, fields map[string]string) bool {
	which := maphash.String(r.seed, kind) ^ maphash.String(r.seed, id)<<1
	var values uint64
	for name, value := range fields {
		if value == "" {
			continue
		}
		field := maphash.String(r.seed, name)
		which += field * 0x9E37_79B9_7F4A_7C15
		values += mix(field, maphash.String(r.seed, value))
	}
	if old, ok := r.known[which]; ok && old == values {
		return false
	}
	if len(r.known) >= mostKnown {
		clear(r.known)
	}
	r.known[which] = values
	return true
}

// mix is one hash of a field's name and value; the sum over the fields does not
// depend on their order.
func mix(a, b uint64) uint64 {
	h := (a ^ b>>32) * 0xFF51_AFD7_ED55_8CCD
	return (h ^ h>>29 ^ b) * 0xC4CE_B9FE_1A85_EC53
}

// Flush writes what Keep has gathered. After an error nothing of the last group
// is written, and it is not tried again.
func (r *Registry) Flush(ctx context.Context) error { return r.flush(ctx, 1) }

// flush writes the pending identities if they are at least so many.
func (r *Registry) flush(ctx context.Context, atLeast int) error {
	r.writing.Lock()
	defer r.writing.Unlock()
	r.mu.Lock()
	if len(r.pending) < atLeast {
		r.mu.Unlock()
		return nil
	}
	group := r.pending
	r.pending = make(map[Subject]map[string]string, len(group))
	r.mu.Unlock()
	if err := r.write(ctx, group); err != nil {
		r.mu.Lock()
		r.forget()
		r.mu.Unlock()
		return fmt.Errorf("封存身份信息失败：%w", err)
	}
	return nil
}

// Identity returns the fields of a subject, nil when nothing is kept of it. What
// is not flushed is not seen.
func (r *Registry) Identity(ctx context.Context, kind, id string) (map[string]string, error) {
	s := Subject{kind, id}
	rows, err := readIdentities(ctx, r.db, kind, []string{id})
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return r.unseal(s, rows[0].Sealed)
}

// Find returns the ids, sorted, of the subjects of a kind whose field has the
// value; spaces around it and the case of Latin letters do not matter. Fields that
// are not Searchable are ErrField.
func (r *Registry) Find(ctx context.Context, kind, field, value string) ([]string, error) {
	if !Searchable(field) {
		return nil, fmt.Errorf("%w：%s（可检索姓名、证件号码、电话）", ErrField, field)
	}
	rows, err := readByBlind(ctx, r.db, kind, r.blind(kind, field, value))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, row := range rows {
		fields, err := r.unseal(Subject{kind, row.ID}, row.Sealed)
		if err != nil {
			return nil, err
		}
		if normal(fields[field]) == normal(value) {
			ids = append(ids, row.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// blind is where the index keeps a field's value.
func (r *Registry) blind(kind, field, value string) int64 {
	return int64(binary.BigEndian.Uint64(r.ring.Blind(kind+"."+field, normal(value))))
}

// blinds are the index entries of a subject's fields.
func (r *Registry) blinds(kind string, fields map[string]string) map[int64]bool {
	out := make(map[int64]bool, len(fields))
	for name, value := range fields {
		if Searchable(name) {
			out[r.blind(kind, name, value)] = true
		}
	}
	return out
}

func normal(value string) string { return strings.ToUpper(strings.TrimSpace(value)) }

func (r *Registry) seal(s Subject, fields map[string]string) ([]byte, error) {
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	return r.ring.Seal(text, place(s)), nil
}

func (r *Registry) unseal(s Subject, sealed []byte) (fields map[string]string, err error) {
	text, err := r.ring.Open(sealed, place(s))
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		return nil, fmt.Errorf("%s 的身份信息无法打开：%w", place(s), err)
	}
	return fields, nil
}

func place(s Subject) string { return s.Kind + "/" + s.ID }

// sameFields says that more adds nothing to fields.
func sameFields(fields, more map[string]string) bool {
	for name, value := range more {
		if old, ok := fields[name]; !ok || old != value {
			return false
		}
	}
	return true
}

// newer returns fields with more laid over them.
func newer(fields, more map[string]string) map[string]string {
	out := maps.Clone(fields)
	maps.Copy(out, more)
	return out
}
