"""Signals about what the message says, in the languages of the lexicon."""

from collections.abc import Iterator

from charteroak.mail.language import find_themes, plain_text
from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Detector, Hit, hit

_SIGNAL_OF_THEME = {
    "credentials": "asks-for-credentials",
    "threat": "threatens-loss",
    "urgency": "presses-for-time",
    "payroll": "about-payroll",
    "payment": "asks-for-payment",
    "windfall": "promises-windfall",
    "extortion": "extorts",
    "mailbox": "about-mailbox",
    "shared_file": "offers-document",
    "parcel": "about-parcel",
    "greeting": "impersonal-greeting",
    "callback": "asks-for-call",
}
_PRESSURE = {"threat", "urgency"}
_MAX_PHRASE = 60


def themes(reading: Reading) -> Iterator[Hit]:
    """The themes of subject and body; pressure counts more where a link is offered with it."""
    found = find_themes(f"{plain_text(reading.subject)} . {reading.plain}")
    for match in found:
        yield hit(_SIGNAL_OF_THEME[match.theme], "text", phrase=match.phrase[:_MAX_PHRASE])
    names = {match.theme for match in found}
    has_link = any(link.is_followed for link in reading.links)
    if has_link and names & _PRESSURE and names - _PRESSURE - {"greeting"}:
        yield hit("pressure-and-link", "text")


DETECTORS: tuple[Detector, ...] = (themes,)
