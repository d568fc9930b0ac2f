"""DATABASE_URL is understood whole or refused, and never repeated: it may hold a password."""

import pytest

from charteroak.adapters.database_address import DatabaseAddressError, postgresql_settings


def test_every_part_of_an_address_is_read() -> None:
    settings = postgresql_settings("postgresql://oak%40desk:s%2Fecret@db.example:5433/charter%20oak?sslmode=require")
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "charter oak",
        "USER": "oak@desk",
        "PASSWORD": "s/ecret",
        "HOST": "db.example",
        "PORT": 5433,
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_local_socket_needs_no_host() -> None:
    assert postgresql_settings("postgres:///oak")["HOST"] == ""


@pytest.mark.parametrize(
    "url",
    [
        "oak",
        "sqlite:///oak.sqlite3",
        "mysql://u:hunter2@h/oak",
        "postgres://u:hunter2@h:port/oak",
        "postgres://u:hunter2@h:99999/oak",
        "postgres://u:hunter2@[::1/oak",
        "postgres://u:hunter2@h",
    ],
)
def test_any_other_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(DatabaseAddressError) as error:
        postgresql_settings(url)
    assert "hunter2" not in str(error.value)
    assert "Write postgresql://" in str(error.value)
