"""What a written program's document is made from, and what each of its parts hands back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from charteroak.documents.blocks import AnyBlock
from charteroak.program.bodies import ProgramAdopted
from charteroak.program.findings import Finding
from charteroak.program.practices import Theme
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import ProgramStatus
from charteroak.program.written_document.draft import ProgramDraft


@dataclass(frozen=True, slots=True)
class Adoption:
    """That, when and by whom this very document is adopted."""

    version: str
    by: str
    day: date


@dataclass(frozen=True, slots=True)
class ProgramSource:
    """Everything that the document says comes from here."""

    organisation: str
    is_fictional: bool
    day: date
    moment: datetime
    """Of what was known; the one date in the file."""
    log: str
    """The name of the organisation's log."""
    draft: ProgramDraft
    status: ProgramStatus
    history: Sequence[RecordedFact]
    """Adoptions, approvals and reviews that stand, oldest first."""
    themes: Mapping[str, Theme]
    adoption: Adoption | None = None
    next_version: str = "1.0"

    @property
    def adopted_before(self) -> ProgramAdopted | None:
        """The version in force."""
        body = self.status.program.adopted.body if self.status.program.adopted is not None else None
        return body if isinstance(body, ProgramAdopted) else None

    @property
    def promised(self) -> tuple[Finding, ...]:
        """The practices of this version: those chosen, else those of the version in force, else those answered."""
        findings = self.status.findings
        chosen = self.draft.practices or (self.status.promised if self.adopted_before is not None else ())
        if not chosen:
            return tuple(one for one in findings.values() if one.answer in {"yes", "partly"})
        wanted = set(chosen)
        return tuple(one for identifier, one in findings.items() if identifier in wanted)


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that the document lacks: what, which elements of the act it bears on, and which form mends it."""

    text: str
    form: str
    elements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A numbered section: its title, what stands below it, and what it lacks."""

    key: str
    title: str
    blocks: tuple[AnyBlock, ...]
    points: tuple[OpenPoint, ...] = ()
    items: Mapping[str, bool] = field(default_factory=dict)
    """Things that the act asks for and that this chapter is the place of: whether they stand there."""
