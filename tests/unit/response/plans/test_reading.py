"""Plans are read whole or refused with one line that names the place."""

from typing import Any

import pytest

from charteroak.response.plans.errors import PlanError
from charteroak.response.plans.phones import dial_link, is_dialable
from charteroak.response.plans.plan import Plan, PlanKind
from charteroak.response.plans.reading import parse_plan, parse_plan_text, plan_document, validate_plan
from charteroak.response.plans.starting import FirstAnswers, first_plan


def document(kind: PlanKind = "cirp") -> dict[str, Any]:
    return plan_document(first_plan(kind, "Cedar Landing", FirstAnswers()))


def refused(plan: Any) -> PlanError:
    with pytest.raises(PlanError) as caught:
        parse_plan(plan)
    return caught.value


@pytest.mark.parametrize("kind", ["cirp", "cdrp"])
def test_the_plan_of_the_short_form_is_read_back_as_it_was(kind: PlanKind) -> None:
    plan = first_plan(kind, "Cedar Landing", FirstAnswers(is_school=True, runs_water_or_dispatch=True))
    assert parse_plan(plan_document(plan)) == plan
    assert {"school", "water-911"} <= set(plan.runbooks)


def test_nobody_is_named_who_was_not_named_in_the_short_form() -> None:
    plan = first_plan("cdrp", "Cedar Landing", FirstAnswers())
    assert not any(role.holder.name or role.deputy_person.name for role in plan.roles)
    assert not any(contact.number for contact in plan.contacts if contact.id in {"ctic", "insurer", "provider"})


def test_a_role_that_stands_there_twice_is_named() -> None:
    plan = document()
    plan["roles"].append(plan["roles"][0])
    error = refused(plan)
    assert error.message == "The role 'lead' stands there 2 times."
    assert error.location is not None
    assert error.location.pointer == "/roles/7"


def test_two_roles_of_one_title_are_refused() -> None:
    plan = document()
    plan["roles"][1]["title"] = " incident   LEAD"
    assert "Two roles are called" in refused(plan).message


def test_deputies_in_a_circle_are_named_in_order() -> None:
    plan = document()
    ids = {role["id"]: role for role in plan["roles"]}
    ids["lead"]["deputy"], ids["it"]["deputy"], ids["head"]["deputy"] = "it", "head", "lead"
    error = refused(plan)
    assert error.message == (
        "The deputies go in a circle: Incident lead, then IT person or provider, then Head of the organization, then "
        "Incident lead."
    )
    assert "\n" not in str(error)


def test_nobody_stands_in_for_themselves() -> None:
    plan = document()
    plan["roles"][0]["deputy"] = "lead"
    assert "circle: Incident lead, then Incident lead" in refused(plan).message


def test_a_deputy_who_leads_into_a_circle_of_others_is_not_blamed_for_it() -> None:
    plan = document()
    ids = {role["id"]: role for role in plan["roles"]}
    ids["lead"]["deputy"], ids["it"]["deputy"], ids["head"]["deputy"] = "it", "head", "it"
    faults = validate_plan(msgspec_plan(plan))
    assert [fault.pointer for fault in faults] == ["/roles/1/deputy"]


def msgspec_plan(values: dict[str, Any]) -> Plan:
    import msgspec

    return msgspec.convert(values, Plan)


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("deputy", "nobody-such", "No role is called 'nobody-such', which stands in for 'Incident lead'."),
        ("holder", {"phone": "call Joe"}, "'call Joe' is no telephone number."),
        ("holder", {"afterHours": "<script>"}, "'<script>' is no telephone number."),
        ("holder", {"fax": "1"}, "This is no plan: Object contains unknown field `fax`."),
    ],
)
def test_what_a_role_cannot_hold_is_one_line(member: str, value: Any, message: str) -> None:
    plan = document()
    plan["roles"][0][member] = value
    error = refused(plan)
    assert error.message == message
    assert error.location is not None
    assert str(error.location.pointer).startswith("/roles/0")


@pytest.mark.parametrize(
    ("pointer", "change"),
    [
        ("/format", {"format": 2}),
        ("/runbooks/0", {"runbooks": ["no-such-book"]}),
        ("/runbooks/1", {"runbooks": ["ransomware", "ransomware"]}),
        ("/systems/1", {"systems": [{"name": "Mail"}, {"name": " mail "}]}),
        ("/systems/0/rtoHours", {"systems": [{"name": "Mail", "rtoHours": -1}]}),
        ("/communications/approves", {"communications": {"approves": "nobody-such"}}),
        ("/levels/0/decides", {"levels": [{"number": 0, "name": "Baseline", "decides": "nobody-such"}]}),
        ("/levels/0/tell", {"levels": [{"number": 0, "name": "Baseline", "tell": ["nobody-such"]}]}),
        ("/levels/0/number", {"levels": [{"number": 6, "name": "More"}]}),
        ("/disruption/region", {"disruption": {"region": 6}}),
        ("/covers", {"covers": "x" * 30_001}),
        ("", {"covers": "a\x00b"}),
        ("", {"covers": "half \ud83d"}),
    ],
)
def test_a_fault_has_its_place(pointer: str, change: dict[str, Any]) -> None:
    error = refused(document() | change)
    assert (error.location.pointer if error.location is not None else "") == pointer
    assert len(str(error).splitlines()) == 1


def test_a_plan_is_read_from_toml_and_from_json() -> None:
    text = 'kind = "cirp"\ntitle = "Plan"\n[[roles]]\nid = "lead"\ntitle = "Lead"\n'
    assert parse_plan_text(text).roles[0].title == "Lead"
    assert parse_plan_text('{"kind":"cirp","title":"Plan"}').title == "Plan"
    for bad in ("kind = ", "{", "[" * 5000, "{" * 50_000):
        with pytest.raises(PlanError):
            parse_plan_text(bad)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("860-555-0134", "tel:8605550134"),
        ("1-844-SAY-CISA", "tel:+18447292472"),
        ("+1 (860) 555-0134 x12", "tel:+18605550134;ext=12"),
        ("860.555.0134 ext. 4", "tel:8605550134;ext=4"),
        ("211", "tel:211"),
        ("call Joe", ""),
        ("ABC-DEFG", ""),
        ("8x", ""),
        ("\u0660\u0661\u0662\u0663\u0664\u0665", ""),
        ("1" * 40, ""),
        ("860-555-0134;javascript:alert(1)", ""),
        ("\u202e0134-555-068", ""),
        ("", ""),
    ],
)
def test_a_number_is_dialed_as_the_keypad_has_it(text: str, link: str) -> None:
    assert dial_link(text) == link
    assert is_dialable(text) == bool(link)
