"""Imports point one way, light commands stay light, and what runs is installed."""

import ast
import importlib.metadata
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SOURCE = TOP / "src" / "charteroak"
PROGRAMS = Path(sys.executable).parent

HEAVY = {
    "django",
    "hyperscan",
    "selectolax",
    "cryptography",
    "evtx",
    "re2",
    "pyarrow",
    "pyspark",
    "numpy",
    "psycopg",
    "typst",
}
NO_PORTAL = {"django", "psycopg", "waitress"}


def test_the_import_contracts_of_pyproject_hold() -> None:
    done = subprocess.run(
        [PROGRAMS / "lint-imports", "--no-cache"], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def modules_loaded_by(*arguments: str) -> set[str]:
    """The top-level modules that a command has loaded when it ends."""
    program = f"""
import atexit, json, sys
atexit.register(lambda: sys.stderr.write("\\n" + json.dumps([name.partition(".")[0] for name in sys.modules])))
sys.argv = {["charteroak", *arguments]!r}
from charteroak.cli.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=TOP)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("arguments", [("--version",), ("--help",)])
def test_the_frame_of_the_command_line_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert not modules_loaded_by(*arguments) & HEAVY


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("safe-harbor", "clocks", "--on", "2026-11-01", "--json"), id="safe-harbor-clocks"),
        pytest.param(("safe-harbor", "schema"), id="safe-harbor-schema"),
        pytest.param(("frameworks", "list", "--json"), id="frameworks-list"),
        pytest.param(("phish", "analyze", "--help"), id="phish-analyze"),
        pytest.param(("hunt", "--help"), id="hunt"),
        pytest.param(("dossier", "verify", "--help"), id="dossier-verify"),
    ],
)
def test_a_stateless_command_never_loads_the_portal(arguments: tuple[str, ...]) -> None:
    assert not modules_loaded_by(*arguments) & NO_PORTAL


@cache
def imported_packages(folder: Path) -> frozenset[tuple[str, Path]]:
    """Every foreign top-level package that a module imports, wherever in the module that stands."""
    return frozenset(_imported_packages(folder))


def _imported_packages(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*.py"):
        for node in statements_in(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for name in names:
                package = name.partition(".")[0]
                if package != "charteroak" and package not in sys.stdlib_module_names:
                    yield package, path


def statements_in(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement, however deep. Most of a tree is expressions, and an import is none."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.expr):
            yield child
            yield from statements_in(child)


DOMAIN = ["dossier", "program", "detection", "law", "frameworks", "ledger", "mail", "intel"]
OUTSIDE = {
    "urllib.request": "the network",
    "asyncio": "an event loop",
    "time": "the clock",
    "secrets": "randomness",
    "random": "randomness",
    "uuid.uuid4": "randomness",
    "os.environ": "the environment",
    "logging": "a log",
}
"""What import-linter cannot forbid because it is a part of a package, or of the standard library."""


@pytest.mark.parametrize("package", DOMAIN)
def test_the_domain_takes_clock_randomness_and_environment_as_arguments(package: str) -> None:
    found = []
    for path in (SOURCE / package).rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                names = [f"{node.value.id}.{node.attr}"]
            found += [f"{path.relative_to(SOURCE)}: {name} is {OUTSIDE[name]}" for name in names if name in OUTSIDE]
    assert not found, found


def locked(name: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", (TOP / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_everything_that_runs_is_in_the_lock_that_make_run_installs() -> None:
    distributions = importlib.metadata.packages_distributions()
    here = locked("requirements.lock")
    with_spark = here | locked("requirements-spark.lock")
    spark_only = {"numpy", "pandas", "pyarrow", "pyspark"}
    for package, path in imported_packages(SOURCE):
        if package == "_typeshed":  # names for type checkers alone; nothing of it exists when a program runs
            continue
        owners = {owner.lower().replace("_", "-").replace(".", "-") for owner in distributions.get(package, [package])}
        allowed = with_spark if package in spark_only else here
        assert owners & allowed, f"{path.relative_to(TOP)} imports {package}, which no run-time lock carries"


NAMED_IN_SETTINGS = {"django-axes", "django-csp", "whitenoise", "psycopg"}
NEVER_IMPORTED = {
    "flit-core": "builds the package when it is installed",
    "tzdata": "the zones of a machine that has none",
}


def test_every_declared_dependency_is_locked_and_used() -> None:
    with (TOP / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    declared = {re.split(r"[\[ ><=]", one)[0].replace("_", "-") for one in project["project"]["dependencies"]}
    assert declared <= locked("requirements.lock")
    distributions = importlib.metadata.packages_distributions()
    imported = {
        owner.lower().replace("_", "-")
        for package, _ in imported_packages(SOURCE)
        for owner in distributions.get(package, [])
    }
    assert declared - imported - NAMED_IN_SETTINGS == NEVER_IMPORTED.keys()


NAMED_BY_OTHERS = {
    SOURCE / "adapters" / "sqlite" / "base.py": "Django looks for a database engine in a module of this name",
}


@pytest.mark.parametrize("name", ["core", "common", "util", "utils", "helper", "helpers", "base", "misc", "manager"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    found = [path for path in SOURCE.rglob(f"{name}*") if path.stem == name and path.suffix in {"", ".py"}]
    assert set(found) <= NAMED_BY_OTHERS.keys()
