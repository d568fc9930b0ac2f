"""All of a desk's campaigns at once, from the reports and decisions on record: for a back-fill, or new rules.

The answer is the one that the reports would have got one by one. What decisions touch is grouped as ever
(``regrouping``); the rest, which is nearly all, is grouped as columns of whole numbers and written in bulk.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from charteroak.mail.bulk_clustering import BulkGrouping, Places, Traits, group_traits, order_of
from charteroak.mail.evidence import desk_salt, evidence_of
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import CampaignLink, Lure, Report
from charteroak.services.campaign_links import keys_of
from charteroak.services.campaign_names import name_groups
from charteroak.services.number_columns import number_columns
from charteroak.services.regrouping import new_campaigns, regroup, standing_decisions
from charteroak.services.trait_index import Entries, all_entries, entries_of, lock_desk, write_index

Numbers = npt.NDArray[np.int64]
_ROWS_AT_ONCE = 400
_READ_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it."""

    reports: int
    in_campaigns: int
    campaigns: int
    moved: int


@transaction.atomic
def rebuild_campaigns(desk: Organisation, *, from_lures: bool = False) -> Rebuilt:
    """Group every report of a desk anew.

    ``from_lures`` makes the index of traits anew too, which is needed when what a trait is has changed.
    """
    lock_desk(desk)
    if from_lures:
        write_index(desk, _entries_of_lures(desk))
    lures = _Lures.of(desk)
    numbers, places, olds = _reports(desk, lures)
    grouping = group_traits(lures.traits(all_entries(desk), np.bincount(places, minlength=len(lures.keys))))
    labels = grouping.groups[places]
    decided, touched = _decided(desk, numbers, places, labels, grouping)
    free = ~touched[places]
    moved = _keep(desk, numbers[free], labels[free], olds[free], _Links.of(grouping, touched, numbers, places))
    if decided:
        regroup(desk, lures.keys[np.flatnonzero(touched)].tolist())
        labels = _reports(desk, lures)[2]
    in_campaigns = labels[labels >= 0]
    return Rebuilt(len(numbers), len(in_campaigns), len(np.unique(in_campaigns)), moved)


@dataclass(frozen=True, slots=True)
class _Lures:
    """A desk's lures in the order of their digests, as ``bulk_clustering`` numbers them."""

    keys: Numbers
    _places: Places

    @staticmethod
    def of(desk: Organisation) -> "_Lures":
        keys, digests = number_columns(Lure.objects.filter(desk=desk), "pk", "digest")
        keys = keys[order_of(digests)]
        places = np.full(int(keys.max(initial=0)) + 1, -1, np.int32)
        places[keys] = np.arange(len(keys), dtype=np.int32)
        return _Lures(keys, places)

    def places_of(self, keys: Numbers) -> Places:
        return self._places[keys]

    def traits(self, entries: Entries, copies: Numbers) -> Traits:
        return Traits(entries["code"], self.places_of(entries["lure"]), entries["profile"], copies)


@dataclass(frozen=True, slots=True)
class _Links:
    """Ties as links between the earliest reports of their lures, with the group that each is of."""

    groups: Numbers
    firsts: Numbers
    seconds: Numbers
    worths: Numbers

    @staticmethod
    def of(grouping: BulkGrouping, touched: npt.NDArray[np.bool_], numbers: Numbers, places: Places) -> "_Links":
        earliest = np.full(len(grouping.groups), np.iinfo(np.int64).max)
        np.minimum.at(earliest, places, numbers)
        free = ~touched[grouping.firsts]
        firsts, seconds = grouping.firsts[free], grouping.seconds[free]
        return _Links(grouping.groups[firsts], earliest[firsts], earliest[seconds], grouping.worths[free])


def _reports(desk: Organisation, lures: _Lures) -> tuple[Numbers, Places, Numbers]:
    """The reports with a lure, in the order of their numbers: number, place of the lure, campaign or -1."""
    rows = Report.objects.filter(desk=desk, lure__isnull=False)
    numbers, keys, campaigns = number_columns(rows, "pk", "lure_id", "campaign_id")
    order = order_of(numbers)
    return numbers[order], lures.places_of(keys[order]), campaigns[order]


def _entries_of_lures(desk: Organisation) -> Entries:
    salt = desk_salt(desk.pk)
    codes, lures, profiles = array("q"), array("q"), array("q")
    for lure in Lure.objects.filter(desk=desk).order_by("pk").iterator(chunk_size=_READ_AT_ONCE):
        own = evidence_of(keys_of(lure), salt)
        codes.extend(own)
        lures.extend([lure.pk] * len(own))
        profiles.extend([lure.profile] * len(own))
    return entries_of(*(np.array(column, np.int64) for column in (codes, lures, profiles)))


def _chunks(rows: Iterable[Any]) -> Iterable[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _READ_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _decided(
    desk: Organisation, numbers: Numbers, places: Places, labels: Numbers, grouping: BulkGrouping
) -> tuple[bool, npt.NDArray[np.bool_]]:
    """Whether there are decisions, and which lures are in a group, or alone, that one touches."""
    touched = np.zeros(len(grouping.groups), bool)
    named = {number for decision in standing_decisions(desk) for number in (*decision.together, *decision.apart_from)}
    found = np.flatnonzero(np.isin(numbers, np.array(sorted(named), np.int64)))
    touched[places[found]] = True
    groups = np.unique(labels[found])
    touched |= np.isin(grouping.groups, groups[groups >= 0])
    return bool(named), touched


def _keep(desk: Organisation, numbers: Numbers, labels: Numbers, olds: Numbers, links: _Links) -> int:
    """Name each group, and write which report is of which campaign, and why. Answers how many reports moved."""
    campaign_of = _named(desk, numbers, labels, olds)
    wanted = np.full(len(labels), -1, np.int64)
    grouped = labels >= 0
    groups = np.array(sorted(campaign_of), np.int64)
    keys = np.array([campaign_of[group] for group in groups.tolist()], np.int64)
    if len(groups):
        wanted[grouped] = keys[np.searchsorted(groups, labels[grouped])]
    moving = np.flatnonzero(wanted != olds)
    _move(numbers[moving], wanted[moving])
    CampaignLink.objects.filter(campaign__in=[int(old) for old in np.unique(olds) if old >= 0]).delete()
    if len(groups):
        linked = keys[np.searchsorted(groups, links.groups)]
        # One campaign's after another's, as the index of links has them; those of a campaign stay in their order.
        order = order_of(linked)
        _insert_links(np.column_stack([linked, links.firsts, links.seconds, links.worths])[order])
    return len(moving)


def _named(desk: Organisation, numbers: Numbers, labels: Numbers, olds: Numbers) -> dict[int, int]:
    """The campaign of each group: by the rule of ``campaign_names``, else a new one."""
    grouped = np.flatnonzero(labels >= 0)
    found, firsts = np.unique(labels[grouped], return_index=True)
    earliest = dict(zip(found.tolist(), numbers[grouped[firsts]].tolist(), strict=True))
    wishes: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    voting = grouped[olds[grouped] >= 0]
    if len(voting):
        pairs, starts, counts = np.unique(
            np.column_stack([olds[voting], labels[voting]]), axis=0, return_index=True, return_counts=True
        )
        for (old, group), start, count in zip(pairs.tolist(), starts.tolist(), counts.tolist(), strict=True):
            wishes[old].append((-count, int(numbers[voting[start]]), group))

    def place_of(report: int) -> int | None:
        place = int(np.searchsorted(numbers, report))
        is_grouped = place < len(numbers) and numbers[place] == report and labels[place] >= 0
        return int(labels[place]) if is_grouped else None

    named = name_groups(desk, {old: [group for *_, group in sorted(each)] for old, each in wishes.items()}, place_of)
    unnamed = [group for group in earliest if group not in named.campaigns]
    new = new_campaigns(desk, [earliest[group] for group in unnamed])
    named.campaigns |= zip(unnamed, new, strict=True)
    named.keep()
    return {group: campaign.pk for group, campaign in named.campaigns.items()}


def _move(numbers: Numbers, campaigns: Numbers) -> None:
    table = Report._meta.db_table  # noqa: SLF001 - Django's public interface
    left, joined = campaigns < 0, campaigns >= 0
    for part in _chunks(numbers[left].tolist()):
        Report.objects.filter(pk__in=part).update(campaign=None)
    rows = np.column_stack([campaigns[joined], numbers[joined]])
    _many(
        f"UPDATE {table} SET campaign_id = v.column1 FROM (VALUES {{rows}}) AS v WHERE {table}.id = v.column2",  # noqa: S608 - the model's own name
        rows,
    )


def _insert_links(rows: Numbers) -> None:
    table = CampaignLink._meta.db_table  # noqa: SLF001 - Django's public interface
    _many(f"INSERT INTO {table} (campaign_id, first, second, worth) VALUES {{rows}}", rows)  # noqa: S608 - the model's own name


def _many(statement: str, rows: Numbers) -> None:
    """A statement for some hundred rows at once, which is about twice as fast as row by row."""
    row = f"({', '.join(['%s'] * rows.shape[1])})"
    flat, step = rows.ravel().tolist(), _ROWS_AT_ONCE * rows.shape[1]
    whole = len(flat) - len(flat) % step
    with connection.cursor() as cursor:
        # One statement many times: it is put into the database's words once.
        cursor.executemany(
            statement.format(rows=", ".join([row] * _ROWS_AT_ONCE)),
            [flat[start : start + step] for start in range(0, whole, step)],
        )
        if rest := flat[whole:]:
            cursor.execute(statement.format(rows=", ".join([row] * (len(rest) // rows.shape[1]))), rest)
