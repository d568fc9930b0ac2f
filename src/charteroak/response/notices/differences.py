"""What changed in a draft since a version that was kept: facts that became known, words that were written."""

from collections.abc import Sequence

from charteroak.documents.blocks import Document
from charteroak.documents.document_changes import SectionChange, changes_between, sections_of


def draft_changes(kept: Document, now: Document) -> tuple[SectionChange, ...]:
    """The sections of both, each with what stayed, came, went or was changed."""
    return tuple(changes_between(sections_of(kept), sections_of(now)))


def changed_sections(changes: Sequence[SectionChange]) -> tuple[SectionChange, ...]:
    """Those that did not stay as they were."""
    return tuple(change for change in changes if change.state != "same")
