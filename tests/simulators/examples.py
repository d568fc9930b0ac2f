"""How many examples a property is shown: fewer with ``make test``, all of them with ``make test-slow``."""

import os

IS_THOROUGH = bool(os.environ.get("CHARTEROAK_TEST_THOROUGH"))
USUAL = 100
"""Hypothesis's own number."""


def examples(many: int) -> int:
    """All of them, or two in five. What a property once found wrong stands as a named case beside it."""
    return many if IS_THOROUGH else max(1, many * 2 // 5)
