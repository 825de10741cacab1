package knowledge

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// mergesOf returns the merged ranges of each sheet by its name. They stand behind
// the rows in the sheet's XML, which is read as a stream: a sheet that declares
// 16,384 columns costs no memory.
func mergesOf(file string) (map[string][]merge, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	parts := make(map[string]*zip.File, len(z.File))
	for _, f := range z.File {
		parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	targets := map[string]string{}
	err = elements(parts["xl/_rels/workbook.xml.rels"], "Relationship", func(e xml.StartElement) {
		targets[attr(e, "Id")] = attr(e, "Target")
	})
	if err != nil {
		return nil, err
	}
	sheets := map[string]string{}
	err = elements(parts["xl/workbook.xml"], "sheet", func(e xml.StartElement) {
		target := targets[attr(e, "id")]
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join("xl", target)
		}
		sheets[attr(e, "name")] = target
	})
	if err != nil {
		return nil, err
	}
	merges := map[string][]merge{}
	for name, target := range sheets {
		err := elements(parts[target], "mergeCell", func(e xml.StartElement) {
			if m, ok := parseMerge(attr(e, "ref")); ok {
				merges[name] = append(merges[name], m)
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return merges, nil
}

// sheetNames returns the names of a workbook's sheets without reading them.
func sheetNames(file string) ([]string, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	var names []string
	for _, f := range z.File {
		if strings.TrimPrefix(f.Name, "/") == "xl/workbook.xml" {
			err = elements(f, "sheet", func(e xml.StartElement) { names = append(names, attr(e, "name")) })
		}
	}
	return names, err
}

// elements calls f for each element of the local name in an XML part; a part that
// is absent has none.
func elements(part *zip.File, local string, f func(xml.StartElement)) error {
	if part == nil {
		return nil
	}
	r, err := part.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == local {
			f(e)
		}
	}
}

func attr(e xml.StartElement, local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func parseMerge(ref string) (merge, bool) {
	from, to, ok := strings.Cut(ref, ":")
	if !ok {
		return merge{}, false
	}
	c1, r1, err1 := excelize.CellNameToCoordinates(from)
	c2, r2, err2 := excelize.CellNameToCoordinates(to)
	return merge{r1, c1, r2, c2}, err1 == nil && err2 == nil
}
