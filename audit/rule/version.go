package rule

import (
	"encoding/json"
	"fmt"
	"sync"

	"yiheng/ground/calendar"
)

// Version is a stored version of a rule as a run pins it: where, when and how a region has
// the rule judge. Of several that hold somewhere on a day, one judges: the narrower
// region's; of one region the one that is in grey use there, then the one that began
// later, then the one that was stored later. Where none holds, the program's own does.
type Version struct {
	ID           string       `json:"id"`
	Region       string       `json:"region,omitempty"`       // six digits, a province's or a city's; "": everywhere, in trials only
	From         calendar.Day `json:"from,omitzero"`          // first service day; NoDay: always was
	To           calendar.Day `json:"to,omitzero"`            // last service day; NoDay: open
	Grey         bool         `json:"grey,omitempty"`         // judges Institutions only, and its findings say so
	Institutions []string     `json:"institutions,omitempty"` // of a grey one
	Hash         string       `json:"hash"`                   // of its content: see ContentHash
	Text         string       `json:"definition"`             // its rule.yaml
}

// UnmarshalJSON reads a version; days that the text leaves out are open.
func (v *Version) UnmarshalJSON(text []byte) error {
	type version Version
	w := version{From: calendar.NoDay, To: calendar.NoDay}
	err := json.Unmarshal(text, &w)
	*v = Version(w)
	return err
}

// parsed are definitions by region and text: every person's certificate asks for them.
var parsed sync.Map

// Definition reads the version's rule.yaml.
func (v *Version) Definition() (*Definition, error) {
	type key struct{ region, text string }
	if d, ok := parsed.Load(key{v.Region, v.Text}); ok {
		return d.(*Definition), nil
	}
	d, err := ParseDefinition(v.Region, v.Text)
	if err != nil {
		return nil, fmt.Errorf("规则版本 %s：%w", v.ID, err)
	}
	parsed.Store(key{v.Region, v.Text}, d)
	return d, nil
}

// Everywhere returns the version as it would judge everywhere on every day, for trying it.
func (v *Version) Everywhere() Version {
	return Version{ID: v.ID, From: calendar.NoDay, To: calendar.NoDay, Hash: v.Hash, Text: v.Text}
}

// GreyMark ends the rule_version of findings of a version in grey use.
const GreyMark = ".grey"

// Label is what findings of the version state as rule_version: the definition's version
// and the region, as 1.1.0+330000, with GreyMark while in grey use.
func (v *Version) Label(d *Definition) string {
	label := d.Version + "+" + v.Region
	if v.Grey {
		label += GreyMark
	}
	return label
}
