"""What a tool hands in under its own key: a few lines about itself, then its findings, all of it a C2SP signed note.

    charteroak drop v1
    tool: acme-backup 2.1
    subject: file server
    made: 2026-11-20T03:00:00Z
    payload: backup-log

    job,started,finished,result,restored_tested
    ...

Whether the signature holds, and under whose key, is settled before this reads a line (``services.collections``). The
payload is a table of another collector, or the tool's own answers: ``claims-csv`` (claim, holds, detail) or
``claims-json`` (an object with ``claims``, and ``findings`` if there are any).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from charteroak.canonical import CanonicalError, parse_json
from charteroak.clock import TimeFormatError, connecticut_day, parse_instant
from charteroak.collectors.backup_log import read_backup_log
from charteroak.collectors.collected import (
    Collected,
    CollectorFinding,
    CollectorInputError,
    FindingSeverity,
    Observation,
    Occasion,
    gravest,
    refused,
    shown,
)
from charteroak.collectors.csv_rows import read_rows
from charteroak.collectors.patch_inventory import read_patch_inventory
from charteroak.errors import SourceLocation

NAME, VERSION = "signed-drop", "1"
FIRST_LINE = "charteroak drop v1"
CLOCK_SLACK = timedelta(minutes=5)
OLDEST = timedelta(days=31)
"""A drop that is older when it comes is refused: what it says has had time to become untrue."""
MOST_CLAIMS = 20
_HEADER_LINES = 4
_CLAIM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_HOLDS = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True, slots=True)
class DropHead:
    """What a drop says about itself."""

    tool: str
    subject: str
    made: datetime
    payload: str


class _Claim(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    claim: Annotated[str, Meta(max_length=64)]
    holds: bool | None
    detail: Annotated[str, Meta(max_length=300)] = ""


class _Finding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    severity: FindingSeverity
    title: Annotated[str, Meta(min_length=1, max_length=300)]
    where: Annotated[str, Meta(max_length=300)] = ""


class _Claims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    claims: Annotated[tuple[_Claim, ...], Meta(min_length=1, max_length=MOST_CLAIMS)]
    findings: Annotated[tuple[_Finding, ...], Meta(max_length=10_000)] = ()


def parse_drop_head(text: str) -> tuple[DropHead, str, int]:
    """What a drop says about itself, its payload, and the line on which that begins.

    Raises:
        CollectorInputError: it is no such drop.
    """
    lines = text.split("\n", _HEADER_LINES + 2)
    names = ("tool", "subject", "made", "payload")
    if lines[0] != FIRST_LINE or len(lines) < _HEADER_LINES + 3 or lines[_HEADER_LINES + 1] != "":
        raise _no_drop(f"it does not begin with {FIRST_LINE!r}, four lines and an empty one", 1)
    values = {}
    for number, (name, line) in enumerate(zip(names, lines[1:], strict=False), 2):
        if not line.startswith(f"{name}: ") or not line.removeprefix(f"{name}: ").strip():
            raise _no_drop(f"this line should read {name}: ...", number)
        values[name] = shown(line.removeprefix(f"{name}: "))
    try:
        made = parse_instant(values["made"])
    except TimeFormatError as error:
        raise _no_drop("the time at which it was made has no zone or is none", 4) from error
    head = DropHead(values["tool"], values["subject"], made, values["payload"])
    return head, lines[_HEADER_LINES + 2], _HEADER_LINES + 3


def read_signed_drop(text: str, occasion: Occasion) -> Collected:
    """What a tool says in a drop whose signature held.

    Raises:
        CollectorInputError: it is no drop, is from the future or too old, speaks of another subject, or its payload
            cannot be read.
    """
    head, payload, line = parse_drop_head(text)
    if head.made > occasion.moment + CLOCK_SLACK:
        raise CollectorInputError(
            f"The drop says that it was made at {head.made.isoformat()}, which has not come.",
            remedy="Set the clock of the machine that makes it.",
        )
    if occasion.moment - head.made > OLDEST:
        raise CollectorInputError(
            f"The drop was made on {head.made.date().isoformat()}, more than {OLDEST.days} days ago.",
            remedy="Make a new one; or hand the old file in as evidence by hand.",
        )
    if head.subject != occasion.subject:
        raise CollectorInputError(
            f"The drop speaks of {head.subject!r}; this source is registered for {occasion.subject!r}."
        )
    made = replace(occasion, day=connecticut_day(head.made), moment=head.made)
    data = payload.encode()
    match head.payload:
        case "backup-log":
            read = read_backup_log(data, made, first_line=line)
        case "patch-inventory":
            read = read_patch_inventory(data, made, first_line=line)
        case "claims-csv":
            read = _own(_claims_of_table(data, line), (), made)
        case "claims-json":
            read = _claims_of_json(data, made, line)
        case _:
            raise _no_drop(f"{head.payload!r} is no payload known here", 5)
    return replace(read, collector=NAME, version=f"{VERSION}; {head.payload}; {head.tool}"[:300])


def _no_drop(what: str, line: int) -> CollectorInputError:
    return CollectorInputError(
        f"This is no drop of a tool: {what}.", remedy="See docs/collectors.md.", location=SourceLocation(line=line)
    )


def _claims_of_table(data: bytes, line: int) -> list[Observation]:
    claims: dict[str, Observation] = {}
    problems: list[tuple[int, str]] = []
    for place, row in read_rows(data, ("claim", "holds"), ("detail",), first_line=line):
        if not _CLAIM.fullmatch(row["claim"]) or len(row["claim"]) > 64:
            problems.append((place, f"{shown(row['claim'], 40)!r} is no name of a claim"))
        elif row["holds"].lower() not in _HOLDS:
            problems.append((place, f"holds {shown(row['holds'], 40)!r} is none of yes, no, unknown"))
        elif row["claim"] in claims:
            problems.append((place, f"{row['claim']} stands twice"))
        else:
            detail = shown(row["detail"], 300) or "The tool says no more."
            claims[row["claim"]] = Observation(row["claim"], _HOLDS[row["holds"].lower()], detail)
        if len(claims) > MOST_CLAIMS:
            problems.append((place, f"there are more than {MOST_CLAIMS} claims"))
            break
    if problems:
        raise refused(problems)
    return list(claims.values())


def _claims_of_json(data: bytes, occasion: Occasion, line: int) -> Collected:
    try:
        said = msgspec.convert(parse_json(data), _Claims)
    except (CanonicalError, msgspec.ValidationError) as error:
        raise CollectorInputError(
            f"The payload is not what claims-json should be: {shown(str(error), 300).rstrip('.')}.",
            location=SourceLocation(line=line),
        ) from error
    names = [each.claim for each in said.claims]
    bad = next((name for name in names if not _CLAIM.fullmatch(name) or names.count(name) > 1), None)
    if bad is not None:
        raise _no_drop(f"the claim {shown(bad, 40)!r} is no name, or stands twice", line)
    claims = [Observation(e.claim, e.holds, shown(e.detail, 300) or "The tool says no more.") for e in said.claims]
    findings = [CollectorFinding(each.severity, shown(each.title), shown(each.where)) for each in said.findings]
    return _own(claims, findings, occasion)


def _own(claims: list[Observation], findings: "list[CollectorFinding] | tuple[()]", occasion: Occasion) -> Collected:
    if not claims:
        raise CollectorInputError(
            "The drop makes no claim.", remedy="See docs/collectors.md for the claims that count."
        )
    listed, left_out = gravest(list(findings))
    return Collected(NAME, VERSION, occasion.subject, occasion.day, occasion.day, tuple(claims), listed, left_out)
