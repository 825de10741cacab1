package demo

import (
	_ "embed"
	"strconv"
	"strings"
)

// What is prescribed and billed, with national codes and names: drugs, herbal
// pieces, service items and consumables; prices in fen by hospital level.
//
//go:embed catalogue.csv
var catalogueCSV []byte

// What is billed only where a point of own.csv is used lawfully or broken. The codes
// are made up.
//
//go:embed own_items.csv
var ownItemsCSV []byte

// What people suffer from: diagnoses, how often and when, and what is done about it.
//
//go:embed conditions.csv
var conditionsCSV []byte

// Codes and names of diagnoses (ICD-10) and operations (ICD-9-CM-3), insurance edition.
//
//go:embed diagnoses.csv
var diagnosesCSV []byte

// item is a thing that a fee line bills.
type item struct {
	index             int
	code, name        string
	local             string // the institutions' own code
	listType, chrgitm string // list_type, med_chrgitm_type
	unit              string
	class             string // 01 甲, 02 乙
	price             [4]int64
	prepaid           int64    // 先行自付 in percent
	points            []*ruled // that carry its code, as code
	own               bool     // made up for the points of own.csv; nobody else uses it
	others            []*ruled // conflict points that carry it as other_code
}

// code is a diagnosis or an operation.
type code struct{ code, name string }

// condition is a reason to see a doctor.
type condition struct {
	key                   string
	dx                    []*code
	sex                   string // "": both
	ageMin, ageMax        int
	dept                  string
	outpatient, inpatient int // weights
	season                string
	chronic               string
	visitItems, stayItems []*item
	visitDrugs, stayDrugs []*item
	operation             *item
	operationCode         *code
	daysMin, daysMax      int
}

// catalogue is everything that the city's doctors can write down.
type catalogue struct {
	items      []*item
	byCode     map[string]*item
	byName     map[string]*item
	codes      map[string]*code
	dx, ops    []*code
	conditions []*condition
	byKey      map[string]*condition
	points     []*ruled
	pieces     []*item // herbal pieces without a point that forbids or limits their kind
	listed     []*item // herbal pieces that are not payable alone
}

func loadCatalogue() *catalogue {
	c := &catalogue{
		byCode: map[string]*item{}, byName: map[string]*item{}, codes: map[string]*code{},
		byKey: map[string]*condition{}, points: append(loadRuled(ruledCSV), loadRuled(ownCSV)...),
	}
	for _, row := range table(catalogueCSV) {
		c.addItem(row)
	}
	ordinary := len(c.items)
	for _, row := range table(ownItemsCSV) {
		c.addItem(row)
	}
	for _, it := range c.items[ordinary:] {
		it.own = true
	}
	for _, row := range table(diagnosesCSV) {
		x := &code{row[0], row[1]}
		c.codes[x.code] = x
		if x.code[0] >= 'A' {
			c.dx = append(c.dx, x)
		} else {
			c.ops = append(c.ops, x)
		}
	}
	succeed(c.points)
	for _, p := range c.points {
		c.attach(p)
	}
	for _, it := range c.items {
		if it.listType == "102" && !it.own {
			c.sortPiece(it)
		}
	}
	for _, row := range table(conditionsCSV) {
		c.addCondition(row)
	}
	return c
}

func (c *catalogue) addItem(row []string) {
	it := &item{index: len(c.items), code: row[0], name: row[1], listType: row[2], chrgitm: row[3], unit: row[4], class: "01"}
	it.local = "Y" + strconv.Itoa(100_000+it.index)
	if row[5] == "乙" {
		it.class, it.prepaid = "02", 10
		if strings.HasPrefix(it.code, "XL") {
			it.prepaid = 20
		}
	}
	for k := range 3 {
		it.price[3-k] = int64(mustInt(row[6+k]))
	}
	it.price[0] = it.price[1]
	c.items = append(c.items, it)
	c.byCode[it.code] = it
	if c.byName[it.name] == nil {
		c.byName[it.name] = it
	}
}

// attach links a point to the items that it rules on.
func (c *catalogue) attach(p *ruled) {
	if it := c.byCode[p.code]; it != nil {
		it.points = append(it.points, p)
		p.item = it
	}
	if it := c.byCode[p.other]; it != nil {
		it.others = append(it.others, p)
		p.otherItem = it
	}
}

func (c *catalogue) sortPiece(it *item) {
	for _, p := range it.points {
		switch p.Mode {
		case "any":
			return
		case "alone":
			c.listed = append(c.listed, it)
			return
		}
	}
	c.pieces = append(c.pieces, it)
}

func (c *catalogue) addCondition(row []string) {
	x := &condition{
		key: row[0], ageMin: mustInt(row[3]), ageMax: mustInt(row[4]), dept: row[5],
		outpatient: mustInt(row[6]), inpatient: mustInt(row[7]), season: row[8], chronic: row[9],
		daysMin: mustInt(row[16]), daysMax: mustInt(row[17]),
	}
	if row[2] != "0" {
		x.sex = row[2]
	}
	for _, d := range split(row[1]) {
		x.dx = append(x.dx, c.codeOf(d))
	}
	lists := []*[]*item{&x.visitItems, &x.stayItems, &x.visitDrugs, &x.stayDrugs}
	for k, list := range lists {
		for _, name := range split(row[10+k]) {
			*list = append(*list, c.named(name))
		}
	}
	if row[14] != "" {
		x.operation = c.named(row[14])
	}
	if row[15] != "" {
		x.operationCode = c.codeOf(row[15])
	}
	c.conditions = append(c.conditions, x)
	c.byKey[x.key] = x
}

// named returns the item of that name; a name that is not in the catalogue is a
// mistake of ours.
func (c *catalogue) named(name string) *item {
	if it := c.byName[name]; it != nil {
		return it
	}
	panic("demo: no item " + name)
}

func (c *catalogue) codeOf(s string) *code {
	if x := c.codes[s]; x != nil {
		return x
	}
	panic("demo: no diagnosis or operation " + s)
}

// firstWith returns a diagnosis or operation whose code begins with a prefix, nil
// when there is none.
func (c *catalogue) firstWith(prefix string) *code {
	for _, list := range [][]*code{c.dx, c.ops} {
		for _, x := range list {
			if strings.HasPrefix(x.code, prefix) {
				return x
			}
		}
	}
	return nil
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ";")
}

func mustInt(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic("demo: " + err.Error())
	}
	return n
}
