"""Reported mails as STIX 2.1, to OASIS's own tools: stix2-validator 3.2.0 (strict), stix2 and its pattern grammar."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import stix2
import stix2patterns.v21.pattern
from stix2patterns.validator import run_validator

from charteroak.intel.audiences import Audience
from charteroak.intel.confidentiality import confidential_terms
from charteroak.intel.mail_bundle import Gate, MailBundleError, SeenFile, SeenMail, mail_bundle
from charteroak.intel.stix import NamedObject, stix_time
from charteroak.intel.stix_reader import parse_bundle
from charteroak.intel.warning_lists import load_warning_lists
from charteroak.mail.analysis import analyze
from charteroak.observables import Observable, ObservableType, parse_observable
from charteroak.services.mail_exports import seen_mail
from charteroak.tlp import TLPLabel

MOMENT = datetime(2026, 3, 1, 14, 0, 0, 456_789, tzinfo=UTC)
DESK = NamedObject(
    id="identity--0bdb1632-6e86-4c3a-8f6d-3d1f3c1c7a10", name="Example Desk", created=MOMENT, modified=MOMENT
)
CAMPAIGN = NamedObject(
    id="campaign--0bdb1632-6e86-4c3a-8f6d-3d1f3c1c7a11", name="Campaign 2026-001", created=MOMENT, modified=MOMENT
)
GATE = Gate(load_warning_lists(), confidential_terms())
DIGEST = "ab" * 32
VALUES = ("https://parcel-update.example/a?b='c'&d=%27%5C#e", "parcel-update.example", "5.10.20.30", "2a00:1::7")


def mail(**changes: Any) -> SeenMail:
    parts: dict[str, Any] = {
        "key": "1",
        "verdict": "phishing",
        "score": 9.5,
        "is_whole": True,
        "is_multipart": True,
        "received": MOMENT,
        "sent": MOMENT,
        "subject": "Your parcel waits",
        "sender": "post@parcel-update.example",
        "observables": tuple(map(parse_observable, (*VALUES, "post@parcel-update.example", DIGEST))),
        "files": (SeenFile(DIGEST, 900, "invoice.htm"),),
        "techniques": ("T1566", "T1566.002", "T1566.001", "T1598"),
    }
    return SeenMail(**(parts | changes))


def objects(data: bytes) -> list[dict[str, Any]]:
    return json.loads(data)["objects"]  # type: ignore[no-any-return]


def complaints(data: bytes) -> list[str]:
    # Its import draws up the grammar of every kind of IRI, which takes seconds; only who checks waits for it.
    from stix2validator import ValidationOptions, validate_instance

    # Not strict_types: this release of the validator counts no cyber-observable among the types of the specification.
    options = ValidationOptions(version="2.1", strict=True, strict_properties=True, enforce_refs=True)
    return [str(error) for error in validate_instance(json.loads(data), options=options).errors]


def of_type(data: bytes, type_: str) -> list[dict[str, Any]]:
    return [one for one in objects(data) if one["type"] == type_]


@pytest.mark.parametrize("publisher", [DESK, None])
@pytest.mark.parametrize("campaign", [CAMPAIGN, None])
def test_a_bundle_passes_the_strict_validator_and_is_read_by_stix2(
    publisher: NamedObject | None, campaign: NamedObject | None
) -> None:
    made = mail_bundle([mail(), mail(key="2", subject="Another")], GATE, publisher=publisher, campaign=campaign)
    assert complaints(made.data) == []
    parsed = stix2.parse(made.data.decode(), version="2.1")
    assert [one.id for one in parsed.objects] == [one["id"] for one in objects(made.data)]
    assert made.indicators == len(of_type(made.data, "indicator")) == 6
    assert made.held_back == ()


def test_what_several_mails_share_is_one_indicator_of_the_first_that_was_a_finding_based_on_each() -> None:
    later = MOMENT.replace(hour=15)
    mails = [
        mail(key="1", verdict="not-enough-evidence"),
        mail(key="2", received=later),
        mail(key="3", received=later.replace(hour=16), verdict="suspicious", score=3.6),
    ]
    data = mail_bundle(mails, GATE, publisher=DESK, campaign=CAMPAIGN).data
    indicators, relations = of_type(data, "indicator"), of_type(data, "relationship")
    patterns = [one["pattern"] for one in indicators]
    assert len(patterns) == len(set(patterns)) == 6
    assert {one["valid_from"] for one in indicators} == {stix_time(later)}
    seen = {one["id"]: one["first_observed"] for one in of_type(data, "observed-data")}
    for indicator in indicators:
        mine = [one for one in relations if one["source_ref"] == indicator["id"]]
        based_on = [seen[one["target_ref"]] for one in mine if one["relationship_type"] == "based-on"]
        assert based_on == [stix_time(later), stix_time(later.replace(hour=16))]
        assert [one["target_ref"].partition("--")[0] for one in mine if one["relationship_type"] == "indicates"] == [
            "attack-pattern",
            "attack-pattern",
            "campaign",
        ]
    assert sum(one["relationship_type"] == "uses" for one in relations) == 2


def test_the_same_mails_give_the_same_bytes_and_another_label_gives_other_identifiers() -> None:
    first = mail_bundle([mail()], GATE, publisher=DESK)
    assert mail_bundle([mail()], GATE, publisher=DESK).data == first.data
    green = mail_bundle([mail()], Gate(GATE.lists, GATE.terms, TLPLabel.GREEN), publisher=DESK)
    for type_ in ("indicator", "observed-data", "report", "relationship", "attack-pattern"):
        here, there = of_type(first.data, type_), of_type(green.data, type_)
        assert not {one["id"] for one in here} & {one["id"] for one in there}


OTHERWISE = {
    "in a campaign": ({}, GATE, CAMPAIGN),
    "another verdict": ({"verdict": "suspicious", "score": 4.0}, GATE, None),
    "no finding": ({"verdict": "not-enough-evidence"}, GATE, None),
    "read whole or not": ({"is_whole": False}, GATE, None),
    "held back": ({}, Gate(GATE.lists, confidential_terms(domains=["parcel-update.example"])), None),
}


@pytest.mark.parametrize(("changes", "gate", "campaign"), OTHERWISE.values(), ids=OTHERWISE)
def test_one_identifier_and_moment_never_stand_for_two_contents(
    changes: dict[str, Any], gate: Gate, campaign: NamedObject | None
) -> None:
    first, other = (
        {(one["id"], one["modified"]): one for one in objects(made.data) if "modified" in one}
        for made in (
            mail_bundle([mail()], GATE, publisher=DESK),
            mail_bundle([mail(**changes)], gate, publisher=DESK, campaign=campaign),
        )
    )
    assert [one["type"] for key, one in first.items() if other.get(key, one) != one] == []
    reports = {key for key in (*first, *other) if key[0].startswith("report--")}
    assert len(reports) == 2


def test_observables_carry_the_identifiers_that_everybody_gives_them() -> None:
    made = mail_bundle([mail()], GATE)
    sender = stix2.EmailAddress(value="post@parcel-update.example")
    expected = {
        sender.id,
        *(stix2.URL(value=value).id for value in VALUES[:1]),
        stix2.DomainName(value=VALUES[1]).id,
        stix2.IPv4Address(value=VALUES[2]).id,
        stix2.IPv6Address(value=VALUES[3]).id,
        stix2.File(hashes={"SHA-256": DIGEST}, name="invoice.htm").id,
        stix2.EmailMessage(is_multipart=True, from_ref=sender.id, subject="Your parcel waits").id,
    }
    (observed,) = of_type(made.data, "observed-data")
    assert set(observed["object_refs"]) == expected


def test_everything_is_marked_and_points_to_the_techniques() -> None:
    made = mail_bundle([mail()], GATE, publisher=DESK, campaign=CAMPAIGN)
    marking = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
    unmarked = {"marking-definition", "identity"}
    assert all(one["object_marking_refs"] == [marking] for one in objects(made.data) if one["type"] not in unmarked)
    techniques = {
        one["external_references"][0]["external_id"]: one["id"] for one in of_type(made.data, "attack-pattern")
    }
    assert set(techniques) == {"T1566.001", "T1566.002"}
    links = {(one["relationship_type"], one["target_ref"]) for one in of_type(made.data, "relationship")}
    assert {("indicates", techniques["T1566.001"]), ("uses", techniques["T1566.002"])} <= links
    assert ("indicates", CAMPAIGN.id) in links


@pytest.mark.parametrize("verdict", ["simulation", "not-enough-evidence"])
def test_what_is_no_finding_gives_observables_and_nothing_to_block(verdict: str) -> None:
    made = mail_bundle([mail(verdict=verdict)], GATE, publisher=DESK)
    assert made.indicators == 0
    assert not of_type(made.data, "indicator") + of_type(made.data, "attack-pattern")
    assert of_type(made.data, "url")
    assert complaints(made.data) == []


def test_what_the_gate_holds_back_stands_nowhere_not_even_as_an_observable() -> None:
    terms = confidential_terms(organisations=["Town of Elm Hollow"], addresses=["lee.stone@elmhollow.example"])
    names = (
        "https://parcel-update.example/elm-hollow/in",
        "https://elmhollow.example/",
        "https://parcel-update.example/?m=bGVlLnN0b25lQGVsbWhvbGxvdy5leGFtcGxl",
        "https://accounts.google.com/",
    )
    hostile = mail(
        observables=tuple(map(parse_observable, (*names, "parcel-update.example"))),
        subject="Elm Hollow: your parcel, lee.stone@elmhollow.example",
        files=(SeenFile(DIGEST, 1, "elm_hollow.htm"),),
    )
    made = mail_bundle([hostile], Gate(GATE.lists, terms), publisher=DESK)
    text = made.data.decode().lower()
    for word in ("elm", "hollow", "lee.stone", "bgvllnn0b25l"):
        assert word not in text
    assert made.indicators == 1
    assert {what for what, _ in made.held_back} >= {"url", "subject"}


QUOTES = "' OR [domain-name:value = 'ct.gov"
HOSTILE_VALUES = {
    "quote": "https://lure.example/a'b",
    "closing quote and a clause": "https://lure.example/'%20OR%20[domain-name:value%20=%20'ct.gov",
    "backslash": "https://lure.example/a\\",
    "backslash before a quote": "https://lure.example/\\'",
    "many backslashes": "https://lure.example/" + "\\" * 33,
    "line end": "https://lure.example/a\n' AND 1=1",
    "carriage return and NUL": "https://lure.example/a\r\x00'",
    "comment": "https://lure.example/'/*",
    "brackets": "https://lure.example/']]]",
    "turned around": "https://lure.example/\u202e'exe",
    "clause unencoded": "https://lure.example/" + QUOTES,
}


@pytest.mark.parametrize("value", HOSTILE_VALUES.values(), ids=HOSTILE_VALUES)
def test_no_value_ends_its_literal_in_a_pattern(value: str) -> None:
    # Built past the normal form on purpose, as a fault elsewhere could.
    hostile = mail(observables=(Observable(ObservableType.URL, value),))
    made = mail_bundle([hostile], GATE, publisher=DESK)
    assert len(of_type(made.data, "url")) == len(of_type(made.data, "indicator")) == 1
    (indicator,) = of_type(made.data, "indicator")
    assert run_validator(indicator["pattern"], stix_version="2.1") == []
    pattern = stix2patterns.v21.pattern.Pattern(indicator["pattern"])
    # One comparison, whose literal is the value to the letter.
    assert pattern.inspect().comparisons == {"url": [(["value"], "=", "'" + _escaped(value) + "'")]}


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


@pytest.mark.parametrize(
    "text",
    [
        QUOTES,
        'a"b\\',
        "line\r\nBcc: all@example.org",
        "\u202egpj.exe",
        "\x00\x1b[31m",
        "\ud800 lone",
        "=cmd|' /C calc'!A0",
        "</script><script>alert(1)</script>",
        "x" * 20_000,
    ],
)
def test_hostile_subjects_and_file_names_stay_values(text: str) -> None:
    hostile = mail(subject=text, files=(SeenFile(DIGEST, 1, text),))
    made = mail_bundle([hostile], GATE, publisher=DESK)
    assert [error for error in complaints(made.data) if "is not a valid" in error] == []
    clean = text.encode("utf-8", "replace").decode()
    (message,) = of_type(made.data, "email-message")
    assert message["subject"] == clean
    assert "to_refs" not in message
    assert len(of_type(made.data, "indicator")) == 6


def test_our_own_reader_takes_the_indicators_back() -> None:
    received = parse_bundle(mail_bundle([mail()], GATE, publisher=DESK).data)
    assert {one for each in received.indicators for one in each.observables} == set(mail().observables)


def test_labels_and_numbers_that_cannot_be_are_refused() -> None:
    with pytest.raises(MailBundleError, match="single people"):
        mail_bundle([mail()], Gate(GATE.lists, GATE.terms, TLPLabel.RED))
    with pytest.raises(MailBundleError, match="single people"):
        mail_bundle([mail()], Gate(GATE.lists, GATE.terms, TLPLabel.AMBER, Audience.PUBLIC))
    with pytest.raises(MailBundleError, match="1 to 200"):
        mail_bundle([], GATE)
    with pytest.raises(MailBundleError, match="1 to 200"):
        mail_bundle([mail()] * 201, GATE)


def test_a_mail_with_nothing_to_tell_still_makes_a_bundle() -> None:
    bare = mail(subject="", sender="", observables=(), files=(), sent=None)
    made = mail_bundle([bare], GATE)
    # Section 2.9 asks for version 4 where no property identifies an object; the validator asks for 4 and for 5.
    assert [error for error in complaints(made.data) if "{103}" not in error] == []
    (message,) = of_type(made.data, "email-message")
    assert uuid.UUID(message["id"].partition("--")[2]).version == 4


@pytest.mark.parametrize(
    ("content_type", "body", "is_multipart"),
    [
        ("multipart/alternative; boundary=b", "--b\nContent-Type: text/html\n\n<p>Pay\n--b--", True),
        ("Multipart/Mixed; boundary=b", "--b\n\nPay\n--b--", True),
        ("application/octet-stream; name=pay.bin", "Pay", False),
        ("text/html", "<p>Pay", False),
        ("", "Pay", False),
    ],
)
def test_a_mail_is_multipart_as_it_says_itself_with_or_without_a_file(
    content_type: str, body: str, is_multipart: bool
) -> None:
    field = f"Content-Type: {content_type}\n" if content_type else ""
    data = f"From: a@lure.example\nSubject: Pay\nMIME-Version: 1.0\n{field}\n{body}\n".encode()
    made = mail_bundle([seen_mail(analyze(data).to_json(""), key="1", received=MOMENT)], GATE)
    (message,) = of_type(made.data, "email-message")
    assert message["is_multipart"] is is_multipart


def test_a_bundle_is_bounded_tells_how_many_it_leaves_out_and_small_mails_stand_in_it_whole() -> None:
    def many(number: int, mail_number: int) -> tuple[Observable, ...]:
        values = (f"m{mail_number}n{each}.lure.example" for each in range(number))
        return tuple(Observable(ObservableType.DOMAIN, value) for value in values)

    sizes = (3, *([500] * 10))
    mails = [
        mail(key=str(each), observables=many(size, each), files=(), verdict="simulation")
        for each, size in enumerate(sizes)
    ]
    made = mail_bundle(mails, GATE)
    seen = {one["value"] for one in of_type(made.data, "domain-name")}
    assert {f"m0n{each}.lure.example" for each in range(3)} <= seen
    assert 1_990 <= len(seen) <= 2_000
    descriptions = [one["description"] for one in of_type(made.data, "report")]
    assert ["left out" in each for each in descriptions] == [False, *([True] * 10)]
    assert [what for what, _ in made.held_back] == [f"{sum(sizes) - len(seen):,} addresses and files"]
