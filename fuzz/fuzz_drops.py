"""Hostile bytes as the text of a signed drop, and as a look at a domain."""

from charteroak.clock import connecticut_day, parse_instant
from charteroak.collectors.collected import Collected, Occasion
from charteroak.collectors.posture import read_posture
from charteroak.collectors.signed_drop import read_signed_drop
from charteroak.errors import CharterOakError
from harness import fuzz

NOW = parse_instant("2026-11-20T17:00:00Z")
DROPS = Occasion("The file server", NOW, connecticut_day(NOW))
LOOKS = Occasion("bakery.example", NOW, connecticut_day(NOW))


def read_drop(data: bytes) -> Collected:
    """The bytes as the text of a drop whose signature held."""
    return read_signed_drop(data.decode("utf-8", "replace"), DROPS)


def read_look(data: bytes) -> Collected:
    """The bytes as a look at a domain."""
    return read_posture(data, LOOKS)


def parse(data: bytes) -> None:
    """Whatever is read has at least one claim, each with its words."""
    for read in (read_drop, read_look):
        try:
            collected = read(data)
        except CharterOakError:
            continue
        assert collected.observations
        assert all(each.detail for each in collected.observations)
        assert collected.last <= DROPS.day


if __name__ == "__main__":
    fuzz("drops", parse, ())
