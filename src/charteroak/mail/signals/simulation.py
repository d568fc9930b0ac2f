"""The marks that training products put on their own exercises."""

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from charteroak.mail.reading import Reading
from charteroak.mail.signals.registry import Detector, Hit, hit


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
            return


DETECTORS: tuple[Detector, ...] = (simulation_marker,)
