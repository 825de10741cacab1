package main

import (
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"
)

// report is the table of figures; it is printed as it grows and kept in a file.
type report struct {
	title string
	quiet bool
	rows  [][3]string
}

// add notes a figure: what was measured, how much, and what it depends on.
func (r *report) add(what, much, about string) {
	r.rows = append(r.rows, [3]string{what, much, about})
	if r.quiet {
		return
	}
	fmt.Printf("%-48s %16s  %s\n", what, much, about)
}

// chapter begins a part of the table.
func (r *report) chapter(name string) {
	r.rows = append(r.rows, [3]string{name})
	fmt.Printf("\n== %s\n", name)
}

// write puts the whole table into a file of the folder dir.
func (r *report) write(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n", r.title, time.Now().Format("2006-01-02 15:04"))
	w := tabwriter.NewWriter(&b, 0, 4, 2, ' ', 0)
	for _, row := range r.rows {
		fmt.Fprintf(w, "%s\t%s\t%s\n", row[0], row[1], row[2])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	path := dir + "/" + time.Now().Format("20060102-150405") + ".txt"
	fmt.Println("\n" + path)
	return os.WriteFile(path, []byte(b.String()), 0o644)
}
