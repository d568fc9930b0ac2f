"""What a dossier reads out of entries: lateness by Connecticut days, digests of exhibits."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from charteroak.dossier.entries import late_entries, named_digests
from charteroak.errors import InputError

END = date(2026, 3, 20)


@pytest.mark.parametrize(
    ("occurred", "recorded", "is_late"),
    [
        ("2026-03-20", datetime(2026, 3, 21, 3, 59, tzinfo=UTC), False),
        ("2026-03-20", datetime(2026, 3, 21, 4, 0, tzinfo=UTC), True),
        ("2019-01-01", datetime(2026, 6, 1, tzinfo=UTC), True),
        ("2026-03-21", datetime(2026, 6, 1, tzinfo=UTC), False),
        ("2026-03-21T03:30:00Z", datetime(2026, 6, 1, tzinfo=UTC), True),
        ("2026-03-21T04:30:00Z", datetime(2026, 6, 1, tzinfo=UTC), False),
    ],
)
def test_late_is_what_was_so_by_the_last_day_and_recorded_after_it(
    record: Any, occurred: str, recorded: datetime, is_late: bool
) -> None:
    record.entries.clear()
    record.add("practice.answered", {"practice": "backups"}, occurred, recorded)

    assert late_entries(record.entries, END) == (record.entries if is_late else [])


def digests(record: Any, kind: str, body: Any) -> list[str]:
    return [
        named.sha256 for named in named_digests(record.add(kind, body, "2026-03-01", datetime(2026, 4, 1, tzinfo=UTC)))
    ]


def test_exhibits_are_the_files_of_evidence_and_the_written_program(record: Any) -> None:
    assert digests(record, "evidence.recorded", {"files": [{"sha256": "a"}, {"sha256": "b"}]}) == ["a", "b"]
    assert digests(record, "exercise.held", {"files": [{"sha256": "e"}]}) == ["e"]
    assert digests(record, "program.adopted", {"documentSha256": "c"}) == ["c"]


def test_other_digests_and_odd_bodies_name_no_exhibits(record: Any) -> None:
    for kind, body in (
        ("evidence.recorded", {"files": None}),
        ("evidence.recorded", {"files": [5, {"sha256": 5}, {}]}),
        ("evidence.recorded", []),
        ("program.adopted", {"documentSha256": None}),
        ("indicator.released", {"type": "sha256", "value": "d", "sha256": "e"}),
    ):
        assert digests(record, kind, body) == []


def test_a_body_that_is_no_json_is_an_error_and_not_an_empty_answer(record: Any) -> None:
    with pytest.raises(InputError):
        list(named_digests(replace(record.entries[0], body=b"{")))
