package paper

import (
	"bytes"
	"encoding/xml"
)

// node is an element of a WordprocessingML part.
type node struct {
	name  string // with prefix: w:p
	attrs []string
	text  string
	kids  []node
}

// el is an element with attributes, in pairs of name and value.
func el(name string, attrs ...string) node { return node{name: name, attrs: attrs} }

// val is an element whose one attribute is w:val.
func val(name, value string) node { return el(name, "w:val", value) }

// with is the element with children.
func (n node) with(kids ...node) node {
	n.kids = append(n.kids, kids...)
	return n
}

// write writes the element. Characters that XML cannot hold become U+FFFD.
func (n node) write(out *bytes.Buffer) {
	out.WriteString("<" + n.name)
	for k := 0; k+1 < len(n.attrs); k += 2 {
		out.WriteString(" " + n.attrs[k] + `="`)
		escape(out, n.attrs[k+1])
		out.WriteByte('"')
	}
	if n.text == "" && len(n.kids) == 0 {
		out.WriteString("/>")
		return
	}
	out.WriteByte('>')
	escape(out, n.text)
	for _, kid := range n.kids {
		kid.write(out)
	}
	out.WriteString("</" + n.name + ">")
}

// escape writes text; a buffer takes everything.
func escape(out *bytes.Buffer, text string) { _ = xml.EscapeText(out, []byte(text)) }

// file is the element as a part of the package.
func (n node) file() []byte {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	n.write(&out)
	return out.Bytes()
}
