package claim

// linesOfSource is more than the lines of one source: positions of two sources never
// meet.
const linesOfSource = 1 << 36

// ReadOrder returns the position (Version.Read) of a line of the source that was the
// seq-th to be taken in.
func ReadOrder(seq, line int64) int64 { return seq*linesOfSource + max(0, line) }

// Source returns the order of intake of the source that a row came from.
func (v *Version) Source() int64 { return v.Read / linesOfSource }
