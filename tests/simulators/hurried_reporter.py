"""What it would take a person to fill in a form, counted while a browser does it.

The keystroke-level model (Card, Moran and Newell 1980): 0.28 s for each character (K, an average typist without skill),
1.1 s to point at something (P), 0.1 s to press it (B), 0.4 s to move the hand between keys and pointer (H), 1.35 s to
make up one's mind before each answer (M). To that come the words that are read, at 238 a minute (Brysbaert 2019), and a
swipe (P and B) for each screen of a page after its first. It is a count, and no experiment with people.
"""

import math
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page

K, P, B, H, M = 0.28, 1.1, 0.1, 0.4, 1.35
SECONDS_FOR_A_WORD = 60 / 238
LONG_PRESS = 1.0


class HurriedReporter:
    """Does, and counts what it would take a person; what the server takes is measured."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self.parts: dict[str, float] = {}

    def read(self, *texts: Locator, down_to: Locator) -> None:
        """Read what is named, each word once, and swipe down to what is pressed next."""
        words = sum(len(text.split()) for each in texts for text in each.all_inner_texts())
        self.count("reading", words * SECONDS_FOR_A_WORD)
        screens = down_to.evaluate("element => element.getBoundingClientRect().bottom / window.innerHeight")
        self.count("swiping", (math.ceil(screens) - 1) * (P + B))

    def follow(self, link: Locator) -> None:
        self.count("choosing", M + P + B)
        self.wait(link.click)

    def choose_file(self, field: Locator, path: str) -> None:
        """Press the field, find the file among a few, press it."""
        field.set_input_files(path)
        self.count("choosing", 2 * (M + P + B))

    def paste(self, field: Locator, text: str) -> None:
        """Press long, then press *Paste*: the text is in the clipboard already."""
        field.fill(text)
        self.count("choosing", M + P + LONG_PRESS + P + B)

    def choose(self, field: Locator) -> None:
        field.check()
        self.count("choosing", M + P + B)

    def leave(self) -> None:
        """Decide that what stands is right."""
        self.count("choosing", M)

    def press(self, button: Locator) -> None:
        self.count("choosing", P + B)
        self.wait(button.click)

    def wait(self, act: Callable[[], None]) -> None:
        """Do what asks the server, and wait until the next page is there."""
        began = time.perf_counter()
        with self.page.expect_navigation():
            act()
        self.count("server", time.perf_counter() - began)

    def count(self, what: str, seconds: float) -> None:
        self.parts[what] = round(self.parts.get(what, 0) + seconds, 2)
        self.seconds += seconds
