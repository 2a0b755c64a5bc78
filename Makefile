# Two commands matter: `make site` and `make test`. Both do all set-up in .venv and node_modules first.
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: help site test serve check bench bless addresses reference lock pictures
.DEFAULT_GOAL := help

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.venv/.ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=…")'
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

node_modules/.ready: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

site: .venv/.ready node_modules/.ready ## Build everything from data/ and docs/ into site/
	$(PY) scripts/build.py site

check: .venv/.ready node_modules/.ready ## Load all records, run all rules, print all problems
	$(PY) scripts/build.py check

serve: .venv/.ready node_modules/.ready ## Show the site while you write, at http://127.0.0.1:8000/
	$(PY) scripts/build.py serve

test: .venv/.ready node_modules/.ready ## Run all tests, the real browser included
	$(PY) -m pytest tests -n auto --dist worksteal

scripts/lighthouse/node_modules/.ready: scripts/lighthouse/package-lock.json
	cd scripts/lighthouse && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

bench: .venv/.ready node_modules/.ready scripts/lighthouse/node_modules/.ready ## Measure the build, the weight of pages, and Lighthouse (ARGS=lighthouse: only that)
	$(PY) scripts/bench.py $(ARGS)

bless: .venv/.ready node_modules/.ready ## Accept the present output of the toy project as expected
	$(PY) scripts/build.py bless

addresses: .venv/.ready ## Add the addresses of today to the list that must resolve for ever
	$(PY) scripts/build.py addresses

reference: .venv/.ready ## Write data/README.md from the record types
	$(PY) scripts/build.py reference

pictures: site ## Take the pictures of the README and the link card from site/
	$(PY) scripts/pictures.py

lock: .venv/.ready ## Write requirements.txt and package-lock.json from what they are made of
	.venv/bin/uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 requirements.in -o requirements.txt
	npm install --package-lock-only --ignore-scripts
	cd scripts/lighthouse && npm install --package-lock-only --ignore-scripts
