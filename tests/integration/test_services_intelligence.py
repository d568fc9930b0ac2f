"""The desk's use cases on real rows: propose, release through the gate, withdraw, export, pull, count sightings."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from charteroak.errors import AccessError, InputError
from charteroak.intel.audiences import Audience
from charteroak.intel.stix_reader import parse_bundle
from charteroak.observables import parse_observable
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.intelligence.models import Collection, IndicatorRecord, SharedObject, Sighting
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report
from charteroak.services.checkpoints import verify_ledger
from charteroak.services.intelligence import (
    IndicatorText,
    amend_indicator,
    declare_own_domain,
    export_indicators,
    preview_release,
    propose_indicators,
    release_indicator,
    revoke_indicator,
)
from charteroak.services.ledger import BackdatingError
from charteroak.services.sharing import (
    NewCollection,
    PageRequest,
    VersionMatch,
    access_collection,
    audiences_of,
    collections_open_to,
    open_collection,
    share_objects,
    shared_objects_page,
)
from charteroak.services.sightings import SightingCount, SightingInputError, send_sighting, sightings_of
from charteroak.tlp import TLPLabel

pytestmark = pytest.mark.django_db
Add = Callable[..., Any]
State = IndicatorRecord.State
THEN = datetime(2026, 3, 1, 14, tzinfo=UTC)


@pytest.fixture
def community(desk: Organisation) -> Collection:
    return open_collection(desk, NewCollection("Community", "community", Audience.COMMUNITY, TLPLabel.GREEN))


@pytest.fixture
def members_only(desk: Organisation) -> Collection:
    return open_collection(desk, NewCollection("Members", "members", Audience.MEMBERS, TLPLabel.AMBER_STRICT))


def propose(
    desk: Organisation,
    by: User,
    value: str = "parcel-update.example",
    *,
    confidential: list[str] | None = None,
    **text: Any,
) -> IndicatorRecord:
    proposed = propose_indicators(
        desk, [parse_observable(value)], by=by, text=IndicatorText(**text), confidential=confidential or []
    )
    return proposed.records[0]


def in_collection(collection: Collection) -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in SharedObject.objects.filter(collection=collection)]


def kinds(organisation: Organisation) -> list[str]:
    return list(LedgerEntry.objects.filter(organisation=organisation).values_list("kind", flat=True))


def test_a_release_is_shared_and_recorded_together(desk: Organisation, analyst: User, community: Collection) -> None:
    record = propose(desk, analyst, name="Parcel lure", campaign="Campaign 2026-001")
    result = release_indicator(desk, record, by=analyst)
    assert result.is_released
    assert [one.pk for one in result.collections] == [community.pk]
    assert [one["type"] for one in in_collection(community)] == [
        "identity", "marking-definition", "campaign", "indicator", "relationship",
    ]  # fmt: skip
    record.refresh_from_db()
    assert (record.state, record.released_by) == (State.RELEASED, analyst)
    assert record.entry is not None
    body = json.loads(bytes(record.entry.body or b""))
    assert (body["indicator"], body["value"], body["campaign"]) == (record.stix_id, record.value, "Campaign 2026-001")
    assert verify_ledger(desk).entries == 1


def test_releasing_twice_changes_nothing(desk: Organisation, analyst: User, community: Collection) -> None:
    record = propose(desk, analyst)
    release_indicator(desk, record, by=analyst)
    before = SharedObject.objects.count()
    assert release_indicator(desk, record, by=analyst).collections == (community,)
    assert (SharedObject.objects.count(), kinds(desk)) == (before, ["indicator.released"])


def test_what_is_shared_before_is_not_shared_again(desk: Organisation, analyst: User, community: Collection) -> None:
    for value in ("a.example.net", "b.example.net"):
        release_indicator(desk, propose(desk, analyst, value, campaign="Campaign 2026-001"), by=analyst)
    types = [one["type"] for one in in_collection(community)]
    assert types.count("identity") == types.count("campaign") == types.count("marking-definition") == 1
    assert types.count("indicator") == types.count("relationship") == 2


def test_a_refusal_leaves_nothing_outside_and_its_reasons_on_the_record(
    desk: Organisation, analyst: User, community: Collection
) -> None:
    record = propose(desk, analyst, "ct.gov")
    preview = preview_release(desk, record, by=analyst)
    result = release_indicator(desk, record, by=analyst)
    assert not preview.is_released
    assert preview.reasons == result.reasons
    assert "public-body" in {reason.code for reason in result.reasons}
    record.refresh_from_db()
    assert record.state == State.REFUSED
    assert record.reasons[0]["text"]
    assert in_collection(community) == []
    assert kinds(desk) == []


def test_a_preview_changes_nothing(desk: Organisation, analyst: User, community: Collection) -> None:
    record = propose(desk, analyst)
    assert preview_release(desk, record, by=analyst).is_released
    record.refresh_from_db()
    assert (record.state, in_collection(community), kinds(desk)) == (State.PROPOSED, [], [])


def test_a_desk_without_collections_releases_nothing(desk: Organisation, analyst: User) -> None:
    result = release_indicator(desk, propose(desk, analyst), by=analyst)
    assert [reason.code for reason in result.reasons] == ["no-collection"]


def test_a_stricter_label_goes_only_where_it_may(
    desk: Organisation, analyst: User, community: Collection, members_only: Collection
) -> None:
    result = release_indicator(desk, propose(desk, analyst, tlp=TLPLabel.AMBER_STRICT), by=analyst)
    assert result.collections == (members_only,)
    assert in_collection(community) == []
    red = release_indicator(desk, propose(desk, analyst, "red.example.net", tlp=TLPLabel.RED), by=analyst)
    assert [reason.code for reason in red.reasons] == ["marking", "marking"]


def test_reporters_and_members_never_come_out(
    desk: Organisation, analyst: User, community: Collection, member: Organisation, security_lead: User
) -> None:
    Report.objects.create(
        receipt="R-1",
        desk=desk,
        organisation=member,
        kind="phish",
        outcome="blocked",
        channel="web",
        received=THEN,
        summary="x",
        details={"reporterName": "Quill Wrenfield", "reporterContact": "quill@wrenfield.example.net"},
    )
    declare_own_domain(member, "elmhollow.example.net")
    hidden = {
        "https://evil.example.net/?u=quill%40wrenfield.example.net": "confidential-address",
        "quill-wrenfield.example.com": "confidential-name",
        "elm-hollow-bakery.login.evil.net": "confidential-name",
        "mail.elmhollow.example.net": "own-domain",
        f"https://evil.example.net/?u={security_lead.email}": "confidential-address",
        "https://evil.example.net/?u=recipient@anywhere.example.com": "confidential-address",
    }
    for value, code in hidden.items():
        record = propose(desk, analyst, value, confidential=["Recipient <recipient@anywhere.example.com>"])
        result = release_indicator(desk, record, by=analyst)
        assert code in {reason.code for reason in result.reasons}, value
    assert in_collection(community) == []
    imitation = propose(desk, analyst, "elm-hollow-bakery-payroll.com")
    assert release_indicator(desk, imitation, by=analyst).is_released


def test_proposing_again_adds_the_words_to_hide_and_no_second_record(desk: Organisation, analyst: User) -> None:
    record = propose(desk, analyst, confidential=["Ana"])
    again = propose_indicators(desk, [parse_observable(record.value)], by=analyst, confidential=["Bea"])
    assert (again.records, [one.pk for one in again.already_known]) == ((), [record.pk])
    record.refresh_from_db()
    assert record.confidential == ["Ana", "Bea"]


@pytest.mark.usefixtures("community")
def test_a_refused_indicator_can_be_amended_and_released(
    desk: Organisation, analyst: User, member: Organisation
) -> None:
    record = propose(desk, analyst, name=f"Seen at {member.name}")
    assert not release_indicator(desk, record, by=analyst).is_released
    amended = amend_indicator(desk, record, IndicatorText(name="Parcel lure"), by=analyst)
    assert (amended.state, amended.reasons) == (State.PROPOSED, [])
    assert release_indicator(desk, amended, by=analyst).is_released
    with pytest.raises(InputError):
        amend_indicator(desk, amended, IndicatorText(name="Other"), by=analyst)


def test_a_withdrawal_reaches_everyone_who_had_it_and_nobody_else(
    desk: Organisation, analyst: User, community: Collection, members_only: Collection
) -> None:
    record = propose(desk, analyst, name="Parcel lure")
    release_indicator(desk, record, by=analyst)
    later = open_collection(desk, NewCollection("Later", "later", Audience.COMMUNITY, TLPLabel.GREEN))
    result = revoke_indicator(desk, record, by=analyst, reason="The site was cleaned.")
    assert {one.pk for one in result.collections} == {community.pk, members_only.pk}
    newest = shared_objects_page(community, PageRequest(ids=(record.stix_id,))).objects
    document = json.loads(newest[0].body)
    assert document["revoked"] is True
    assert "cleaned" not in newest[0].body
    assert in_collection(later) == []
    assert kinds(desk) == ["indicator.released", "correction.made"]
    with pytest.raises(InputError):
        revoke_indicator(desk, record, by=analyst, reason="Again")
    assert propose(desk, analyst).stix_id != record.stix_id


def test_a_proposal_that_never_left_is_set_aside_without_a_word(
    desk: Organisation, analyst: User, community: Collection
) -> None:
    record = propose(desk, analyst)
    assert revoke_indicator(desk, record, by=analyst, reason="A mistake").collections == ()
    assert (in_collection(community), kinds(desk)) == ([], [])


def test_only_the_desks_analysts_decide(
    desk: Organisation,
    analyst: User,
    security_lead: User,
    community: Collection,
    add_organisation: Add,
    add_person: Add,
) -> None:
    other = add_person("Otto", add_organisation("other-desk", part="desk"), "analyst")
    record = propose(desk, analyst)
    for stranger in (security_lead, other):
        with pytest.raises(AccessError):
            propose(desk, stranger, "x.example.net")
        with pytest.raises(AccessError):
            release_indicator(desk, record, by=stranger)
        with pytest.raises(AccessError):
            preview_release(desk, record, by=stranger)
        with pytest.raises(AccessError):
            revoke_indicator(desk, record, by=stranger, reason="x")
        with pytest.raises(AccessError):
            export_indicators(desk, "stix", audience=Audience.COMMUNITY, by=stranger)
    assert in_collection(community) == []


def test_a_failed_release_records_nothing_by_halves(desk: Organisation, analyst: User, community: Collection) -> None:
    record = propose(desk, analyst)

    def full_disk(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.startswith("INSERT") and "ledger_ledgerentry" in sql:
            raise OSError("no space left on device")
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(full_disk), pytest.raises(OSError, match="space"):
        release_indicator(desk, record, by=analyst)
    record.refresh_from_db()
    assert (record.state, in_collection(community), kinds(desk)) == (State.PROPOSED, [], [])


def test_a_campaign_released_more_openly_gets_one_new_version(
    desk: Organisation, analyst: User, community: Collection, members_only: Collection
) -> None:
    text = {"campaign": "Campaign 2026-001"}
    release_indicator(desk, propose(desk, analyst, "a.example.net", tlp=TLPLabel.AMBER_STRICT, **text), by=analyst)
    release_indicator(desk, propose(desk, analyst, "b.example.net", tlp=TLPLabel.GREEN, **text), by=analyst)
    members = [one for one in in_collection(members_only) if one["type"] == "campaign"]
    open_to_all = [one for one in in_collection(community) if one["type"] == "campaign"]
    assert [len(members), len(open_to_all)] == [2, 1]
    assert members[1] == open_to_all[0]
    assert members[0]["modified"] < members[1]["modified"]


def test_moments_of_adding_rise_strictly_even_when_the_clock_stands_still(community: Collection) -> None:
    documents = [{"type": "x", "id": f"x--{number}", "created": "2026-03-01T14:00:00.000Z"} for number in range(50)]
    with transaction.atomic():
        share_objects(community, documents[:25], at=THEN)
        share_objects(community, documents[25:], at=THEN - timedelta(days=1))
        assert share_objects(community, documents, at=THEN) == 0
    moments = list(SharedObject.objects.filter(collection=community).values_list("date_added", flat=True))
    assert len(set(moments)) == 50
    assert moments == sorted(moments)


def test_versions_are_chosen_as_taxii_says(community: Collection) -> None:
    for day in (1, 3, 2):
        document = {"type": "x", "id": "x--1", "modified": f"2026-03-0{day}T00:00:00.000Z"}
        share_objects(community, [document], at=THEN)

    def days(match: VersionMatch) -> list[int]:
        page = shared_objects_page(community, PageRequest(versions=match))
        return [row.version.day for row in page.objects]

    second = datetime(2026, 3, 2, tzinfo=UTC)
    assert days(VersionMatch()) == [3]
    assert days(VersionMatch(first=True, last=False)) == [1]
    assert days(VersionMatch(all=True)) == [1, 3, 2]
    assert days(VersionMatch(last=False, moments=(second,))) == [2]
    assert days(VersionMatch(first=True, last=True)) == [1, 3]


@pytest.mark.usefixtures("community")
def test_who_reads_which_collection(
    analyst: User,
    security_lead: User,
    provider: Organisation,
    members_only: Collection,
    add_person: Add,
) -> None:
    technician = add_person("Tess", provider, "provider")
    stranger = add_person("Sam")
    assert {one.alias for one in collections_open_to(analyst)} == {"community", "members"}
    assert {one.alias for one in collections_open_to(security_lead)} == {"community", "members"}
    assert {one.alias for one in collections_open_to(technician)} == {"community"}
    assert audiences_of(stranger) == frozenset()
    for user, reference in ((technician, "members"), (technician, str(members_only.pk)), (stranger, "community")):
        with pytest.raises(AccessError) as refusal:
            access_collection(user, reference)
        with pytest.raises(AccessError) as absence:
            access_collection(user, "no-such-collection")
        assert str(refusal.value) == str(absence.value)


@pytest.mark.usefixtures("community")
def test_exports_pass_the_gate_again(desk: Organisation, analyst: User, member: Organisation) -> None:
    for value in ("a.example.net", "b.example.net"):
        release_indicator(desk, propose(desk, analyst, value), by=analyst)
    export = export_indicators(desk, "stix", audience=Audience.COMMUNITY, by=analyst)
    assert len(parse_bundle(export.data).indicators) == 2
    declare_own_domain(member, "b.example.net")
    again = export_indicators(desk, "hosts", audience=Audience.COMMUNITY, by=analyst)
    assert b"a.example.net" in again.data
    assert b"b.example.net" not in again.data
    assert len(again.left_out) == 1
    public = export_indicators(desk, "csv", audience=Audience.PUBLIC, by=analyst)
    assert (public.included, len(public.left_out)) == (0, 2)


@pytest.mark.usefixtures("community")
def test_a_sighting_stands_in_both_ledgers_and_tells_counts_only(
    desk: Organisation, analyst: User, member: Organisation, security_lead: User
) -> None:
    record = propose(desk, analyst)
    release_indicator(desk, record, by=analyst)
    count = SightingCount(record.stix_id, 3, THEN, THEN + timedelta(hours=2))
    sighting = send_sighting(member, desk, count, by=security_lead)
    assert kinds(member) == ["sighting.sent"]
    assert kinds(desk) == ["indicator.released", "sighting.received"]
    assert sighting.entry is not None
    summary = sightings_of(desk, record.stix_id)
    assert (summary.count, summary.organisations, summary.first_seen) == (3, 1, THEN)


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 0},
        {"count": 10**9},
        {"first_seen": THEN + timedelta(days=9)},
        {"last_seen": datetime(2026, 3, 1)},  # noqa: DTZ001 - a time without an offset is the hostile input
        {"stix_id": "indicator--00000000-0000-4000-8000-000000000000"},
    ],
)
@pytest.mark.usefixtures("community")
def test_a_sighting_that_is_none_is_refused_and_nothing_is_recorded(
    desk: Organisation,
    analyst: User,
    member: Organisation,
    security_lead: User,
    changes: dict[str, Any],
) -> None:
    record = propose(desk, analyst)
    release_indicator(desk, record, by=analyst)
    parts = {"stix_id": record.stix_id, "count": 1, "first_seen": THEN, "last_seen": THEN} | changes
    with pytest.raises(SightingInputError):
        send_sighting(member, desk, SightingCount(**parts), by=security_lead)
    assert (Sighting.objects.count(), kinds(member)) == (0, [])


@pytest.mark.usefixtures("community")
def test_only_made_up_organisations_may_say_when(desk: Organisation, analyst: User) -> None:
    with pytest.raises(BackdatingError):
        propose_indicators(desk, [parse_observable("a.example.net")], by=analyst, recorded=THEN)
    desk.is_fictional = True
    desk.save()
    record = propose_indicators(desk, [parse_observable("a.example.net")], by=analyst, recorded=THEN).records[0]
    release_indicator(desk, record, by=analyst, recorded=THEN + timedelta(hours=1))
    record.refresh_from_db()
    assert record.released_at == THEN + timedelta(hours=1)
    assert record.entry is not None
    assert record.entry.recorded == THEN + timedelta(hours=1)


def test_a_value_too_long_for_the_ledger_is_refused(desk: Organisation, analyst: User) -> None:
    with pytest.raises(InputError):
        propose(desk, analyst, "https://evil.example.net/" + "a" * 4100)
    assert IndicatorRecord.objects.count() == 0


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the plan of another database")
def test_identifiers_are_looked_up_and_pages_walk_the_order(community: Collection) -> None:
    plans = []
    for request in (PageRequest(ids=("x--1",)), PageRequest(position=THEN)):
        with CaptureQueriesContext(connection) as captured:
            shared_objects_page(community, request)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {captured[-1]['sql']}")
            plans.append(str(cursor.fetchall()[0]))
    assert "collection_id=? AND stix_id=?" in plans[0]
    assert "collection_id=? AND date_added>?" in plans[1]
