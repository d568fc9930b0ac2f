"""Campaigns of a database that an earlier version wrote get today's links, once, when the database is upgraded."""

from django.db.models import Count, Exists, OuterRef

from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import Campaign, CampaignLink


def rebuild_unlinked() -> int:
    """Group anew every desk that has a campaign of several lures and no link that holds it; answers how many."""
    linked = CampaignLink.objects.filter(campaign=OuterRef("pk"))
    unlinked = Campaign.objects.filter(~Exists(linked)).annotate(lures=Count("reports__lure", distinct=True))
    desks = Organisation.objects.filter(pk__in={row.desk_id for row in unlinked.filter(lures__gt=1)}).order_by("pk")
    if not desks:
        return 0
    from charteroak.services.campaign_rebuild import rebuild_campaigns  # noqa: PLC0415 - heavy, and seldom needed

    for desk in desks:
        rebuild_campaigns(desk)
    return len(desks)
