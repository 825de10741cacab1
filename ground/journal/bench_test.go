package journal

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"yiheng/ground/db"
	"yiheng/ground/db/dbtest"
)

var databases = map[string]func(testing.TB) *db.DB{"sqlite": dbtest.OpenSQLite, "postgres": dbtest.OpenPostgres}

// BenchmarkAppend measures acts a second: each writes one row and its entry in a
// transaction of its own.
func BenchmarkAppend(b *testing.B) {
	for name, d := range databases {
		for _, journalled := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/journalled=%t", name, journalled), func(b *testing.B) {
				o := open(b, d(b))
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						id := fmt.Sprintf("YD%d", rand.IntN(1000))
						if err := o.db.Write(ctx, func(tx *db.Tx) error {
							if journalled {
								return decide(tx, id, 1)
							}
							_, err := decideOnly(tx, id, 1)
							return err
						}); err != nil {
							b.Error(err)
						}
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
			})
		}
	}
}

// BenchmarkBulk measures entries a second of acts that write 5,000 rows and as many
// entries in one transaction, and what verifying them takes.
func BenchmarkBulk(b *testing.B) {
	const n = 5000
	for name, d := range databases {
		b.Run(name, func(b *testing.B) {
			o := open(b, d(b))
			for b.Loop() {
				if err := o.db.Write(ctx, func(tx *db.Tx) error {
					entries := make([]Entry, n)
					for i := range entries {
						id := fmt.Sprintf("YD%d", i)
						row := map[string]any{"id": id, "state": "终审", "amount": i, "reason": "证据充分"}
						entries[i] = Entry{Actor: "U7", Act: "finding.decide", Kind: "finding", ID: id, Rows: []Row{{Kind: "finding", ID: id, Content: row}}}
					}
					_, err := AppendAll(ctx, tx, entries)
					return err
				}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "entries/s")
		})
		b.Run(name+"/verify", func(b *testing.B) {
			o := open(b, d(b))
			entries := make([]Entry, 2*n)
			for i := range entries {
				entries[i] = Entry{Actor: "U7", Act: "thing.read", Kind: "thing", ID: fmt.Sprint(i), Reason: "核对申诉材料"}
			}
			if err := o.db.Write(ctx, func(tx *db.Tx) error {
				_, err := AppendAll(ctx, tx, entries)
				return err
			}); err != nil {
				b.Fatal(err)
			}
			o.sign(b)
			for b.Loop() {
				o.wantClean(b, 2*n, 2*n)
			}
			b.ReportMetric(float64(b.N*2*n)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
