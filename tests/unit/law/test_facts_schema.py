"""The JSON Schema of the facts document agrees with the reader."""

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from charteroak.law.facts import document, facts_schema

Build = Callable[[dict[str, Any]], dict[str, Any]]

ABSENT = "<absent>"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = facts_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"/program": ABSENT},
        {"/organisation": None},
        {"/program/written": [{"from": "2026-01-01", "to": None, "status": "yes", "exhibits": ["A"]}]},
        {"/breach/exception": "legal-process"},
        {"/conformity": None},
        {"/claims": []},
        {"/mode": "prospective", "/asOf": "2026-03-01"},
    ],
)
def test_what_the_reader_reads_is_valid(validator: Draft202012Validator, build: Build, changes: dict[str, Any]) -> None:
    assert list(validator.iter_errors(build(changes))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"/extra": 1},
        {"/claims/0/court": "x"},
        {"/program/scale/resources": True},
        {"/organisation/kind": "company"},
        {"/conformity/0/edition": "8.1"},
        {"/conformity/0/framework": "cobit"},
        {"/breach/from": "2026-3-1"},
        {"/breach/access": 1},
        {"/program/written": [{"from": "2026-01-01", "state": "yes"}]},
        {"/program/written": [None]},
        {"/mode": "prospective"},
        {"/claims/0/alleges": "They failed us."},
    ],
)
def test_what_the_reader_refuses_is_invalid(
    validator: Draft202012Validator, build: Build, changes: dict[str, Any]
) -> None:
    assert list(validator.iter_errors(build(changes)))


def test_the_schema_has_exactly_the_keys_that_the_reader_reads() -> None:
    properties = facts_schema()["properties"]
    program = properties["program"]["properties"]
    for keys, schema in (
        (document.DOCUMENT_KEYS, properties),
        (document.ORGANISATION_KEYS, properties["organisation"]["properties"]),
        (document.HANDLING_KEYS, properties["organisation"]["properties"]["handles"]["properties"]),
        (document.INFORMATION_KEYS, properties["information"]["properties"]),
        (document.STATE_INFORMATION_KEYS, properties["information"]["properties"]["oh"]["properties"]),
        (document.STATE_INFORMATION_KEYS, properties["information"]["properties"]["tx"]["properties"]),
        (document.SIMPLIFIED_KEYS, program["simplified"]["properties"]),
        (document.CLAIM_KEYS, properties["claims"]["items"]["properties"]),
        (document.BREACH_KEYS, properties["breach"]["properties"]),
        (document.PROGRAM_KEYS, program),
        (document.SAFEGUARDS_KEYS, program["safeguards"]["properties"]),
        (document.OBJECTIVES_KEYS, program["objectives"]["properties"]),
        (document.SCALE_KEYS, program["scale"]["properties"]),
        (document.CONFORMITY_KEYS, properties["conformity"]["items"]["properties"]),
        (document.POLICY_KEYS, properties["policy"]["properties"]),
        (document.DATED_ROW_KEYS, facts_schema()["$defs"]["datedFact"]["items"]["properties"]),
    ):
        assert set(keys) == set(schema)
