package paper

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"

	"yiheng/ground/seal"
)

// The key that signs papers, and its public part, to be published. It is a key of its own:
// an organ can give papers a new one without touching the journal's.
const (
	keyFile    = "paper.key"
	publicFile = "paper.pub"
	purpose    = "paper"
)

// ErrSignature is wrapped by errors that say that a signature or a hash does not fit.
var ErrSignature = errors.New("签名核验不通过")

func (p *Papers) openKey(home string) error {
	key, err := seal.OpenKey(filepath.Join(home, keyFile))
	if err != nil {
		return err
	}
	p.signer, p.keys = key.Signer(purpose), key.Publics(purpose)
	return os.WriteFile(filepath.Join(home, publicFile), p.Public(), 0o644)
}

// Public returns the public keys that check the signatures of papers, as PEM.
func (p *Papers) Public() (text []byte) {
	for _, k := range p.keys {
		text = append(text, k.PEM()...)
	}
	return text
}

// Statement is what is signed when a paper is issued.
type Statement struct {
	ID, Document, Title string
	Organ, OrganName    string
	Recipient           string
	IssuedAt            time.Time
	SHA256, SM3         string
	Size                int64
}

// firstLine begins a signature file.
const firstLine = "yiheng-paper-signature 1"

// hashes are the SHA-256 and the SM3 of a content, in hex.
func hashes(content []byte) (sha, national string) {
	a, b := sha256.Sum256(content), sm3.Sum(content)
	return hex.EncodeToString(a[:]), hex.EncodeToString(b[:])
}

func (p *Paper) statement() Statement {
	return Statement{p.ID, p.Document, p.Title, p.Organ, p.OrganName, p.RecipientName, p.IssuedAt, p.SHA256, p.SM3, p.Size}
}

// String is the text that is signed: a line for each thing.
func (s Statement) String() string {
	return strings.Join([]string{
		firstLine,
		"文书 " + s.ID,
		"文号 " + s.Document,
		"名称 " + s.Title,
		"机关 " + s.Organ + " " + s.OrganName,
		"受文 " + s.Recipient,
		"出具 " + s.IssuedAt.UTC().Format(time.RFC3339),
		"SHA-256 " + s.SHA256,
		"SM3 " + s.SM3,
		fmt.Sprintf("字节 %d", s.Size),
	}, "\n") + "\n"
}

func (p *Papers) sign(paper *Paper) error {
	signature, err := p.signer.Sign([]byte(paper.statement().String()))
	paper.Signature = base64.StdEncoding.EncodeToString(signature)
	return err
}

// SignatureFile is the file that, with the public key, proves a paper to anybody: the
// statement, an empty line, the signature.
func (p *Paper) SignatureFile() []byte {
	return []byte(p.statement().String() + "\n签名 " + p.Signature + "\n")
}

// CheckSignature checks a PDF by a signature file and public keys alone, and returns what
// was signed. Errors wrap ErrSignature and say what does not fit.
func CheckSignature(pdf, signature []byte, keys []seal.PublicKey) (*Statement, error) {
	text, tail, ok := bytes.Cut(signature, []byte("\n\n签名 "))
	raw, err := base64.StdEncoding.Strict().DecodeString(strings.TrimSpace(string(tail)))
	if !ok || err != nil {
		return nil, fmt.Errorf("%w：不是签名文件，请使用随文书一起下载的 .sig 文件", ErrSignature)
	}
	text = append(text, '\n')
	if !signedBy(keys, text, raw) {
		return nil, fmt.Errorf("%w：签名文件不是所给公钥签的，或已被改动", ErrSignature)
	}
	s, err := parseStatement(string(text))
	if err != nil {
		return nil, err
	}
	if sha, national := hashes(pdf); sha != s.SHA256 || national != s.SM3 || int64(len(pdf)) != s.Size {
		return s, fmt.Errorf("%w：签名是真的，但文件与签名时不符，已被改动，或是另一份文书（签名所签的是 %s %s）", ErrSignature, s.Document, s.Title)
	}
	return s, nil
}

func signedBy(keys []seal.PublicKey, text, signature []byte) bool {
	for _, k := range keys {
		if k.Verify(text, signature) {
			return true
		}
	}
	return false
}

// parseStatement reads what String wrote.
func parseStatement(text string) (*Statement, error) {
	wrong := fmt.Errorf("%w：签名文件的格式不认识，请用出具它的版本核验", ErrSignature)
	lines := strings.Split(text, "\n")
	if len(lines) != 11 || lines[0] != firstLine {
		return nil, wrong
	}
	var s Statement
	var issued, size string
	for k, field := range []struct {
		name string
		to   *string
	}{
		{"文书", &s.ID},
		{"文号", &s.Document},
		{"名称", &s.Title},
		{"机关", &s.Organ},
		{"受文", &s.Recipient},
		{"出具", &issued},
		{"SHA-256", &s.SHA256},
		{"SM3", &s.SM3},
		{"字节", &size},
	} {
		value, ok := strings.CutPrefix(lines[k+1], field.name+" ")
		if !ok {
			return nil, wrong
		}
		*field.to = value
	}
	s.Organ, s.OrganName, _ = strings.Cut(s.Organ, " ")
	at, err := time.Parse(time.RFC3339, issued)
	if _, scanned := fmt.Sscanf(size, "%d", &s.Size); err != nil || scanned != nil {
		return nil, wrong
	}
	s.IssuedAt = at
	return &s, nil
}
