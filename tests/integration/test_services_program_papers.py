"""The written program: drafted part by part, adopted with its exact bytes, compared with what came before."""

import hashlib
import io
import tomllib
from collections.abc import Callable
from datetime import date

import msgspec
import pytest

from charteroak.documents.blocks import Document
from charteroak.errors import AccessError
from charteroak.program.bodies import PracticeAnswered, ProgramAdopted, ProgramDescribed
from charteroak.program.written_document.draft import PolicyChoice, ProgramDraft, ScaleReasons, parse_draft
from charteroak.program.written_document.errors import DraftError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.programs.models import EvidenceFile
from charteroak.records.programs.models import ProgramDraft as DraftRow
from charteroak.services import program_drafts, program_papers, program_record, programs
from charteroak.services.program_papers import NewAdoption
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for
from charteroak.services.sample_state import sample_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
SYSTEM = Recorder("system")
DAY = date(2026, 3, 2)
Add = Callable[..., Organisation]


@pytest.fixture
def shop(add_organisation: Add) -> Organisation:
    return add_organisation("elm-hollow")


def write(shop: Organisation, **members: object) -> ProgramDraft:
    return program_drafts.change_draft(shop, lambda draft: msgspec.structs.replace(draft, **members), SYSTEM)


def adopt(shop: Organisation, version: str = "1.0", **changes: object) -> LedgerEntry:
    values: dict[str, object] = {"version": version, "by": "The board", "adopted": DAY}
    return program_papers.adopt_draft(shop, NewAdoption(**{**values, **changes}), SYSTEM)  # type: ignore[arg-type]


def test_a_draft_is_kept_part_by_part_and_is_no_entry(shop: Organisation, add_person: Callable[..., User]) -> None:
    assert not program_drafts.draft_of(shop).is_begun
    lead = add_person("Maria", shop)
    program_drafts.change_draft(shop, lambda d: msgspec.structs.replace(d, covers="All."), recorder_for(lead))
    write(shop, purpose="Trust.")
    kept = program_drafts.draft_of(shop)
    assert (kept.draft.covers, kept.draft.purpose, kept.changed_by) == ("All.", "Trust.", None)
    assert DraftRow.objects.get(organisation=shop).saves == 2
    assert not LedgerEntry.objects.filter(organisation=shop).exists()


@pytest.mark.parametrize(
    "members",
    [
        pytest.param({"practices": ("no-such-practice",)}, id="unknown-practice"),
        pytest.param({"policies": {"nothing": PolicyChoice()}}, id="unknown-policy"),
        pytest.param({"policies": {"backup": PolicyChoice(values={"made": "x"})}}, id="unknown-parameter"),
        pytest.param({"policies": {"backup": PolicyChoice(own_words={"x": "y"})}}, id="unknown-clause"),
        pytest.param({"covers": "a\x00b"}, id="null"),
        pytest.param({"covers": "x" * 100_001}, id="too-long"),
    ],
)
def test_a_part_that_cannot_be_used_changes_nothing(shop: Organisation, members: dict[str, object]) -> None:
    write(shop, purpose="Trust.")
    with pytest.raises(ProgramInputError):
        write(shop, **members)
    assert program_drafts.draft_of(shop).draft == ProgramDraft(purpose="Trust.")


def test_a_stored_draft_that_this_release_cannot_read_is_an_error_and_no_empty_draft(shop: Organisation) -> None:
    write(shop, purpose="Trust.")
    DraftRow.objects.filter(organisation=shop).update(content={"later": 1})
    with pytest.raises(DraftError):
        program_drafts.draft_of(shop)


def test_whoever_does_not_keep_the_record_is_refused(shop: Organisation, add_person: Callable[..., User]) -> None:
    stranger = recorder_for(add_person("Nobody"))
    for attempt in (
        lambda: program_drafts.change_draft(shop, lambda draft: draft, stranger),
        lambda: program_papers.paper_file(shop, "pdf", stranger),
        lambda: program_papers.compare_versions(shop, "draft", "draft", stranger),
        lambda: program_papers.adopted_file(shop, "1.0", "pdf", stranger),
        lambda: program_papers.adopt_draft(shop, NewAdoption("1.0", "x", DAY), stranger),
    ):
        with pytest.raises(AccessError):
            attempt()


def test_adopting_keeps_the_exact_bytes_of_each_form_and_one_entry_names_their_digests(shop: Organisation) -> None:
    program_record.answer_practice(shop, PracticeAnswered(practice="lock-and-log", answer="yes"), DAY, SYSTEM)
    write(shop, scale=ScaleReasons(activities="We bake."), practices=("lock-and-log", "patch-on-time"))
    entry = adopt(shop)
    (version,) = program_papers.versions_of(shop)
    assert (version.version, version.entry, set(version.files)) == ("1.0", entry.index, {"pdf", "docx", "json"})
    assert set(version.body.practices) == {"lock-and-log", "patch-on-time"}
    forms: tuple[program_papers.Form, ...] = ("pdf", "docx")
    for form in forms:
        file = program_papers.adopted_file(shop, "1.0", form, SYSTEM)
        assert hashlib.sha256(file.content).hexdigest() == version.files[form].sha256
    assert version.body.document_sha256 == version.files["pdf"].sha256
    named = {file.sha256 for file in getattr(version.body, "files", ())}
    assert named == {version.files["docx"].sha256, version.files["json"].sha256}
    text = program_papers.rendered(
        msgspec.json.decode(_bytes(shop, version.files["json"]), type=Document), "md"
    ).decode()
    assert "Version 1.0 is adopted by The board on 2 March 2026." in text
    assert "DRAFT" not in text


def _bytes(shop: Organisation, file: EvidenceFile) -> bytes:
    with programs.open_evidence_file(shop, file.sha256)[1] as stream:
        return stream.read()


def test_adopting_says_where_the_ten_things_stand_and_leaves_unknown_what_does_not(shop: Organisation) -> None:
    program_record.answer_practice(shop, PracticeAnswered(practice="lock-and-log", answer="yes"), DAY, SYSTEM)
    write(shop, scale=ScaleReasons(activities="We bake."), practices=("lock-and-log",))
    adopt(shop)
    described = programs.status_of(shop, as_of=DAY).program.described
    assert described is not None
    assert isinstance(described.body, ProgramDescribed)
    assert described.body.safeguards.physical.where == "section 8"
    assert described.body.safeguards.technical.holds is None
    assert (described.body.scale.activities.holds, described.body.scale.sensitivity.holds) == (True, None)


def test_the_description_is_left_out_where_it_is_not_wanted(shop: Organisation) -> None:
    write(shop, covers="All.")
    adopt(shop, describe=False)
    assert not LedgerEntry.objects.filter(organisation=shop, kind="program.described").exists()


def test_an_adoption_that_is_refused_records_nothing(shop: Organisation) -> None:
    write(shop, covers="All.")
    adopt(shop)
    before = LedgerEntry.objects.count(), EvidenceFile.objects.count()
    refusals: tuple[tuple[str, NewAdoption], ...] = (
        ("version", NewAdoption(" ", "Board", DAY)),
        ("version", NewAdoption("draft", "Board", DAY)),
        ("version", NewAdoption("1.0", "Board", DAY)),
        ("by", NewAdoption("1.1", "", DAY)),
        ("adopted", NewAdoption("1.1", "Board", date(2999, 1, 1))),
    )
    for field, new in refusals:
        with pytest.raises(ProgramInputError) as refused:
            program_papers.adopt_draft(shop, new, SYSTEM)
        assert refused.value.field == field
    assert (LedgerEntry.objects.count(), EvidenceFile.objects.count()) == before


def test_nothing_is_adopted_that_nobody_wrote(shop: Organisation) -> None:
    with pytest.raises(ProgramInputError, match="Nobody has begun a draft"):
        adopt(shop)


def test_versions_count_on_and_the_next_one_tells_what_changed(shop: Organisation) -> None:
    write(shop, covers="The shop and the office.")
    adopt(shop)
    write(shop, covers="The shop, the office and the web shop.")
    paper = program_papers.program_paper(shop, SYSTEM)
    assert "version 1.1, draft" in paper.document.subtitle
    text = program_papers.rendered(paper.document, "md").decode()
    appendix = text[text.index("What changed since version 1.0") :]
    assert "\\[removed: ~~ and the office~~\\]" in appendix or "added: " in appendix
    entry = adopt(shop, "1.1")
    assert isinstance(program_papers.versions_of(shop)[0].body, ProgramAdopted)
    assert program_papers.versions_of(shop)[0].entry == entry.index
    changes = program_papers.compare_versions(shop, "1.0", "1.1", SYSTEM).changes
    scope = next(change for change in changes if change.heading == "1 Purpose and scope")
    assert scope.state == "changed"
    assert next(change for change in changes if change.heading == "5 Who does what").state == "same"


def test_versions_written_elsewhere_are_compared_where_they_are_text(shop: Organisation) -> None:
    for version, name, content in (
        ("1", "a.md", b"# P\n\nOnce a year.\n"),
        ("2", "b.md", b"# P\n\nTwice a year.\n"),
        ("3", "c.pdf", b"%PDF-1.7"),
        ("4", "d.txt", b"\xff\xfe\x00"),
    ):
        document = programs.UploadedFile(name, "text/plain", io.BytesIO(content))
        programs.adopt_program(shop, programs.NewProgram("P", version, "Board", document, DAY), SYSTEM)
    (change,) = (one for one in program_papers.compare_versions(shop, "1", "2", SYSTEM).changes if one.changed)
    assert [(piece.kind, piece.text) for piece in change.changed[0].pieces][:2] == [
        ("removed", "Once"),
        ("added", "Twice"),
    ]
    for unreadable in ("3", "4"):
        with pytest.raises(ProgramInputError, match="read"):
            program_papers.compare_versions(shop, "1", unreadable, SYSTEM)
    with pytest.raises(ProgramInputError, match="There is no version 9"):
        program_papers.compare_versions(shop, "1", "9", SYSTEM)


@pytest.mark.parametrize(
    ("known", "next_one"),
    [((), "1.0"), (("1.0", "1.9"), "1.10"), (("2026", "draft of May"), "1.0"), (("2.0", "1.7"), "2.1")],
)
def test_the_next_version_is_one_more_than_the_highest(known: tuple[str, ...], next_one: str) -> None:
    assert program_papers.next_version(known) == next_one


def test_the_sample_draft_of_the_bakery_can_be_read() -> None:
    assert parse_draft(tomllib.loads(sample_file("program-draft.toml").decode())).upkeep.every_months == 6
