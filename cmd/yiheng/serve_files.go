package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"yiheng/ground/access"
	"yiheng/server"
)

// folder is the one folder of the machine that jobs asked for by HTTP may read and
// write, with all links followed.
func (c *serveCmd) folder(all *cli) (string, error) {
	dir := c.Files
	if dir == "" {
		dir = filepath.Clean(all.Home) + "-files" // beside the home: a backup does not lie in what it backs up
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(dir)
}

// work is what may be asked for by HTTP: the kinds that yiheng jobs knows, each with who
// may ask and with the fields that name files.
func work(folder string) []server.Work {
	kind := func(name string, op *access.Operation, fields ...string) server.Work {
		return server.Work{Kind: name, Op: op, Argument: func(given json.RawMessage) (any, error) { return inFolder(folder, given, fields) }}
	}
	return []server.Work{
		kind("intake", server.RunJobs, "paths"),
		kind("screen", server.RunJobs, "out"),
		kind("takeover", server.RunJobs, "folder"),
		kind("backup", server.MaintainJobs, "out"),
	}
}

// inFolder puts the names of files that fields of an argument hold, one or a list, into
// the folder. The kind of work checks the rest.
func inFolder(folder string, given json.RawMessage, fields []string) (any, error) {
	var argument map[string]json.RawMessage
	if err := json.Unmarshal(given, &argument); err != nil {
		return nil, errors.New("argument 应为对象")
	}
	for _, field := range fields {
		var one string
		var many []string
		switch {
		case argument[field] == nil:
			continue
		case json.Unmarshal(argument[field], &one) == nil:
			many = []string{one}
		case json.Unmarshal(argument[field], &many) != nil:
			return nil, fmt.Errorf("%s 应为文件名", field)
		}
		for i, name := range many {
			path, err := within(folder, name)
			if err != nil {
				return nil, fmt.Errorf("%s：%w", field, err)
			}
			many[i] = path
		}
		var value any = many
		if json.Unmarshal(argument[field], &one) == nil {
			value = many[0]
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, err
		}
		argument[field] = text
	}
	return argument, nil
}

// within is the path of a name in a folder. It refuses what leads out of it, also by a
// link that lies there.
func within(folder, name string) (string, error) {
	outside := fmt.Errorf("%q 不在可用的文件夹内：请写其中的文件名，不带盘符和上级文件夹", name)
	if name == "" || !filepath.IsLocal(name) || strings.ContainsAny(name, "\\\x00") {
		return "", outside
	}
	path := filepath.Join(folder, name)
	for known := path; ; known = filepath.Dir(known) {
		real, err := filepath.EvalSymlinks(known)
		if errors.Is(err, fs.ErrNotExist) && known != folder {
			if _, err := os.Lstat(known); err == nil {
				return "", outside // a link to nowhere
			}
			continue
		}
		if err != nil || real != folder && !strings.HasPrefix(real, folder+string(filepath.Separator)) {
			return "", outside
		}
		return path, nil
	}
}
