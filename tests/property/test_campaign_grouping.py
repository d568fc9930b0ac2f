"""Grouping is a function of the set of mails and of an analyst's decisions, whoever computes it and in which order."""

import random
from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from charteroak.mail.bulk_clustering import Traits, group_traits, order_of
from charteroak.mail.clustering import Decision, Grouping, Node, group_nodes
from charteroak.mail.evidence import KINDS, code_of
from charteroak.mail.fingerprint import CampaignKey

CODES = [
    code_of(CampaignKey(kind.name, f"{number}:x"))
    for kind in KINDS
    for number in range(8 if kind.name == "text" else 3)
]
TRAITS = st.frozensets(st.sampled_from(CODES), max_size=14)
MAILS = st.lists(st.tuples(TRAITS, st.integers(0, 45), st.integers(1, 2)), max_size=60)
RARE_MAILS = st.lists(st.tuples(TRAITS, st.integers(0, 3), st.integers(1, 2)), max_size=12)
DECISIONS = st.lists(
    st.tuples(st.sets(st.integers(0, 11), min_size=1, max_size=4), st.sets(st.integers(0, 11), max_size=3)), max_size=4
)


def nodes_of(mails: list[tuple[frozenset[int], int, int]]) -> list[Node]:
    return [Node(n, (n * 7919 % 61,), tuple(sorted(codes)), copies) for n, (codes, _, copies) in enumerate(mails)]


def profiles_of(mails: list[tuple[frozenset[int], int, int]]) -> dict[int, int]:
    found: dict[int, set[int]] = defaultdict(set)
    for codes, profile, _copies in mails:
        for code in codes:
            found[code].add(profile)
    return {code: len(profiles) for code, profiles in found.items()}


def unordered(grouping: Grouping) -> set[tuple[frozenset[int], frozenset[tuple[int, int, int]]]]:
    return {
        (frozenset(group.members), frozenset((tie.first, tie.second, tie.worth) for tie in group.ties))
        for group in grouping.groups
    }


@given(MAILS)
@settings(max_examples=150, deadline=None)
def test_a_million_at_once_and_a_few_by_hand_give_the_same_groups_and_ties(
    mails: list[tuple[frozenset[int], int, int]],
) -> None:
    assert_same_both_ways(mails)


def test_both_give_the_same_when_links_are_many_and_most_of_them_within_a_group() -> None:
    chance = random.Random(20261122)  # noqa: S311 - made-up mails, always the same ones
    groups = [chance.sample(CODES, 14) for _ in range(40)]
    mails = [
        (frozenset(chance.sample(chance.choice(groups), 13)), chance.randrange(19), chance.randint(1, 2))
        for _ in range(2000)
    ]
    assert_same_both_ways(mails)


def test_a_mail_without_a_copy_links_nobody() -> None:
    codes = [code_of(CampaignKey("attachment", value)) for value in ("one", "other")]
    traits = Traits(
        codes=np.array([codes[0], codes[0], codes[1], codes[1]]),
        mails=np.array([0, 1, 1, 2], np.int32),
        profiles=np.zeros(4, np.int64),
        copies=np.array([1, 0, 1]),
    )
    assert group_traits(traits).groups.tolist() == [-1, -1, -1]


def assert_same_both_ways(mails: list[tuple[frozenset[int], int, int]]) -> None:
    nodes = nodes_of(mails)
    by_hand = group_nodes(nodes, profiles_of(mails))
    ordered = sorted(nodes, key=lambda node: (node.order, node.name))
    columns = [(code, place) for place, node in enumerate(ordered) for code in node.codes]
    bulk = group_traits(
        Traits(
            codes=np.array([code for code, _ in columns], np.int64),
            mails=np.array([place for _, place in columns], np.int32),
            profiles=np.array([mails[ordered[place].name][1] for _, place in columns], np.int64),
            copies=np.array([node.copies for node in ordered], np.int64),
        )
    )
    names = [node.name for node in ordered]
    groups: dict[int, set[int]] = defaultdict(set)
    for place, label in enumerate(bulk.groups.tolist()):
        if label >= 0:
            groups[label].add(names[place])
    ties = {
        (names[first], names[second], worth)
        for first, second, worth in zip(bulk.firsts.tolist(), bulk.seconds.tolist(), bulk.worths.tolist(), strict=True)
    }
    assert {frozenset(group) for group in groups.values()} == {members for members, _ in unordered(by_hand)}
    assert ties == {tie for _, found in unordered(by_hand) for tie in found}


@given(st.lists(st.integers(0, 9) | st.integers(0, 2**63 - 1), max_size=80))
def test_places_are_ordered_by_value_and_then_by_place(values: list[int]) -> None:
    assert order_of(np.array(values, np.int64)).tolist() == sorted(range(len(values)), key=lambda n: (values[n], n))


@given(RARE_MAILS, DECISIONS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_no_order_matters_and_every_decision_is_kept_or_named(
    mails: list[tuple[frozenset[int], int, int]],
    decided: list[tuple[set[int], set[int]]],
    chance: random.Random,
) -> None:
    nodes, profiles = nodes_of(mails), profiles_of(mails)
    decisions = [
        Decision(number, tuple(together), tuple(apart - together))
        for number, (together, apart) in enumerate(decided, start=1)
    ]
    answer = group_nodes(nodes, profiles, decisions)
    for shuffled in (nodes, decisions):
        chance.shuffle(shuffled)
    assert unordered(group_nodes(nodes, profiles, decisions)) == unordered(answer)

    groups = {name: number for number, group in enumerate(answer.groups) for name in group.members}
    broken = {decision.number for decision in decisions if not _is_kept(decision, groups, len(mails))}
    assert broken <= {conflict.decision for conflict in answer.conflicts}
    assert not decisions or max(decision.number for decision in decisions) not in broken


def _is_kept(decision: Decision, groups: dict[int, int], count: int) -> bool:
    """Whether the answer does what the decision asks for; a mail in no group is alone."""
    place = {name: groups.get(name, -1 - name) for name in range(count)}
    together = {place[name] for name in decision.together if name < count}
    if decision.apart_from:
        return not together & {place[name] for name in decision.apart_from if name < count}
    return len(together) <= 1
