# One place for every command. `make demo` needs Python >= 3.11 and make, nothing else.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
# Locks hold versions and hashes, never the address of an index: any mirror serves them.
COMPILE = $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-header --strip-extras
SOURCES := engine forms webapp tests hatch_build.py

.PHONY: demo test quick check bench nightly lock clean

# ---- running -------------------------------------------------------------------------------
$(VENV)/.runtime: requirements.lock
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.bundle: $(VENV)/.runtime $(shell find webapp/frontend -path webapp/frontend/node_modules -prune -o -type f -print 2>/dev/null)
	@command -v node >/dev/null 2>&1 || $(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-build.lock
	@$(BIN)/python hatch_build.py
	@touch $@

demo: $(VENV)/.runtime $(VENV)/.bundle
	@$(BIN)/python -m webapp demo --port $(PORT)

# ---- testing -------------------------------------------------------------------------------
$(VENV)/.tests: requirements-test.lock $(VENV)/.runtime
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements-test.lock
	@sh tests/browser/install.sh
	@sh tests/crash/install.sh
	@touch $@

test: $(VENV)/.tests $(VENV)/.bundle check
	$(BIN)/python -m pytest -n 2 tests --ignore tests/browser
	QINGCHE_TEST_DB=postgresql $(BIN)/python -m pytest -n 2 tests/engine tests/webapp tests/packs
	$(BIN)/python -m pytest tests/browser

quick: $(VENV)/.tests $(VENV)/.bundle
	$(BIN)/python -m pytest -n 2 -m "not slow and not browser" tests

check: $(VENV)/.tests
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

# PostgreSQL for http and scale comes with the test requirements.
bench: $(VENV)/.tests $(VENV)/.bundle
	@for name in engine growth scale http inbox lookup forms feel replay; do $(BIN)/python -m webapp bench $$name --json || exit 1; done

nightly: $(VENV)/.tests $(VENV)/.bundle
	QINGCHE_NIGHTLY=1 $(BIN)/python -m pytest -n 2 tests --ignore tests/bench
	QINGCHE_NIGHTLY=1 $(BIN)/python -m pytest tests/bench

# ---- upkeep --------------------------------------------------------------------------------
lock:
	$(BIN)/pip install --quiet pip-tools
	$(COMPILE) --output-file requirements.lock pyproject.toml
	$(COMPILE) --constraint requirements.lock --extra build --output-file requirements-build.lock pyproject.toml
	$(COMPILE) --constraint requirements.lock --extra test --output-file requirements-test.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist webapp/static/dist webapp/frontend/node_modules
