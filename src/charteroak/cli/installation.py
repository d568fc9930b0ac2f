"""What the commands share that work on an installation: which data directory, and Django set up for it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import click

from charteroak.errors import InputError, SourceLocation

SETTINGS_MODULE = "charteroak.portal.settings"


class NoInstallationError(InputError):
    """There is no Charter Oak data where the command looked."""

    code: ClassVar[str] = "installation.none"


def data_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--data DIR``: the data directory; otherwise ``CHARTEROAK_DATA``, otherwise ``./data``."""
    return click.option(
        "--data",
        "data_directory",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="CHARTEROAK_DATA",
        default=Path("data"),
        show_default=True,
        help="The data directory.",
    )(command)


def set_up_django(data_directory: Path, *, embedded: bool = False) -> None:
    """Load Django for a data directory, which is made if it is absent. ``embedded``: without any server."""
    # Whatever this process makes from here on (a database, a dossier) is for its owner alone.
    os.umask(0o077)
    if embedded:
        os.environ.pop("DATABASE_URL", None)
    os.environ["CHARTEROAK_DATA"] = str(data_directory.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    import django  # noqa: PLC0415 - stateless commands must not load Django

    django.setup()


LINKS_MADE = ("campaign-links", "1")
"""Stands among the migrations when campaigns of an earlier version have got their links, which needs today's code.

It is written after the work and read with the others, so that work that was cut off is done at the next start.
"""


def migrate() -> None:
    """Bring the database to this version's shape, if it has not got it.

    Django's command draws up every model of every version even where nothing is left to do, which takes a fifth of a
    second of each of our commands; to ask whether anything is left takes a hundredth.
    """
    from django.core.management import call_command  # noqa: PLC0415 - stateless commands must not load Django
    from django.db import connection  # noqa: PLC0415 - see above
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - see above

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)
    if LINKS_MADE not in executor.loader.applied_migrations:
        from charteroak.services.campaign_upgrade import rebuild_unlinked  # noqa: PLC0415 - see above

        rebuild_unlinked()
        executor.recorder.record_applied(*LINKS_MADE)


def open_installation(data_directory: Path) -> None:
    """Load Django for an installation that exists, and bring its database to this version's shape.

    Raises:
        NoInstallationError: nothing was ever served from this directory, or its database was emptied.
    """
    if not _is_installation(data_directory):
        raise NoInstallationError(
            "There is no Charter Oak data here.",
            remedy="Name the right directory with --data, or start one with: charteroak serve",
            location=SourceLocation(path=str(data_directory)),
        )
    set_up_django(data_directory)
    migrate()


def _is_installation(data_directory: Path) -> bool:
    """Whether a portal was started here. Its keys and evidence are files also where PostgreSQL holds the rest."""
    if not (data_directory / "secret-key").is_file():
        return False
    database = data_directory / "charteroak.sqlite3"
    return bool(os.environ.get("DATABASE_URL")) or (database.is_file() and database.stat().st_size > 0)
