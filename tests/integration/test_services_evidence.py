"""Holds, erasure, custody, retention and sealing through their services: refused, recorded, and never by halves."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from charteroak.adapters.content_files import ContentFiles
from charteroak.adapters.evidence_store import EvidenceErasedError
from charteroak.dossier.verification import verify_dossier
from charteroak.errors import AccessError, VerificationError
from charteroak.program.bodies import NotUnderstood
from charteroak.program.errors import QuestionError
from charteroak.program.exhibits import erased_content
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import ContentKey, ErasureProposal
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.records.programs.models import EvidenceFile
from charteroak.services import (
    custody,
    dossiers,
    erasure,
    erasure_proposals,
    evidence_checks,
    evidence_files,
    holds,
    programs,
    projections,
    retention,
)
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.ledger import read_entries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
SYSTEM = programs.Recorder("system")
SECRET = b"the name of the person who clicked is Nora Finch\n"
Commits = Callable[..., object]


@pytest.fixture
def bakery(add_organisation: Callable[..., Organisation]) -> Organisation:
    """A made-up business, which may say when something was recorded."""
    return add_organisation("sample-bakery", is_fictional=True)


@pytest.fixture
def counsel(add_person: Callable[..., User], member: Organisation) -> User:
    return add_person("Cora", member, "counsel")


def at(year: int, month: int, day: int) -> programs.Recorder:
    return programs.Recorder("system", recorded=datetime(year, month, day, 15, tzinfo=UTC))


def keep(
    organisation: Organisation,
    content: bytes = SECRET,
    *,
    title: str = "A list",
    note: str = "Nora told us.",
    recorder: programs.Recorder = SYSTEM,
    day: date = date(2026, 3, 2),
) -> tuple[LedgerEntry, str]:
    file = programs.UploadedFile("nora-finch.txt", "text/plain", io.BytesIO(content))
    new = programs.NewEvidence("back-up-and-restore", title, day, note=note, files=(file,))
    entry = programs.record_evidence(organisation, new, recorder)
    return entry, entry.evidence_files.get().sha256


def erase(organisation: Organisation, commits: Commits, targets: erasure.Targets) -> erasure.Erasure:
    with commits(execute=True):  # type: ignore[attr-defined]
        return erasure.erase(organisation, targets, basis="Privacy request 12", approved_by="R. Ames", recorder=SYSTEM)


def sealed_files() -> list[Path]:
    return [path for path in (Path(settings.DATA.root) / "evidence").rglob("*") if path.is_file()]


# Keys and files


def test_key_is_written_with_the_entry_and_files_of_two_organisations_are_apart(
    member: Organisation, bakery: Organisation
) -> None:
    _, sha256 = keep(member)
    keep(bakery)

    assert ContentKey.objects.filter(sha256=sha256).count() == 2
    assert len({bytes(row.key or b"") for row in ContentKey.objects.all()}) == 2
    assert len(sealed_files()) == 2
    assert all(SECRET not in path.read_bytes() for path in sealed_files())


def test_same_file_again_keeps_one_object_and_one_key(member: Organisation) -> None:
    keep(member)
    _, sha256 = keep(member, title="The same list again")
    assert ContentKey.objects.filter(sha256=sha256).count() == 1
    assert len(sealed_files()) == 1
    assert evidence_files.store_of(member).read(sha256) == SECRET


def test_entry_that_is_refused_takes_its_sealed_files_back(
    member: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_names: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(programs, "append_entry", fail)
    with pytest.raises(RuntimeError):
        keep(member)
    assert sealed_files() == []
    assert not ContentKey.objects.exists()


def test_lost_file_comes_back_when_the_same_bytes_are_handed_in_again(member: Organisation) -> None:
    _, sha256 = keep(member)
    [path] = sealed_files()
    path.unlink()
    assert evidence_checks.file_state(member, sha256).state == "missing"

    keep(member, title="Handed in again")

    assert evidence_files.store_of(member).read(sha256) == SECRET
    assert not evidence_checks.check_evidence(member).faults


# Holds


def test_hold_over_everything_refuses_every_erasure_until_it_is_lifted(
    member: Organisation, security_lead: User, django_capture_on_commit_callbacks: Commits
) -> None:
    entry, sha256 = keep(member)
    lead = programs.recorder_for(security_lead)
    holds.set_hold(member, holds.NewHold("Doe v. Elm Hollow", "Letter of counsel", "Lee Stone"), lead)
    everything = (
        erasure.Targets(sha256=[sha256]), erasure.Targets(entries=[entry.index]),
        erasure.Targets(parts=[f"{entry.index}/note"]),
    )  # fmt: skip
    for targets in everything:
        with pytest.raises(holds.HeldError, match="hold-1"):
            erase(member, django_capture_on_commit_callbacks, targets)
    assert evidence_files.store_of(member).read(sha256) == SECRET

    holds.lift_hold(member, "hold-1", lifted_by="Lee Stone", reason="Settled.", recorder=lead)
    erase(member, django_capture_on_commit_callbacks, everything[0])

    assert not evidence_files.store_of(member).holds(sha256)


def test_hold_over_listed_files_covers_them_and_the_entries_that_name_them(
    member: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    entry, held = keep(member)
    other, free = keep(member, b"something else\n", title="Another")
    holds.set_hold(member, holds.NewHold("Doe", "Letter", "Counsel", sha256=[held]), SYSTEM)

    for targets in (erasure.Targets(sha256=[free, held]), erasure.Targets(entries=[entry.index])):
        with pytest.raises(holds.HeldError):
            erase(member, django_capture_on_commit_callbacks, targets)
    erase(member, django_capture_on_commit_callbacks, erasure.Targets(entries=[other.index], sha256=[free]))

    assert evidence_files.store_of(member).read(held) == SECRET


def test_hold_whose_entry_cannot_be_read_holds_everything(
    member: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    _, sha256 = keep(member)
    row = holds.set_hold(member, holds.NewHold("Doe", "Letter", "Counsel", sha256=[sha256]), SYSTEM)
    LedgerEntry.objects.filter(pk=row.pk).update(body=None, salt=None)
    _, free = keep(member, b"free\n")

    with pytest.raises(holds.HeldError):
        erase(member, django_capture_on_commit_callbacks, erasure.Targets(sha256=[free]))


def test_hold_is_set_and_lifted_once_by_those_who_may(
    member: Organisation, security_lead: User, provider_person: User, counsel: User
) -> None:
    new = holds.NewHold("Doe", "Letter", "Counsel")
    with pytest.raises(AccessError):
        holds.set_hold(member, new, programs.recorder_for(provider_person))
    with pytest.raises(programs.ProgramInputError):
        holds.set_hold(member, holds.NewHold("Doe", "Letter", "C", sha256=["a" * 64]), programs.recorder_for(counsel))
    holds.set_hold(member, new, programs.recorder_for(counsel))
    lead = programs.recorder_for(security_lead)
    holds.lift_hold(member, "hold-1", lifted_by="Lee", reason="Over.", recorder=lead)
    with pytest.raises(programs.ProgramInputError, match="already"):
        holds.lift_hold(member, "hold-1", lifted_by="Lee", reason="Over.", recorder=lead)
    with pytest.raises(AccessError):
        holds.lift_hold(member, "hold-9", lifted_by="Lee", reason="Over.", recorder=lead)
    assert [hold.stands for hold in holds.holds_of(member)] == [False]


# Erasure


def test_after_an_erasure_every_proof_still_holds_and_nothing_of_it_is_left(
    bakery: Organisation, django_capture_on_commit_callbacks: Commits, tmp_path: Path
) -> None:
    entry, sha256 = keep(bakery, recorder=at(2026, 3, 2))
    keep(bakery, b"stays\n", title="Stays", note="", recorder=at(2026, 3, 3))
    part = f"{entry.index}/note"

    done = erase(bakery, django_capture_on_commit_callbacks, erasure.Targets([entry.index], [part], [sha256]))

    assert done.entry is not None
    assert verify_ledger(bakery).entries == 3
    projections.verify_projections(bakery, read_entries(bakery))
    row = LedgerEntry.objects.get(pk=entry.pk)
    assert (row.body, row.salt) == (None, None)
    assert not LedgerPart.objects.filter(organisation=bakery, index=entry.index, value__isnull=False).exists()
    assert [bytes(path.read_bytes()).count(b"Nora") for path in sealed_files()] == [0]
    assert EvidenceFile.objects.get(sha256=sha256).name == "erased"
    with pytest.raises(EvidenceErasedError, match=f"entry {done.entry.index}"):
        programs.open_evidence_file(bakery, sha256)
    facts = programs.recorded_facts(bakery)
    assert isinstance(facts[entry.index].body, NotUnderstood)
    assert erased_content(facts).sha256 == {sha256: done.entry.index}
    state = evidence_checks.check_evidence(bakery)
    assert (state.faults, state.orphans, state.leftovers) == ([], (), ())

    record = dossiers.create_dossier(bakery, date(2026, 3, 1), date(2026, 3, 9), made_by=SYSTEM)
    target = tmp_path / "dossier.zip"
    with target.open("xb") as file:
        dossiers.copy_dossier(record, file)
    report = verify_dossier(target)
    assert (report.entries.evidence_files, report.entries.withheld_bodies) == (1, 1)
    with zipfile.ZipFile(target) as archive:
        assert all(b"Nora" not in archive.read(name) for name in archive.namelist())


def test_private_part_goes_alone_and_the_rest_of_the_body_stays(
    member: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    entry, sha256 = keep(member)
    erase(member, django_capture_on_commit_callbacks, erasure.Targets(parts=[f"{entry.index}/note"]))
    fact = programs.recorded_facts(member)[entry.index]
    assert fact.withheld == ("note",)
    assert getattr(fact.body, "title", "") == "A list"
    assert evidence_files.store_of(member).read(sha256) == SECRET
    assert verify_ledger(member).entries == 2


def test_erasing_again_records_nothing_and_finishes_what_a_killed_process_left(
    member: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    _, sha256 = keep(member)
    # Killed between the commit and the removal of the file: the callbacks never run.
    with django_capture_on_commit_callbacks(execute=False):  # type: ignore[attr-defined]
        erasure.erase(member, erasure.Targets(sha256=[sha256]), basis="x", approved_by="R", recorder=SYSTEM)
    assert len(sealed_files()) == 1
    assert len(evidence_checks.check_evidence(member).leftovers) == 1
    assert not evidence_files.store_of(member).holds(sha256)

    again = erase(member, django_capture_on_commit_callbacks, erasure.Targets(sha256=[sha256]))

    assert again.entry is None
    assert LedgerEntry.objects.filter(kind="content.erased").count() == 1
    assert sealed_files() == []


def test_erasure_that_fails_half_way_destroys_nothing(
    member: Organisation, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Commits
) -> None:
    entry, sha256 = keep(member)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(erasure, "write_tombstone", fail)
        with pytest.raises(RuntimeError):
            erase(member, django_capture_on_commit_callbacks, erasure.Targets([entry.index], (), [sha256]))

    assert evidence_files.store_of(member).read(sha256) == SECRET
    assert LedgerEntry.objects.get(pk=entry.pk).body is not None
    assert not LedgerEntry.objects.filter(kind="content.erased").exists()


def test_erased_file_may_be_handed_in_again_under_a_new_key(
    member: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    _, sha256 = keep(member)
    erase(member, django_capture_on_commit_callbacks, erasure.Targets(sha256=[sha256]))
    keep(member, title="Handed in again, on purpose")
    assert evidence_files.store_of(member).read(sha256) == SECRET
    erase(member, django_capture_on_commit_callbacks, erasure.Targets(sha256=[sha256]))
    assert not evidence_files.store_of(member).holds(sha256)
    assert sealed_files() == []


def test_erasure_for_one_organisation_leaves_the_same_bytes_of_another(
    member: Organisation, bakery: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    _, sha256 = keep(member)
    keep(bakery)
    erase(member, django_capture_on_commit_callbacks, erasure.Targets(sha256=[sha256]))
    assert evidence_files.store_of(bakery).read(sha256) == SECRET


def test_dossiers_kept_here_go_with_what_they_enclose_and_say_so(
    bakery: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    _, sha256 = keep(bakery, recorder=at(2026, 3, 2))
    record = dossiers.create_dossier(bakery, date(2026, 3, 1), date(2026, 3, 9), made_by=SYSTEM)

    done = erase(bakery, django_capture_on_commit_callbacks, erasure.Targets(sha256=[sha256]))

    assert done.dossiers == 1
    with pytest.raises(EvidenceErasedError):
        dossiers.open_dossier(bakery, record.pk)
    assert not evidence_files.dossier_files().holds(record.sha256)


@pytest.mark.parametrize(
    "targets",
    [
        erasure.Targets(),
        erasure.Targets(entries=[99]),
        erasure.Targets(entries=[-1]),
        erasure.Targets(parts=["0/title"]),
        erasure.Targets(parts=["nonsense"]),
        erasure.Targets(parts=["99/note"]),
        erasure.Targets(sha256=["a" * 64]),
    ],
)
def test_what_is_not_on_record_cannot_be_erased(
    member: Organisation, targets: erasure.Targets, django_capture_on_commit_callbacks: Commits
) -> None:
    keep(member)
    with pytest.raises(erasure.ErasureError):
        erase(member, django_capture_on_commit_callbacks, targets)
    assert LedgerEntry.objects.count() == 1


def test_holds_and_erasures_themselves_are_never_erased(
    member: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    _, sha256 = keep(member)
    hold = holds.set_hold(member, holds.NewHold("Doe", "Letter", "Counsel"), SYSTEM)
    holds.lift_hold(member, "hold-1", lifted_by="C", reason="Over.", recorder=SYSTEM)
    done = erase(member, django_capture_on_commit_callbacks, erasure.Targets(sha256=[sha256]))
    assert done.entry is not None
    for index in (hold.index, done.entry.index):
        with pytest.raises(erasure.ErasureError, match="never erased"):
            erase(member, django_capture_on_commit_callbacks, erasure.Targets(entries=[index]))


def test_tombstone_that_nobody_recorded_is_refused_by_the_database(member: Organisation) -> None:
    keep(member)
    with pytest.raises(Exception, match="evidence_no_key_lost_without_entry"):
        ContentKey.objects.update(key=None)


def test_key_that_was_changed_in_the_database_opens_nothing(member: Organisation) -> None:
    _, sha256 = keep(member)
    ContentKey.objects.update(key=bytes(32))
    with pytest.raises(VerificationError, match=sha256):
        evidence_files.store_of(member).read(sha256)
    assert [file.state for file in evidence_checks.check_evidence(member).faults] == ["altered"]


def test_sqlite_overwrites_what_it_deletes() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)


# Two people


def test_one_proposes_and_another_approves(
    member: Organisation, security_lead: User, provider_person: User, counsel: User,
    django_capture_on_commit_callbacks: Commits,
) -> None:  # fmt: skip
    _, sha256 = keep(member)
    proposal = erasure_proposals.propose_erasure(
        member, erasure.Targets(sha256=[sha256]), basis="Privacy request 12", by=security_lead
    )
    assert evidence_files.store_of(member).holds(sha256)
    with pytest.raises(programs.ProgramInputError, match="Somebody else"):
        erasure_proposals.approve_erasure(member, proposal.pk, by=security_lead)
    with pytest.raises(AccessError):
        erasure_proposals.approve_erasure(member, proposal.pk, by=provider_person)

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        erasure_proposals.approve_erasure(member, proposal.pk, by=counsel)

    assert sealed_files() == []
    proposal.refresh_from_db()
    assert (proposal.outcome, proposal.entry_id is not None) == ("approved", True)
    with pytest.raises(programs.ProgramInputError, match="already"):
        erasure_proposals.decline_erasure(member, proposal.pk, by=counsel)


def test_hold_that_came_after_the_proposal_stops_it(member: Organisation, security_lead: User, counsel: User) -> None:
    _, sha256 = keep(member)
    targets = erasure.Targets(sha256=[sha256])
    proposal = erasure_proposals.propose_erasure(member, targets, basis="Old", by=security_lead)
    holds.set_hold(member, holds.NewHold("Doe", "Letter", "Cora"), programs.recorder_for(counsel))

    with pytest.raises(holds.HeldError):
        erasure_proposals.approve_erasure(member, proposal.pk, by=counsel)

    assert ErasureProposal.objects.get().outcome == "open"
    assert evidence_files.store_of(member).read(sha256) == SECRET


# Custody


def test_item_passes_in_two_steps_by_two_people(
    member: Organisation, security_lead: User, provider_person: User
) -> None:
    _, sha256 = keep(member, recorder=programs.recorder_for(security_lead))
    lead, other = programs.recorder_for(security_lead), programs.recorder_for(provider_person)
    offer = custody.Offer(sha256, "Lee Stone", "Pat Stone", "Examination", "Front office")

    custody.offer_custody(member, offer, lead)
    with pytest.raises(programs.ProgramInputError, match="offered to Pat Stone already"):
        custody.offer_custody(member, offer, other)
    with pytest.raises(programs.ProgramInputError, match="Another person"):
        custody.answer_offer(member, sha256, lead, accepted=True, received_by="Pat Stone")
    custody.answer_offer(member, sha256, other, accepted=True, received_by="Pat Stone")

    chain = custody.chain_of(member, sha256)
    assert [link.step for link in chain.links] == ["recorded", "offered", "accepted"]
    assert (chain.holder, chain.offer, chain.title) == ("Pat Stone", None, "nora-finch.txt")
    assert [link.actor for link in chain.links[1:]] == [lead.actor, other.actor]


def test_declined_offer_leaves_the_item_where_it_was(member: Organisation, security_lead: User) -> None:
    lead = programs.recorder_for(security_lead)
    custody.begin_custody(member, custody.NewItem("laptop-4", "Till laptop", "Lee Stone", "Safe"), lead)
    custody.offer_custody(member, custody.Offer("laptop-4", "Lee Stone", "Officer Reed", "Referral", "Troop H"), lead)
    custody.answer_offer(member, "laptop-4", lead, accepted=False, received_by="Officer Reed")
    chain = custody.chain_of(member, "laptop-4")
    assert (chain.holder, chain.offer, chain.gaps) == ("Lee Stone", None, ())
    with pytest.raises(programs.ProgramInputError, match="No offer waits"):
        custody.answer_offer(member, "laptop-4", lead, accepted=False, received_by="x")
    with pytest.raises(programs.ProgramInputError, match="is on record"):
        custody.begin_custody(member, custody.NewItem("laptop-4", "Another", "Lee", "Safe"), lead)


def test_offer_by_somebody_who_did_not_have_it_is_shown_as_a_gap(
    member: Organisation, security_lead: User, provider_person: User
) -> None:
    lead, other = programs.recorder_for(security_lead), programs.recorder_for(provider_person)
    custody.begin_custody(member, custody.NewItem("disk-1", "A disk", "Lee Stone", "Safe"), lead)
    custody.offer_custody(member, custody.Offer("disk-1", "Somebody Else", "Pat Stone", "Copy", "Office"), lead)
    custody.answer_offer(member, "disk-1", other, accepted=True, received_by="Pat Stone")
    assert "Somebody Else" in custody.chain_of(member, "disk-1").gaps[0]


# Retention and markings


def test_what_has_passed_its_term_is_listed_and_nothing_is_erased(bakery: Organisation) -> None:
    old, _ = keep(bakery, day=date(2015, 3, 2), recorder=at(2015, 3, 3))
    keep(bakery, b"new\n", day=date(2026, 3, 2), recorder=at(2026, 3, 3))

    [eligible] = retention.eligible_for_erasure(bakery, date(2026, 11, 21))
    assert (eligible.due.fact.index, eligible.due.kept_until, eligible.held_by) == (old.index, date(2022, 3, 3), ())
    assert retention.eligible_for_erasure(bakery, date(2022, 3, 3)) == ()

    holds.set_hold(bakery, holds.NewHold("Doe", "Letter", "Counsel"), at(2026, 3, 4))
    assert retention.eligible_for_erasure(bakery, date(2026, 11, 21))[0].held_by == ("hold-1",)
    assert LedgerEntry.objects.get(pk=old.pk).body is not None


def test_administrators_schedule_takes_the_place_of_ours(data_directory: Path) -> None:
    packaged, is_own = retention.schedule_in_force()
    assert (packaged.name, is_own) == ("Charter Oak defaults", False)
    path = data_directory / "retention.toml"
    try:
        path.write_bytes(retention.packaged_schedule().replace(b"Charter Oak defaults", b"Town of Cedar Landing"))
        assert retention.schedule_in_force()[0].name == "Town of Cedar Landing"
        for broken in (b"\xff", b"x", b"name = 1", retention.packaged_schedule().replace(b'"other"', b'"rest"')):
            path.write_bytes(broken)
            with pytest.raises(QuestionError):
                retention.schedule_in_force()
    finally:
        path.unlink()


def test_marking_is_set_and_withdrawn_as_entries(member: Organisation, provider_person: User) -> None:
    _, sha256 = keep(member)
    by = programs.recorder_for(provider_person)
    marking = retention.NewMarking("exempt-it-security", "Names our firewall rules", "Pat Stone", sha256=sha256)
    retention.mark(member, marking, by)
    assert [each.code for each in retention.markings_of(member)] == ["exempt-it-security"]
    withdrawn = retention.NewMarking("exempt-it-security", "Rules were changed", "Pat", sha256=sha256, withdraw=True)
    retention.mark(member, withdrawn, by)
    assert retention.markings_of(member) == ()
    assert LedgerEntry.objects.filter(kind="evidence.marked").count() == 2
    for wrong in (
        retention.NewMarking("no-such", "x", "y", sha256=sha256),
        retention.NewMarking("public", "x", "y"),
        retention.NewMarking("public", "x", "y", sha256="a" * 64),
        retention.NewMarking("public", "x", "y", entry=99),
    ):
        with pytest.raises(programs.ProgramInputError):
            retention.mark(member, wrong, by)


# Older data directories


def test_files_of_an_older_data_directory_are_sealed_by_the_command_and_only_then_go(
    member: Organisation, bakery: Organisation
) -> None:
    """As the release before wrote them: plain, shared by everybody, with no key."""
    _, sha256 = keep(member)
    keep(bakery)
    ContentKey.objects.all().delete()
    for path in sealed_files():
        path.unlink()
    plain = ContentFiles(settings.DATA.evidence)
    plain.put([SECRET])
    assert not evidence_checks.file_state(member, sha256).sealed
    assert evidence_files.store_of(member).read(sha256) == SECRET

    assert evidence_checks.seal_evidence(member).sealed == [sha256]
    assert plain.holds(sha256), "the other organisation still reads it"
    assert evidence_checks.seal_evidence(bakery).removed == [sha256]

    assert not plain.holds(sha256)
    assert evidence_files.store_of(member).read(sha256) == SECRET
    assert evidence_files.store_of(bakery).read(sha256) == SECRET
    assert evidence_checks.seal_evidence(member).sealed == []


def test_unsealed_file_can_be_erased_too(member: Organisation, django_capture_on_commit_callbacks: Commits) -> None:
    _, sha256 = keep(member)
    ContentKey.objects.all().delete()
    plain = ContentFiles(settings.DATA.evidence)
    plain.put([SECRET])
    erase(member, django_capture_on_commit_callbacks, erasure.Targets(sha256=[sha256]))
    assert not plain.holds(sha256)
    assert not evidence_files.store_of(member).holds(sha256)


def test_orphan_is_named_and_swept_only_when_it_is_old(member: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    store = evidence_files.store_of(member)
    orphan = store.put([b"its process was killed"])
    name = f"{orphan.sha256}.{orphan.content_key.object}"
    assert evidence_checks.check_evidence(member).orphans == (name,)
    assert evidence_checks.seal_evidence(member).orphans == []
    monkeypatch.setattr(evidence_checks, "DRAFT_AGE", -evidence_checks.DRAFT_AGE)
    assert evidence_checks.seal_evidence(member).orphans == [name]
    assert sealed_files() == []


def test_items_are_read_page_by_page_and_no_others(member: Organisation, django_assert_max_num_queries: Any) -> None:
    lead = programs.Recorder("system")
    digests = [keep(member, f"file {number}\n".encode(), title=f"File {number}")[1] for number in range(12)]
    custody.offer_custody(member, custody.Offer(digests[2], "Lee", "Pat", "Copy", "Office"), lead)
    with django_assert_max_num_queries(12):
        page = custody.custody_page(member, offset=0, limit=5)
    assert (page.items, page.waiting) == (12, 1)
    assert [chain.item for chain in page.chains] == [digests[2], *reversed(digests[8:])]
    rest = custody.custody_page(member, offset=5, limit=50)
    assert [chain.item for chain in rest.chains] == [*reversed(digests[3:8]), digests[1], digests[0]]
    assert custody.custody_page(member, offset=50).chains == []


def test_file_whose_words_were_erased_keeps_its_chain(
    member: Organisation, django_capture_on_commit_callbacks: Commits
) -> None:
    entry, sha256 = keep(member)
    erase(member, django_capture_on_commit_callbacks, erasure.Targets(entries=[entry.index]))
    chain = custody.chain_of(member, sha256)
    assert ([link.entry for link in chain.links], chain.title) == ([0], "(name erased)")
    custody.offer_custody(member, custody.Offer(sha256, "Lee", "Pat", "Copy", "Office"), SYSTEM)
    assert [chain.links[0].step for chain in custody.custody_page(member).chains] == ["recorded"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL keeps old rows and its log until it recycles them"
)
def test_nothing_of_what_was_erased_is_left_in_any_file_of_the_installation(member: Organisation) -> None:
    """The words, the file and its key are looked for in the database, its log and the store."""
    entry, sha256 = keep(member, b"ZEBRAFILE\n" * 50, title="ZEBRATITLE", note="ZEBRANOTE")
    key = bytes(ContentKey.objects.get().key or b"")
    database = Path(settings.DATABASES["default"]["NAME"])

    def holding(needle: bytes) -> list[str]:
        places = [*database.parent.glob(f"{database.name}*"), *Path(settings.DATA.root).rglob("*")]
        return sorted({path.name for path in places if path.is_file() and needle in path.read_bytes()})

    assert all(holding(needle) for needle in (b"ZEBRANOTE", b"ZEBRATITLE", key))

    done = erasure.erase(
        member, erasure.Targets([entry.index], (), [sha256]), basis="Request", approved_by="R", recorder=SYSTEM
    )

    assert done.entry is not None
    for needle in (b"ZEBRANOTE", b"ZEBRATITLE", b"ZEBRAFILE", key):
        assert holding(needle) == []
    assert sealed_files() == []
    assert verify_ledger(member).entries == 2
