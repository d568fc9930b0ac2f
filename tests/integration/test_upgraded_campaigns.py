"""Campaigns of a database from before links and decisions were kept: nothing is lost, and nothing false is said."""

import importlib

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from charteroak.adapters.system_clock import now
from charteroak.cli import installation
from charteroak.cli.installation import LINKS_MADE
from charteroak.mail.fingerprint import CampaignKey
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Campaign, CampaignDecision, CampaignLink, Report
from charteroak.services.access import actor_of
from charteroak.services.campaign_links import NO_REASON, reasons_of
from charteroak.services.campaign_overview import overview_of
from charteroak.services.campaign_rebuild import rebuild_campaigns
from charteroak.services.campaign_upgrade import rebuild_unlinked
from charteroak.services.campaigns import place_report
from charteroak.services.ledger import append_entry
from charteroak.services.reports import confirm_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


@pytest.fixture
def old(desk: Organisation, analyst: User) -> Campaign:
    """A confirmed campaign of two mails that today's rule does not link, as the upgrade leaves it."""
    campaign = Campaign.objects.create(
        desk=desk, name="Campaign 2025-001", state="confirmed", created=now(), confirmed_by=analyst
    )
    for number in range(2):
        with transaction.atomic():
            row = Report.objects.create(
                desk=desk, receipt=f"0000-{number}", kind="phish", received=now(), summary="Mail",
                message_sha256=f"{number:064}",
            )  # fmt: skip
            place_report(row, [CampaignKey("link-domain", f"site{number}.example")])
    Report.objects.update(campaign=campaign)
    return campaign


def migrate() -> None:
    migration = importlib.import_module("charteroak.records.reports.migrations.0006_old_confirmations")
    migration.keep_confirmations(apps, None)


def test_a_campaign_that_was_confirmed_before_the_upgrade_stays_together(old: Campaign, analyst: User) -> None:
    append_entry(
        old.desk,
        actor=actor_of(analyst),
        kind="campaign.confirmed",
        occurred_from="2025-03-01T12:00:00Z",
        body={"campaign": old.name, "reports": 2},
    )
    migrate()
    migrate()
    moment = LedgerEntry.objects.get(kind="campaign.confirmed").recorded
    decision = CampaignDecision.objects.get()
    assert (decision.number, decision.by, decision.made, decision.reports.count()) == (1, analyst, moment, 2)
    rebuild_campaigns(old.desk)
    assert old.reports.count() == 2


def test_a_confirmed_campaign_without_a_decision_can_be_confirmed(old: Campaign, analyst: User) -> None:
    assert confirm_campaign(old, analyst).confirmation is not None
    rebuild_campaigns(old.desk)
    assert old.reports.count() == 2
    confirm_campaign(old, analyst)
    assert CampaignDecision.objects.count() == 1


def test_campaigns_without_links_are_grouped_anew_once(old: Campaign) -> None:
    Campaign.objects.update(confirmed_by=None, state="proposed")
    keys = [CampaignKey("link-domain", "lure.example"), CampaignKey("subject", "your payroll account")]
    with transaction.atomic():
        for number, row in enumerate(old.reports.all()):
            place_report(row, [*keys, CampaignKey("sender-name", str(number))])
    assert rebuild_unlinked() == 0
    CampaignLink.objects.all().delete()
    assert [rebuild_unlinked(), rebuild_unlinked()] == [1, 0]
    assert CampaignLink.objects.count() == 1


def test_links_that_a_crash_cut_off_are_made_at_the_next_start_and_then_never_again(old: Campaign) -> None:
    Campaign.objects.update(confirmed_by=None, state="proposed")
    keys = [CampaignKey("link-domain", "lure.example"), CampaignKey("subject", "your payroll account")]
    with transaction.atomic():
        for number, row in enumerate(old.reports.all()):
            place_report(row, [*keys, CampaignKey("sender-name", str(number))])
    CampaignLink.objects.all().delete()
    # Every migration is on record, and the process ended before the work that follows them.
    MigrationRecorder(connection).migration_qs.filter(app=LINKS_MADE[0]).delete()
    installation.migrate()
    assert CampaignLink.objects.count() == 1
    CampaignLink.objects.all().delete()
    installation.migrate()
    assert CampaignLink.objects.count() == 0


def test_a_campaign_without_links_says_so_and_gives_no_false_reason(old: Campaign, analyst: User) -> None:
    reports = list(old.reports.all())
    assert {reasons_of(row) for row in reports} == {(NO_REASON,)}
    assert {member.reasons for member in overview_of(old).members} == {(NO_REASON,)}
    confirm_campaign(old, analyst)
    rebuild_campaigns(old.desk)
    assert {reasons_of(row) for row in reports} == {("an analyst decided that they belong together (decision 1)",)}
