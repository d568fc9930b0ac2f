"""The pages about an organisation and its provider, through the portal."""

import io
import zipfile
from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.services.programs import NewEvidence, record_evidence, recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


def test_a_provider_states_what_it_did_and_the_client_reads_it(
    client: Client, member: Organisation, provider_person: User, security_lead: User
) -> None:
    record_evidence(
        member, NewEvidence("train-everyone", "Mail", date(2026, 2, 5), note="x"), recorder_for(provider_person)
    )
    client.force_login(provider_person)
    address = f"/organisations/{member.slug}/provider/"
    answers = {"first": "2026-01-01", "last": "2026-03-31", "by": "Pat Stone", "role": "owner"}
    assert client.post(f"{address}statements/new/", answers | {"last": "2025-03-31"}).status_code == 422
    assert client.post(f"{address}statements/new/", answers).status_code == 302
    client.force_login(security_lead)
    page = client.get(address).content.decode()
    assert "Evidence recorded: 1" in page
    assert client.get(f"{address}statements/new/").status_code == 404


def test_after_the_end_the_providers_people_find_nothing(
    client: Client, member: Organisation, provider: Organisation, provider_person: User
) -> None:
    client.force_login(provider_person)
    address = f"/organisations/{member.slug}/provider/"
    response = client.post(f"{address}end/", {"provider": provider.slug, "reason": ""})
    assert response.status_code == 302
    assert response.headers["Location"] == "/"
    assert "Both ledgers say so." in str(next(iter(get_messages(response.wsgi_request))))
    for path in (address, f"/organisations/{member.slug}/evidence/", f"/organisations/{member.slug}/safe-harbor/"):
        assert client.get(path).status_code == 404
    client.get("/")  # The page that says once what was done.
    assert member.name not in client.get("/").content.decode()


def test_everything_comes_as_one_file(client: Client, member: Organisation, security_lead: User) -> None:
    client.force_login(security_lead)
    address = f"/organisations/{member.slug}/provider/everything/"
    assert client.post(address).status_code == 422
    record_evidence(
        member, NewEvidence("train-everyone", "Mail", date(2026, 2, 5), note="x"), recorder_for(security_lead)
    )
    response = client.post(address)
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
    assert {"READ-ME.txt", "MANIFEST.sha256", "dossier.zip", "keys.vkey", "log/checkpoint"} <= names
