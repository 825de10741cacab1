# 医衡 Yiheng. The two commands that matter: make demo, make test.
SHELL   := /bin/bash
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO      := tools/go
BENCH   ?=

.PHONY: help build release console demo test bench clauses coverage lint fmt clean

help:
	@echo "make demo     builds, makes a fictitious city, takes it in, screens it, shows where the report lies"
	@echo "make test     linters, all tests (SQLite and PostgreSQL), the clauses that tests assert"
	@echo "make build    bin/yiheng, with its pages where Node is"
	@echo "make console  the pages alone, into console/dist; make release: bin/yiheng, never without pages or with stale ones"
	@echo "make bench    the measurements, as a table (needs gcc and g++; BENCH=… passes options on)"
	@echo "make clauses  which clauses of the policies are asserted by which tests"
	@echo "make coverage writes docs/coverage.md: what each rule class and each check of the problem lists finds and cannot see"
	@echo "make lint, make fmt, make clean"

build:
	@tools/prepare.sh build
	@tools/console.sh
	@echo "[build] 编译 bin/yiheng $(VERSION)：首次需几分钟，以后几秒 (compiling; the first time takes minutes)"
	@CGO_ENABLED=0 $(GO) build -buildvcs=false -ldflags "-X main.version=$(VERSION)" -o bin/yiheng ./cmd/yiheng
	@echo "[build] bin/yiheng"

console:
	@tools/prepare.sh build
	@tools/console.sh --must

release: console
	@$(MAKE) --no-print-directory build
	@tools/console.sh --check

demo: build
	@tools/demo.sh

test:
	@tools/prepare.sh test
	@tools/console.sh
	@tools/lint.sh
	@tools/test.sh
	@$(MAKE) --no-print-directory clauses

bench: build
	@tools/prepare.sh bench
	@echo "[bench] compiling DuckDB's binding and the measurements (a first compilation takes minutes)"
	@CGO_ENABLED=1 $(GO) vet -tags duckdb_arrow ./bench/...
	@CGO_ENABLED=1 $(GO) build -buildvcs=false -tags duckdb_arrow -o bin/bench ./bench
	@bin/bench $(BENCH)

clauses:
	@$(GO) run ./docs/clauses

coverage:
	@$(GO) run ./docs/coverage

lint:
	@tools/prepare.sh build
	@tools/lint.sh

fmt:
	@mkdir -p build/bin
	@[ -x build/bin/gofumpt ] || GOBIN=$(CURDIR)/build/bin $(GO) install mvdan.cc/gofumpt@v0.12.0
	@find . -name '*.go' -not -path './build/*' -not -path '*/node_modules/*' -exec build/bin/gofumpt -w {} +

clean:
	rm -rf bin build demo-data
