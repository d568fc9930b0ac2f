"""A provider and its client: what the provider states, signed and checked with openssl, and a client that leaves."""

import hashlib
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from charteroak.dossier.provider_statement import verify_statement
from charteroak.dossier.verification import verify_dossier
from charteroak.errors import AccessError, InputError, VerificationError
from charteroak.program.bodies import ProviderRelation, ProviderStated, RecordContinued
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import arrivals, departures, programs, provider_relations, provider_statements
from charteroak.services.access import organisations_of
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.programs import NewEvidence, UploadedFile, recorded_facts, recorder_for
from charteroak.services.provider_statements import NewStatement

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
PERIOD = NewStatement(date(2026, 1, 1), date(2026, 3, 31), by="Pat Stone", role="owner")


@pytest.fixture
def worked(member: Organisation, provider: Organisation, provider_person: User, security_lead: User) -> Organisation:
    """A client for which the provider recorded two pieces of evidence, and its own lead one."""
    assert provider
    for person, day in ((provider_person, 5), (provider_person, 20), (security_lead, 21)):
        file = UploadedFile("log.txt", "text/plain", io.BytesIO(f"day {day}".encode()))
        evidence = NewEvidence("train-everyone", f"Restored on day {day}", date(2026, 2, day), files=[file])
        programs.record_evidence(member, evidence, recorder_for(person))
    return member


def unpacked(client: Organisation, folder: Path) -> Path:
    fact = provider_statements.statements_of(client)[0]
    assert isinstance(fact.body, ProviderStated)
    _, stream = programs.open_evidence_file(client, fact.body.files[0].sha256)
    with stream, zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


def test_a_statement_counts_what_the_providers_people_recorded_and_nothing_else(
    worked: Organisation, provider: Organisation, provider_person: User, tmp_path: Path
) -> None:
    entry = provider_statements.state_services(worked, provider, PERIOD, recorder_for(provider_person))
    body = recorded_facts(worked)[entry.index].body
    assert isinstance(body, ProviderStated)
    assert [(each.kind, each.count) for each in body.services] == [("evidence.recorded", 2)]
    folder = unpacked(worked, tmp_path)
    leaves = {row.index: bytes(row.leaf_hash).hex() for row in LedgerEntry.objects.filter(organisation=worked)}
    lines = "".join(f"{index} {leaves[index]}\n" for index in (0, 1))
    assert body.services[0].sha256 == hashlib.sha256(lines.encode()).hexdigest()
    text = (folder / "statement.text").read_text()
    assert "It is no certificate" in text
    assert hashlib.sha256((folder / "statement.pdf").read_bytes()).hexdigest() in text


def test_openssl_checks_a_statement_without_our_software(
    worked: Organisation, provider: Organisation, provider_person: User, tmp_path: Path
) -> None:
    provider_statements.state_services(worked, provider, PERIOD, recorder_for(provider_person))
    folder = unpacked(worked, tmp_path)
    openssl = shutil.which("openssl") or pytest.fail("openssl is missing")
    p256 = [openssl, "dgst", "-sha256", "-verify", "provider.p256.pem", "-signature", "statement.p256.sig"]
    ed25519 = [
        openssl, "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "provider.ed25519.pem", "-in", "statement.text",
        "-sigfile", "statement.ed25519.sig",
    ]  # fmt: skip
    for command in ([*p256, "statement.text"], ed25519):
        assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
    (folder / "statement.text").write_bytes(
        (folder / "statement.text").read_bytes().replace(b"2 entries", b"3 entries")
    )
    for command in ([*p256, "statement.text"], ed25519):
        assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode != 0


def test_the_note_is_refused_with_other_keys_or_other_words(
    worked: Organisation, provider: Organisation, provider_person: User, tmp_path: Path
) -> None:
    provider_statements.state_services(worked, provider, PERIOD, recorder_for(provider_person))
    folder = unpacked(worked, tmp_path)
    note, keys = (folder / "statement.note").read_bytes(), (folder / "provider.vkey").read_text().split()
    assert verify_statement(note, keys).startswith("charteroak.provider-statement/1\n")
    with pytest.raises(VerificationError):
        verify_statement(note.replace(b"Elm Hollow", b"Oak Hollow"), keys)
    (tmp_path / "other").mkdir()
    other = Organisation.objects.create(slug="other", name="Other", part="provider", kind="llc", created=worked.created)
    worked.providers.add(other)
    provider_statements.state_services(worked, other, PERIOD, programs.Recorder("system"))
    theirs = (unpacked(worked, tmp_path / "other") / "provider.vkey").read_text().split()
    with pytest.raises(VerificationError):
        verify_statement(note, theirs)


def test_a_statement_is_the_providers_own_and_only_about_its_client(
    worked: Organisation,
    provider: Organisation,
    provider_person: User,
    security_lead: User,
    add_organisation: Callable[..., Organisation],
) -> None:
    with pytest.raises(AccessError):
        provider_statements.state_services(worked, provider, PERIOD, recorder_for(security_lead))
    stranger = add_organisation("stranger")
    with pytest.raises(AccessError):
        provider_statements.state_services(stranger, provider, PERIOD, recorder_for(provider_person))
    reversed_period = NewStatement(PERIOD.last, PERIOD.first, by="Pat", role="owner")
    with pytest.raises(InputError, match="ends before it begins"):
        provider_statements.state_services(worked, provider, reversed_period, recorder_for(provider_person))
    assert not provider_statements.statements_of(worked)


@pytest.mark.parametrize("who", ["client", "provider"])
def test_a_relation_ends_at_once_and_both_ledgers_say_so(
    worked: Organisation, provider: Organisation, provider_person: User, security_lead: User, who: str
) -> None:
    person = security_lead if who == "client" else provider_person
    assert worked in organisations_of(provider_person)
    change = provider_relations.end_relation(worked, provider, recorder_for(person), reason="Taken in house.")
    assert worked not in organisations_of(provider_person)
    body = recorded_facts(worked)[change.client.index].body
    assert isinstance(body, ProviderRelation)
    assert (body.step, body.by, body.reason) == ("ended", who, "Taken in house.")
    told = recorded_facts(provider)[change.provider.index].body
    assert isinstance(told, ProviderRelation)
    assert (told.client, told.reason) == (worked.name, "")
    with pytest.raises(AccessError):
        programs.record_evidence(
            worked, NewEvidence("train-everyone", "Late", date(2026, 2, 1), note="x"), recorder_for(provider_person)
        )
    with pytest.raises(InputError, match="does not look after"):
        provider_relations.end_relation(worked, provider, recorder_for(security_lead))


def test_only_a_security_lead_lets_a_provider_in(
    member: Organisation, add_organisation: Callable[..., Organisation], provider_person: User, security_lead: User
) -> None:
    other = add_organisation("hill-it", part="provider")
    with pytest.raises(AccessError):
        provider_relations.begin_relation(member, other, recorder_for(provider_person))
    with pytest.raises(InputError, match="is no provider"):
        provider_relations.begin_relation(member, add_organisation("not-one"), recorder_for(security_lead))
    provider_relations.begin_relation(member, other, recorder_for(security_lead))
    assert other in provider_relations.providers_of(member)


def test_a_client_leaves_with_everything_and_goes_on_elsewhere(
    worked: Organisation, provider: Organisation, provider_person: User, security_lead: User, tmp_path: Path
) -> None:
    provider_statements.state_services(worked, provider, PERIOD, recorder_for(provider_person))
    provider_relations.end_relation(worked, provider, recorder_for(security_lead))
    out = tmp_path / "everything.zip"
    with out.open("wb") as target:
        made = departures.write_everything(worked, target, made_by=recorder_for(security_lead))
    with zipfile.ZipFile(out) as archive:
        archive.extractall(tmp_path / "out")
    folder = next((tmp_path / "out").iterdir())
    sums = shutil.which("sha256sum") or pytest.fail("sha256sum is missing")
    assert subprocess.run([sums, "-c", "--quiet", "MANIFEST.sha256"], cwd=folder, check=False).returncode == 0
    report = verify_dossier(folder / "dossier.zip")
    assert len(report.entries.entries) == made.entries
    assert report.entries.evidence_files == made.evidence_files == 4
    before = [bytes(row.header) for row in LedgerEntry.objects.filter(organisation=worked)]
    with pytest.raises(InputError, match="here already"):
        arrivals.bring_in(folder / "dossier.zip")

    # Another installation: here the old one's rows give up the name.
    Organisation.objects.filter(pk=worked.pk).update(slug="gone")
    arrival = arrivals.bring_in(folder / "dossier.zip")

    after = LedgerEntry.objects.filter(organisation=arrival.organisation)
    assert [bytes(row.header) for row in after[: len(before)]] == before
    assert arrival.evidence_files == 4
    state = verify_ledger(arrival.organisation)
    assert state.entries == state.checkpointed
    continued = recorded_facts(arrival.organisation)[len(before)].body
    assert isinstance(continued, RecordContinued)
    assert (continued.size, continued.root) == (len(before), made.root_sha256)
    row, stream = programs.open_evidence_file(arrival.organisation, hashlib.sha256(b"day 5").hexdigest())
    with stream:
        assert (row.name, stream.read()) == ("log.txt", b"day 5")


@pytest.mark.slow
def test_a_dossier_that_was_altered_is_not_brought_in(
    worked: Organisation, security_lead: User, tmp_path: Path
) -> None:
    out = io.BytesIO()
    departures.write_everything(worked, out, made_by=recorder_for(security_lead))
    with zipfile.ZipFile(out) as archive:
        name = next(name for name in archive.namelist() if name.endswith("dossier.zip"))
        data = bytearray(archive.read(name))
    data[len(data) // 2] ^= 1
    bad = tmp_path / "bad.zip"
    bad.write_bytes(bytes(data))
    Organisation.objects.filter(pk=worked.pk).update(slug="gone")
    with pytest.raises((VerificationError, InputError)):
        arrivals.bring_in(bad)
    assert not Organisation.objects.filter(slug="elm-hollow-bakery").exists()


@pytest.mark.slow
def test_a_redacted_copy_is_not_brought_in(worked: Organisation, security_lead: User, tmp_path: Path) -> None:
    from charteroak.dossier.redactions import parse_redactions
    from charteroak.services.dossiers import copy_dossier, create_dossier

    redactions = parse_redactions([{"entry": 1, "reason": "Privileged", "basis": ""}])
    record = create_dossier(
        worked, date(2026, 1, 1), date(2026, 3, 1), made_by=recorder_for(security_lead), redactions=redactions
    )
    path = tmp_path / "redacted.zip"
    with path.open("wb") as target:
        copy_dossier(record, target)
    Organisation.objects.filter(pk=worked.pk).update(slug="gone")
    with pytest.raises(InputError, match="withheld"):
        arrivals.bring_in(path)
