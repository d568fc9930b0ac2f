"""Documents cannot drift: help text, tables, layers and links are compared with what is there."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from charteroak import __version__
from charteroak.cli.__main__ import charteroak
from charteroak.law.duties import facts as duty_facts

TOP = Path(__file__).parents[2]
SOURCE = TOP / "src" / "charteroak"
DOCUMENTS = [*TOP.glob("*.md"), *sorted((TOP / "docs").rglob("*.md"))]


def read(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def nouns() -> list[str]:
    """The nouns as the program's own help lists them."""
    done = subprocess.run(
        [sys.executable, "-m", "charteroak.cli", "--help"], capture_output=True, text=True, check=True, cwd=TOP
    )
    return re.findall(r"^  ([a-z][a-z-]+)  ", done.stdout.partition("Commands:")[2], re.MULTILINE)


def test_readme_and_command_reference_show_what_the_program_says() -> None:
    done = subprocess.run(
        [sys.executable, TOP / "tools" / "readme.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", ["serve", "safe-harbor determine", "phish analyze", "hunt"])
def test_the_command_reference_is_what_a_person_sees(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "charteroak.cli", *command.split(), "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=TOP,
        env={**os.environ, "COLUMNS": "140"},
    )
    shown = "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())
    assert f"```text\n{shown.replace('python -m charteroak.cli', 'charteroak')}\n```" in read("docs/commands.md")


def test_every_noun_stands_in_the_readme_and_in_the_command_reference() -> None:
    assert len(nouns()) > 5
    for noun in nouns():
        assert f"`charteroak {noun}" in read("README.md"), noun
        assert f"# charteroak {noun}" in read("docs/commands.md"), noun


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "docs/glossary.md",
        "docs/divergences.md",
    ],
)
def test_a_newcomer_finds(name: str) -> None:
    assert len(read(name)) > 500


def test_the_readme_keeps_the_two_commands_and_what_is_not_promised() -> None:
    text = read("README.md")
    assert "make run" in text
    assert "make test" in text
    assert "legal advice" in text


def test_the_changelog_has_a_place_for_what_comes_and_names_this_version() -> None:
    text = read("CHANGELOG.md")
    assert "## [Unreleased]" in text or f"## [{__version__}]" in text
    assert "Keep a Changelog" in text


def test_the_architecture_page_lists_the_layers_that_are_enforced() -> None:
    with (TOP / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    block = re.search(r"<!-- layers -->\n```text\n(.*?)```", read("ARCHITECTURE.md"), re.DOTALL)
    assert block, "ARCHITECTURE.md has a block marked <!-- layers -->"
    shown = [re.split(r"\s{2,}", line.strip())[0] for line in block[1].splitlines() if line.strip()]
    assert shown == layers


def test_the_architecture_page_gives_every_package_its_duty() -> None:
    text = read("ARCHITECTURE.md")
    packages = [path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file()]
    assert [name for name in packages if f"`{name}/`" not in text] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(TOP)))
def test_every_link_and_every_named_file_is_there(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
    for named in re.findall(r"`((?:src/charteroak|tests|tools|docs|fuzz|benchmarks)/[\w./-]+)`", text):
        assert (TOP / named).exists(), f"{path.name} names {named}"


def commands_in(text: str) -> Iterator[str]:
    """Each ``charteroak`` line of a page's blocks that a person would type, with its continuations."""
    for _language, block in re.findall(r"^```(sh|ini)\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"\s(?:&&|\|)\s", line):
                found = re.search(r"(?:^|\s|bin/)(charteroak\s.*)", part.partition(" > ")[0])
                if found and " ... " not in found[1]:
                    yield re.sub(r"<[^>]*>", "PLACEHOLDER", found[1])


def understood(line: str) -> None:
    """Let click read a command line, and run nothing.

    Raises:
        click.ClickException: there is no such command or option, or one is missing.
    """
    words = shlex.split(line, comments=True)[1:]
    command: click.Command = charteroak
    context = click.Context(command, info_name="charteroak")
    while isinstance(command, click.Group) and words:
        below = command.get_command(context, words[0])
        if below is None:
            raise click.UsageError(f"no command {words[0]}")
        context = click.Context(below, info_name=words.pop(0), parent=context)
        command = below
    command.make_context(context.info_name, words, parent=context.parent)


TYPED = [
    pytest.param(line, id=f"{path.name}: {line[:70].strip()}")
    for path in DOCUMENTS
    for line in dict.fromkeys(commands_in(path.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize("line", TYPED)
def test_every_command_that_a_page_shows_is_understood(line: str) -> None:
    understood(line)


@pytest.mark.parametrize(
    "line", ["charteroak report fly", "charteroak plan list --organization x", "charteroak duties"]
)
def test_a_command_that_nobody_understands_is_seen(line: str) -> None:
    with pytest.raises(click.ClickException):
        understood(line)


def test_the_page_of_duties_names_every_member_and_word_of_the_facts() -> None:
    text = read("docs/duties.md")
    members = [*duty_facts.Entity.__struct_encode_fields__, *duty_facts.Incident.__struct_encode_fields__]
    words = [
        word
        for kind in ("EntityKind", "Regime", "Licence", "Principal", "DataRole", "Outcome", "DataKind")
        for word in getattr(duty_facts, kind).__args__
    ]
    assert [name for name in (*members, *words) if f"`{name}`" not in text] == []


def test_every_decision_is_numbered_dated_and_says_what_it_turned_down() -> None:
    records = sorted((TOP / "docs" / "adr").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(len(records)))
    for path in records[1:]:
        text = path.read_text(encoding="utf-8")
        for heading in ("## Context", "## Decision drivers", "## Considered options", "## Decision", "## Consequences"):
            assert heading in text, f"{path.name} lacks {heading}"
        assert re.search(r"^- Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE), path.name
