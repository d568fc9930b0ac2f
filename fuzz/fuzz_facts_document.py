"""Hostile bytes to the reader of facts documents; whatever it accepts can be answered, without a fault."""

from datetime import date
from pathlib import Path

from charteroak.law.facts import parse_facts_json
from charteroak.law.safe_harbor import determine
from harness import fuzz

EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "facts.json"
PARTLY = (
    b'{"breach":{"from":"2021-09-30","to":null},"conformity":[{"framework":"pci-dss","edition":"4.0","status":"partly",'
    b'"from":"2022-04-01","to":"2024-12-31"}]}'
)
SEEDS = (EXAMPLE.read_bytes(), b"{}", b'{"mode":"prospective","asOf":"2026-11-21"}', PARTLY)


def parse(data: bytes) -> None:
    """Facts that are read are also answered: thirteen elements."""
    assert len(determine(parse_facts_json(data), today=date(2026, 11, 21)).elements) == 13


if __name__ == "__main__":
    fuzz("facts_document", parse, SEEDS)
