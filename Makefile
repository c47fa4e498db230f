# The two commands a newcomer needs are `make demo` and `make test`.
UV_VERSION := 0.13.9
PORT ?= 8000
UV := .boot/bin/uv
RUN := .venv/bin
# The suite on every core; a file stays in one process, since its tests share what they set up.
SPREAD := -n auto --dist loadfile
export UV_NO_PROGRESS ?= 1

.PHONY: help demo test check lock clean
help:
	@echo "make demo   set up, load the demo and serve it on 127.0.0.1:$(PORT)"
	@echo "make test   set up and run the whole suite"
	@echo "make check  style, types and the map of rooms only"
	@echo "make lock   renew requirements/*.txt from pyproject.toml"

demo: .venv/.demo
	$(RUN)/samling demo --port $(PORT)

test: .venv/.dev
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest $(SPREAD)
	$(RUN)/python tests/on_postgresql.py $(SPREAD)

check: .venv/.dev
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports

# uv comes first, by pip alone: a bare Debian has no ensurepip, and its pip
# refuses to install into the system.
$(UV):
	@echo "Setting up (1/3): the installer"
	@python3 -m pip install --quiet --disable-pip-version-check --no-warn-script-location --target .boot uv==$(UV_VERSION)

# A stamp, not .venv/bin/python: that is a link to the system's Python, which is older than uv.
.venv/.made: $(UV)
	@echo "Setting up (2/3): a Python environment of its own in .venv"
	@$(UV) venv --quiet --clear --python python3 --no-python-downloads .venv
	@touch $@

.venv/.demo: .venv/.made requirements/base.txt pyproject.toml
	@echo "Setting up (3/3): libraries, pinned and checked by hash"
	@$(UV) pip install --quiet --compile-bytecode --python .venv --require-hashes -r requirements/base.txt
	@echo "$(CURDIR)/src" > "$$($(RUN)/python -c 'import site; print(site.getsitepackages()[0])')/samling.pth"
	@printf '#!/bin/sh\nexec "%s/.venv/bin/python" -m samling.cli.main "$$@"\n' "$(CURDIR)" > $(RUN)/samling
	@chmod +x $(RUN)/samling
	@touch $@

.venv/.dev: .venv/.demo requirements/dev.txt
	@echo "Setting up: what the suite needs besides"
	@$(UV) pip install --quiet --compile-bytecode --python .venv --require-hashes -r requirements/dev.txt
	@touch $@

lock: $(UV)
	$(UV) pip compile pyproject.toml --generate-hashes --no-header --quiet --output-file requirements/base.txt
	$(UV) pip compile pyproject.toml --extra dev --generate-hashes --no-header --quiet --constraint requirements/base.txt --output-file requirements/dev.txt

clean:
	rm -rf .venv .boot
