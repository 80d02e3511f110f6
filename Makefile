# Everything one does with the project; each target sets up what it needs. The long forms are in README.md.
unexport PYTHONDONTWRITEBYTECODE
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
# A folder is newer once a file in it came or went.
SOURCES := pyproject.toml locks/build.txt static/package-lock.json static/build.mjs static/hatch_build.py \
  $(shell find static/src)

.PHONY: run demo test test-core mutants check chaos bench screenshots front messages lock audit sbom

run: .venv/run
	$(BIN)/speedboat serve

demo: .venv/run
	$(BIN)/speedboat demo

test: .venv/check
	$(BIN)/pytest

# The rules alone, without a server: a minute at most.
test-core: .venv/check
	$(BIN)/pytest tests/domain

# Whether the tests of the rules notice when a rule is changed: every mutant of them. Hours; "python -m tests.mutants --refusals" takes minutes.
mutants: .venv/check
	$(BIN)/python -m tests.mutants

check: .venv/check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python static/wire_types.py --check
	$(BIN)/python static/hatch_build.py --types
	$(BIN)/python static/weigh.py

# The faults at their full size, a hundred thousand payloads over the wire, ten thousand workshops at every door and in
# archives: an hour and more.
chaos: .venv/check
	SPEEDBOAT_CHAOS=10 $(BIN)/pytest --timeout 3600 tests/faults/test_faults.py tests/faults/test_clock.py tests/cli/test_backup.py tests/faults/test_crash.py tests/live/test_processes.py tests/live/test_fuzz.py tests/exports/test_outputs.py tests/domain/test_unlinkable_log.py

bench: .venv/check
	$(BIN)/python -m bench

# Contact sheets of every phase and view, in a folder that git ignores, and what an eye would find wrong with them.
screenshots: .venv/check
	$(BIN)/python -m tests.browser.contact_sheets screenshots

front: .venv/check
	$(BIN)/python static/hatch_build.py

# The sentences that the French catalogue still lacks.
messages: .venv/check
	$(BIN)/python tests/support/translatable.py fr

# Write locks/ anew after a change of what pyproject.toml asks for; `make lock UPGRADE=--upgrade` takes the newest of all.
lock: $(UV)
	python3 locks/lock.py $(UV) $(UPGRADE)

# Whether a fault is known in anything that is installed, and a list of what that is. Both ask the registries.
audit: .venv/check build/audit
	$(BIN)/python locks/audit.py faults

sbom: .venv/check build/audit
	$(BIN)/python locks/audit.py list

# Nothing is installed whose hash is not in locks/; nor does anything else build the package.
.venv/run .venv/check: .venv/%: locks/%.txt $(SOURCES) | $(UV)
	test -x $(BIN)/python || $(UV) venv --quiet
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes --requirements $<
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --build-constraints locks/build.txt --editable .
	touch $@

# Apart from the rest: what looks for faults is not to share them.
build/audit: locks/audit.txt | $(UV)
	$(UV) venv --quiet --clear $@
	$(UV) pip install --quiet --python $@/bin/python --require-hashes --requirements $<
	touch $@

# uv is fetched into the project when the machine has none: `pip install --target` works on every Debian.
.uv/bin/uv:
	python3 -m pip install --quiet --disable-pip-version-check --target .uv --require-hashes --requirement locks/uv.txt
