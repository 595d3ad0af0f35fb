# Every command of the project. `make help` lists them; README.md explains them.
PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
JOBS ?= 2
ARGS ?=
BIN := $(VENV)/bin
CODE := servicedesk requests_app priorities feedback tests tools $(wildcard bench)
# Enough of an environment to load the settings for commands that talk to nothing.
OFFLINE := SECRET_KEY=unused DATABASE_URL=postgres://unused/unused REDIS_URL=redis://unused EMAIL_URL=smtp://unused
export VENV

.DEFAULT_GOAL := help
.PHONY: help run demo-reset test bench lint types format migrations messages lock packages packages-dev clean

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

run: packages ## Start everything with demo data at http://localhost:8000 (PORT=8123 for another); Ctrl-C stops it
	@exec $(BIN)/python -m servicedesk.local.run --port=$(PORT)

demo-reset: packages ## Delete the local data, so that the next `make run` starts with fresh demo data
	@exec $(BIN)/python -m servicedesk.local.reset

test: packages ## Run the tests (ARGS="tests/priorities -k key" for some, JOBS=0 for one process)
	@exec $(BIN)/python -m pytest -n $(JOBS) $(ARGS)

bench: packages ## Measure, and print what was measured (ARGS are handed on)
	@exec $(BIN)/python -m bench $(ARGS)

lint: packages-dev types ## Check style, templates, types, import direction and sizes
	@$(BIN)/ruff check $(CODE) manage.py
	@$(BIN)/ruff format --check $(CODE) manage.py
	@$(BIN)/djlint --quiet --lint $(wildcard templates)
	@$(BIN)/lint-imports
	@$(BIN)/python tools/check_sizes.py

types: packages-dev ## Check types alone
	@$(OFFLINE) $(BIN)/mypy

format: packages-dev ## Bring the code into the project's style
	@$(BIN)/ruff check --fix $(CODE) manage.py
	@$(BIN)/ruff format $(CODE) manage.py

migrations: packages ## Write migrations for changed models
	@exec $(BIN)/python -m servicedesk.local.manage makemigrations $(ARGS)

messages: packages ## Collect the texts to translate
	@$(OFFLINE) $(BIN)/python manage.py makemessages --all --ignore $(VENV) --ignore var

lock: packages-dev ## Choose package versions anew and write them to requirements/ (ARGS=--upgrade for the newest)
	@for set in app test dev; do \
	  case $$set in app) known= ;; test) known="-c requirements/app.txt" ;; dev) known="-c requirements/test.txt" ;; esac; \
	  $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	    $(ARGS) $$known requirements/$$set.in --output-file requirements/$$set.txt || exit 1; \
	done

packages:
	@$(PYTHON) tools/build_venv.py test

packages-dev:
	@$(PYTHON) tools/build_venv.py dev

clean: ## Delete everything that can be built again (not the local data)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov test-results
	@find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +
