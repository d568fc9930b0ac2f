"""The sample state: a desk, a provider, a business, a town and a school district, with a year of made-up records.

Everything in it is fiction and says so. It is loaded through the same services that people use; only made-up
organisations may say when something was recorded, so no real ledger can be filled this way.
"""

import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, ClassVar

import msgspec
from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.clock import parse_instant
from charteroak.errors import InputError
from charteroak.intel.audiences import Audience
from charteroak.program.start.answers import parse_answers
from charteroak.program.written_document.draft import parse_draft
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services.access import actor_of
from charteroak.services.accounts import NewOrganisation, NewPerson, add_organisation, add_person
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.guided_start import save_section
from charteroak.services.intelligence import declare_own_domain
from charteroak.services.program_drafts import change_draft
from charteroak.services.programs import (
    NewEvidence,
    NewProgram,
    Recorder,
    UploadedFile,
    adopt_program,
    record,
    record_evidence,
)
from charteroak.services.reports import PhishReport, Reporter, file_phish_report
from charteroak.services.sample_exercise import load_sample_exercise
from charteroak.services.sample_incident import load_sample_incident
from charteroak.services.sample_plans import adopt_sample_plans
from charteroak.services.sample_witnesses import witness_sample_ledgers
from charteroak.services.sharing import NewCollection, open_collection
from charteroak.tlp import TLPLabel

SAMPLE_PASSWORD = "acorns under the charter oak"  # noqa: S105 - of made-up people, on loopback only
"""How the made-up people sign in to a demonstration; ``serve --demo`` serves on loopback alone."""

SAMPLE_DOMAIN = "payroll-quickpay.example"
SAMPLE_HOST = "login.payroll-quickpay.example"
"""What the sample campaign's mails link to and the sample logs name."""

_REPORTED = (
    ("mail/phish-1.eml", "cedar-landing", datetime(2026, 11, 18, 14, 12, tzinfo=UTC)),
    ("mail/phish-2.eml", "harborview-schools", datetime(2026, 11, 19, 13, 40, tzinfo=UTC)),
)
_DRAFTING = ("elm-hollow-bakery", "maria.delgado@elm-hollow-bakery.example")
"""Whose written program is being drafted, and by whom."""
_PLANNING = ("cedar-landing", "june.whitlock@cedar-landing.example")
"""Whose plans are adopted, and by whom they are kept."""
_COLLECTIONS = (
    NewCollection(
        title="Community",
        alias="community",
        audience=Audience.COMMUNITY,
        tlp_ceiling=TLPLabel.GREEN,
        description="For every member and provider of the sample state.",
    ),
    NewCollection(
        title="Members",
        alias="members",
        audience=Audience.MEMBERS,
        tlp_ceiling=TLPLabel.AMBER_STRICT,
        description="For the members themselves.",
    ),
)


class SampleStateError(InputError):
    """The sample state cannot be loaded here."""

    code: ClassVar[str] = "sample-state.refused"


@dataclass(frozen=True, slots=True)
class SampleState:
    """What was loaded, or found loaded before."""

    organisations: int
    entries: int
    was_there: bool

    @property
    def sentence(self) -> str:
        """What happened, for a person."""
        if self.was_there:
            return f"The fictional sample state is there already: {self.organisations} organizations."
        return f"Loaded the fictional sample state: {self.organisations} organizations, {self.entries} ledger entries."


def has_published_password() -> bool:
    """Whether anybody here signs in with the password that stands in this file."""
    made_up = User.objects.filter(memberships__organisation__is_fictional=True).distinct()
    return any(user.check_password(SAMPLE_PASSWORD) for user in made_up)


def sample_file(name: str) -> bytes:
    """The bytes of a packaged sample."""
    return files("charteroak.services").joinpath("sample_data", *name.split("/")).read_bytes()


def load_sample_state(*, password: str = SAMPLE_PASSWORD, with_reports: bool = True) -> SampleState:
    """Load the sample state into an empty installation; where it is already, nothing changes.

    Raises:
        SampleStateError: real organisations are kept here.
    """
    present = Organisation.objects.all()
    if present.filter(is_fictional=False).exists():
        raise SampleStateError("Real organizations are kept here; the sample state is for an empty data directory.")
    if present.exists():
        return SampleState(present.count(), 0, was_there=True)
    content = tomllib.loads(sample_file("state.toml").decode("utf-8"))
    with transaction.atomic():
        organisations = _add_organisations(content["organisations"])
        people = _add_people(content["people"], organisations, password)
        desk = next(one for one in organisations.values() if one.part == Organisation.Part.DESK)
        for collection in _COLLECTIONS:
            open_collection(desk, collection, created=desk.created)
        _record_year(content["entries"], organisations, people)
        _begin_starts(content["starts"], organisations, people)
        if with_reports:
            adopt_sample_plans(organisations[_PLANNING[0]], people[_PLANNING[1]])
            _have_incident(organisations[_PLANNING[0]], people[_PLANNING[1]])
        witness_sample_ledgers(organisations.values())
        _draft_program(organisations[_DRAFTING[0]], people[_DRAFTING[1]])
        if with_reports:
            for name, slug, received in _REPORTED:
                reporter = Reporter(
                    user=User.objects.filter(memberships__organisation=organisations[slug])[0],
                    organisation=organisations[slug],
                )
                report = PhishReport(message=sample_file(name), outcome="unsuccessful")
                file_phish_report(report, reporter, desk=desk, received=received)
    return SampleState(len(organisations), len(content["entries"]), was_there=False)


def _have_incident(town: Organisation, lead: User) -> None:
    """An exercise and a live incident; their days follow the last of the year's entries, whatever the clock says."""
    last = LedgerEntry.objects.filter(organisation=town).order_by("-index")[0].recorded
    load_sample_exercise(town, lead, last + timedelta(days=12))
    load_sample_incident(town, lead, max(now(), last + timedelta(days=4)))
    make_checkpoint(town, created=max(now(), last + timedelta(days=4)))


def _add_organisations(rows: list[dict[str, Any]]) -> dict[str, Organisation]:
    added: dict[str, Organisation] = {}
    for row in rows:
        new = NewOrganisation(row["slug"], row["name"], row["part"], row["kind"], is_fictional=True)
        added[row["slug"]] = add_organisation(new, created=parse_instant(row["created"]))
        declare_own_domain(added[row["slug"]], f"{row['slug']}.example")
    for row in rows:
        added[row["slug"]].providers.set([added[provider] for provider in row.get("providers", ())])
    return added


def _add_people(
    rows: list[dict[str, Any]], organisations: Mapping[str, Organisation], password: str
) -> dict[str, User]:
    added = {}
    for row in rows:
        first_name, _, last_name = row["name"].partition(" ")
        memberships = [(organisations[row["organisation"]], row["role"])]
        added[row["email"]] = add_person(NewPerson(row["email"], first_name, last_name, memberships), password)
    return added


def _record_year(
    rows: list[dict[str, Any]], organisations: Mapping[str, Organisation], people: Mapping[str, User]
) -> None:
    """Record the entries, and sign each ledger whenever a new month begins in it and at its end."""
    newest: dict[str, datetime] = {}
    recorded: dict[str, list[int]] = {}
    for row in rows:
        organisation = organisations[row["organisation"]]
        moment = parse_instant(row["recorded"])
        last = newest.get(organisation.slug)
        if last is not None and (last.year, last.month) != (moment.year, moment.month):
            make_checkpoint(organisation, created=last)
        newest[organisation.slug] = moment
        user = people[row["actor"]]
        mine = recorded.setdefault(organisation.slug, [])
        told = row | {"body": _with_entries(row["body"], mine)}
        mine.append(_record_entry(organisation, told, Recorder(actor_of(user), user, recorded=moment)).index)
    for slug, moment in newest.items():
        make_checkpoint(organisations[slug], created=moment)


def _draft_program(organisation: Organisation, drafter: User) -> None:
    """The next version of a written program, as somebody left it; no entry comes of it."""
    draft = parse_draft(tomllib.loads(sample_file("program-draft.toml").decode("utf-8")))
    changed = datetime(2026, 11, 19, 15, 30, tzinfo=UTC)
    change_draft(organisation, lambda _: draft, Recorder(actor_of(drafter), drafter, recorded=changed))


def _begin_starts(
    rows: list[dict[str, Any]], organisations: Mapping[str, Organisation], people: Mapping[str, User]
) -> None:
    """Save the sections of guided starts that somebody began and did not finish."""
    for row in rows:
        user, said = people[row["actor"]], parse_answers(row["answers"])
        recorder = Recorder(actor_of(user), user, recorded=parse_instant(row["recorded"]))
        for section in row["sections"]:
            told = {section: getattr(said, section)}
            save_section(
                organisations[row["organisation"]],
                section,
                lambda known, told=told: msgspec.structs.replace(known, **told),  # type: ignore[misc]
                recorder,
                seen=0,
            )


def _with_entries(body: dict[str, Any], recorded: list[int]) -> dict[str, Any]:
    """A body that names the organisation's earlier rows of the file, with the entries that they became."""
    named = {member: recorded[body[member]] for member in ("supersedes", "by") if isinstance(body.get(member), int)}
    if "evidence" in body:
        named["evidence"] = [recorded[number] for number in body["evidence"]]
    return body | named


def _record_entry(organisation: Organisation, row: dict[str, Any], recorder: Recorder) -> LedgerEntry:
    body = row["body"]
    uploads = [_upload(name) for name in row.get("files", ())]
    first, last = row["occurred_from"], row.get("occurred_to")
    if row["kind"] == "evidence.recorded":
        evidence = NewEvidence(
            practice=body["practice"],
            title=body["title"],
            occurred_from=date.fromisoformat(first),
            occurred_to=None if last is None else date.fromisoformat(last),
            note=body["note"],
            files=uploads,
            precision=row.get("precision"),
        )
        return record_evidence(organisation, evidence, recorder)
    if row["kind"] == "program.adopted":
        program = NewProgram(
            title=body["title"],
            version=body["version"],
            by=body["by"],
            document=uploads[0],
            adopted=date.fromisoformat(first),
            practices=body.get("practices", ()),
        )
        return adopt_program(organisation, program, recorder)
    return record(organisation, row["kind"], body, recorder, occurred_from=first, occurred_to=last)


def _upload(name: str) -> UploadedFile:
    media_type = "text/csv" if name.endswith(".csv") else "text/plain"
    return UploadedFile(name, media_type, io.BytesIO(sample_file(f"evidence/{name}")))
