"""Which messages belong to one campaign, and why: the answers about analysed messages by name.

``proofs`` says when two messages are linked, ``evidence`` what a trait is worth, ``clustering`` how links become
campaigns. Everything is a function of the set of messages; their order never matters. Each link keeps its reasons, so
that an analyst can judge and split it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from charteroak.mail.analysis import Analysis
from charteroak.mail.clustering import Node, group_nodes
from charteroak.mail.evidence import evidence_of, kind_of_code, profile_of, rarity_percent, sentence_of, worth_of
from charteroak.mail.fingerprint import CampaignKey
from charteroak.mail.proofs import PROOF_WORTH, proofs_of, text_worth

LINK_THRESHOLD = PROOF_WORTH / 100
"""Points from which two messages count as one campaign."""


class LinkStrength(NamedTuple):
    """How strongly two messages are linked, and the reasons. One campaign from ``LINK_THRESHOLD``."""

    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two messages by the names they were given."""

    first: str
    second: str
    score: float
    reasons: tuple[str, ...]

    def to_json(self) -> dict[str, object]:
        """The link as the command line prints it."""
        return {"between": [self.first, self.second], "score": self.score, "because": list(self.reasons)}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Messages of one campaign, and the strongest links that hold them together."""

    id: str
    members: tuple[str, ...]
    reasons: tuple[Link, ...]

    def to_json(self) -> dict[str, object]:
        """The cluster as the command line prints it."""
        return {"id": self.id, "members": list(self.members), "reasons": [link.to_json() for link in self.reasons]}


def campaign_keys(analysis: Analysis) -> tuple[CampaignKey, ...]:
    """The keys by which a message is compared with others; sorted, without anything about its recipients."""
    return analysis.keys


def profile(keys: Iterable[CampaignKey]) -> int:
    """The profile that a message counts towards in how common its traits are."""
    return profile_of(keys)


def rarity(profiles: int) -> float:
    """What a key keeps of its weight that so many profiles bear, from 1 to 0."""
    return rarity_percent(profiles) / 100


def link_strength(
    keys_a: Iterable[CampaignKey],
    keys_b: Iterable[CampaignKey],
    document_frequency: Mapping[CampaignKey, int],
    *,
    own: Collection[str] = (),
) -> LinkStrength:
    """How strongly two messages are linked.

    ``document_frequency`` says how many profiles bear a key; one that is missing counts as rare. The score adds the
    best of each family; without a proof among what they share it stays below ``LINK_THRESHOLD``. ``own`` are names in
    lower case that no reason tells.
    """
    first, second = evidence_of(keys_a), evidence_of(keys_b)
    shared = {code: key for code, key in first.items() if code in second}
    profiles = {code: document_frequency.get(key, 1) for code, key in shared.items()}
    best: dict[str, tuple[int, str]] = {}
    for code, key in shared.items():
        family, worth = kind_of_code(code).family, worth_of(code, profiles[code])
        if family != "text" and worth > best.get(family, (0, ""))[0]:
            best[family] = (worth, sentence_of(key, own))
    samples = [profiles[code] for code, key in shared.items() if key.kind == "text"]
    if samples and (worth := text_worth(samples)):
        best["text"] = (worth, f"their texts agree ({len(samples)} of 8 samples)")
    score = sum(worth for worth, _ in best.values())
    if not proofs_of(sorted(shared), profiles):
        score = min(score, PROOF_WORTH - 1)
    ordered = sorted(best.values(), key=lambda item: (-item[0], item[1]))
    return LinkStrength(score / 100, tuple(sentence for _, sentence in ordered))


def cluster_analyses(analyses: Mapping[str, Analysis]) -> tuple[Cluster, ...]:
    """The campaigns among messages, given by name; messages that are linked to none are left out.

    The result does not depend on the order of the mapping.
    """
    names = sorted((name for name in analyses if analyses[name].keys), key=lambda name: (analyses[name].sha256, name))
    lures: dict[tuple[CampaignKey, ...], list[str]] = defaultdict(list)
    for name in names:
        lures[analyses[name].keys].append(name)
    keysets = sorted(lures, key=lambda keys: (analyses[lures[keys][0]].sha256, lures[keys][0]))
    nodes = [
        Node(number, (analyses[lures[keys][0]].sha256,), tuple(evidence_of(keys)), copies=len(lures[keys]))
        for number, keys in enumerate(keysets)
    ]
    profiles = _profiles(keysets, nodes)
    frequency = {key: profiles[code] for keys in keysets for code, key in evidence_of(keys).items()}
    clusters = []
    for group in group_nodes(nodes, profiles).groups:
        links = [_link(keysets[tie.first], keysets[tie.second], lures, frequency) for tie in group.ties]
        for number in group.members:
            first, *copies = lures[keysets[number]]
            strength = link_strength(keysets[number], keysets[number], frequency)
            links += [Link(min(first, copy), max(first, copy), *strength) for copy in copies]
        members = sorted(name for number in group.members for name in lures[keysets[number]])
        digest = _cluster_id(analyses[name].sha256 for name in members)
        clusters.append(Cluster(digest, tuple(members), tuple(sorted(links, key=_strongest_first))))
    return tuple(sorted(clusters, key=lambda cluster: (-len(cluster.members), cluster.id)))


def _link(
    one: tuple[CampaignKey, ...],
    other: tuple[CampaignKey, ...],
    lures: Mapping[tuple[CampaignKey, ...], list[str]],
    frequency: Mapping[CampaignKey, int],
) -> Link:
    first, second = sorted((lures[one][0], lures[other][0]))
    return Link(first, second, *link_strength(one, other, frequency))


def _strongest_first(link: Link) -> tuple[float, str, str]:
    return (-link.score, link.first, link.second)


def _profiles(keysets: Iterable[tuple[CampaignKey, ...]], nodes: Iterable[Node]) -> dict[int, int]:
    """How many profiles bear each trait, by code."""
    bearers: dict[int, set[int]] = defaultdict(set)
    for keys, node in zip(keysets, nodes, strict=True):
        own = profile_of(keys)
        for code in node.codes:
            bearers[code].add(own)
    return {code: len(found) for code, found in bearers.items()}


def _cluster_id(digests: Iterable[str]) -> str:
    return "campaign-" + hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()[:16]
