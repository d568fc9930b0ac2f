"""What many tests begin with, made once for all workers of a run and copied for whoever asks.

A migrated database, and an installation with the sample state. To make them takes seconds, to copy them milliseconds;
each test changes its own copy, and no other sees it. That a first start makes them itself is shown by tests which take
nothing from here.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

DATABASE = "charteroak.sqlite3"
_VARIABLE = "CHARTEROAK_TEST_SHARED"
_HERE = str(Path(__file__).parent)

IS_OURS = _VARIABLE not in os.environ
"""Whether this process began the run, and therefore ends it. Workers inherit the variable."""

SHARED = Path(os.environ.get(_VARIABLE) or tempfile.mkdtemp(prefix="charteroak-test-shared-"))
"""Where the workers of this run find what one of them made."""

os.environ[_VARIABLE] = str(SHARED)


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One worker at a time; the others wait."""
    with (SHARED / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that ``make`` filled for whichever worker asked first. Nobody may change anything in it."""
    folder = SHARED / name
    if folder.exists():
        return folder
    with alone():
        if not folder.exists():
            growing = SHARED / f"{name}.growing"
            shutil.rmtree(growing, ignore_errors=True)
            growing.mkdir(mode=0o700)
            make(growing)
            growing.rename(folder)
    return folder


@contextlib.contextmanager
def made_meanwhile() -> Iterator[None]:
    """Begin to make all of it beside this process, while the workers still collect; else one would wait for another.

    What goes wrong there is found by the first worker that asks: it makes the thing itself.
    """
    begin = "import django\ndjango.setup()\nimport made_once\nmade_once.make_all()\n"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "charteroak.portal.settings", "PYTHONPATH": _HERE}
    with tempfile.TemporaryDirectory(prefix="charteroak-test-maker-") as data:
        process = subprocess.Popen(
            [sys.executable, "-c", begin],
            env=environment | {"CHARTEROAK_DATA": data},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.kill()
            process.wait()


def make_all() -> None:
    """Everything that workers ask for here, on the database of this process."""
    from django.db import connection

    if connection.vendor == "sqlite":
        _sample()
    else:
        migrated_template()


def migrated_database(path: Path) -> Path:
    """A database of this version's shape with nothing in it, copied to a path that nobody else uses."""
    return _copied(made_once("migrated", _migrate) / DATABASE, path)


def migrated_template() -> str:
    """The name of a migrated database on the PostgreSQL server, which the workers' databases are copies of."""
    from django.core.management import call_command
    from django.db import connection

    name = "test_charteroak_template"
    made = SHARED / "postgresql-template"
    with alone():
        if not made.exists():
            with connection._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {name}")
                cursor.execute(f"CREATE DATABASE {name}")
            usual = connection.settings_dict["NAME"]
            connection.close()
            connection.settings_dict["NAME"] = name
            try:
                call_command("migrate", interactive=False, verbosity=0)
            finally:
                # Nothing may be connected to what is being copied.
                connection.close()
                connection.settings_dict["NAME"] = usual
            made.touch()
    return name


def migrated_installation(data: Path) -> Path:
    """A data directory whose database has its shape already, so that a portal starts at once."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    migrated_database(data / DATABASE)
    return data


def sample_installation(data: Path) -> Path:
    """A data directory with the sample state and without the reports, which take a second child process each."""
    shutil.copytree(_sample(), data, dirs_exist_ok=True)
    return data


def sample_state(data: Path) -> None:
    """The sample state without reports in the database of this test, which must be outside of any transaction."""
    from django.db import connection

    from charteroak.services.sample_state import load_sample_state

    if connection.vendor != "sqlite":
        load_sample_state(with_reports=False)
        return
    sample = _sample()
    connection.ensure_connection()
    with contextlib.closing(sqlite3.connect(sample / DATABASE)) as source:
        source.backup(connection.connection)
    for folder in (path for path in sample.iterdir() if path.is_dir()):
        shutil.copytree(folder, data / folder.name, dirs_exist_ok=True)


def _sample() -> Path:
    migrated = made_once("migrated", _migrate)

    def load(folder: Path) -> None:
        _copied(migrated / DATABASE, folder / DATABASE)
        _run(
            folder,
            "from charteroak.services.sample_state import load_sample_state\nload_sample_state(with_reports=False)\n",
        )

    return made_once("sample", load)


def _migrate(folder: Path) -> None:
    _run(folder, "from charteroak.cli.installation import migrate\nmigrate()\n")


def _run(data: Path, script: str) -> None:
    """Run a script in a process that knows one installation and no PostgreSQL."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"CHARTEROAK_DATA": str(data), "DJANGO_SETTINGS_MODULE": "charteroak.portal.settings"}
    ready = "import os\nos.umask(0o077)\nimport django\ndjango.setup()\n"
    subprocess.run([sys.executable, "-c", ready + script], check=True, env=environment, timeout=300)
    # A database that is copied as one file must be in one file.
    assert not list(data.glob("*-wal"))


def _copied(source: Path, path: Path) -> Path:
    shutil.copyfile(source, path)
    path.chmod(0o600)
    return path
