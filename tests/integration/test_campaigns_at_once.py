"""An analyst decides while mails are being reported: neither loses to the other."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from charteroak.adapters.system_clock import now
from charteroak.mail.fingerprint import CampaignKey
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Campaign, Report
from charteroak.services.campaigns import place_report
from charteroak.services.reports import confirm_campaign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_directory")]

KEYS = (CampaignKey("link-domain", "lure.example"), CampaignKey("subject", "your payroll account"))


def report(desk: Organisation, number: int) -> Report:
    return Report.objects.create(
        desk=desk, receipt=f"0000-{number}", kind="phish", received=now(), summary="Mail",
        message_sha256=f"{number:064}",
    )  # fmt: skip


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer, and nobody to wait for in a circle")
def test_a_campaign_is_confirmed_while_a_mail_of_it_is_being_filed(desk: Organisation, analyst: User) -> None:
    for number in range(2):
        with transaction.atomic():
            place_report(report(desk, number), KEYS)
    campaign = Campaign.objects.get()
    placed = threading.Event()

    def in_thread(work: Callable[[], Any]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    def file() -> None:
        with transaction.atomic():
            place_report(report(desk, 2), KEYS)
            placed.set()
            time.sleep(0.4)  # the analyst asks before the mail is on record

    def confirm() -> None:
        placed.wait(60)
        confirm_campaign(campaign, analyst)

    with ThreadPoolExecutor(2) as threads:
        for answer in [threads.submit(in_thread, work) for work in (file, confirm)]:
            answer.result()
    campaign.refresh_from_db()
    assert campaign.reports.count() == 3
    assert campaign.confirmation is not None
    assert campaign.confirmation.reports.count() == 3
