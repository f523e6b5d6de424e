PYTHON ?= python3
# Workers for the test run; 0 runs everything in one process. Starting two costs about 2 s, so
# they pay once the tests take more than 5 s.
WORKERS ?= logical

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test test-long docs bench month simulate mutants attacks kills clocks fuzz audit lint format words \
	clean

help:  ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed: make PYTHON=python3.11"; exit 1; }
	@$(PY) -c '' 2>/dev/null || { \
		echo "Making $(VENV)"; \
		$(PYTHON) -m venv --clear $(VENV) || \
			{ echo "Python's venv module is needed (Debian: python3-venv)"; exit 1; }; }
	@echo "Installing Inglenook and its tools into $(VENV)"
	@$(PY) -m pip install -qq --no-user --disable-pip-version-check \
		-c constraints.txt hatchling
	@$(PY) -m pip install -qq --no-user --disable-pip-version-check --no-build-isolation \
		-c constraints.txt -e '.[dev,metrics]'
	@touch $@

demo: $(READY)  ## two people, a relay, a network that goes away; for real, on this machine
	@$(BIN)/nook demo

test: lint  ## everything: lint, types, import rules, tests
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

test-long: lint  ## as test, and what takes longer
	$(BIN)/pytest -n $(WORKERS) --dist worksteal -m "not bench"

lint: $(READY)  ## formatting, style, types and import rules
	$(BIN)/ruff check --quiet --output-format concise
	$(BIN)/ruff format --check --quiet
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports >$(VENV)/imports.log 2>&1 || { cat $(VENV)/imports.log; exit 1; }

format: $(READY)  ## rewrite the code in the project's format
	$(BIN)/ruff check --fix-only --quiet
	$(BIN)/ruff format

docs: $(READY)  ## write anew what pages show of tables (client/PRACTICES.md)
	$(PY) tests/meta/draw_practices.py

words: $(READY)  ## gather all text into the catalogue; a new language: NEW=fr
	@$(PY) tests/words/update.py $(if $(NEW),--new $(NEW))

bench: $(READY)  ## measure speed
	$(PY) tests/bench/run.py

month: $(READY)  ## two people live a month by nook commands, over a relay; prints both weeks
	@$(PY) tests/scripts/run_month.py

simulate: $(READY)  ## many lives in virtual time (SEEDS=10000); one with its story: SEED=123
	@$(PY) tests/simulation/run_seeds.py $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),10000))

mutants: $(READY)  ## take one rule away at a time: which test notices?
	@$(PY) tests/simulation/mutate.py

attacks: $(READY)  ## a relay that lies, in every way we know: what a person reads then
	@$(PY) tests/attacks/run.py

KILLS ?= 500

kills: $(READY)  ## kill the relay and clients under load; KILLS=500
	$(PY) tests/kill/run.py --kills $(KILLS)

clocks: $(READY)  ## two people whose clocks are ten years apart: what each reads
	$(BIN)/pytest -q -s -n 0 -m long -k clock_drill tests/client/journal/test_clocks.py

SECONDS ?= 140

fuzz: $(READY)  ## look for inputs that break something; SECONDS=1800, TARGET=relay
	@$(PY) -m pip install -qq --no-user --disable-pip-version-check -c constraints.txt -e '.[fuzz]' \
		--no-build-isolation
	@$(PY) -c 'import atheris' 2>/dev/null || \
		{ echo "The fuzzer (atheris) is made for Linux on x86-64, Python 3.11 to 3.13."; exit 1; }
	@$(PY) tests/fuzz/run_fuzz.py --seconds $(SECONDS) $(addprefix --target ,$(TARGET))

audit:  ## report what is known against the pinned packages, if the network is there
	@$(PYTHON) .ci/audit.py

clean:  ## remove what the tools made, .venv included
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
		dist build .demo bench-out .fuzz
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
