"""A playbook as a printed card. Nothing is asked of a database: it has to work on a day when little does."""

from datetime import UTC, datetime, time

from charteroak.documents.playbook_card import CardStep, PlaybookCard, render_card
from charteroak.response.playbooks import OWNER_TITLES, PHASE_TITLES, Playbook


def card_of(playbook: Playbook) -> bytes:
    """The card as a PDF; the same bytes for the same playbook.

    Raises:
        DocumentNotMadeError: the typesetter refused.
    """
    owners = dict.fromkeys(step.who for step in playbook.steps)
    return render_card(
        PlaybookCard(
            title=playbook.title,
            when=playbook.when,
            first=playbook.first,
            never=playbook.never,
            keep=playbook.keep,
            steps=tuple(
                CardStep(within=step.within, who=OWNER_TITLES[step.who], what=PHASE_TITLES[step.phase], text=step.text)
                for step in playbook.in_time
            ),
            reviewed=datetime.combine(playbook.reviewed, time(12), UTC),
            people=(*(OWNER_TITLES[owner] for owner in owners), "Insurer", "Police", "The state's desk"),
        )
    )
