package seal

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"yiheng/ground/lock"
)

// ringTitle is the first line of a ring file; "blind KEY" and one "data KEY" for
// each data key follow, the oldest first, each KEY sealed by the master, in hex.
const (
	ringTitle  = "yiheng-ring 1"
	ringFormat = 2 // first byte of every value that a data key sealed
	ringPlace  = "yiheng-ring "
)

// Ring is the data keys of a home in envelopes: they seal the values, and the
// master, which is the key file, seals them (GM/T 0054-2018: keys in three
// layers). So a new master is one small file to write, and a new data key needs
// the values sealed anew only step by step. A Ring opens what its master sealed
// itself too. It is safe for concurrent use.
type Ring struct {
	path   string
	master atomic.Pointer[Key]
	keys   atomic.Pointer[ringKeys]
	blinds sync.Pool
}

type ringKeys struct {
	blind   []byte
	data    []secret  // oldest first
	written time.Time // when the file that they were read from was written
}

// OpenRing reads the ring file at path, or creates it with mode 0600 and one data
// key. Its blind indexes are those of the master of that day and stay so. Its
// errors are in Chinese and say what to do; without the ring's file nothing that
// it sealed can be opened.
func OpenRing(path string, master *Key) (*Ring, error) {
	r := &Ring{path: path}
	r.master.Store(master)
	err := r.load()
	if errors.Is(err, fs.ErrNotExist) {
		err = r.change(func(*ringKeys) error { return nil })
	}
	if err != nil {
		return nil, err
	}
	r.blinds.New = blinder(r.keys.Load().blind)
	return r, nil
}

// Turn adds a data key, which seals from now on in every process, and seals all
// data keys with the master's newest secret. A kill in between leaves the old ring
// or the new one. What older keys sealed still opens: see Stale.
func (r *Ring) Turn() error {
	return r.change(func(k *ringKeys) error {
		key, err := newSecret(newSecretBytes(), "yiheng data 1")
		k.data = append(k.data, key)
		return err
	})
}

// SetMaster takes the key file as it is after AddSecret; Turn then seals the data keys
// with the new secret. A key that does not open the ring's file is refused.
func (r *Ring) SetMaster(master *Key) error {
	text, err := readKeyFile(r.path)
	if err == nil {
		_, err = parseRing(text, master)
	}
	if err != nil {
		return fmt.Errorf("数据密钥文件 %s：%w", r.path, err)
	}
	r.master.Store(master)
	return nil
}

// Keys returns how many data keys there are.
func (r *Ring) Keys() int { return len(r.keys.Load().data) }

// Seal encrypts plain as Key.Seal does.
func (r *Ring) Seal(plain []byte, place string) []byte {
	return r.newest().seal(ringFormat, plain, place)
}

// Open returns what Seal of the ring or of its master was given, ErrKey or ErrTampered.
func (r *Ring) Open(sealed []byte, place string) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != ringFormat {
		return r.master.Load().Open(sealed, place)
	}
	plain, err := open(r.keys.Load().data, sealed, place)
	if !errors.Is(err, ErrKey) {
		return plain, err
	}
	if err := r.load(); err != nil { // another process may have turned the ring
		return nil, err
	}
	return open(r.keys.Load().data, sealed, place)
}

// ID is the master's Key.ID.
func (r *Ring) ID() uint32 { return r.master.Load().ID() }

// Blind is Key.Blind: equal to what the master gave when the ring was made.
func (r *Ring) Blind(purpose, value string) []byte { return blind(&r.blinds, purpose, value) }

// Header is how every value starts that the newest data key sealed, 5 bytes: a
// room finds by it, in SQL, the rows that are to be sealed anew.
func (r *Ring) Header() []byte {
	return binary.BigEndian.AppendUint32([]byte{ringFormat}, r.newest().id)
}

// Stale says that a value was not sealed with the newest data key.
func (r *Ring) Stale(sealed []byte) bool { return !bytes.HasPrefix(sealed, r.Header()) }

// Reseal seals a value anew with the newest data key. To turn a table: Turn, then
// reseal its stale rows, so many in each transaction, until none is left. The rows
// themselves say how far it is, so it goes on after a kill.
func (r *Ring) Reseal(sealed []byte, place string) ([]byte, error) {
	plain, err := r.Open(sealed, place)
	if err != nil {
		return nil, err
	}
	return r.Seal(plain, place), nil
}

// newest is the key that seals. It looks at the file each time: another process may
// have turned the ring. A file that cannot be read leaves the keys that are known.
func (r *Ring) newest() *secret {
	keys := r.keys.Load()
	if info, err := os.Stat(r.path); err == nil && !info.ModTime().Equal(keys.written) && r.load() == nil {
		keys = r.keys.Load()
	}
	return &keys.data[len(keys.data)-1]
}

// load reads the ring's file, fs.ErrNotExist when there is none.
func (r *Ring) load() error {
	info, err := os.Stat(r.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("无法读取数据密钥文件 %s，请检查属主和权限：%w", r.path, err)
	}
	text, err := readKeyFile(r.path)
	if err != nil {
		return err
	}
	keys, err := parseRing(text, r.master.Load())
	if err != nil {
		return fmt.Errorf("数据密钥文件 %s %w。请从同一份备份恢复它和密钥文件，不要新建：用它封存的信息只有原来的密钥能打开", r.path, err)
	}
	if info != nil {
		keys.written = info.ModTime()
	}
	r.keys.Store(keys)
	return nil
}

// change reads the ring, or starts one, changes it and writes it, while no other
// process does.
func (r *Ring) change(how func(*ringKeys) error) error {
	held, err := lock.Wait(r.path + ".lock")
	if err != nil {
		return fmt.Errorf("无法锁定数据密钥文件 %s，请检查目录权限：%w", r.path, err)
	}
	defer held.Close()
	if err := r.load(); errors.Is(err, fs.ErrNotExist) {
		first, err := newSecret(newSecretBytes(), "yiheng data 1")
		if err != nil {
			return err
		}
		r.keys.Store(&ringKeys{blind: r.master.Load().blindKey(), data: []secret{first}})
	} else if err != nil {
		return err
	}
	old := r.keys.Load()
	keys := &ringKeys{blind: old.blind, data: append([]secret(nil), old.data...)}
	if err := how(keys); err != nil {
		return err
	}
	if err := putFile(r.path, r.master.Load().writeRing(keys), os.Rename); err != nil {
		return fmt.Errorf("无法写入数据密钥文件 %s，请检查目录权限和磁盘空间：%w", r.path, err)
	}
	r.keys.Store(keys)
	return nil
}

func (k *Key) writeRing(keys *ringKeys) []byte {
	text := fmt.Appendf(nil, "%s\nblind %x\n", ringTitle, k.Seal(keys.blind, ringPlace+"blind"))
	for _, key := range keys.data {
		text = fmt.Appendf(text, "data %x\n", k.Seal(key.raw, ringPlace+"data"))
	}
	return text
}

func parseRing(text []byte, master *Key) (*ringKeys, error) {
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	if lines[0] != ringTitle {
		return nil, fmt.Errorf("第 1 行不是 %q", ringTitle)
	}
	keys := &ringKeys{}
	for i, line := range lines[1:] {
		name, value, _ := strings.Cut(line, " ")
		sealed, err := hex.DecodeString(value)
		if err != nil || name != [...]string{"blind", "data"}[min(i, 1)] {
			return nil, fmt.Errorf("第 %d 行不是一个数据密钥", i+2)
		}
		raw, err := master.Open(sealed, ringPlace+name)
		if err != nil {
			return nil, fmt.Errorf("第 %d 行用现在的密钥文件打不开（%w）", i+2, err)
		}
		if len(raw) != secretSize {
			return nil, fmt.Errorf("第 %d 行的密钥长度不对", i+2)
		}
		if name == "blind" {
			keys.blind = raw
			continue
		}
		key, err := newSecret(raw, "yiheng data 1")
		if err != nil {
			return nil, err
		}
		keys.data = append(keys.data, key)
	}
	if keys.blind == nil || len(keys.data) == 0 {
		return nil, errors.New("不完整")
	}
	return keys, nil
}
