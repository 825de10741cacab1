package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/paper"
)

// draftPaper drafts a paper of an agency for a hospital, as an act of a room would.
func draftPaper(t *testing.T, home, holder string) string {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, home)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	papers, err := paper.Open(ctx, d, home)
	if err != nil {
		t.Fatal(err)
	}
	var id string
	err = d.Write(ctx, func(tx *db.Tx) error {
		all, err := papers.Draft(ctx, tx, &access.Actor{ID: holder, Organisation: "NANHU"}, paper.Order{
			Kind: "review.verify", Recipient: "H33040200001", RecipientName: "第一医院",
			Fields:   map[string]string{"count": "1", "amount": "100.00", "days": "二月", "reason": "病案待核", "period": "20个工作日"},
			Tables:   map[string][][]string{"findings": {{"1", "YD1", "限儿童用药", "V1", "2026-02-01", "100.00", "100.00", ""}}},
			Subjects: []paper.Subject{{Kind: "door.thing", ID: "T1"}},
		})
		if err == nil {
			id = all[0].ID
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// bring uploads a file to be verified.
func (v *visitor) bring(content []byte) (answer paper.Verification) {
	v.Helper()
	r, err := http.NewRequest(http.MethodPost, v.door.url+"/api/papers-verify", bytes.NewReader(content))
	if err != nil {
		v.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/pdf")
	r.Header.Set("X-Requested-With", "test")
	r.Header.Set("Cookie", v.cookie)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil || got.StatusCode != http.StatusOK || json.Unmarshal(text, &answer) != nil {
		v.Fatalf("%d %s %v", got.StatusCode, text, err)
	}
	return answer
}

// TestPaperByHTTP is a paper from draft over issue and service to void: who may, what
// comes back, what is journalled, and what the command line says of its file.
func TestPaperByHTTP(t *testing.T) {
	onBoth(t, func(t *testing.T, home string) {
		w := settle(t, home)
		reviewer := w.admit("reviewer", "NANHU", `"role":"first_reviewer","organisation":"NANHU"`, "/api/grants", w.officer)
		office := w.admit("office", "H33040200001", `"role":"insurance_office","organisation":"H33040200001"`, "/api/grants", w.officer)
		id := draftPaper(t, home, reviewer.id)
		at := "/api/papers/" + id
		today := time.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly)
		service := fmt.Sprintf(`{"how":"direct","day":%q,"to":"李某"}`, today)
		w.run(t, []step{
			{reviewer, "GET", "/api/papers?state=draft&subject_kind=door.thing&subject=T1", "", 200, []string{`"total":1`, id}, ""},
			{reviewer, "GET", "/api/papers?state=torn", "", 422, []string{"query.state"}, ""},
			{w.other, "GET", "/api/papers", "", 200, []string{`"total":0`}, ""},
			{w.other, "GET", at, "", 404, []string{"not_found"}, ""},
			{office, "GET", at, "", 404, []string{"not_found"}, ""},
			{w.admin, "GET", at, "", 403, []string{`"role"`}, ""},
			{reviewer, "GET", at, "", 200, []string{`"reason":"病案待核"`, `"限儿童用药"`}, "paper.read"},
			{reviewer, "PATCH", at, `{"fields":{"colour":"1"}}`, 422, []string{"没有字段 colour"}, ""},
			{reviewer, "PATCH", at, `{"blocks":[{"kind":"poem","text":"a"}]}`, 422, []string{"body.blocks"}, ""},
			{reviewer, "PATCH", at, `{"fields":{"reason":"三月的结算"}}`, 200, []string{`"edits":1`}, "paper.edit"},
			{reviewer, "GET", at + "/docx", "", 200, []string{"attachment", "wordprocessingml", "PK"}, "paper.read"},
			{reviewer, "GET", at + "/pdf", "", 409, []string{"paper.state", "没有出具"}, ""},
			{reviewer, "GET", at + "/preview", "", 200, []string{"attachment", "application/pdf", "%PDF"}, "paper.read"},
			{office, "GET", at + "/preview", "", 404, []string{"not_found"}, ""},
			{w.other, "GET", at + "/preview", "", 404, []string{"not_found"}, ""},
			{reviewer, "GET", "/api/papers-organ", "", 200, []string{`"organ":"NANHU"`, `"short":""`}, ""},
			{reviewer, "POST", at + "/issue", `{}`, 403, []string{`"role"`}, ""},
			{w.leader, "PUT", "/api/papers-organ", `{"short":"南医保"}`, 204, nil, "paper.set_short"},
			{w.leader, "POST", at + "/issue", `{}`, 200, []string{`"document":"南医保核通〔` + today[:4] + `〕1号"`, `"state":"issued"`}, "paper.issue"},
			{w.leader, "POST", at + "/issue", `{}`, 409, []string{"paper.state"}, ""},
			{reviewer, "GET", at + "/preview", "", 409, []string{"paper.state", "请下载出具的 PDF"}, ""},
			{reviewer, "GET", "/api/papers-organ", "", 200, []string{`"short":"南医保"`}, ""},
			{reviewer, "PATCH", at, `{"fields":{"reason":"四月"}}`, 409, []string{"paper.state"}, ""},
			{office, "GET", at + "/pdf", "", 404, []string{"not_found"}, ""},
			{reviewer, "POST", at + "/service", `{"how":"direct","day":"2020-01-01","to":"李某"}`, 422, []string{"paper.served_day"}, ""},
			{w.other, "POST", at + "/service", service, 404, []string{"not_found"}, ""},
			{reviewer, "POST", at + "/service", service, 200, []string{`"state":"served"`}, "paper.serve"},
			{office, "GET", at + "/pdf", "", 200, []string{"attachment", "application/pdf", "%PDF"}, "paper.read"},
			{office, "GET", at + "/sig", "", 200, []string{"attachment", "yiheng-paper-signature 1"}, ""},
			{office, "GET", "/api/papers", "", 200, []string{`"total":1`}, ""},
			{office, "POST", at + "/void", `{"reason":"不服"}`, 403, []string{`"role"`}, ""},
		})
		_, pdf, _ := office.ask("GET", at+"/pdf", "")
		_, signature, _ := office.ask("GET", at+"/sig", "")
		_, key, _ := office.ask("GET", "/api/papers-key", "")
		if v := office.bring([]byte(pdf)); !v.Genuine || v.ID != id {
			t.Errorf("%+v", v)
		}
		bad := []byte(pdf)
		bad[len(bad)/2] ^= 1
		if v := office.bring(bad); v.Genuine || v.ID != id {
			t.Errorf("altered: %+v", v)
		}
		dir := t.TempDir()
		write := func(name, text string) string {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		good, altered, sig, pub := write("a.pdf", pdf), write("b.pdf", string(bad)), write("a.sig", signature), write("paper.pub", key)
		wantText(t, yiheng(t, home, "paper", "verify", good), "南医保核通", "文书是真的")
		wantText(t, fails(t, home, "paper", "verify", altered), id, "已被改动")
		wantText(t, fails(t, home, "paper", "verify", sig), "不是本系统出具的文书")
		wantText(t, yiheng(t, dir+"/none", "paper", "verify", good, "--signature", sig, "--key", pub), "南医保核通", "文书是真的", "第一医院")
		wantText(t, fails(t, dir+"/none", "paper", "verify", altered, "--signature", sig, "--key", pub), "签名核验不通过", "已被改动")
		wantText(t, fails(t, dir+"/none", "paper", "verify", good, "--signature", sig), "--key")
		setting := os.Getenv(db.Setting)
		archive, phrase, restored := filepath.Join(dir, "b.tar.zst"), write("phrase", "一句足够长的备份口令 2026"), filepath.Join(dir, "restored")
		yiheng(t, home, "backup", archive, "--with-keys", "--passphrase-file", phrase)
		t.Setenv(db.Setting, "")
		yiheng(t, restored, "restore", archive, "--passphrase-file", phrase)
		wantText(t, yiheng(t, restored, "paper", "verify", good), "南医保核通", "文书是真的")
		t.Setenv(db.Setting, setting)
		w.run(t, []step{
			{w.leader, "POST", at + "/void", `{"reason":"受送达人写错"}`, 200, []string{`"state":"void"`}, "paper.void"},
			{office, "GET", "/api/papers", "", 200, []string{`"state":"void"`}, ""},
			{w.leader, "POST", at + "/void", `{"reason":"再一次"}`, 409, []string{"paper.state"}, ""},
		})
		wantText(t, fails(t, home, "paper", "verify", good), "作废")
		path, err := filepath.Glob(filepath.Join(home, "papers", "*", "*"))
		if err != nil || len(path) != 1 {
			t.Fatal(path, err)
		}
		if err := os.WriteFile(path[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		w.run(t, []step{{w.leader, "GET", at + "/pdf", "", 409, []string{"paper.altered", "已被改动"}, ""}})
		w.stop()
		if out := yiheng(t, home, "verify"); !strings.Contains(out, "未发现改动") {
			t.Error(out)
		}
	})
}
