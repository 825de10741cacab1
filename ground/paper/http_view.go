package paper

// PaperContent is what a paper says.
type PaperContent struct {
	Fields map[string]string     `json:"fields"`
	Blocks []PaperBlock          `json:"blocks" nullable:"false"`
	Tables map[string][][]string `json:"tables,omitempty"`
}

// PaperBlock is a part of a paper, with {fields} in its text.
type PaperBlock struct {
	Kind    BlockKind     `json:"kind" enum:"heading,address,paragraph,grid,annex,sign,receipt"`
	Text    string        `json:"text,omitempty"`
	Table   string        `json:"table,omitempty"`
	Columns []PaperColumn `json:"columns,omitempty" nullable:"false"`
}

// PaperColumn is a column of a table of a paper.
type PaperColumn struct {
	Title string `json:"title"`
	Share int    `json:"share" doc:"of the width, relative to the others"`
	Right bool   `json:"right,omitempty" doc:"figures stand right"`
}

func viewContent(c *Content) PaperContent {
	v := PaperContent{Fields: c.Fields, Blocks: []PaperBlock{}, Tables: c.Tables}
	for _, b := range c.Blocks {
		block := PaperBlock{Kind: b.Kind, Text: b.Text, Table: b.Table}
		for _, column := range b.Columns {
			block.Columns = append(block.Columns, PaperColumn(column))
		}
		v.Blocks = append(v.Blocks, block)
	}
	return v
}

// PaperTemplate is a template as it is declared.
type PaperTemplate struct {
	Kind    string       `json:"kind"`
	Title   string       `json:"title"`
	Word    string       `json:"word"`
	Version int          `json:"version"`
	Fields  []PaperField `json:"fields" nullable:"false"`
}

// PaperField is a field of a template.
type PaperField Field

func viewTemplates() []PaperTemplate {
	all := []PaperTemplate{}
	for _, t := range Templates() {
		v := PaperTemplate{t.Kind, t.Title, t.Word, t.Version, []PaperField{}}
		for _, f := range t.Fields {
			v.Fields = append(v.Fields, PaperField(f))
		}
		all = append(all, v)
	}
	return all
}
