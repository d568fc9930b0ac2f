"""A program's state as rows of words: one for each subject, with the entries it rests on, fit to be compared."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from charteroak.portal.programs.choices import EDITION_STATUSES, ORGANISATION_KINDS, PRACTICE_ANSWERS, Words
from charteroak.portal.programs.practices import promised_practices
from charteroak.portal.programs.silences import age
from charteroak.portal.programs.wording import edition_label, subject_words
from charteroak.program.bodies import (
    OrganisationDescribed,
    ProgramAdopted,
    ProgramApproved,
    ProgramDescribed,
    ProgramReviewed,
    Statement,
)
from charteroak.program.findings import Finding
from charteroak.program.recorded import RecordedFact
from charteroak.program.status import ProgramStatus


@dataclass(frozen=True, slots=True)
class StateRow:
    """What the record says about one subject on a day."""

    key: str
    label: Words
    words: Words
    state: tuple[object, ...]
    """What two rows of one key are compared by; an age that grows by itself is no part of it."""
    entries: Sequence[int] = ()
    detail: str = ""
    freshness: str = ""


@dataclass(frozen=True, slots=True)
class StateGroup:
    """Subjects that belong together, with the elements of the act that they bear on."""

    heading: Words
    elements: str
    rows: Sequence[StateRow]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One subject twice."""

    group: Words
    before: StateRow
    after: StateRow

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return self.before.state != self.after.state


def state_groups(status: ProgramStatus) -> list[StateGroup]:
    """Everything that a status says, subject by subject, in the order of the act."""
    promised = promised_practices(status)
    return [
        StateGroup(_("The organization"), "E1, E2, E4", [_organisation(status)]),
        StateGroup(_("The written program"), "E7 to E11", list(_program(status))),
        StateGroup(_("Frameworks"), "E12", list(_editions(status))),
        StateGroup(_("Practices"), "E8", list(_practices(status, promised))),
        StateGroup(_("Exceptions and gaps"), "E8, E12", list(_points(status))),
    ]


def comparisons(before: ProgramStatus, after: ProgramStatus) -> list[Comparison]:
    """Every subject of two statuses, side by side; one that only one of them knows is *none* in the other."""
    sides = [
        {row.key: (group.heading, row) for group in state_groups(status) for row in group.rows}
        for status in (before, after)
    ]
    keys = dict.fromkeys((*sides[0], *sides[1]))
    return [_compared(key, sides[0].get(key), sides[1].get(key)) for key in keys]


def state_sentence(status: ProgramStatus) -> str:
    """The whole of it in half a sentence: the version in force, and how many practices are shown."""
    adopted = status.program.adopted
    version = (
        _("version %(version)s was in force") % {"version": adopted.body.version}
        if adopted is not None and isinstance(adopted.body, ProgramAdopted)
        else _("no written program was in force")
    )
    shown = sum(finding.is_shown for finding in status.wanted)
    count = len(status.wanted)
    words = ngettext("%(shown)s of %(count)s practice was shown", "%(shown)s of %(count)s practices were shown", count)
    return _("%(version)s and %(practices)s") % {
        "version": version,
        "practices": words % {"shown": shown, "count": count},
    }


def _compared(key: str, before: tuple[Words, StateRow] | None, after: tuple[Words, StateRow] | None) -> Comparison:
    group, known = before or after or ("", StateRow(key, key, "", ()))
    none = StateRow(key, known.label, _("Nothing on record"), ())
    return Comparison(group, before[1] if before else none, after[1] if after else none)


def _resting_on(*facts: RecordedFact | None) -> list[int]:
    return [fact.index for fact in facts if fact is not None]


def _since(fact: RecordedFact) -> str:
    return _("since %(day)s") % {"day": date_format(fact.first_day, "j M Y")}


def _on(fact: RecordedFact) -> str:
    return _("on %(day)s") % {"day": date_format(fact.first_day, "j M Y")}


def _organisation(status: ProgramStatus) -> StateRow:
    fact = status.organisation
    if fact is None or not isinstance(fact.body, OrganisationDescribed):
        return StateRow("organisation", _("What it is and holds"), _("Not described"), ())
    return StateRow(
        "organisation",
        _("What it is and holds"),
        ORGANISATION_KINDS[fact.body.kind],
        (fact.body,),
        _resting_on(fact),
        _since(fact),
    )


def _program(status: ProgramStatus) -> Iterator[StateRow]:
    program = status.program
    yield _document(
        "adopted",
        _("Version in force"),
        program.adopted,
        _("None"),
        lambda body: (
            _("%(title)s, version %(version)s") % {"title": body.title, "version": body.version}
            if isinstance(body, ProgramAdopted)
            else ""
        ),
        _since,
    )
    yield _document(
        "approved",
        _("Its approval"),
        program.approved,
        _("None on record"),
        lambda body: f"{body.by}, {body.role}" if isinstance(body, ProgramApproved) else "",
        _on,
    )
    yield _review(status)
    described = program.described.body if program.described is not None else None
    yield StateRow(
        "described",
        _("What it contains"),
        _contents(described if isinstance(described, ProgramDescribed) else None),
        (described,) if described is not None else (),
        _resting_on(program.described),
        "" if program.described is None else _since(program.described),
    )


def _document(
    key: str,
    label: Words,
    fact: RecordedFact | None,
    none: Words,
    words: Callable[[object], str],
    when: Callable[[RecordedFact], str],
) -> StateRow:
    if fact is None:
        return StateRow(key, label, none, ())
    return StateRow(key, label, words(fact.body), (fact.index,), _resting_on(fact), when(fact))


def _review(status: ProgramStatus) -> StateRow:
    program = status.program
    reviewed = program.reviewed
    if reviewed is None or not isinstance(reviewed.body, ProgramReviewed):
        state: tuple[object, ...] = () if program.adopted is None else (program.is_maintained,)
        return StateRow("reviewed", _("Its last review"), _("None on record"), state)
    days = (status.as_of - reviewed.first_day).days
    old = ngettext("%(days)s day before", "%(days)s days before", days) % {"days": days}
    words = _("By %(by)s") % {"by": reviewed.body.by} if program.is_maintained else _("Overdue")
    return StateRow(
        "reviewed",
        _("Its last review"),
        words,
        (reviewed.index, program.is_maintained),
        _resting_on(reviewed),
        f"{_on(reviewed)}, {old}",
    )


def _contents(body: ProgramDescribed | None) -> str:
    if body is None:
        return _("Not described")
    statements: list[Statement] = [
        getattr(part, name)
        for part in (body.safeguards, body.objectives, body.scale)
        for name in part.__struct_fields__
    ]
    said = sum(statement.holds is True for statement in statements)
    return _("%(said)s of the %(all)s things that the act asks for") % {"said": said, "all": len(statements)}


def _editions(status: ProgramStatus) -> Iterator[StateRow]:
    for assertion in status.editions:
        yield StateRow(
            f"edition {assertion.name.framework} {assertion.name.edition}",
            edition_label(*assertion.name),
            EDITION_STATUSES[assertion.body.status],
            (assertion.body.status, assertion.fact.index),
            _resting_on(assertion.fact),
            _("as asserted by %(by)s") % {"by": assertion.body.asserted_by},
        )
    if not status.editions:
        yield StateRow("edition", _("Conformity"), _("Asserted by nobody"), ())


def _practices(status: ProgramStatus, promised: frozenset[str]) -> Iterator[StateRow]:
    """What was promised, answered or shown, one by one, or else where everyone starts; then how many more there are."""
    findings = status.spoken_of or status.wanted
    for finding in findings:
        yield _practice(finding, promised)
    more = len(status.findings) - sum(not finding.practice.is_question for finding in findings)
    if more:
        words = ngettext("%(count)s more practice", "%(count)s more practices", more) % {"count": more}
        yield StateRow("practices more", words, _("Not promised, not answered, not shown"), (more,))


def _practice(finding: Finding, promised: frozenset[str]) -> StateRow:
    return StateRow(
        f"practice {finding.practice.id}",
        finding.practice.title,
        PRACTICE_ANSWERS[finding.answer],
        (finding.answer, finding.freshness),
        _resting_on(finding.answered, finding.newest),
        age(finding, is_promised=finding.practice.id in promised),
        finding.freshness.value,
    )


def _points(status: ProgramStatus) -> Iterator[StateRow]:
    """What was knowingly open: exceptions in effect and gaps that the organisation had written down."""
    for each in status.exceptions:
        yield StateRow(
            f"exception {each.body.exception}",
            subject_words(each.body),
            _("Exception in effect"),
            (each.fact.index,),
            _resting_on(each.fact),
            _("until %(day)s, accepted by %(by)s")
            % {"day": date_format(each.body.expires, "j M Y"), "by": each.body.approved_by},
        )
    for gap in status.recorded_gaps:
        words = ngettext("Gap open for %(days)s day", "Gap open for %(days)s days", gap.age_days)
        yield StateRow(
            f"gap {gap.body.gap}",
            gap.body.title,
            words % {"days": gap.age_days},
            (gap.fact.index, bool(gap.overdue_days)),
            _resting_on(gap.fact),
            _("overdue") if gap.overdue_days else "",
        )
    if not status.exceptions and not status.recorded_gaps:
        yield StateRow("points", _("Knowingly open"), _("Nothing on record"), ())
