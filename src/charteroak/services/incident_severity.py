"""How severe an incident is: judged, recorded, and judged again as more is known. Nothing is overwritten."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.db import transaction

from charteroak.errors import InputError
from charteroak.program.bodies import SeverityAssessed
from charteroak.records.incident_work.models import SeverityAssessment
from charteroak.records.incidents.models import Incident
from charteroak.response.disruption_levels import load_levels
from charteroak.response.severity import Answers, Score, Severity, assess_severity, parse_answers
from charteroak.services.campaign_confirmations import confirmed_reports
from charteroak.services.incidents import lock_open, record_for, require_incident_keeper
from charteroak.services.programs import Recorder

__all__ = ["assess_incident", "assessments_of_incident", "linked_victims", "newest_severity", "severity_of"]

VictimsFrom = SeverityAssessment.VictimsFrom


def assess_incident(
    incident: Incident, answers: Mapping[str, Sequence[str]], recorder: Recorder, *, victims: int | None = None
) -> SeverityAssessment:
    """Judge an incident by what is known now, and record it; the same answers again record nothing.

    ``victims`` is what a person says; where the desk links more of them to one campaign, its number counts.

    Raises:
        AccessError: the person does not keep this record.
        ProgramInputError: the incident is closed.
        AnswersError: the answers or the number cannot be used; nothing was recorded.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    parsed = parse_answers({name: list(options) for name, options in answers.items()})
    number, known_from = _victims(incident, victims)
    severity = assess_severity(parsed, correlated_victims=number)
    low, high = (load_levels().of(band).number for band in severity.local.levels)
    document = {name: list(options) for name, options in parsed.items()}
    with transaction.atomic():
        lock_open(incident)
        newest = newest_severity(incident)
        if newest is not None and (newest.answers, newest.victims) == (document, number):
            return newest
        body = SeverityAssessed(
            incident=incident.number,
            low_level=low,
            high_level=high,
            nciss=_tenths(severity.nciss),
            local=_tenths(severity.local),
            victims=number,
            profile=severity.local.model.reviewed.isoformat(),
            answers={name: tuple(options) for name, options in parsed.items()},
        )
        entry = record_for(incident, "severity.assessed", body, recorder)
        return SeverityAssessment.objects.create(
            incident=incident,
            answers=document,
            victims=number,
            victims_from=known_from,
            found=severity.to_json(),
            low_level=low,
            high_level=high,
            recorded=recorder.moment,
            recorded_by=recorder.user,
            entry=entry,
        )


def newest_severity(incident: Incident) -> SeverityAssessment | None:
    """The assessment that counts, if there is one."""
    return incident.assessments.select_related("recorded_by", "entry").order_by("-id").first()


def assessments_of_incident(incident: Incident) -> list[SeverityAssessment]:
    """Every assessment, the newest first."""
    return list(incident.assessments.select_related("recorded_by", "entry").order_by("-id"))


def severity_of(assessment: SeverityAssessment) -> Severity | None:
    """An assessment explained by the numbers in force now; ``None`` where those no longer know its answers."""
    try:
        return assess_severity(_parsed(assessment), correlated_victims=assessment.victims)
    except InputError:
        return None


def linked_victims(incident: Incident) -> int | None:
    """How many organisations reported what an analyst confirmed to be one campaign; ``None`` where nobody confirmed.

    Counted are the reports that were confirmed, if one of them is about this incident: what joined the campaign since
    then was looked at by nobody.
    A number and no name: who the others are is theirs to say. In an exercise nothing is linked.
    """
    if incident.space_id is not None:
        return None
    campaigns = confirmed_reports().filter(incidents=incident).values("campaign")
    known = confirmed_reports().filter(campaign__in=campaigns, organisation__isnull=False, withdrawn=None)
    number = known.values("organisation").distinct().count()
    return number or None


def _victims(incident: Incident, said: int | None) -> tuple[int, str]:
    linked = linked_victims(incident) or 1
    if linked > 1 and linked >= (said or 1):
        return linked, VictimsFrom.CAMPAIGN
    if said is not None and said != 1:
        return said, VictimsFrom.STATED
    return 1, VictimsFrom.ALONE


def _parsed(assessment: SeverityAssessment) -> Answers:
    return parse_answers(assessment.answers)


def _tenths(score: Score) -> tuple[int, int]:
    """Both ends in tenths, rounded down: a number in the record never seems to reach a level that it does not."""
    return int(score.low * Fraction(10)), int(score.high * Fraction(10))
