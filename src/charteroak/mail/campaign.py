"""Which messages belong to one campaign, and why.

Two messages are linked when the evidence they share is strong enough and comes from two independent families
(infrastructure, sender, subject, text, structure, attachment). A key counts less the more different lures bear it: a
common hosting service or subject must not fuse strangers. How common a key is, is counted over *profiles* (distinct
pairs of infrastructure and subject), not over messages: a campaign of five hundred copies has few profiles and stays
linked, a service used by a hundred campaigns has many and stops linking.

An attached file, or nearly the same text, is strong enough alone. Everything is a function of the set of messages;
their order never matters. Each link keeps its reasons, so that an analyst can judge and split it.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from charteroak.mail.analysis import Analysis
from charteroak.mail.fingerprint import CampaignKey
from charteroak.observables import Observable, ObservableType, defang

LINK_THRESHOLD = 2.5
"""Evidence from which two messages count as one campaign."""

_COMMON_FROM, _WORTHLESS_FROM = 20, 120
"""A key is fully worth up to the first number of profiles; its worth falls with the logarithm to none at the second."""

_COMPARED_PER_KEY = 64
"""Messages sharing a key are compared with so many of its first ones, so that the work grows with their number only."""

_WEIGHTS = {
    "link-domain": ("infrastructure", 2.0),
    "link-address": ("infrastructure", 2.0),
    "sender-address": ("sender", 1.6),
    "reply-address": ("sender", 1.6),
    "reply-domain": ("sender", 1.4),
    "sender-domain": ("sender", 1.2),
    "sender-name": ("sender", 0.8),
    "subject": ("subject", 1.5),
    "structure": ("structure", 1.0),
    "attachment": ("attachment", 2.5),
}
_TEXT_WEIGHTS = ((6, 2.5), (3, 1.8), (1, 1.2))
"""Shared bands of the text sketch, out of eight, and what they are worth."""

_STRONG = 2.5
_SENTENCES = {
    "link-domain": "both link to {value}",
    "link-address": "both link to {value}",
    "sender-address": "both were sent from {value}",
    "sender-domain": "both were sent from {value}",
    "sender-name": 'both show the sender as "{value}"',
    "reply-address": "answers to both go to {value}",
    "reply-domain": "answers to both go to {value}",
    "subject": 'both have the subject "{value}"',
    "structure": "both are built from the same page",
    "attachment": "both carry the same file (SHA-256 {value})",
}


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


def profile(keys: Iterable[CampaignKey]) -> str:
    """The profile that a message counts towards in a key's document frequency."""
    parts = sorted(f"{key.kind}={key.value}" for key in keys if key.kind in {"link-domain", "link-address", "subject"})
    return hashlib.blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()


def rarity(document_frequency: int) -> float:
    """What a key is worth that so many profiles bear, from 1 to 0."""
    if document_frequency <= _COMMON_FROM:
        return 1.0
    worth = math.log(_WORTHLESS_FROM / document_frequency) / math.log(_WORTHLESS_FROM / _COMMON_FROM)
    return max(0.0, worth)


def link_strength(
    keys_a: Iterable[CampaignKey], keys_b: Iterable[CampaignKey], document_frequency: Mapping[CampaignKey, int]
) -> LinkStrength:
    """How strongly two messages are linked.

    ``document_frequency`` says how many profiles bear a key; one that is missing counts as rare. Evidence of a single
    family stays below ``LINK_THRESHOLD`` however much of it there is, unless it is strong enough alone.
    """
    first, second = set(keys_a), set(keys_b)
    shared = first & second
    best: dict[str, tuple[float, str]] = {}

    def consider(family: str, weight: float, sentence: str) -> None:
        if weight > best.get(family, (0.0, ""))[0]:
            best[family] = (weight, sentence)

    linked_domains = {key.value for key in shared if key.kind == "link-domain"}
    for key in sorted(shared):
        if key.kind not in _WEIGHTS or (
            key.kind.endswith("-domain") and key.kind != "link-domain" and key.value in linked_domains
        ):
            # A lure that is sent from the domain it links to has shown one fact, not two.
            continue
        family, weight = _WEIGHTS[key.kind]
        consider(family, weight * rarity(document_frequency.get(key, 1)), _sentence(key))
    consider("subject", *_similar_subjects(first, second, document_frequency))
    consider("text", *_similar_text(shared, document_frequency))
    score = sum(weight for weight, _ in best.values())
    is_strong = any(best.get(family, (0.0, ""))[0] >= _STRONG for family in ("attachment", "text"))
    if len(best) < 2 and not is_strong:
        score = min(score, LINK_THRESHOLD - 0.01)
    ordered = sorted(best.values(), key=lambda item: (-item[0], item[1]))
    return LinkStrength(round(score, 3), tuple(sentence for _, sentence in ordered))


def _sentence(key: CampaignKey) -> str:
    value = key.value
    if key.kind == "link-domain" or key.kind.endswith("-domain"):
        value = defang(Observable(ObservableType.DOMAIN, value))
    elif key.kind == "link-address":
        value = defang(Observable(ObservableType.URL, value))
    elif key.kind.endswith("-address"):
        value = defang(Observable(ObservableType.EMAIL, value))
    return _SENTENCES[key.kind].format(value=value)


def _similar_subjects(
    first: set[CampaignKey], second: set[CampaignKey], document_frequency: Mapping[CampaignKey, int]
) -> tuple[float, str]:
    words_a = {key for key in first if key.kind == "subject-word"}
    words_b = {key for key in second if key.kind == "subject-word"}
    shared = words_a & words_b
    if len(shared) < 2:
        return 0.0, ""
    share = sum(rarity(document_frequency.get(key, 1)) for key in shared) / min(len(words_a), len(words_b))
    words = ", ".join(sorted(key.value for key in shared))
    return (min(1.0, share), f"their subjects share the words {words}") if share >= 0.5 else (0.0, "")


def _similar_text(shared: set[CampaignKey], document_frequency: Mapping[CampaignKey, int]) -> tuple[float, str]:
    bands = [key for key in shared if key.kind == "text"]
    if not bands:
        return 0.0, ""
    worth = max(rarity(document_frequency.get(key, 1)) for key in bands)
    weight = next(weight for least, weight in _TEXT_WEIGHTS if len(bands) >= least)
    return weight * worth, f"their texts agree ({len(bands)} of 8 samples)"


def cluster_analyses(analyses: Mapping[str, Analysis]) -> tuple[Cluster, ...]:
    """The campaigns among messages, given by name; messages that are linked to none are left out.

    The result does not depend on the order of the mapping.
    """
    groups: dict[tuple[CampaignKey, ...], list[str]] = defaultdict(list)
    for name in sorted(analyses, key=lambda name: (analyses[name].sha256, name)):
        if analyses[name].keys:
            groups[analyses[name].keys].append(name)
    nodes = sorted(groups.items(), key=lambda item: (analyses[item[1][0]].sha256, item[1][0]))
    frequency = _document_frequency(keys for keys, _ in nodes)
    links = [
        _link(nodes[a][1][0], nodes[b][1][0], strength)
        for a, b in _candidates([keys for keys, _ in nodes], frequency)
        if (strength := link_strength(nodes[a][0], nodes[b][0], frequency)).score >= LINK_THRESHOLD
    ]
    for keys, names in nodes:
        strength = link_strength(keys, keys, frequency)
        if strength.score >= LINK_THRESHOLD:
            links += [_link(names[0], other, strength) for other in names[1:]]
    return _components(links, {name: analyses[name].sha256 for name in analyses})


def _link(one: str, other: str, strength: LinkStrength) -> Link:
    first, second = sorted((one, other))
    return Link(first, second, strength.score, strength.reasons)


def _document_frequency(all_keys: Iterable[tuple[CampaignKey, ...]]) -> dict[CampaignKey, int]:
    profiles: dict[CampaignKey, set[str]] = defaultdict(set)
    for keys in all_keys:
        own = profile(keys)
        for key in keys:
            profiles[key].add(own)
    return {key: len(found) for key, found in profiles.items()}


def _candidates(nodes: list[tuple[CampaignKey, ...]], frequency: Mapping[CampaignKey, int]) -> list[tuple[int, int]]:
    bearers: dict[CampaignKey, list[int]] = defaultdict(list)
    for index, keys in enumerate(nodes):
        for key in keys:
            if rarity(frequency[key]) > 0:
                bearers[key].append(index)
    pairs = {
        (indexes[low], indexes[high])
        for indexes in bearers.values()
        for high in range(1, len(indexes))
        for low in range(min(high, _COMPARED_PER_KEY))
    }
    return sorted(pairs)


def _components(links: list[Link], digests: Mapping[str, str]) -> tuple[Cluster, ...]:
    """Connected components with their strongest spanning links (Kruskal)."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    kept: list[Link] = []
    for link in sorted(
        links, key=lambda link: (-link.score, digests[link.first], link.first, digests[link.second], link.second)
    ):
        first, second = root(link.first), root(link.second)
        if first != second:
            parent[second] = first
            kept.append(link)
    members: dict[str, list[str]] = defaultdict(list)
    for name in parent:
        members[root(name)].append(name)
    reasons: dict[str, list[Link]] = defaultdict(list)
    for link in kept:
        reasons[root(link.first)].append(link)
    clusters = [
        Cluster(_cluster_id(digests[name] for name in names), tuple(sorted(names)), tuple(reasons[start]))
        for start, names in members.items()
    ]
    return tuple(sorted(clusters, key=lambda cluster: (-len(cluster.members), cluster.id)))


def _cluster_id(digests: Iterable[str]) -> str:
    return "campaign-" + hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()[:16]
