# `make help` lists what there is. Everything runs in .venv/, which the first target that needs it prepares.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
export HOST PORT

.DEFAULT_GOAL := help
.PHONY: help run test check demo-check lock environment elasticsearch static lighthouse screenshots

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Run the worksite with its demonstration community on http://localhost:8000 (HOST=, PORT=)
	@$(PYTHON) scripts/run.py serve

environment: ## Prepare .venv/ and nothing else
	@$(PYTHON) scripts/run.py environment

test: environment ## Run the whole test suite (ARGS="-k feeds"; on PostgreSQL with DATABASE_URL=postgres://…)
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: environment ## Look for mistakes without running the site: style, types, migrations, deployment, known flaws
	@scripts/check.sh

elasticsearch: ## Run a real Elasticsearch on http://127.0.0.1:9200, without containers (needs Maven, JDK 21+; PORT=)
	@$(PYTHON) scripts/elasticsearch.py run $(if $(PORT),--port $(PORT))

demo-check: environment ## Open every page, feed, calendar and file of the demonstration as every persona
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo > /dev/null
	@$(BIN)/python manage.py demo_check

static: environment ## Make the compiled style sheet, fonts and icons anew from assets/ (needs npm and Chromium)
	@$(BIN)/python scripts/static.py build

lighthouse: environment ## Measure five pages with Lighthouse (needs Node and Chromium; ARGS="home --runs 1")
	@$(BIN)/python benchmarks/lighthouse/run.py $(ARGS)

screenshots: environment ## Take the pictures of docs/screenshots/ (needs Chromium; ARGS="--keep home")
	@$(BIN)/python scripts/screenshots.py $(ARGS)

lock: environment ## Pin what requirements.in and requirements-dev.in ask for (versions and hashes)
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --output-file requirements.txt requirements.in
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --constraint requirements.txt --output-file requirements-dev.txt requirements-dev.in
