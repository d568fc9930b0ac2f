"""Whatever is reported, no word of the reporter and nothing on a warning list leaves, in any export."""

import base64
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from examples import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from charteroak.intel.audiences import Audience, is_allowed
from charteroak.intel.confidentiality import confidential_terms
from charteroak.intel.exports import export_csv, export_hosts, export_stix, neutral_cell, plain_cell
from charteroak.intel.indicators import Indicator, IndicatorError, indicator_id
from charteroak.intel.pattern_reading import PatternError
from charteroak.intel.patterns import parse_pattern, stix_pattern
from charteroak.intel.release_gate import Refusal, Release, review_release
from charteroak.intel.stix import NamedObject, stix_id
from charteroak.intel.stix_reader import read_objects
from charteroak.intel.warning_lists import load_warning_lists
from charteroak.observables import Observable, ObservableError, parse_observable
from charteroak.tlp import TLPLabel

MOMENT = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
CANARIES = ("canary.quill@wrenfield.example", "Quillon Wrenfield", "wrenfield.example", "Wrenfield Borough")
TERMS = confidential_terms(
    names=CANARIES[1:2], addresses=CANARIES[:1], domains=CANARIES[2:3], organisations=CANARIES[3:]
)
DESK = NamedObject(id=stix_id("identity", uuid.uuid4()), name="Desk", created=MOMENT, modified=MOMENT)

labels = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12).filter(lambda t: t.strip("-") == t)
domains = st.builds(lambda a, b: f"{a}.{b}.example", labels, labels)
addresses = st.ip_addresses().map(str)
words = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20)
urls = st.builds(lambda host, rest: f"https://{host}/{quote(rest, safe='')}", domains, words)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
values = st.one_of(domains, addresses, urls, hashes)


def observable_of(text: str) -> Observable:
    try:
        return parse_observable(text)
    except ObservableError:
        assume(False)
        raise


def make(**changes: Any) -> Indicator:
    parts: dict[str, Any] = {
        "id": indicator_id(uuid.uuid4()),
        "observable": parse_observable("parcel-update.example"),
        "tlp": TLPLabel.CLEAR,
        "valid_from": MOMENT,
        "created": MOMENT,
        "modified": MOMENT,
    }
    try:
        return Indicator(**(parts | changes))
    except IndicatorError:
        assume(False)
        raise


def review(indicator: Indicator, audience: Audience) -> Release | Refusal:
    return review_release(indicator, audience=audience, warning_lists=load_warning_lists(), confidential_terms=TERMS)


def spellings(canary: str) -> st.SearchStrategy[str]:
    plain = canary.encode()
    forms = [
        canary,
        canary.upper(),
        canary.replace(" ", "-"),
        canary.replace(" ", ""),
        quote(canary, safe=""),
        quote(quote(canary, safe=""), safe=""),
        base64.b64encode(plain).decode(),
        base64.urlsafe_b64encode(plain).decode().rstrip("="),
        plain.hex(),
        "".join(f"%{byte:02x}" for byte in plain),
    ]
    return st.sampled_from(forms)


@settings(max_examples=examples(300), deadline=None)
@given(
    canary=st.sampled_from(CANARIES).flatmap(spellings),
    before=st.sampled_from(["", "x ", "/", "?e=", "(", "\u00bf"]),
    after=st.sampled_from(["", " y", "/", "&z=1", ")"]),
    place=st.sampled_from(["name", "description", "campaign", "url"]),
    audience=st.sampled_from(Audience),
)
def test_no_canary_leaves_in_any_spelling_or_place(
    canary: str, before: str, after: str, place: str, audience: Audience
) -> None:
    text = f"{before}{canary}{after}"
    if place == "url":
        changes: dict[str, Any] = {"observable": observable_of(f"https://evil.example/{text}".replace(" ", "%20"))}
    else:
        changes = {place: text}
    outcome = review(make(**changes), audience)
    assert isinstance(outcome, Refusal)
    told = " ".join(reason.text for reason in outcome.reasons).casefold()
    assert not any(one.casefold() in told for one in CANARIES)


@settings(max_examples=examples(300), deadline=None)
@given(value=values, name=words, label=st.sampled_from(TLPLabel), audience=st.sampled_from(Audience))
def test_what_is_released_is_allowed_objected_to_by_no_list_and_reads_back(
    value: str, name: str, label: TLPLabel, audience: Audience
) -> None:
    indicator = make(observable=observable_of(value), name=name, tlp=label)
    outcome = review(indicator, audience)
    if isinstance(outcome, Refusal):
        assert outcome.reasons
        return
    assert is_allowed(label, audience)
    assert load_warning_lists().objections_to(indicator.observable) == ()
    stix = export_stix([outcome], audience=audience, publisher=DESK, random=uuid.uuid4()).data
    sheet = export_csv([outcome], audience=audience, at=MOMENT).data
    hosts = export_hosts([outcome], audience=audience, at=MOMENT).data
    for data in (stix, sheet, hosts):
        assert b"wrenfield" not in data.lower()
    for line in hosts.decode().splitlines():
        assert line.startswith(("#", "0.0.0.0 "))
    assert parse_pattern(indicator.pattern) == (indicator.observable,)


@settings(deadline=None)
@given(value=values, label=st.sampled_from(TLPLabel), audience=st.sampled_from(Audience))
def test_the_gate_gives_the_same_answer_twice(value: str, label: TLPLabel, audience: Audience) -> None:
    indicator = make(observable=observable_of(value), tlp=label)
    assert review(indicator, audience) == review(indicator, audience)


@settings(deadline=None)
@given(value=values)
def test_a_pattern_of_one_observable_reads_back(value: str) -> None:
    observable = observable_of(value)
    assert parse_pattern(stix_pattern(observable)) == (observable,)


@settings(deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_is_a_pattern_or_a_refusal(text: str) -> None:
    with suppress(PatternError):
        assert parse_pattern(text)


@settings(deadline=None)
@given(data=st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_are_counted_somewhere(data: list[bytes]) -> None:
    received = read_objects(data)
    assert len(received.indicators) + sum(received.ignored.values()) + len(received.could_not_read) == len(data)


@settings(deadline=None)
@given(text=st.text(max_size=50))
def test_a_neutral_cell_reads_back_and_begins_no_formula(text: str) -> None:
    cell = neutral_cell(text)
    assert plain_cell(cell) == text
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
