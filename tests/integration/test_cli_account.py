"""``charteroak account`` through the program's entry point: from an empty installation to people who sign in."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tests.simulators.people import PASSWORD

from charteroak.cli.__main__ import main
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.services.incident_calendar import feeds_of, open_feed, revoke_feed
from charteroak.services.programs import recorder_for

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]


class _Typed:
    """A standard input that is no terminal."""

    def __init__(self, text: str) -> None:
        self.buffer = io.BytesIO(text.encode())

    def isatty(self) -> bool:
        return False


@pytest.fixture
def run(started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on this worker's installation."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))

    def command(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["charteroak", "account", *arguments])
        monkeypatch.setattr(sys, "stdin", _Typed(typed))
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

    return command


@pytest.fixture
def town(run: Run) -> Organisation:
    code, _out, _err = run("add-organization", "Town of Birch Falls", "--kind", "municipality")
    assert code == 0
    return Organisation.objects.get(slug="town-of-birch-falls")


def lee(run: Run, *, typed: str = f"{PASSWORD}\n", role: str = "security-lead") -> tuple[int, str, str]:
    return run(
        "add-person", "Lee@birch.example", "--name", "Lee Stone", "--org", "town-of-birch-falls", "--role", role,
        typed=typed,
    )  # fmt: skip


def signs_in(client: Client, password: str) -> bool:
    """Whether Lee comes in with this password, as a browser does it."""
    done = client.post("/account/sign-in/", {"username": "lee@birch.example", "password": password})
    return done.status_code == 302


def test_an_empty_installation_says_how_its_first_person_comes_in(run: Run, client: Client) -> None:
    assert "account add-organization" in run("list")[2]
    page = client.get("/account/sign-in/").content.decode()
    assert "Nobody can sign in here yet" in page
    assert "charteroak account add-organization" in page


def test_from_nothing_to_a_person_who_signs_in_and_opens_an_incident(
    run: Run, town: Organisation, client: Client
) -> None:
    assert lee(run)[0] == 0
    assert "Nobody can sign in here yet" not in client.get("/account/sign-in/").content.decode()
    assert signs_in(client, PASSWORD)
    opened = client.post(
        f"/organisations/{town.slug}/incidents/new/", {"title": "Files are gone", "outcome": "unknown"}
    )
    assert opened.status_code == 302, opened.content.decode()


def test_who_is_listed_and_what_may_be_done_where(run: Run, town: Organisation) -> None:
    lee(run)
    assert run("add-organization", "The Desk", "--kind", "state-agency", "--part", "desk")[1] == "the-desk\n"
    code, _out, told = run("join", "lee@birch.example", "--org", "the-desk", "--role", "counsel")
    assert (code, "Choose analyst." in told) == (2, True)
    assert run("join", "lee@birch.example", "--org", "the-desk", "--role", "analyst")[0] == 0
    assert run("join", "lee@birch.example", "--org", town.slug, "--role", "counsel")[0] == 0
    people = json.loads(run("list", "--json")[1])["people"]
    assert [(each["organisation"], each["role"], each["signsIn"]) for each in people] == [
        ("the-desk", "analyst", True),
        (town.slug, "counsel", True),
    ]


@pytest.mark.usefixtures("town")
def test_a_new_password_and_an_ended_account_end_what_was_signed_in(run: Run, client: Client) -> None:
    lee(run)
    assert signs_in(client, PASSWORD)
    assert client.get("/account/").status_code == 200
    assert run("password", "lee@birch.example", typed="another horse entirely\n")[0] == 0
    assert client.get("/account/").status_code == 302
    assert signs_in(client, "another horse entirely")
    assert run("end", "lee@birch.example")[0] == 0
    assert client.get("/account/").status_code == 302
    assert not signs_in(client, "another horse entirely")
    assert run("end", "lee@birch.example")[0] == 2
    assert run("reopen", "LEE@birch.example")[0] == 0
    assert signs_in(client, "another horse entirely")
    assert run("reopen", "lee@birch.example")[0] == 2


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "No password was handed in."),
        ("short\n", "too short"),
        ("lee@birch.example\n", "too similar"),
        ("x" * 5_000, "Longer than"),
    ],
)
def test_a_password_that_cannot_be_used_adds_nobody(run: Run, typed: str, said: str) -> None:
    code, out, told = lee(run, typed=typed)
    assert (code, out, said in told, told.count("\n")) == (2, "", True, 1)
    assert not User.objects.exists()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("no address", "Lee Stone"),
        ("a\0b@birch.example", "Lee"),
        ("lee@birch.example", ""),
        ("lee@birch.example", "x" * 151),
        (f"{'l' * 150}@birch.example", "Lee"),
        ("lee@birch.example", "Lee \x1b[2J"),
    ],
)
def test_a_person_who_cannot_be_named_is_refused_before_a_password_is_asked_for(
    run: Run, email: str, name: str
) -> None:
    code, _out, told = run(
        "add-person", email, "--name", name, "--org", "town-of-birch-falls", "--role", "security-lead"
    )
    assert (code, told.count("\n")) == (2, 1)
    assert "password" not in told
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("name", "slug"),
    [("", ""), ("x" * 201, ""), ("\u65e5\u672c", ""), ("Town", "Two Words"), ("Town", "a" * 64)]
    + [("Town", slug) for slug in ("-", "--", "-town", "town-", "_")],
)
def test_an_organization_that_cannot_be_named_is_refused(run: Run, name: str, slug: str) -> None:
    code, _out, told = run("add-organization", name, "--kind", "municipality", "--slug", slug)
    assert (code, told.count("\n")) == (2, 1)
    assert not Organisation.objects.exists()


def test_a_second_desk_that_no_report_would_reach_is_refused(run: Run) -> None:
    desk = ("--kind", "state-agency", "--part", "desk")
    assert run("add-organization", "First Desk", *desk)[0] == 0
    code, out, told = run("add-organization", "Second Desk", *desk)
    assert (code, out, told.count("\n")) == (2, "", 1)
    assert "first-desk" in told
    assert Organisation.objects.get().slug == "first-desk"
    assert run("add-organization", "Town of Birch Falls", "--kind", "municipality")[0] == 0


def test_the_same_organization_or_person_twice_is_one(run: Run, town: Organisation) -> None:
    lee(run)
    assert run("add-organization", town.name, "--kind", "municipality")[0] == 2
    code, _out, told = lee(run)
    assert (code, "account join" in told) == (2, True)
    assert Membership.objects.count() == 1


def test_nothing_real_comes_into_an_installation_whose_password_is_published(
    run: Run, add_organisation: Callable[..., Organisation]
) -> None:
    from charteroak.services.sample_state import SAMPLE_PASSWORD

    made_up = add_organisation("made-up", is_fictional=True)
    person = User.objects.create_user("una@made-up.example", "una@made-up.example", SAMPLE_PASSWORD)
    Membership.objects.create(user=person, organisation=made_up, role="security-lead")
    place = ("--org", "made-up", "--role", "counsel")
    for act in (
        ("add-organization", "Town of Birch Falls", "--kind", "municipality"),
        ("add-person", "lee@birch.example", "--name", "Lee Stone", *place),
        ("join", "una@made-up.example", *place),
    ):
        code, _out, told = run(*act, typed=f"{PASSWORD}\n")
        assert (code, "password is published" in told) == (2, True), act
    assert Membership.objects.get().role == "security-lead"


@pytest.mark.usefixtures("town")
def test_every_act_is_an_event_of_the_security_log_that_names_nobody(run: Run) -> None:
    told = [
        lee(run)[2],
        run("join", "lee@birch.example", "--org", "town-of-birch-falls", "--role", "counsel")[2],
        run("password", "lee@birch.example", typed="another horse entirely\n")[2],
        run("end", "lee@birch.example")[2],
        run("reopen", "lee@birch.example")[2],
        run("add-organization", "The Desk", "--kind", "state-agency", "--part", "desk")[2].partition("\n")[0],
        run("list")[2],
        run("end", "nobody@birch.example")[2],
    ]
    person = f"person=user:{User.objects.get().actor_id}"
    place = "organization=town-of-birch-falls"
    assert [line.strip().partition(" INFO charteroak.security ")[2] for line in told] == [
        f"account-added {person} {place} role=security-lead by=operator",
        f"account-joined {person} {place} role=counsel before=security-lead by=operator",
        f"account-password-set {person} by=operator",
        f"account-ended {person} by=operator",
        f"account-reopened {person} by=operator",
        "organization-added organization=the-desk part=desk by=operator",
        "",
        "",
    ]
    for words in ("lee@", "Lee", "Stone", "horse"):
        assert words not in "".join(told)


def test_no_session_of_an_ended_account_comes_back_when_it_is_reopened(
    run: Run, town: Organisation, client: Client
) -> None:
    lee(run)
    run("add-person", "ann@birch.example", "--name", "Ann", "--org", town.slug, "--role", "counsel", typed=PASSWORD)
    other, stolen, stranger = Client(), Client(), Client()
    assert signs_in(client, PASSWORD)
    assert signs_in(stolen, PASSWORD)
    other.force_login(User.objects.get(username="ann@birch.example"))
    stranger.post("/language/", {"language": "es", "next": "/"})
    assert run("end", "lee@birch.example")[0] == 0
    assert stolen.get("/account/").status_code == 302
    assert run("reopen", "lee@birch.example")[0] == 0
    assert [each.get("/account/").status_code for each in (client, stolen, other)] == [302, 302, 200]
    assert signs_in(client, PASSWORD)


@pytest.mark.usefixtures("town")
def test_sessions_that_an_ended_account_kept_from_an_older_release_do_not_come_back_either(
    run: Run, client: Client
) -> None:
    lee(run)
    assert signs_in(client, PASSWORD)
    User.objects.update(is_active=False)
    assert run("reopen", "lee@birch.example")[0] == 0
    assert client.get("/account/").status_code == 302


def test_ending_an_account_names_the_secret_calendar_addresses_that_go_on(run: Run, town: Organisation) -> None:
    lee(run)
    user = User.objects.get()
    for name in ("Phone", "Wall"):
        open_feed(town, name, recorder_for(user))
    revoke_feed(town, feeds_of(town)[0].pk, recorder_for(user))
    told = run("end", "lee@birch.example")[2]
    assert f"still work: 1, of {town.slug}." in told
