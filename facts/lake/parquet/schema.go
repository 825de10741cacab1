package parquet

// readSchema keeps the leaves of the schema tree; those that are not direct
// children of the root, or repeated, are Nested.
func (f *Footer) readSchema(r *thriftReader) {
	_, n := r.list()
	groups := []int{1} // children still to come, by depth
	for i := 0; i < n && r.err == nil; i++ {
		e, children, repeated := readElement(r)
		for len(groups) > 0 && groups[len(groups)-1] == 0 {
			groups = groups[:len(groups)-1]
		}
		if len(groups) == 0 {
			r.fail("schema with more than one root")
			return
		}
		groups[len(groups)-1]--
		if children > 0 {
			groups = append(groups, children)
			continue
		}
		if i == 0 {
			continue // a file without columns
		}
		e.Nested = repeated || len(groups) != 2
		f.Fields = append(f.Fields, e)
	}
}

func readElement(r *thriftReader) (e Field, children int, repeated bool) {
	converted := int64(-1)
	r.fields(func(id, kind int) {
		switch {
		case kind == thriftI32:
			v := r.varint()
			switch id {
			case 1:
				e.Type = Type(v)
			case 3:
				e.Optional, repeated = v == 1, v == 2
			case 5:
				children = int(min(max(v, 0), 1<<20))
			case 6:
				converted = v
			case 7:
				e.Scale = int32(v)
			case 8:
				e.Precision = int32(v)
			case 9:
				e.ID = int32(v)
			}
		case id == 4 && kind == thriftBinary:
			e.Name = r.text()
		case id == 10 && kind == thriftStruct:
			readLogical(r, &e)
		default:
			r.skip(kind)
		}
	})
	if e.Logical == None && converted >= 0 {
		e.Logical = Other
		switch converted {
		case 0:
			e.Logical = String
		case 5:
			e.Logical = Decimal
		case 6:
			e.Logical = Date
		case 18:
			e.Logical = None // INT_64
		}
	}
	return e, children, repeated
}

// readLogical reads the union LogicalType. Timestamps in other units than
// microseconds, or in UTC, are Other.
func readLogical(r *thriftReader, e *Field) {
	r.fields(func(id, kind int) {
		e.Logical = Other
		switch {
		case id == 1:
			e.Logical = String
		case id == 5:
			e.Logical = Decimal
		case id == 6:
			e.Logical = Date
		case id == 8 && kind == thriftStruct:
			utc, unit := true, 0
			r.fields(func(id, kind int) {
				switch {
				case id == 1:
					utc = kind == thriftTrue
				case id == 2 && kind == thriftStruct:
					r.fields(func(id, kind int) { unit = id; r.skip(kind) })
				default:
					r.skip(kind)
				}
			})
			if !utc && unit == 2 {
				e.Logical = Timestamp
			}
			return
		case id == 10 && kind == thriftStruct && e.Type == Int64:
			e.Logical = None // INTEGER(64)
		}
		r.skip(kind)
	})
}
