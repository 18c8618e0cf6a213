# Everything here needs Python 3.11 or newer, git and make; `make setup` fetches the rest.

VENV ?= .venv
PYTHON ?=
PYTEST_ARGS ?= -n auto --maxprocesses=4
VERSIONS ?=

CANDIDATES := python3 python3.11 python3.12 python3.13 python3.14 python
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: $(STAMP) ## make .venv and install everything into it, once (PYTHON=... picks the interpreter)
	@:

# An existing environment is kept if its interpreter still runs; PYTHON overrides the search.
$(STAMP): pyproject.toml
	@python=; \
	for candidate in $(or $(PYTHON),$(CANDIDATES)); do \
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	      >/dev/null 2>&1; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "setup: no Python 3.11 or newer (with venv) found; tried: $(or $(PYTHON),$(CANDIDATES))." >&2; \
	  echo "setup: name one, as in 'make setup PYTHON=/usr/local/bin/python3.12'." >&2; \
	  exit 1; \
	fi; \
	if [ -n "$(PYTHON)" ] || ! "$(BIN)/python" -c pass >/dev/null 2>&1; then \
	  echo "setup: $(VENV) from $$("$$python" --version)"; \
	  "$$python" -m venv --clear "$(VENV)"; \
	fi
	@echo "setup: installing ipam-model with all extras and the development tools"
	@"$(BIN)/python" -m pip install --quiet --disable-pip-version-check --editable '.[all,docs,dev]'
	@touch "$@"

.PHONY: check
check: setup lint types test ## set up, lint, check types, run all tests: the one command

.PHONY: lint
lint: setup ## ruff: rules and format
	@"$(BIN)/ruff" check .
	@"$(BIN)/ruff" format --check .

.PHONY: types
types: setup ## mypy --strict
	@"$(BIN)/mypy"

.PHONY: test
test: setup ## the tests (PYTEST_ARGS=... goes to pytest)
	@"$(BIN)/python" -m pytest $(PYTEST_ARGS)

# What the extras install is used by these; the rest of the tests would say nothing more of it.
MINIMUM := .venv-minimum
MINIMUM_TESTS := tests/manifests tests/scenario/test_reading.py tests/scenario/test_command.py \
  tests/simulation/test_plots.py tests/simulation/test_command.py tests/test_symbolic.py \
  tests/proving/test_command.py tests/proving/test_worker.py tests/counting/test_fast.py \
  tests/counting/test_explorer.py tests/testing/test_minimal.py tests/testing/test_scenarios.py tests/cli/test_completion.py tests/cli/test_progress.py \
  tests/docs/test_site.py tests/docs/test_in_browser.py

.PHONY: test-minimum
test-minimum: setup ## the tests of what the extras install, with the lowest versions that they allow
	@"$(BIN)/uv" venv --quiet --clear --python "$(BIN)/python" $(MINIMUM)
	@"$(BIN)/uv" pip install --quiet --python $(MINIMUM)/bin/python \
	  --resolution lowest-direct --editable '.[all,docs]'
	@"$(BIN)/uv" pip install --quiet --python $(MINIMUM)/bin/python pytest-xdist jsonschema playwright
	@"$(BIN)/uv" pip list --quiet --python $(MINIMUM)/bin/python
	@$(MINIMUM)/bin/ipam-model doctor
	@$(MINIMUM)/bin/python -m pytest -c tests/minimum.ini --rootdir . $(PYTEST_ARGS) \
	  -m 'not unmeasured' $(MINIMUM_TESTS)

.PHONY: dist
dist: setup ## build the wheel and the source archive into dist/, and check them
	@rm -rf dist
	@"$(BIN)/python" -m hatchling build -d dist
	@IPAM_MODEL_DIST=dist "$(BIN)/python" -m pytest -q \
	  tests/test_packaging.py tests/test_release.py tests/test_typing_of_users.py
	@cd dist && sha256sum *

.PHONY: coverage
coverage: setup ## the quick tests under branch coverage, with a gate
	@"$(BIN)/python" -m tools.measure_coverage $(PYTEST_ARGS)

.PHONY: test-python
test-python: ## types and all tests on another Python, in an environment of its own (PYTHON=python3.13)
	@test -n "$(PYTHON)" || { echo "test-python: name one, as in PYTHON=python3.13." >&2; exit 1; }
	@set -e; version=$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	venv=".venv-$$version"; \
	$(MAKE) --no-print-directory setup VENV="$$venv"; \
	"$$venv/bin/mypy" --python-version "$$version"; \
	$(MAKE) --no-print-directory test VENV="$$venv"

.PHONY: test-pythons
test-pythons: setup ## the same on every Python that the project claims (VERSIONS="3.12 3.13": on these), long
	@set -e; pythons=$$("$(BIN)/python" -m tools.interpreters $(VERSIONS)); \
	for python in $$pythons; do \
	  echo "== $$("$$python" --version)"; \
	  $(MAKE) --no-print-directory test-python PYTHON="$$python"; \
	done

.PHONY: demo
demo: setup ## replay recordings of the real daemon against the model, and show what a node holds
	@"$(BIN)/ipam-model" trace check examples/traces examples/traces-v1.7
	@echo
	@"$(BIN)/ipam-model" simulate --instance-type m5.large --set WARM_IP_TARGET=5 --pods 0,5,10

.PHONY: docs
docs: setup ## the site, in build/docs: all pages, searchable; a warning is an error
	@"$(BIN)/sphinx-build" -W --keep-going -n -q -b html -c docs -d build/docs-doctrees . build/docs
	@echo "docs: build/docs/index.html"

.PHONY: bench
bench: setup ## the benchmarks
	@"$(BIN)/python" -m benchmarks

.PHONY: mutants
mutants: setup ## break each rule on purpose and show which test or trace notices
	@"$(BIN)/python" -m tools.mutants

.PHONY: mutation
mutation: setup ## break every rule in every small way, and write the score (long)
	@nice "$(BIN)/python" -m tools.mutation

.PHONY: kill-matrix
kill-matrix: setup ## judge every wrong model by every property, and write the matrix (long)
	@nice "$(BIN)/python" -m tools.kill_matrix

.PHONY: nightly
nightly: setup ## the property tests, every theorem and the random search, much harder than in CI (hours)
	@HYPOTHESIS_PROFILE=nightly nice "$(BIN)/python" -m pytest $(PYTEST_ARGS) tests/properties tests/testing tests/proving/test_theorems.py
	@nice "$(BIN)/python" -m tools.nightly

.PHONY: explore-counts
explore-counts: setup ## explore every scope that has a name, and compare with the counts on record
	@nice "$(BIN)/python" -m tools.make_explore_counts --check

.PHONY: pages
pages: setup ## are the generated pages current? (hunts for nothing)
	@"$(BIN)/python" -m tools.make_properties --check
	@"$(BIN)/python" -m tools.make_fidelity --check
	@"$(BIN)/python" -m tools.make_bugs --check
	@"$(BIN)/python" -m tools.kill_matrix --check
	@"$(BIN)/python" -m tools.reference --check
	@"$(BIN)/python" -m tools.life_cycles --check
	@"$(BIN)/python" -m tools.benchmarks_page --check

GO_EXAMPLE := go/examples/datastore
GO_KNOWN := $(foreach plan,$(wildcard $(GO_EXAMPLE)/plans/*.json),--known $(basename $(notdir $(plan))))

.PHONY: go-conformance
go-conformance: setup ## the real data store of the daemon, a Go module, against the model (needs Go)
	@command -v go >/dev/null || { echo "go-conformance: Go is not on the path." >&2; exit 1; }
	@cd go/ipamharness && go vet ./... && go test ./...
	@cd $(GO_EXAMPLE) && go vet ./... && go test -c -o datastore.harness .
	@"$(BIN)/ipam-model" conform $(GO_KNOWN) \
	  --exec 'env IPAM_SESSION=1 $(GO_EXAMPLE)/datastore.harness -test.run=^TestSession$$'

.PHONY: clean
clean: ## remove environments, caches and reports
	@rm -rf .venv .venv-* build dist htmlcov .coverage .coverage.* \
	  .mypy_cache .pytest_cache .ruff_cache .hypothesis .mutation $(GO_EXAMPLE)/datastore.harness
	@find ipam_model tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
