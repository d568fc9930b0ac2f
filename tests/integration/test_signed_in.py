"""Who is signed in is what Django says, however few statements find it out; a form's fields are its own."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from charteroak.portal.reports.incident_forms import IncidentForm
from charteroak.records.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def sign_in(client: Client, person: User) -> Session:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    assert is_in(client)
    return Session.objects.get()


def test_a_new_password_ends_every_session(client: Client, security_lead: User) -> None:
    sign_in(client, security_lead)
    security_lead.set_password("a whole other password")
    security_lead.save()
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": ""}])
def test_whoever_was_put_out_is_out_at_once(client: Client, security_lead: User, change: dict[str, Any]) -> None:
    sign_in(client, security_lead)
    User.objects.filter(pk=security_lead.pk).update(**change)
    assert not is_in(client)


def test_a_session_that_is_over_or_gone_or_altered_is_none(client: Client, security_lead: User) -> None:
    session = sign_in(client, security_lead)
    whole = session.session_data
    for data in ("", whole[:-2], "x" + whole, whole.swapcase()):
        Session.objects.filter(pk=session.pk).update(session_data=data)
        assert not is_in(client)
        Session.objects.filter(pk=session.pk).delete()
        session.session_data = whole
        session.save(force_insert=True)
        client.cookies["sessionid"] = session.session_key
    assert is_in(client)
    Session.objects.filter(pk=session.pk).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)


@pytest.mark.parametrize("key", ["", "\0" * 32, "A" * 32, "a" * 5000, "é" * 32, "' OR 1=1 --"])
def test_what_is_no_key_of_a_session_is_nobody(client: Client, security_lead: User, key: str) -> None:
    sign_in(client, security_lead)
    client.cookies["sessionid"] = key
    assert not is_in(client)


def test_a_member_files_with_few_statements(
    client: Client, security_lead: User, desk: Any, django_assert_max_num_queries: Any
) -> None:
    assert desk.pk
    client.force_login(security_lead, backend="django.contrib.auth.backends.ModelBackend")
    form = {
        "step": "who", "token": "t" * 32, "outcome": "blocked", "summary": "A file was kept back.",
        "help_wanted": "none", "disclosure": "desk-only",
    }  # fmt: skip
    client.post("/report/incident/", form | {"token": "u" * 32})
    with django_assert_max_num_queries(20):
        assert client.post("/report/incident/", form).status_code == 302


def test_what_one_form_does_to_its_fields_no_other_sees() -> None:
    one, other = IncidentForm(), IncidentForm()
    for name, field in one.fields.items():
        twin = other.fields[name]
        assert field is not twin
        assert field.widget is not twin.widget
        field.required, field.widget.attrs["class"], field.error_messages["required"] = False, "changed", "changed"
        field.validators.append(print)
    one.fields["category"].choices = [("only", "Only")]  # type: ignore[attr-defined] # a field with choices
    for form in (other, IncidentForm()):
        assert form.fields["outcome"].required
        assert form.fields["outcome"].error_messages["required"] == "Answer this question."
        assert print not in form.fields["summary"].validators
        assert form.fields["summary"].widget.attrs["class"] == "usa-textarea"
        assert len(form.fields["category"].choices) > 3  # type: ignore[attr-defined] # see above
        assert 'value="only"' not in form.as_p()
