"""What a profile means: what it selects, how it is put together, what it changes; only from what is at hand."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from charteroak.oscal.catalogs import control_ids, controls_within
from charteroak.oscal.checking import validate_document
from charteroak.oscal.document import Document, told_apart, write_document
from charteroak.oscal.errors import ImportNotAtHandError, OSCALInvalidError
from charteroak.oscal.limits import (
    IMPORT_LIMIT,
    INSERTION_LIMIT,
    MATCHING_LIMIT,
    PATTERN_LIMIT,
    PATTERN_LIMIT_CHARACTERS,
)
from charteroak.oscal.resolution import resolve_profile
from charteroak.oscal.selection import selected_ids
from charteroak.oscal.shelf import Shelf, Shelved, publication_name

ASSETS = Path(__file__).parents[2] / "assets" / "oscal"
CATALOG = json.loads((ASSETS / "catalog.json").read_bytes())
PROFILE = json.loads((ASSETS / "profile.json").read_bytes())
SHELF = Shelf([Shelved("catalog.json", told_apart(CATALOG))])


def profile(**members: Any) -> Document:
    whole = deepcopy(PROFILE)
    whole["profile"] |= members
    return told_apart({"profile": {k: v for k, v in whole["profile"].items() if v is not None}})


def importing(**selection: Any) -> Document:
    return profile(imports=[{"href": "catalog.json", **selection}], modify=None)


def control(document: Document, identifier: str) -> dict[str, Any]:
    return next(each for each in controls_within(document.content) if each["id"] == identifier)


def test_the_made_up_profile_means_a_valid_catalog() -> None:
    resolution = resolve_profile(profile(), SHELF)
    assert resolution.selected == ("el-1", "el-2.1", "ho-1")
    assert control_ids(resolution.document) == ["el-1", "el-2", "el-2.1", "ho-1"]
    assert validate_document(resolution.document) == []
    assert resolution.issues == ()
    assert control(resolution.document, "el-1")["params"] == [
        {"id": "el-1_prm_1", "label": "how often", "values": ["year"]}
    ]
    assert [part["id"] for part in control(resolution.document, "ho-1")["parts"]] == ["ho-1_smt", "ho-1_add"]


def test_resolving_again_gives_the_same_bytes_and_leaves_the_sources_alone() -> None:
    before = json.dumps([CATALOG, PROFILE])
    first, second = (write_document(resolve_profile(profile(), SHELF).document) for _ in range(2))
    assert first == second
    assert json.dumps([CATALOG, PROFILE]) == before


ALL = ("el-1", "el-2", "el-2.1", "el-2.2", "ho-1", "ho-2")


@pytest.mark.parametrize(
    ("selection", "selected"),
    [
        ({}, ALL),
        ({"include-all": {}}, ALL),
        ({"include-all": {}, "exclude-controls": [{"with-ids": ["el-2"]}]}, tuple(i for i in ALL if i != "el-2")),
        (
            {"include-all": {}, "exclude-controls": [{"with-ids": ["el-2"], "with-child-controls": "yes"}]},
            ("el-1", "ho-1", "ho-2"),
        ),
        ({"include-controls": [{"with-ids": ["el-2"]}]}, ("el-2",)),
        ({"include-controls": [{"with-ids": ["el-2"], "with-child-controls": "yes"}]}, ("el-2", "el-2.1", "el-2.2")),
        ({"include-controls": [{"matching": [{"pattern": "el-*"}]}]}, ("el-1", "el-2", "el-2.1", "el-2.2")),
        ({"include-controls": [{"matching": [{"pattern": "el-?"}]}]}, ("el-1", "el-2")),
        ({"include-controls": [{"matching": [{"pattern": "[eh]*"}]}]}, ()),
        ({"include-controls": [{"with-ids": ["ho-1", "el-1"]}]}, ("el-1", "ho-1")),
    ],
)
def test_an_import_selects_by_name_by_pattern_or_all(selection: Any, selected: tuple[str, ...]) -> None:
    assert resolve_profile(importing(**selection), SHELF).selected == selected


def test_a_control_that_the_catalog_does_not_have_is_named_with_its_pointer() -> None:
    with pytest.raises(OSCALInvalidError, match="No control 'el-9'") as refused:
        resolve_profile(importing(**{"include-controls": [{"with-ids": ["el-1", "el-9"]}]}), SHELF)
    assert refused.value.issues[0].pointer == "/profile/imports/0/include-controls/0/with-ids/1"


def test_what_is_not_at_hand_is_named_and_never_fetched() -> None:
    with pytest.raises(ImportNotAtHandError, match=r"https://example\.org/other-catalog\.json, which is not"):
        resolve_profile(profile(imports=[{"href": "https://example.org/other-catalog.json"}]), SHELF)


def test_profiles_that_import_each_other_in_a_circle_are_refused() -> None:
    circular = profile(imports=[{"href": "self.json"}], modify=None)
    with pytest.raises(OSCALInvalidError, match="circle"):
        resolve_profile(circular, Shelf([Shelved("self.json", circular)]))


def test_a_profile_builds_on_another() -> None:
    upper = told_apart({"profile": profile(imports=[{"href": "lower.json"}], modify=None).content | {"uuid": UUID}})
    shelf = Shelf([Shelved("lower.json", profile()), Shelved("catalog.json", told_apart(CATALOG))])
    resolution = resolve_profile(upper, shelf)
    assert control(resolution.document, "el-1")["params"][0]["values"] == ["year"]


UUID = "0ac0ffee-0000-4000-8000-000000000055"


class CountingShelf(Shelf):
    """Counts how often it is searched."""

    searched = 0

    def find(self, profile: Document, href: str, pointer: str) -> Document:
        self.searched += 1
        return super().find(profile, href, pointer)


def chain_of_profiles(depth: int, imports: int) -> tuple[Document, CountingShelf]:
    """Profiles that each import the one below it several times, and the lowest the catalog."""
    shelved = [Shelved("p0.json", told_apart(CATALOG))]
    for number in range(1, depth + 1):
        members = {"uuid": f"{UUID[:-2]}{number:02}", "imports": [{"href": f"p{number - 1}.json"}] * imports}
        whole = profile(modify={"set-parameters": [{"param-id": "absent"}]}).content | members
        shelved.append(Shelved(f"p{number}.json", told_apart({"profile": whole})))
    return shelved[-1].document, CountingShelf(shelved)


def test_a_profile_that_many_imports_lead_to_is_resolved_once_and_told_about_once() -> None:
    top, shelf = chain_of_profiles(8, 4)
    resolution = resolve_profile(top, shelf)
    assert resolution.selected == ALL
    assert shelf.searched == 8 * 4
    assert len(resolution.issues) == 1


def test_more_imports_than_any_profile_has_are_refused() -> None:
    top, shelf = chain_of_profiles(2, IMPORT_LIMIT // 2 + 1)
    with pytest.raises(OSCALInvalidError, match=f"More than {IMPORT_LIMIT} imports") as refused:
        resolve_profile(top, shelf)
    assert refused.value.issues[0].code == "oscal.too-many-imports"


@pytest.mark.parametrize(
    ("patterns", "controls", "words"),
    [
        (["*"] * (PATTERN_LIMIT + 1), 1, f"at most {PATTERN_LIMIT} are tried"),
        (["*"] * PATTERN_LIMIT, MATCHING_LIMIT // PATTERN_LIMIT + 1, "are more than is tried"),
        (["*a" * PATTERN_LIMIT_CHARACTERS], 1, "longer than 255 characters"),
    ],
)
@pytest.mark.parametrize("member", ["include-controls", "exclude-controls"])
def test_more_patterns_than_can_be_tried_are_refused(
    member: str, patterns: list[str], controls: int, words: str
) -> None:
    selection = {member: [{"matching": [{"pattern": pattern} for pattern in patterns]}]}
    with pytest.raises(OSCALInvalidError, match=words) as refused:
        selected_ids(selection, [{"id": f"c-{number}"} for number in range(controls)], ())
    assert (refused.value.issues[0].code, refused.value.issues[0].pointer) == ("oscal.too-many-patterns", f"/{member}")


def test_controls_are_put_into_no_more_places_than_a_profile_needs() -> None:
    custom = {"insert-controls": [{"include-all": {}}] * (INSERTION_LIMIT + 1)}
    with pytest.raises(OSCALInvalidError, match=f"more than {INSERTION_LIMIT} places"):
        resolve_profile(profile(merge={"custom": custom}, modify=None), SHELF)


def test_flat_has_no_groups_and_nothing_below_anything() -> None:
    resolution = resolve_profile(profile(merge={"flat": {}}, modify=None), SHELF)
    assert "groups" not in resolution.document.content
    assert [each["id"] for each in resolution.document.content["controls"]] == ["el-1", "el-2.1", "ho-1"]
    assert validate_document(resolution.document) == []


def test_custom_puts_controls_into_groups_of_its_own() -> None:
    groups = [
        {
            "id": "g",
            "title": "Ours",
            "insert-controls": [
                {"order": "descending", "include-all": {}, "exclude-controls": [{"with-ids": ["el-1"]}]}
            ],
        }
    ]
    custom = {"groups": groups, "insert-controls": [{"include-controls": [{"with-ids": ["el-1"]}]}]}
    resolution = resolve_profile(profile(merge={"custom": custom}, modify=None), SHELF)
    content = resolution.document.content
    assert [each["id"] for each in content["controls"]] == ["el-1"]
    assert [each["id"] for each in content["groups"][0]["controls"]] == ["ho-1", "el-2.1"]
    assert validate_document(resolution.document) == []


def test_two_controls_of_one_identifier_clash_unless_the_first_is_to_be_used() -> None:
    other = deepcopy(CATALOG)
    other["catalog"]["uuid"] = UUID
    other["catalog"]["groups"][0]["controls"][0]["title"] = "Another policy"
    shelf = Shelf([Shelved("catalog.json", told_apart(CATALOG)), Shelved("other.json", told_apart(other))])
    imports = [{"href": href, "include-controls": [{"with-ids": ["el-1"]}]} for href in ("catalog.json", "other.json")]
    with pytest.raises(OSCALInvalidError, match="Two controls are called 'el-1'"):
        resolve_profile(profile(imports=imports, modify=None), shelf)
    merge = {"combine": {"method": "use-first"}, "as-is": True}
    kept = resolve_profile(profile(imports=imports, modify=None, merge=merge), shelf).document
    assert control(kept, "el-1")["title"] == "Policy"


def altered(alter: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    modification = {"alters": [{"control-id": "el-1", **alter}]}
    resolution = resolve_profile(profile(modify=modification), SHELF)
    return control(resolution.document, "el-1"), [issue.code for issue in resolution.issues]


PART = {"id": "new", "name": "item", "prose": "New."}


@pytest.mark.parametrize(
    ("addition", "parts"),
    [
        ({"position": "starting"}, ["new", "el-1_smt", "el-1_gdn"]),
        ({}, ["el-1_smt", "el-1_gdn", "new"]),
        ({"position": "before", "by-id": "el-1_gdn"}, ["el-1_smt", "new", "el-1_gdn"]),
        ({"position": "after", "by-id": "el-1_smt"}, ["el-1_smt", "new", "el-1_gdn"]),
    ],
)
def test_a_part_is_added_where_the_profile_says(addition: dict[str, Any], parts: list[str]) -> None:
    item, codes = altered({"adds": [{"parts": [PART], **addition}]})
    assert [part["id"] for part in item["parts"]] == parts
    assert codes == []


def test_a_part_is_added_inside_another() -> None:
    item, _ = altered({"adds": [{"parts": [PART], "by-id": "el-1_smt", "position": "ending"}]})
    assert item["parts"][0]["parts"] == [PART]


@pytest.mark.parametrize(
    ("removal", "parts"),
    [
        ({"by-name": "guidance"}, ["el-1_smt"]),
        ({"by-id": "el-1_smt"}, ["el-1_gdn"]),
        ({"by-item-name": "part"}, []),
        ({"by-name": "guidance", "by-item-name": "prop"}, ["el-1_smt", "el-1_gdn"]),
        ({}, ["el-1_smt", "el-1_gdn"]),
    ],
)
def test_what_fits_every_criterion_is_removed(removal: dict[str, Any], parts: list[str]) -> None:
    item, _ = altered({"removes": [removal]})
    assert [part["id"] for part in item.get("parts", [])] == parts


def test_a_change_that_finds_no_place_is_told() -> None:
    _, codes = altered({"adds": [{"parts": [PART], "by-id": "el-1_obj"}]})
    assert codes == ["oscal.change-without-place"]
    settings = {"set-parameters": [{"param-id": "el-9_prm_1", "values": ["year"]}]}
    issues = resolve_profile(profile(modify=settings), SHELF).issues
    assert [issue.pointer for issue in issues] == ["/profile/modify/set-parameters/0/param-id"]


@pytest.mark.parametrize(
    "address",
    [
        "../../../../nist.gov/SP800-53/rev5/json/NIST_SP-800-53_rev5_catalog.json",
        "https://example.org/NIST_SP-800-53_rev5_catalog.xml?raw=true",
        "NIST_SP-800-53_rev5.0.1_catalog-min.json",
        "NIST_SP-800-53_rev5_catalog.yaml",
    ],
)
def test_a_publication_is_known_by_its_name_in_every_form(address: str) -> None:
    assert publication_name(address) == "nist_sp-800-53_rev5"


def test_only_what_the_controls_refer_to_stands_in_the_back_matter() -> None:
    assert "back-matter" not in resolve_profile(profile(), SHELF).document.content
    whole = deepcopy(CATALOG)
    whole["catalog"]["groups"][0]["controls"][0]["links"] = [
        {"href": f"#{whole['catalog']['back-matter']['resources'][0]['uuid']}", "rel": "reference"}
    ]
    kept = resolve_profile(profile(), Shelf([Shelved("catalog.json", told_apart(whole))])).document
    assert [each["title"] for each in kept.content["back-matter"]["resources"]] == ["A book about elms"]


def test_a_name_longer_than_any_files_is_not_looked_into() -> None:
    assert publication_name("a" + "-min" * 60) == "a"
    endless = "a" + "-min" * 4000
    assert publication_name(endless) == endless
