"""Pages about anchors: how old the last one is, what disagrees or was refused, and steps that a stranger can run."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from timestamp_authority import Kind, OpenSSLAuthority, TimestampServer

from charteroak.portal.anchors.steps import steps_for
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.anchors.models import Authority, QueuedStamp, Refusal, Token, Witness
from charteroak.records.ledger.models import Checkpoint
from charteroak.services import checkpoints, key_ceremonies, log_keys, timestamps, witnesses, witnessing
from charteroak.services.ledger import append_entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
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


def text_of(page: bytes) -> str:
    """The page's words, for a person."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.decode())).split())


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    """The business's security lead, signed in."""
    client.force_login(security_lead)
    return client


@pytest.fixture
def authority(timestamp_server: TimestampServer) -> Authority:
    """An authority that somebody else runs."""
    return timestamps.add_authority(
        timestamps.NewAuthority(
            "Quinnipiac Time", timestamp_server.url, "Somebody else", timestamp_server.authority.root_pem.decode()
        )
    )


@pytest.fixture
def witness(member: Organisation, desk: Organisation) -> Witness:
    """The desk's witness, which knows the business's log."""
    answer(member)
    checkpoints.make_checkpoint(member)
    own = witnessing.own_witness_of(desk)
    vkeys = log_keys.keys_in_force(member).public.vkeys
    witnessing.add_log(own, witnessing.NewLog(log_keys.origin_of(member), vkeys))
    return witnesses.add_witness(witnesses.NewWitness("Desk", own.vkey, "The desk"))


def test_with_nothing_recorded_every_page_says_so(lead: Client) -> None:
    assert "Nothing is recorded yet, so there is nothing to anchor." in text_of(lead.get(BASE).content)
    assert "Nothing is signed yet" in text_of(lead.get(f"{BASE}check/").content)
    assert "has signed nothing yet" in text_of(lead.get(f"{BASE}keys/").content)


def test_with_no_anchor_the_page_says_what_that_means_and_the_first_step(lead: Client, member: Organisation) -> None:
    answer(member)

    page = text_of(lead.get(BASE).content)

    assert "No outsider has seen this ledger yet." in page
    assert "registers two time-stamping authorities" in page
    assert "Anchor now" not in page


def test_the_button_asks_everyone_and_the_page_says_how_old_the_anchor_is(
    lead: Client, member: Organisation, authority: Authority, witness: Witness
) -> None:
    assert "Anchor now" in text_of(lead.get(BASE).content)

    page = text_of(lead.post(f"{BASE}now/", follow=True).content)

    assert "Received: 1 time-stamp, 1 co-signature." in page
    assert f"Last outside anchor 0 minutes ago by {authority.name}; nothing was recorded since." in page
    assert "rfc3161-client verified; openssl verified" in page
    assert "run by whoever runs this installation: not counted" in page
    answer(member)
    page = text_of(lead.get(BASE).content)
    assert "1 entry since could still be altered unseen." in page
    assert "2 of 3 entries are anchored" in page
    assert witness.name in page


def test_the_home_page_says_how_old_the_anchor_is(lead: Client, member: Organisation, authority: Authority) -> None:
    assert "outside" not in text_of(lead.get("/").content)
    answer(member)
    assert "No outsider has seen this ledger yet. What that means" in text_of(lead.get("/").content)
    timestamps.anchor(member)
    assert f"Last outside anchor 0 minutes ago by {authority.name}" in text_of(lead.get("/").content)


def test_what_cannot_be_sent_is_listed_with_its_reason(
    lead: Client, member: Organisation, authority: Authority, timestamp_server: TimestampServer
) -> None:
    answer(member)
    timestamp_server.answer = lambda _request: (503, "text/html", b"")

    page = text_of(lead.post(f"{BASE}now/", follow=True).content)

    assert "Quinnipiac Time: The authority answered with status 503." in page
    assert "Waiting to be sent" in page
    assert QueuedStamp.objects.get().authority == authority


def test_a_refusal_of_a_witness_is_shown_loudly(lead: Client, member: Organisation, witness: Witness) -> None:
    note = bytes(checkpoints.latest_checkpoint(member).note)
    refusal = Refusal.objects.create(
        organisation=member, witness=witness.name, origin="o", reason=Refusal.Reason.INCONSISTENT, text="another root",
        size=2, seen_size=7, note=note, note_sha256="0" * 64, moment="2026-03-01T00:00:00Z",
    )  # fmt: skip

    response = lead.get(BASE)

    assert 'class="note note--harm" role="alert"' in response.content.decode()
    assert "Desk refused to co-sign" in text_of(response.content)
    assert "what a rewritten log looks like" in text_of(response.content)
    assert lead.get(f"{BASE}refusals/{refusal.pk}.note").content == note


def test_a_disagreement_and_a_token_that_does_not_hold_are_warnings(
    lead: Client,
    member: Organisation,
    timestamp_server: TimestampServer,
    timestamp_authorities: Callable[[Kind], OpenSSLAuthority],
) -> None:
    answer(member)
    for name, kind in (("Two", Kind.TWO_CERTIFICATES), ("Wrong", Kind.WRONG_USAGE)):
        other = timestamp_authorities(kind)
        timestamp_server.answer = lambda request, other=other: (
            200, "application/timestamp-reply", other.reply(request),
        )  # type: ignore[misc]  # fmt: skip
        timestamps.add_authority(
            timestamps.NewAuthority(name, timestamp_server.url, "Somebody", other.root_pem.decode())
        )
        timestamps.anchor(member)

    page = text_of(lead.get(BASE).content)

    assert "Two programs differ about the token by Two over 2 entries" in page
    assert "The token by Wrong over 2 entries does not hold" in page
    assert "unsuitable certificate purpose" in page
    after = text_of(lead.post(f"{BASE}tokens/check/", follow=True).content)
    assert "0 of 2 tokens hold." in after


@pytest.mark.usefixtures("authority", "witness")
def test_every_step_of_the_page_works_for_a_stranger_with_openssl(
    lead: Client, member: Organisation, tmp_path: Path
) -> None:
    lead.post(f"{BASE}now/")
    page = unescape(lead.get(f"{BASE}check/").content.decode())
    steps = list(steps_for(member, Checkpoint.objects.order_by("-size")[0]))
    assert len(steps) == 4

    for number, step in enumerate(steps):
        folder = tmp_path / str(number)
        folder.mkdir()
        for file in step.downloads:
            response = lead.get(file.url)
            assert response.headers["Content-Disposition"].startswith("attachment")
            (folder / file.name).write_bytes(response.content)
        assert step.script in page
        shell = shutil.which("sh") or "sh"
        done = subprocess.run([shell, "-e", "-c", step.script], cwd=folder, capture_output=True, text=True, check=False)
        assert step.expected in done.stdout + done.stderr, (step.title, done)
        for path in folder.glob("*.note"):
            path.write_bytes(path.read_bytes().replace(b"\n2\n", b"\n3\n", 1))
        done = subprocess.run([shell, "-e", "-c", step.script], cwd=folder, capture_output=True, text=True, check=False)
        assert step.expected not in done.stdout + done.stderr, step.title


@pytest.mark.usefixtures("authority")
def test_the_log_is_handed_out_as_static_files_without_bodies(lead: Client, member: Organisation) -> None:
    answer(member)
    lead.post(f"{BASE}now/")

    content = b"".join(lead.get(f"{BASE}log.zip"))

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "checkpoint" in {Path(name).name for name in archive.namelist()}
        assert not any(b"staff-training" in archive.read(name) for name in archive.namelist())


def test_keys_and_their_ceremonies_are_shown_and_printed(lead: Client, member: Organisation) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    ceremony = log_keys.Ceremony("Room 3", ("Ada Reed",), "Yearly.")
    key_ceremonies.report_compromise(member, ceremony, since=checkpoints.latest_checkpoint(member).created)

    page = text_of(lead.get(f"{BASE}keys/").content)

    assert "Somebody else may have held earlier keys of this log" in page
    assert "Keys reported as compromised, and replaced Yearly." in page
    assert "Ada Reed" in page
    assert "In force, from size 3" in page
    pdf = lead.get(f"{BASE}keys/2.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert lead.get(f"{BASE}keys/0.pdf").status_code == 404
    for algorithm, head in (("ed25519", b"-----BEGIN PUBLIC KEY"), ("p256", b"-----BEGIN PUBLIC KEY")):
        assert lead.get(f"{BASE}checkpoints/2-{algorithm}.pem").content.startswith(head)


@pytest.mark.usefixtures("authority")
def test_files_of_another_organisation_are_absent(
    lead: Client, add_organisation: Callable[..., Organisation], member: Organisation
) -> None:
    answer(member)
    other = add_organisation("harborview-schools")
    answer(other)
    timestamps.anchor(other)
    token = Token.objects.get()
    lead.post(f"{BASE}now/")

    for path in (f"tokens/{token.pk}.tsr", "refusals/1.note", "witnesses/1.pem", "checkpoints/99.note", "keys/77.pdf"):
        assert lead.get(BASE + path).status_code == 404, path
    assert lead.get("/organisations/harborview-schools/anchors/").status_code == 404
    assert lead.get("/organisations/harborview-schools/anchors/log.zip").status_code == 404
