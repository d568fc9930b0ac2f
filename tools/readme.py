#!/usr/bin/env python3
"""Keep documents equal to what the program really says.

    tools/readme.py --check     say which documents are out of date; exit code 1 if any is
    tools/readme.py --write     bring them up to date

- In README.md, ``<!-- run: COMMAND -->`` stands above a fenced block: the block becomes the command and its real
  output, run from the top of the checkout, 140 columns wide, in the time zone of Connecticut. Exit codes 0 and 1
  (findings) are answers; anything else is a fault in the example.
- In README.md, what stands between ``<!-- commands -->`` and ``<!-- /commands -->`` becomes the table of commands.
- docs/commands.md is made whole: the help text of every command.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from charteroak.cli.__main__ import charteroak

TOP = Path(__file__).parent.parent
README = TOP / "README.md"
COMMANDS = TOP / "docs" / "commands.md"
COLUMNS = "140"
RUN_SECONDS = 120

COMMANDS_HEAD = """# Commands

What every command says with `--help`. `tools/readme.py --write` makes this page; `make check` proves that it is
current.

Exit codes: 0 nothing found or done; 1 findings; 2 usage or bad input; 3 could not complete. 3 beats 1.
"""

RUN_BLOCK = re.compile(r"(?P<marker><!-- run: (?P<command>.+?) -->\n)```\w*\n.*?^```$", re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"(?P<start><!-- commands -->\n).*?(?P<end><!-- /commands -->)", re.DOTALL)


def environment() -> dict[str, str]:
    """What an example runs in: a fixed width and zone, and nobody's data directory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHARTEROAK_", "DATABASE_URL"))}
    return {**kept, "COLUMNS": COLUMNS, "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}


def run_block(match: re.Match[str]) -> str:
    """A marker with its block, holding what the command says now."""
    command = match["command"]
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=TOP,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_SECONDS,
    )
    if done.returncode not in {0, 1}:
        sys.exit(f"The example {command!r} ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    lines = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
    return match["marker"] + "\n".join(["```console", f"$ {command}", *lines, "```"])


def walk(command: click.Command, name: str, parent: click.Context | None = None) -> Iterator[click.Context]:
    """A command and all below it, in the order of its own help, each in the context in which a person meets it."""
    context = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    yield context
    if isinstance(command, click.Group):
        for name_below in command.list_commands(context):
            below = command.get_command(context, name_below)
            if below is not None and not below.hidden:
                yield from walk(below, name_below, context)


def table_of_commands() -> str:
    """One row for each command that does something."""
    rows = [
        f"| `{context.command_path}` | {context.command.get_short_help_str(limit=200)} |\n"
        for context in walk(charteroak, "charteroak")
        if not isinstance(context.command, click.Group)
    ]
    return "| Command | What it does |\n|---|---|\n" + "".join(rows)


def made_readme(text: str) -> str:
    """README.md as it should stand."""
    text = RUN_BLOCK.sub(run_block, text)
    return TABLE.sub(lambda match: f"{match['start']}{table_of_commands()}{match['end']}", text)


def made_commands() -> str:
    """docs/commands.md as it should stand."""
    parts = [COMMANDS_HEAD]
    for context in walk(charteroak, "charteroak"):
        text = "\n".join(line.rstrip() for line in context.get_help().splitlines())
        level = min(context.command_path.count(" ") + 2, 4)
        parts.append(f"\n{'#' * level} {context.command_path}\n\n```text\n{text}\n```\n")
    return "".join(parts)


def main() -> int:
    """0 when every document is current."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true")
    action.add_argument("--write", action="store_true")
    is_check = parser.parse_args().check
    os.environ["COLUMNS"] = COLUMNS
    stale = 0
    readme = README.read_text(encoding="utf-8")
    pages = {
        path: path.read_text(encoding="utf-8") for path in sorted(COMMANDS.parent.glob("*.md")) if path != COMMANDS
    }
    made_pages = [(path, RUN_BLOCK.sub(run_block, text)) for path, text in pages.items()]
    for path, made in ((README, made_readme(readme)), (COMMANDS, made_commands()), *made_pages):
        now = path.read_text(encoding="utf-8") if path.exists() else ""
        if now == made:
            continue
        if is_check:
            stale = 1
            name = str(path.relative_to(TOP))
            difference = difflib.unified_diff(
                now.splitlines(), made.splitlines(), name, "what the program says", lineterm=""
            )
            print("\n".join(difference))
            print(f"{name} is out of date. Run: .venv/bin/python tools/readme.py --write")
        else:
            path.write_text(made, encoding="utf-8")
    return stale


if __name__ == "__main__":
    sys.exit(main())
