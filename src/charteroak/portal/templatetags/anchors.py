"""A tag for pages that rest on the ledger: how old its last outside anchor is."""

from django import template

from charteroak.adapters.system_clock import now
from charteroak.portal.anchors.wording import anchor_sentence
from charteroak.records.accounts.models import Organisation
from charteroak.services.anchors import anchor_age

register = template.Library()


@register.inclusion_tag("anchors/line.html")
def anchor_line(organisation: Organisation) -> dict[str, object]:
    """One sentence about the last outside anchor, with a link to its page; nothing while nothing is recorded."""
    age = anchor_age(organisation)
    return {"organisation": organisation, "age": age, "sentence": anchor_sentence(age, now())}
