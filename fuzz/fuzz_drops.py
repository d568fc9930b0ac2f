"""Hostile bytes as the text of a signed drop, and as a look at a domain."""

from charteroak.clock import connecticut_day, parse_instant
from charteroak.collectors.collected import Occasion
from charteroak.collectors.posture import read_posture
from charteroak.collectors.signed_drop import read_signed_drop
from charteroak.errors import CharterOakError
from harness import fuzz

NOW = parse_instant("2026-11-20T17:00:00Z")
DROPS = Occasion("The file server", NOW, connecticut_day(NOW))
LOOKS = Occasion("bakery.example", NOW, connecticut_day(NOW))


def parse(data: bytes) -> None:
    """Whatever is read has at least one claim, each with its words."""
    for read in (
        lambda: read_signed_drop(data.decode("utf-8", "replace"), DROPS),
        lambda: read_posture(data, LOOKS),
    ):
        try:
            collected = read()
        except CharterOakError:
            continue
        assert collected.observations
        assert all(each.detail for each in collected.observations)
        assert collected.last <= DROPS.day


if __name__ == "__main__":
    fuzz("drops", parse, ())
