"""What may be committed: no addresses of this or any build machine, locks by hash alone, data with its origin."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SOURCE = TOP / "src" / "charteroak"
LOCKS = sorted(path.name for path in TOP.glob("*.lock"))

# Put together here, so that this file does not hold what it forbids.
FORBIDDEN = {
    "a package registry's host": (
        "pypi" + ".org",
        "python" + "hosted.org",
        "registry.npm" + "js.org",
        "deb.deb" + "ian.org",
        "security.deb" + "ian.org",
        "crates" + ".io",
    ),
    "a path of one machine": ("/ro" + "ot/", "/wo" + "rk/", "/fa" + "rm/", "file:///" + "opt", "/Us" + "ers/"),
    "a tool of one workplace": ("farm-" + "bench", "../." + "library"),
}


@cache
def tracked() -> tuple[Path, ...]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=True)
    return tuple(TOP / name for name in done.stdout.decode().split("\0") if name and (TOP / name).is_file())


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_names(what: str) -> None:
    found = []
    for path in tracked():
        data = path.read_bytes()
        found += [f"{path.relative_to(TOP)}: {word}" for word in FORBIDDEN[what] if word.encode() in data]
    assert not found, "\n".join(found)


def requirements(lock: str) -> dict[str, str]:
    """Each pinned requirement of a lock, with everything that belongs to it on one line."""
    text = (TOP / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found = {}
    for line in lines:
        match = re.fullmatch(r"([a-z0-9-]+)(?:\[[a-z0-9,-]+\])?==(\S+)(.*)", line.strip())
        assert match, f"{lock}: {line[:80]} is not pinned to one version"
        found[match[1]] = f"{match[2]}{match[3]}"
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_address(lock: str) -> None:
    assert "://" not in (TOP / lock).read_text(encoding="utf-8")
    for name, pin in requirements(lock).items():
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", pin), f"{lock}: {name} has no hash"
        assert "@" not in pin, f"{lock}: {name} names a place"


def test_the_locks_agree_so_that_environments_can_be_completed_from_several() -> None:
    versions: dict[str, str] = {}
    for lock in LOCKS:
        for name, pin in requirements(lock).items():
            version = pin.split()[0]
            assert versions.setdefault(name, version) == version, f"{lock} has another {name}"


def test_everything_that_runs_is_tested_with_the_same_versions() -> None:
    assert requirements("requirements.lock").keys() <= requirements("requirements-dev.lock").keys()


def _says_its_origin(path: Path) -> bool:
    if path.suffix == ".toml":
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        return "provenance" in document or "reviewed" in document
    if path.suffix in {".txt", ".csv"}:
        head = path.read_text(encoding="utf-8")[:500]
        return re.search(r"^#.*\b\d{4}-\d\d-\d\d\b", head, re.MULTILINE) is not None
    return False


def _folders_up_to_data(path: Path) -> list[Path]:
    folders = [path.parent]
    while folders[-1].name not in {"data", "vendor"}:
        folders.append(folders[-1].parent)
    return folders


def data_files() -> list[Path]:
    inside = [path for path in tracked() if path.is_relative_to(SOURCE) and {"data", "vendor"} & set(path.parts)]
    return [path for path in inside if path.suffix != ".py" and "provenance" not in path.name]


def test_every_data_file_says_where_it_comes_from() -> None:
    files = data_files()
    assert files, "the package carries data"
    silent = [
        str(path.relative_to(TOP))
        for path in files
        if not path.with_name(f"{path.stem}.provenance.toml").is_file()
        and not any((folder / "provenance.toml").is_file() for folder in _folders_up_to_data(path))
        and not _says_its_origin(path)
    ]
    assert not silent, f"no provenance.toml, no NAME.provenance.toml and no statement in the file: {silent}"


def test_every_folder_of_test_assets_says_where_its_files_come_from() -> None:
    assets = TOP / "tests" / "assets"
    folders = {path.relative_to(assets).parts[0] for path in tracked() if path.is_relative_to(assets)}
    silent = [name for name in folders if (assets / name).is_dir() and not (assets / name / "README.md").is_file()]
    assert not silent, f"no README.md in tests/assets/: {silent}"
    loose = [name for name in folders if (assets / name).is_file() and name != "README.md"]
    assert not (loose and not (assets / "README.md").is_file()), f"files without a README: {loose}"


def test_tests_that_ask_for_postgresql_stand_where_make_test_runs_them_against_it() -> None:
    asking = [
        path
        for path in tracked()
        if path.is_relative_to(TOP / "tests") and path.suffix == ".py" and b"mark.postgresql" in path.read_bytes()
    ]
    elsewhere = [path.name for path in asking if not path.is_relative_to(TOP / "tests" / "integration")]
    assert [name for name in elsewhere if name != Path(__file__).name] == []


@pytest.mark.parametrize("name", ["run", "test", "test-slow", "check", "bench", "fuzz", "soak", "help"])
def test_make_offers_and_explains_each_target(name: str) -> None:
    done = subprocess.run(["make", "help"], cwd=TOP, capture_output=True, text=True, check=True)
    assert re.search(rf"^  make {name}\s+\w", done.stdout, re.MULTILINE)
