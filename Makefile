# The whole project from here: `make help`. Nothing but Python 3 and make has to be installed.

# A pyenv shim fails when `.python-version` names a version that pyenv lacks; set-up can mend that,
# so it is started with the first Python 3 that starts at all.
PYTHON ?= $(shell for p in python3 /usr/bin/python3; do $$p -c '' 2>/dev/null && echo $$p && break; done)
SETUP := $(or $(PYTHON),$(error no Python 3 was found: install python3 and run make again)) -m bot.setup
APP := .venvs/app/bin/python
RASA := .venvs/rasa/bin/python
# npm of the environment, which finds the environment's Node.
NPM := PATH="$(CURDIR)/.venvs/app/bin:$$PATH" npm --prefix bot/channels/web/widget --loglevel error

.DEFAULT_GOAL := help
.PHONY: help run setup test check shell widget clean encoder evaluate bench compose-test

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up what is missing or changed, then start the service
	@$(SETUP) && exec $(APP) -m bot up

setup: ## set up only
	@$(SETUP)

shell: ## talk to the bot in this terminal, as a patient would
	@$(SETUP) && exec $(APP) -m bot shell

check: ## style, types, the rooms' directions, the clinic's texts
	@$(SETUP) check
	$(APP) -m ruff check .
	$(APP) -m ruff format --check .
	$(APP) -m mypy
	$(APP) -m mypy --python-executable $(RASA) --python-version 3.10 $(wildcard bot/dialogue/*.py)
	.venvs/app/bin/lint-imports --no-logo --no-cache
	$(APP) -m bot check
	$(NPM) run check

widget: ## compile the website's chat again, into bot/channels/web/static/widget
	@$(SETUP) check
	$(NPM) run build

test: ## every test: unit, contract, dialogue, end to end, browser
	@$(SETUP) test
	$(APP) -m pytest -n 2 tests/unit tests/contract
	$(APP) -m pytest tests/dialogue tests/e2e tests/browser

encoder: ## tune the sentence encoder on the examples again (a quarter of an hour), then set up on it
	@$(SETUP)
	$(APP) -m knowledge.tune
	@$(SETUP)

evaluate: ## figures of triage on the held-out messages, with baselines, in var/evaluation
	@$(SETUP) && $(SETUP) check
	$(APP) -m bot evaluate --baselines

bench: ## speed beside the usual Rasa bot, into docs/performance (twenty minutes; ARGS="--quick": one)
	@$(SETUP) test
	$(APP) -m tests.bench $(or $(ARGS),compare)

compose-test: ## build the images and hold a conversation with them (needs Docker)
	@$(SETUP) check
	$(APP) -m pytest tests/compose

clean: ## remove what was built and installed; conversations in var/faqbot.db stay
	rm -rf bot/channels/web/widget/node_modules
	rm -rf .venvs .mypy_cache .ruff_cache .pytest_cache var/encoder var/index var/models var/stamps
