"""``charteroak exercise run``: an exercise at one table, told by the terminal.

At pace 0 the table decides when to go on. At any other pace injects come by the clock, faster or slower, while people
type. Lines are read from standard input, so that a play can be written down beforehand and repeated.
"""

import hashlib
import io
import select
import signal
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import click
import msgspec

from charteroak.adapters.system_clock import now
from charteroak.cli.files import FileInputError, new_file, print_json
from charteroak.cli.printable import printable
from charteroak.cli.scenario_files import read_scenario
from charteroak.errors import CouldNotError, InputError, SourceLocation
from charteroak.response.exercises.after_action import clock_text
from charteroak.response.exercises.clock import FASTEST, STEPPED, Chosen, due_after
from charteroak.response.exercises.play import Act, DebriefAnswer, Improvement, Play, choices_of, review
from charteroak.response.exercises.scenario import CHANNEL_TITLES, Inject, Scenario

_LONGEST_LINE = 4000


@click.command()
@click.argument("scenario")
@click.option(
    "--pace", type=click.IntRange(0, FASTEST), default=0, show_default=True, help="0: you go on; 1: real time; 60: ..."
)
@click.option("--dry-run", is_flag=True, help="Only print when what would come.")
@click.option("--choose", multiple=True, metavar="INJECT=OPTION", help="A decision, for --dry-run; may be repeated.")
@click.option("--name", default="", help="What to call this exercise.")
@click.option("--role", "roles", multiple=True, help="Only what these roles see; may be repeated.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write what was played (JSON).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end.")
def run(
    *,
    scenario: str,
    pace: int,
    dry_run: bool,
    choose: tuple[str, ...],
    name: str,
    roles: tuple[str, ...],
    output: Path | None,
    as_json: bool,
) -> None:
    """Play a scenario at one table: it tells what happens, you say what you do.

    SCENARIO is one of `exercise list`, or a file. Everything typed is kept with its time; a line with a full stop alone
    goes on. Ctrl-C, a closed terminal or the end of the input ends the play and keeps it. Nothing is recorded anywhere
    but in the file that -o names; `exercise report` makes the report of it.
    """
    found, data = read_scenario(scenario)
    wanted = tuple(found.role_named(role).id for role in roles)
    if dry_run:
        if output is not None:
            raise InputError("With --dry-run nothing is played that could be written.", remedy="Leave out -o.")
        _show_timetable(found, _decided(found, choose), wanted, as_json=as_json)
        return
    if choose:
        raise InputError("--choose belongs to --dry-run; in a play you are asked.", remedy="Leave it out.")
    if output is not None:
        # What cannot be written is refused now, and not after an hour's play.
        with new_file(output):
            pass
        output.unlink()
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    table = _Table(found, hashlib.sha256(data).hexdigest(), pace, name or found.title, wanted)
    with _ended_by_signals(table):
        play = table.play()
        if output is not None:
            _write(play, output)
    result = review(found, play)
    counts = {"inTime": result.count("in time"), "late": result.count("late"), "notSeen": result.count("not seen")}
    if as_json:
        print_json({"play": play.to_json(), **counts})
        return
    click.echo(
        f"{found.title}: {counts['inTime']} in time, {counts['late']} late, {counts['notSeen']} not seen; "
        f"{len(play.improvements)} improvements."
    )


@contextmanager
def _ended_by_signals(table: "_Table") -> Iterator[None]:
    """A closed window, a lost connection and a service manager end the play as Ctrl-C does, and what was typed is kept.

    A terminal that closes may say so twice; the second time, and while the file is written, nothing is broken off.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        if table.is_played:
            return
        table.is_played = True
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in (signal.SIGHUP, signal.SIGTERM)}
    # What nohup made deaf stays so.
    taken = {number: handler for number, handler in before.items() if handler is not signal.SIG_IGN}
    try:
        for number in taken:
            signal.signal(number, end)
        yield
    finally:
        for number, handler in taken.items():
            signal.signal(number, handler)


def _write(play: Play, output: Path) -> None:
    """Write what was played; if that fails it stands on standard output, for it cannot be played again.

    Raises:
        CouldNotError: the file could not be written.
    """
    data = msgspec.json.format(msgspec.json.encode(play), indent=2) + b"\n"
    try:
        with new_file(output) as file:
            file.write(data)
    except (OSError, FileInputError) as error:
        click.echo(data, nl=False)
        raise CouldNotError(
            "What was played could not be written; it stands on standard output.",
            remedy="Copy it into a file: exercise report reads it.",
            location=SourceLocation(path=str(output)),
        ) from error
    click.echo(f"Written: {output}", err=True)


def _decided(scenario: Scenario, choose: tuple[str, ...]) -> dict[str, Chosen]:
    decided = {}
    for text in choose:
        name, _, option = text.partition("=")
        inject = scenario.inject_named(name)
        if inject.choice is None or option not in {each.id for each in inject.choice.options}:
            offered = [each.id for each in inject.choice.options] if inject.choice else []
            raise InputError(
                f"{name!r} offers no {option!r}.", remedy=f"It offers: {', '.join(offered) or 'no decision'}."
            )
        decided[name] = Chosen(option, timedelta(minutes=inject.at_minutes))
    return decided


def _show_timetable(scenario: Scenario, decided: dict[str, Chosen], roles: tuple[str, ...], *, as_json: bool) -> None:
    due = [
        each
        for each in due_after(scenario, timedelta(minutes=scenario.minutes), decided)
        if not roles or set(roles) & set(each.inject.to)
    ]
    if as_json:
        rows: list[dict[str, Any]] = [
            {
                "atMinutes": int(each.after.total_seconds()) // 60,
                "inject": each.inject.id,
                "to": list(each.inject.to),
                "channel": each.inject.channel.value,
                "expect": [{"id": e.id, "by": e.by, "withinMinutes": e.within_minutes} for e in each.inject.expect],
                "asks": each.inject.choice.ask if each.inject.choice else None,
            }
            for each in due
        ]
        print_json({"scenario": scenario.id, "minutes": scenario.minutes, "injects": rows})
        return
    titles = {role.id: role.title for role in scenario.roles}
    click.echo(f"{scenario.title}: {len(due)} of {len(scenario.injects)} injects in {scenario.minutes} minutes")
    for each in due:
        to = ", ".join(titles[role] for role in each.inject.to)
        click.echo(f"  {clock_text(each.after)} {each.inject.title} ({CHANNEL_TITLES[each.inject.channel]}; {to})")
        for expected in each.inject.expect:
            until = clock_text(each.after + timedelta(minutes=expected.within_minutes))
            click.echo(f"        by {until} {titles[expected.by]}: {expected.text}")


class _Table:
    """One play at one table: the injects that came, and what was typed."""

    def __init__(self, scenario: Scenario, sha256: str, pace: int, name: str, roles: tuple[str, ...]) -> None:
        self.scenario, self.sha256, self.pace, self.name, self.roles = scenario, sha256, pace, name, roles
        self.started = now()
        self.acts: list[Act] = []
        self.shown: set[str] = set()
        self.stepped_to = timedelta()
        self.is_over = False
        self.answers: list[DebriefAnswer] = []
        self.improvements: list[Improvement] = []
        self.is_played = False
        """Nothing more is typed; from now on it is only kept."""

    def play(self) -> Play:
        """The whole exercise, from the first inject to the improvements; of a play that breaks off, what there is."""
        try:
            click.echo(f"EXERCISE. {self.scenario.title}\n{_wrapped(self.scenario.summary)}", err=True)
            while (inject := self._next()) is not None and not self.is_over:
                self._show(inject)
                self._listen(inject)
                self._tick(inject)
            self._hot_wash()
            self.is_played = True
        except (KeyboardInterrupt, OSError):
            # The terminal is gone, or somebody ended it between two questions.
            self.is_played = True
        return Play(
            scenario=self.scenario.id,
            scenario_sha256=self.sha256,
            name=self.name[:200],
            started=self.started,
            elapsed_seconds=int(self._elapsed().total_seconds()),
            acts=tuple(self.acts),
            answers=tuple(self.answers),
            improvements=tuple(self.improvements),
        )

    def _elapsed(self) -> timedelta:
        real = max(now() - self.started, timedelta())
        return max(self.stepped_to, real if self.pace == STEPPED else real * self.pace)

    def _next(self) -> Inject | None:
        """The next inject that nobody saw; at pace 0 at once, else when it has come."""
        whole = timedelta(minutes=self.scenario.minutes)
        for each in due_after(self.scenario, whole, choices_of(tuple(self.acts))):
            if each.inject.id in self.shown or (self.roles and not set(self.roles) & set(each.inject.to)):
                continue
            if self.pace == STEPPED:
                self.stepped_to = max(self.stepped_to, each.after)
            else:
                self._wait_for(each.after)
            return each.inject
        return None

    def _wait_for(self, after: timedelta) -> None:
        while not self.is_over and self._elapsed() < after:
            left = (after - self._elapsed()).total_seconds() / self.pace
            for line in _lines(left):
                if line is None:
                    self.is_over = True
                elif line != ".":
                    self._note(line, None)

    def _show(self, inject: Inject) -> None:
        self.shown.add(inject.id)
        to = ", ".join(self.scenario.role_named(role).title for role in inject.to)
        click.echo(f"\n[{clock_text(self._elapsed())}] {CHANNEL_TITLES[inject.channel]}, for {to}", err=True)
        click.echo(f"{inject.sender}: {inject.title}\n{_wrapped(inject.text)}", err=True)

    def _listen(self, inject: Inject) -> None:
        click.echo("What do you do? One line each; a full stop alone goes on.", err=True)
        while (line := _line()) not in {None, ".", ""}:
            self._note(str(line), inject.id)
        self.is_over = line is None
        if inject.choice is not None and not self.is_over:
            for number, option in enumerate(inject.choice.options, 1):
                click.echo(f"  {number}. {option.text}", err=True)
            chosen = self._number(inject.choice.ask, len(inject.choice.options))
            if chosen:
                self._act(kind="choice", inject=inject.id, option=inject.choice.options[chosen - 1].id)

    def _tick(self, inject: Inject) -> None:
        if not inject.expect or self.is_over:
            return
        for number, expected in enumerate(inject.expect, 1):
            click.echo(f"  {number}. {expected.text}", err=True)
        click.echo("Which of these did you do? Numbers, or nothing.", err=True)
        line = _line()
        self.is_over = line is None
        for word in (line or "").replace(",", " ").split():
            if word.isascii() and word.isdecimal() and 0 < int(word[:6]) <= len(inject.expect):
                self._act(kind="seen-done", inject=inject.id, expected=inject.expect[int(word[:6]) - 1].id)

    def _number(self, ask: str, most: int) -> int:
        click.echo(f"{ask} A number from 1 to {most}.", err=True)
        while (line := _line()) is not None:
            if line.isascii() and line.isdecimal() and 0 < int(line[:6]) <= most:
                return int(line[:6])
            click.echo(f"A number from 1 to {most} is needed.", err=True)
        self.is_over = True
        return 0

    def _note(self, text: str, inject: str | None) -> None:
        self._act(kind="note", inject=inject, text=text)

    def _act(self, **fields: Any) -> None:
        self.acts.append(Act(after_seconds=int(self._elapsed().total_seconds()), **fields))

    def _hot_wash(self) -> None:
        if self.is_over:
            return
        click.echo("\nThe exercise is over. Hot wash: one line each, or nothing.", err=True)
        for question in self.scenario.debrief:
            click.echo(question, err=True)
            line = _line()
            if line is None:
                return
            if line not in {"", "."}:
                self.answers.append(DebriefAnswer(question=question, by="", text=line))
        click.echo("Improvements: what; who; YYYY-MM-DD. One line each; a full stop alone ends.", err=True)
        while (line := _line()) not in {None, ".", ""}:
            self.improvements.append(_improvement(str(line)))


def _improvement(line: str) -> Improvement:
    what, owner, due = ([part.strip() for part in line.split(";")] + ["", ""])[:3]
    try:
        day = date.fromisoformat(due) if due else None
    except ValueError:
        click.echo(f"{printable(due)!r} is no day; left open.", err=True)
        day = None
    return Improvement(what=what, owner=owner[:200], due=day)


def _line() -> str | None:
    """The next line without its end; none when there is no more, or somebody pressed Ctrl-C.

    A line that is too long becomes several: what was typed before it must not be lost over it.
    """
    try:
        line = sys.stdin.readline(_LONGEST_LINE)
    except KeyboardInterrupt:
        return None
    return line.strip() if line else None


def _lines(seconds: float) -> Iterator[str | None]:
    """What is typed within some time; the end of the input ends nothing but the typing."""
    try:
        ready, _, _ = select.select([sys.stdin], [], [], min(max(seconds, 0.0), 1.0))
    except KeyboardInterrupt:
        yield None
        return
    if ready:
        yield _line()


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 96, initial_indent="  ", subsequent_indent="  ")
