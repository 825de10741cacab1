package claim

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func issueOf(t *testing.T, r *Report, kind, institution string) *Issue {
	t.Helper()
	for _, i := range r.Issues {
		if i.Kind == kind && i.Institution == institution {
			return i
		}
	}
	t.Errorf("no issue %s of %s", kind, institution)
	return &Issue{Samples: []Sample{{}}}
}

// The identities of a settlement's money hold to 0.01 yuan, and only where all parts
// are stated.
func TestMoneyIdentitiesOfSettlements(t *testing.T) {
	h := newHome(t)
	header := "setl_id,psn_no,fixmedins_code,setl_time,medfee_sumamt,fund_pay_sumamt,psn_pay,ownpay_hosp_part,acct_pay,cash_payamt," +
		"hifp_pay,cvlserv_pay,hifes_pay,hifmi_pay,hifob_pay,hifdm_pay,maf_pay,othfund_pay,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt\n"
	rows := []string{
		"S1,P1,H1,2024-05-01,100,60,40,0,10,30,60,0,0,0,0,0,0,0,5,0,5,90",          // sound
		"S2,P1,H1,2024-05-01,100.01,60,40,0,10,30,60,0,0,0,0,0,0,0,5,0,5,90",       // within 0.01
		"S3,P1,H1,2024-05-01,100.02,60,40,0,10,30,60,0,0,0,0,0,0,0,5,0,5,90",       // total
		"S4,P1,H2,2024-05-01,100,60,40,0,10,29,60,0,0,0,0,0,0,0,5,0,5,90",          // person
		"S5,P1,H2,2024-05-01,100,60,40,0,10,30,50,0,0,5,0,0,0,0,5,0,5,90",          // fund
		"S6,P1,H2,2024-05-01,100,60,40,,10,30,50,,0,5,0,0,0,0,5,0,5,",              // parts not stated
		"S7,P1,H2,2024-05-01,100,70,40,,10,30,70,0,0,0,0,0,0,0,5,0,5,90",           // more than the total
		"S8,P1,H1,2024-05-01,-100,-60,-40,0,-10,-30,-60,0,0,0,0,0,0,0,-5,0,-5,-90", // refund
	}
	r := mustTakeFiles(t, h, Options{}, writeFile(t, "setl_d.csv", []byte(header+strings.Join(rows, "\n"))))
	for _, want := range []struct {
		kind, institution string
		count             int64
		key, detail       string
	}{
		{"sum_parts", "H1", 1, "S3", "100.02 ≠ 100.00"},
		{"sum_scope", "H1", 1, "S3", "100.02 ≠ 100.00"},
		{"person_parts", "H2", 1, "S4", "40.00 ≠ 39.00"},
		{"fund_parts", "H2", 1, "S5", "60.00 ≠ 55.00"},
		{"sum_parts", "H2", 1, "S7", "100.00 < 110.00"},
	} {
		i := issueOf(t, r, want.kind, want.institution)
		if s := i.Samples[0]; i.Count != want.count || s.Key != want.key || s.Detail != want.detail {
			t.Errorf("%s of %s: %+v", want.kind, want.institution, i)
		}
	}
	if len(r.Issues) != 5 {
		t.Errorf("%d issues", len(r.Issues))
	}
	checkSaved(t, h, r)
}

func checkSaved(t *testing.T, h Home, r *Report) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(h.Dir, "quality", fmt.Sprint(r.Epoch.ID)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var saved Report
	if err := json.Unmarshal(text, &saved); err != nil || len(saved.Issues) != len(r.Issues) || saved.Files[0].Read != r.Files[0].Read {
		t.Errorf("saved report: %v %s", err, text)
	}
	var b strings.Builder
	r.Print(&b)
	if !strings.Contains(b.String(), "setl_d 医疗费总额不等于基金支付、个人支付与医院负担之和：2 行，2 家机构；H1 1 行；H2 1 行") {
		t.Errorf("printed:\n%s", b.String())
	}
}

func TestLineIdentitiesAndDates(t *testing.T) {
	h := newHome(t)
	r := mustTakeFiles(t, h, Options{}, writeFile(t, "fee_list_d.csv", []byte(
		"bkkp_sn,psn_no,fixmedins_code,fee_ocur_time,cnt,pric,det_item_fee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_amt\n"+
			"L1,P1,H1,2024-05-01,3,0.333333,1.00,0,0,0.10,0.90\n"+ // rounds to 1.00
			"L2,P1,H1,2024-05-01,3,0.33,1.01,0,0,0,1.01\n"+ // 0.99
			"L3,P1,H1,2024-05-01,-3,0.33,-0.99,0,0,0,0.99\n"+ // scope
			"L4,P1,H1,2025-07-01,1,1,1,,,,\n"+ // the day after intake
			"L5,P1,H1,1999-12-31,1,1,1,,,,\n"+
			"L6,P1,H1,2025-06-30 23:00:00,10000000,99999999.999999,1,,,,\n")))
	for kind, key := range map[string]string{"line_product": "L2", "line_scope": "L3", "date_future": "L4", "date_old": "L5"} {
		if i := issueOf(t, r, kind, "H1"); i.Samples[0].Key != key {
			t.Errorf("%s: %+v", kind, i)
		}
	}
	r = mustTakeFiles(t, h, Options{}, writeFile(t, "mdtrt_d.csv", []byte(
		"mdtrt_id,psn_no,fixmedins_code,begntime,endtime,brdy\n"+
			"M1,P1,H1,2024-05-01,2024-05-02,2024-05-02\n"+
			"M2,P1,H1,2024-05-01 10:00:00,2024-05-01,2024-05-01\n"+
			"M3,P1,,2024-05-01,2024-05-02,2030-01-01\n")))
	if i := issueOf(t, r, "birth_later", "H1"); i.Count != 1 || i.Samples[0].Detail != "出生日期(brdy) 2024-05-02 晚于 开始时间(begntime) 2024-05-01" {
		t.Errorf("birth_later: %+v", i)
	}
	if i := issueOf(t, r, "date_future", ""); i.Samples[0].Key != "M3" {
		t.Errorf("date_future: %+v", i)
	}
}

func TestKeysTwiceMovedAndOrphans(t *testing.T) {
	h := newHome(t)
	header := "bkkp_sn,psn_no,fixmedins_code,setl_id,updt_time\n"
	file := func(name, rows string) string { return writeFile(t, name, []byte(header+rows)) }
	setl := writeFile(t, "setl_d.csv", []byte("setl_id,psn_no\nS1,P1\nS2,P2\n"))
	r := mustTakeFiles(t, h, Options{}, setl, file("fee_list_d_a.csv",
		"L1,P1,H1,S1,2024-05-01\nL2,P1,H1,S1,2024-05-01\nL2,P1,H1,S1,2024-05-02\nL3,P2,H2,S9,\nL4,P2,H2,,\nL5,P2,H2,S9,\n"))
	if i := issueOf(t, r, "key_twice", "H1"); i.Count != 1 || i.Samples[0].Line != 4 || i.Samples[0].Detail != "与 fee_list_d_a.csv 第 3 行主键相同" {
		t.Errorf("key_twice: %+v", i)
	}
	if i := issueOf(t, r, "line_orphan", "H2"); i.Count != 3 {
		t.Errorf("line_orphan: %+v", i)
	}
	if len(r.Issues) != 2 {
		t.Errorf("%d issues", len(r.Issues))
	}
	// The same line again, of the same person: usual. Of another: it has moved.
	r = mustTakeFiles(t, h, Options{}, file("fee_list_d_b.csv", "L1,P1,H1,S1,2024-06-01\nL3,P3,H2,S2,2024-06-01\n"))
	if i := issueOf(t, r, "key_moved", "H2"); i.Count != 1 || i.Samples[0].Line != 3 || len(r.Issues) != 1 {
		t.Errorf("key_moved: %+v of %d", i, len(r.Issues))
	}
	live, err := h.Lake.Sources(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	moved, err := ReadMoved(h.Dir, live)
	if err != nil || moved.Len() != 1 {
		t.Fatalf("moved: %v %v", moved, err)
	}
	if !moved.Lost("fee_list_d", "L3", "P2") || moved.Lost("fee_list_d", "L3", "P3") || moved.Lost("fee_list_d", "L1", "P1") {
		t.Error("L3 should count for P3 only")
	}
	// In the epoch before, it was P2's.
	before, err := h.Lake.Sources(context.Background(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if moved, err = ReadMoved(h.Dir, before); err != nil || moved.Lost("fee_list_d", "L3", "P2") {
		t.Errorf("epoch 1: %v %v", moved, err)
	}
	// A key that moves back counts for its first person again.
	mustTakeFiles(t, h, Options{}, file("fee_list_d_c.csv", "L3,P2,H2,S2,2024-07-01\n"))
	if live, err = h.Lake.Sources(context.Background(), 0); err != nil {
		t.Fatal(err)
	}
	if moved, err = ReadMoved(h.Dir, live); err != nil || moved.Lost("fee_list_d", "L3", "P2") || !moved.Lost("fee_list_d", "L3", "P3") {
		t.Errorf("moved back: %v %v", moved, err)
	}
	if left, _ := filepath.Glob(filepath.Join(h.Dir, "keys", "*.part")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestProduct(t *testing.T) {
	for _, c := range []struct {
		count, price, fen int64
		ok                bool
	}{
		{10_000, 1_000_000, 100, true},
		{-10_000, 1_005_000, -101, true},
		{30_000, 333_333, 100, true},
		{1e17, 1e17, 0, false},
		{0, 5, 0, true},
	} {
		if fen, ok := product(c.count, c.price); fen != c.fen || ok != c.ok {
			t.Errorf("product(%d, %d) = %d, %v", c.count, c.price, fen, ok)
		}
	}
}
