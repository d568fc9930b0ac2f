"""Documents that are read and judged: each way to be wrong is one clear refusal with its place."""

import json
from pathlib import Path

import pytest

from charteroak.errors import CharterOakError
from charteroak.oscal.checking import read_document, usable_document, validate_document
from charteroak.oscal.document import write_document
from charteroak.oscal.errors import OSCALFormatError, OSCALInvalidError
from charteroak.oscal.issues import Severity
from charteroak.oscal.limits import (
    DEPTH_LIMIT,
    DOCUMENT_LIMIT_BYTES,
    LISTED_ISSUES,
    MEMBER_LIMIT,
)
from charteroak.oscal.models import Model
from charteroak.oscal.references import validate_references
from charteroak.oscal.schema import _first_faulty, _validator, validate_schema
from charteroak.oscal.strict_json import _unique

ASSETS = Path(__file__).parents[2] / "assets" / "oscal"

UNREADABLE = {
    "version-1.3.json": ("oscal.version", "/catalog/metadata/oscal-version", "'1.3.0' is not read"),
    "no-version.json": ("oscal.version", "/catalog/metadata/oscal-version", "does not say which OSCAL version"),
    "deep.json": ("oscal.format", None, f"more than {DEPTH_LIMIT} deep"),
    "deep-within-python.json": ("oscal.format", None, f"more than {DEPTH_LIMIT} deep"),
    "key-twice.json": ("oscal.format", None, "'title' stands twice"),
    "invalid-utf-8.json": ("oscal.format", None, "Not UTF-8 text at byte"),
    "half-a-character.json": ("oscal.format", None, "half a character"),
    "no-character.json": ("oscal.format", None, "no character (NUL)"),
    "huge-number.json": ("oscal.format", None, "larger than any reader holds"),
    "infinite-number.json": ("oscal.format", None, "larger than any reader holds"),
    "not-a-number.json": ("oscal.format", None, "NaN is not JSON"),
    "empty.json": ("oscal.format", None, "empty"),
    "list-at-the-root.json": ("oscal.model", "/", "this is a list"),
    "no-model.json": ("oscal.model", "/", "here is catalogue"),
    "two-models.json": ("oscal.model", "/", "here is catalog, profile"),
    "entity-bomb.xml": ("oscal.format", None, "XML"),
}
INVALID = {
    "wrong-id.json": ("oscal.schema.form", "/catalog/groups/0/controls/0/id", "'7 doors' is no token"),
    "missing-uuid.json": ("oscal.schema.missing", "/catalog", "'uuid' is missing"),
    "unknown-member.json": ("oscal.schema.unexpected", "/catalog/groups/0/controls/0", "'colour' has no place"),
    "parameter-without-id.json": (
        "oscal.schema.missing",
        "/catalog/groups/0/controls/0/params/0",
        "'id' is missing",
    ),
    "dangling-reference.json": (
        "oscal.dangling-href",
        "/catalog/back-matter/resources/0/rlinks/0/href",
        "Nothing in this document is called",
    ),
    "two-controls-of-one-id.json": ("oscal.id-twice", "/catalog/groups/1/controls/0/id", "'el-1' names something"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_document_is_refused_with_one_line_that_names_the_file(name: str) -> None:
    code, pointer, words = UNREADABLE[name]
    with pytest.raises(CharterOakError) as refused:
        read_document((ASSETS / name).read_bytes(), path=name)
    error = refused.value
    assert (error.code, error.location and error.location.pointer) == (code, pointer)
    assert words in str(error)
    assert str(error).startswith(name)
    assert "\n" not in str(error)
    assert len(str(error)) < 400


@pytest.mark.parametrize("name", INVALID)
def test_what_is_wrong_inside_a_document_is_named_with_its_pointer(name: str) -> None:
    code, pointer, words = INVALID[name]
    issues = validate_document(read_document((ASSETS / name).read_bytes()))
    assert [(issue.code, issue.pointer) for issue in issues] == [(code, pointer)]
    assert words in issues[0].reason
    with pytest.raises(OSCALInvalidError, match=words[:10]) as refused:
        usable_document((ASSETS / name).read_bytes(), path=name)
    assert str(refused.value).startswith(f"{name}, {pointer}: ")


def test_every_asset_is_valid_or_stands_in_one_of_the_tables() -> None:
    named = UNREADABLE.keys() | INVALID.keys() | {"catalog.json", "profile.json", "build.py", "README.md"}
    assert {path.name for path in ASSETS.iterdir() if path.is_file()} == named


def test_a_document_of_200_mb_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(OSCALFormatError, match="200 MB; at most 32 MB"):
        read_document(bytes(200 << 20))


def test_a_document_of_more_members_than_any_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(OSCALFormatError, match="members"):
        read_document(b"[" + b"0," * (MEMBER_LIMIT + 1) + b"0]")
    assert 2 * MEMBER_LIMIT < DOCUMENT_LIMIT_BYTES


@pytest.mark.parametrize("version", ["1.0.0", "1.0.6", "1.1.2", "1.2.0", "1.2.9", "v1.1.3", "1.0.0-rc2"])
def test_versions_of_the_same_generation_are_read(version: str) -> None:
    text = (ASSETS / "catalog.json").read_text(encoding="utf-8").replace('"1.1.2"', f'"{version}"')
    document, warnings = usable_document(text.encode())
    assert document.oscal_version == version.removeprefix("v")
    assert warnings == []
    assert json.loads(write_document(document)) == json.loads(text)


@pytest.mark.parametrize("version", ["2.0.0", "1.3.0", "1.10.0", "1.2", "", "1.2.0 ", "one"])
def test_any_other_version_is_refused_by_name(version: str) -> None:
    text = (ASSETS / "catalog.json").read_text(encoding="utf-8").replace('"1.1.2"', json.dumps(version))
    with pytest.raises(CharterOakError, match=r"1\.0\.0 to 1\.2\.x are"):
        read_document(text.encode())


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert read_document(b"\xef\xbb\xbf" + (ASSETS / "catalog.json").read_bytes()).model is Model.CATALOG


def test_faults_are_capped_in_number() -> None:
    whole = json.loads((ASSETS / "catalog.json").read_bytes())
    whole["catalog"]["groups"] = [{"id": f"{n} x", "title": "t"} for n in range(500)]
    assert len(validate_document(read_document(json.dumps(whole).encode()))) == 100


def test_of_two_keys_the_first_that_stands_twice_is_named_among_thousands() -> None:
    looked_at = []

    class Key(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            looked_at.append(1)
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    pairs: list[tuple[str, object]] = [(Key(f"key {number}"), 0) for number in range(3000)]
    with pytest.raises(OSCALFormatError, match="'key 2999' stands twice"):
        _unique([*pairs, (Key("key 2999"), 0)])
    assert len(looked_at) < 30_000


def _with_faults(number: int, sound: int = 0) -> bytes:
    whole = json.loads((ASSETS / "catalog.json").read_bytes())
    groups = [{"id": f"g{n}", "title": "t", "controls": [{"id": f"c{n}", "title": "t"}]} for n in range(sound)]
    whole["catalog"]["groups"] = [*groups, {"title": "t", "controls": [{"id": "a"}] * number}]
    return json.dumps(whole).encode()


def test_the_validator_is_never_given_more_faults_than_fit() -> None:
    document = read_document(_with_faults(5000))
    begun, is_whole = _first_faulty(document.whole, _validator(document.model), 1000)
    assert not is_whole
    assert LISTED_ISSUES < len(begun["catalog"]["groups"][0]["controls"]) <= 1000


def test_a_fault_far_behind_is_found_at_its_place_and_what_follows_is_owned_to_be_open() -> None:
    whole = json.loads(_with_faults(3, sound=1000))
    behind = validate_schema(read_document(json.dumps(whole).encode()), values_at_once=500)
    assert [issue.pointer for issue in behind] == [f"/catalog/groups/1000/controls/{number}" for number in range(3)]
    whole["catalog"]["groups"].reverse()
    *faults, more = validate_schema(read_document(json.dumps(whole).encode()), values_at_once=500)
    assert [issue.pointer for issue in faults] == [f"/catalog/groups/0/controls/{number}" for number in range(3)]
    assert (more.code, more.severity) == ("oscal.schema.more", Severity.WARNING)


def _changed(**members: object) -> bytes:
    whole = json.loads((ASSETS / "catalog.json").read_bytes())
    whole["catalog"]["metadata"] |= members
    return json.dumps(whole).encode()


PARTY = "0ac0ffee-0000-4000-8000-000000000077"


def test_a_party_that_is_responsible_is_one_of_the_document() -> None:
    roles = [{"id": "author", "title": "Author"}]
    data = _changed(roles=roles, **{"responsible-parties": [{"role-id": "author", "party-uuids": [PARTY]}]})
    issues = validate_references(read_document(data))
    assert [(issue.code, issue.pointer) for issue in issues] == [
        ("oscal.unknown-party", "/catalog/metadata/responsible-parties/0/party-uuids/0")
    ]


def test_a_role_that_parties_have_is_one_of_the_document() -> None:
    parties = [{"uuid": PARTY, "type": "person", "name": "Lee"}]
    data = _changed(parties=parties, **{"responsible-parties": [{"role-id": "author", "party-uuids": [PARTY]}]})
    issues = validate_references(read_document(data))
    assert [(issue.code, issue.pointer) for issue in issues] == [
        ("oscal.unknown-role", "/catalog/metadata/responsible-parties/0/role-id")
    ]


def test_two_parties_of_one_name_are_an_error() -> None:
    party = {"uuid": PARTY, "type": "person", "name": "Lee"}
    issues = validate_references(read_document(_changed(parties=[party, party])))
    assert [issue.code for issue in issues] == ["oscal.uuid-twice"]


def test_a_text_inserts_only_parameters_that_are_declared() -> None:
    text = (ASSETS / "catalog.json").read_text(encoding="utf-8").replace("param, el-1_prm_1", "param, el-1_prm_9")
    issues = validate_references(read_document(text.encode()))
    assert [issue.code for issue in issues] == ["oscal.unknown-parameter"]


def test_a_profile_names_only_controls_and_parameters_of_its_catalog() -> None:
    profile = read_document((ASSETS / "profile.json").read_bytes())
    issues = validate_references(profile, control_ids={"el-1", "ho-1", "ho-2"}, param_ids=())
    assert {(issue.code, issue.pointer) for issue in issues} == {
        ("oscal.unknown-control", "/profile/imports/0/include-controls/0/with-ids/1"),
        ("oscal.dangling-set-parameter", "/profile/modify/set-parameters/0/param-id"),
    }
