"""Hunts over a member's own logs, for the indicators that it pulled. Matches stay with the member.

A hunt that was run is evidence that the practice is followed, whether or not it found anything, so each run is an
entry in the member's ledger: how much was searched, for how many indicators, and what could not be read.
"""

import hashlib
import io
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from django.db import transaction

from charteroak.adapters.evidence_store import EVIDENCE_LIMIT_BYTES, EvidenceTooLargeError, chunks_of
from charteroak.adapters.system_clock import now
from charteroak.clock import format_instant
from charteroak.detection.hunt import HuntSummary, hunt
from charteroak.detection.indicators import Indicator, indicator_for
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.log_files import find_logs
from charteroak.errors import InputError
from charteroak.observables import Observable, ObservableType
from charteroak.records.accounts.models import Organisation
from charteroak.records.detections.models import HuntRun
from charteroak.records.intelligence.models import PulledIndicator, Sighting
from charteroak.services.access import Role, refuse, require_role
from charteroak.services.feeds import indicators_in_force
from charteroak.services.ledger import append_entry
from charteroak.services.programs import Recorder, UploadedFile, safe_name
from charteroak.services.sightings import SightingCount, send_sighting

MATCHES_KEPT = 200
"""Matches kept to be shown. All are counted; one that stands in a log a million times is told by its count."""


class HuntInputError(InputError):
    """A hunt cannot be run as asked; nothing was recorded."""

    code: ClassVar[str] = "hunt.invalid"


@dataclass(frozen=True, slots=True)
class HuntOutcome:
    """A run that was recorded, and how often each pulled indicator was seen."""

    run: HuntRun
    counts: Mapping[str, int]
    """By STIX identifier of the indicator."""


@dataclass(slots=True)
class _Tally:
    counts: Counter[Indicator] = field(default_factory=Counter)
    shown: list[dict[str, object]] = field(default_factory=list)


def run_hunt(organisation: Organisation, logs: Sequence[UploadedFile], recorder: Recorder) -> HuntOutcome:
    """Search logs for every pulled indicator that is in force, and record the run.

    Raises:
        HuntInputError: there is nothing to search, or nothing to search for.
        EvidenceTooLargeError: a log is larger than the portal takes; nothing was recorded.
    """
    if not logs:
        raise HuntInputError("Choose at least one log file.", remedy="Text, JSON Lines, CSV or EVTX; gzip or zstd.")
    pulled = list(indicators_in_force(organisation))
    if not pulled:
        raise HuntInputError("There is no indicator to search for yet.", remedy="Pull the desk's collection first.")
    indicators = {_indicator(row) for row in pulled}
    started = now()
    summary, tally = _search(logs, sorted(indicators))
    counts = _by_stix_id(pulled, tally.counts)
    document = {
        "bytes": summary.bytes,
        "lines": summary.lines,
        "matches": summary.matches,
        "files": summary.files,
        "couldNotRead": [{"path": path, "reason": reason} for path, reason in summary.could_not_read],
    }
    listed = "".join(f"{indicator.type} {indicator.value}\n" for indicator in sorted(indicators))
    with transaction.atomic():
        entry = append_entry(
            organisation,
            actor=recorder.actor,
            kind="hunt.run",
            occurred_from=format_instant(started),
            body={
                "indicators": len(indicators),
                "indicatorsSha256": hashlib.sha256(listed.encode()).hexdigest(),
                "engine": "local",
                **document,
            },
            recorded=recorder.recorded,
        )
        run = HuntRun.objects.create(
            organisation=organisation,
            entry=entry,
            run_by=recorder.user,
            started=started,
            indicators=len(indicators),
            summary={**document, "counts": counts},
            matches=tally.shown,
        )
    return HuntOutcome(run, counts)


def send_sightings(run: HuntRun, desk: Organisation, recorder: Recorder) -> Sequence[Sighting]:
    """Send to the desk how often each of its indicators was seen in a run: counts, and nothing else.

    The times sent are those of the run, since logs state theirs in too many ways to be read with certainty.

    Raises:
        AccessError: the person may not act for the member.
        HuntInputError: they were sent before.
        SightingInputError: the desk never released one of the indicators; nothing was sent.
    """
    if recorder.user is None:
        refuse()
    require_role(recorder.user, run.organisation, Role.SECURITY_LEAD, Role.PROVIDER)
    with transaction.atomic():
        locked = HuntRun.objects.select_for_update().get(pk=run.pk)
        if locked.summary.get("sent"):
            raise HuntInputError("The counts of this run were sent before.", remedy="Run a new search to send more.")
        sent = [
            send_sighting(
                run.organisation,
                desk,
                SightingCount(stix_id, count, first_seen=run.started, last_seen=max(run.started, recorder.moment)),
                by=recorder.user,
                recorded=recorder.recorded,
            )
            for stix_id, count in sorted(locked.summary.get("counts", {}).items())
        ]
        locked.summary["sent"] = True
        locked.save(update_fields=["summary"])
    return sent


def access_run(organisation: Organisation, number: int) -> HuntRun:
    """A run of the organisation.

    Raises:
        AccessError: it has none of this number.
    """
    run = HuntRun.objects.select_related("entry", "organisation").filter(organisation=organisation, pk=number).first()
    if run is None:
        refuse()
    return run


def _indicator(row: PulledIndicator) -> Indicator:
    return indicator_for(Observable(ObservableType(row.type), row.value))


def _search(logs: Sequence[UploadedFile], indicators: Sequence[Indicator]) -> tuple[HuntSummary, _Tally]:
    summary, tally = HuntSummary(), _Tally()
    with tempfile.TemporaryDirectory(prefix="charteroak-hunt-") as directory:
        names = [_keep(Path(directory), number, log) for number, log in enumerate(logs)]
        found = find_logs([directory])
        for match in hunt(found.files, Matcher(indicators), summary, stdin=io.BytesIO()):
            tally.counts[match.indicator] += 1
            if len(tally.shown) < MATCHES_KEPT:
                tally.shown.append({**match.as_document(), "path": _name_of(match.path, names)})
        summary.could_not_read = [
            (_name_of(path, names), reason) for path, reason in (*found.could_not_list, *summary.could_not_read)
        ]
    return summary, tally


def _keep(directory: Path, number: int, log: UploadedFile) -> str:
    """Write a log into a directory of its own, so that two logs may have one name."""
    name = safe_name(log.name)
    place = directory / f"{number:04d}"
    place.mkdir()
    size = 0
    with (place / name).open("wb") as file:
        for chunk in chunks_of(log.stream):
            size += len(chunk)
            if size > EVIDENCE_LIMIT_BYTES:
                raise EvidenceTooLargeError(
                    f"The log is larger than {EVIDENCE_LIMIT_BYTES >> 20} MB.",
                    remedy="Search it where it is: charteroak hunt --indicators FILE LOG.",
                )
            file.write(chunk)
    return name


def _name_of(path: str, names: Sequence[str]) -> str:
    number = Path(path).parent.name
    return names[int(number)] if number.isdigit() and int(number) < len(names) else Path(path).name


def _by_stix_id(pulled: Sequence[PulledIndicator], counts: Mapping[Indicator, int]) -> dict[str, int]:
    """Matches of each indicator of the desk. One that stands in several collections is counted once."""
    by_id: Counter[str] = Counter()
    for stix_id, indicator in {(row.stix_id, _indicator(row)) for row in pulled}:
        by_id[stix_id] += counts.get(indicator, 0)
    return {stix_id: count for stix_id, count in sorted(by_id.items()) if count}
