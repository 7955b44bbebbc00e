# Every task of the project. `make` alone lists them; `make run` and `make test` need nothing but Python 3.11 or newer.

ifeq ($(filter oneshell,$(.FEATURES)),)
$(error This Makefile needs GNU Make 3.82 or newer; this is $(MAKE_VERSION))
endif

SHELL := /bin/sh
.SHELLFLAGS := -euc
.ONESHELL:
.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# Whatever stands in a lock is fetched as a wheel, of the hash that stands there. pyvips alone is published as source only; our
# build tools are installed by then, so that its build fetches nothing that no hash names.
INSTALL := $(PIP) install --quiet --require-hashes --only-binary :all: --no-binary pyvips --no-build-isolation
OURSELVES := $(PIP) install --quiet --no-index --no-deps --no-build-isolation --editable .
# Compiled while we are installed, if there is a C compiler.
LOOPS := src/frontis/encode/loops/libloops.so
# The environment is made anew when its Python is gone, or the project's folder was moved.
STALE := $(shell $(BIN)/python -c "" 2>/dev/null && grep -qF "$(CURDIR)/$(VENV)" $(BIN)/activate || echo stale)

.PHONY: help
help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Use it

.PHONY: run
run: $(VENV)/installed ## Install what is missing and serve on http://127.0.0.1:8000 (ARGS="--port 9000" for another port)
	@exec $(BIN)/frontis serve $(ARGS)

.PHONY: gallery
gallery: $(VENV)/installed ## Draw every template with all kinds of content into build/gallery
	@$(BIN)/frontis gallery -o build/gallery

# Prove it

.PHONY: test
test: lint types browser postgres unit ## Everything that must pass: lint, types, browser, postgres, unit

.PHONY: lint
lint: $(VENV)/installed-dev ## Check style, formatting and the direction of imports
	@$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

.PHONY: types
types: $(VENV)/installed-dev ## Check types
	@FRONTIS_DATA_DIR=build FRONTIS_SECRET_KEY=for-types-only $(BIN)/mypy

.PHONY: unit
unit: $(VENV)/installed-dev ## Run all tests but the browser's (ARGS="-k words" for some)
	@tools/find-redis >/dev/null || tools/install-debian redis-server
	tools/find-php >/dev/null || tools/install-debian php-cli
	command -v node >/dev/null || tools/install-debian nodejs
	tools/postgres install
	[ -e $(LOOPS) ] || { tools/install-debian gcc libc6-dev && $(OURSELVES); }
	$(BIN)/pytest -n auto --dist worksteal $(ARGS)

.PHONY: postgres
postgres: $(VENV)/installed-dev ## Run the tests of accounts once more, on a PostgreSQL of their own
	@tools/find-redis >/dev/null || tools/install-debian redis-server
	tools/with-postgres $(BIN)/pytest -n auto --dist worksteal tests/studio $(ARGS)

.PHONY: browser
browser: $(VENV)/installed-dev ## Run the tests in a real browser
	@tools/find-chromium >/dev/null || tools/install-debian chromium
	$(BIN)/pytest tests/browser $(ARGS)

.PHONY: golden
golden: $(VENV)/installed-dev ## Accept the pictures as they are drawn now; look at each before you commit it
	@$(BIN)/pytest tests/golden --accept $(ARGS)

.PHONY: bench
bench: $(VENV)/installed-dev ## Measure us beside our peers in one run (needs Node 20 or newer)
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer." >&2; exit 1; }
	tools/find-chromium >/dev/null || tools/install-debian chromium
	command -v wrk >/dev/null || tools/install-debian wrk
	command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || tools/install-debian nginx-light
	npm ci --prefix bench/peers --silent
	CHROMIUM="$$(tools/find-chromium)" $(BIN)/python -m bench.run $(ARGS)
	$(BIN)/python -m bench.service
	$(BIN)/python -m bench.service.growth

# Change it

.PHONY: format
format: $(VENV)/installed-dev ## Write the code as the style wants it
	@$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: ## Write the lock files for what pyproject.toml asks for; versions stay where they can
	@tools/lock

.PHONY: upgrade
upgrade: ## Write the lock files with the newest versions that fit
	@tools/lock --upgrade

.PHONY: clean
clean: ## Remove the virtual environment, caches and everything built
	@rm -rf $(VENV) build dist bench/peers/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# Install it

.PHONY: stale
$(VENV)/pyvenv.cfg: $(STALE)
	@python=$$(tools/find-python)
	echo "Making $(VENV) with $$($$python --version)."
	$$python -m venv --clear $(VENV)

$(VENV)/installed-build: requirements-build.lock $(VENV)/pyvenv.cfg
	@$(INSTALL) -r requirements-build.lock || tools/explain-install
	touch $@

$(VENV)/installed: requirements.lock pyproject.toml hatch_build.py src/frontis/encode/loops/loops.c $(VENV)/installed-build
	@echo "Installing Frontis into $(VENV); the first time takes a minute or two."
	$(INSTALL) -r requirements.lock || tools/explain-install
	$(OURSELVES)
	touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	@echo "Installing the tools for development into $(VENV)."
	$(INSTALL) -r requirements-dev.lock || tools/explain-install
	touch $@
