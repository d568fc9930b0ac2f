"""Notices: for each recipient of a duty, a draft from the one record of an incident.

``notice_templates`` lists what can be drafted, ``draft_notice`` drafts it. What the record does not hold is a blank
that everybody sees, never a guess; what needs judgement is left to counsel. Drafts are documents of
``charteroak.documents`` and can be written as PDF, DOCX and text. Nothing here sends anything.
"""

from charteroak.response.notices.decisions import Decision, DecisionKind
from charteroak.response.notices.drafting import Draft, draft_notice
from charteroak.response.notices.items import ItemState, NoticeItem
from charteroak.response.notices.particulars import Particulars, load_particulars, parse_particulars
from charteroak.response.notices.source import NoticeSource, validate_source
from charteroak.response.notices.templates import NoticeTemplate, notice_named, notice_templates

__all__ = [
    "Decision",
    "DecisionKind",
    "Draft",
    "ItemState",
    "NoticeItem",
    "NoticeSource",
    "NoticeTemplate",
    "Particulars",
    "draft_notice",
    "load_particulars",
    "notice_named",
    "notice_templates",
    "parse_particulars",
    "validate_source",
]
