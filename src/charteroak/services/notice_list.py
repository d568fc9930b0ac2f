"""All notices of an incident at a glance: which are due, which may be, which were sent, and what each still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from charteroak.law.duties import DutyAnswer, DutyStatus, duties_of
from charteroak.records.incidents.models import Incident
from charteroak.records.notices.models import NoticeSending, NoticeVersion
from charteroak.response.notices import Draft, NoticeTemplate, draft_notice, notice_templates
from charteroak.response.notices.templates import languages_of
from charteroak.services.notice_sending import sendings_of
from charteroak.services.notices import source_of


class NoticeState(StrEnum):
    """Where a notice stands, by its duties and by what was sent."""

    DUE = "due"
    MAY_BE_DUE = "may-be-due"
    """A fact is missing to tell."""
    ASKED = "asked"
    """No law asks: a request, a contract or a choice."""
    SENT = "sent"
    NOT_DUE = "not-due"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice on the list."""

    template: NoticeTemplate
    state: NoticeState
    answers: tuple[DutyAnswer, ...]
    draft: Draft
    version: int
    """The number of the newest version that was kept; 0 for none."""
    sent: tuple[NoticeSending, ...]
    """What stands as sent, the newest first."""
    languages: tuple[str, ...]


def notice_list(incident: Incident, moment: datetime) -> list[NoticeLine]:
    """Every notice, those that are due first; within each state as the templates are ordered.

    Raises:
        FactsError: the facts that are stored cannot be read by this release.
    """
    source = source_of(incident, moment)
    answers = {f"{answer.duty.code}/{answer.duty.part}": answer for answer in duties_of(source.facts)}
    versions = _newest_versions(incident)
    standing = [row for row in sendings_of(incident) if not hasattr(row, "withdrawal")]
    lines = []
    for template in notice_templates().values():
        own = tuple(answers[duty] for duty in template.duties)
        sent = tuple(row for row in standing if row.notice == template.id)
        version = versions.get(template.id)
        words = {} if version is None else dict(version.words)
        draft = draft_notice(template, replace(source, own_words=words))
        lines.append(
            NoticeLine(
                template=template,
                state=_state(own, sent) if incident.opened_in_error is None else NoticeState.NOT_DUE,
                answers=own,
                draft=draft,
                version=0 if version is None else version.number,
                sent=sent,
                languages=languages_of(template.id),
            )
        )
    order = list(NoticeState)
    return sorted(lines, key=lambda line: order.index(line.state))


def _newest_versions(incident: Incident) -> Mapping[str, NoticeVersion]:
    rows = incident.notice_versions.filter(language="en").order_by("number")
    return {row.notice: row for row in rows}


def _state(answers: tuple[DutyAnswer, ...], sent: Sequence[NoticeSending]) -> NoticeState:
    served = {duty for row in sent for duty in row.duties}
    answers = tuple(each for each in answers if f"{each.duty.code}/{each.duty.part}" not in served)
    if sent and not any(
        each.duty.obligation == "required" and each.status in {DutyStatus.DUE, DutyStatus.UNKNOWN} for each in answers
    ):
        return NoticeState.SENT
    required = [answer for answer in answers if answer.duty.obligation == "required"]
    if any(answer.status is DutyStatus.DUE for answer in required):
        return NoticeState.DUE
    if any(answer.status is DutyStatus.UNKNOWN for answer in required):
        return NoticeState.MAY_BE_DUE
    others = [answer for answer in answers if answer.duty.obligation != "required"]
    if not answers or any(answer.status in {DutyStatus.DUE, DutyStatus.UNKNOWN} for answer in others):
        return NoticeState.ASKED
    return NoticeState.NOT_DUE
