"""Logs read for an incident: searched where they are, dated, proposed; a person ticks what goes into the timeline.

A log is searched in a directory of its own and thrown away; its digest, the lines that matched and their times stay.
Nothing of it leaves the installation.
"""

import hashlib
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from charteroak.adapters.evidence_store import EVIDENCE_LIMIT_BYTES, EvidenceTooLargeError, chunks_of
from charteroak.clock import format_instant, parse_instant
from charteroak.detection.errors import IndicatorFileError
from charteroak.detection.indicator_files import read_indicators
from charteroak.detection.indicators import Indicator, indicator_for
from charteroak.detection.matcher import Matcher
from charteroak.detection.readers.log_files import LogFile
from charteroak.observables import Observable, ObservableType
from charteroak.records.incident_work.models import LogReading
from charteroak.records.incidents.models import Incident, IncidentEvent
from charteroak.response.event_times import ZONES, zone_of
from charteroak.response.log_proposals import SKEW_LIMIT_SECONDS, proposal_in_words, proposals_of, read_log
from charteroak.services.access import refuse
from charteroak.services.feeds import indicators_in_force
from charteroak.services.incidents import NewEvent, add_event, lock_open, require_incident_keeper
from charteroak.services.programs import ProgramInputError, Recorder, UploadedFile, safe_name

__all__ = ["access_reading", "read_logs", "readings_of", "take_proposals", "taken_of"]

LOGS_LIMIT = 10
INDICATORS_LIMIT_BYTES = 1 << 20
"""Of a list that a person types or pastes for one incident."""


def read_logs(
    incident: Incident,
    logs: Sequence[UploadedFile],
    recorder: Recorder,
    *,
    looked_for: str = "",
    zone: str = ZONES[0],
    skew_seconds: int = 0,
) -> list[LogReading]:
    """Search logs for what a person lists and for the desk's indicators, and keep what they propose.

    ``zone`` is that of times that name none; ``skew_seconds`` is added to each time of these logs.

    Raises:
        AccessError: the person does not keep this record.
        ProgramInputError: there is nothing to search or to search for, or the clock's error is absurd.
        EventTimeError: there is no such zone.
        EvidenceTooLargeError: a log is larger than the portal takes; nothing was kept.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    if not 1 <= len(logs) <= LOGS_LIMIT:
        raise ProgramInputError(f"Choose 1 to {LOGS_LIMIT} logs.", field="logs")
    if abs(skew_seconds) > SKEW_LIMIT_SECONDS:
        raise ProgramInputError("A clock is wrong by at most a week; else its times say nothing.", field="skew")
    place, matcher = zone_of(zone), Matcher(_indicators(incident, looked_for))
    rows = []
    for log in logs:
        with tempfile.TemporaryDirectory(prefix="charteroak-log-") as directory:
            name = safe_name(log.name)
            path, digest, size = _keep(Path(directory), name, log)
            result = read_log(LogFile(str(path)), matcher, place, recorder.moment)
        rows.append(
            LogReading(
                incident=incident,
                name=name,
                sha256=digest,
                size=size,
                zone=zone,
                skew_seconds=skew_seconds,
                summary=result.summary,
                proposals=proposals_of(result, skew_seconds),
                recorded=recorder.moment,
                recorded_by=recorder.user,
            )
        )
    with transaction.atomic():
        lock_open(incident)
        for row in rows:
            row.save()
    return rows


def readings_of(incident: Incident) -> list[LogReading]:
    """The logs that were read, the newest first."""
    return list(incident.log_readings.select_related("recorded_by").order_by("-id")[:100])


def access_reading(incident: Incident, number: int) -> LogReading:
    """A reading of this incident.

    Raises:
        AccessError: it has none of this number.
    """
    row = incident.log_readings.filter(pk=number).first()
    if row is None:
        refuse()
    return row


def taken_of(reading: LogReading) -> frozenset[int]:
    """The proposals that are in the timeline already, or were and were corrected."""
    details = reading.incident.events.filter(detail__reading=reading.pk).values_list("detail__proposal", flat=True)
    return frozenset(number for number in details if isinstance(number, int))


def take_proposals(reading: LogReading, numbers: Collection[int], recorder: Recorder) -> list[IncidentEvent]:
    """Put the ticked proposals into the timeline; one that is there already is not put there twice.

    Raises:
        AccessError: the person does not keep this record.
        ProgramInputError: a number is none of the reading's, nothing is ticked, or the incident is closed.
    """
    incident = reading.incident
    require_incident_keeper(incident.organisation, recorder, incident.space)
    known: dict[int, dict[str, Any]] = {each["number"]: each for each in reading.proposals}
    chosen = sorted(set(numbers))
    if not chosen or not set(chosen) <= set(known):
        raise ProgramInputError("Tick what shall go into the timeline.", field="proposals")
    with transaction.atomic():
        lock_open(incident)
        there = taken_of(reading)
        return [_take(reading, known[number], recorder) for number in chosen if number not in there]


def _take(reading: LogReading, proposal: dict[str, Any], recorder: Recorder) -> IncidentEvent:
    new = NewEvent(
        what=proposal_in_words(proposal, reading.name),
        earliest=parse_instant(proposal["earliest"]),
        latest=parse_instant(proposal["latest"]),
        precision=IncidentEvent.Precision.SECOND,
        zone=reading.zone,
        source=IncidentEvent.Source.LOG,
        detail={
            "reading": reading.pk,
            "proposal": proposal["number"],
            "file": reading.name,
            "sha256": reading.sha256,
            "line": proposal["line"],
            "raw": proposal["raw"],
            "hasZone": proposal["hasZone"],
            "hasYear": proposal["hasYear"],
            "skewSeconds": reading.skew_seconds,
            "indicator": proposal["indicator"],
            "type": proposal["type"],
            "host": proposal["host"],
            "read": format_instant(reading.recorded),
        },
    )
    return add_event(reading.incident, new, recorder)


def _indicators(incident: Incident, looked_for: str) -> Sequence[Indicator]:
    found: set[Indicator] = set()
    text = looked_for.strip()
    if text:
        if len(text.encode("utf-8", "replace")) > INDICATORS_LIMIT_BYTES:
            raise ProgramInputError("List at most a megabyte.", field="looked_for")
        try:
            found.update(read_indicators(text.encode("utf-8", "replace"), "the list").usable)
        except IndicatorFileError as error:
            raise ProgramInputError(error.message, field="looked_for", remedy=error.remedy) from error
    found.update(
        indicator_for(Observable(ObservableType(row.type), row.value))
        for row in indicators_in_force(incident.organisation)
    )
    if not found:
        raise ProgramInputError(
            "There is nothing to search for.",
            field="looked_for",
            remedy="List an address, a domain, a link or a digest, one a line.",
        )
    return sorted(found)


def _keep(directory: Path, name: str, log: UploadedFile) -> tuple[Path, str, int]:
    path, digest, size = directory / name, hashlib.sha256(), 0
    with path.open("wb") as file:
        for chunk in chunks_of(log.stream):
            size += len(chunk)
            if size > EVIDENCE_LIMIT_BYTES:
                raise EvidenceTooLargeError(
                    f"The log is larger than {EVIDENCE_LIMIT_BYTES >> 20} MB.",
                    remedy="Cut out the days that matter, or search it where it is: charteroak hunt.",
                )
            digest.update(chunk)
            file.write(chunk)
    return path, digest.hexdigest(), size
