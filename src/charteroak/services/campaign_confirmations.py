"""Which reports an analyst has confirmed to be of one campaign: those that the decision names, and no later ones.

Anybody can send a mail that shares a proof with a confirmed campaign, and so become part of it. What is counted or told
as confirmed is therefore what the analyst looked at.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F, QuerySet

from charteroak.records.reports.models import Campaign, Report


def confirmed_reports() -> QuerySet[Report]:
    """Every report that the standing confirmation of its campaign names."""
    return Report.objects.filter(decided__decision=F("campaign__confirmation"), decided__is_apart=False)


def is_confirmed(report: Report) -> bool:
    """Whether an analyst confirmed that this report is of its campaign."""
    return report.campaign_id is not None and confirmed_reports().filter(pk=report.pk).exists()


def confirmed_counts(campaigns: Iterable[Campaign]) -> Counter[int]:
    """How many reports of each campaign, by its number, somebody confirmed."""
    named = confirmed_reports().filter(campaign__in=list(campaigns)).distinct()
    return Counter(named.values_list("campaign_id", flat=True))
