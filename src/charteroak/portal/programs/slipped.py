"""What slipped within the week, in words for people; on a client's own pages and in its provider's portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from charteroak.portal.programs.places import entry_url
from charteroak.portal.programs.recording import today
from charteroak.program.slippage import Slip, SlipKind
from charteroak.records.accounts.models import Organisation
from charteroak.services.standings import current_standing

ENTRIES_LINKED = 3

SLIP_WORDS: dict[SlipKind, str | Promise] = {
    SlipKind.ELEMENT_FELL: gettext_lazy("Element fell"),
    SlipKind.CLOCK_RAN_OUT: gettext_lazy("Clock ran out"),
    SlipKind.CLOCK_NEAR: gettext_lazy("Clock within 90 days"),
    SlipKind.GAP_OVERDUE: gettext_lazy("Gap overdue"),
    SlipKind.EVIDENCE_STALE: gettext_lazy("Evidence went stale"),
    SlipKind.EXCEPTION_ENDED: gettext_lazy("Exception ended"),
    SlipKind.FELL_SILENT: gettext_lazy("Fell silent"),
}


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One thing that slipped, as pages show it."""

    word: str | Promise
    subject: str
    sentence: str
    links: Sequence[tuple[int, str]]


def slip_lines(slips: Sequence[Slip], slug: str) -> list[SlipLine]:
    """What slipped, with the entries that show it."""
    return [
        SlipLine(
            word=SLIP_WORDS[slip.kind],
            subject=slip.subject,
            sentence=slip.sentence,
            links=[(index, entry_url(slug, index)) for index in slip.entries[:ENTRIES_LINKED]],
        )
        for slip in slips
    ]


def slipped_this_week(organisation: Organisation) -> list[SlipLine]:
    """What stands worse in an organisation's record than a week ago, the gravest first."""
    return slip_lines(current_standing(organisation, today()).slips, organisation.slug)
