package knowledge

import (
	"encoding/json"

	"yiheng/ground/calendar"
)

// Exclusion is one row of an exclusion list (例外名单): visits that the named rules do
// not judge, with the reason. Every condition that it states must hold; one that
// it leaves empty is not asked.
type Exclusion struct {
	ID            string       `json:"ex_id"`
	Kind          string       `json:"kind"`               // one of ExclusionKinds
	RuleIDs       []string     `json:"rule_ids"`           // at least one
	PsnNo         string       `json:"psn_no,omitempty"`   // this person
	MdtrtID       string       `json:"mdtrt_id,omitempty"` // this visit
	FixmedinsCode string       `json:"fixmedins_code,omitempty"`
	MedTypes      []string     `json:"med_types,omitempty"` // prefixes of med_type
	DxAny         []string     `json:"dx_any,omitempty"`    // prefixes: the visit has one of these diagnoses
	CodesAny      []string     `json:"codes_any,omitempty"` // prefixes: the visit has a live line with one of these codes
	Region        string       `json:"region,omitempty"`    // of the institution; "": the whole country
	ValidFrom     calendar.Day `json:"valid_from,omitzero"` // days on which it holds, both inclusive: those that decide for findings
	ValidTo       calendar.Day `json:"valid_to,omitzero"`
	Reason        string       `json:"reason"` // why, with the paper that grants it
}

// ExclusionKinds are the kinds of exclusions with their Chinese names.
var ExclusionKinds = map[string]string{
	"dialysis": "血液透析", "chemoradiation": "放化疗周期", "emergency": "急诊抢救", "transfer": "转院转科",
	"special": "特例单议", "other": "其他",
}

// UnmarshalJSON reads an exclusion; days that the text leaves out are open.
func (x *Exclusion) UnmarshalJSON(text []byte) error {
	type exclusion Exclusion
	y := exclusion{ValidFrom: calendar.NoDay, ValidTo: calendar.NoDay}
	err := json.Unmarshal(text, &y)
	*x = Exclusion(y)
	return err
}

// Conditions returns what x states beyond rules, region and days, in Chinese.
func (x *Exclusion) Conditions() []string {
	var stated []string
	for _, c := range exclusionColumns {
		switch c.name {
		case "psn_no", "mdtrt_id", "fixmedins_code", "med_types", "dx_any", "codes_any":
			if text := c.get(x); text != "" {
				stated = append(stated, c.label+" "+text)
			}
		}
	}
	return stated
}
