# `make bootstrap` builds the lab and proves it; `make test` proves the project. Everything else is a part of these.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
# Options for the specification's pytest, for example: make bootstrap OPTIONS="-n 3 --keep". Scenarios run in more
# processes than there are processors, since most of them wait.
OPTIONS ?= -n 4
OWN := -n auto --dist worksteal
PROOF := tests/lab tests/proof/test_blinding.py tests/proof/test_matrix.py::test_some_faults_in_short
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: artifacts bench bootstrap help lab-down lab-up lint pin plan proof proof-all quick reference report setup test test-own

artifacts: setup ## build all that the lab runs (cached by content)
	$(RUN) -m provisioning.lab.artifacts

bench: setup artifacts ## measure builds and outage three times; prints medians
	$(RUN) -m bench

bootstrap: setup artifacts ## build the lab from nothing, prove the whole specification, leave reports/out/index.html
	$(RUN) -m pytest $(OPTIONS)

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

lab-down: ## remove the lab; layer 00 stays
	$(RUN) -m provisioning down

lab-up: setup artifacts ## build the lab and keep it
	$(RUN) -m provisioning up

lint: setup ## style, types, spelling, arrows between the rooms, dead code
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/pyright
	$(VENV)/bin/codespell
	$(VENV)/bin/lint-imports >/dev/null || $(VENV)/bin/lint-imports
	$(VENV)/bin/vulture

pin: setup ## write beside INVENTORY (the lab's) what is expected of every scenario; FROM_RUN=1: as its newest run found
	$(RUN) -m pytest --no-header -q $(if $(FROM_RUN),--pin-from-run,--pin) $(if $(INVENTORY),--inventory=$(INVENTORY))

plan: setup ## draw the units of the bootstrap
	@$(RUN) -m provisioning plan

proof: setup artifacts ## break the lab on purpose: kill builds, blind the suite, some faults against their scenarios and witnesses
	$(RUN) -m pytest $(PROOF)

proof-all: setup artifacts ## every fault against its scenarios and witnesses (about an hour)
	CLUSTERSPEC_PROOF=all $(RUN) -m pytest tests/lab tests/proof

quick: setup lint ## the loop while you write: style, types, and the tests that need no lab
	$(RUN) -m pytest $(OWN) tests/unit tests/house -q

reference: setup ## generate the inventory's reference of keys and its JSON schema
	$(RUN) -m inventory.reference

report: ## judge the newest run again and write its report
	$(RUN) -m reports

setup: $(VENV)/.ready ## install what this machine lacks (Debian packages, Python wheels)

$(VENV)/.ready: requirements.lock debian-packages.txt setup.sh
	./setup.sh $(PYTHON) $(VENV)
	touch $@

test: lint test-own artifacts ## all of it: style, own tests, the specification, and the proof on the lab that it leaves
	trap '$(RUN) -m provisioning down' EXIT; \
	$(RUN) -m pytest $(OPTIONS) --keep; \
	$(RUN) -m pytest $(PROOF)

test-own: setup ## the project's own tests that need no lab
	$(RUN) -m pytest $(OWN) tests/unit tests/collection tests/house tests/repository
