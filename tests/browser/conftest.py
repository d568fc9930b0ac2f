"""Real Chromium against the real portal: one browser a worker, one page a test, nothing fetched from anywhere.

Chromium is Debian's; a machine without it fails with the line that installs it, and never skips. Each page that a test
opened is checked at its end: no error on the console, and nothing asked of another host.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from charteroak.records.accounts.models import User

AXE = Path(__file__).parent / "vendor/axe-core/axe.min.js"
SCREENS = Path("test-results/screens")
WIDTHS = (1280, 320)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATIENCE_MILLISECONDS = 60_000
"""How long a page may take before a test gives up. It bounds a hang, not a speed: a busy machine takes its time."""
FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


EVERY_TIME = frozenset({"test_loop", "test_shell"})
"""The whole loop and what a stranger meets: these run with `make test`, all other pages with `make test-slow`."""
EVERY_TIME_OF_OTHERS = frozenset(
    {"test_reporting_a_mail_on_a_telephone_without_javascript", "test_report_pages_and_receipt"}
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser, and most of it takes its time."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            if item.path.stem not in EVERY_TIME and item.name not in EVERY_TIME_OF_OTHERS:
                item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this worker."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.fail("Chromium is missing. Run: apt-get install -y chromium", pytrace=False)
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a fresh browser page on the portal; the browser context's options (width, scheme, JavaScript) are yours."""
    contexts, console, foreign = [], [], []

    def note(message: ConsoleMessage) -> None:
        # A form that was refused, or a page that is not there, is a 4xx on purpose; the browser logs it as an error.
        is_answer = "server responded with a status of 4" in message.text
        if message.type in {"error", "warning"} and not is_answer:
            console.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def watch(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            foreign.append(request.url)

    def open_one(user: User | None = None, **options: Any) -> Page:
        options.setdefault("viewport", {"width": WIDTHS[0], "height": 900})
        options.setdefault("locale", "en-US")
        context = chromium.new_context(base_url=live_server.url, timezone_id="America/New_York", **options)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            cookie = client.cookies["sessionid"]
            context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", note)
        page.on("pageerror", lambda error: console.append(f"error: {error}"))
        page.on("request", watch)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not foreign, f"asked another host: {foreign}"
    assert not console, f"the console is not clean: {console}"


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page of someone who is not signed in, 1280 pixels wide."""
    return open_page()


def assert_no_axe_violations(page: Page, rules: Sequence[str] = ()) -> None:
    """No violation of WCAG 2.2 A or AA, nor of axe's best practices; or of some rules only."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE.read_text(encoding="utf-8"))
    only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    result = page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    found = [
        f"{violation['id']}: {violation['help']}: " + "; ".join(node["html"][:200] for node in violation["nodes"])
        for violation in result["violations"]
    ]
    assert not found, "\n".join([page.url, *found])


def assert_fits(page: Page) -> None:
    """Nothing reaches beyond the right edge of the window."""
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
            .filter(element => !element.closest('.usa-sr-only, .usa-skipnav, .scrolls, thead'))
            .map(element => element.outerHTML.slice(0, 120))"""
    )
    assert not wide, f"{page.url} is too wide at {page.viewport_size}: {wide[:3]}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def screenshot(page: Page, name: str, width: int) -> None:
    """Keep what a person sees at this width in ``test-results/screens``."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": width, "height": 900})
    page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)


@pytest.fixture
def look() -> Callable[[Page, str], None]:
    """Looks at a page as a stranger would: at both widths, light and dark, with axe, keeping screenshots."""

    def look_at(page: Page, name: str) -> None:
        assert_no_axe_violations(page)
        page.emulate_media(color_scheme="dark")
        assert_no_axe_violations(page, ["color-contrast"])
        page.emulate_media(color_scheme="light")
        for width in WIDTHS:
            screenshot(page, name, width)
            assert_fits(page)
        assert_no_axe_violations(page, ["target-size", "scrollable-region-focusable"])
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    return look_at
