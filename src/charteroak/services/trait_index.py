"""The index of traits: which lures bear a trait, and how many profiles there are among them.

A desk's entries (code, lure, profile) are one sorted list, cut into pages of some hundred. Looking a lure's traits up
takes three statements, entering it three more, however many lures there are. Writes need the desk's lock
(``lock_desk``).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from charteroak.mail.bulk_clustering import sorted_places
from charteroak.mail.evidence import RARITY_STEPS
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import TraitPage

ENTRY = np.dtype([("code", "<i8"), ("lure", "<i8"), ("profile", "<i8")])
Entries = npt.NDArray[np.void]
PAGE_ENTRIES = 512
"""Twelve kilobytes: a million lures are written in less time than in pages of a third, and a lure joins as fast."""

_MOST_ENTRIES = 2 * PAGE_ENTRIES
_TOO_COMMON = RARITY_STEPS[-1][0] + 1
_READ_ALL_FROM = 1500
"""Traits from which reading the whole index is quicker than looking each up."""

_AT_ONCE = 200
_TABLE = TraitPage._meta.db_table  # noqa: SLF001 - Django's public interface


@dataclass(frozen=True, slots=True)
class Bearers:
    """The lures that bear a trait, and their profiles counted; of a trait too common to be worth anything not all."""

    lures: tuple[int, ...]
    profiles: int


def lock_desk(desk: Organisation) -> None:
    """Nobody else changes this desk's campaigns until the transaction ends."""
    Organisation.objects.select_for_update().get(pk=desk.pk)


def bearers_of(desk: Organisation, codes: Collection[int]) -> dict[int, Bearers]:
    """Who bears each of these traits."""
    found: dict[int, Bearers] = {}
    wanted = sorted(set(codes))
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        # A trait stands in the last page that begins before it, and in those that begin with it.
        places = _places(desk, [(code, -1) for code in part])
        pages = TraitPage.objects.in_bulk(set(places.values()))
        following: dict[int, list[Entries]] = defaultdict(list)
        for page in TraitPage.objects.filter(desk=desk, code__in=part).order_by("code", "lure").iterator(20):
            if len(following[page.code]) < _TOO_COMMON:
                following[page.code].append(_entries(page))
        for code in part:
            first = [_entries(pages[places[code, -1]])] if (code, -1) in places else []
            found[code] = _bearers(code, [*first, *following[code]])
    return found


def profiles_of_traits(desk: Organisation, codes: Iterable[int]) -> dict[int, int]:
    """How many profiles bear each of these traits; beyond the last step of rarity it may be more."""
    wanted = set(codes)
    if len(wanted) < _READ_ALL_FROM:
        return {code: bearers.profiles for code, bearers in bearers_of(desk, wanted).items()}
    entries = all_entries(desk)
    entries = entries[np.isin(entries["code"], np.array(sorted(wanted), np.int64))]
    found, starts = np.unique(entries["code"], return_index=True)
    parts = np.split(entries["profile"], starts[1:])
    return {code: len(set(part.tolist())) for code, part in zip(found.tolist(), parts, strict=True)}


def all_entries(desk: Organisation) -> Entries:
    """The whole index, in order."""
    pages = TraitPage.objects.filter(desk=desk).order_by("code", "lure").values_list("entries", flat=True)
    return np.frombuffer(b"".join(bytes(page) for page in pages.iterator(chunk_size=2000)), ENTRY)


def add_lure(desk: Organisation, lure: int, profile: int, codes: Collection[int]) -> None:
    """Enter a lure that is not yet in the index under each of its traits."""
    places = _places(desk, [(code, lure) for code in codes])
    start = TraitPage.objects.filter(desk=desk).order_by("code", "lure").first()
    new: dict[int, list[int]] = defaultdict(list)
    for code in codes:
        new[places.get((code, lure), start.pk if start is not None else 0)].append(code)
    pages = TraitPage.objects.in_bulk(new)
    changed = {}
    for number, added in new.items():
        own = np.array([(code, lure, profile) for code in sorted(added)], ENTRY)
        entries = np.concatenate([_entries(pages[number]), own]) if number in pages else own
        changed[number] = entries[np.lexsort((entries["lure"], entries["code"]))]
    _write(desk, changed)


def remove_lure(desk: Organisation, lure: int, codes: Collection[int]) -> None:
    """Take a lure out of the index."""
    pages = TraitPage.objects.in_bulk(set(_places(desk, [(code, lure) for code in codes]).values()))
    changed = {}
    for number, page in pages.items():
        entries = _entries(page)
        changed[number] = entries[(entries["lure"] != lure) | ~np.isin(entries["code"], list(codes))]
    _write(desk, changed)


def entries_of(codes: npt.NDArray[np.int64], lures: npt.NDArray[np.int64], profiles: npt.NDArray[np.int64]) -> Entries:
    """Entries in order, from columns in which the lures of a trait come in ascending order."""
    entries = np.empty(len(codes), ENTRY)
    order, entries["code"] = sorted_places(codes)
    entries["lure"], entries["profile"] = lures[order], profiles[order]
    return entries


def write_index(desk: Organisation, entries: Entries) -> None:
    """Write the whole index anew, from entries in order."""
    TraitPage.objects.filter(desk=desk).delete()
    _insert(desk, entries)


def _places(desk: Organisation, starts: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """For each code and lure the page in which the entry stands or belongs; nothing where it comes before them all."""
    found: dict[tuple[int, int], int] = {}
    for start in range(0, len(starts), _AT_ONCE):
        part = starts[start : start + _AT_ONCE]
        wanted = ", ".join(["(%s, %s)"] * len(part))
        statement = (
            f"SELECT v.column1, v.column2, (SELECT p.id FROM {_TABLE} p WHERE p.desk_id = %s AND "  # noqa: S608 - the model's own name
            "(p.code, p.lure) <= (v.column1, v.column2) ORDER BY p.code DESC, p.lure DESC LIMIT 1) "
            f"FROM (VALUES {wanted}) AS v"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [desk.pk, *(number for pair in part for number in pair)])
            found |= {(code, lure): page for code, lure, page in cursor.fetchall() if page is not None}
    return found


def _entries(page: TraitPage) -> Entries:
    return np.frombuffer(bytes(page.entries), ENTRY)


def _bearers(code: int, pages: Iterable[Entries]) -> Bearers:
    lures: list[int] = []
    profiles: set[int] = set()
    for entries in pages:
        start, end = (int(np.searchsorted(entries["code"], code, side)) for side in ("left", "right"))
        lures += entries["lure"][start:end].tolist()
        profiles.update(entries["profile"][start:end].tolist())
    return Bearers(tuple(lures), len(profiles))


def _write(desk: Organisation, changed: dict[int, Entries]) -> None:
    """Pages with other entries, by their key; none goes, one with too many becomes several."""
    TraitPage.objects.filter(pk__in=[number for number, entries in changed.items() if not len(entries)]).delete()
    rows = []
    for number, entries in changed.items():
        kept = entries
        if len(entries) > _MOST_ENTRIES:
            kept = entries[:PAGE_ENTRIES]
            _insert(desk, entries[PAGE_ENTRIES:])
        if len(kept) and number:
            rows.append((int(kept["code"][0]), int(kept["lure"][0]), kept.tobytes(), number))
        elif len(kept):
            _insert(desk, kept)
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {_TABLE} SET code = %s, lure = %s, entries = %s WHERE id = %s", rows)  # noqa: S608 - the model's own name


def _insert(desk: Organisation, entries: Entries) -> None:
    if len(entries):
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {_TABLE} (desk_id, code, lure, entries) VALUES (%s, %s, %s, %s)",  # noqa: S608 - the model's own name
                list(_cut(desk, entries)),
            )


def _cut(desk: Organisation, entries: Entries) -> Iterator[tuple[int, int, int, bytes]]:
    firsts = entries[::PAGE_ENTRIES]
    data, step = memoryview(entries.tobytes()), PAGE_ENTRIES * ENTRY.itemsize
    for number, (code, lure) in enumerate(zip(firsts["code"].tolist(), firsts["lure"].tolist(), strict=True)):
        yield desk.pk, code, lure, bytes(data[number * step : (number + 1) * step])
