package knowledge

import "yiheng/audit/expression"

// expression refuses a text that is no expression, with the line and a caret under the
// place.
func (c *checker) expression() {
	hits := c.text("hits")
	if c.class.Program != "expression" || hits == "" {
		return
	}
	if _, err := expression.Compile(hits, c.text("over")); err != nil {
		c.fail("hits", "%v", err)
	}
}
