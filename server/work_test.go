package server

import "testing"

// TestShorten: what people see of a text names no folder of the machine.
func TestShorten(t *testing.T) {
	s := &Server{Parts: Parts{Folders: []string{"/srv/in", "/srv/home"}}}
	for text, want := range map[string]string{
		"读 /srv/in/a/b.csv 时出错":              "读 a/b.csv 时出错",
		"/srv/in 不可读":                        "in 不可读",
		"在 /srv/in：没有文件":                     "在 in：没有文件",
		"文件夹 /srv/home，/srv/in/":             "文件夹 home，",
		"/srv/inbox/x、/srv/in-2、/srv/in.old": "/srv/inbox/x、/srv/in-2、/srv/in.old",
		`{"folder":"/srv/home"}`:             `{"folder":"home"}`,
		"没有路径":                               "没有路径",
	} {
		if got := s.shorten(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}
