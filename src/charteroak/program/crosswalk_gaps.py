"""Published pairs that no practice stands behind: suggestions for the authors of links, and never an answer.

Where an authority relates two elements and our links show no practice that has a part in both, one of the two may lack
a link. Or the pair is wide, and both are right: a policy bears on everything, and need not be linked to everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from charteroak.frameworks.catalog import EditionName, load_catalog
from charteroak.frameworks.crosswalk import Crosswalk, CrosswalkRow, carried_crosswalks, load_crosswalk
from charteroak.program.links import linked_editions, shipped_links


@dataclass(frozen=True, slots=True)
class UnlinkedPairs:
    """The rows of one crosswalk whose two ends share no practice."""

    source: EditionName
    target: EditionName
    rows: int
    """Rows between elements in force."""
    unlinked: tuple[CrosswalkRow, ...]

    @property
    def name(self) -> str:
        """The crosswalk as people name it."""
        return f"{self.source} to {self.target}"


def unlinked_pairs(crosswalk: Crosswalk) -> UnlinkedPairs:
    """The rows of a crosswalk for which no practice has a part in both ends."""
    source, target = shipped_links(crosswalk.source), shipped_links(crosswalk.target)
    in_force = [
        {control.id for control in load_catalog(*name).active()} for name in (crosswalk.source, crosswalk.target)
    ]
    rows = [row for row in crosswalk.rows if row.source in in_force[0] and row.target in in_force[1]]
    unlinked = tuple(
        row
        for row in rows
        if not {link.practice for link in source.of(row.source)} & {link.practice for link in target.of(row.target)}
    )
    return UnlinkedPairs(crosswalk.source, crosswalk.target, len(rows), unlinked)


def all_unlinked_pairs(pairs: Iterable[tuple[EditionName, EditionName]] | None = None) -> list[UnlinkedPairs]:
    """The same for every carried crosswalk between editions that have links."""
    linked = set(linked_editions())
    asked = [pair for pair in pairs or carried_crosswalks() if set(pair) <= linked]
    return [unlinked_pairs(load_crosswalk(*pair)) for pair in asked]
