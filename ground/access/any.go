package access

import (
	"errors"
	"slices"
	"strings"
)

// MayAny is nil when the actor may do one of the operations anywhere, else why not. Where
// nothing but roles or the token's scope stands against it, the refusal names what any of
// the operations asks for: which of them is meant is not known yet.
func (actor *Actor) MayAny(ops ...*Operation) (why error) {
	if len(ops) == 1 {
		return actor.May(ops[0])
	}
	var roles []Role
	var names []string
	for _, op := range ops {
		err := actor.May(op)
		if err == nil {
			return nil
		}
		p := new(Problem)
		switch errors.As(err, &p); {
		case p.Code == "role":
			roles = append(roles, op.Roles...)
		case p.Code == "token_scope":
			names = append(names, op.Name)
		case why == nil:
			why = err
		}
	}
	switch {
	case why != nil:
		return why
	case len(roles) > 0:
		named := slices.DeleteFunc(Roles(), func(r Role) bool { return !slices.Contains(roles, r) })
		return refuse(ErrForbidden, "role", "这里的操作需要的角色是以下之一：%s", titles(named))
	}
	return refuse(ErrForbidden, "token_scope", "该令牌不含以下任何一个操作：%s，请申请包含所要办理的那一个的令牌", strings.Join(names, "、"))
}
