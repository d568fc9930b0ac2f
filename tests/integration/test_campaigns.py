"""Campaigns as a desk keeps them: the same answer whatever came first, and an analyst's decisions replayed."""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from django.db import transaction

from charteroak.adapters.system_clock import now
from charteroak.errors import AccessError
from charteroak.mail.fingerprint import CampaignKey
from charteroak.portal.desk.wording import campaign_sentence
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.reports.models import Campaign, CampaignLink, Lure, Report, TraitPage
from charteroak.services import campaign_decisions, trait_index
from charteroak.services.campaign_confirmations import is_confirmed
from charteroak.services.campaign_decisions import CampaignDecisionError
from charteroak.services.campaign_links import links_of, reasons_of
from charteroak.services.campaign_overview import overview_of, standing_name
from charteroak.services.campaign_rebuild import rebuild_campaigns
from charteroak.services.campaigns import place_report
from charteroak.services.ledger import read_entries
from charteroak.services.regrouping import nodes_of, region_of, regroup
from charteroak.services.reports import campaigns_of, confirm_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

SITE, SITE_2 = CampaignKey("link-domain", "lure.example"), CampaignKey("link-domain", "other.example")
SUBJECT, SUBJECT_2 = CampaignKey("subject", "your payroll account"), CampaignKey("subject", "a parcel waits")
FILE = CampaignKey("attachment", "ab" * 32)


def mail(desk: Organisation, *keys: CampaignKey, name: str = "") -> Report:
    """A report of a mail with these traits, as ``file_phish_report`` leaves it."""
    number = Report.objects.count()
    with transaction.atomic():
        row = Report.objects.create(
            desk=desk, receipt=f"0000-{number}", kind="phish", received=now(), summary=name or f"Mail {number}",
            message_sha256=f"{number:064}",
        )  # fmt: skip
        place_report(row, keys)
    return row


def groups(desk: Organisation) -> set[frozenset[str]]:
    """The campaigns of a desk by the names of their mails."""
    found = {campaign: set(campaign.reports.values_list("summary", flat=True)) for campaign in campaigns_of(desk)}
    return {frozenset(names) for names in found.values()}


def links(desk: Organisation) -> set[tuple[frozenset[str], int]]:
    names = dict(Report.objects.filter(desk=desk).values_list("pk", "summary"))
    return {
        (frozenset((names[link.first], names[link.second])), link.worth)
        for link in CampaignLink.objects.filter(campaign__desk=desk)
    }


def many_mails() -> list[tuple[str, tuple[CampaignKey, ...]]]:
    """Sixty lures: a site that becomes too common as they come, campaigns within it, and a file that two share."""
    chance = random.Random(5)  # noqa: S311 - made-up mails
    mails: list[tuple[str, tuple[CampaignKey, ...]]] = []
    for number in range(60):
        keys = [CampaignKey("link-domain", "shared.example"), CampaignKey("subject", f"lure number {number // 2}")]
        keys += [CampaignKey("sender-domain", f"sender{chance.randrange(12)}.example")]
        keys += [CampaignKey("link-domain", f"site{number}.example")] if number % 3 == 0 else []
        keys += [FILE] if number in {7, 50} else []
        mails.append((f"m{number}", tuple(keys)))
    return mails


@pytest.mark.parametrize("seed", [pytest.param(1, id="one"), pytest.param(2, id="two", marks=pytest.mark.slow)])
def test_whatever_came_first_the_campaigns_and_links_are_the_same(
    add_organisation: Callable[..., Any], seed: int
) -> None:
    answers = []
    for name in ("one-desk", "two-desk"):
        desk = add_organisation(name, part="desk", kind="state-agency")
        mails = many_mails()
        random.Random(f"{seed}{name}").shuffle(mails)  # noqa: S311 - an order
        for label, keys in mails:
            mail(desk, *keys, name=label)
        answers.append(groups(desk))
        regrouped = Lure.objects.filter(desk=desk).values_list("pk", flat=True)
        before = groups(desk), links(desk)
        regroup(desk, regrouped)
        assert (groups(desk), links(desk)) == before
        names = dict(Report.objects.filter(desk=desk).values_list("pk", "campaign__name"))
        rebuilt = rebuild_campaigns(desk, from_lures=True)
        assert (groups(desk), links(desk), rebuilt.moved) == (*before, 0)
        Report.objects.filter(desk=desk).update(campaign=None)
        assert rebuild_campaigns(desk).reports == len(names)
        assert (groups(desk), links(desk)) == before
    assert answers[0] == answers[1]
    assert any({"m7", "m50"} <= group for group in answers[0])


def test_more_reports_than_one_statement_takes_are_grouped_at_once(desk: Organisation) -> None:
    lures = Lure.objects.bulk_create(
        Lure(desk=desk, digest=850 - number, profile=number, traits=[["attachment", f"{number // 2:064}"]])
        for number in range(850)
    )
    reports = Report.objects.bulk_create(
        Report(desk=desk, receipt=f"{number:08}", kind="phish", received=now(), summary="Mail", lure=lure)
        for number, lure in enumerate(lures)
    )
    pairs = {frozenset(report.pk for report in reports[start : start + 2]) for start in range(0, 850, 2)}
    for campaigns, moved in ((425, 850), (425, 0)):
        rebuilt = rebuild_campaigns(desk, from_lures=True)
        assert (rebuilt.reports, rebuilt.in_campaigns, rebuilt.campaigns, rebuilt.moved) == (850, 850, campaigns, moved)
        members: dict[int | None, set[int]] = defaultdict(set)
        for number, campaign in Report.objects.values_list("pk", "campaign_id"):
            members[campaign].add(number)
        assert set(map(frozenset, members.values())) == pairs
        assert {frozenset(ends) for ends in CampaignLink.objects.values_list("first", "second")} == pairs


@pytest.mark.usefixtures("desk")
def test_reports_of_one_mail_have_one_lure_and_the_same_campaign(desk: Organisation) -> None:
    first, second = mail(desk, SITE, SUBJECT), mail(desk, SITE, SUBJECT)
    first.refresh_from_db()
    assert first.lure == second.lure
    assert first.campaign == second.campaign is not None
    assert reasons_of(second) == ("another report is of the same mail",)


def test_a_report_of_an_exercise_is_in_no_campaign_and_no_index(
    desk: Organisation,
) -> None:
    row = Report(desk=desk, kind="phish", received=now(), summary="Played", space_id=1)
    place_report(row, [SITE, SUBJECT])
    assert row.lure is None
    assert not Lure.objects.exists()
    assert not len(trait_index.all_entries(desk))


def test_two_campaigns_that_a_new_report_connects_become_one_under_the_older_name(desk: Organisation) -> None:
    mail(desk, SITE, SUBJECT), mail(desk, SITE, SUBJECT)
    mail(desk, SITE_2, SUBJECT_2), mail(desk, SITE_2, SUBJECT_2)
    older, newer = campaigns_of(desk).order_by("pk")
    mail(desk, SITE, SUBJECT, SITE_2, SUBJECT_2)
    newer.refresh_from_db()
    assert newer.merged_into == older
    assert older.reports.count() == 5
    assert len(links_of(older)) == 2


def test_a_report_that_is_analysed_again_moves_and_leaves_nothing_behind(desk: Organisation) -> None:
    first, second = mail(desk, SITE, SUBJECT, FILE), mail(desk, SITE, SUBJECT)
    with transaction.atomic():
        second.refresh_from_db()
        place_report(second, [SITE_2, SUBJECT_2])
    first.refresh_from_db()
    assert (first.campaign, second.campaign) == (None, None)
    assert Lure.objects.filter(desk=desk).count() == 2
    assert len(trait_index.all_entries(desk)) == 5
    assert not campaigns_of(desk)


def test_an_analyst_takes_a_report_out_and_it_stays_out_when_more_arrive(desk: Organisation, analyst: User) -> None:
    reports = [mail(desk, SITE, SUBJECT, CampaignKey("sender-domain", f"s{n}.example"), name=f"m{n}") for n in range(4)]
    campaign = campaigns_of(desk).get()
    campaign_decisions.split_campaign(campaign, analyst, {reports[3].pk}, "It is our own test.")
    assert groups(desk) == {frozenset({"m0", "m1", "m2"})}
    mail(desk, SITE, SUBJECT, CampaignKey("sender-domain", "s3.example"), name="like m3")
    mail(desk, SITE, SUBJECT, CampaignKey("sender-domain", "s0.example"), name="like m0")
    assert groups(desk) == {frozenset({"m0", "m1", "m2", "like m0"}), frozenset({"m3", "like m3"})}

    campaign_decisions.undo_decision(desk, analyst, 1, "It was no test.")
    assert groups(desk) == {frozenset({"m0", "m1", "m2", "m3", "like m0", "like m3"})}
    kinds = [entry.header.kind for entry in read_entries(desk)]
    assert kinds == ["campaign.decided"] * 2


def test_two_copies_of_one_mail_can_be_kept_apart(desk: Organisation, analyst: User) -> None:
    first, second = mail(desk, SITE, SUBJECT, name="real"), mail(desk, SITE, SUBJECT, name="drill")
    campaign_decisions.keep_apart(desk, analyst, {first.pk}, {second.pk}, "The second is a drill.")
    assert groups(desk) == set()


def test_what_the_evidence_does_not_link_an_analyst_can(desk: Organisation, analyst: User) -> None:
    mail(desk, SITE, SUBJECT, name="a"), mail(desk, SITE, SUBJECT, name="b")
    mail(desk, SITE_2, SUBJECT_2, name="c"), mail(desk, SITE_2, SUBJECT_2, name="d")
    older, newer = campaigns_of(desk).order_by("pk")
    campaign_decisions.merge_campaigns(older, newer, analyst, "One actor, says the bank.")
    assert groups(desk) == {frozenset("abcd")}
    told = [reason for link in links_of(older) for reason in link.reasons]
    assert "an analyst decided that they belong together (decision 1)" in told


def test_a_later_decision_wins_and_what_it_breaks_is_named(desk: Organisation, analyst: User) -> None:
    first, second, third = (mail(desk, SITE, SUBJECT, name=name) for name in "abc")
    campaign_decisions.keep_together(desk, analyst, {first.pk, second.pk, third.pk}, "All of one actor.")
    decided = campaign_decisions.keep_apart(desk, analyst, {first.pk}, {second.pk, third.pk}, "No: a copycat.")
    assert [(broken.number, broken.pairs) for broken in decided.conflicts] == [(1, 2)]
    assert groups(desk) == {frozenset("bc")}
    (kept,) = campaign_decisions.conflicts_of(campaigns_of(desk).get())
    assert kept.number == 1


def test_a_confirmed_campaign_holds_when_its_traits_become_common(desk: Organisation, analyst: User) -> None:
    mail(desk, SITE, CampaignKey("sender-domain", "one.example"), name="a")
    mail(desk, SITE, CampaignKey("sender-domain", "one.example"), SUBJECT, name="b")
    campaign = confirm_campaign(campaigns_of(desk).get(), analyst)
    for number in range(45):
        mail(desk, SITE, CampaignKey("subject", f"another lure {number}"), CampaignKey("sender-domain", "one.example"))
    assert frozenset("ab") in groups(desk)
    campaign_decisions.undo_decision(desk, analyst, 1, "I was wrong.")
    assert frozenset("ab") not in groups(desk)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.PROPOSED


def test_what_is_a_members_own_is_in_no_table_and_no_reason(desk: Organisation) -> None:
    spoofed = CampaignKey("sender-domain", "victimtown.example")
    mailbox = CampaignKey("reply-address", "jo@victimtown.example")
    first, second = mail(desk, SUBJECT, spoofed, mailbox), mail(desk, SUBJECT, SUBJECT_2, spoofed, mailbox)
    Report.objects.filter(pk=first.pk).update(details={"reporterContact": "Jo@victimtown.example"})
    campaign = campaigns_of(desk).get()
    reasons = [*reasons_of(Report.objects.get(pk=second.pk)), *overview_of(campaign).members[0].reasons]
    assert "answers to both go to a member's own name" in reasons
    told = " ".join([*reasons, *(feature.text for feature in overview_of(campaign).features)])
    assert "victimtown" not in told
    assert "your payroll account" in told


def test_confirmed_copies_of_one_mail_are_grouped_as_one_however_many_they_are(
    desk: Organisation, analyst: User
) -> None:
    first, _ = mail(desk, SITE, SUBJECT), mail(desk, SITE, SUBJECT)
    first.refresh_from_db()
    Report.objects.bulk_create(
        Report(
            desk=desk, receipt=f"1111-{number}", kind="phish", received=now(), summary="Copy", channel="web",
            message_sha256=f"{number + 50:064}", lure=first.lure, campaign=first.campaign,
        )
        for number in range(40)
    )  # fmt: skip
    campaign = confirm_campaign(campaigns_of(desk).get(), analyst)
    newest = mail(desk, SITE, SUBJECT)
    nodes, bearers = nodes_of(desk, region_of(desk, [newest.lure_id or 0]))
    assert sorted(node.copies for node in nodes) == [1, 42]
    assert sorted(len(numbers) for numbers in bearers.values()) == [1, 42]
    assert campaign.reports.count() == 43
    assert rebuild_campaigns(desk).moved == 0


def test_copies_without_a_proof_stay_together_where_an_analyst_says_so(desk: Organisation, analyst: User) -> None:
    copies = [mail(desk, SITE) for _ in range(3)]
    assert not groups(desk)
    campaign_decisions.keep_together(desk, analyst, {row.pk for row in copies}, "One actor.")
    assert campaigns_of(desk).get().reports.count() == 3


def test_what_joins_a_confirmed_campaign_is_not_confirmed_by_it(desk: Organisation, analyst: User) -> None:
    seen, other = [mail(desk, SITE, SUBJECT) for _ in range(2)], [mail(desk, SITE_2, SUBJECT_2) for _ in range(2)]
    campaign = confirm_campaign(campaigns_of(desk).earliest("pk"), analyst)
    mail(desk, SITE, SUBJECT, SITE_2, SUBJECT_2, name="a stranger's")
    assert campaign.reports.count() == 5
    told = {row.pk: is_confirmed(row) for row in Report.objects.filter(campaign=campaign)}
    assert [told[row.pk] for row in (*seen, *other)] == [True, True, False, False]
    assert overview_of(campaign).confirmed == 2
    assert "the desk has confirmed 2." in campaign_sentence(overview_of(campaign))
    confirm_campaign(campaign, analyst)
    assert overview_of(confirm_campaign(campaign, analyst)).confirmed == 5
    assert [entry.header.kind for entry in read_entries(desk)] == ["campaign.confirmed"] * 2


@pytest.mark.parametrize("confirmed", [(), ("one",), ("two",), ("one", "two")])
def test_a_merge_that_is_taken_back_gives_both_campaigns_back(
    desk: Organisation, analyst: User, confirmed: Sequence[str]
) -> None:
    two, many = [mail(desk, SITE, SUBJECT) for _ in range(2)], [mail(desk, SITE_2, SUBJECT_2) for _ in range(4)]
    older, newer = campaigns_of(desk).order_by("pk")
    for name, campaign in {"one": older, "two": newer}.items():
        if name in confirmed:
            confirm_campaign(campaign, analyst)
    before = dict(Report.objects.values_list("pk", "campaign"))
    states = dict(Campaign.objects.values_list("pk", "state"))
    merged = campaign_decisions.merge_campaigns(older, newer, analyst, "One actor.")
    assert len(groups(desk)) == 1
    assert rebuild_campaigns(desk).moved == 0
    campaign_decisions.undo_decision(desk, analyst, merged.decision.number, "Two actors.")
    assert dict(Report.objects.values_list("pk", "campaign")) == before
    assert dict(Campaign.objects.values_list("pk", "state")) == states
    assert not Campaign.objects.exclude(merged_into=None)
    assert [standing_name(row) for row in (older, newer)] == [older, newer]
    assert {row.pk for row in two + many} == before.keys()


def test_campaigns_that_one_mail_connected_come_back_when_it_is_taken_out(desk: Organisation, analyst: User) -> None:
    for keys in ((SITE, SUBJECT), (SITE_2, SUBJECT_2)):
        mail(desk, *keys), mail(desk, *keys)
    before = dict(Report.objects.values_list("pk", "campaign"))
    between = mail(desk, SITE, SUBJECT, SITE_2, SUBJECT_2)
    assert Campaign.objects.exclude(merged_into=None).count() == 1
    campaign_decisions.keep_apart(desk, analyst, {between.pk}, before, "It is a sample of both.")
    assert dict(Report.objects.exclude(pk=between.pk).values_list("pk", "campaign")) == before
    assert not Campaign.objects.exclude(merged_into=None)


def test_all_at_once_keeps_names_and_decisions(desk: Organisation, analyst: User) -> None:
    reports = [mail(desk, SITE, SUBJECT, CampaignKey("sender-domain", f"s{n}.example"), name=f"m{n}") for n in range(5)]
    mail(desk, SITE_2, SUBJECT_2, name="x"), mail(desk, SITE_2, SUBJECT_2, name="y")
    campaign = campaigns_of(desk).order_by("pk")[0]
    campaign_decisions.split_campaign(campaign, analyst, {reports[3].pk, reports[4].pk}, "Another actor.")
    before = dict(Report.objects.values_list("pk", "campaign__name")), links(desk)
    assert len(groups(desk)) == 3
    assert rebuild_campaigns(desk).moved == 0
    assert (dict(Report.objects.values_list("pk", "campaign__name")), links(desk)) == before


@pytest.mark.parametrize(
    ("leaving", "why", "place"),
    [([], "Why", "reports"), ([0, 1], "Why", "reports"), ([99], "Why", "reports"), ([0], " ", "why")],
)
def test_a_decision_that_says_nothing_is_refused_and_leaves_nothing(
    desk: Organisation, analyst: User, leaving: Sequence[int], why: str, place: str
) -> None:
    reports = [mail(desk, SITE, SUBJECT), mail(desk, SITE, SUBJECT)]
    chosen = {reports[number].pk if number < 2 else 10**6 for number in leaving}
    with pytest.raises(CampaignDecisionError) as refusal:
        campaign_decisions.split_campaign(campaigns_of(desk).get(), analyst, chosen, why)
    assert refusal.value.field == place
    assert not list(read_entries(desk))


def test_only_analysts_of_the_desk_decide(desk: Organisation, security_lead: User, analyst: User) -> None:
    first, second = mail(desk, SITE, SUBJECT), mail(desk, SITE, SUBJECT)
    with pytest.raises(AccessError):
        campaign_decisions.keep_apart(desk, security_lead, {first.pk}, {second.pk}, "Because.")
    campaign_decisions.keep_apart(desk, analyst, {first.pk}, {second.pk}, "Because.")
    with pytest.raises(AccessError):
        campaign_decisions.undo_decision(desk, security_lead, 1, "Because.")
    campaign_decisions.undo_decision(desk, analyst, 1, "Because.")
    with pytest.raises(CampaignDecisionError, match="does not stand"):
        campaign_decisions.undo_decision(desk, analyst, 1, "Again.")


def test_the_index_finds_a_trait_across_pages(desk: Organisation) -> None:
    page = trait_index.PAGE_ENTRIES
    many = np.arange(5 * page)
    codes = np.where(many % 2, 7, many << 12)
    trait_index.write_index(desk, trait_index.entries_of(codes, many, many % 30))
    pages = TraitPage.objects.count()
    more = range(9, 9 + 2 * page)
    trait_index.add_lure(desk, 10 * page, 3, more)
    assert TraitPage.objects.count() > pages
    odd = list(range(1, 5 * page + 40, 2))
    for lure in odd[-20:]:
        trait_index.add_lure(desk, lure, lure % 30, [7])
    bearers = trait_index.bearers_of(desk, [7])[7]
    assert sorted(bearers.lures) == odd
    assert bearers.profiles == 15
    for lure in odd[-40:]:
        trait_index.remove_lure(desk, lure, [7])
    assert sorted(trait_index.bearers_of(desk, [7])[7].lures) == odd[:-40]
    left = [code for code in codes.tolist() if code != 7] + [7] * (len(odd) - 40)
    assert trait_index.all_entries(desk)["code"].tolist() == sorted([*left, *more])
