"""A real Chromium at a live server that has two published studies."""

import os
import shutil
import threading
from collections.abc import Iterator

import pytest

from web.published import published_rows, put_back

__all__ = ["published_rows"]

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking")


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One browser for all tests. Playwright's loop must not forbid Django's database calls."""
    if shutil.which(CHROMIUM) is None:
        pytest.skip(f"Chromium is not at {CHROMIUM}")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def home(live_server, published_rows) -> str:
    """The address of a running installation with two published studies."""
    put_back(published_rows)
    return live_server.url


@pytest.fixture
def open_page(chromium, home):
    """Opens an address of the installation; at the end nothing may have gone wrong on the way."""
    contexts, faults = [], []

    def open_at(address: str, *, width: int = 1280, javascript: bool = True, pictures: bool = True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request",
            lambda r: None if r.url.startswith((home, "data:")) else faults.append(r.url),
        )
        page.on(
            "response",
            lambda r: faults.append(f"{r.status} {r.url}") if r.status >= 400 else None,
        )
        if not pictures:
            page.route("**/diagram/**", lambda route: route.fulfill(body="", status=200))
        page.goto(home + address, wait_until="load")
        return page

    yield open_at
    found = list(faults)
    for context in contexts:
        context.close()
    wait_for_answers()
    assert found == []


def follow(element) -> None:
    """Clicks a link or a button that leads to another page, and waits until that page is there.

    A click alone returns while the next page is still being read, so that what a test counts or
    measures next could be of half a page, or of none. Leaving a field may have sent its form
    already; that first way is then given up for the second, which is no fault.
    """
    with element.page.expect_event("domcontentloaded"):
        element.click()
    element.page.wait_for_load_state()


def wait_for_answers() -> None:
    """Pictures that nobody waits for any more are still being read: let the server finish first,
    or it would hold the database's tables when they are emptied after the test."""
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=20)
