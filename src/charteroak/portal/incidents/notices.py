"""Notices of an incident: the list, one notice with its checklist and preview, and its files to take away."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from charteroak.adapters.system_clock import now
from charteroak.law.duties import DutyAnswer, DutyStatus
from charteroak.portal.incidents.frame import Words, incident_of, incident_page, limit_words, may_keep, url_of
from charteroak.portal.incidents.notice_preview import shown_blocks
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.incidents.models import Incident
from charteroak.response.notices import ItemState, NoticeItem, notice_named, validate_source
from charteroak.response.notices.particulars import ParticularGroup, load_particulars
from charteroak.response.notices.templates import languages_of
from charteroak.services.access import refuse, roles_in
from charteroak.services.incident_clocks import told_of
from charteroak.services.incident_decisions import decisions_of
from charteroak.services.incidents import INCIDENT_KEEPERS, INCIDENT_READERS
from charteroak.services.notice_list import NoticeLine, NoticeState, notice_list
from charteroak.services.notice_mail import mail_draft
from charteroak.services.notice_sending import sendings_of
from charteroak.services.notices import FORMS, Form, NoticeFile, answers_of, drafted, notice_file, versions_of

GROUPS: dict[ParticularGroup, Words] = {
    ParticularGroup.WHO: gettext_lazy("Who we are and whom to ask"),
    ParticularGroup.WHAT: gettext_lazy("What happened"),
    ParticularGroup.DONE: gettext_lazy("What was done"),
    ParticularGroup.PEOPLE: gettext_lazy("For the people concerned"),
    ParticularGroup.OTHERS: gettext_lazy("For agencies, insurers and others"),
}
ITEM_STATUS: dict[ItemState, tuple[str, Words]] = {
    ItemState.FILLED: ("met", gettext_lazy("Filled")),
    ItemState.BLANK: ("uncertain", gettext_lazy("Blank")),
    ItemState.COUNSEL: ("counsel", gettext_lazy("For counsel")),
    ItemState.NOT_NEEDED: ("not-applicable", gettext_lazy("Not needed")),
}
HEADS: dict[NoticeState, Words] = {
    NoticeState.DUE: gettext_lazy("Due"),
    NoticeState.MAY_BE_DUE: gettext_lazy("Not known yet whether it is due"),
    NoticeState.ASKED: gettext_lazy("No law asks, but it helps"),
    NoticeState.SENT: gettext_lazy("Sent"),
    NoticeState.NOT_DUE: gettext_lazy("Not due, by what is known"),
}
LANGUAGES: dict[str, Words] = {"en": gettext_lazy("English"), "es": gettext_lazy("Spanish")}


@dataclass(frozen=True, slots=True)
class ShownTiming:
    """A duty's words on time for the template: the standard first, the outer limit as a limit."""

    to: str
    citation: str
    standard: str
    limit: str
    status: str
    word: Words
    reason: str
    told: datetime | None


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item of the checklist for the template."""

    item: NoticeItem
    status: str
    word: Words


_TIMING: dict[DutyStatus, tuple[str, Words]] = {
    DutyStatus.DUE: ("open", gettext_lazy("Due")),
    DutyStatus.UNKNOWN: ("uncertain", gettext_lazy("Not known yet")),
    DutyStatus.NOT_TRIGGERED: ("not-applicable", gettext_lazy("Not triggered")),
    DutyStatus.DISABLED: ("not-applicable", gettext_lazy("Not in force")),
}


@require_safe
def notices(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Every notice: those that are due first, each with what it still lacks."""
    incident = incident_of(request, slug, number)
    lines = notice_list(incident, now())
    due = [line for line in lines if line.state is NoticeState.DUE]
    answers = answers_of(incident)
    missing = [each.group for each in load_particulars().values() if each.key not in answers]
    groups = [(group.value, title, missing.count(group)) for group, title in GROUPS.items()]
    context = {
        "page": incident_page(incident, _("Notices"), list_sentence(due)),
        "organisation": incident.organisation,
        "incident": incident,
        "heads": [
            (head, state.value, [_line(line) for line in lines if line.state is state]) for state, head in HEADS.items()
        ],
        "groups": groups,
        "decisions": decisions_of(incident),
        "may_draft": may_draft(request, incident),
        "may_keep": may_keep(request, incident),
    }
    return render(request, "incidents/notices.html", context)


def list_sentence(due: list[NoticeLine]) -> str:
    """How many notices are due and not on record as sent."""
    if not due:
        return _("By what is known, no notice is due that is not on record as sent.")
    return ngettext(
        "%(count)s notice is due and not on record as sent.",
        "%(count)s notices are due and not on record as sent.",
        len(due),
    ) % {"count": len(due)}


def _line(line: NoticeLine) -> dict[str, object]:
    return {
        "line": line,
        "timings": [timing_of(answer) for answer in line.answers if answer.status is not DutyStatus.NOT_TRIGGERED],
    }


def timing_of(answer: DutyAnswer, told: datetime | None = None) -> ShownTiming:
    """A duty's words on time, and since when its recipient is on record as told."""
    status, word = _TIMING[answer.status] if told is None else ("met", _("Told"))
    limit = "" if answer.outer_limit is None else limit_words(answer.outer_limit)
    duty = answer.duty
    return ShownTiming(duty.to, duty.citation, duty.standard, limit, status, word, answer.reason, told)


@require_safe
def notice(request: HttpRequest, slug: str, number: str, notice: str) -> HttpResponse:
    """One notice: what is still to be filled, the checklist, and the draft as it stands."""
    incident = incident_of(request, slug, number)
    language = language_of(request, notice)
    found = drafted(incident, notice, language, now())
    draft, told = found.draft, told_of(incident)
    context = {
        "page": notice_page(incident, draft.template.title, draft_sentence(draft.blanks, draft.for_counsel)),
        "organisation": incident.organisation,
        "incident": incident,
        "template": draft.template,
        "language": language,
        "languages": [(code, LANGUAGES[code]) for code in languages_of(notice)],
        "timings": [timing_of(answer, told.get(f"{answer.duty.code}/{answer.duty.part}")) for answer in found.answers],
        "problems": validate_source(found.source),
        "items": [ShownItem(item, *ITEM_STATUS[item.state]) for item in draft.items],
        "blocks": list(shown_blocks(draft.document)),
        "banner": draft.document.banner,
        "version": found.version,
        "versions": versions_of(incident, notice, language),
        "changes": found.changes,
        "sendings": sendings_of(incident, notice),
        "attached": [notice_named(each) for each in draft.template.attach],
        "forms": [(form, form.upper()) for form in FORMS],
        "may_draft": may_draft(request, incident),
        "may_send": may_send(request, incident),
    }
    return render(request, "incidents/notice.html", context)


def draft_sentence(blanks: int, for_counsel: int) -> str:
    """What a draft still lacks."""
    parts = []
    if blanks:
        parts.append(ngettext("%(count)s place is blank", "%(count)s places are blank", blanks) % {"count": blanks})
    if for_counsel:
        said = ngettext("%(count)s is for counsel", "%(count)s are for counsel", for_counsel)
        parts.append(said % {"count": for_counsel})
    return f"{', '.join(parts)}." if parts else _("Nothing is blank. Let a person read it before it goes out.")


def notice_page(incident: Incident, subject: Words, answer: Words) -> Page:
    """A page below the list of notices."""
    page = incident_page(incident, subject, answer)
    crumbs = (*page.crumbs, Crumb(_("Notices"), url_of(incident, "incidents:notices")))
    return Page(page.subject, page.answer, crumbs, page.organisation)


def language_of(request: HttpRequest, notice: str) -> str:
    """The language of an address.

    Raises:
        AccessError: there is no such notice, or not in this language.
    """
    language = request.GET.get("language", "en")
    if language not in languages_of(notice):
        refuse()
    return language


def may_draft(request: HttpRequest, incident: Incident) -> bool:
    """Whether who reads the page may write into drafts: counsel, too, and only while the incident is open."""
    return incident.closed is None and bool(roles_in(person_of(request), incident.organisation) & set(INCIDENT_READERS))


def may_send(request: HttpRequest, incident: Incident) -> bool:
    """Whether who reads the page may record that a notice was sent, or was not: of a closed incident, too."""
    return bool(roles_in(person_of(request), incident.organisation) & set(INCIDENT_KEEPERS))


@require_safe
def notice_download(request: HttpRequest, slug: str, number: str, notice: str, form: str) -> HttpResponse:
    """The draft as a file, its checklist as a file, or a mail that a person may send."""
    incident = incident_of(request, slug, number)
    language = language_of(request, notice)
    if form == "eml":
        return _as_download(mail_draft(incident, notice, language, now()))
    if form not in FORMS:
        refuse()
    is_checklist = request.GET.get("checklist") == "yes"
    made = notice_file(incident, notice, language, cast("Form", form), now(), checklist=is_checklist)
    return _as_download(made)


def _as_download(made: NoticeFile) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return HttpResponse(made.content, content_type=made.media_type, headers=headers)


def notices_line(incident: Incident) -> str:
    """How many notices are due and how many were sent, for the incident's own page."""
    lines = notice_list(incident, now())
    due = sum(line.state is NoticeState.DUE for line in lines)
    sent = sum(line.state is NoticeState.SENT for line in lines)
    return _("%(due)s due, %(sent)s sent") % {"due": due, "sent": sent}
