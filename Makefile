# `make` lists the targets.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --no-input install --no-deps
# The lists are complete, so pip resolves nothing; what excludes.in names is wanted by a package but not needed.
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make requirements" $(BIN)/uv pip compile --quiet --upgrade --universal \
	--python-version 3.11 --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-find-links \
	--override requirements/excludes.in

# Staging models are calls of one family of macros: what two of them compile to, with every type between them, is linted for all.
STAGED := models/staging/landing/stg_landing__exchange_rates.sql models/staging/landing/stg_landing__products.sql

.PHONY: help run dashboard site pictures test test-spark prove mutate lint docs requirements clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.main landing/.generated ## Make the environment, write the sample, refresh and publish
	$(BIN)/grading refresh

dashboard: $(VENV)/.dev ## Draw the boards of the publication into dashboard/, in English and Chinese
	$(BIN)/grading boards --out dashboard

site: $(VENV)/.dev ## Make the documents a site, in site/, English and Chinese
	@echo "Making the site: half a minute."
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Open site/index.html."

pictures: $(VENV)/.dev ## Take the pictures of the tour again, from warehouse/ and dashboard/ (needs Chromium)
	$(BIN)/python tests/pictures.py

test: $(VENV)/.dev ## Run all tests but those on Spark, on two cores
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/python/test_spark.py

test-spark: $(VENV)/.spark ## Build the sample on Spark and compare every mart (needs Java 17)
	$(BIN)/python -m pytest tests/python/test_spark.py -s

prove: $(VENV)/.dev ## More of what the tests do a little of: sixty nights, fifty kills, twenty publications under five readers, ten at once (about 40 minutes)
	GRADING_NIGHTS=60 GRADING_KILLS=50 GRADING_READERS=5 GRADING_PUBLICATIONS=20 GRADING_AT_ONCE=10 GRADING_FILLS_A_DISK=1 \
		$(BIN)/python -m pytest tests/python/test_gates.py tests/python/test_crashes.py -k "nights or killed or full" -s

mutate: $(VENV)/.dev ## Break the code in forty places, one at a time: the tests must notice each (about 20 minutes)
	$(BIN)/python tests/mutants.py

lint: $(VENV)/.dev ## Check the rules of the house: Python, SQL, dbt
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/dbt parse --no-partial-parse --warn-error-options '{"error": ["Deprecations"]}' --profiles-dir profiles \
		--target-path target/lint --log-path target/lint --quiet
	$(BIN)/dbt-bouncer run --config-file dbt-bouncer.yml
	$(BIN)/python tests/lint_text.py
	mkdir -p warehouse/dev
	$(BIN)/sqlfluff lint --disable-progress-bar models tests/dbt
	$(BIN)/sqlfluff lint --disable-progress-bar --disregard-sqlfluffignores $(STAGED)

docs: $(VENV)/.dev ## Write the documents that are made from the seeds and from a traced customer
	UPDATE_DOCS=1 $(BIN)/python -m pytest tests/python/test_documents.py tests/python/test_lineage.py -k current

$(VENV)/.spark: $(VENV)/.dev requirements/spark.txt
	$(PIP) --require-hashes -r requirements/spark.txt
	@touch $@

requirements: $(VENV)/.dev ## Pin all versions again, with hashes
	$(COMPILE) pyproject.toml requirements/build.in -o requirements/main.txt
	$(COMPILE) --extra dev pyproject.toml requirements/build.in -c requirements/main.txt -o requirements/dev.txt
	$(COMPILE) --extra spark pyproject.toml requirements/build.in -c requirements/main.txt -c requirements/dev.txt \
		-o requirements/spark.txt

clean: ## Remove what was made: environment, sample, warehouse
	rm -rf $(VENV) landing landing_truth warehouse dashboard site target logs

landing/.generated: | $(VENV)/.main
	@test -e landing || $(BIN)/grading generate

$(VENV)/.main: requirements/main.txt pyproject.toml
	@command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) is not installed; give another with PYTHON=..."; exit 2; }
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what requirements/main.txt pins: about a minute."
	$(PIP) --require-hashes -r requirements/main.txt
	$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.main requirements/dev.txt
	@echo "Installing what tests, boards and documents need: about a minute."
	$(PIP) --require-hashes -r requirements/dev.txt
	@touch $@
