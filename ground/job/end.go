package job

import (
	"encoding/json"
	"errors"
	"time"
)

// Why an attempt ended, when not by its own result or error.
var (
	errCancelled = errors.New("已按要求取消")
	errStopping  = errors.New("服务停止，任务中断")
	errBroken    = errors.New("运行任务的进程中断（被终止、断电或失去联系）")
)

// end says what becomes of a running job whose attempt ended with err at now by the
// machine's clock, at ended by the home's: it is done, failed, cancelled or queued again.
// Who stops the service takes no attempt from a job that can resume.
func (k *Kind) end(j *Job, result json.RawMessage, err error, now, ended time.Time) {
	j.Lease, j.Error = time.Time{}, ""
	if err == nil {
		j.State, j.Result, j.Ended = Done, result, ended
		return
	}
	j.Error = clip(err.Error())
	wanted := j.Cancel != "" && (errors.Is(err, errBroken) || errors.Is(err, errStopping))
	var hopeless final
	switch {
	case errors.Is(err, errCancelled), wanted:
		j.State, j.Error, j.Ended = Cancelled, "", ended
	case errors.Is(err, errStopping) && k.Resumes:
		j.State, j.Attempts, j.NotBefore = Queued, j.Attempts-1, now
	case errors.As(err, &hopeless),
		j.Attempts >= int64(k.Attempts),
		(errors.Is(err, errBroken) || errors.Is(err, errStopping)) && !k.Resumes:
		j.State, j.Ended = Failed, ended
	case errors.Is(err, errBroken):
		j.State, j.NotBefore = Queued, now
	default:
		j.State, j.NotBefore = Queued, now.Add(k.wait(j.Attempts))
	}
}

// clip bounds a text that is kept, and takes out what PostgreSQL does not.
func clip(text string) string {
	runes := make([]rune, 0, min(len(text), maxText))
	for _, r := range text { // what is not UTF-8 becomes U+FFFD
		if r == 0 {
			continue
		}
		if len(runes) == maxText {
			return string(runes) + "……"
		}
		runes = append(runes, r)
	}
	return string(runes)
}
