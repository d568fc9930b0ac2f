"""Counsel's workspace leaks nowhere: seeded words are looked for in every page, row and dossier."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

from charteroak.errors import AccessError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.evidence.models import PrivilegedItem
from charteroak.records.ledger.models import LedgerEntry
from charteroak.services import dossiers, privilege, programs
from charteroak.services.checkpoints import verify_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

SEEDS = ("ZANZIBAR-SUBJECT", "ZANZIBAR-AUTHOR", "ZANZIBAR-RECIPIENT", "ZANZIBAR-ADVICE", "zanzibar-file")
PAGES_OF_THE_WORKSPACE = "privileged"


@pytest.fixture
def counsel(add_person: Callable[..., User], member: Organisation) -> User:
    return add_person("Cora", member, "counsel")


@pytest.fixture
def item(member: Organisation, counsel: User) -> PrivilegedItem:
    """A file with a seed in every member."""
    new = privilege.NewPrivilegedItem(
        form="file",
        privilege="work-product",
        day=date(2026, 2, 1),
        author=SEEDS[1],
        recipients=SEEDS[2],
        subject=SEEDS[0],
        file=programs.UploadedFile("zanzibar-file.txt", "text/plain", io.BytesIO(SEEDS[3].encode() * 1000)),
    )
    return privilege.keep_privileged(member, new, counsel)


@pytest.fixture
def recorded(member: Organisation, security_lead: User) -> LedgerEntry:
    """Something in the ordinary record."""
    file = programs.UploadedFile("list.txt", "text/plain", io.BytesIO(b"a list\n"))
    new = programs.NewEvidence("back-up-and-restore", "A list", date(2026, 3, 2), files=(file,))
    return programs.record_evidence(member, new, programs.recorder_for(security_lead))


def pages_of(member: Organisation, entry: LedgerEntry, dossier: int) -> list[str]:
    """Every address below the organisation that is read, with arguments that name something."""
    known = {
        "slug": member.slug, "practice_id": "back-up-and-restore", "index": entry.index, "number": dossier,
        "sha256": entry.evidence_files.get().sha256, "item": entry.evidence_files.get().sha256, "hold": "hold-1",
    }  # fmt: skip
    found = []
    for namespace in ("programs", "detections", "evidence"):
        for name in {name for name in _names(namespace) if isinstance(name, str)}:
            _, resolver = get_resolver().namespace_dict[namespace]
            arguments = {key for _form, keys in resolver.reverse_dict.getlist(name)[0][0] for key in keys}
            try:
                found.append(reverse(f"{namespace}:{name}", kwargs={key: known[key] for key in arguments | {"slug"}}))
            except (KeyError, NoReverseMatch):
                continue
    return sorted(found)


def _names(namespace: str) -> set[object]:
    return set(get_resolver().namespace_dict[namespace][1].reverse_dict)


def seeds_in(data: bytes) -> list[str]:
    return [seed for seed in SEEDS if seed.encode() in data]


@pytest.mark.parametrize("role", ["lead", "provider"])
def test_no_page_shows_anything_of_it_to_those_who_keep_the_record(
    member: Organisation,
    item: PrivilegedItem,
    recorded: LedgerEntry,
    security_lead: User,
    provider_person: User,
    role: str,
) -> None:
    assert item.number == 1
    made_by = programs.recorder_for(security_lead)
    dossier = dossiers.create_dossier(member, date(2026, 3, 1), date(2026, 3, 9), made_by=made_by)
    client = Client()
    client.force_login(security_lead if role == "lead" else provider_person)
    addresses = pages_of(member, recorded, dossier.pk)
    assert len(addresses) > 25
    shown = 0
    for address in ["/", *addresses]:
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        assert seeds_in(body) == [], address
        if f"/{PAGES_OF_THE_WORKSPACE}/" in address:
            assert response.status_code in {404, 405}, address
        else:
            shown += response.status_code == 200
            assert b"/privileged/" not in body, f"{address} tells that there is a workspace"
    assert shown > 15


def test_nothing_of_it_is_in_the_ledger_a_status_a_determination_or_a_dossier(
    member: Organisation, item: PrivilegedItem, recorded: LedgerEntry, security_lead: User, tmp_path: Path
) -> None:
    assert (item.number, recorded.index) == (1, 0)
    assert verify_ledger(member).entries == 1, "keeping something here writes no entry"
    recorder = programs.recorder_for(security_lead)
    record = dossiers.create_dossier(member, date(2026, 3, 1), date(2026, 3, 9), made_by=recorder)
    target = tmp_path / "dossier.zip"
    with target.open("xb") as file:
        dossiers.copy_dossier(record, file)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        assert [name for name in names if seeds_in(archive.read(name)) or "privileged" in name.lower()] == []
    status = programs.status_of(member, as_of=date(2026, 3, 9)).to_json()
    determination = programs.determine_prospective(member, as_of=date(2026, 3, 9)).determination.to_json()
    assert seeds_in(json.dumps([status, determination]).encode()) == []


def test_rows_of_the_record_hold_nothing_of_it(member: Organisation, item: PrivilegedItem) -> None:
    assert (member.slug, item.number) == ("elm-hollow-bakery", 1)
    for model in apps.get_models():
        if model is PrivilegedItem:
            continue
        texts = [f.attname for f in model._meta.concrete_fields if not isinstance(f, models.ForeignKey)]
        for row in model._default_manager.values(*texts):
            assert seeds_in(repr(row).encode()) == [], model


def test_its_bytes_stand_sealed_and_apart_from_the_evidence(item: PrivilegedItem) -> None:
    root = Path(settings.DATA.root)
    assert not any(
        seeds_in(path.read_bytes()) for path in root.rglob("*") if path.is_file() and "sqlite" not in path.name
    )
    assert [path for path in (root / "evidence").rglob("*") if item.sha256 in path.name] == []
    assert len([path for path in (root / "privileged").rglob("*") if item.sha256 in path.name]) == 1


def test_counsel_reads_it_and_the_log_holds_no_content(
    member: Organisation, item: PrivilegedItem, counsel: User
) -> None:
    client = Client()
    client.force_login(counsel)
    base = f"/organisations/{member.slug}/privileged"
    response = client.get(f"{base}/{item.number}/")
    assert b"".join(response).startswith(b"ZANZIBAR-ADVICE")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
    page = client.get(f"{base}/").content
    assert SEEDS[0].encode() in page
    for log in ("log.csv", "log.json"):
        content = client.get(f"{base}/{log}").content
        assert seeds_in(content) == [*SEEDS[:3]], log


def test_admission_opens_the_workspace_and_its_end_closes_it(
    member: Organisation, item: PrivilegedItem, counsel: User, add_person: Callable[..., User]
) -> None:
    guest = add_person("Gil")
    with pytest.raises(AccessError):
        privilege.open_privileged(member, item.number, guest)
    with pytest.raises(AccessError):
        privilege.admit(member, guest.username, guest)
    admission = privilege.admit(member, guest.username, counsel)
    with pytest.raises(programs.ProgramInputError, match="already"):
        privilege.admit(member, guest.username, counsel)
    client = Client()
    client.force_login(guest)
    address = f"/organisations/{member.slug}/privileged/"
    assert client.get(address).status_code == 200
    assert client.get(f"/organisations/{member.slug}/evidence/").status_code == 404, "the record stays closed"
    with pytest.raises(AccessError):
        privilege.end_admission(member, admission.pk, guest)
    privilege.end_admission(member, admission.pk, counsel)
    assert client.get(address).status_code == 404
    with pytest.raises(AccessError):
        privilege.end_admission(member, admission.pk, counsel)


def test_counsel_of_another_organisation_sees_nothing(
    member: Organisation, item: PrivilegedItem, add_organisation: Callable[..., Organisation],
    add_person: Callable[..., User],
) -> None:  # fmt: skip
    other = add_person("Cole", add_organisation("west-hill"), "counsel")
    assert list(privilege.privileged_organisations(other).values_list("slug", flat=True)) == ["west-hill"]
    with pytest.raises(AccessError):
        privilege.open_privileged(member, item.number, other)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 50_001}, "text"),
        ({"subject": " "}, "subject"),
        ({"author": "x" * 301}, "author"),
        ({"day": date(2999, 1, 1)}, "day"),
        ({"form": "secret"}, "form"),
        ({"privilege": "priest"}, "privilege"),
        ({"recipients": "x\n" * 600}, "recipients"),
    ],
)
def test_item_that_cannot_be_used_leaves_nothing(
    member: Organisation, counsel: User, changes: dict[str, object], field: str
) -> None:
    values: dict[str, object] = {
        "form": "note", "privilege": "work-product", "day": date(2026, 2, 1), "author": "C", "recipients": "",
        "subject": "S", "text": "T",
    }  # fmt: skip
    with pytest.raises(programs.ProgramInputError) as refusal:
        privilege.keep_privileged(member, privilege.NewPrivilegedItem(**{**values, **changes}), counsel)  # type: ignore[arg-type]
    assert refusal.value.field == field
    assert not PrivilegedItem.objects.exists()
    assert not [path for path in (Path(settings.DATA.root) / "privileged").rglob("*") if path.is_file()]


def test_what_a_killed_process_left_here_is_swept_when_it_is_old(
    member: Organisation, item: PrivilegedItem, counsel: User
) -> None:
    root = Path(settings.DATA.root) / "privileged"
    [path] = [path for path in root.rglob("*") if item.sha256 in path.name]
    orphan = path.with_name(f"{item.sha256}.{'0' * 16}")
    orphan.write_bytes(path.read_bytes())
    written = orphan.stat().st_mtime
    assert privilege.sweep_privileged(member, before=written - 1) == []
    assert privilege.sweep_privileged(member, before=written + 1) == [orphan.name]
    assert not orphan.exists()
    _, stream = privilege.open_privileged(member, item.number, counsel)
    with stream:
        assert stream.read().startswith(b"ZANZIBAR-ADVICE")
