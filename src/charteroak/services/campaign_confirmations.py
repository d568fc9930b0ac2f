"""Which reports an analyst has confirmed to be of one campaign: those that the decision names, and no later ones.

Anybody can send a mail that shares a proof with a confirmed campaign, and so become part of it. What is counted or told
as confirmed is therefore what the analyst looked at.
"""

from django.db.models import F, QuerySet

from charteroak.records.reports.models import Report


def confirmed_reports() -> QuerySet[Report]:
    """Every report that the standing confirmation of its campaign names."""
    return Report.objects.filter(decided__decision=F("campaign__confirmation"), decided__is_apart=False)


def is_confirmed(report: Report) -> bool:
    """Whether an analyst confirmed that this report is of its campaign."""
    return report.campaign_id is not None and confirmed_reports().filter(pk=report.pk).exists()
