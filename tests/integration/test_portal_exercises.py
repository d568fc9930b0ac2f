"""Exercises in browsers: set up, joined by a code, played, led, ended, reported; each page with its banner."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from charteroak.records.accounts.models import Organisation, User
from charteroak.records.exercises.models import ExerciseSpace
from charteroak.records.incidents.models import Incident
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.reports.models import Report
from charteroak.services.exercise_spaces import NewSpace, set_up_exercise, start_exercise
from charteroak.services.programs import recorder_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
BANNER = "exercise-mark"


@pytest.fixture
def lead(client: Client, security_lead: User) -> Client:
    client.force_login(security_lead)
    return client


@pytest.fixture
def space(member: Organisation, security_lead: User) -> ExerciseSpace:
    made = set_up_exercise(member, NewSpace("Fall exercise", "invoice-fraud", factor=0), recorder_for(security_lead))
    start_exercise(made, recorder_for(security_lead))
    return made


def joined(space: ExerciseSpace, role: str, name: str = "Ana") -> Client:
    stranger = Client()
    assert stranger.post("/exercises/", {"code": space.join_code.lower()}).status_code == 302
    answer = stranger.post(f"/exercises/{space.pk}/join/", {"name": name, "role": role})
    assert answer.headers["Location"] == f"/exercises/{space.pk}/"
    return stranger


def test_an_exercise_is_set_up_with_a_packaged_scenario(lead: Client, member: Organisation) -> None:
    page = lead.get(f"/organisations/{member.slug}/exercises/")
    assert b"Attendance is down" in page.content
    sent = {"name": "Fall", "scenario": "school-morning", "factor": "0"}
    answer = lead.post(f"/organisations/{member.slug}/exercises/new/", sent)
    assert answer.status_code == 302
    assert ExerciseSpace.objects.get().scenario == "school-morning"
    board = lead.get(answer.headers["Location"])
    assert ExerciseSpace.objects.get().join_code.encode() in board.content
    assert BANNER in board.content.decode()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"#" * (300 << 10), "Larger than"),
        (b"format = 1", "/: Object missing required field"),
        (b"\xff\xff", "UTF-8"),
        (b"", "empty"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_one_line_beside_its_field(
    lead: Client, member: Organisation, tmp_path: Path, content: bytes, says: str
) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(content)
    with file.open("rb") as opened:
        sent = {"name": "Fall", "scenario": "own", "factor": "0", "file": opened}
        answer = lead.post(f"/organisations/{member.slug}/exercises/new/", sent)
    assert answer.status_code == 422
    assert says.removeprefix("/: ") in answer.content.decode()
    assert not ExerciseSpace.objects.exists()


def test_a_player_without_an_account_plays_and_the_facilitator_sees_it(space: ExerciseSpace, lead: Client) -> None:
    ana, bo = joined(space, "money"), joined(space, "it", "Bo")
    seen = ana.get(f"/exercises/{space.pk}/").content.decode()
    assert "Where is our money?" in seen
    assert BANNER in seen
    assert "Where is our money?" not in bo.get(f"/exercises/{space.pk}/").content.decode()
    answer = ana.post(f"/exercises/{space.pk}/act/contractor-asks/", {"text": "<script>I call the bank</script>"})
    assert answer.status_code == 302
    board = lead.get(f"/organisations/{space.organisation.slug}/exercises/{space.pk}/").content.decode()
    assert "&lt;script&gt;I call the bank" in board
    assert "<script>I call" not in board
    assert "Ana" in board


def test_steps_of_the_clock_and_ticks_are_posted(space: ExerciseSpace, lead: Client) -> None:
    above = f"/organisations/{space.organisation.slug}/exercises/{space.pk}/"
    bo = joined(space, "it", "Bo")
    for _ in range(2):
        assert lead.post(above + "step/", {"step": "next"}).status_code == 302
    assert "A rule that nobody made" in bo.get(f"/exercises/{space.pk}/").content.decode()
    assert bo.post(f"/exercises/{space.pk}/act/rules-found/", {"text": "", "option": "lock-now"}).status_code == 302
    again = bo.post(f"/exercises/{space.pk}/act/rules-found/", {"text": "", "option": "copy-then-lock"})
    assert again.status_code == 422
    lead.post(above + "seen/", {"expected": "sessions-ended"})
    assert "Seen done at 0:15" in lead.get(above).content.decode()
    for wrong in ({"step": "explode"}, {}):
        assert lead.post(above + "step/", wrong).status_code == 302
    assert lead.get(above + "step/").status_code == 405


def test_pages_do_not_load_themselves_again_unless_asked(space: ExerciseSpace) -> None:
    ana = joined(space, "money")
    assert "http-equiv" not in ana.get(f"/exercises/{space.pk}/").content.decode()
    assert 'http-equiv="refresh"' in ana.get(f"/exercises/{space.pk}/?auto=1").content.decode()
    assert "http-equiv" not in ana.get(f"/exercises/{space.pk}/act/?auto=1").content.decode()


def test_a_wrong_code_and_a_foreign_session_see_nothing(space: ExerciseSpace, client: Client) -> None:
    assert client.post("/exercises/", {"code": "0000-0000"}).status_code == 422
    for path in ("", "join/", "act/", "incident/", "hot-wash/"):
        assert client.get(f"/exercises/{space.pk}/{path}").status_code == 404
    assert joined(space, "money").get(f"/exercises/{space.pk + 1}/").status_code == 404


def test_guessing_codes_is_counted(space: ExerciseSpace) -> None:
    stranger = Client(REMOTE_ADDR="198.51.100.77")  # a network of its own: counts outlive this test
    answers = [stranger.post("/exercises/", {"code": f"0000-{n:04}"}).status_code for n in range(70)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert space.state == "running"


def test_an_exercise_incident_uses_the_forms_of_a_real_one_under_the_banner(
    space: ExerciseSpace, security_lead: User
) -> None:
    keeper = Client()
    keeper.force_login(security_lead)
    keeper.post("/exercises/", {"code": space.join_code})
    keeper.post(f"/exercises/{space.pk}/join/", {"name": "Lee", "role": "lead"})
    before = LedgerEntry.objects.count()
    answer = keeper.post(f"/exercises/{space.pk}/incident/", {"title": "Money went the wrong way"})
    incident = Incident.played.in_space(space).get()
    assert answer.headers["Location"].endswith(f"/incidents/{incident.number}/")
    above = answer.headers["Location"]
    assert BANNER in keeper.get(above).content.decode()
    assert BANNER in keeper.get(above + "duties/").content.decode()
    ending = {"note": "Played to the end."}
    assert keeper.post(above + "close/", ending).status_code == 422, "nobody played when it was discovered"
    close = keeper.post(above + "close/", {**ending, "reason_facts_missing": "The play ended before."})
    assert close.status_code == 302
    assert LedgerEntry.objects.count() == before
    live = keeper.get(f"/organisations/{space.organisation.slug}/incidents/").content.decode()
    assert incident.number not in live


def test_every_page_of_a_played_incident_has_the_banner(space: ExerciseSpace, security_lead: User) -> None:
    keeper = Client()
    keeper.force_login(security_lead)
    keeper.post("/exercises/", {"code": space.join_code})
    keeper.post(f"/exercises/{space.pk}/join/", {"name": "Lee", "role": "lead"})
    keeper.post(f"/exercises/{space.pk}/incident/", {"title": "Money went the wrong way"})
    incident = Incident.played.in_space(space).get()
    above = f"/organisations/{space.organisation.slug}/incidents/{incident.number}/"
    front = keeper.get(above).content.decode()
    linked = set(re.findall(rf'href="({re.escape(above)}[^"#?]+)"', front))
    assert linked
    for address in linked:
        answer = keeper.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            assert BANNER in answer.content.decode(), address


def test_the_whole_way_to_the_evidence(space: ExerciseSpace, lead: Client) -> None:
    above = f"/organisations/{space.organisation.slug}/exercises/{space.pk}/"
    ana = joined(space, "money")
    lead.post(above + "step/", {"step": "end"})
    assert "It is over" in ana.get(f"/exercises/{space.pk}/").content.decode()
    assert ana.post(f"/exercises/{space.pk}/hot-wash/", {"answer-0": "Nobody knew."}).status_code == 302
    assert lead.post(above + "report/", {"what": "", "owner": ""}).status_code == 422
    lead.post(above + "report/", {"what": "A second signature", "owner": "Ana", "due": "2027-01-15"})
    report = lead.get(above + "report/").content.decode()
    assert "Nobody knew." in report
    assert "A second signature" in report
    filed = lead.post(above + "report/file/", follow=True).content.decode()
    assert "Filed as evidence" in filed
    assert LedgerEntry.objects.get().kind == "exercise.held"
    pdf = lead.get(above + "report.pdf")
    assert pdf.content[:5] == b"%PDF-"
    assert "EXERCISE" in pdf.headers["Content-Disposition"]
    assert lead.get(above + "report.exe").status_code == 404
    assert "filed already" in lead.post(above + "report/file/", follow=True).content.decode()


def test_counsel_reads_and_does_not_lead(
    space: ExerciseSpace, add_person: Callable[..., User], member: Organisation
) -> None:
    counsel = Client()
    counsel.force_login(add_person("Cora", member, "counsel"))
    above = f"/organisations/{member.slug}/exercises/{space.pk}/"
    assert counsel.get(above).status_code == 200
    assert b'name="step"' not in counsel.get(above).content
    assert counsel.post(above + "step/", {"step": "end"}).status_code == 404
    assert counsel.post(above + "report/file/").status_code == 404


def test_a_player_files_the_first_report_on_the_real_form_and_no_desk_has_it(
    space: ExerciseSpace, desk: Organisation
) -> None:
    ana = joined(space, "money")
    first = ana.get(f"/exercises/{space.pk}/report/").content.decode()
    assert BANNER in first
    sent = {"step": "who", "outcome": "blocked", "summary": "Money went away.", "disclosure": "desk-only"}
    answer = ana.post(f"/exercises/{space.pk}/report/", sent)
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"] == f"/exercises/{space.pk}/"
    assert not Report.objects.filter(desk=desk).exists()
    assert Report.played.in_space(space).count() == 1
    assert "Money went away." in ana.get(f"/exercises/{space.pk}/").content.decode()
    assert LedgerEntry.objects.count() == 0
