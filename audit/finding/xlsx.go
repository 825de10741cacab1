package finding

import (
	"archive/zip"
	_ "embed"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
)

// A workbook is written here sheet by sheet as Office Open XML (ISO/IEC 29500-1): each
// sheet goes through the compressor into a spool of its own, and save joins the spools
// without compressing again. Neither rows nor sheets are held in memory.

// Limits of a workbook, as its format sets them.
const (
	mostSheetRows  = 1_048_576
	mostCellChars  = 32_767
	mostSheetBytes = 2 << 30 // of XML: beyond 4 GiB some programs refuse a sheet
)

// limits are mostSheetRows and mostCellChars, lowered in tests.
type limits struct{ rows, chars int }

// book is a workbook under way.
type book struct {
	dir    string // of its temporary files
	limits limits
	sheets []*sheet
}

// sheet is one sheet of a book.
type sheet struct {
	name       string
	printTitle int    // row repeated on every printed page; 0: none
	filter     string // range with filters, e.g. $A$1:$F$20
	packed     spool
	z          *flate.Writer
	crc        uint32
	size       int64 // of the XML
	buffer     []byte
}

var compressors = sync.Pool{New: func() any {
	z, err := flate.NewWriter(io.Discard, flate.BestSpeed)
	if err != nil {
		panic(err) // the level is a constant
	}
	return z
}}

// newSheet starts a sheet, which the caller fills with XML and ends.
func (b *book) newSheet(name string) *sheet {
	s := &sheet{name: name, packed: spool{dir: b.dir}, z: compressors.Get().(*flate.Writer)}
	s.z.Reset(&s.packed)
	b.sheets = append(b.sheets, s)
	return s
}

// write takes XML over from s.buffer.
func (s *sheet) write() error {
	s.crc = crc32.Update(s.crc, crc32.IEEETable, s.buffer)
	s.size += int64(len(s.buffer))
	_, err := s.z.Write(s.buffer)
	s.buffer = s.buffer[:0]
	return err
}

// end finishes the sheet.
func (s *sheet) end() error {
	err := errors.Join(s.write(), s.z.Close())
	s.z.Reset(io.Discard)
	compressors.Put(s.z)
	s.z = nil
	return err
}

// close removes the temporary files of the book.
func (b *book) close() error {
	var errs []error
	for _, s := range b.sheets {
		errs = append(errs, s.packed.close())
	}
	b.sheets = nil
	return errors.Join(errs...)
}

//go:embed styles.xml
var stylesXML string

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	docRel  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packRel = "http://schemas.openxmlformats.org/package/2006/relationships"
	sheetCT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
)

// save writes the book to path. All its sheets have ended.
func (b *book) save(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	z := zip.NewWriter(f)
	err = b.writeParts(z)
	return errors.Join(err, z.Close(), f.Close())
}

func (b *book) writeParts(z *zip.Writer) error {
	for _, p := range []struct{ name, text string }{
		{"[Content_Types].xml", b.contentTypes()},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packRel + `"><Relationship Id="rId1" Type="` + docRel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", b.workbookXML()},
		{"xl/_rels/workbook.xml.rels", b.relations()},
		{"xl/styles.xml", stylesXML},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: zipTime})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, p.text); err != nil {
			return err
		}
	}
	for i, s := range b.sheets {
		w, err := z.CreateRaw(&zip.FileHeader{
			Name: fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), Method: zip.Deflate, Modified: zipTime,
			CRC32: s.crc, CompressedSize64: uint64(s.packed.size), UncompressedSize64: uint64(s.size),
		})
		if err != nil {
			return err
		}
		if _, err := s.packed.WriteTo(w); err != nil {
			return err
		}
	}
	return nil
}

// zipTime is the time of all parts: the same findings give the same bytes.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func (b *book) contentTypes() string {
	var x strings.Builder
	x.WriteString(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + sheetCT + `.sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + sheetCT + `.styles+xml"/>`)
	for i := range b.sheets {
		fmt.Fprintf(&x, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%s.worksheet+xml"/>`, i+1, sheetCT)
	}
	x.WriteString(`</Types>`)
	return x.String()
}

func (b *book) relations() string {
	var x strings.Builder
	x.WriteString(xmlHead + `<Relationships xmlns="` + packRel + `">`)
	for i := range b.sheets {
		fmt.Fprintf(&x, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, docRel, i+1)
	}
	fmt.Fprintf(&x, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/></Relationships>`, len(b.sheets)+1, docRel)
	return x.String()
}

// workbookXML lists the sheets, with the names that filters and repeated rows go by.
// Names of sheets are our own: they need no escape.
func (b *book) workbookXML() string {
	var x, names strings.Builder
	x.WriteString(xmlHead + `<workbook xmlns="` + mainNS + `" xmlns:r="` + docRel + `"><bookViews><workbookView/></bookViews><sheets>`)
	for i, s := range b.sheets {
		fmt.Fprintf(&x, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, s.name, i+1, i+1)
		if s.filter != "" {
			fmt.Fprintf(&names, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">'%s'!%s</definedName>`, i, s.name, s.filter)
		}
		if s.printTitle > 0 {
			fmt.Fprintf(&names, `<definedName name="_xlnm.Print_Titles" localSheetId="%d">'%s'!$%d:$%d</definedName>`, i, s.name, s.printTitle, s.printTitle)
		}
	}
	x.WriteString(`</sheets>`)
	if names.Len() > 0 {
		x.WriteString(`<definedNames>` + names.String() + `</definedNames>`)
	}
	x.WriteString(`</workbook>`)
	return x.String()
}
