# `make` alone prints the targets: every line with a `## comment`.

.DEFAULT_GOAL := help
SHELL := /bin/sh

PORT ?= 8000
RUN := .venv/bin/python
UV := uv==0.13.9

.PHONY: help demo demo-reset test check chaos bench format lock

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-12s %s\n", $$1, $$2}'

demo: .venv/.installed ## Open the portal in demo mode (PORT=8000); Ctrl-C closes it
	@exec $(RUN) manage.py demo --port $(PORT)

demo-reset: .venv/.installed ## Empty the demo's data
	@exec $(RUN) manage.py demo --reset

test: .venv/.installed-dev ## Run everything that continuous integration runs
	@exec $(RUN) -m tests.run

check: .venv/.installed-dev ## Run the static part of the tests alone
	@exec $(RUN) -m tests.run --static

chaos: .venv/.installed-dev ## Run the races for long (EPCS_RACE_ROUNDS=1000)
	@EPCS_RACE_ROUNDS=$${EPCS_RACE_ROUNDS:-1000} exec $(RUN) -m tests.run --races

bench: .venv/.installed-dev ## Measure what requests cost, beside one Argon2id verification (under 5 minutes)
	@exec $(RUN) -m tests.bench

format: .venv/.installed-dev ## Format the code and mend what can be mended
	@$(RUN) -m ruff check --fix
	@$(RUN) -m ruff format
	@git ls-files -z --cached --others --exclude-standard -- 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 5.2

lock: .venv/.uv ## Compile requirements.txt and requirements-dev.txt anew
	@$(RUN) -m uv --quiet pip compile --universal --generate-hashes pyproject.toml -o requirements.txt
	@$(RUN) -m uv --quiet pip compile --universal --generate-hashes pyproject.toml --group dev -o requirements-dev.txt

# A Python may be on the PATH and not run (version switchers), or lack its venv module (Debian).
$(RUN):
	@python=; for candidate in python3.13 python3.12 python3.11 python3; do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	    then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	    echo 'Python 3.11 or newer is needed, and none was found on the PATH.' >&2; exit 1; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	    echo "$$python lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; fi; \
	echo "[1/5] Making .venv with $$("$$python" --version) …"; \
	"$$python" -m venv --clear .venv || { rm -rf .venv; exit 1; }

# uv has no build for some platforms: pip does the same, slower.
.venv/.uv: | $(RUN)
	@$(RUN) -m pip install -qq --disable-pip-version-check $(UV) || echo 'uv cannot be had here; going on with pip.' >&2
	@touch $@

.venv/.installed: requirements.txt .venv/.uv
	@$(call install,$<)

.venv/.installed-dev: requirements-dev.txt .venv/.uv
	@$(call install,$<)

define install
echo '[2/5] Installing $(1), every file checked against its hash …'; \
index=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(RUN) -m pip config get global.index-url 2>/dev/null)}}; \
if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$$index"; fi; \
{ $(RUN) -m uv --quiet pip install --python $(RUN) --require-hashes -r $(1) || \
  $(RUN) -m pip install -qq --disable-pip-version-check --require-hashes -r $(1); } && \
touch $@
endef
