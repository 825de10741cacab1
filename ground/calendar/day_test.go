package calendar

import (
	"errors"
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2024-01-01":              "2024-01-01 00:00:00",
		"2024/1/1":                "2024-01-01 00:00:00",
		"2024.1.1":                "2024-01-01 00:00:00",
		"20240101":                "2024-01-01 00:00:00",
		"2024-01-01 08:30":        "2024-01-01 08:30:00",
		"2024-01-01 8:30:05":      "2024-01-01 08:30:05",
		"2024-01-01T08:30:05Z":    "2024-01-01 08:30:05",
		"2024-01-01 08:30:05.999": "2024-01-01 08:30:05",
		"20240101083005":          "2024-01-01 08:30:05",
		"202401010830":            "2024-01-01 08:30:00",
		"2024-02-29":              "2024-02-29 00:00:00",
		"1900-01-01":              "1900-01-01 00:00:00",
		"":                        "",
		"9999-12-31":              "",
		"0001-01-01 00:00:00":     "",
	} {
		got, err := ParseTime(text)
		if err != nil || got.String() != want {
			t.Errorf("ParseTime(%q) = %q, %v, want %q", text, got, err, want)
		}
	}
}

func TestParseTimeRefuses(t *testing.T) {
	for _, text := range []string{
		"20240", "2024", "2024-13-01", "2024-00-01", "2024-02-30", "2023-02-29", "1900-02-29", "2024-1/1", "2024-01-",
		"2024-01-01 24:00:00", "2024-01-01 08:60", "2024-01-01 08:30:60", "2024-01-01 08", "2024-01-01x", "2024010108300", "20240-01-01",
		"2201-01-01", "1849-12-31", "01-01-2024", "二〇二四年", " 2024-01-01", "2024-01-01 ", "45292",
	} {
		if got, err := ParseTime(text); !errors.Is(err, ErrTime) {
			t.Errorf("ParseTime(%q) = %v, %v, want ErrTime", text, got, err)
		}
		if _, err := ParseDay(text); !errors.Is(err, ErrDay) {
			t.Errorf("ParseDay(%q): %v, want ErrDay", text, err)
		}
	}
}

// Every day of the years that records can name agrees with the standard library.
func TestCivilAgainstTime(t *testing.T) {
	at := time.Date(1850, 1, 1, 0, 0, 0, 0, time.UTC)
	for d := DayOf(1850, 1, 1); d <= DayOf(2200, 12, 31); d++ {
		y, m, day := d.Civil()
		if y != at.Year() || m != int(at.Month()) || day != at.Day() || DayOf(y, m, day) != d || int64(d) != at.Unix()/secondsOfDay {
			t.Fatalf("day %d is %d-%d-%d, want %v", d, y, m, day, at)
		}
		at = at.AddDate(0, 0, 1)
	}
}

func TestYearsUntil(t *testing.T) {
	for _, c := range []struct {
		born, at string
		want     int
	}{
		{"2010-06-15", "2024-06-14", 13},
		{"2010-06-15", "2024-06-15", 14},
		{"2024-06-15", "2024-06-15", 0},
		{"2020-02-29", "2023-02-28", 2},
		{"2020-02-29", "2023-03-01", 3},
		{"2020-02-29", "2024-02-29", 4},
	} {
		born, _ := ParseDay(c.born)
		at, _ := ParseDay(c.at)
		if got := born.YearsUntil(at); got != c.want {
			t.Errorf("born %s, on %s: %d, want %d", c.born, c.at, got, c.want)
		}
	}
}

func TestUnknown(t *testing.T) {
	if NoDay.String() != "" || NoTime.String() != "" || NoTime.Day() != NoDay || NoTime.HasClock() || NoDay.Year() != 0 || NoDay.Month() != 0 {
		t.Error("the unknown day or time says something")
	}
	midnight := DayOf(2024, 1, 1).At(0, 0, 0)
	if midnight.HasClock() || !(midnight + 1).HasClock() || (midnight-1).Day() != DayOf(2023, 12, 31) {
		t.Error("midnight is no clock time and belongs to its day")
	}
}

// FuzzParseTime: whatever is accepted is written back as itself.
func FuzzParseTime(f *testing.F) {
	for _, text := range []string{"2024-01-01 08:30:00", "20240101", "2024/1/1T1:1", "", "9999-12-31", "20240101083005"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseTime(text)
		if err != nil {
			return
		}
		again, err := ParseTime(got.String())
		if err != nil || again != got {
			t.Errorf("%q is %q, which is %q, %v", text, got, again, err)
		}
		if fromBytes, err := ParseTime([]byte(text)); err != nil || fromBytes != got {
			t.Errorf("%q as bytes is %q, %v", text, fromBytes, err)
		}
	})
}
