package practice

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"yiheng/audit/review"
	"yiheng/ground/calendar"
)

// Delivery is a screening's folder, and the day on which it is taken over.
type Delivery struct {
	Folder string
	On     calendar.Day
}

// deliveredOn is the day of the month after a period on which its screening is delivered.
const deliveredOn = 8

// Deliveries are screenings in the order of their periods, each taken over on the first
// working day from the eighth of the month after.
func Deliveries(days *calendar.Calendar, folders []string) (all []Delivery, err error) {
	for _, folder := range folders {
		d, err := review.DeliveryOf(folder)
		if err != nil {
			return nil, err
		}
		next := d.Run.To.Month() + 1
		on := calendar.DayOf(next/12, next%12+1, deliveredOn)
		if on, err = days.NextWorking(on); err != nil {
			return nil, err
		}
		all = append(all, Delivery{folder, on})
	}
	slices.SortFunc(all, func(a, b Delivery) int { return cmp.Compare(a.On, b.On) })
	return all, nil
}

// Busiest is the hospital with the most findings, with the department and the doctor
// there that have the most.
type Busiest struct{ Institution, Department, Doctor string }

// BusiestOf counts the findings of all deliveries.
func BusiestOf(deliveries []Delivery) (b Busiest, err error) {
	count := map[Busiest]int{}
	hospitals := map[string]int{}
	for _, d := range deliveries {
		from, err := review.DeliveryOf(d.Folder)
		if err != nil {
			return b, err
		}
		for f, err := range from.Findings {
			if err != nil {
				return b, err
			}
			if strings.HasPrefix(f.FixmedinsCode, "H") && f.DeptName != "" && f.DrCode != "" {
				hospitals[f.FixmedinsCode]++
				count[Busiest{f.FixmedinsCode, f.DeptName, f.DrCode}]++
			}
		}
	}
	if len(hospitals) == 0 {
		return b, fmt.Errorf("各期筛查没有写明科室和医师的住院或门诊疑点，布置不了演练库：请换一批筛查结果")
	}
	hospital := most(hospitals)
	maps.DeleteFunc(count, func(b Busiest, _ int) bool { return b.Institution != hospital })
	return most(count), nil
}

// most is the key of the largest count, of equal ones the first in order.
func most[K comparable](count map[K]int) (key K) {
	return slices.MinFunc(slices.Collect(maps.Keys(count)), func(a, b K) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(fmt.Sprint(a), fmt.Sprint(b)))
	})
}
