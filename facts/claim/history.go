// Package claim holds what an insured person used: encounters, settlements and
// fee lines, as the national platform's tables state them (mdtrt_d, setl_d,
// fee_list_d, setl_list_diag_d, setl_list_oprn_d, psn_info_b, fixmedins_b), and
// reads them from a regulator's extract.
package claim

import (
	"encoding/json"

	"yiheng/ground/calendar"
)

// History is one person's records as far back as judgement may see
// (JUDGEMENT.md: from 1 January of the year before the service). It is the one
// input of judgement, whether it was read from the lake or came with a request.
// Every fact may be unknown: an empty string, NoDay, NoTime, Null. Rows are as
// recorded: invalid rows, refunds and superseded duplicates are still in it.
type History struct {
	PsnNo       string       `json:"psn_no"`
	Person      *Person      `json:"person,omitzero"`      // nil: no row in psn_info_b
	Encounters  []Encounter  `json:"encounters,omitzero"`  // mdtrt_d
	Settlements []Settlement `json:"settlements,omitzero"` // setl_d
	Diagnoses   []Diagnosis  `json:"diagnoses,omitzero"`   // setl_list_diag_d
	Operations  []Operation  `json:"operations,omitzero"`  // setl_list_oprn_d
	Lines       []Line       `json:"lines,omitzero"`       // fee_list_d
	Records     []Record     `json:"records,omitzero"`     // record_d: orders, prescriptions, reports, anaesthesia
}

// Version orders two rows with one key: the later UpdtTime wins, else the later Read.
type Version struct {
	UpdtTime calendar.Time `json:"updt_time,omitzero"`
	Read     int64         `json:"_read,omitzero"` // position in the order in which rows were taken in
}

// Newer says whether v replaces o, of a row with the same key.
func (v *Version) Newer(o *Version) bool {
	if v.UpdtTime != o.UpdtTime {
		return v.UpdtTime > o.UpdtTime
	}
	return v.Read > o.Read
}

// Person is a row of psn_info_b, without identity: names, certificates and
// addresses are sealed in facts/registry and never come here.
type Person struct {
	Gend     string       `json:"gend,omitzero"` // 1 男, 2 女
	Brdy     calendar.Day `json:"brdy,omitzero"`
	ValiFlag string       `json:"vali_flag,omitzero"`
	Version
}

// Encounter is a row of mdtrt_d: one visit, stay or purchase.
type Encounter struct {
	MdtrtID          string        `json:"mdtrt_id"`
	FixmedinsCode    string        `json:"fixmedins_code,omitzero"`
	FixmedinsName    string        `json:"fixmedins_name,omitzero"`
	FixBlngAdmdvs    string        `json:"fix_blng_admdvs,omitzero"`
	HospLv           string        `json:"hosp_lv,omitzero"`
	MedType          string        `json:"med_type,omitzero"`
	Insutype         string        `json:"insutype,omitzero"`
	PayLoc           string        `json:"pay_loc,omitzero"`
	Gend             string        `json:"gend,omitzero"`
	Brdy             calendar.Day  `json:"brdy,omitzero"`
	NwbFlag          string        `json:"nwb_flag,omitzero"`
	Begntime         calendar.Time `json:"begntime,omitzero"`
	Endtime          calendar.Time `json:"endtime,omitzero"`
	DscgMaindiagCode string        `json:"dscg_maindiag_code,omitzero"`
	OtpDiagInfo      string        `json:"otp_diag_info,omitzero"`
	OprnOprtCode     string        `json:"oprn_oprt_code,omitzero"`
	IptOtpNo         string        `json:"ipt_otp_no,omitzero"` // the institution's own number of the visit
	DiseNo           string        `json:"dise_no,omitzero"`    // disease of a special benefit
	AdmDeptCodg      string        `json:"adm_dept_codg,omitzero"`
	AdmDeptName      string        `json:"adm_dept_name,omitzero"`
	ChfpdrCode       string        `json:"chfpdr_code,omitzero"`
	DieDate          calendar.Day  `json:"die_date,omitzero"`
	ValiFlag         string        `json:"vali_flag,omitzero"`
	Version
}

// Settlement is a row of setl_d.
type Settlement struct {
	SetlID        string        `json:"setl_id"`
	MdtrtID       string        `json:"mdtrt_id,omitzero"`
	InitSetlID    string        `json:"init_setl_id,omitzero"`
	FixmedinsCode string        `json:"fixmedins_code,omitzero"`
	Gend          string        `json:"gend,omitzero"`
	Brdy          calendar.Day  `json:"brdy,omitzero"`
	Insutype      string        `json:"insutype,omitzero"`
	MedType       string        `json:"med_type,omitzero"`
	PayLoc        string        `json:"pay_loc,omitzero"`
	ClrWay        string        `json:"clr_way,omitzero"`
	SetlTime      calendar.Time `json:"setl_time,omitzero"`
	MedfeeSumamt  Money         `json:"medfee_sumamt,omitzero"`
	InscpAmt      Money         `json:"inscp_amt,omitzero"`
	FundPaySumamt Money         `json:"fund_pay_sumamt,omitzero"`
	AcctPay       Money         `json:"acct_pay,omitzero"`
	RefdSetlFlag  string        `json:"refd_setl_flag,omitzero"`
	ValiFlag      string        `json:"vali_flag,omitzero"`
	Version
}

// Diagnosis is a row of setl_list_diag_d.
type Diagnosis struct {
	ID           string `json:"setl_list_diag_id,omitzero"`
	MdtrtID      string `json:"mdtrt_id"`
	SetlID       string `json:"setl_id,omitzero"`
	MaindiagFlag string `json:"maindiag_flag,omitzero"`
	DiagCode     string `json:"diag_code,omitzero"`
	ValiFlag     string `json:"vali_flag,omitzero"`
	Version
}

// Operation is a row of setl_list_oprn_d.
type Operation struct {
	ID           string        `json:"setl_list_oprn_id,omitzero"`
	MdtrtID      string        `json:"mdtrt_id"`
	SetlID       string        `json:"setl_id,omitzero"`
	MainOprnFlag string        `json:"main_oprn_flag,omitzero"`
	OprnOprtCode string        `json:"oprn_oprt_code,omitzero"`
	OprnOprtDate calendar.Time `json:"oprn_oprt_date,omitzero"` // the begin time where it is known
	ValiFlag     string        `json:"vali_flag,omitzero"`
	Version
}

// Line is a row of fee_list_d: one charge.
type Line struct {
	BkkpSn           string        `json:"bkkp_sn"`
	MdtrtID          string        `json:"mdtrt_id,omitzero"`
	SetlID           string        `json:"setl_id,omitzero"`
	FeeOcurTime      calendar.Time `json:"fee_ocur_time,omitzero"`
	RxDrordNo        string        `json:"rx_drord_no,omitzero"`
	FixmedinsCode    string        `json:"fixmedins_code,omitzero"`
	MedListCodg      string        `json:"med_list_codg,omitzero"`
	HilistCode       string        `json:"hilist_code,omitzero"`
	HilistName       string        `json:"hilist_name,omitzero"`
	ListType         string        `json:"list_type,omitzero"`
	Cnt              Quantity      `json:"cnt,omitzero"`
	Pric             Price         `json:"pric,omitzero"`
	DetItemFeeSumamt Money         `json:"det_item_fee_sumamt,omitzero"`
	InscpAmt         Money         `json:"inscp_amt,omitzero"`
	FulamtOwnpayAmt  Money         `json:"fulamt_ownpay_amt,omitzero"`
	OverlmtSelfpay   Money         `json:"overlmt_selfpay,omitzero"`
	PreselfpayAmt    Money         `json:"preselfpay_amt,omitzero"`
	BilgDeptCodg     string        `json:"bilg_dept_codg,omitzero"`
	BilgDeptName     string        `json:"bilg_dept_name,omitzero"`
	BilgDrCode       string        `json:"bilg_dr_code,omitzero"`
	HospApprFlag     string        `json:"hosp_appr_flag,omitzero"`
	DscgTkdrugFlag   string        `json:"dscg_tkdrug_flag,omitzero"`
	InitFeedetlSn    string        `json:"init_feedetl_sn,omitzero"`
	DiseCodg         string        `json:"dise_codg,omitzero"`        // disease of the special benefit that paid
	MedChrgitmType   string        `json:"med_chrgitm_type,omitzero"` // 01 床位 … 14 其他; local extensions begin with these
	ValiFlag         string        `json:"vali_flag,omitzero"`
	CrteTime         calendar.Time `json:"crte_time,omitzero"`
	Version

	// Entry is what the reader's Resolve said about the line's code, so that the
	// library is asked once for each code of a file: 0 not asked, -1 no point
	// carries the code, n > 0 the library's entry n.
	Entry int32 `json:"-"`
}

// Kinds of a Record.
const (
	RecordOrder        = "order"        // 医嘱
	RecordPrescription = "prescription" // 处方
	RecordExam         = "exam"         // 检查登记
	RecordExamReport   = "exam_report"  // 检查报告
	RecordLab          = "lab"          // 检验登记
	RecordLabReport    = "lab_report"   // 检验报告
	RecordAnaesthesia  = "anaesthesia"  // 麻醉记录
	RecordOperation    = "operation"    // 手术记录
)

// Record is one entry of a hospital's own books about a visit (record_d): an order, a
// prescription, a registered or reported examination, an anaesthesia, an operation.
// A record belongs to the visit with its MdtrtID, else to the one at FixmedinsCode
// whose ipt_otp_no is IptOtpNo.
type Record struct {
	ID            string        `json:"rec_id"`
	Kind          string        `json:"rec_type"`
	MdtrtID       string        `json:"mdtrt_id,omitzero"`
	FixmedinsCode string        `json:"fixmedins_code,omitzero"`
	IptOtpNo      string        `json:"ipt_otp_no,omitzero"`
	RxDrordNo     string        `json:"rx_drord_no,omitzero"` // of the prescription or order
	Code          string        `json:"rec_code,omitzero"`    // item as the hospital or the nation codes it; of an operation or anaesthesia: its code
	Name          string        `json:"rec_name,omitzero"`    // item, body part or value examined
	Text          string        `json:"rec_text,omitzero"`    // method, kind of order, finding or value, as recorded
	Begntime      calendar.Time `json:"begntime,omitzero"`
	Endtime       calendar.Time `json:"endtime,omitzero"`
	Cnt           Quantity      `json:"cnt,omitzero"`
	PrdDays       Quantity      `json:"prd_days,omitzero"` // days of use
	DeptName      string        `json:"dept_name,omitzero"`
	ValiFlag      string        `json:"vali_flag,omitzero"`
	Version
}

// Doctor is a row of dr_info_b.
type Doctor struct {
	DrCode        string `json:"dr_code"`
	DrProTechDuty string `json:"dr_pro_tech_duty,omitzero"` // title: 231 主任医师 … 235 医士
	MedinsCode    string `json:"medins_code,omitzero"`
	DrPracType    string `json:"dr_prac_type,omitzero"`
	DrPracScpCode string `json:"dr_prac_scp_code,omitzero"`
	Version
}

// Institution is a row of fixmedins_b.
type Institution struct {
	FixmedinsCode string `json:"fixmedins_code"`
	FixmedinsName string `json:"fixmedins_name,omitzero"`
	FixmedinsType string `json:"fixmedins_type,omitzero"` // 1 medical institution, 2 retail pharmacy
	HospLv        string `json:"hosp_lv,omitzero"`
	FixBlngAdmdvs string `json:"fix_blng_admdvs,omitzero"`
	Version
}

// Rows are read from JSON with every value that the text leaves out unknown.

func (v *Version) clear() { v.UpdtTime = calendar.NoTime }

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (p *Person) UnmarshalJSON(text []byte) error {
	type row Person
	r := row{Brdy: calendar.NoDay}
	r.clear()
	err := json.Unmarshal(text, &r)
	*p = Person(r)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (e *Encounter) UnmarshalJSON(text []byte) error {
	type row Encounter
	r := row{Brdy: calendar.NoDay, Begntime: calendar.NoTime, Endtime: calendar.NoTime, DieDate: calendar.NoDay}
	r.clear()
	err := json.Unmarshal(text, &r)
	*e = Encounter(r)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (s *Settlement) UnmarshalJSON(text []byte) error {
	type row Settlement
	r := row{
		Brdy: calendar.NoDay, SetlTime: calendar.NoTime,
		MedfeeSumamt: Null, InscpAmt: Null, FundPaySumamt: Null, AcctPay: Null,
	}
	r.clear()
	err := json.Unmarshal(text, &r)
	*s = Settlement(r)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (d *Diagnosis) UnmarshalJSON(text []byte) error {
	type row Diagnosis
	var r row
	r.clear()
	err := json.Unmarshal(text, &r)
	*d = Diagnosis(r)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (o *Operation) UnmarshalJSON(text []byte) error {
	type row Operation
	r := row{OprnOprtDate: calendar.NoTime}
	r.clear()
	err := json.Unmarshal(text, &r)
	*o = Operation(r)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (r *Record) UnmarshalJSON(text []byte) error {
	type row Record
	x := row{Begntime: calendar.NoTime, Endtime: calendar.NoTime, Cnt: Null, PrdDays: Null}
	x.clear()
	err := json.Unmarshal(text, &x)
	*r = Record(x)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (d *Doctor) UnmarshalJSON(text []byte) error {
	type row Doctor
	var r row
	r.clear()
	err := json.Unmarshal(text, &r)
	*d = Doctor(r)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (i *Institution) UnmarshalJSON(text []byte) error {
	type row Institution
	var r row
	r.clear()
	err := json.Unmarshal(text, &r)
	*i = Institution(r)
	return err
}

// UnmarshalJSON reads a row; what it leaves out is unknown.
func (l *Line) UnmarshalJSON(text []byte) error {
	type row Line
	r := row{
		FeeOcurTime: calendar.NoTime, CrteTime: calendar.NoTime,
		Cnt: Null, Pric: Null, DetItemFeeSumamt: Null, InscpAmt: Null,
		FulamtOwnpayAmt: Null, OverlmtSelfpay: Null, PreselfpayAmt: Null,
	}
	r.clear()
	err := json.Unmarshal(text, &r)
	*l = Line(r)
	return err
}
