"""How far an organisation's record covers the requirements of an edition, as of a day and as known at a moment."""

from dataclasses import dataclass
from datetime import date

from charteroak.errors import InputError
from charteroak.frameworks.catalog import EditionName
from charteroak.program.history import KnownAt
from charteroak.program.links import linked_editions
from charteroak.program.requirement_answers import EditionCoverage
from charteroak.program.status import ProgramStatus
from charteroak.records.accounts.models import Organisation
from charteroak.services.programs import status_of


class NoLinksError(InputError):
    """An edition of which nothing can be said, because no practice is linked to it."""

    code = "program.edition-without-links"


@dataclass(frozen=True, slots=True)
class CoverageOnDay:
    """An edition's coverage, and the status that it was read from."""

    status: ProgramStatus
    edition: EditionCoverage


def coverage_of(
    organisation: Organisation, name: EditionName, *, as_of: date, known_at: KnownAt = None
) -> CoverageOnDay:
    """How far the record covers an edition on a day.

    Raises:
        NoLinksError: no practice is linked to this edition; the remedy names those that some are linked to.
        LogError: an entry that it rests on is missing or was altered.
    """
    if name not in linked_editions():
        raise NoLinksError(
            f"Nothing can be said of {name}: no practice is linked to it.",
            remedy=f"There are: {', '.join(str(each) for each in linked_editions())}.",
        )
    status = status_of(organisation, as_of=as_of, known_at=known_at)
    return CoverageOnDay(status, status.record.coverage(name))
