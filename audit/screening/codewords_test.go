package screening

import "testing"

// TestCodeWords writes national codes as people call them; a code without a word stands
// as it is.
func TestCodeWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{anyOf([]string{"410"}, insutypeName), "工伤保险"},
		{insutypeName("999"), "险种（999）"},
		{anyOf([]string{"2", "52"}, medTypeName), "住院或生育住院"},
		{medTypeName("1101"), "普通门诊"},
		{medTypeName("9901"), "医疗类别（9901）"},
		{medTypeName(""), "医疗类别（）"},
		{fieldName("no_such_field"), "no_such_field"},
	} {
		if c.got != c.want {
			t.Errorf("%s, not %s", c.got, c.want)
		}
	}
	for name := range fields {
		if fieldName(name) == name {
			t.Errorf("%s has no Chinese name", name)
		}
	}
}
