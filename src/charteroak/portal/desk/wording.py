"""The desk's first sentences: what is new, and why reports belong together."""

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from charteroak.portal.reports.wording import MailFindings
from charteroak.records.reports.models import Report
from charteroak.services.campaign_overview import Overview
from charteroak.services.reports import Queue

KEY_KINDS: dict[str, str | Promise] = {
    "link-domain": gettext_lazy("linked domain"),
    "link-address": gettext_lazy("linked address"),
    "sender-address": gettext_lazy("sender's address"),
    "sender-domain": gettext_lazy("sender's domain"),
    "sender-name": gettext_lazy("sender's name"),
    "reply-address": gettext_lazy("address for answers"),
    "reply-domain": gettext_lazy("domain for answers"),
    "subject": gettext_lazy("subject"),
    "subject-word": gettext_lazy("word of the subject"),
    "structure": gettext_lazy("page structure"),
    "attachment": gettext_lazy("attached file"),
    "text": gettext_lazy("wording"),
}
"""Campaign keys in words. Wording and structure are compared by digests, which tell an analyst nothing."""

ANSWERS: dict[str, str | Promise] = {
    "summary": gettext_lazy("What happened"),
    "detected": gettext_lazy("Noticed"),
    "category": gettext_lazy("Kind"),
    "systems": gettext_lazy("Systems"),
    "helpWanted": gettext_lazy("Help wanted"),
    "note": gettext_lazy("Note"),
    "technicalContact": gettext_lazy("Technical contact"),
    "reporterName": gettext_lazy("Reporter"),
    "reporterContact": gettext_lazy("How to reach the reporter"),
}
"""The reporter's answers in the order in which an analyst reads them; ``whatHappened`` has its own row."""


def queue_sentence(queue: Queue) -> str:
    """How much is new, and how much of that belongs to campaigns."""
    if not queue.items:
        return _("No report has come in yet.")
    if queue.looked is None:
        opening = ngettext(
            "%(count)s report waits for your first look", "%(count)s reports wait for your first look", queue.new
        )
    elif queue.new:
        opening = ngettext("%(count)s new since you last looked", "%(count)s new since you last looked", queue.new)
    else:
        local = localtime(queue.looked)
        when = f"{date_format(local, 'D j M, H:i')} {local.tzname()}"
        return _("Nothing new since you last looked on %(when)s.") % {"when": when}
    opening %= {"count": queue.new}
    if not queue.new_in_campaigns:
        return f"{opening}."
    grouped = ngettext(
        "%(count)s of them belongs to a campaign", "%(count)s of them belong to campaigns", queue.new_in_campaigns
    )
    return f"{opening}; {grouped % {'count': queue.new_in_campaigns}}."


def name_of_report(report: Report) -> str:
    """What a report is called at the desk: its number, as in the ledger."""
    return _("Report %(number)s") % {"number": report.pk}


def report_sentence(report: Report, findings: MailFindings | None) -> str:
    """What was reported, with the verdict before a mail's subject."""
    if findings is None:
        return report.summary
    return _("%(verdict)s: “%(subject)s”") % {"verdict": findings.verdict.word, "subject": report.summary}


def campaign_sentence(seen: Overview) -> str:
    """How many reports a campaign has, from when to when, and what most of them share."""
    count = ngettext("%(count)s report", "%(count)s reports", seen.reports) % {"count": seen.reports}
    if not seen.days:
        return _("No report belongs to it any more.")
    first, last = (date_format(day, "j M Y") for day in (seen.days[0][0], seen.days[-1][0]))
    when = (
        _("on %(day)s") % {"day": first}
        if first == last
        else _("%(first)s to %(last)s") % {"first": first, "last": last}
    )
    if seen.confirmed == seen.reports:
        answer = _("%(reports)s belong together; the desk has confirmed it. They came %(when)s.")
    elif seen.confirmed:
        answer = _("%(reports)s seem to belong together; the desk has confirmed %(confirmed)s. They came %(when)s.")
    else:
        answer = _("%(reports)s seem to belong together. They came %(when)s.")
    opening = answer % {"reports": count, "confirmed": seen.confirmed, "when": when}
    shared = [feature for feature in seen.features if len(feature.reports) > 1]
    if not shared:
        return opening
    # Of equals, what a person can read: the digest of a file says nothing in a sentence.
    top = max(shared, key=lambda feature: (len(feature.reports), feature.kind != "attachment"))
    most = _("Most shared: %(kind)s %(text)s.") % {"kind": kind_of_key(top.kind), "text": top.text}
    return f"{opening} {most}"


def kind_of_key(kind: str) -> str | Promise:
    """A campaign key's kind in words."""
    return KEY_KINDS.get(kind, kind)


def answers_of(report: Report) -> list[tuple[str | Promise, str]]:
    """What the reporter said, answer by answer; nothing that was left empty."""
    return [(label, str(report.details[key])) for key, label in ANSWERS.items() if report.details.get(key)]
