import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from charteroak.intel.audiences import Audience
from charteroak.intel.confidentiality import confidential_terms
from charteroak.intel.exports import (
    CSV_COLUMNS,
    ExportError,
    export_csv,
    export_hosts,
    neutral_cell,
    plain_cell,
)
from charteroak.intel.indicators import Indicator, revoke
from charteroak.intel.release_gate import Release, review_release, review_withdrawal
from charteroak.intel.warning_lists import load_warning_lists
from charteroak.observables import Observable, ObservableType
from charteroak.tlp import TLPLabel

Make = Callable[..., Indicator]


def released(indicator: Indicator, audience: Audience = Audience.COMMUNITY) -> Release:
    outcome = review_release(
        indicator, audience=audience, warning_lists=load_warning_lists(), confidential_terms=confidential_terms()
    )
    assert isinstance(outcome, Release), outcome
    return outcome


def rows(data: bytes) -> list[dict[str, str]]:
    return [
        {key: plain_cell(cell) for key, cell in row.items()}
        for row in csv.DictReader(io.StringIO(data.decode("utf-8"), newline=""))
    ]


def test_csv_reads_back_to_what_was_released(make_indicator: Make) -> None:
    indicators = [
        make_indicator(value, name=name)
        for value, name in [
            ("parcel-update.example", 'Quotes " and, commas'),
            ("https://parcel-update.example/a?b=1,2", "=cmd|' /C calc'!A0"),
            ("+tax@parcel-update.example", "\uff1dSUM(A1)"),
            ("d" * 64, "'already quoted"),
        ]
    ]
    export = export_csv([released(one) for one in indicators], audience=Audience.COMMUNITY, at=indicators[0].created)
    read = rows(export.data)
    assert tuple(read[0]) == CSV_COLUMNS
    assert [(row["value"], row["name"], row["id"]) for row in read] == [
        (one.observable.value, one.name, one.id) for one in indicators
    ]
    assert export.included == 4


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@x", " =1", "\t=1", "\r1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"]
)
def test_a_cell_that_a_spreadsheet_would_run_is_neutral(cell: str) -> None:
    assert neutral_cell(cell) == f"'{cell}"
    assert plain_cell(neutral_cell(cell)) == cell


@pytest.mark.parametrize("cell", ["", "evil.example", "'quoted", "a=b", "5.10.20.30"])
def test_every_cell_reads_back(cell: str) -> None:
    assert plain_cell(neutral_cell(cell)) == cell


def test_hosts_name_each_live_domain_once_and_list_the_rest(make_indicator: Make) -> None:
    domain, twin, address = (make_indicator(value) for value in ("a.example", "a.example", "5.10.20.30"))
    export = export_hosts(
        [released(one) for one in (domain, twin, address)], audience=Audience.COMMUNITY, at=domain.created
    )
    lines = export.data.decode("ascii").splitlines()
    assert lines[0] == "# TLP:GREEN"
    assert [line for line in lines if not line.startswith("#")] == ["0.0.0.0 a.example"]
    assert [identifier for identifier, _ in export.left_out] == [address.id]


def test_a_name_that_would_add_a_line_never_reaches_a_hosts_file(make_indicator: Make) -> None:
    hostile = make_indicator(observable=Observable(ObservableType.DOMAIN, "a.example\n0.0.0.0 ct-town.example"))
    export = export_hosts([released(hostile)], audience=Audience.COMMUNITY, at=hostile.created)
    assert b"ct-town" not in export.data
    assert export.included == 0
    assert len(export.left_out) == 1


@pytest.mark.parametrize("write", [export_csv, export_hosts])
def test_what_has_ended_or_not_begun_stays_out_of_a_blocklist(make_indicator: Make, write: Callable[..., Any]) -> None:
    begun = make_indicator("a.example")
    ended = replace(begun, id=make_indicator().id, valid_until=begun.valid_from + timedelta(days=1))
    future = replace(begun, id=make_indicator().id, valid_from=begun.valid_from + timedelta(days=30))
    at = begun.valid_from + timedelta(days=2)
    export = write([released(ended), released(future)], audience=Audience.COMMUNITY, at=at)
    assert export.included == 0
    assert {identifier for identifier, _ in export.left_out} == {ended.id, future.id}


def test_a_withdrawal_is_no_blocklist_entry(make_indicator: Make) -> None:
    indicator = make_indicator("a.example")
    gone = revoke(indicator, modified=indicator.modified)
    withdrawal = review_withdrawal(gone, audience=Audience.COMMUNITY, released_to=[Audience.COMMUNITY])
    assert isinstance(withdrawal, Release)
    assert export_hosts([withdrawal], audience=Audience.COMMUNITY, at=indicator.created).included == 0


@pytest.mark.parametrize("write", [export_csv, export_hosts])
def test_a_release_to_one_audience_is_not_written_for_another(make_indicator: Make, write: Callable[..., Any]) -> None:
    release = released(make_indicator(tlp=TLPLabel.AMBER), Audience.MEMBERS)
    with pytest.raises(ExportError):
        write([release], audience=Audience.COMMUNITY, at=release.indicator.created)
