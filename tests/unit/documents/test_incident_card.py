"""The card of an incident: one sheet, however long the names are."""

from datetime import UTC, datetime

import pytest
from pypdfium2 import PdfDocument

from charteroak.documents.incident_card import (
    LIMITS_SHOWN,
    NEVER_SHOWN,
    PEOPLE_SHOWN,
    TASKS_SHOWN,
    CardLimit,
    CardPerson,
    CardTask,
    IncidentCard,
    render_incident_card,
)

LONG = "Wilhelmina Featherstonehaugh-Cholmondeley of the Office of the Town Manager of North Stonington"


UNSHOWABLE = "\u0645\u0631\u062d\u0628\u0627 \U0001f600\x00" * 40
"""Letters that no font of ours has are written as code points, which are long."""


@pytest.mark.parametrize(("text", "sheets"), [("", 1), (LONG, 1), (UNSHOWABLE, 2)])
def test_the_card_is_one_sheet_however_long_its_names(text: str, sheets: int) -> None:
    card = IncidentCard(
        number="INC-2026-003",
        title=text[:300] or "Files",
        organisation="Town of North Stonington",
        level="Level 0 to 5 by our profile",
        noticed="Thu 19 Nov, 08:40 EST",
        tasks=tuple(
            CardTask(due="Thu 19 Nov, 08:40 EST", who=text, text=text + " Look whether they are whole." * 6)
            for _ in range(TASKS_SHOWN)
        ),
        more_tasks=9,
        limits=tuple(
            CardLimit(
                to="Connecticut residents whose Social Security or taxpayer number was breached",
                standard="without unreasonable delay",
                limit="Mon 18 Jan 2027",
            )
            for _ in range(LIMITS_SHOWN)
        ),
        more_limits=2,
        people=tuple(CardPerson(title="Whoever speaks for you", name=text, phone=text) for _ in range(PEOPLE_SHOWN)),
        never=("Do not pay, and do not answer the note, before the head and counsel have decided.",) * NEVER_SHOWN,
        made=datetime(2026, 11, 22, tzinfo=UTC),
    )
    with PdfDocument(render_incident_card(card)) as document:
        assert len(document) <= sheets
