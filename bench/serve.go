package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"time"

	"yiheng/ground/db"
	"yiheng/practice"
)

// served is the binary that serves a home.
type served struct {
	url     string
	process *exec.Cmd
	log     bytes.Buffer
}

var address = regexp.MustCompile(`https?://[0-9.:]+`)

// serve starts the binary on a free port and waits for its address. It runs no jobs.
func (m *machine) serve(ctx context.Context, o *office) (*served, error) {
	s := &served{process: exec.CommandContext(ctx, m.yiheng, "serve", "--listen", "127.0.0.1:0", "--slots", "0", "--home", o.home)}
	s.process.Env = append(os.Environ(), db.Setting+"="+o.setting)
	s.process.Stderr = &s.log
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for s.url == "" && lines.Scan() {
		s.url = address.FindString(lines.Text())
	}
	if s.url == "" {
		return nil, fmt.Errorf("serve: %w\n%s", s.process.Wait(), s.log.String())
	}
	return s, nil
}

// stop ends the server as a service manager does.
func (s *served) stop() error {
	_ = s.process.Process.Signal(os.Interrupt) // it may have ended
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("serve: %w\n%s", err, s.log.String())
	}
	return nil
}

// enter logs somebody of the office in, with the second factor.
func (s *served) enter(ctx context.Context, login string, connections int) (*visitor, error) {
	v := newVisitor(s.url, connections)
	code, err := practice.Code(login, time.Now())
	if err != nil {
		return nil, err
	}
	_, err = v.ask(ctx, "POST", "/api/login", fmt.Sprintf(`{"login":%q,"password":%q,"code":%q}`, login, practice.Password, code))
	return v, err
}
