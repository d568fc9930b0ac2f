"""The database under the records is the one that was asked for, and is set to lose nothing.

`make test` runs this folder twice: on SQLite, and with DATABASE_URL on a private PostgreSQL server.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.utils import ConnectionHandler

on_sqlite = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="DATABASE_URL names another database")


@pytest.mark.postgresql
@pytest.mark.django_db
def test_with_database_url_the_records_live_on_a_real_postgresql_server() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL ")


@on_sqlite
@pytest.mark.django_db
def test_sqlite_writes_ahead_waits_for_the_disk_and_keeps_references(tmp_path: Path) -> None:
    database = {**settings.DATABASES["default"], "NAME": tmp_path / "charteroak.sqlite3"}
    fresh = ConnectionHandler({"default": database})["default"]
    try:
        with fresh.cursor() as cursor:
            found = {
                name: cursor.execute(f"pragma {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
    finally:
        fresh.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
