"""How a requirement and its objectives can stand on a day. The rules that decide it are in ``requirements``."""

from collections import Counter
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from charteroak.frameworks.catalog import Control, EditionName
from charteroak.program.hops import Hop
from charteroak.program.links import EditionLinks, PracticeLink
from charteroak.program.recorded import RecordedFact


class Answer(StrEnum):
    """How one objective stands; the first three answer it."""

    SATISFIED = "satisfied"
    """Assessed, and found satisfied."""
    SHOWN = "shown"
    """A practice that does all of it is answered yes and shown by fresh evidence."""
    PUBLISHED = "published"
    """A published row says that an element which is answered by itself equals or contains it."""
    PARTLY = "partly"
    """Assessed, and found satisfied in part; or the finding is about another part of it than is asked for here."""
    NOT_SATISFIED = "not-satisfied"
    """Assessed, and found not satisfied."""
    NOT_APPLICABLE = "not-applicable"
    """Assessed as not applicable, under an accepted exception."""
    CONTRIBUTED = "contributed"
    """A practice that does a part of it is done, wholly or partly, and shown by fresh evidence."""
    NOTHING = "nothing"
    """Nothing on record bears on it."""

    @property
    def is_answered(self) -> bool:
        """Whether the objective is answered in full."""
        return self in {Answer.SATISFIED, Answer.SHOWN, Answer.PUBLISHED}


class Reason(StrEnum):
    """Why an objective is not answered although something on record speaks for it."""

    ASSESSMENT_OLD = "assessment-old"
    ANSWERED_NO_SINCE = "answered-no-since"
    NO_EXCEPTION = "no-exception"
    """Assessed as not applicable, without an accepted exception that gives its reason."""
    UNKNOWN = "assessed-unknown"
    ANSWERED_NO = "answered-no"
    """A practice that has a part in it is answered no or partly."""
    EVIDENCE_OLD = "evidence-old"
    EXCEPTED = "excepted"
    """An exception to a practice that has a part in it was accepted."""
    OTHER_SCOPE = "other-scope"
    """A published row would answer it, in a framework that looks at something else."""
    PARAMETER = "parameter"
    """A published row would answer it, and it leaves a value to the organisation."""
    OWN_QUESTION = "own-question"
    """A published row would answer it, and a question that only this framework asks is open."""


class Coverage(StrEnum):
    """How far the record covers a requirement."""

    COVERED = "covered"
    PARTLY = "partly"
    OPEN = "open"
    """Nothing on record answers any of it, even in part."""
    NOT_APPLICABLE = "not-applicable"


class RequirementState(IntEnum):
    """What the linked practices alone say, from weakest to strongest: the weakest among them."""

    NO = 0
    """A practice that it rests on is answered no."""
    PARTLY = 1
    """... is answered partly."""
    UNKNOWN = 2
    """... is not answered; or no practice is linked to it."""
    NO_FRESH_EVIDENCE = 3
    """... is answered yes, without evidence that is fresh."""
    SUPPORTED_IN_PART = 4
    """Every practice is answered yes with fresh evidence, and each does only a part of the requirement."""
    SUPPORTED = 5
    """... and one of them does all of it."""
    COUNSEL = 6
    """An exception to it, or to a practice that it rests on, was accepted: that is never met, and for counsel."""

    @property
    def word(self) -> str:
        """The state as it stands in JSON."""
        return self.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class ObjectiveStatus:
    """One objective, or a requirement that is asked about as a whole."""

    control: Control
    answer: Answer
    links: tuple[PracticeLink, ...] = ()
    reason: Reason | None = None
    assessed: RecordedFact | None = None
    hop: Hop | None = None
    """The published row that answers it, or would but for ``reason``."""


@dataclass(frozen=True, slots=True)
class RequirementStatus:
    """One requirement on a day."""

    control: Control
    group: Control
    coverage: Coverage
    state: RequirementState
    objectives: tuple[ObjectiveStatus, ...]
    practices: tuple[str, ...]
    """Those that can show something about it."""
    exceptions: tuple[str, ...] = ()
    """The accepted exceptions that touch it, by name."""
    assessed: RecordedFact | None = None
    """The finding about the requirement as a whole."""

    @property
    def open_objectives(self) -> tuple[ObjectiveStatus, ...]:
        """What is not answered in full."""
        return tuple(
            each for each in self.objectives if not each.answer.is_answered and each.answer is not Answer.NOT_APPLICABLE
        )

    @property
    def is_asked(self) -> bool:
        """Whether a practice or an assessor asks about it."""
        return bool(self.practices) or any(each.assessed is not None for each in self.objectives)


@dataclass(frozen=True, slots=True)
class EditionCoverage:
    """An edition's requirements on a day."""

    name: EditionName
    requirements: tuple[RequirementStatus, ...]
    links: EditionLinks

    @property
    def touched(self) -> tuple[RequirementStatus, ...]:
        """Those that a practice or an assessor asks about."""
        return tuple(each for each in self.requirements if each.is_asked)

    @property
    def not_asked(self) -> int:
        """How many nothing asks about."""
        return sum(not each.is_asked for each in self.requirements)

    def counts(self, group: str | None = None) -> Counter[Coverage]:
        """How many requirements of the edition, or of one group of it, have each coverage."""
        return Counter(each.coverage for each in self.requirements if group is None or each.group.id == group)

    def groups(self) -> list[Control]:
        """The functions, families or headings, in the publisher's order."""
        return list({each.group.id: each.group for each in self.requirements}.values())
