#!/usr/bin/env python3
"""Keep documents equal to what the program really says.

    tools/readme.py --check     say which documents are out of date; exit code 1 if any is
    tools/readme.py --write     bring them up to date

- In README.md, ``<!-- run: COMMAND -->`` stands above a fenced block: the block becomes the command and its real
  output, run from the top of the checkout with the environment's programs first on PATH. Exit codes 0 and 1
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
COLUMNS = "100"
RUN_SECONDS = 120

COMMANDS_HEAD = """# Commands

What every command says with `--help`. `tools/readme.py --write` makes this page; `make check` proves that it is
current.

Exit codes: 0 nothing found or done; 1 findings; 2 usage or bad input; 3 could not complete. 3 beats 1.
"""

RUN_BLOCK = re.compile(r"(?P<marker><!-- run: (?P<command>.+?) -->\n)```\w*\n.*?^```$", re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"(?P<start><!-- commands -->\n).*?(?P<end><!-- /commands -->)", re.DOTALL)


def environment() -> dict[str, str]:
    """What an example runs in: our programs first, a fixed width and zone, and nobody's data directory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CHARTEROAK_", "DATABASE_URL"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return {**kept, "PATH": path, "COLUMNS": COLUMNS, "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}


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
        sys.exit(f"README.md: {command!r} ended with exit code {done.returncode}:\n{done.stdout}{done.stderr}")
    lines = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
    return match["marker"] + "\n".join(["```console", f"$ {command}", *lines, "```"])


def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, in the order of its own help."""
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=" ".join(words))
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from walk(below, (*words, name))


def table_of_commands() -> str:
    """One row for each command that does something."""
    rows = [
        f"| `{' '.join(words)}` | {command.get_short_help_str(limit=200)} |\n"
        for words, command in walk(charteroak, ("charteroak",))
        if not isinstance(command, click.Group)
    ]
    return "| Command | What it does |\n|---|---|\n" + "".join(rows)


def made_readme(text: str) -> str:
    """README.md as it should stand."""
    text = RUN_BLOCK.sub(run_block, text)
    return TABLE.sub(lambda match: f"{match['start']}{table_of_commands()}{match['end']}", text)


def made_commands() -> str:
    """docs/commands.md as it should stand."""
    parts = [COMMANDS_HEAD]
    for words, command in walk(charteroak, ("charteroak",)):
        context = click.Context(command, info_name=" ".join(words), **command.context_settings)
        text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
        parts.append(f"\n{'#' * min(len(words) + 1, 4)} {' '.join(words)}\n\n```text\n{text}\n```\n")
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
    for path, made in ((README, made_readme(readme)), (COMMANDS, made_commands())):
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
