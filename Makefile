# Kith: `make demo` and `make test` are the two commands; everything else serves them.
# Needs Python 3.11 or later with its venv module, and nothing else that is not on the machine.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LOCKS := requirements-installer.lock requirements-dev.lock

# Where Python keeps no compiled code, each process of the hub compiles Kith anew whenever it starts:
# a fifth of its start, and in the tests hundreds of times.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test chaos bench lint check up down status lock lock-jars clean

help:
	@echo "make demo     set everything up, start the embedded stack, play the scenario (ARGS=--exit: fast, and check it)"
	@echo "make test     the tests, on the same embedded services (ARGS=... goes to pytest)"
	@echo "make chaos    the fault table in its long form, with its figures (one to two hours, and nothing beside it)"
	@echo "make bench    measure, print a table and JSON (ARGS=--quick: small; under 15 minutes otherwise)"
	@echo "make check    lint, then test"
	@echo "make up | down | status    the stack alone"
	@echo "make clean    end the stack and remove what was made (the virtual environment and .kith)"

setup: $(STAMP)

# The stamp is newer than the locks and the project file exactly when the environment matches them.
# pip fetches the installer by hash, the installer fetches the rest by hash (3 s instead of 30 s);
# where the installer cannot work (a proxy that only pip is configured for), pip does it all.
# Compiling what was installed halves the time that each of the hub's processes needs to start.
$(STAMP): pyproject.toml $(LOCKS)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Kith needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make setup PYTHON=python3.12")'
	@echo "[setup 1/4] virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@echo "[setup 2/4] installer, by hash"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-installer.lock
	@echo "[setup 3/4] packages, by hash (about 250 MB the first time)"
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes $(LOCKS) \
		|| { echo "            the fast installer failed; pip does the same, more slowly"; \
		     $(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-dev.lock; }
	@echo "[setup 4/4] kith itself"
	@$(BIN)/uv pip install --quiet --offline --python $(BIN)/python --no-deps --no-build-isolation --editable . \
		|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: setup
	@$(BIN)/kith demo $(ARGS)

test: setup
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder $(ARGS)

# The rows of the fault table in their long form; the table comes at the end, and row by row in build/chaos.json.
chaos: setup
	@KITH_CHAOS=long $(BIN)/python -m pytest -m row -n 2 --dist loadgroup --no-loadscope-reorder $(ARGS)

bench: setup
	@$(BIN)/kith bench $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

up: setup
	@$(BIN)/kith up $(ARGS)

down:
	@[ ! -x $(BIN)/kith ] || $(BIN)/kith down $(ARGS)

status: setup
	@$(BIN)/kith status $(ARGS)

# Renew the locks from pyproject.toml. No registry host is written into them.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
lock: setup
	$(COMPILE) $(ARGS) pyproject.toml -o requirements.lock
	$(COMPILE) $(ARGS) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	echo uv | $(COMPILE) $(ARGS) - -o requirements-installer.lock
	$(COMPILE) $(ARGS) bench/quix/requirements.in -o bench/quix/requirements.lock

# The same for Kafka's jars.
lock-jars: setup
	$(BIN)/python -m deploy.embedded.lock_jars

clean: down
	rm -rf $(VENV) .kith .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
