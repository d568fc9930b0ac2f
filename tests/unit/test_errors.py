"""An error is one line that a person can act on, and its kind tells a shell what to do."""

import pytest

from charteroak.errors import (
    AccessError,
    CharterOakError,
    CouldNotError,
    InputError,
    SourceLocation,
    VerificationError,
)


def test_reads_as_place_then_fault_then_remedy() -> None:
    error = InputError(
        "The key is unknown.", remedy="Remove it.", location=SourceLocation("facts.json", 3, "/program/x")
    )
    assert str(error) == "facts.json, line 3, /program/x: The key is unknown. Remove it."


def test_a_location_without_parts_leaves_no_trace() -> None:
    assert str(InputError("Empty.", location=SourceLocation())) == "Empty."


def test_line_zero_is_a_line() -> None:
    assert str(SourceLocation(line=0)) == "line 0"


@pytest.mark.parametrize("kind", [InputError, CouldNotError, VerificationError, AccessError])
def test_every_kind_is_a_charter_oak_error_with_its_own_code(kind: type[CharterOakError]) -> None:
    assert issubclass(kind, CharterOakError)
    assert kind.code != CharterOakError.code


def test_no_kind_is_caught_by_a_stray_handler_for_builtin_errors() -> None:
    for kind in (InputError, CouldNotError, VerificationError, AccessError):
        assert not issubclass(kind, ValueError | OSError | LookupError | RuntimeError)


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("\x1b[2J\x1b]0;owned\x07", id="terminal-escapes"),
        pytest.param("a\nb\r\nc\x0b\x0c\x85d", id="line-breaks-of-every-kind"),
        pytest.param("report\u202efdp.exe", id="right-to-left-override"),
        pytest.param("\u2028\u2029", id="unicode-line-and-paragraph-separators"),
        pytest.param("name-\udcff", id="file-name-that-is-not-utf-8"),
    ],
)
def test_hostile_names_and_values_stay_one_printable_line(hostile: str) -> None:
    text = str(InputError(f"Bad: {hostile}", remedy=hostile, location=SourceLocation(path=hostile)))
    assert text.isprintable()
    text.encode("utf-8")


def test_a_value_that_would_fill_the_screen_is_cut_in_its_middle_and_the_remedy_stays() -> None:
    text = str(InputError(f"{'9' * 100_000!r} is not a date.", remedy="Write 2026-03-01."))
    assert len(text) < 1000
    assert text.endswith("' is not a date. Write 2026-03-01.")
