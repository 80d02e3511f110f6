"""A browser test that hangs fails in its line, and the next one has a browser again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Error

from tests.browser.conftest import MARK
from tests.support.browser_watchdog import limited


def test_a_script_that_never_ends_fails_where_it_was_called_and_another_browser_is_started(
    browser: Browser, start_browser: Callable[[], Browser]
) -> None:
    page = browser.new_page()
    with limited(MARK, 0.5), pytest.raises(Error, match="closed"):
        page.evaluate("() => new Promise(() => {})")
    another = start_browser()
    assert another is not browser
    page = another.new_page()
    assert page.evaluate("1 + 1") == 2
    page.close()
