"""Ground for every test: a data directory of its own for each worker, and people and organisations to act as.

Settings read the environment when they are loaded, so the directory is named here, before pytest-django loads them.
For the same reason the settings module is named here and not in ``pyproject.toml``.
"""

import contextlib
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import django
import hypothesis
import made_once
import people
import pytest
from django.conf import settings
from django.utils import translation
from examples import USUAL, examples

from charteroak.adapters.data_directory import DataDirectory

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

    from charteroak.records.accounts.models import Organisation, User

DATA = Path(tempfile.mkdtemp(prefix="charteroak-test-"))
os.environ["CHARTEROAK_DATA"] = str(DATA)
os.environ["DJANGO_SETTINGS_MODULE"] = "charteroak.portal.settings"
# Playwright runs an event loop in the thread of the test; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

pytest_plugins = ["timestamp_authority", "red_team_stage"]

django.setup()
# A worker of pytest-xdist inherits these variables, and pytest-django has loaded the settings from them by now: the
# directory that they name is the controller's. Two workers in one directory would empty it under each other's tests.
settings.DATA = DataDirectory(DATA)
# How long an example takes says how busy the machine is. Speed is measured in benchmarks, never in a test.
hypothesis.settings.register_profile("charteroak", deadline=None, max_examples=examples(USUAL))
hypothesis.settings.load_profile("charteroak")
# The real hasher is slow on purpose, and is Django's own.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


LONG = ("test_access_matrix", "test_crashes", "test_loop", "test_portal_forms", "test_shell", "test_tour")
"""What takes longest begins first, so that at the end no worker waits for the long test of another."""


@pytest.hookimpl(wrapper=True)
def pytest_sessionstart(session: pytest.Session) -> Iterator[None]:
    """What many tests begin with is made while the workers of a whole run collect."""
    yield
    config = session.config
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput") and _is_whole_run(config):
        making = contextlib.ExitStack()
        making.enter_context(made_once.made_meanwhile())
        config.add_cleanup(making.close)


def _is_whole_run(config: pytest.Config) -> bool:
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS or _is_postgresql()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where the database is PostgreSQL, run what asks a database; all else answers alike and runs in the main pass."""
    items.sort(key=lambda item: item.path.stem not in LONG)
    if not _is_postgresql():
        return
    asking = [item for item in items if _asks_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(asking)])
    items[:] = asking


def pytest_collection_finish() -> None:
    """What stands now stands to the end: ten thousand tests need not be looked through again for garbage."""
    gc.collect()
    gc.freeze()


def _asks_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return any(item.get_closest_marker(name) for name in ("django_db", "postgresql")) or bool(
        fixtures & {"db", "transactional_db"}
    )


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(DATA, ignore_errors=True)
    if made_once.IS_OURS:
        shutil.rmtree(made_once.SHARED, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's database lies there before Django asks for it, and goes with the data directory of this worker."""
    return not _is_postgresql()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001 - the name of the database is this worker's
    django_db_blocker: "DjangoDbBlocker",
) -> None:
    """Begin with a database that was migrated once for all workers: the migrations take six seconds."""
    from django.db import connection

    ours = connection.settings_dict["TEST"]
    if _is_postgresql():
        with django_db_blocker.unblock():
            ours["TEMPLATE"] = made_once.migrated_template()
    else:
        made_once.migrated_database(Path(ours["NAME"]))


def _is_postgresql() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


@pytest.fixture(autouse=True)
def _language_of_its_own() -> Iterator[None]:
    """A language that one test chose is not the next one's."""
    yield
    translation.deactivate()


@pytest.fixture
def data_directory() -> Iterator[Path]:
    """The data directory of this worker's portal, without what a test stored in it."""
    yield DATA
    for name in ("evidence", "keys", "privileged", "catalogs"):
        shutil.rmtree(DATA / name, ignore_errors=True)


@pytest.fixture
def started_directory(data_directory: Path) -> Iterator[Path]:
    """The same as commands want it: a portal was started there. They narrow the umask of this process, too."""
    # Tests keep their database elsewhere: these two files only say that a portal was started here.
    made = [path for name in ("charteroak.sqlite3", "secret-key") if not (path := data_directory / name).exists()]
    for path in made:
        path.write_text("x")
    before = os.umask(0o022)
    yield data_directory
    os.umask(before)
    for path in made:
        path.unlink()


@pytest.fixture
def add_organisation(db: None) -> Callable[..., "Organisation"]:  # noqa: ARG001 - asks for the database
    """Adds an organisation; by default a member and a corporation that is not made up."""
    return people.add_organisation


@pytest.fixture
def add_person(db: None) -> Callable[..., "User"]:  # noqa: ARG001 - asks for the database
    """Adds a person with a role for an organisation; the password is that of ``people``."""
    return people.add_person


@pytest.fixture
def member(add_organisation: Callable[..., "Organisation"]) -> "Organisation":
    """A business."""
    return add_organisation("elm-hollow-bakery")


@pytest.fixture
def desk(add_organisation: Callable[..., "Organisation"]) -> "Organisation":
    """The desk of a fusion centre."""
    return add_organisation("charter-desk", part="desk", kind="state-agency")


@pytest.fixture
def provider(add_organisation: Callable[..., "Organisation"], member: "Organisation") -> "Organisation":
    """A provider with the business as its client."""
    organisation = add_organisation("ridge-it", part="provider")
    member.providers.add(organisation)
    return organisation


@pytest.fixture
def security_lead(add_person: Callable[..., "User"], member: "Organisation") -> "User":
    """The security lead of the business."""
    return add_person("Lee", member, "security-lead")


@pytest.fixture
def analyst(add_person: Callable[..., "User"], desk: "Organisation") -> "User":
    """An analyst of the desk."""
    return add_person("Ana", desk, "analyst")


@pytest.fixture
def provider_person(add_person: Callable[..., "User"], provider: "Organisation") -> "User":
    """Someone who works for the provider."""
    return add_person("Pat", provider, "provider")


@pytest.fixture(autouse=True)
def _no_bucket_remembered() -> Iterator[None]:
    """What one test's database counted as full is not so in the next one's."""
    yield
    limits = sys.modules.get("charteroak.services.request_limits")
    if limits is not None:
        limits.FULL_BUCKETS.clear()
    door = sys.modules.get("charteroak.portal.door")
    if door is not None:
        door.STRANGERS.open_wide()
        door.FROM_A_NETWORK.open_wide()
