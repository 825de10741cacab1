package paper

// The page (GB/T 9704-2012 part 5): A4, 28 characters a line, 22 lines, in points.
const (
	mm         = 72 / 25.4
	pageWidth  = 210 * mm
	pageHeight = 297 * mm
	marginTop  = 37 * mm
	marginLeft = 28 * mm
	textWidth  = 156 * mm
	textHeight = 225 * mm
	lineHeight = textHeight / 22
)

// The styles: 三号 is the size of which 28 characters fill a line.
var (
	body      = style{regular, textWidth / 28}
	heading   = style{bold, textWidth / 28}
	organName = style{bold, 20}
	mainTitle = style{bold, 26}
	annexName = style{bold, 18}
	gridText  = style{regular, 10.5}
	gridHead  = style{bold, 10.5}
	pageNo    = style{regular, 14}
	draftText = style{bold, 120}
)

// box is what stands on a page from the left edge to the right one.
type box struct {
	height float64
	draw   func(c *canvas, y float64) // nil: empty space, which is left out at the top of a page
	keep   bool                       // on one page with the next
	fresh  bool                       // begins a page
	head   *box                       // of a table's row: what stands again on top of the next page
}

// placed is a box at its place.
type placed struct {
	*box
	y float64
}

// paginate puts boxes on pages.
func paginate(boxes []*box) (pages [][]placed) {
	for k := 0; k < len(boxes); {
		page, n := fillPage(boxes[k:])
		pages = append(pages, page)
		k += n
	}
	return pages
}

// fillPage puts what fits on one page, and returns how many boxes it took.
func fillPage(boxes []*box) (page []placed, n int) {
	y := 0.0
	put := func(b *box) {
		page = append(page, placed{b, marginTop + y})
		y += b.height
	}
	if head := boxes[0].head; head != nil && boxes[0] != head {
		put(head)
	}
	for n < len(boxes) {
		b := boxes[n]
		switch {
		case b.draw == nil && len(page) == 0 && !b.fresh:
		case n > 0 && b.fresh, y+b.height > textHeight+0.01 && len(page) > 0:
			return unkeep(page, boxes, n)
		default:
			put(b)
		}
		n++
	}
	return page, n
}

// unkeep takes boxes off the end of a page that belong to what comes on the next, unless
// nothing would be left.
func unkeep(page []placed, boxes []*box, n int) ([]placed, int) {
	back := n
	for back > 0 && boxes[back-1].keep && !boxes[n].fresh {
		back--
	}
	if back == 0 || back == n || len(page) <= n-back {
		return page, n
	}
	return page[:len(page)-(n-back)], back
}
