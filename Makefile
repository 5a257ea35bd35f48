# make run     everything, from a clean clone on Debian 12 with Python 3.11 or newer
# make test    everything the project promises about itself
# make help    the rest

PYTHON ?= python3
POLYTECH = .venv/bin/polytech
PREPARE = @$(PYTHON) polytech/config/prepare.py
# `make run EXTRAS=ldap` adds sign-in by LDAP (built from source).
KIND = $(if $(EXTRAS),extras,run)
TEST_KIND = $(if $(CI),ci,dev)
# Arguments for pytest: make test TESTS="tests/people -k sign"
TESTS ?=

.PHONY: help run setup test test-postgres15 lint format types messages requirements screenshots bench lock clean

help:
	@sed -n 's/^#\( \)\?make/make/p' $(MAKEFILE_LIST)
	@echo 'make setup                the locked dependencies in .venv, for `.venv/bin/polytech`'
	@echo 'make lint                 style, layers, types, catalogues, migrations'
	@echo 'make test-postgres15      the tests on the PostgreSQL 15 of this machine'
	@echo 'make requirements         which requirements of the regulation are proved'
	@echo 'make bench                CPU-ms and bytes of the pages'
	@echo 'make screenshots          the pictures of the README'
	@echo 'make lock                 the lock files anew, after pyproject.toml changed'

run:
	$(PREPARE) $(KIND)
	@exec $(POLYTECH) run

setup:
	$(PREPARE) $(KIND)

.venv-for-tests:
	$(PREPARE) $(TEST_KIND)
.PHONY: .venv-for-tests

test: .venv-for-tests
	@$(POLYTECH) assets
	@exec .venv/bin/pytest -q -n auto --dist loadgroup $(TESTS)

test-postgres15: .venv-for-tests
	@$(POLYTECH) assets
	@exec $(PYTHON) polytech/config/borrowed.py /usr/lib/postgresql/15/bin .venv/bin/pytest -q -n auto --dist loadgroup $(TESTS)

# The last line warns without a database that it cannot look at the history there, which it does not need.
lint: .venv-for-tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy polytech
	$(POLYTECH) messages check
	$(POLYTECH) dependencies --locks
	PYTHONWARNINGS=ignore::RuntimeWarning $(POLYTECH) django makemigrations --check --dry-run

format: .venv-for-tests
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

messages: .venv-for-tests
	$(POLYTECH) messages extract
	$(POLYTECH) messages compile

requirements: .venv-for-tests
	@$(POLYTECH) requirements

screenshots: .venv-for-tests
	@$(POLYTECH) screenshots

bench: .venv-for-tests
	@$(POLYTECH) bench

UV = .venv/tools/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-annotate
lock: .venv-for-tests
	$(UV) pyproject.toml -o requirements.lock
	$(UV) pyproject.toml --extra ldap -o requirements-extras.lock
	$(UV) --group pyproject.toml:assets -o requirements-assets.lock
	$(UV) pyproject.toml --group dev --group assets -o requirements-dev.lock
	$(UV) pyproject.toml --extra ldap --group dev --group assets -o requirements-ci.lock

clean:
	rm -rf .venv node_modules polytech/ui/static var/static
