package main

import (
	"context"
	"os"

	"yiheng/audit/screening"
)

type workerCmd struct{}

func (*workerCmd) Run(context.Context) error { return screening.Work(os.Stdin, os.Stdout) }
