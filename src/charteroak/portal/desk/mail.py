"""A reported mail as an analyst may look at it: its safe preview, its pictures made anew, two mails side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from charteroak.errors import AccessError
from charteroak.portal.desk.wording import name_of_report
from charteroak.portal.page import Crumb, Page
from charteroak.portal.people import person_of
from charteroak.records.reports.models import Report
from charteroak.services.access import access_report
from charteroak.services.mail_preview import compare_mails, mails_to_compare, picture_of_mail, preview_mail
from charteroak.services.phish_papers import particulars_of_report

TRAITS = {
    "subject": gettext_lazy("Subject"),
    "sender": gettext_lazy("Sender"),
    "reply_to": gettext_lazy("Answers go to"),
    "return_path": gettext_lazy("Return path"),
}
SIGNATURES = {
    "verified": ("met", gettext_lazy("Verified")),
    "limited": ("at-risk", gettext_lazy("Matches, with a limit")),
    # Mailing lists and archives alter mail every day: a failure is no sign of harm.
    "failed": ("at-risk", gettext_lazy("Failed")),
    "no-key": ("uncertain", gettext_lazy("No key at hand")),
    "expired-key": ("at-risk", gettext_lazy("Key no longer in force")),
    "not-checked": ("uncertain", gettext_lazy("Not checked")),
    "more": ("uncertain", gettext_lazy("More signatures")),
}


@require_safe
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """The safe preview of a report's mail."""
    person, row = person_of(request), access_report(request.user, number)
    shown = preview_mail(person, number)
    page = Page(
        _("The mail of report %(number)s") % {"number": number},
        _("What stands in it, with everything taken out that could act, load or be clicked."),
        _crumbs(row),
        row.desk,
    )
    particulars = particulars_of_report(row)
    context = {
        "page": page,
        "report": row,
        "mail": shown,
        "others": mails_to_compare(person, number),
        "particulars": particulars,
        "signatures": [(check, *SIGNATURES[check.verdict]) for check in (particulars.dkim if particulars else ())],
    }
    return render(request, "desk/mail.html", context)


@require_safe
def picture(request: HttpRequest, number: int, position: int) -> HttpResponse:
    """One picture of the mail, made anew from its pixels; nothing of the original file survives."""
    return HttpResponse(
        picture_of_mail(person_of(request), number, position),
        content_type="image/png",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


@require_safe
def compare(request: HttpRequest, number: int) -> HttpResponse:
    """Two mails of one campaign beside each other; without ``with``, the ones that there are to choose from."""
    person, row = person_of(request), access_report(request.user, number)
    asked = request.GET.get("with", "")
    others = mails_to_compare(person, number)
    if not asked:
        count = len(others)
        sentence = ngettext(
            "%(count)s other mail of the campaign can stand beside it.",
            "%(count)s other mails of the campaign can stand beside it.",
            count,
        ) % {"count": count}
        page = Page(_("Compare report %(number)s with") % {"number": number}, sentence, _crumbs(row), row.desk)
        return render(request, "desk/compare_choice.html", {"page": page, "report": row, "others": others})
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise AccessError("There is no such report.")
    found = compare_mails(person, number, int(asked))
    differing = [(TRAITS[name], here, there) for name, here, there in found.differing]
    count = len(differing) + bool(found.links_here or found.links_there)
    sentence = ngettext("They differ in %(count)s way.", "They differ in %(count)s ways.", count) % {"count": count}
    title = _("Reports %(one)s and %(other)s side by side") % {"one": row.pk, "other": found.other.pk}
    context = {
        "page": Page(title, sentence if count else _("Nothing that is compared here differs."), _crumbs(row), row.desk),
        "found": found,
        "differing": differing,
        "sides": [(found.report, found.mail), (found.other, found.other_mail)],
    }
    return render(request, "desk/compare.html", context)


def _crumbs(row: Report) -> tuple[Crumb, ...]:
    return Crumb(_("Desk"), reverse("desk:queue")), Crumb(name_of_report(row), reverse("desk:report", args=[row.pk]))
