"""From a scenario and how it was played to the after-action report."""

from datetime import timedelta

from charteroak.documents.after_action import ActionRow, AfterActionReport, Mend, MomentRow, Said
from charteroak.law.duties import load_duties
from charteroak.response.exercises.play import Act, Play, review
from charteroak.response.exercises.scenario import CHANNEL_TITLES, Expected, Scenario
from charteroak.response.playbooks import load_playbooks


def after_action_report(scenario: Scenario, play: Play) -> AfterActionReport:
    """The report on one exercise.

    Raises:
        PlayError: the record is of another scenario.
    """
    found = review(scenario, play)
    roles = {role.id: role.title for role in scenario.roles}
    return AfterActionReport(
        name=play.name,
        organisation=play.organisation,
        scenario=f"{scenario.title} ({scenario.id})",
        scenario_sha256=play.scenario_sha256,
        summary=scenario.summary,
        started=play.started,
        minutes=play.elapsed_seconds // 60,
        facilitator=play.facilitator,
        players=tuple((player.name, roles.get(player.role, player.role)) for player in play.players),
        objectives=scenario.objectives,
        in_time=found.count("in time"),
        late=found.count("late"),
        not_seen=found.count("not seen"),
        actions=tuple(
            ActionRow(
                inject=outcome.inject.title,
                text=outcome.expected.text,
                by=roles[outcome.expected.by],
                within_minutes=outcome.expected.within_minutes,
                result=outcome.word if outcome.after is None else f"{outcome.word}, after {clock_text(outcome.after)}",
                practises=practised(outcome.expected),
            )
            for outcome in found.outcomes
        ),
        moments=_moments(scenario, play, roles),
        said=tuple(Said(question=each.question, by=each.by, text=each.text) for each in play.answers),
        mends=tuple(Mend(what=each.what, owner=each.owner, due=each.due) for each in play.improvements),
        practices=scenario.practices,
        requirements=scenario.requirements,
    )


def practised(expected: Expected) -> str:
    """Which step of a playbook and which duty an expected action practises, in words."""
    book = load_playbooks().get((expected.step or "").partition("/")[0])
    to = next((duty.to for duty in load_duties().duties if duty.code == expected.duty), expected.duty)
    parts = (f"playbook: {book.title}" if book is not None else "", f"duty to tell: {to}" if to else "")
    return "; ".join(part for part in parts if part)


def clock_text(after: timedelta) -> str:
    """Exercise time as it is read on a clock: 1:05 is an hour and five minutes."""
    minutes = int(after.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02d}"


def _moments(scenario: Scenario, play: Play, roles: dict[str, str]) -> tuple[MomentRow, ...]:
    rows: list[tuple[float, int, MomentRow]] = []
    for inject, after in review(scenario, play).came:
        text = f"{inject.title} ({CHANNEL_TITLES[inject.channel]} to {', '.join(roles[role] for role in inject.to)})"
        rows.append((after.total_seconds(), 0, MomentRow(clock=clock_text(after), who="The scenario", what=text)))
    for act in play.acts:
        who = ", ".join(part for part in (act.by, roles.get(act.role, act.role)) if part) or "Whoever led it"
        clock = clock_text(timedelta(seconds=act.after_seconds))
        rows.append((act.after_seconds, 1, MomentRow(clock=clock, who=who, what=_said(scenario, act))))
    return tuple(row for _, _, row in sorted(rows, key=lambda each: each[:2]))


def _said(scenario: Scenario, act: Act) -> str:
    if act.kind == "choice":
        for inject in scenario.injects:
            if inject.id == act.inject and inject.choice is not None:
                chosen = next((option.text for option in inject.choice.options if option.id == act.option), "")
                return f"{inject.choice.ask} {chosen}"
    if act.kind == "seen-done":
        for _, expected in scenario.expected:
            if expected.id == act.expected:
                return f"Seen done: {expected.text}"
    return act.text
