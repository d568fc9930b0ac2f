"""What rests on an entry: answers of today's determination, findings of practices, later entries, dossiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from charteroak.law.safe_harbor.statute import load_statute
from charteroak.records.accounts.models import Organisation
from charteroak.records.programs.models import DossierRecord
from charteroak.services.dossiers import dossiers_of
from charteroak.services.programs import determine_prospective, status_of

DOSSIERS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Uses:
    """Everything today that names an entry."""

    elements: Sequence[tuple[str, str]]
    """Of the determination over an imagined breach today: which elements name it as an exhibit."""
    answers: Sequence[tuple[str, str]]
    """The practices of which it is the answer in force, by identifier and title."""
    newest_of: Sequence[tuple[str, str]]
    """The practices of which it is the newest evidence."""
    dossiers: Sequence[DossierRecord]
    more_dossiers: int

    def __bool__(self) -> bool:
        return bool(self.elements or self.answers or self.newest_of or self.dossiers)


def rests_on(organisation: Organisation, index: int, today: date) -> Uses:
    """What names an entry today."""
    reference = f"entry:{index}"
    questions = {element.id: element.question for element in load_statute("ct").elements}
    determination = determine_prospective(organisation, as_of=today).determination.to_json()
    findings = status_of(organisation, as_of=today, with_lists=False).findings.values()
    made = dossiers_of(organisation).filter(tree_size__gt=index)
    shown = list(made[:DOSSIERS_SHOWN])
    return Uses(
        elements=[
            (one["id"], questions[one["id"]]) for one in determination["elements"] if reference in one["exhibits"]
        ],
        answers=[(f.practice.id, f.practice.title) for f in findings if f.answered and f.answered.index == index],
        newest_of=[(f.practice.id, f.practice.title) for f in findings if f.newest and f.newest.index == index],
        dossiers=shown,
        more_dossiers=made.count() - len(shown) if len(shown) == DOSSIERS_SHOWN else 0,
    )
