"""Reports to a desk and the incident of one's own record that they are about."""

from django.db import transaction

from charteroak.records.incidents.models import Incident
from charteroak.records.reports.models import Report
from charteroak.services.access import refuse
from charteroak.services.incidents import lock_open, require_incident_keeper
from charteroak.services.programs import ProgramInputError, Recorder

OFFERED_LIMIT = 50
"""The newest reports are offered; an older one is of another incident."""


def attached_reports(incident: Incident) -> list[Report]:
    """The reports that are about this incident, the newest first."""
    return list(incident.reports.order_by("-received"))


def reports_to_attach(incident: Incident) -> list[Report]:
    """The organisation's newest reports, neither taken back nor attached to this incident; none in an exercise."""
    if incident.space_id is not None:
        return []
    mine = Report.objects.filter(organisation=incident.organisation, withdrawn=None).exclude(incidents=incident)
    return list(mine.order_by("-received")[:OFFERED_LIMIT])


def attach_report(incident: Incident, report: Report, recorder: Recorder) -> None:
    """Say that a report to a desk is about this incident; saying it again changes nothing.

    Raises:
        AccessError: the person does not keep this record, or the report is not one of this organisation's own.
        ProgramInputError: the incident is closed, or the report was taken back.
    """
    require_incident_keeper(incident.organisation, recorder, incident.space)
    if report.organisation_id != incident.organisation_id or report.space_id != incident.space_id:
        refuse()
    with transaction.atomic():
        lock_open(incident)
        # The row that a page listed says nothing of what was taken back since.
        if not Report.objects.select_for_update().filter(pk=report.pk, withdrawn=None).exists():
            raise ProgramInputError("This report was taken back.", field="report")
        incident.reports.add(report)
