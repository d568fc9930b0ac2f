"""The verbs that keep a program's record: for those who keep it alone, and never by halves."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.errors import AccessError
from charteroak.program.bodies import (
    CorrectionMade,
    EditionAdopted,
    OrganisationDescribed,
    PracticeAnswered,
    ProgramApproved,
    ProgramDescribed,
    ProgramReviewed,
)
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import program_record as verbs
from charteroak.services import programs
from charteroak.services.programs import ProgramInputError, Recorder, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

DAY = date(2026, 3, 2)
SYSTEM = Recorder("system")
YES = PracticeAnswered(practice="patch-on-time", answer="yes")
CSF = EditionAdopted(framework="nist-csf", edition="2.0", status="conforms", from_=DAY, asserted_by="Samuel Reed")
VERBS: dict[str, Callable[[Organisation, Recorder], object]] = {
    "answer": lambda one, by: verbs.answer_practice(one, YES, DAY, by),
    "organisation": lambda one, by: verbs.describe_organisation(
        one, OrganisationDescribed(name="Shop", kind="llc"), DAY, by
    ),
    "contents": lambda one, by: verbs.describe_program(one, ProgramDescribed(), DAY, by),
    "approve": lambda one, by: verbs.approve_program(
        one, ProgramApproved(version="1.0", by="Reed", role="owner"), DAY, by
    ),
    "review": lambda one, by: verbs.review_program(
        one, ProgramReviewed(version="1.0", by="Board", outcome="no-change"), DAY, by
    ),
    "edition": lambda one, by: verbs.adopt_edition(one, CSF, by),
    "correct": lambda one, by: verbs.correct_entry(one, CorrectionMade(corrects=0, reason="A draft."), by),
    "adopt": lambda one, by: programs.adopt_program(one, version("2.0"), by),
    "evidence": lambda one, by: programs.record_evidence(
        one, programs.NewEvidence("patch-on-time", "List", DAY, note="Done."), by
    ),
}


def version(name: str = "1.0", **changes: object) -> programs.NewProgram:
    document = programs.UploadedFile("program.md", "text/markdown", io.BytesIO(name.encode()))
    values = {"title": "Program", "version": name, "by": "Board", "document": document, "adopted": DAY}
    return programs.NewProgram(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def shop(member: Organisation) -> Organisation:
    """A business with version 1.0 on record."""
    programs.adopt_program(member, version(), SYSTEM)
    return member


@pytest.mark.parametrize("verb", VERBS)
def test_only_those_who_keep_the_record_write_into_it(
    shop: Organisation,
    analyst: User,
    provider_person: User,
    add_organisation: Callable[..., Organisation],
    add_person: Callable[..., User],
    verb: str,
) -> None:
    for stranger in (analyst, add_person("Otto", add_organisation("other-shop")), add_person("Nobody")):
        with pytest.raises(AccessError):
            VERBS[verb](shop, recorder_for(stranger))
    assert LedgerEntry.objects.count() == 1
    VERBS[verb](shop, recorder_for(provider_person))
    assert LedgerEntry.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": " "}, "version"),
        ({"version": "1.0"}, "version"),
        ({"by": "x" * 301}, "by"),
        ({"adopted": date(2999, 1, 1)}, "adopted"),
        ({"practices": ("no-such-practice",)}, "practices"),
    ],
)
def test_a_version_that_is_refused_leaves_not_even_its_document(
    shop: Organisation, changes: dict[str, object], field: str
) -> None:
    kept = sorted(Path(settings.DATA.evidence).rglob("*"))
    with pytest.raises(ProgramInputError) as refusal:
        programs.adopt_program(shop, version("2.0", **changes), SYSTEM)
    assert refusal.value.field == field
    assert sorted(Path(settings.DATA.evidence).rglob("*")) == kept
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("assertion", "field"),
    [
        ({"framework": "nist-csf", "edition": "r3"}, "edition"),
        ({"framework": "no-framework"}, "edition"),
        ({"from_": date(2024, 2, 25)}, "from_"),
    ],
)
def test_an_assertion_that_a_determination_could_not_read_is_refused(
    member: Organisation, assertion: dict[str, object], field: str
) -> None:
    values = {"framework": "nist-csf", "edition": "2.0", "status": "unknown", "from_": DAY, "asserted_by": "Reed"}
    with pytest.raises(ProgramInputError) as refusal:
        verbs.adopt_edition(member, EditionAdopted(**{**values, **assertion}), SYSTEM)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert not LedgerEntry.objects.exists()


def test_what_is_recorded_never_stops_the_determination(shop: Organisation) -> None:
    for verb in VERBS.values():
        verb(shop, SYSTEM)
    today = connecticut_day(now())
    programs.determine_prospective(shop, as_of=today)
    programs.determine_breach(shop, first=programs.EARLIEST_DAY, last=today)
    programs.determine_breach(shop, first=date(2024, 2, 25), last=date(2024, 2, 27))


def test_once_a_correction_is_corrected_the_entry_counts_again(shop: Organisation) -> None:
    verbs.correct_entry(shop, CorrectionMade(corrects=0, reason="A draft."), SYSTEM)
    assert not programs.adopted_versions(shop)
    verbs.correct_entry(shop, CorrectionMade(corrects=1, reason="It was no draft."), SYSTEM)
    assert [adoption.version for adoption in programs.adopted_versions(shop).values()] == ["1.0"]
    with pytest.raises(ProgramInputError):
        verbs.correct_entry(shop, CorrectionMade(corrects=1, reason="Once more."), SYSTEM)


def test_another_entry_stands_in_place_of_one_about_earlier_days(member: Organisation) -> None:
    today = connecticut_day(now())
    later = verbs.answer_practice(member, YES, DAY, SYSTEM)
    earlier = verbs.answer_practice(member, YES, DAY - timedelta(days=9), SYSTEM)
    other = PracticeAnswered(practice="train-everyone", answer="no")
    about_another = verbs.answer_practice(member, other, DAY - timedelta(days=9), SYSTEM)
    standing = verbs.overtaken_by(member, earlier, today)
    assert standing is not None
    assert standing.index == later.index
    assert verbs.overtaken_by(member, later, today) is None
    assert verbs.overtaken_by(member, about_another, today) is None
