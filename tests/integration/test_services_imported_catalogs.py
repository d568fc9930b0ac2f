"""Bringing OSCAL documents in: whole or not at all, once for the same bytes, and only by those who may."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from charteroak.errors import AccessError
from charteroak.frameworks.catalog import load_catalog
from charteroak.oscal.errors import ImportNotAtHandError, OSCALInvalidError
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.frameworks.models import ImportedControl, ImportedDocument
from charteroak.services import imported_catalogs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
ASSETS = Path(__file__).parents[1] / "assets" / "oscal"
CATALOG = (ASSETS / "catalog.json").read_bytes()
PROFILE = (ASSETS / "profile.json").read_bytes()
OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "oscal" / "catalogs"
Add = Callable[..., Any]


@pytest.fixture
def analyst(desk: Organisation, add_person: Add) -> User:
    user = add_person("Ana", desk, "analyst")
    assert isinstance(user, User)
    return user


def test_an_unknown_catalog_stands_by_itself_and_is_no_edition(analyst: User) -> None:
    done = imported_catalogs.import_document(CATALOG, "catalog.json", analyst)
    assert done.is_new
    assert (done.row.framework, done.row.edition, done.row.imported_by) == ("", "", analyst)
    assert list(done.row.controls.values_list("identifier", "group", "parent", "withdrawn")) == [
        ("el-1", "Elm", "", False),
        ("el-2", "Elm", "", False),
        ("el-2.1", "Elm", "el-2", False),
        ("el-2.2", "Elm", "el-2", False),
        ("ho-1", "Hollow", "", False),
        ("ho-2", "Hollow", "", True),
    ]
    wording = imported_catalogs.wording_in(done.row, 0)
    assert [tuple(each) for each in wording.passages] == [
        ("statement", "", 0, "Do it every [Assignment: how often]."),
        ("guidance", "", 0, "A small shop does it by hand."),
    ]


def test_the_same_bytes_again_change_nothing(analyst: User) -> None:
    first = imported_catalogs.import_document(CATALOG, "catalog.json", analyst)
    again = imported_catalogs.import_document(CATALOG, "another-name.json", None)
    assert not again.is_new
    assert again.row == first.row
    assert ImportedDocument.objects.count() == 1


def test_a_profile_is_resolved_from_what_is_here_or_refused(analyst: User) -> None:
    with pytest.raises(ImportNotAtHandError, match=r"catalog\.json, which is not at hand"):
        imported_catalogs.import_document(PROFILE, "profile.json", analyst)
    assert not ImportedDocument.objects.exists()
    imported_catalogs.import_document(CATALOG, "catalog.json", analyst)
    done = imported_catalogs.import_document(PROFILE, "profile.json", analyst)
    assert done.row.contents == {"selected": ["el-1", "el-2.1", "ho-1"], "changesLeftOut": 0}


@pytest.mark.parametrize("name", ["wrong-id.json", "dangling-reference.json", "two-controls-of-one-id.json"])
def test_of_an_invalid_document_nothing_is_imported(analyst: User, data_directory: Path, name: str) -> None:
    with pytest.raises(OSCALInvalidError, match=name):
        imported_catalogs.import_document((ASSETS / name).read_bytes(), name, analyst)
    assert not ImportedDocument.objects.exists()
    assert not list((data_directory / "catalogs").rglob("*.json"))


def _with(**members: Any) -> bytes:
    whole = json.loads(CATALOG)
    whole["catalog"] |= members
    return json.dumps(whole).encode()


def test_a_date_longer_than_its_column_is_refused_before_anything_is_kept(analyst: User, data_directory: Path) -> None:
    metadata = json.loads(CATALOG)["catalog"]["metadata"]
    fits, too_long = (f"2026-01-01T00:00:00.{'0' * zeros}Z" for zeros in (43, 80))
    with pytest.raises(OSCALInvalidError, match="The date has 101 characters; at most 64 are kept") as refused:
        imported_catalogs.import_document(_with(metadata=metadata | {"last-modified": too_long}), "c.json", analyst)
    assert refused.value.issues[0].pointer == "/catalog/metadata/last-modified"
    assert not [path for path in (data_directory / "catalogs").rglob("*") if path.is_file()]
    done = imported_catalogs.import_document(_with(metadata=metadata | {"last-modified": fits}), "c.json", analyst)
    assert done.row.last_modified == fits


def test_of_a_catalog_whose_words_have_no_end_nothing_is_kept(analyst: User, data_directory: Path) -> None:
    params = [{"id": "a", "label": "{{ insert: param, a }}"}]
    parts = [{"name": "statement", "prose": "{{ insert: param, a }}"}]
    data = _with(params=params, controls=[{"id": "c", "title": "t", "parts": parts}])
    with pytest.raises(OSCALInvalidError, match="more than 3 deep"):
        imported_catalogs.import_document(data, "c.json", analyst)
    assert not ImportedDocument.objects.exists()
    assert not [path for path in (data_directory / "catalogs").rglob("*") if path.is_file()]


def test_of_a_document_whose_controls_cannot_be_kept_nothing_is_imported(
    analyst: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(ImportedControl.objects, "bulk_create", fail)
    with pytest.raises(DatabaseError):
        imported_catalogs.import_document(CATALOG, "catalog.json", analyst)
    assert not ImportedDocument.objects.exists()


def test_only_an_analyst_of_a_desk_imports(member: Organisation, add_person: Add) -> None:
    lead = add_person("Lee", member)
    with pytest.raises(AccessError):
        imported_catalogs.import_document(CATALOG, "catalog.json", lead)
    assert not ImportedDocument.objects.exists()


def test_a_component_definition_is_kept_as_its_makers_words(analyst: User) -> None:
    definition = {
        "component-definition": {
            "uuid": "0ac0ffee-0000-4000-8000-000000000031",
            "metadata": json.loads(CATALOG)["catalog"]["metadata"],
            "components": [
                {
                    "uuid": "0ac0ffee-0000-4000-8000-000000000032",
                    "type": "software",
                    "title": "A door",
                    "description": "It closes.",
                    "control-implementations": [
                        {
                            "uuid": "0ac0ffee-0000-4000-8000-000000000033",
                            "source": "catalog.json",
                            "description": "-",
                            "implemented-requirements": [
                                {
                                    "uuid": "0ac0ffee-0000-4000-8000-000000000034",
                                    "control-id": "el-2",
                                    "description": "-",
                                }
                            ],
                        }
                    ],
                }
            ],
        }
    }
    done = imported_catalogs.import_document(json.dumps(definition).encode(), "door.json", analyst)
    assert done.row.contents == {"components": [{"title": "A door", "type": "software", "controls": ["el-2"]}]}


def official(name: str) -> bytes:
    path = OFFICIAL / name
    if not path.exists():
        pytest.skip("The reference data is absent: no ../shared/data/oscal/catalogs beside the checkout.")
    return path.read_bytes()


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "framework", "edition", "identifier", "words"),
    [
        ("NIST_CSF_v2.0_catalog.converted.json", "nist-csf", "2.0", "GV.OC-01", "organizational mission is understood"),
        ("NIST_SP800-171_rev3_catalog.converted.json", "nist-800-171", "r3", "03.01.05", "least privilege"),
        ("NIST_SP-800-53_rev5.0.1_catalog-min.json", "nist-800-53", "r5", "AC-2(3)", "Disable accounts within"),
    ],
)
def test_an_official_catalog_gives_its_words_to_our_edition_and_changes_none_of_our_identifiers(
    name: str, framework: str, edition: str, identifier: str, words: str
) -> None:
    before = load_catalog(framework, edition).controls
    done = imported_catalogs.import_document(official(name), name, None)
    assert (done.row.framework, done.row.edition) == (framework, edition)
    wording = imported_catalogs.wording_of(framework, edition, identifier)
    assert wording is not None
    assert words in " ".join(passage.text for passage in wording.passages)
    assert "{{" not in " ".join(passage.text for passage in wording.passages)
    active = {each.id for each in load_catalog(framework, edition).active() if each.kind not in {"family", "function"}}
    assert active <= set(done.row.controls.values_list("ours", flat=True))
    assert load_catalog(framework, edition).controls is before


def test_the_page_takes_a_document_shows_it_and_gives_it_back(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    upload = {"document": SimpleUploadedFile("catalog.json", CATALOG)}
    response = client.post(reverse("frameworks:import"), upload, follow=True)
    text = response.content.decode()
    assert response.status_code == 200
    assert "The document is here." in text
    assert "means nothing to any statute" in text
    assert "Side doors" in text
    row = ImportedDocument.objects.get()
    listed = client.get(reverse("frameworks:overview")).content.decode()
    assert "The Elm Hollow catalog" in listed
    control = client.get(reverse("frameworks:imported-control", args=[row.pk, 0])).content.decode()
    assert "Do it every [Assignment: how often]." in control
    given = client.get(reverse("frameworks:imported-file", args=[row.pk]))
    assert b"".join(given.streaming_content) == CATALOG  # type: ignore[attr-defined] - a FileResponse streams


def test_the_page_says_what_is_wrong_and_imports_nothing(client: Client, analyst: User) -> None:
    client.force_login(analyst)
    upload = {"document": SimpleUploadedFile("bad.json", (ASSETS / "wrong-id.json").read_bytes())}
    response = client.post(reverse("frameworks:import"), upload)
    assert response.status_code == 422
    assert "/catalog/groups/0/controls/0/id" in response.content.decode()
    bomb = {"document": SimpleUploadedFile("bomb.xml", (ASSETS / "entity-bomb.xml").read_bytes())}
    assert client.post(reverse("frameworks:import"), bomb).status_code == 422
    assert not ImportedDocument.objects.exists()


@pytest.mark.parametrize(
    ("framework", "edition", "identifier"),
    [("nist-csf", "2.0", "PR.AA-01"), ("hipaa", "2013", "164.308(a)(1)(ii)(A)"), ("pci-dss", "4.0.1", "1.2.1")],
)
def test_an_edition_and_its_elements_have_pages_without_any_import(
    client: Client, analyst: User, framework: str, edition: str, identifier: str
) -> None:
    client.force_login(analyst)
    outline = client.get(reverse("frameworks:edition", args=[framework, edition]))
    assert outline.status_code == 200
    assert identifier in outline.content.decode()
    page = client.get(reverse("frameworks:element", args=[framework, edition, identifier]))
    assert page.status_code == 200
    assert client.get(reverse("frameworks:element", args=[framework, edition, "no-such"])).status_code == 404
    assert client.get(reverse("frameworks:edition", args=[framework, "no-such"])).status_code == 404
