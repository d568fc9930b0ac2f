"""``charteroak safe-harbor compare`` and ``watch``: the states side by side, and what could change an answer."""

import textwrap
from datetime import date
from pathlib import Path

import click

from charteroak.adapters.system_clock import now
from charteroak.cli.files import print_json, read_document
from charteroak.clock import connecticut_day, parse_day
from charteroak.law.comparison import LawStatus, StateLaw, load_comparison
from charteroak.law.facts import ConformityStatus, parse_facts_json
from charteroak.law.reviews import Review
from charteroak.law.watch import Watch, WatchItem, watch_on

EXIT_ATTENTION = 1
"""A clock runs out soon, or a piece of our data on the law is stale."""

_HEADINGS = {
    LawStatus.IN_FORCE: "In force",
    LawStatus.VETOED: "Vetoed: not law",
    LawStatus.DIED: "Died: not law",
    LawStatus.BILL: "Bills only: not law as far as found",
    LawStatus.NONE_FOUND: "None found",
}


@click.command("compare")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def compare_command(*, as_json: bool) -> None:
    """The states' safe harbors side by side, with those that were vetoed or died."""
    day, comparison = connecticut_day(now()), load_comparison()
    if as_json:
        print_json(comparison.to_json(day))
        return
    lines = [f"Safe harbors of the states, reviewed on {comparison.reviewed_on}"]
    for status, heading in _HEADINGS.items():
        lines += ["", heading]
        for law in comparison.with_status(status):
            lines += _law_lines(law, day)
    lines += ["", _wrapped(comparison.method, ""), "This is not legal advice."]
    click.echo("\n".join(lines))


@click.command("watch")
@click.option("--on", "on", metavar="DATE", help="The day, such as 2026-12-01.  [default: today in Connecticut]")
@click.option(
    "--facts", type=click.Path(path_type=Path), help="Only the clocks that this facts document rests on; - reads stdin."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def watch_command(*, on: str | None, facts: Path | None, as_json: bool) -> int:
    """What could change an answer: bills, proposed rules, lapses, clocks that run out, data too old.

    Exit code 0 if nothing wants attention, 1 if a clock runs out within 90 days or a piece of our data is stale.
    """
    day = connecticut_day(now()) if on is None else parse_day(on)
    watch = watch_on(day, None if facts is None else _rests_on(facts, day))
    if as_json:
        print_json(watch.to_json())
    else:
        click.echo(_watch_as_text(watch))
    return EXIT_ATTENTION if watch.wants_attention else 0


def stale_line(review: Review) -> str:
    """What is said of a piece of data that is too old."""
    return (
        f"STALE: {review.subject} was last reviewed on {review.reviewed_on}, {review.days_old} days ago. "
        "Something may have changed since."
    )


def _rests_on(path: Path, day: date) -> list[tuple[str, str]]:
    """The editions that a facts document says are conformed to on a day."""
    facts = parse_facts_json(read_document(path), path=str(path))
    refused = {ConformityStatus.DOES_NOT, ConformityStatus.UNKNOWN, None}
    return [
        (row.framework, row.edition)
        for row in facts.conformity or ()
        if row.framework is not None and row.edition is not None and row.status not in refused
        if row.period.possible()[0] <= day.toordinal() <= row.period.possible()[1]
    ]


def _wrapped(text: str, indent: str = "    ") -> str:
    return textwrap.fill(text, width=100, initial_indent=indent, subsequent_indent=indent)


def _law_lines(law: StateLaw, day: date) -> list[str]:
    lines = [f"  {law.name}: {law.citation}", _wrapped(f"{law.effective}. {law.protects}.")]
    if law.status is LawStatus.IN_FORCE:
        lines += [
            _wrapped(f"Who: {law.who}."),
            _wrapped(f"Frameworks: {law.frameworks}."),
            _wrapped(f"After a revision: {law.catch_up}."),
        ]
    lines += [_wrapped(f"- {feature}") for feature in law.features]
    stale = " STALE" if law.review(day).is_stale else ""
    answered = f"; charteroak safe-harbor determine --statute {law.code} answers" if law.is_answered else ""
    lines.append(_wrapped(f"[{law.confidence}; checked {law.checked}{stale}{answered}]"))
    return lines


def _watch_as_text(watch: Watch) -> str:
    lines = [f"Watched on {watch.day}", "", "Clocks that run out within 90 days"]
    lines += [
        _wrapped(
            f"{clock.name} {clock.edition}: superseded by {clock.superseded_by} on {clock.published}; "
            f"counts to {clock.last_day} in Connecticut, {clock.days_left} more days",
            "  ",
        )
        for clock in watch.clocks
    ] or ["  none"]
    lines += ["", "What could change an answer"]
    for item in watch.items:
        lines += _item_lines(item, watch.day)
    lines += ["", *(stale_line(review) for review in watch.stale)] if watch.stale else []
    return "\n".join([*lines, "", "This is not legal advice."])


def _item_lines(item: WatchItem, day: date) -> list[str]:
    days = item.days_until(day)
    when = "" if days is None else f" ({item.expected}: {f'in {days} days' if days >= 0 else f'{-days} days ago'})"
    return [
        _wrapped(f"{item.title} [{item.state}]{when}", "  "),
        _wrapped(f"{item.status}"),
        _wrapped(f"Would change: {item.would_change}"),
        _wrapped(f"[checked {item.checked}{' STALE' if item.review(day).is_stale else ''}; {item.confidence}]"),
    ]
