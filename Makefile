# Commands for people: demo, test, check, soak, up, down, lint, build, release, acceptance, cdk, bench, mutate.
# Each installs what it needs, once. What they do is in local/, build/ and acceptance/.
.PHONY: demo test up down lint build release bench mutate build-ProviderFunction build-FailsafeFunction build-WatchFunction
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

ROOT := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
export PATH := $(ROOT)/node_modules/.bin:$(ROOT)/.venv/bin:$(PATH)
# make 3.81 (macOS) looks commands up on its own PATH, so Node is named by a shell that has ours.
NODE = env PATH="$(PATH)" node --disable-warning=ExperimentalWarning
INSTALL = env PATH="$(PATH)" python3 local/install.py

NPM_STAMP := node_modules/.installed
# The build of the functions takes the whole installation if it is there, and otherwise a small one.
BUILD_STAMP := $(if $(wildcard $(NPM_STAMP)),$(NPM_STAMP),node_modules/.installed-for-build)
VENV_STAMP := .venv/.installed
LINT_STAMP := .venv-lint/.installed

demo: $(NPM_STAMP) $(VENV_STAMP)
	@KEEP=$(KEEP) $(NODE) local/demo.ts

test: $(NPM_STAMP) $(VENV_STAMP)
	@$(NODE) local/test.ts

# After each change: types, linters, unit tests and tests in virtual time. SEED=… draws the random input of an earlier run again.
.PHONY: check soak
check: $(NPM_STAMP)
	@$(NODE) local/check.ts

# Sequences in any order and hostile events, for SOAK_MINUTES (60).
soak: $(NPM_STAMP)
	@$(NODE) local/check.ts soak

up: $(NPM_STAMP) $(VENV_STAMP)
	@$(NODE) local/up.ts

# If nothing is installed, there is nothing to stop.
down:
	@if [ -e $(NPM_STAMP) ]; then $(NODE) local/down.ts; else echo 'Nothing is running.'; fi

lint: $(NPM_STAMP) $(VENV_STAMP) $(LINT_STAMP)
	@$(NODE) local/lint.ts

# An hour and more: which changes to the code that decides and acts would no test notice? docs/testing.md says how to look at a part.
mutate: $(NPM_STAMP)
	@env PATH="$(PATH)" stryker run

build: $(NPM_STAMP) $(VENV_STAMP)
	@$(NODE) local/build.ts
	@$(NODE) build/bundle.ts okta-cognito-idp dist

# One template with all code in it, into dist/release: docs/install.md.
release: $(NPM_STAMP)
	@$(NODE) build/release.ts dist/release

# A real Okta org and a real AWS account, named by environment variables: docs/acceptance.md.
.PHONY: acceptance
acceptance: $(NPM_STAMP)
	@$(NODE) acceptance/main.ts

bench: $(NPM_STAMP) $(VENV_STAMP)
	@$(NODE) bench/run.ts

# sam build calls these (template.yaml, BuildMethod: makefile), with the folder to fill in ARTIFACTS_DIR.
build-ProviderFunction: $(BUILD_STAMP)
	@$(NODE) build/bundle.ts provider "$(ARTIFACTS_DIR)"

build-FailsafeFunction: $(BUILD_STAMP)
	@$(NODE) build/bundle.ts failsafe "$(ARTIFACTS_DIR)"

build-WatchFunction: $(BUILD_STAMP)
	@$(NODE) build/bundle.ts watch "$(ARTIFACTS_DIR)"

$(NPM_STAMP): package-lock.json
	@$(INSTALL) npm $@

# The CDK constructs: compiles and tests them, makes the packages, and tests that for Python. The packages are in cdk/dist.
.PHONY: cdk
CDK_BIN = cd cdk && $(NODE) node_modules/.bin
cdk: $(NPM_STAMP) cdk/node_modules/.installed cdk/.venv/.installed
	@$(NODE) build/cdk.ts
	@$(CDK_BIN)/jsii --generate-tsconfig tsconfig.jsii.json
	@$(NODE) node_modules/.bin/tsc --project cdk
	@cd cdk && $(NODE) ../node_modules/.bin/jest
	@rm -rf cdk/dist
	@$(CDK_BIN)/jsii-pacmak --targets js python --outdir dist --no-npmignore
	@cdk/.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall cdk/dist/python/*.whl
	@env PATH="$(PATH)" cdk/.venv/bin/python cdk/test/test_examples.py

cdk/node_modules/.installed: cdk/package-lock.json
	@$(INSTALL) npm $@

cdk/.venv/.installed: cdk/requirements.txt
	@$(INSTALL) python $@ cdk/requirements.txt

node_modules/.installed-for-build: package-lock.json
	@$(INSTALL) build $@

$(VENV_STAMP): local/requirements.txt
	@$(INSTALL) python $@ local/requirements.txt

$(LINT_STAMP): local/requirements-lint.txt
	@$(INSTALL) python $@ local/requirements-lint.txt
