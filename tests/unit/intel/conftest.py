"""Indicators and lists as the tests of this room want them."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from charteroak.intel.indicators import Indicator, indicator_id
from charteroak.observables import parse_observable
from charteroak.tlp import TLPLabel

MOMENT = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)


@pytest.fixture
def make_indicator() -> Callable[..., Indicator]:
    counter = iter(range(1, 10_000))

    def make(value: str = "parcel-update.example", **changes: Any) -> Indicator:
        number = next(counter)
        parts: dict[str, Any] = {
            "id": indicator_id(uuid.UUID(f"00000000-0000-4000-8000-{number:012d}")),
            "observable": parse_observable(value),
            "tlp": TLPLabel.GREEN,
            "valid_from": MOMENT,
            "created": MOMENT,
            "modified": MOMENT,
            "name": "Parcel lure",
            "description": "Asks for a card number to pay customs.",
        }
        return Indicator(**(parts | changes))

    return make
