"""The marks that training products put on their own exercises, and whether the operator's data bears one out.

A mark is a claim: anybody can write it. It is confirmed where the operator named the vendor in ``protected.toml`` and
his own mail server, the last that took the message in, says that it came from that vendor's domain.
"""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from charteroak.mail.authentication import read_claims
from charteroak.mail.domains import normal_host
from charteroak.mail.protected_name import Training
from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Detector, Hit, hit

_METHODS = {"dmarc", "dkim", "spf"}


@lru_cache(maxsize=1)
def _products_by_field() -> dict[str, str]:
    text = files("charteroak.mail").joinpath("data/simulations.toml").read_text(encoding="utf-8")
    return {marker["field"]: marker["product"] for marker in tomllib.loads(text)["markers"]}


def simulation_marker(reading: Reading) -> Iterator[Hit]:
    """A header field of a training product."""
    products = _products_by_field()
    for name, _ in reading.headers.among(*products):
        if name in products:
            yield hit("simulation-marker", name, product=products[name])
            yield from _confirmed(reading)
            return


def _confirmed(reading: Reading) -> Iterator[Hit]:
    """What the operator's own server says of a vendor that he named."""
    for training in reading.protected.trainings:
        if not _took_it_in(reading, training):
            continue
        for claim in read_claims(reading.headers, reading.hops, training.receivers, is_topmost_alone=True):
            is_pass = claim.trusted and claim.method in _METHODS and claim.result == "pass"
            if is_pass and _is_under(claim.domain, training.domains):
                server = claim.claimed_by
                yield hit(
                    "simulation-confirmed", claim.source, server=server, domain=claim.domain, vendor=training.vendor
                )
                return


def _took_it_in(reading: Reading, training: Training) -> bool:
    """Whether the topmost relay is one of the servers: without its line, the sender wrote every line that there is."""
    return bool(reading.hops) and _is_under(normal_host(reading.hops[0].by), training.receivers)


def _is_under(host: str, domains: frozenset[str]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


DETECTORS: tuple[Detector, ...] = (simulation_marker,)
