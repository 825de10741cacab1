package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"yiheng/facts/claim"
	"yiheng/facts/lake"
	"yiheng/facts/registry"
	"yiheng/ground/job"
)

// registers is the desk of the registers of a home.
func (h *home) registers() *registry.Desk {
	r := &institutionRegister{home: h}
	return &registry.Desk{Registry: h.registry, Whereabouts: h.whereabouts, Institutions: r.all}
}

// intakeDesk is the desk of what the home was given.
func (h *home) intakeDesk(q *job.Queue, files string, institutions func(context.Context) ([]registry.Institution, error)) *claim.Desk {
	return &claim.Desk{Home: claim.Home{Lake: h.lake, Registry: h.registry, Dir: h.dir}, Queue: q, Files: files, Institutions: institutions}
}

func (h *home) whereabouts(ctx context.Context, persons []string) (map[string]registry.Whereabouts, error) {
	found, err := claim.ReadWhereabouts(ctx, h.lake, persons)
	all := make(map[string]registry.Whereabouts, len(found))
	for psn, w := range found {
		all[psn] = registry.Whereabouts(w)
	}
	return all, err
}

// institutionRegister reads the institutions of an epoch once.
type institutionRegister struct {
	*home
	mu    sync.Mutex
	epoch int64
	list  []registry.Institution
}

func (r *institutionRegister) all(ctx context.Context) ([]registry.Institution, error) {
	e, err := r.lake.Epoch(ctx, 0)
	if errors.Is(err, lake.ErrNoEpoch) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.epoch == e.ID {
		return r.list, nil
	}
	found, err := r.institutionsAt(ctx, e)
	if err != nil {
		return nil, err
	}
	r.list, r.epoch = nil, e.ID
	for _, in := range found {
		r.list = append(r.list, registry.Institution{Code: in.FixmedinsCode, Name: in.FixmedinsName, Type: in.FixmedinsType, Level: in.HospLv, Region: in.FixBlngAdmdvs})
	}
	return r.list, nil
}

// institutionsAt are those of the register at an epoch of the lake.
func (h *home) institutionsAt(ctx context.Context, e lake.Epoch) ([]claim.Institution, error) {
	files, err := h.lake.Files(ctx, e, claim.Fixmedins.Name, 0)
	if err != nil {
		return nil, err
	}
	live, err := h.lake.Sources(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	return claim.ReadInstitutions(files, lake.Order(live))
}

// employer is the institution at which the register of doctors has a code; "" where it does
// not have it, or where none was taken in.
func (h *home) employer(ctx context.Context, doctor string) (string, error) {
	e, live, err := h.lake.Newest(ctx)
	if err != nil || e.ID == 0 {
		return "", err
	}
	files, err := h.lake.Files(ctx, e, claim.DrInfo.Name, 0)
	if err != nil || len(files) == 0 {
		return "", err
	}
	all, err := claim.ReadDoctors(files, lake.Order(live))
	if err != nil {
		return "", err
	}
	at, found := slices.BinarySearchFunc(all, doctor, func(d claim.Doctor, code string) int { return strings.Compare(d.DrCode, code) })
	if !found {
		return "", nil
	}
	return all[at].MedinsCode, nil
}
