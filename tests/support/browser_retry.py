"""A second try for browser tests, which may lose a race for two busy cores; for no other tests.

At most three tests a run, once each; every one is named at the end, with its first failure in full. Crash, race and
fault tests are never tried again: what fails there once has failed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

MOST = 3
COUNTS = "speedboat/flaky"  # in pytest's cache: how often each test has needed a second try in this checkout


class SecondTry:
    """The pytest plugin that retries them.

    Args:
        folder: the tests that may be tried again are in here.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._failures: dict[str, list[pytest.TestReport]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        if not item.path.is_relative_to(self._folder):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if any(_is_failed_call(report) for report in reports) and len(self._failures) < MOST:
            self._failures[item.nodeid] = [report for report in reports if report.failed]
            item._initrequest()  # type: ignore[attr-defined]  # so does pytest's own runner before a first try
            reports = runtestprotocol(item, nextitem=nextitem, log=False)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
        if not self._failures:
            return
        cache: pytest.Cache | None = getattr(config, "cache", None)  # none with `-p no:cacheprovider`
        counts = dict(cache.get(COUNTS, {})) if cache else {}
        terminalreporter.section(f"tried again: {len(self._failures)} of at most {MOST}")
        for name, reports in self._failures.items():
            for report in reports:
                terminalreporter.write_line(f"first try of {name}, {report.when}:")
                terminalreporter.write_line(report.longreprtext)
            counts[name] = counts.get(name, 0) + 1
        for name in self._failures:
            terminalreporter.write_line(f"FLAKY {name} ({counts[name]})")
        if cache:
            cache.set(COUNTS, counts)


def _is_failed_call(report: pytest.TestReport) -> bool:
    """Whether the test itself failed, or the check of its devices afterwards, but not its setup."""
    return report.failed and report.when != "setup"
