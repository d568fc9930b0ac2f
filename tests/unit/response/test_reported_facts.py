"""What a report answers is not asked again; what it does not answer stays open."""

from typing import Any

import pytest

from charteroak.clock import format_instant, parse_instant
from charteroak.law.duties import duties_of, parse_duty_facts
from charteroak.response.incident_report import field_table, parse_report
from charteroak.response.playbooks import playbook_named
from charteroak.response.reported_facts import PLAYBOOK_OF, ReportedFacts, facts_of_report, severity_of_report
from charteroak.response.scoring_model import load_scoring_model

WHOLE: dict[str, Any] = {
    "outcome": "successful",
    "narrative": "Files are locked and a note asks for money.",
    "noticed": {"at": "2026-03-06T07:10", "precision": "minute"},
    "times": {"firstActivity": "2026-03-05", "contained": "2026-03-06T11:00", "recovered": "unknown"},
    "counts": {"connecticutResidents": 120, "people": 140, "students": "unknown"},
    "dataKinds": ["name", "ssn"],
    "entity": {"employees": 900, "students": 4200},
    "safety": {"affected": "yes", "services": ["911"]},
    "ransom": {"demanded": "yes", "paid": "yes", "paidWhen": "2026-03-08T09:00"},
}


def told(**changes: Any) -> ReportedFacts:
    return facts_of_report(parse_report(WHOLE | changes))


def test_every_answer_that_a_duty_asks_for_is_taken_over() -> None:
    said = told()
    assert said.document(said.discovered) == {
        "entity": {"employees": 900, "enrolment": 4200},
        "incident": {
            "outcome": "successful",
            "discoveredAt": "2026-03-06T12:10:00Z",
            "dataKinds": ["name", "ssn"],
            "residentsAffected": {"ct": 120},
            "individualsAffected": 140,
            "criticalService": True,
            "ransomPaidAt": "2026-03-08T13:00:00Z",
        },
    }
    assert [(event.kind, event.moment.at) for event in said.events] == [
        ("first-activity", "2026-03-05"),
        ("contained", "2026-03-06T11:00:00-05:00"),
    ]


def test_what_is_taken_over_starts_the_clocks_of_the_law() -> None:
    said = told()
    document = said.document(said.discovered)
    document["incident"] |= {"access": True, "encrypted": False}
    document["entity"]["dataRole"] = "owner"
    answers = {answer.duty.code: answer for answer in duties_of(parse_duty_facts(document))}
    # 6 March is not counted; 60 days after it is 5 May 2026.
    assert str(answers["CT-BREACH-RES"].outer_limit) == "2026-05-05"


def test_the_questions_of_the_law_that_no_report_asks_stay_open() -> None:
    document = told(informationImpact="privacy", unauthorizedAccess="Somebody read the mailbox.").document(None)
    assert not {"access", "acquisition", "encrypted", "materialHarm", "discoveredAt"} & set(document["incident"])


@pytest.mark.parametrize(
    ("noticed", "discovered"),
    [
        ("2026-03-07", "2026-03-07T05:00:00Z"),
        ({"at": "2026-03-06T07:59", "precision": "hour"}, "2026-03-06T12:00:00Z"),
        ("2026-03", None),
        ("2026", None),
        ("unknown", None),
        (None, None),
    ],
)
def test_a_coarse_discovery_is_read_as_its_first_minute_or_asked_again(noticed: Any, discovered: str | None) -> None:
    said = told(noticed=noticed)
    assert (None if said.discovered is None else format_instant(said.discovered)) == discovered


def test_a_day_of_discovery_does_not_come_before_the_hour_at_which_it_began() -> None:
    said = told(noticed="2026-03-06", times={"firstActivity": "2026-03-06T03:10"}, ransom=None)
    assert said.discovered == parse_instant("2026-03-06T03:10:00-05:00")


def test_unknown_and_nothing_differ_from_none() -> None:
    said = told(counts={"connecticutResidents": "unknown", "people": 0}, dataKinds="unknown", safety=None)
    assert said.incident == {"outcome": "successful", "individualsAffected": 0}


@pytest.mark.parametrize("safety", [{"affected": "no"}, {"affected": "unknown"}, {"affected": "yes"},
                                    {"affected": "yes", "services": ["elections"]}])  # fmt: skip
def test_only_a_service_that_people_depend_on_counts_as_one(safety: dict[str, Any]) -> None:
    assert "criticalService" not in told(safety=safety).incident


def test_a_payment_before_the_discovery_starts_no_clock() -> None:
    said = told()
    document = said.document(parse_instant("2026-03-09T00:00:00-04:00"))
    assert "ransomPaidAt" not in document["incident"]
    assert told(ransom={"demanded": "yes", "paid": "no", "paidWhen": "2026-03-08"}).ransom_paid is None


@pytest.mark.parametrize(
    ("paid", "kept"),
    [
        ("2026-03-06", "2026-03-06T12:10:00Z"),
        ({"at": "2026-03-06T07:00", "precision": "hour"}, "2026-03-06T12:10:00Z"),
        ("2026-03-07", "2026-03-07T05:00:00Z"),
        ("2026-03-05", None),
        ({"at": "2026-03-06T06:00", "precision": "hour"}, None),
        ("2026-03", None),
    ],
)
def test_a_payment_on_the_day_of_the_discovery_is_not_before_it(paid: Any, kept: str | None) -> None:
    said = told(ransom={"demanded": "yes", "paid": "yes", "paidWhen": paid})
    document = said.document(said.discovered)
    assert document["incident"].get("ransomPaidAt") == kept
    parse_duty_facts(document)


def test_a_blocked_attempt_takes_its_outcome_over_and_nothing_else() -> None:
    said = facts_of_report(parse_report({"outcome": "blocked", "narrative": "Held."}))
    assert said.document(said.discovered) == {"entity": {}, "incident": {"outcome": "blocked"}}
    assert said.events == ()


@pytest.mark.parametrize(
    ("changes", "playbooks"),
    [
        ({"kinds": ["ransomware"]}, ("ransomware",)),
        ({"kinds": ["ransomware"], "entity": {"kind": "public-school-district"}}, ("ransomware", "school")),
        ({"kinds": ["malware", "fraud", "account"]}, ("business-mail-compromise",)),
        ({"kinds": ["data", "ransomware"]}, ("ransomware", "data-theft")),
        ({"kinds": ["data", "fraud", "defacement"]}, ("data-theft", "business-mail-compromise")),
        ({"kinds": ["intrusion"], "entity": {"kind": "public-school-district"}}, ()),
        ({"kinds": ["ransomware"], "outcome": "blocked"}, ()),
        ({}, ()),
    ],
)
def test_the_kind_of_incident_names_what_to_follow(changes: dict[str, Any], playbooks: tuple[str, ...]) -> None:
    said = told(**changes)
    assert said.playbooks(said.incident["outcome"]) == playbooks


@pytest.mark.parametrize(("reported", "now"), [("blocked", "successful"), ("successful", "blocked")])
def test_the_outcome_as_the_person_says_it_now_decides_whether_a_playbook_is_followed(reported: str, now: str) -> None:
    said = told(outcome=reported, kinds=["ransomware"])
    assert said.playbooks(now) == (() if now == "blocked" else ("ransomware",))


def test_every_playbook_that_a_kind_leads_to_is_there() -> None:
    assert all(playbook_named(code) for code in PLAYBOOK_OF.values())
    kinds = next(field for field in field_table() if field.pointer == "/kinds").choices
    assert set(PLAYBOOK_OF) <= set(kinds)


SEVERE = {
    "functionalImpact": "denial_noncritical",
    "informationImpact": "privacy",
    "recoverability": "extended",
    "location": "L3_business_mgmt",
}


def test_what_was_said_of_severity_stands_in_the_judgment_and_not_known_stays_open() -> None:
    said = severity_of_report(parse_report(WHOLE | SEVERE))
    assert said == {name: [answer] for name, answer in SEVERE.items()}
    assert severity_of_report(parse_report(WHOLE | dict.fromkeys(SEVERE, "unknown"))) == {}
    assert severity_of_report(parse_report(WHOLE)) == {}


@pytest.mark.parametrize("name", sorted(SEVERE))
def test_every_answer_of_a_report_is_one_of_the_scoring_model(name: str) -> None:
    factor = next(factor for factor in load_scoring_model("local").factor if factor.name == name)
    choices = next(field for field in field_table() if field.pointer == f"/{name}").choices
    assert set(choices) - {"unknown"} <= {option.name for option in factor.options}
