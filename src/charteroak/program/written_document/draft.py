"""What an organisation writes into its written program before anybody adopts it. Every member may be empty.

A draft is working paper, not record: it is changed as often as people like, and only its adoption is an entry. What is
empty becomes an open point of the document and is never filled by us.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from charteroak.program.bodies import Line, OptionalLine, PracticeId
from charteroak.program.written_document.errors import DraftError

NARRATIVE_LIMIT = 100_000
"""Characters of one text: some fifty pages."""
DRAFT_LIMIT = 600_000
"""Characters of a whole draft as JSON; a document of ours holds some more."""
PARAGRAPHS = 300
"""Paragraphs of one text; what comes after stands together in the last one."""
_APART = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*[-*\u2022][ \t])")
FACTORS = ("size_and_complexity", "activities", "sensitivity", "cost_and_tools")
OBJECTIVES = ("confidentiality", "threats_or_hazards", "unauthorized_access_and_acquisition")

Narrative = Annotated[str, Meta(max_length=NARRATIVE_LIMIT)]


class DraftPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A named part of a draft."""


class ScaleReasons(DraftPart, frozen=True, kw_only=True):
    """The organisation's own reasons, one for each factor of the act (element E11)."""

    size_and_complexity: Narrative = ""
    activities: Narrative = ""
    sensitivity: Narrative = ""
    cost_and_tools: Narrative = ""


class ObjectivesServed(DraftPart, frozen=True, kw_only=True):
    """What the organisation says of each design objective in its own words (element E10)."""

    confidentiality: Narrative = ""
    threats_or_hazards: Narrative = ""
    unauthorized_access_and_acquisition: Narrative = ""


class Roles(DraftPart, frozen=True, kw_only=True):
    """Who answers for what, each as name and office."""

    head: OptionalLine = ""
    lead: OptionalLine = ""
    deputy: OptionalLine = ""
    incidents: OptionalLine = ""
    technical: OptionalLine = ""
    privacy: OptionalLine = ""
    themes: Mapping[PracticeId, OptionalLine] = {}
    """For each theme of practices, who answers for it where that is not the lead."""


class PolicyChoice(DraftPart, frozen=True, kw_only=True):
    """What the organisation makes of one policy of ours."""

    left_out: bool = False
    why_left_out: OptionalLine = ""
    values: Mapping[str, OptionalLine] = {}
    """Its parameters, by name."""
    own_words: Mapping[str, Narrative] = {}
    """Clauses in its own words, by the clause that they stand for; an empty text takes the clause out."""
    added: Narrative = ""
    """Further clauses, one for each paragraph."""


class Upkeep(DraftPart, frozen=True, kw_only=True):
    """How the program is kept up: by whom it is reviewed, how often, and where it stands."""

    reviewer: OptionalLine = ""
    every_months: Annotated[int, Meta(ge=1, le=36)] | None = None
    next_review: OptionalLine = ""
    occasions: Narrative = ""
    kept_at: OptionalLine = ""


class ProgramDraft(DraftPart, frozen=True, kw_only=True):
    """The whole draft."""

    title: Line = "Written information security program"
    covers: Narrative = ""
    purpose: Narrative = ""
    organisation: Narrative = ""
    information: Narrative = ""
    objectives: ObjectivesServed = ObjectivesServed()
    scale: ScaleReasons = ScaleReasons()
    roles: Roles = Roles()
    practices: tuple[PracticeId, ...] = ()
    """The practices that it promises; without any, those of the version in force, or those answered yes or partly."""
    policies: Mapping[str, PolicyChoice] = {}
    upkeep: Upkeep = Upkeep()

    def policy(self, identifier: str) -> PolicyChoice:
        """What was made of one policy."""
        return self.policies.get(identifier) or PolicyChoice()


def parse_draft(document: Any) -> ProgramDraft:
    """A draft from JSON values.

    Raises:
        DraftError: it is of another form, or larger than a draft may be.
    """
    try:
        draft = msgspec.convert(document, ProgramDraft)
    except msgspec.ValidationError as error:
        raise DraftError(f"The draft is not usable: {str(error).rstrip('.')}.") from error
    try:
        encoded = msgspec.json.encode(draft)
    except UnicodeEncodeError as error:
        raise DraftError("The draft holds half a character, which no text can hold.", remedy="Take it out.") from error
    if b"\\u0000" in encoded:
        raise DraftError("The draft holds a character that no text can hold (U+0000).", remedy="Take it out.")
    if len(encoded) > 4 * DRAFT_LIMIT:
        raise DraftError(
            f"The draft holds more than {DRAFT_LIMIT:,} characters.", remedy="Keep long lists in a file of their own."
        )
    return draft


def draft_document(draft: ProgramDraft) -> dict[str, Any]:
    """The draft as JSON values, without what is empty."""
    return msgspec.json.decode(msgspec.json.encode(draft), type=dict[str, Any])


def paragraphs(text: str) -> tuple[str, ...]:
    """A narrative as paragraphs: what blank lines or list marks keep apart, long ones in pieces that can be set."""
    found = [" ".join(part.split()) for part in _APART.split(text.replace("\r\n", "\n").replace("\r", "\n"))]
    whole = [part for part in found if part]
    if len(whole) > PARAGRAPHS:
        whole = [*whole[: PARAGRAPHS - 1], " ".join(whole[PARAGRAPHS - 1 :])]
    return tuple(piece for part in whole for piece in _pieces(part))


def _pieces(text: str, limit: int = 6_000) -> list[str]:
    pieces: list[str] = []
    rest = text
    while len(rest) > limit:
        cut = rest.rfind(" ", limit // 2, limit)
        cut = limit if cut < 0 else cut
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in (*pieces, rest) if piece]
