"""The index of traits: which lures bear a trait, and how many profiles there are among them.

A desk's entries (code, lure, profile) are one sorted list, cut into pages of some hundred. Looking a trait up reads a
page or two; adding a lure rewrites the pages that its traits stand in. Writes need the desk's lock (``lock_desk``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import QuerySet

from charteroak.mail.evidence import RARITY_STEPS
from charteroak.records.accounts.models import Organisation
from charteroak.records.reports.models import TraitPage

ENTRY = np.dtype([("code", "<i8"), ("lure", "<i8"), ("profile", "<i8")])
Entries = npt.NDArray[np.void]
PAGE_ENTRIES = 192
_MOST_ENTRIES = 2 * PAGE_ENTRIES
_TOO_COMMON = RARITY_STEPS[-1][0] + 1
_READ_ALL_FROM = 1500
"""Traits from which reading the whole index is quicker than looking each up."""


@dataclass(frozen=True, slots=True)
class Bearers:
    """The lures that bear a trait, and their profiles counted; of a trait too common to be worth anything not all."""

    lures: tuple[int, ...]
    profiles: int


def lock_desk(desk: Organisation) -> None:
    """Nobody else changes this desk's campaigns until the transaction ends."""
    Organisation.objects.select_for_update().get(pk=desk.pk)


def bearers_of(desk: Organisation, code: int) -> Bearers:
    """Who bears a trait."""
    lures: list[int] = []
    profiles: set[int] = set()
    for entries in _pages_with(desk, code):
        found = entries[entries["code"] == code]
        lures += found["lure"].tolist()
        profiles.update(found["profile"].tolist())
        if len(profiles) > _TOO_COMMON:
            break
    return Bearers(tuple(lures), len(profiles))


def profiles_of_traits(desk: Organisation, codes: Iterable[int]) -> dict[int, int]:
    """How many profiles bear each of these traits; beyond the last step of rarity it may be more."""
    wanted = sorted(set(codes))
    if len(wanted) < _READ_ALL_FROM:
        return {code: bearers_of(desk, code).profiles for code in wanted}
    entries = all_entries(desk)
    entries = entries[np.isin(entries["code"], np.array(wanted, np.int64))]
    found, starts = np.unique(entries["code"], return_index=True)
    parts = np.split(entries["profile"], starts[1:])
    return {code: len(set(part.tolist())) for code, part in zip(found.tolist(), parts, strict=True)}


def all_entries(desk: Organisation) -> Entries:
    """The whole index, in order."""
    pages = TraitPage.objects.filter(desk=desk).order_by("code", "lure").values_list("entries", flat=True)
    return np.frombuffer(b"".join(bytes(page) for page in pages.iterator(chunk_size=2000)), ENTRY)


def add_lure(desk: Organisation, lure: int, profile: int, codes: Iterable[int]) -> None:
    """Enter a lure that is not yet in the index under each of its traits."""
    for code in codes:
        new = np.array([(code, lure, profile)], ENTRY)
        page = _page_of(desk, code, lure)
        if page is None:
            _write(desk, new)
            continue
        entries = _entries(page)
        place, end = (int(np.searchsorted(entries["code"], code, side)) for side in ("left", "right"))
        place += int(np.searchsorted(entries["lure"][place:end], lure))
        _replace(page, np.concatenate([entries[:place], new, entries[place:]]))


def remove_lure(desk: Organisation, lure: int, codes: Iterable[int]) -> None:
    """Take a lure out of the index."""
    for code in codes:
        page = _page_of(desk, code, lure)
        if page is not None:
            entries = _entries(page)
            _replace(page, entries[(entries["code"] != code) | (entries["lure"] != lure)])


def write_index(desk: Organisation, entries: Entries) -> None:
    """Write the whole index anew, from entries in order."""
    TraitPage.objects.filter(desk=desk).delete()
    statement = f"INSERT INTO {TraitPage._meta.db_table} (desk_id, code, lure, entries) VALUES (%s, %s, %s, %s)"  # noqa: S608, SLF001 - the model's own name
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(_cut(desk, entries)))


def _cut(desk: Organisation, entries: Entries) -> Iterator[tuple[int, int, int, bytes]]:
    firsts = entries[::PAGE_ENTRIES]
    data, step = memoryview(entries.tobytes()), PAGE_ENTRIES * ENTRY.itemsize
    for number, (code, lure) in enumerate(zip(firsts["code"].tolist(), firsts["lure"].tolist(), strict=True)):
        yield desk.pk, code, lure, bytes(data[number * step : (number + 1) * step])


def _pages_with(desk: Organisation, code: int) -> Iterator[Entries]:
    first = _page_of(desk, code, -1)
    if first is not None:
        yield _entries(first)
    # Only a trait with very many bearers fills more than one page: the others then begin with it.
    following = TraitPage.objects.filter(desk=desk, code=code).order_by("lure")
    for page in following.iterator(chunk_size=20):
        yield _entries(page)


def _page_of(desk: Organisation, code: int, lure: int) -> TraitPage | None:
    """The page in which an entry stands or belongs: the last one that begins with it or before it."""
    pages: QuerySet[TraitPage] = TraitPage.objects.filter(desk=desk)
    same = pages.filter(code=code, lure__lte=lure).order_by("-lure").first() if lure >= 0 else None
    before = same or pages.filter(code__lt=code).order_by("-code", "-lure").first()
    return before or (pages.order_by("code", "lure").first() if lure >= 0 else None)


def _entries(page: TraitPage) -> Entries:
    return np.frombuffer(bytes(page.entries), ENTRY)


def _write(desk: Organisation, entries: Entries) -> None:
    first: Mapping[str, int] = {"code": int(entries["code"][0]), "lure": int(entries["lure"][0])}
    TraitPage.objects.create(desk=desk, entries=entries.tobytes(), **first)


def _replace(page: TraitPage, entries: Entries) -> None:
    """The page with other entries: none deletes it, too many become two."""
    if not len(entries):
        page.delete()
        return
    if len(entries) > _MOST_ENTRIES:
        _write(page.desk, entries[PAGE_ENTRIES:])
        entries = entries[:PAGE_ENTRIES]
    page.code, page.lure = int(entries["code"][0]), int(entries["lure"][0])
    page.entries = entries.tobytes()
    page.save(update_fields=["code", "lure", "entries"])
