"""The addresses for machines: health and security.txt."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from pytest_django.fixtures import Settings

from charteroak.records.accounts.models import Organisation
from charteroak.records.ledger.models import Checkpoint, LedgerNode
from charteroak.services.checkpoints import make_checkpoint
from charteroak.services.ledger import append_entry
from charteroak.services.log_keys import origin_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


@pytest.fixture
def checkpoint(member: Organisation) -> Checkpoint:
    with transaction.atomic():
        for title in ("Staff trained", "Backup restored"):
            append_entry(
                member,
                actor="system",
                kind="evidence.recorded",
                occurred_from="2026-03-01",
                body={"practice": "backups", "title": title, "note": "", "files": []},
            )
    return make_checkpoint(member)


def test_healthz_is_ok_on_a_fresh_installation(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("checkpoint")
def test_healthz_is_ok_while_the_newest_checkpoint_holds(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_healthz_fails_when_a_node_of_the_ledger_was_changed(
    client: Client, checkpoint: Checkpoint, caplog: pytest.LogCaptureFixture
) -> None:
    node = LedgerNode.objects.order_by("-level").first()
    assert node is not None
    node.hash = bytes(32)
    node.save()
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["reasons"] == ["A ledger is not the one that its newest checkpoint was signed for."]
    assert checkpoint.organisation.slug not in response.content.decode()
    assert f"ledger={checkpoint.organisation.slug}" in caplog.text


def test_healthz_fails_when_the_checkpoint_was_changed(client: Client, checkpoint: Checkpoint) -> None:
    Checkpoint.objects.update(note=bytes(checkpoint.note).replace(b"\n3\n", b"\n1\n"))
    assert client.get("/healthz").status_code == 503


def test_healthz_fails_when_the_key_is_gone_and_makes_no_new_one(client: Client, checkpoint: Checkpoint) -> None:
    keys = Path(settings.DATA.keys)
    for path in keys.iterdir():
        path.unlink()
    response = client.get("/healthz")
    assert response.json()["reasons"] == ["The signing key of a ledger is missing."]
    assert list(keys.iterdir()) == []
    assert origin_of(checkpoint.organisation)


def test_healthz_fails_when_a_migration_is_missing(client: Client) -> None:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder(connection).migration_qs.filter(app="reports").delete()
    response = client.get("/healthz")
    assert response.status_code == 503
    assert "reports" in response.json()["reasons"][0]


def test_security_txt_is_absent_until_a_contact_is_named(client: Client, settings: Settings) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "mailto:security@example.org"
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    lines = response.content.decode().splitlines()
    assert lines[0] == "Contact: mailto:security@example.org"
    assert lines[1].startswith("Expires: 20")
