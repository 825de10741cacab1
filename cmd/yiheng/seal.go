package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"yiheng/ground/access"
	"yiheng/ground/db"
	"yiheng/ground/hook"
	"yiheng/ground/seal"
)

type sealCmd struct {
	Status sealStatusCmd `cmd:"" help:"查看还有多少值是用旧密钥封存的。"`
	Rotate sealRotateCmd `cmd:"" help:"轮换密钥：启用新的数据密钥，并把已封存的值逐批改用它；中断后用 seal reseal 继续。"`
	Reseal sealResealCmd `cmd:"" help:"把用旧密钥封存的值改用现在的数据密钥；中断后再次运行即可继续。"`
}

// resealedAtOnce is how many values one transaction seals anew.
const resealedAtOnce = 500

// vault is the rooms of a home that keep sealed values.
type vault struct {
	*home
	access *access.Access
	hooks  *hook.Hooks
}

// withVault runs f on the rooms of a home that is there.
func withVault(ctx context.Context, all *cli, f func(vault) error) error {
	return withHome(ctx, all, func(h *home) error {
		a, err := access.Open(ctx, h.db, h.ring, access.DefaultPolicy())
		if err != nil {
			return err
		}
		hooks, err := hook.Open(ctx, h.db, a, h.ring, hook.Guard{}, slog.New(slog.DiscardHandler)) // sends nothing
		if err != nil {
			return err
		}
		return f(vault{h, a, hooks})
	})
}

type sealStatusCmd struct{}

func (c *sealStatusCmd) Run(ctx context.Context, all *cli) error {
	return withVault(ctx, all, func(v vault) error {
		people, err := v.access.Stale(ctx)
		if err != nil {
			return err
		}
		insured, err := v.registry.Stale(ctx)
		if err != nil {
			return err
		}
		secrets, err := v.hooks.Stale(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("数据密钥 %d 个。用旧密钥封存的值：人员 %d，参保人等 %d，事件推送 %d\n", v.ring.Keys(), people, insured, secrets)
		if people+insured+secrets > 0 {
			fmt.Println("它们仍可打开；请运行 yiheng seal reseal，改用现在的数据密钥。")
		}
		return nil
	})
}

type sealRotateCmd struct {
	Master bool   `name:"master" help:"密钥文件也加一个新密钥，用它封存数据密钥；之后须重启 yiheng serve。"`
	Reason string `name:"reason" default:"定期轮换密钥" help:"事由，记入日志。"`
}

// Run journals the rotation before it begins: a kill leaves an entry without a new key
// sooner than a new key without an entry.
func (c *sealRotateCmd) Run(ctx context.Context, all *cli) error {
	return withVault(ctx, all, func(v vault) error {
		name := "seal.rotate"
		if c.Master {
			name = "seal.rotate_master"
		}
		if err := v.record(ctx, act{name: name, reason: c.Reason}); err != nil {
			return err
		}
		if c.Master {
			if err := v.addMaster(); err != nil {
				return err
			}
		}
		if err := v.ring.Turn(); err != nil {
			return err
		}
		fmt.Printf("已启用新的数据密钥（共 %d 个），旧密钥留着打开旧值。请把 %s 与 key、ring 两个文件一同备份\n", v.ring.Keys(), v.dir)
		if c.Master {
			fmt.Println("密钥文件已有新密钥：请重启正在运行的 yiheng serve 和 yiheng jobs run")
		}
		return v.reseal(ctx, c.Reason)
	})
}

type sealResealCmd struct {
	Reason string `name:"reason" default:"接续密钥轮换" help:"事由，记入日志。"`
}

func (c *sealResealCmd) Run(ctx context.Context, all *cli) error {
	return withVault(ctx, all, func(v vault) error { return v.reseal(ctx, c.Reason) })
}

// addMaster gives the key file a new secret and opens home and ring with it.
func (v *vault) addMaster() error {
	if err := seal.AddSecret(filepath.Join(v.dir, "key")); err != nil {
		return err
	}
	key, err := seal.OpenKey(filepath.Join(v.dir, "key"))
	if err != nil {
		return err
	}
	return v.ring.SetMaster(key)
}

// reseal seals all stale values anew, first those of people who log in, and journals
// how many they were.
func (v *vault) reseal(ctx context.Context, reason string) error {
	insured, err := v.registry.Stale(ctx)
	if err != nil {
		return err
	}
	people, err := resealAll(ctx, v.access.Reseal, func(int64) {})
	if err != nil {
		return err
	}
	secrets, err := resealAll(ctx, v.hooks.Reseal, func(int64) {})
	if err != nil {
		return err
	}
	show := showRows("重新封存")
	done, err := resealAll(ctx, v.registry.Reseal, func(done int64) { show(done, max(done, insured)) })
	if err != nil {
		return err
	}
	fmt.Printf("已重新封存：人员 %d 个值，参保人等 %d 个值，事件推送 %d 个值\n", people, done, secrets)
	all := people + done + secrets
	if all == 0 {
		return nil
	}
	return v.record(ctx, act{name: "seal.reseal", reason: fmt.Sprintf("%s：重新封存 %d 个值", reason, all)})
}

// resealAll calls a room's Reseal until nothing is left.
func resealAll(ctx context.Context, some func(context.Context, int64) (int, error), progress func(done int64)) (all int64, err error) {
	for {
		done, err := some(ctx, resealedAtOnce)
		if err != nil || done == 0 {
			return all, err
		}
		all += int64(done)
		progress(all)
	}
}

func (v *vault) record(ctx context.Context, a act) error {
	return v.db.Write(ctx, func(tx *db.Tx) error { return record(ctx, tx, a) })
}
