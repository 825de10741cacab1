package paper

import (
	"embed"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/signintech/gopdf"
	"github.com/signintech/gopdf/fontmaker/core"
)

// Noto Serif SC under the SIL Open Font License: docs/paper.md says how the files were made.
//
//go:embed font
var fontFiles embed.FS

// The faces: regular has all of the basic plane that the font draws, bold the characters
// of GB/T 2312 alone.
const (
	regular = "regular"
	bold    = "bold"
)

var faceFiles = map[string]string{regular: "font/NotoSerifSC-Regular.ttf.zst", bold: "font/NotoSerifSC-SemiBold.ttf.zst"}

// faces are the fonts, read once for all papers: measuring is for layout, container for
// drawing.
type faces struct {
	container gopdf.FontContainer
	measuring map[string]*face
}

// face knows which characters a font has and how wide they are.
type face struct {
	glyphs map[int]uint
	widths []uint
}

var loadFaces = sync.OnceValues(func() (*faces, error) {
	unpack, err := zstd.NewReader(nil)
	if err != nil {
		return nil, err
	}
	defer unpack.Close()
	all := &faces{measuring: map[string]*face{}}
	for name, file := range faceFiles {
		packed, err := fontFiles.ReadFile(file)
		if err != nil {
			return nil, err
		}
		ttf, err := unpack.DecodeAll(packed, nil)
		if err != nil {
			return nil, fmt.Errorf("字体 %s：%w", file, err)
		}
		if err := all.container.AddTTFFontData(name, ttf); err != nil {
			return nil, fmt.Errorf("字体 %s：%w", file, err)
		}
		var parsed core.TTFParser
		if err := parsed.ParseFontData(ttf); err != nil {
			return nil, fmt.Errorf("字体 %s：%w", file, err)
		}
		all.measuring[name] = &face{parsed.Chars(), parsed.Widths()}
	}
	return all, nil
})

// has says whether the font draws the character. What lies beyond the basic plane is not
// drawn by gopdf, whatever the font has.
func (f *face) has(r rune) bool {
	return r <= 0xffff && f.glyphs[int(r)] != 0
}

// width is the width of a character as a part of the font's size.
func (f *face) width(r rune) float64 {
	k := int(f.glyphs[int(r)])
	if k >= len(f.widths) {
		k = len(f.widths) - 1
	}
	return float64(f.widths[k]) / 1000
}
