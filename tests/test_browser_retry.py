"""Only browser tests are retried, at most three a run, and the log lists them."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytest_plugins = ["pytester"]

CONFTEST = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from tests.support.browser_retry import SecondTry

def pytest_configure(config):
    config.pluginmanager.register(SecondTry(Path(__file__).parent / "browser"))
"""
FAILS_ONCE = """
import pytest
tries = []

@pytest.mark.parametrize("n", range({count}))
def test_lost_a_race(n):
    tries.append(n)
    assert tries.count(n) > 1, "too late"
"""


@pytest.fixture
def run(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makeconftest(CONFTEST)
    (pytester.path / "browser").mkdir()
    return pytester


def test_a_browser_test_that_passes_at_the_second_try_passes_and_is_named(run: pytest.Pytester) -> None:
    (run.path / "browser/test_page.py").write_text(FAILS_ONCE.format(count=1))
    result = run.runpytest_subprocess("-W", "error")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*AssertionError: too late", "FLAKY browser/test_page.py::test_lost_a_race[[]0] (1)"])
    again = run.runpytest_subprocess("-W", "error")
    again.stdout.fnmatch_lines(["FLAKY * (2)"])


def test_a_fourth_browser_test_is_not_tried_again(run: pytest.Pytester) -> None:
    (run.path / "browser/test_page.py").write_text(FAILS_ONCE.format(count=5))
    result = run.runpytest_subprocess()
    result.assert_outcomes(passed=3, failed=2)
    assert result.stdout.str().count("FLAKY") == 3
    assert result.ret == 1


def test_a_browser_test_that_fails_twice_has_failed(run: pytest.Pytester) -> None:
    (run.path / "browser/test_page.py").write_text("def test_broken(): assert False")
    result = run.runpytest_subprocess()
    result.assert_outcomes(failed=1)


def test_no_other_test_is_tried_again(run: pytest.Pytester) -> None:
    (run.path / "test_crash.py").write_text(FAILS_ONCE.format(count=1))
    result = run.runpytest_subprocess()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("FLAKY*")


def test_fixtures_are_made_and_ended_for_each_try_and_a_broken_fixture_is_not_tried_again(run: pytest.Pytester) -> None:
    (run.path / "browser/test_page.py").write_text(
        """
import pytest
seen = []

@pytest.fixture(scope="session")
def site():
    seen.append("site")
    return "site"

@pytest.fixture
def device(site):
    seen.append("device")
    yield
    seen.append("closed")

@pytest.fixture
def broken():
    seen.append("broken")
    raise OSError

def test_lost_a_race(device):
    assert seen.count("device") == 2

def test_without_a_site(broken): pass

def test_what_was_done():
    assert seen == ["site", "device", "closed", "device", "closed", "broken"]
"""
    )
    result = run.runpytest_subprocess()
    result.assert_outcomes(passed=2, errors=1)


def test_a_hung_test_ends_the_run_and_fails_it(run: pytest.Pytester) -> None:
    (run.path / "browser/test_page.py").write_text("import threading\ndef test_hangs(): threading.Event().wait()")
    result = run.runpytest_subprocess("--timeout", "1", "--timeout-method", "thread")
    assert result.ret != 0
    result.stdout.no_fnmatch_line("FLAKY*")


def test_ci_tries_nothing_again_by_itself_and_ends_a_run_that_hangs() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "last-failed" not in script
    assert "||" not in script.split("make check")[1]
    assert "timeout" in script.split("make check")[1]
