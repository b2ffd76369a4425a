# A fresh machine needs Python >= 3.11 and make; every target installs what it uses into .venv, once.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
    $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
JOBS ?= 2
RECORDING ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --constraint constraints.txt
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
TYPINGS := build/typings/.installed

# Deployed to the device or run against the virtual sensor; their own dependencies are CircuitPython's hardware layer
NO_DEPENDENCIES := adafruit-circuitpython-bno08x adafruit-circuitpython-busdevice

.PHONY: help demo test lint types bench chip validate format t2 clean

help:  ## list the targets
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9]+):.*## /  make \1\t/' | expand -t 18

$(RUNTIME): pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer was not found: install it, or name it with PYTHON=..." >&2; exit 1; fi
	@echo "Installing into $(VENV) (once, about a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "python -m venv failed: install the venv module (Debian: apt-get install python3-venv)" >&2; exit 1; }
	@$(PIP) --editable .
	@$(PIP) --no-deps $(NO_DEPENDENCIES)
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	@$(PIP) --editable '.[test,dev,export]'
	@touch $@

# The stubs of the chip's modules stand apart, so that they cannot shadow CPython's own in the host tools
$(TYPINGS): $(DEVELOPMENT) tests/adapt_stubs.py
	@rm -rf build/typings
	@$(PIP) --target build/typings micropython-rp2-stubs
	@$(BIN)/python tests/adapt_stubs.py build/typings
	@touch $@

demo: $(RUNTIME)  ## a training session through the firmware, with report; RECORDING=file.c3d plays a recording
	@$(BIN)/rhomboid demo $(if $(RECORDING),--recording "$(RECORDING)")

test: $(DEVELOPMENT) t2  ## the fast tests of all tiers (a few minutes on two cores)
	@$(BIN)/python -m pytest -n $(JOBS) -m "not validate"

validate: $(DEVELOPMENT) t2  ## full statistics of the bars (up to an hour), tables in build/validation/
	@$(BIN)/python -m pytest -n $(JOBS) -m validate

t2: $(RUNTIME)  ## fetch the 32-bit interpreters of test tier T2 into build/t2 (Debian and its kin)
	@$(BIN)/python tests/t2_32bit/fetch_interpreters.py build/t2

lint: $(DEVELOPMENT)  ## style of host tools, firmware and tests
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: $(DEVELOPMENT)  ## put the code into the style that lint asks for
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: $(TYPINGS)  ## static types of host tools and firmware
	@status=0; $(BIN)/mypy || status=1; $(BIN)/mypy --config-file tests/mypy_firmware.ini firmware || status=1; exit $$status

bench: $(DEVELOPMENT) t2  ## speed of the firmware: cost per stage against bytecode, per tick, virtual against real time
	@$(BIN)/rhomboid bench
	@$(BIN)/python -m tests.bench.bench_imu
	@$(BIN)/python -m tests.bench.bench_emg
	@$(BIN)/python -m tests.bench.bench_tracking
	@$(BIN)/python -m host_tools.twin.estimate_costs

chip: $(DEVELOPMENT)  ## stages of a tick on an emulated RP2040 (needs cmake and gcc-arm-none-eabi)
	@$(PIP) --editable '.[chip]'
	@$(BIN)/python -m tests.chip.measure

clean:  ## remove everything that the other targets made
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	@find firmware host_tools tests -name __pycache__ -type d -prune -exec rm -rf {} +
