# Pandian (盘点). Two commands do everything on a fresh machine with Python 3.11+, git and make:
#   make run     and     make test

HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON ?= python3
PARTS ?= lint python-sqlite python-postgresql typescript browser
export HOST PORT PYTHON

# Where the machine forbids Python to keep what it has compiled, each of the many processes that are started here
# would compile all of its packages again: 3 seconds of processor instead of 1.
export PYTHONDONTWRITEBYTECODE :=

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

BIN := .venv/bin
FRONT_END := $(shell find static/src static/public static/build -type f 2>/dev/null) \
             $(wildcard static/*.html static/*.ts static/tsconfig.json)
WITH_NODE := PATH="$$(../.ci/node.sh)"

.PHONY: help run scheduler demo bench faults simulate test lint api format setup database front-end clean

help: ## Print this list
	@echo "Pandian 盘点: a stocktake system. Commands:"; echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo; echo "Settings: PORT=$(PORT) HOST=$(HOST) DATABASE_URL=$${DATABASE_URL:-(SQLite in instance/)}"

run: setup database ## Set up, fill with demo data, and serve on http://127.0.0.1:8000 (PORT=, HOST=, DATABASE_URL=)
	@$(BIN)/flask demo-data
	@.ci/serve.sh

test: setup .make/tools ## Run every test: lint, Python on SQLite and PostgreSQL, TypeScript, browser (PARTS="lint typescript" chooses)
	@$(BIN)/python .ci/parts.py $(PARTS)

lint: .make/tools .make/node_modules ## Check style, types and the laws of the house (ruff, mypy, import-linter, tsc, biome)
	@status=0; \
	check() { echo "- $$*"; "$$@" || status=1; }; \
	check $(BIN)/ruff check --quiet .; \
	check $(BIN)/ruff format --check --quiet .; \
	check $(BIN)/mypy; \
	check $(BIN)/lint-imports --no-logo --no-cache; \
	cd static; export $(WITH_NODE); \
	check npm run --silent typecheck; \
	check npm run --silent lint; \
	exit $$status

api: setup .make/tools ## Write static/openapi.json from the server, and the front end's types from it
	@$(BIN)/flask openapi print | $(BIN)/python -m json.tool --no-ensure-ascii > static/openapi.json
	@cd static && $(WITH_NODE) npm run --silent api

format: .make/tools .make/node_modules ## Bring Python and TypeScript into the one form
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	cd static && $(WITH_NODE) npm run --silent format

demo: setup ## Play a whole stocktake against a server of its own and say whether everything held (PHOTOS=folder)
	@$(BIN)/flask demo $(if $(PHOTOS),--photos "$(PHOTOS)")

bench: setup .make/tools ## Measure the hot paths and print the figures
	@$(BIN)/python -m tests.bench

faults: setup .make/tools ## Break things at length: kills, power cuts, bad disks and networks, herds; a table at the end (PERCENT=20)
	@$(BIN)/python -m tests.faults --percent $(or $(PERCENT),100)

simulate: .make/tools ## Put sync through every breakdown, run after run (RUNS= SEED= DB=sqlite|postgresql MUTANT= MUTANTS=all)
	@RUNS="$(RUNS)" SEED="$(SEED)" DB="$(DB)" MUTANT="$(MUTANT)" MUTANTS="$(MUTANTS)" $(BIN)/python -W ignore -m tests.laws.simulate

scheduler: setup database ## Run only the scheduler (one per installation)
	@$(BIN)/flask scheduler

setup: .make/runtime .make/front-end ## Install the packages and build the front end

database: .make/runtime ## Bring the database to the newest schema
	@mkdir -p instance
	@$(BIN)/flask db upgrade

clean: ## Remove what was installed and built; the database in instance/ stays
	rm -rf .make .venv static/dist static/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis

# --- stamps: each step runs again only when what it depends on has changed ------------------------------

# A stamp is worth nothing when what it stands for is gone.
ifeq ($(wildcard .venv/bin/python),)
$(shell rm -f .make/venv .make/runtime .make/tools)
endif
ifeq ($(wildcard static/node_modules/.package-lock.json),)
$(shell rm -f .make/node_modules)
endif
ifeq ($(wildcard static/dist/index.html),)
$(shell rm -f .make/front-end)
endif

.make/venv: .ci/venv.sh
	@.ci/venv.sh
	@mkdir -p .make && touch $@

.make/runtime: requirements.txt .make/venv
	@.ci/install.sh requirements.txt
	@touch $@

.make/tools: requirements-dev.txt requirements.txt .make/venv
	@.ci/install.sh requirements-dev.txt
	@touch $@ .make/runtime

.make/node_modules: static/package.json static/package-lock.json .ci/node.sh .make/venv
	@echo "Front end: installing packages"
	@cd static && $(WITH_NODE) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.make/front-end: .make/node_modules $(FRONT_END)
	@echo "Front end: building static/dist"
	@cd static && $(WITH_NODE) npm run --silent build
	@touch $@
