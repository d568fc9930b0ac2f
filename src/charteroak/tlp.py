"""Traffic Light Protocol 2.0 (FIRST, August 2022): the labels, their order and what each lets through.

TLP 1.0's WHITE is read as CLEAR and never written. What may leave in which feed is decided by the release gate in
``charteroak.intel``; this module only knows the labels.
"""

from enum import StrEnum
from typing import ClassVar

from charteroak.errors import InputError


class TLPError(InputError):
    """A text is no TLP 2.0 label."""

    code: ClassVar[str] = "tlp.unknown-label"


class TLPLabel(StrEnum):
    """A TLP 2.0 label. Compare openness with ``restriction``, never with the text."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"

    @property
    def restriction(self) -> int:
        """0 for CLEAR up to 4 for RED."""
        return list(TLPLabel).index(self)


def parse_tlp(text: str) -> TLPLabel:
    """A label as people write it: any case, with or without ``TLP:``; WHITE becomes CLEAR.

    Raises:
        TLPError: it is none of them.
    """
    name = text.strip().upper().removeprefix("TLP:").replace("_", "+").replace("-", "+").replace(" ", "")
    if name == "WHITE":
        return TLPLabel.CLEAR
    try:
        return TLPLabel(f"TLP:{name}")
    except ValueError as error:
        raise TLPError(
            f"{text!r} is not a TLP 2.0 label.", remedy="Use CLEAR, GREEN, AMBER, AMBER+STRICT or RED."
        ) from error


def strictest(labels: list[TLPLabel]) -> TLPLabel:
    """The most restricted of some labels; what has no label counts as RED."""
    return max(labels, key=lambda label: label.restriction, default=TLPLabel.RED)
