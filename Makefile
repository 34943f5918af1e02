# Two commands are enough on a fresh machine: `make demo` and `make test`. Both make .venv when it is not there.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0

# Compiled modules and tests are kept, whatever the shell says: to rewrite the assertions anew costs every process seconds.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check fast coverage lint mutate soak lock clean

demo: $(VENV)/finder
	@$(BIN)/python manage.py demo

# Whole files go to one process a core, in the order of tests/conftest.py: what a file makes once is made once.
CORES := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
LANES := -n $(CORES) --maxprocesses=4 --dist loadfile --no-loadscope-reorder
# All of them with one process more: while walks and kills wait for their portals, another one works.
ALL := $(LANES) -n $(shell expr $(CORES) + 1) --maxprocesses=5
test: $(VENV)/finder
	@$(BIN)/python -m pytest $(or $(ARGS),$(ALL))
	@test -n "$(ARGS)" || $(BIN)/python -m tests.both $(LANES)

# Branch coverage of the test processes, templates included: slower than `make test`, so apart from it.
coverage: $(VENV)/finder
	@$(BIN)/python -m pytest $(ALL) --cov --cov-report=
	@$(BIN)/python -m tests.counted.coverage_floor

# Before a commit: lint, beside it what is not slow and needs no browser and no server.
check:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint fast

fast: $(VENV)/finder
	@$(BIN)/python -m pytest $(LANES) -m "not (slow or browser or nginx or postgres or redis)"

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --check
	$(BIN)/djlint templates --lint
	$(BIN)/mypy synthportal generation reviews
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py reference_pages --check
	$(BIN)/python manage.py deployment_files --check

# Random histories with a hostile writer behind the database and hostile people at the doors: hours.
# `make soak STEPS=6000` takes less.
STEPS ?= 100000
soak: $(VENV)/finder
	@SYNTHPORTAL_SOAK_STEPS=$(STEPS) $(BIN)/python -m pytest tests/faults/soak -n $(CORES) --dist load

# Every decision of the gate's arithmetic changed, one at a time: does a test notice?
mutate: $(VENV)/ready
	$(BIN)/mutmut run
	$(BIN)/mutmut export-cicd-stats
	$(BIN)/python -m tests.counted.mutation_score

# torch first and by itself, or its CUDA build comes along; then everything else from the lock.
$(VENV)/ready: requirements/all.lock
	@echo "Making $(VENV): about 2.8 GB and one to three minutes, once."
	@$$(command -v $(PYTHON) || command -v python3) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/all.lock
	@touch $@

# What the finder of personal data learns from our own texts (docs/reference/pii.md): made once, and again when they change.
$(VENV)/finder: $(VENV)/ready $(wildcard generation/engine/pii/learned/*) generation/engine/pii/gazetteer.py
	@echo "Training the finder of personal data: about half a minute."
	@$(BIN)/python -m generation.engine.pii.learned.build >/dev/null
	@touch $@

# The web image has the versions of all.lock, of what requirements/web.in names.
LOCK := $(BIN)/uv pip compile --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet
lock:
	$(LOCK) pyproject.toml --all-extras --override requirements/overrides.txt --output-file requirements/all.lock
	$(LOCK) requirements/web.in --constraint requirements/all.lock --output-file requirements/web.lock

clean:
	rm -rf $(VENV) var mutants
