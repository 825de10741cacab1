package knowledge

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// checkBook says why a file is no workbook that can be read; nil when it is one.
func checkBook(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 8)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	switch {
	case n == 0:
		return errors.New("文件是空的（0 字节），请重新下载或复制")
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return compoundError(f)
	case !bytes.HasPrefix(head, []byte("PK")):
		return errors.New("不是工作簿：内容不是 .xlsx（改了扩展名的 CSV 或网页也不行），请用 Excel 或 WPS 另存为 .xlsx")
	}
	z, err := zip.OpenReader(file)
	if err != nil {
		return errors.New("压缩包不完整：文件被截断或损坏，请重新下载或复制")
	}
	defer z.Close()
	return checkParts(z)
}

// compoundError tells a password-protected workbook from an old binary one.
func compoundError(f *os.File) error {
	all, err := io.ReadAll(io.MultiReader(f))
	if err == nil && bytes.Contains(all, utf16("EncryptedPackage")) {
		return errors.New("工作簿有打开密码，读不出；请在 Excel 或 WPS 中去掉密码后另存为 .xlsx")
	}
	return errors.New("是旧的二进制格式（.xls、.et），请用 Excel 或 WPS 另存为 .xlsx 再导入")
}

func utf16(ascii string) []byte {
	b := make([]byte, 0, 2*len(ascii))
	for i := range len(ascii) {
		b = append(b, ascii[i], 0)
	}
	return b
}

func checkParts(z *zip.ReadCloser) error {
	var size uint64
	sheet := false
	for _, f := range z.File {
		size += f.UncompressedSize64
		switch name := strings.ToLower(f.Name); {
		case strings.HasSuffix(name, "vbaproject.bin"):
			return errors.New("工作簿含宏（.xlsm），不读取；请另存为不含宏的 .xlsx")
		case name == "xl/workbook.bin":
			return errors.New("是二进制工作簿（.xlsb），请另存为 .xlsx")
		case name == "mimetype":
			return errors.New("是 OpenDocument（.ods），请另存为 .xlsx")
		case strings.HasPrefix(name, "xl/"):
			sheet = true
		}
	}
	switch {
	case !sheet:
		return errors.New("不是工作簿：压缩包里没有工作表（若是打包的多个文件，请先解压）")
	case size > maxUnzipped:
		return fmt.Errorf("解压后超过 %d GB，不读取", maxUnzipped>>30)
	}
	return nil
}
