"""Campaigns that were confirmed before decisions were kept get the decision that holds them together."""

import json
from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import migrations
from django.utils import timezone


def keep_confirmations(apps: Any, _schema_editor: Any) -> None:
    """A decision for each confirmed campaign without one: by whom it was confirmed, when the desk's ledger says."""
    Campaign, CampaignDecision, DecidedReport, Report = (  # noqa: N806 - models
        apps.get_model("reports", name) for name in ("Campaign", "CampaignDecision", "DecidedReport", "Report")
    )
    moments: dict[int, dict[str, datetime]] = {}
    numbers: dict[int, int] = defaultdict(int)
    waiting = Campaign.objects.filter(state="confirmed", confirmation=None, confirmed_by__isnull=False)
    for campaign in waiting.order_by("pk"):
        reports = (
            Report.objects.filter(campaign=campaign, lure__isnull=False).order_by("pk").values_list("pk", flat=True)
        )
        if not reports:
            continue
        desk = campaign.desk_id
        if desk not in moments:
            moments[desk] = _confirmed(apps.get_model("ledger", "LedgerEntry"), desk)
            newest = CampaignDecision.objects.filter(desk=desk).order_by("-number").first()
            numbers[desk] = newest.number if newest else 0
        numbers[desk] += 1
        decision = CampaignDecision.objects.create(
            desk_id=desk,
            number=numbers[desk],
            kind="together",
            by_id=campaign.confirmed_by_id,
            made=moments[desk].get(campaign.name) or timezone.now(),
            why=f"Confirmed as {campaign.name}.",
        )
        DecidedReport.objects.bulk_create(DecidedReport(decision=decision, report_id=number) for number in reports)
        campaign.confirmation = decision
        campaign.save(update_fields=["confirmation"])


def _confirmed(entries: Any, desk: int) -> dict[str, datetime]:
    """When each campaign was confirmed, by its name."""
    rows = entries.objects.filter(organisation=desk, kind="campaign.confirmed", body__isnull=False).order_by("index")
    return {
        str(json.loads(bytes(body)).get("campaign")): moment for body, moment in rows.values_list("body", "recorded")
    }


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0001_initial"),
        ("reports", "0005_campaign_confirmation"),
    ]

    operations = [migrations.RunPython(keep_confirmations, migrations.RunPython.noop)]
