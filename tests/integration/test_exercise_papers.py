"""What an exercise makes to take away: each paper says that nothing happened, and none is addressed to anybody."""

from email import message_from_bytes
from email.policy import default

import pypdfium2
import pytest
from django.test import Client

from charteroak.adapters.system_clock import now
from charteroak.documents.after_action import EXERCISE_BANNER
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.incidents.models import Incident
from charteroak.response.notices.worksheet import worksheet
from charteroak.services.exercise_play import open_exercise_incident
from charteroak.services.exercise_spaces import NewSpace, set_up_exercise, start_exercise
from charteroak.services.incidents import NewIncident, open_incident
from charteroak.services.notice_mail import mail_draft
from charteroak.services.notices import drafted, keep_version, notice_file
from charteroak.services.programs import recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
NOTICE = "attorney-general"


@pytest.fixture
def played(member: Organisation, security_lead: User) -> Incident:
    lee = recorder_for(security_lead)
    space = set_up_exercise(member, NewSpace("Fall exercise", "invoice-fraud", factor=0), lee)
    start_exercise(space, lee)
    space.refresh_from_db()
    return open_exercise_incident(space, "Money is gone", security_lead)


def test_a_notice_of_an_exercise_says_so_in_every_form(played: Incident, security_lead: User) -> None:
    found = drafted(played, NOTICE, "en", now())
    assert found.draft.document.banner.startswith(EXERCISE_BANNER)
    assert worksheet(found.draft, found.source, found.answers).banner == EXERCISE_BANNER
    file = notice_file(played, NOTICE, "en", "txt", now())
    assert file.content.decode().startswith(EXERCISE_BANNER)
    assert file.name == f"EXERCISE-{played.number}-{NOTICE}.txt"
    kept = keep_version(played, NOTICE, "en", {}, recorder_for(security_lead))
    assert EXERCISE_BANNER in kept.document["banner"]


def test_a_mail_of_an_exercise_is_to_nobody_and_says_so_in_its_subject(played: Incident) -> None:
    made = mail_draft(played, NOTICE, "en", now())
    mail = message_from_bytes(made.content, policy=default)
    assert mail["To"] is None
    assert mail["Subject"].startswith("EXERCISE")
    assert b"ag.breach@ct.gov" not in made.content.partition(b"\r\n\r\n")[0]
    assert [part.get_filename() for part in mail.iter_attachments()] == [f"EXERCISE-{played.number}-{NOTICE}.pdf"]
    body = mail.get_body()
    assert body is not None
    assert EXERCISE_BANNER in body.get_content()


def test_an_exercise_puts_nothing_into_a_calendar(
    played: Incident, member: Organisation, security_lead: User, client: Client
) -> None:
    client.force_login(security_lead)
    address = f"/organisations/{member.slug}/incidents/{{}}/calendar.ics"
    assert client.get(address.format(played.number)).status_code == 404
    live = open_incident(member, NewIncident("A real one"), recorder_for(security_lead))
    answer = client.get(address.format(live.number))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")


def test_a_real_notice_is_marked_by_nothing(member: Organisation, security_lead: User) -> None:
    live = open_incident(member, NewIncident("A real one"), recorder_for(security_lead))
    mail = message_from_bytes(mail_draft(live, NOTICE, "en", now()).content, policy=default)
    assert mail["To"] == "ag.breach@ct.gov"
    assert "EXERCISE" not in mail["Subject"] + drafted(live, NOTICE, "en", now()).draft.document.banner


@pytest.mark.parametrize("address", ["tasks/card.pdf", "timeline/timeline.pdf", "papers/ics-214.pdf"])
def test_every_page_of_a_paper_of_an_exercise_is_marked_behind_its_text(
    played: Incident, security_lead: User, client: Client, address: str
) -> None:
    client.force_login(security_lead)
    base = f"/organisations/{played.organisation.slug}/incidents/{played.number}/"
    answer = client.get(f"{base}{address}")
    assert 'filename="EXERCISE-' in answer["Content-Disposition"]
    with pypdfium2.PdfDocument(answer.content) as paper:
        for page in paper:
            text = page.get_textpage().get_text_range()
            assert EXERCISE_BANNER in text
            assert text.count("EXERCISE") > EXERCISE_BANNER.count("EXERCISE"), "the mark behind the text"
