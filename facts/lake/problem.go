package lake

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"yiheng/facts/lake/parquet"
)

// explain turns an error of the file system, or of a damaged file, into one that a
// user can act on: what was being done, where, why, and what to do. Other errors
// come back with what and where in front.
func explain(err error, doing, path string) error {
	if err == nil {
		return nil
	}
	advice := ""
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		advice = "磁盘已满，本次写入未生效。请清理空间后重做"
	case errors.Is(err, syscall.EROFS):
		advice = "文件系统是只读的，本次写入未生效。请重新挂载为可写，或换一个数据目录（--home）"
	case errors.Is(err, fs.ErrPermission):
		advice = "没有权限。请检查该路径的属主和权限，或换一个数据目录（--home）"
	case errors.Is(err, fs.ErrNotExist):
		advice = "文件不存在。若数据目录被移动过，请先运行 yiheng lake relocate；若文件被误删，请从备份恢复"
	case errors.Is(err, parquet.ErrCorrupt):
		advice = "文件已损坏。请从备份恢复该文件，或重新导入其来源"
	default:
		return fmt.Errorf("%s %s：%w", doing, path, err)
	}
	return fmt.Errorf("%s %s：%s（%w）", doing, path, advice, err)
}
