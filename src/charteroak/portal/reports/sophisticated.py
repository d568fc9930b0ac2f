"""Why a reported mail counts as sophisticated, in words: for the desk and for who reported for an organisation."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from charteroak.mail.triage import Sophistication
from charteroak.records.reports.models import Report
from charteroak.services.phish_triage import may_see_triage, triage_of

TITLES: dict[Sophistication, str | Promise] = {
    Sophistication.TARGETED: _("Aimed at this organization"),
    Sophistication.SPOOFED_OFFICIAL: _("A public body is imitated"),
    Sophistication.PAYMENT_CHANGE: _("A payment or bank details are to be changed"),
    Sophistication.MALWARE: _("It carries something that runs"),
    Sophistication.NEW_LURE: _("A new lure"),
}
_NEW = _("When it came, the desk knew no campaign with this sender, these links, this text or these files.")


@dataclass(frozen=True, slots=True)
class ShownReason:
    """An observation, and what showed it."""

    title: str | Promise
    sentence: str | Promise


def sophisticated(report: Report) -> list[ShownReason]:
    """Why the mail is sophisticated, in the reader's language."""
    reasons = triage_of(report, language=(get_language() or "en")[:2])
    return [
        ShownReason(TITLES[each.kind], _NEW if each.kind is Sophistication.NEW_LURE else each.explanation)
        for each in reasons
    ]


def sophisticated_for(request: HttpRequest, report: Report) -> list[ShownReason]:
    """The same for who acts for the organisation that reported; nothing for anybody else."""
    return sophisticated(report) if may_see_triage(report, request.user) else []
