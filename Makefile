# Two commands are enough on a fresh machine: `make demo` and `make test`. Both make .venv when it is not there.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
TORCH := torch==2.13.0

.PHONY: demo test lint lock clean

demo: $(VENV)/ready
	@$(BIN)/python manage.py demo

test: $(VENV)/ready
	@$(BIN)/python -m pytest $(ARGS)
	@test -n "$(ARGS)" || $(BIN)/python -m tests.both

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy synthportal generation reviews
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python manage.py state_diagram --check

# torch first and by itself, or its CUDA build comes along; then everything else from the lock.
$(VENV)/ready: requirements/all.lock
	@echo "Making $(VENV): about 2.8 GB and one to three minutes, once."
	@$$(command -v $(PYTHON) || command -v python3) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/all.lock
	@touch $@

LOCK := $(BIN)/uv pip compile pyproject.toml --override requirements/overrides.txt --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet
lock:
	$(LOCK) --all-extras --output-file requirements/all.lock
	$(LOCK) --extra postgres --extra redis --output-file requirements/web.lock

clean:
	rm -rf $(VENV) var
