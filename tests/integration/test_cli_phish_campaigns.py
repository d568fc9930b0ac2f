"""``charteroak phish campaigns``: what an analyst sees and decides from a terminal."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.cli.__main__ import main
from charteroak.mail.fingerprint import CampaignKey
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Campaign, Report
from charteroak.services.campaigns import place_report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
KEYS = (CampaignKey("link-domain", "lure.example"), CampaignKey("subject", "your payroll account"))
Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(data_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command on this worker's installation; answers exit code, JSON and what was said."""
    made = [path for name in ("charteroak.sqlite3", "secret-key") if not (path := data_directory / name).exists()]
    for marker in made:
        marker.write_text("x")
    monkeypatch.setenv("CHARTEROAK_DATA", str(data_directory))
    before = os.umask(0o022)

    def command(*arguments: object, as_json: bool = True) -> tuple[int, Any, str]:
        form = ("--json",) if as_json else ()
        monkeypatch.setattr(sys, "argv", ["charteroak", "phish", "campaigns", *map(str, arguments), *form])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        said = json.loads(written.out) if written.out and as_json else written.out or None
        return int(left.value.code or 0), said, written.err

    yield command
    os.umask(before)
    for marker in made:
        marker.unlink()


def test_campaigns_are_listed_shown_split_and_put_together_from_a_terminal(
    desk: Organisation, analyst: User, run: Run
) -> None:
    by = ("--by", analyst.email)
    assert run("list", *by)[:2] == (0, {"campaigns": []})
    rows = []
    for number in range(3):
        with transaction.atomic():
            row = Report.objects.create(
                desk=desk,
                receipt=f"r-{number}",
                kind="phish",
                received=now(),
                summary="Mail",
                message_sha256="0" * 64,
                analysis={"signals": [{"technique": "T1566.002"}, {"technique": None}], "observables": []},
            )
            place_report(row, KEYS)
        rows.append(row.pk)
    campaign = Campaign.objects.get()
    code, listed, _said = run("list", *by)
    assert (code, listed["campaigns"][0]["reports"]) == (1, 3)
    shown = run("show", campaign.pk, *by)[1]
    assert [one["report"] for one in shown["members"]] == rows
    assert shown["techniques"] == [{"id": "T1566.002", "name": "Phishing: Spearphishing Link", "reports": 3}]

    why = ("--why", "It is our own test.")
    decided = run("apart", rows[2], "--from", rows[0], "--from", rows[1], *why, *by)
    assert decided[:2] == (0, {"decision": 1, "cannotBeKept": []})
    assert campaign.reports.count() == 2
    assert run("together", rows[2], rows[0], *why, *by)[1]["cannotBeKept"] == [{"decision": 1, "pairs": 1}]
    assert run("undo", 2, *why, *by)[0] == 0
    assert campaign.reports.count() == 2
    assert run("rebuild", *by)[1] == {"reports": 3, "inCampaigns": 2, "campaigns": 1, "moved": 0}
    code, nothing, said = run("undo", 9, *why, *by)
    assert (code, nothing) == (2, None)
    assert "Decision 9 does not stand." in said


def test_a_hacked_town_site_is_told_from_a_terminal_and_what_is_cut_is_said(
    desk: Organisation, analyst: User, run: Run
) -> None:
    town = [f"www.town{number}.gov" for number in range(41)]
    seen = [
        {"type": "domain", "value": host, "defanged": host.replace(".", "[.]"), "sources": ["body text"]}
        for host in (*town, *(f"lure{number}.example" for number in range(43)))
    ]
    for number in range(2):
        with transaction.atomic():
            row = Report.objects.create(
                desk=desk,
                receipt=f"r-{number}",
                kind="phish",
                received=now(),
                summary="Mail",
                message_sha256="0" * 64,
                analysis={"signals": [], "observables": seen},
            )
            place_report(row, KEYS)
    campaign = Campaign.objects.get()
    shown = run("show", campaign.pk, "--by", analyst.email)[1]
    assert shown["trueSites"][0] == {"type": "domain", "defanged": "www[.]town0[.]gov", "reports": 2}
    assert (len(shown["trueSites"]), shown["trueSitesLeft"]) == (40, 1)
    assert (len(shown["toBlock"]), shown["toBlockLeft"]) == (40, 3)
    said = run("show", campaign.pk, "--by", analyst.email, as_json=False)[1]
    assert "tell its owner: www[.]town0[.]gov (domain, 2 reports)" in said
    assert "to block: 3 more, in the STIX file" in said
    assert "not to be blocked: 1 more" in said
