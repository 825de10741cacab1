package seal

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"yiheng/ground/lock"
)

// title is the first line of a key file; each further line is one secret in hex,
// the oldest first.
const title = "yiheng-key 1"

// largest is more than any key file has bytes: hundreds of secrets.
const largest = 64 << 10

// OpenKey reads the key file at path, or creates it with mode 0600 and one new
// secret. It refuses a file that anyone but its owner can read. Its errors are
// in Chinese and say what to do.
//
// Losing the file loses everything sealed with it: a backup of the home without
// it cannot be read, and one with it must be kept as safe as the home.
func OpenKey(path string) (*Key, error) {
	text, err := readKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createKeyFile(path); err != nil {
			return nil, fmt.Errorf("无法创建密钥文件 %s，请检查目录权限和磁盘空间：%w", path, err)
		}
		text, err = readKeyFile(path)
	}
	if err != nil {
		return nil, err
	}
	raws, err := parseKeyFile(text)
	if err != nil {
		return nil, fmt.Errorf("密钥文件 %s %w。请从备份恢复原来的文件，不要新建：用它封存的身份信息只有原来的密钥能打开", path, err)
	}
	return newKey(raws)
}

func readKeyFile(path string) ([]byte, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("无法读取密钥文件 %s，请检查属主和权限：%w", path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("无法读取密钥文件 %s：%w", path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("密钥文件 %s 不是普通文件，请移走它", path)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return nil, fmt.Errorf("密钥文件 %s 的权限是 %04o，其他用户也能读写它。请确认没有泄露，然后执行 chmod 600 %s", path, info.Mode().Perm(), path)
	}
	text, err := io.ReadAll(io.LimitReader(file, largest))
	if err != nil {
		return nil, fmt.Errorf("无法读取密钥文件 %s：%w", path, err)
	}
	return text, nil
}

// AddSecret gives the key file at path one more secret, which seals from the next
// OpenKey on; the older ones go on opening what they sealed. A kill in between
// leaves the file as it was or as it will be.
func AddSecret(path string) error {
	held, err := lock.Wait(path + ".lock")
	if err != nil {
		return fmt.Errorf("无法锁定密钥文件 %s：%w", path, err)
	}
	defer held.Close()
	if _, err := OpenKey(path); err != nil {
		return err
	}
	text, err := readKeyFile(path)
	if err != nil {
		return err
	}
	text = fmt.Appendf(bytes.TrimRight(text, "\n"), "\n%x\n", newSecretBytes())
	if len(text) > largest {
		return fmt.Errorf("密钥文件 %s 中的密钥太多", path)
	}
	if err := putFile(path, text, os.Rename); err != nil {
		return fmt.Errorf("无法写入密钥文件 %s，请检查目录权限和磁盘空间：%w", path, err)
	}
	return nil
}

// createKeyFile puts a complete file at path, or leaves the one that another
// process has put there meanwhile.
func createKeyFile(path string) error {
	err := putFile(path, fmt.Appendf(nil, "%s\n%x\n", title, newSecretBytes()), os.Link)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// newSecretBytes draws a secret; crypto/rand ends the program itself when the
// system gives no randomness.
func newSecretBytes() []byte {
	raw := make([]byte, secretSize)
	_, _ = rand.Read(raw)
	return raw
}

// putFile brings a complete file with mode 0600 to path by place, which is
// os.Rename to replace what is there or os.Link to leave it. The file and its
// name have reached the disk when it returns nil.
func putFile(path string, text []byte, place func(from, to string) error) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(text)
	if err == nil {
		err = draft.Sync()
	}
	if err = errors.Join(err, draft.Close()); err != nil {
		return err
	}
	if err := place(draft.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// parseKeyFile returns the secrets of a key file, oldest first.
func parseKeyFile(text []byte) ([][]byte, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("是空的")
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	if lines[0] != title {
		if strings.HasPrefix(lines[0], "yiheng-key ") {
			return nil, errors.New("的格式比本程序新")
		}
		return nil, fmt.Errorf("第 1 行不是 %q", title)
	}
	if len(lines) == 1 {
		return nil, errors.New("中没有密钥")
	}
	var secrets [][]byte
	for i, line := range lines[1:] {
		secret, err := hex.DecodeString(line)
		if err != nil || len(secret) != secretSize {
			return nil, fmt.Errorf("第 %d 行不是 %d 位十六进制密钥", i+2, 2*secretSize)
		}
		secrets = append(secrets, secret)
	}
	return secrets, nil
}
