package expression

import (
	"fmt"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// provider tells CEL the fields of facts.
type provider struct {
	types.Provider
	types  map[string]*types.Type
	fields map[string]map[string]*types.FieldType
}

func newProvider(base types.Provider) *provider {
	p := &provider{Provider: base, types: make(map[string]*types.Type), fields: make(map[string]map[string]*types.FieldType)}
	for _, t := range []*types.Type{lineType, visitType, operationType, settlementType, recordType, dayType, timeType, scopeType} {
		p.types[t.TypeName()] = types.NewTypeTypeWithParam(t)
		p.fields[t.TypeName()] = make(map[string]*types.FieldType)
	}
	for _, k := range Kinds {
		for _, f := range k.Fields {
			p.fields[k.Name][f.Name] = f.fieldType()
		}
	}
	return p
}

// FindStructType returns the type of facts with a name.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	t, ok := p.types[name]
	return t, ok
}

// FindStructFieldNames returns the names of the fields of a type.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	for _, k := range Kinds {
		if k.Name == name {
			var names []string
			for _, f := range k.Fields {
				names = append(names, f.Name)
			}
			return names, true
		}
	}
	return nil, false
}

// FindStructFieldType returns a field of a type.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	f, ok := p.fields[name][field]
	return f, ok
}

// NewValue makes nothing: an expression reads facts.
func (p *provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.WrapErr(fmt.Errorf("表达式不能新建%s", name))
}

// columnsOf returns the columns that a reader may leave out and these fields ask for.
func columnsOf(fields map[string]bool) []string {
	var columns []string
	for _, f := range lineFields {
		if f.Column != "" && fields[f.Name] {
			columns = append(columns, f.Column)
		}
	}
	return columns
}
