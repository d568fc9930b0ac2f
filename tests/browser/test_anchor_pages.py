"""The pages about anchors, in each state that a reader may find them in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect
from timestamp_authority import Kind, OpenSSLAuthority, TimestampServer

from charteroak.adapters.system_clock import now
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.anchors.models import Refusal, Witness
from charteroak.services import checkpoints, key_ceremonies, log_keys, timestamps, witnesses, witnessing
from charteroak.services.ledger import append_entry

Look = Callable[[Page, str], None]
Open = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("data_directory", "transactional_db")
SCREENS = Path("test-results/screens")
BASE = "/organisations/elm-hollow-bakery/anchors/"


def answer(organisation: Organisation) -> None:
    with transaction.atomic():
        append_entry(
            organisation,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "yes", "note": ""},
        )


def register(server: TimestampServer, name: str, authority: OpenSSLAuthority) -> None:
    server.answer = lambda request: (200, "application/timestamp-reply", authority.reply(request))
    new = timestamps.NewAuthority(name, server.url, f"{name} Ltd.", authority.root_pem.decode())
    timestamps.add_authority(new)


def test_without_any_anchor_the_pages_say_what_that_means(
    open_page: Open, look: Look, security_lead: User, member: Organisation
) -> None:
    lead = open_page(security_lead)
    lead.goto(BASE)
    expect(lead.locator("h1")).to_contain_text("there is nothing to anchor")
    look(lead, "anchors-nothing")
    lead.goto(f"{BASE}check/")
    look(lead, "anchors-check-nothing")
    lead.goto(f"{BASE}keys/")
    look(lead, "anchors-keys-nothing")
    answer(member)
    checkpoints.make_checkpoint(member)
    lead.goto(BASE)
    expect(lead.locator("h1")).to_contain_text("No outsider has seen this ledger yet.")
    look(lead, "anchors-none")


def test_an_anchored_ledger_says_how_old_the_anchor_is_and_how_to_check_it(
    open_page: Open,
    look: Look,
    security_lead: User,
    member: Organisation,
    desk: Organisation,
    analyst: User,
    timestamp_server: TimestampServer,
) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    register(timestamp_server, "Quinnipiac Time", timestamp_server.authority)
    own = witnessing.own_witness_of(desk)
    vkeys = log_keys.keys_in_force(member).public.vkeys
    witnessing.add_log(own, witnessing.NewLog(log_keys.origin_of(member), vkeys))
    witnesses.add_witness(witnesses.NewWitness("The desk", own.vkey, "The desk"))
    lead = open_page(security_lead)
    lead.goto(BASE)
    lead.get_by_role("button", name="Anchor now").click()
    expect(lead.get_by_role("status")).to_contain_text("Received: 1 time-stamp, 1 co-signature.")
    answer(member)
    lead.goto(BASE)
    expect(lead.locator("h1")).to_contain_text("1 entry since could still be altered unseen.")
    look(lead, "anchors")
    dark = open_page(security_lead, color_scheme="dark")
    dark.goto(BASE)
    dark.screenshot(path=SCREENS / "anchors-dark-1280.png", full_page=True)
    Refusal.objects.create(
        log=own.logs.get(), witness=own.name, origin=log_keys.origin_of(member), reason="contradiction", size=2,
        seen_size=2, text="another root", note=b"note", note_sha256="1" * 64, moment=now(),
    )  # fmt: skip
    watching = open_page(analyst)
    watching.goto("/organisations/charter-desk/anchors/")
    expect(watching.get_by_role("heading", name="As a witness")).to_be_visible()
    look(watching, "anchors-witness")
    lead.get_by_role("link", name="How to check this yourself").click()
    expect(lead.get_by_role("heading", name="Quinnipiac Time saw it")).to_be_visible()
    look(lead, "anchors-check")
    key_ceremonies.rotate_keys(member, log_keys.Ceremony("Town hall, room 3", ("Ada Reed, clerk",), "Yearly."))
    lead.goto(f"{BASE}keys/")
    expect(lead.get_by_role("heading", name="In force, from size 4")).to_be_visible()
    look(lead, "anchors-keys")


def test_what_is_wrong_is_said_first(
    open_page: Open,
    look: Look,
    security_lead: User,
    member: Organisation,
    timestamp_server: TimestampServer,
    timestamp_authorities: Callable[[Kind], OpenSSLAuthority],
) -> None:
    answer(member)
    row = checkpoints.make_checkpoint(member)
    for name, kind in (("Two Certificates", Kind.TWO_CERTIFICATES), ("Wrong Purpose", Kind.WRONG_USAGE)):
        register(timestamp_server, name, timestamp_authorities(kind))
        timestamps.anchor(member)
    timestamp_server.answer = lambda _request: (503, "text/html", b"")
    answer(member)
    timestamps.anchor(member)
    Witness.objects.create(name="Pond View", operator="Pond View IT", vkey="x", url="https://w.example", added=now())
    Refusal.objects.create(
        organisation=member, witness="Pond View", origin="o", reason="inconsistent", size=row.size, seen_size=41,
        text="Consistency proof from size 41 to 44: it leads to another root.", note=bytes(row.note),
        note_sha256="0" * 64, moment=now(),
    )  # fmt: skip
    lead = open_page(security_lead)
    lead.goto(BASE)
    expect(lead.get_by_role("alert")).to_contain_text("Pond View refused to co-sign")
    expect(lead.get_by_role("heading", name="Waiting to be sent")).to_be_visible()
    look(lead, "anchors-wrong")
    dark = open_page(security_lead, color_scheme="dark")
    dark.goto(BASE)
    dark.screenshot(path=SCREENS / "anchors-wrong-dark-1280.png", full_page=True)
