"""The loop as people walk it: two reports, the desk, the gate, a member's own logs, the counts back, the evidence."""

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from made_once import sample_state
from playwright.sync_api import Page, expect

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.intelligence.models import Sighting
from charteroak.services.checkpoints import make_checkpoint, verify_ledger
from charteroak.services.sample_state import SAMPLE_DOMAIN, sample_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("data_directory")]

TOWN = "cedar-landing"


@pytest.fixture
def sample(transactional_db: None, data_directory: Path) -> None:  # noqa: ARG001 - asks for the database
    """The sample state without its reports."""
    sample_state(data_directory)


def person(slug: str) -> User:
    return User.objects.filter(memberships__organisation__slug=slug).order_by("pk")[0]


def report_mail(page: Page, name: str) -> str:
    """File a suspicious mail and return the receipt."""
    page.goto("/report/mail/")
    page.set_input_files(
        "input[name=message]",
        {"name": name, "mimeType": "message/rfc822", "buffer": sample_file(f"mail/{name}")},
    )
    for question in ("link", "password", "file"):
        page.locator(f"input[name={question}][value=no]").check()
    page.get_by_role("button", name="File the report").click()
    return page.locator(".receipt").inner_text()


def log_uploads() -> list[dict[str, object]]:
    folder = files("charteroak.services") / "sample_data" / "logs"
    return [
        {"name": log.name, "mimeType": "text/plain", "buffer": log.read_bytes()}
        for log in sorted(folder.iterdir(), key=lambda log: log.name)
        if ".log" in log.name or ".jsonl" in log.name
    ]


@pytest.mark.usefixtures("sample")
def test_a_phish_becomes_protection_and_every_turn_becomes_evidence(
    open_page: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    # A citizen on a phone without JavaScript, and the town's clerk, report one mail each.
    citizen = open_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    receipt = report_mail(citizen, "phish-2.eml")
    assert re.fullmatch(r"(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}", receipt)
    clerk = open_page(person(TOWN))
    report_mail(clerk, "phish-1.eml")
    look(clerk, "loop-filed")

    # The desk sees two new reports of one campaign, confirms it, and proposes what the mail links to.
    analyst = open_page(person("nutmeg-fusion-desk"))
    analyst.goto("/desk/")
    expect(analyst.locator("h1")).to_contain_text("2")
    look(analyst, "loop-queue")
    analyst.get_by_role("link", name=re.compile(r"^Campaign \d{4}-\d{3}$")).first.click()
    look(analyst, "loop-campaign")
    analyst.get_by_role("button", name="Confirm the campaign").click()
    analyst.get_by_role("table", name="Reports, newest first").get_by_role("link").first.click()
    look(analyst, "loop-report")
    analyst.get_by_role("link", name="Propose indicators").click()
    analyst.get_by_label(f"domain: {SAMPLE_DOMAIN.replace('.', '[.]')}", exact=True).check()
    look(analyst, "loop-propose")
    analyst.get_by_role("button", name="Propose the indicators").click()
    analyst.get_by_role("link", name=re.compile(re.escape(SAMPLE_DOMAIN.replace(".", "[.]")))).first.click()
    look(analyst, "loop-release")
    analyst.get_by_role("button", name="Release it").click()
    expect(analyst.get_by_role("status")).to_contain_text("Released")

    # The clerk fetches it, searches the town's logs, and sends the counts back.
    clerk.goto(f"/organisations/{TOWN}/hunts/")
    look(clerk, "loop-hunts-empty")
    clerk.get_by_role("button", name="Fetch the desk's new indicators").click()
    clerk.set_input_files("input[name=logs]", log_uploads())
    look(clerk, "loop-hunts")
    clerk.get_by_role("button", name="Search these logs").click()
    expect(clerk.locator("h1")).to_contain_text(re.compile(r"[1-9]\d* matches were found"))
    matches = int(re.search(r"(\d+) matches", clerk.locator("h1").inner_text()).group(1))
    look(clerk, "loop-hunt")
    clerk.get_by_role("button", name="Send the counts to the desk").click()
    expect(clerk.get_by_role("status")).to_contain_text("sent")
    assert sum(Sighting.objects.values_list("count", flat=True)) == matches
    expect(clerk.get_by_role("button", name="Send the counts to the desk")).to_have_count(0)

    # Each turn stands in the town's evidence log, and the ledgers hold.
    clerk.goto(f"/organisations/{TOWN}/evidence/")
    for kind in ("Report filed", "Own logs searched", "Sighting sent"):
        expect(clerk.get_by_role("table").get_by_text(kind, exact=True).first).to_be_visible()
    clerk.get_by_role("button", name="Sign a checkpoint now").click()
    look(clerk, "loop-evidence")
    for organisation in Organisation.objects.filter(slug__in=[TOWN, "nutmeg-fusion-desk"]):
        make_checkpoint(organisation)
        state = verify_ledger(organisation)
        assert state.entries == state.checkpointed


@pytest.mark.usefixtures("sample")
def test_the_security_lead_reads_the_determination_and_makes_a_dossier(
    open_page: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    lead = open_page(person("elm-hollow-bakery"))
    lead.goto("/organisations/elm-hollow-bakery/safe-harbor/")
    expect(lead.locator("h1")).to_contain_text("If you were breached today")
    expect(lead.get_by_role("table").first.get_by_role("row")).to_have_count(14)
    look(lead, "safe-harbor")

    lead.get_by_label("First day of the breach").fill("2026-09-01")
    lead.get_by_label("Last day of the breach").fill("2026-09-14")
    lead.get_by_role("button", name="Show the record over these days").click()
    expect(lead.locator("h1")).to_contain_text("Over these days")
    expect(lead.get_by_text("would become")).to_be_visible()
    look(lead, "safe-harbor-interval")

    lead.goto("/organisations/elm-hollow-bakery/dossiers/")
    look(lead, "dossiers-empty")
    lead.get_by_label("First day of the breach").fill("2026-09-14")
    lead.get_by_label("Last day of the breach").fill("2026-09-01")
    lead.get_by_role("button", name="Make the dossier").click()
    expect(lead.get_by_role("alert")).to_contain_text("The last day lies before the first.")
    look(lead, "dossiers-error")
    lead.get_by_label("First day of the breach").fill("2026-09-01")
    lead.get_by_label("Last day of the breach").fill("2026-09-14")
    lead.get_by_role("button", name="Make the dossier").click()
    look(lead, "dossiers")
    with lead.expect_download() as download:
        lead.get_by_role("link", name="Download the dossier").click()
    assert download.value.suggested_filename == "dossier-elm-hollow-bakery-2026-09-01-2026-09-14.zip"


@pytest.mark.usefixtures("sample")
def test_evidence_is_recorded_with_its_file_and_a_mistake_loses_nothing(
    open_page: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    lead = open_page(person("elm-hollow-bakery"))
    lead.goto("/organisations/elm-hollow-bakery/evidence/new/?practice=back-up-and-restore")
    expect(lead.get_by_label("Which practice does it show?")).to_have_value("back-up-and-restore")
    lead.get_by_label("What is it?").fill("Restored the order book")
    look(lead, "record-evidence")
    lead.get_by_role("button", name="Record the evidence").click()
    expect(lead.get_by_role("alert")).to_be_visible()
    expect(lead.get_by_label("What is it?")).to_have_value("Restored the order book")
    look(lead, "record-evidence-error")

    lead.get_by_label("On which day was it so?").fill("2026-11-02")
    lead.set_input_files("input[name=file]", {"name": "log.txt", "mimeType": "text/plain", "buffer": b"restored\n"})
    lead.get_by_role("button", name="Record the evidence").click()
    expect(lead.get_by_role("status")).to_contain_text(re.compile(r"Recorded as entry \d+"))
    expect(lead.get_by_text("Restored the order book", exact=True)).to_be_visible()
    look(lead, "evidence-log")
