"""Tags and filters that pages share: status words, moments with their zone, digests."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from charteroak.observables import Observable, ObservableError, ObservableType, defang, parse_observable
from charteroak.response.plans.phones import dial_link

register = template.Library()

_NUMBER_IN_TEXT = re.compile(
    r"(?<![\w-])(\+?\(?[0-9]{3}\)?[-. ][0-9]{3}[-. ][0-9]{4}(?: (?:ext\.?|x) ?[0-9]{1,6})?)(?![\w-])"
)
"""North American numbers as plans write them; a date or a case number is none."""


@dataclass(frozen=True, slots=True)
class StatusWord:
    """A status as people see it: its word, the shape beside it, and the kind of colour."""

    word: str | Promise
    shape: str
    tone: str


STATUS_WORDS: dict[str, StatusWord] = {
    "met": StatusWord(_("Met"), "check-circle", "good"),
    "not-met": StatusWord(_("Not met"), "cross-square", "harm"),
    "uncertain": StatusWord(_("Uncertain"), "question-diamond", "open"),
    "counsel": StatusWord(_("For counsel"), "section-shield", "plain"),
    "assumed": StatusWord(_("Assumed"), "dashed-circle", "open"),
    "at-risk": StatusWord(_("At risk"), "warning-triangle", "risk"),
    "late": StatusWord(_("Late"), "clock-over", "harm"),
    "harm": StatusWord(_("Harmful"), "stop-octagon", "harm"),
    "fresh": StatusWord(_("Fresh"), "dot-ring", "good"),
    "stale": StatusWord(_("Stale"), "half-ring", "open"),
    "none": StatusWord(_("No evidence"), "dashed-circle", "open"),
    "covered": StatusWord(_("Covered"), "dot-ring", "good"),
    "partly": StatusWord(_("Partly covered"), "half-ring", "open"),
    "open": StatusWord(_("Open"), "dashed-circle", "open"),
    "not-applicable": StatusWord(_("Not applicable"), "section-shield", "plain"),
}


@register.inclusion_tag("parts/status.html")
def status(code: str, word: str | None = None) -> dict[str, object]:
    """A status word with its shape and colour; ``word`` replaces the usual word. An unknown code is an error."""
    known = STATUS_WORDS[code]
    return {"word": word or known.word, "shape": known.shape, "tone": known.tone}


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """An instant with weekday and zone, in a ``time`` element; nothing for nothing."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{} {}</time>', local.isoformat(), f"{_day(local)}, {local:%H:%M}", local.tzname()
    )


@register.filter
def day(value: date | None) -> SafeString | str:
    """A calendar day with its weekday, in a ``time`` element; nothing for nothing."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _day(value))


def _day(value: date) -> str:
    """``Sun 22 Nov 2026``; Spanish writes months small, as ``dom 22 nov 2026``."""
    return date_format(value, "D j b Y" if (get_language() or "en").startswith("es") else "D j M Y")


class Observed(Protocol):
    """Anything with an observable's type and value: an observable itself, or a record of one."""

    type: str
    value: str


@register.filter
def defanged(value: Observed) -> str:
    """An observable written so that nobody can click it by mistake."""
    return defang(Observable(ObservableType(value.type), value.value))


@register.filter
def dial(text: str) -> SafeString:
    """A text in which telephone numbers can be pressed, and do not break over two lines."""
    parts = _NUMBER_IN_TEXT.split(text)
    pieces = ((_dialed(part) if place % 2 else part,) for place, part in enumerate(parts))
    return format_html_join("", "{}", pieces)


def _dialed(number: str) -> SafeString | str:
    link = dial_link(number)
    return format_html('<a class="call" href="{}">{}</a>', link, number) if link else number


@register.filter
def digest(value: str) -> SafeString:
    """A SHA-256 digest in full, in a face in which it can be compared."""
    return format_html("<code>{}</code>", value)


@register.filter
def defanged_text(value: str) -> str:
    """A text that was found in a log, so that no program makes a link of it; hashes stay as they are."""
    try:
        return defang(parse_observable(value))
    except ObservableError:
        return value.replace(".", "[.]").replace("@", "[@]")
