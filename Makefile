# Everything one does with the project; each target sets up what it needs. The long forms are in README.md.
unexport PYTHONDONTWRITEBYTECODE
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --quiet
TEST := $(RUN) --extra test
CHECK := $(RUN) --extra check

.PHONY: run demo test test-failed check chaos bench screenshots front messages

run: $(UV)
	$(RUN) speedboat serve

demo: $(UV)
	$(RUN) speedboat demo

test: $(UV)
	$(TEST) pytest

# Only what failed the last time; fails if nothing did.
test-failed: $(UV)
	$(TEST) pytest --last-failed --last-failed-no-failures none

check: $(UV)
	$(CHECK) ruff check .
	$(CHECK) ruff format --check .
	$(CHECK) mypy
	$(CHECK) python static/wire_types.py --check
	$(CHECK) python static/hatch_build.py --types
	$(CHECK) python static/weigh.py

# The faults at their full size, a hundred thousand payloads over the wire, ten thousand workshops at every door and in
# archives: an hour and more.
chaos: $(UV)
	SPEEDBOAT_CHAOS=10 $(TEST) pytest --timeout 3600 tests/test_faults.py tests/test_clock.py tests/test_backup.py tests/test_crash.py tests/test_processes.py tests/test_fuzz.py tests/test_doors.py tests/test_archive.py

bench: $(UV)
	$(CHECK) python -m bench

# Contact sheets of every phase and view, in a folder that git ignores, and what an eye would find wrong with them.
screenshots: $(UV)
	$(TEST) python -m tests.browser.sheets screenshots

front: $(UV)
	$(CHECK) python static/hatch_build.py

# The sentences that the French catalogue still lacks.
messages: $(UV)
	$(TEST) python tests/sentences.py fr

# uv is fetched into the project when the machine has none: `pip install --target` works on every Debian.
.uv/bin/uv:
	python3 -m pip install --quiet --disable-pip-version-check --target .uv uv
