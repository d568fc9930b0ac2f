"""The first report is meant for ninety seconds: a telephone 320 pixels wide, no JavaScript, seven answers in two steps.

A scripted reporter does in the browser what a person would, and its time is counted by the keystroke-level model (Card,
Moran and Newell): 0.28 s for each character (K, an average typist without skill), 1.1 s to point at something (P),
0.1 s to press it (B), 0.4 s to move the hand between keys and pointer (H), 1.35 s to make up one's mind before each
answer (M). To that come the words that are read, at 238 a minute (Brysbaert 2019), each label and each choice once.
What the server takes is measured in ``benchmarks``, not here. It is a count, and no experiment with people.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory", "desk")
K, P, B, H, M = 0.28, 1.1, 0.1, 0.4, 1.35
SECONDS_FOR_A_WORD = 60 / 238


class Reporter:
    """Does, and counts what it would take a person."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self.fields: dict[str, float] = {}

    def read(self) -> None:
        """Every question and choice of the page, once; no hint, which is there for who hesitates."""
        texts = self.page.locator(".question__label, .choice__label, main h1").all_inner_texts()
        self.count("reading", sum(len(text.split()) for text in texts) * SECONDS_FOR_A_WORD)

    def write(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.count(label, M + H + P + B + len(text) * K)

    def choose(self, label: str) -> None:
        self.page.get_by_label(label).check()
        self.count(label, M + P + B)

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(label).select_option(option)
        self.count(label, M + 2 * (P + B))

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()
        self.count(name, P + B)

    def count(self, what: str, seconds: float) -> None:
        self.fields[what] = round(self.fields.get(what, 0) + seconds, 1)
        self.seconds += seconds


def test_seven_answers_take_no_more_than_ninety_seconds_on_a_telephone(open_page: Open) -> None:
    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page.goto("/report/incident/")
    reporter = Reporter(page)
    reporter.read()
    reporter.choose("A safeguard blocked it")
    reporter.write("What happened, in a sentence or two?", "Filter held a mail with a bad file.")
    page.get_by_label("Day").fill("2026-03-01")
    page.get_by_label("Time").fill("09:30")
    reporter.count("When was it noticed?", M + H + 2 * (P + B) + 12 * K)
    reporter.select("What kind of incident is it?", "malware")
    reporter.press("Continue")
    expect(page.locator("main")).to_contain_text("Step 2 of 2")
    reporter.read()
    reporter.write("For which organization or place?", "Elm Hollow Library")
    reporter.write("Who can answer technical questions, day and night?", "Lee 860 555 0100")
    reporter.press("File the report")
    expect(page.locator(".receipt")).to_be_visible()
    assert reporter.seconds <= 90, reporter.fields


def test_more_is_added_on_a_telephone_without_javascript(open_page: Open, look: Callable[[Page, str], None]) -> None:
    page = open_page()
    page.goto("/report/incident/")
    page.get_by_label("A safeguard blocked it").check()
    page.get_by_label("What happened, in a sentence or two?").fill("Filter held a mail with a bad file.")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="File the report").click()
    page.get_by_role("link", name="Add more, or correct it").click()
    look(page, "report-mine")
    page.get_by_role("link", name="What is touched").click()
    look(page, "report-more-effect")
    page.get_by_label("How many computers").fill("many")
    page.get_by_role("button", name="Save and stop here").click()
    expect(page.locator("main")).to_contain_text("needs another look")
    page.get_by_label("How many computers").fill("unknown")
    page.get_by_role("button", name="Save and stop here").click()
    expect(page.locator("main")).to_contain_text("More was added")
    for link, name in (("Who may know", "report-disclose"), ("Take the report back", "report-withdraw")):
        page.get_by_role("link", name=link).click()
        look(page, name)
        page.go_back()
