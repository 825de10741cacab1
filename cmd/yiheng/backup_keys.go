package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"yiheng/ground/db/archive"
	"yiheng/ground/seal"
)

// passphrase is where the pass phrase comes from.
type passphrase struct {
	PassphraseFile string `name:"passphrase-file" type:"path" placeholder:"FILE" help:"口令所在文件；不写则取环境变量 YIHENG_PASSPHRASE。"`
}

func (p passphrase) read() (string, error) {
	text := os.Getenv("YIHENG_PASSPHRASE")
	if p.PassphraseFile != "" {
		file, err := os.ReadFile(p.PassphraseFile)
		if err != nil {
			return "", fmt.Errorf("口令文件无法读取：%w", err)
		}
		text = strings.TrimRight(string(file), "\r\n")
	}
	if text == "" {
		return "", errors.New("没有给出口令：请用 --passphrase-file 指明口令文件，或设环境变量 YIHENG_PASSPHRASE")
	}
	return text, nil
}

func (c *backupCmd) phrase() (string, error) {
	if !c.WithKeys {
		return "", nil
	}
	phrase, err := c.Passphrase.read()
	if err == nil && len([]rune(phrase)) < seal.ShortestPassphrase {
		err = seal.ErrShort
	}
	return phrase, err
}

// addKeys adds the key files, sealed together.
func addKeys(out *archive.Writer, secrets map[string][]byte, phrase string) error {
	text, err := json.Marshal(secrets)
	if err != nil {
		return err
	}
	sealed, err := seal.SealWith(phrase, text, inKeys)
	if err != nil {
		return err
	}
	return out.AddBytes(inKeys, sealed)
}

// openKeys opens what addKeys added.
func openKeys(sealed []byte, phrase string) (map[string][]byte, error) {
	text, err := seal.OpenWith(phrase, sealed, inKeys)
	if err != nil {
		return nil, fmt.Errorf("备份中的密钥打不开：%w", err)
	}
	var secrets map[string][]byte
	if err := json.Unmarshal(text, &secrets); err != nil {
		return nil, err
	}
	for name := range secrets {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("备份不可信：密钥文件名 %q", name)
		}
	}
	return secrets, nil
}
