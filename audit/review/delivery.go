package review

import (
	"fmt"
	"os"
	"path/filepath"

	"yiheng/audit/finding"
)

// DeliveryOf reads a finished run from the folder into which finding.Writer gave it out.
// Where it is taken over, and by whom, is the caller's to say.
func DeliveryOf(dir string) (Delivery, error) {
	f, err := os.Open(filepath.Join(dir, "summary.json"))
	if err != nil {
		return Delivery{}, fmt.Errorf("筛查结果 %s 不完整，没有 summary.json，不能接收：%w", dir, err)
	}
	defer f.Close()
	run, err := finding.ReadSummary(f)
	if err != nil {
		return Delivery{}, fmt.Errorf("筛查结果 %s 的 summary.json 无法读出，不能接收：%w", dir, err)
	}
	return Delivery{
		Run: run, Findings: finding.ReadParquet(filepath.Join(dir, "findings.parquet")), Certificates: filepath.Join(dir, "certificates.ndjson"),
	}, nil
}
