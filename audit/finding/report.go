package finding

import "io"

func WriteReport(w io.Writer, run *Run, details []Detail) error { return nil }
