# `make` lists what can be done. Python 3.11 or newer and make are all a fresh clone needs.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
MANAGE := $(PYTHON) manage.py
# PostgreSQL and Redis for one command; those of DATABASE_URL and REDIS_URL where they are set.
WITH_SERVICES := $(PYTHON) scripts/services.py run --
# As many test processes as there are cores, four at most.
TEST_PROCESSES ?= 4
PORT ?= 8000
SOURCES := config core users rbac files capital inventory sales purchases ai_integration notifications

# The first interpreter that is new enough and able to make a virtual environment.
FIND_PYTHON = for candidate in $(PYTHON3) python3.11 python3.12 python3.13 python3; do \
	if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
		>/dev/null 2>&1; then echo "$$candidate"; break; fi; done

.PHONY: help demo test check run services stop migrate bench bench-matching soak up format lock messages \
	bench-proposals venv check-all check-format check-lint check-types check-layers check-migrations \
	check-schema check-deploy check-messages

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: venv ## an offer's whole journey (OFFER=file for your own, EXIT=1 to stop at the end)
	@$(WITH_SERVICES) $(PYTHON) -m scripts.demo \
		$(if $(OFFER),--offer "$(OFFER)") $(if $(filter-out 0,$(EXIT)),--exit) $(ARGS)

test: venv ## the tests (ARGS="sales -k fefo" for some of them)
	@DJANGO_SETTINGS_MODULE=config.settings.test $(WITH_SERVICES) $(BIN)/pytest \
		-n logical --maxprocesses $(TEST_PROCESSES) --dist loadfile $(ARGS)

check: venv ## format, lint, types, layers, migrations, OpenAPI, deployment, translations
	@$(WITH_SERVICES) $(MAKE) --keep-going check-all VENV=$(VENV)

run: venv ## API, worker and beat on this machine (PORT=8000)
	@DJANGO_SETTINGS_MODULE=config.settings.dev $(WITH_SERVICES) \
		$(PYTHON) scripts/stack.py --port $(PORT) --reload --migrate

services: venv ## start PostgreSQL and Redis, to stay until `make stop`
	@$(PYTHON) scripts/services.py start

stop: venv ## stop PostgreSQL and Redis
	@$(PYTHON) scripts/services.py stop

migrate: venv ## bring the development database up to date
	@$(WITH_SERVICES) $(MANAGE) migrate

bench: venv ## the benchmarks, with their figures (ARGS= names of some)
	@$(WITH_SERVICES) $(PYTHON) -m bench $(ARGS)

bench-proposals: venv ## what the best basket saves, on real price sheets (exit 1 below the goal)
	@$(PYTHON) -m bench.proposals

bench-matching: venv ## how well and fast offer lines are matched (ARGS=--fit to fit anew)
	@$(PYTHON) -m bench.matching $(ARGS)

soak: venv ## the property tests, for much longer (ARGS= as for test)
	@DJANGO_SETTINGS_MODULE=config.settings.test HYPOTHESIS_PROFILE=soak $(WITH_SERVICES) \
		$(BIN)/pytest -m hypothesis -n logical --maxprocesses $(TEST_PROCESSES) $(ARGS)

up: ## everything in containers (docker compose; see docs/operations.md)
	docker compose up --build --detach

format: venv ## format the code and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

messages: venv ## collect the texts to translate and compile the translations
	@$(PYTHON) scripts/translations.py update
	@$(PYTHON) scripts/translations.py compile

PIP_COMPILE := $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
	--annotation-style=line

lock: venv ## pin requirements/*.in (ARGS=--upgrade to renew all)
	@$(PIP_COMPILE) $(ARGS) --output-file requirements.txt requirements/base.in
	@$(PIP_COMPILE) $(ARGS) --output-file requirements-dev.txt requirements/dev.in

venv: $(VENV)/.installed

$(VENV)/.installed: requirements.txt requirements-dev.txt
	@python=$$($(FIND_PYTHON)); \
	if [ -x $(PYTHON) ]; then :; elif [ -z "$$python" ]; then \
		echo "Python 3.11 or newer with its venv module is needed (Debian: apt-get install python3-venv)." >&2; \
		exit 1; \
	else echo "creating $(VENV) with $$python"; "$$python" -m venv $(VENV); fi
	@echo "installing requirements-dev.txt into $(VENV)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# --- The parts of `make check`; each runs alone too, given DATABASE_URL and REDIS_URL ----------

check-all: check-format check-lint check-types check-layers check-migrations check-schema \
		check-deploy check-messages
	@echo "check: all passed"

check-format:
	@$(BIN)/ruff format --check .

check-lint:
	@$(BIN)/ruff check .

check-types:
	@$(BIN)/mypy $(SOURCES) scripts conftest.py

check-layers:
	@$(BIN)/lint-imports

check-migrations:
	@DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) makemigrations --check --dry-run

check-schema:
	@DJANGO_SETTINGS_MODULE=config.settings.test $(MANAGE) spectacular \
		--fail-on-warn --validate --file /dev/null

# Values of the right shape, to see what a production start would say.
check-deploy:
	@DJANGO_SETTINGS_MODULE=config.settings.production ALLOWED_HOSTS=pharmacy.example \
		SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))') \
		JWT_SIGNING_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))') \
		INTERNAL_SERVICE_TOKEN=shape-only $(MANAGE) check --deploy --fail-level WARNING

check-messages:
	@$(PYTHON) scripts/translations.py check
