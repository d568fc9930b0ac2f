"""Signals: single, explainable facts about a message that speak for or against its being what it seems."""

from charteroak.mail.reading import Reading
from charteroak.mail.signals import disguises, files, links, sender, simulation, words
from charteroak.mail.signals.registry import Hit

_DETECTORS = (
    *sender.DETECTORS,
    *links.DETECTORS,
    *words.DETECTORS,
    *disguises.DETECTORS,
    *files.DETECTORS,
    *simulation.DETECTORS,
)


def find_hits(reading: Reading) -> tuple[Hit, ...]:
    """Every signal of a message once, at the first place where it was found."""
    found: dict[str, Hit] = {}
    for detector in _DETECTORS:
        for hit in detector(reading):
            found.setdefault(hit.id, hit)
    return tuple(found.values())
