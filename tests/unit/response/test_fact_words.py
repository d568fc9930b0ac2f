"""Facts of an incident in words: no member's name, code or instant of a machine reaches a reader."""

from charteroak.clock import CONNECTICUT
from charteroak.response.fact_words import fact_rows


def test_every_fact_is_told_in_words_and_what_is_unknown_is_not_told() -> None:
    document = {
        "entity": {"kind": "municipality", "licences": [], "publicCompany": False},
        "incident": {
            "outcome": "successful", "discoveredAt": "2026-11-19T13:40:00Z", "dataKinds": ["name", "tax-id"],
            "residentsAffected": {"ct": 212}, "materialHarm": None,
        },
    }  # fmt: skip
    assert list(fact_rows(document, CONNECTICUT)) == [
        ("Discovered", "19 Nov 2026, 08:40 EST"),
        ("Kinds of data", "Names; Taxpayer identification numbers"),
        ("People affected, by state", "CT: 212"),
        ("What the victim is", "A town or city"),
        ("Licenses", "none of those asked about"),
        ("Shares are traded in public", "no"),
    ]


def test_a_member_of_a_later_release_is_told_all_the_same() -> None:
    assert list(fact_rows({"incident": {"newThing": "x", "seenAt": "soon"}}, CONNECTICUT)) == [
        ("New thing", "x"),
        ("Seen at", "soon"),
    ]
