# Passerelle's commands. `make run` and `make test` need nothing but Debian (or alike), Python 3.11+ and this folder.
PYTHON ?= python3
export PYTHON
BIN := .venv/bin

.PHONY: help run test check bench bench-large setup dev attacks translations lock clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## Set everything up and serve on http://127.0.0.1:8000 (Ctrl-C stops it)
	@scripts/run.sh $(if $(PORT),--port $(PORT))

test: ## Install what the tests need (engine, Chromium, PostgreSQL, Redis) and pass them all
	@scripts/test.sh

check: dev ## Lint, types, import contracts, catalogues, templates and the fast tests, in about a minute and a half
	@scripts/check.sh

bench: dev ## Measure the budgets beside plain baselines; writes build/bench.json
	@scripts/bench.sh

bench-large: dev ## Time every page over 10,000 students and a million hand-ins, on SQLite and PostgreSQL; some minutes
	@scripts/bench_large.sh

attacks: dev ## Run every hostile hand-in against the sandbox and print what each came to
	@scripts/attacks.sh

dev: ## The Python environment with the developers' tools
	@scripts/venv.sh dev

translations: dev ## Bring messages.pot and every language's messages.po up to date with the code
	@scripts/translations.sh update

lock: dev ## Write the two lock files anew from pyproject.toml
	@scripts/lock.sh

clean: ## Remove what the commands made here (not the database in instance/)
	rm -rf .venv .setup build .mypy_cache .ruff_cache .pytest_cache
