"""An exercise cannot leak: live and played work in any order, canaries in all that is played, and none comes out.

Every output of the installation is looked through: ledgers to the byte, the desk's queue and campaigns, incidents,
alerts and what is mailed, calendars, indicators and feeds, exports and dossiers, and every page without an identifier
in its address. Two things of an exercise may leave it, and only where its facilitator files it: its name and who led
it, in one entry, and the after-action report, sealed as that entry's file.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from closing_person import reasons_for
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from charteroak.adapters.mail_sender import NewMail
from charteroak.adapters.system_clock import now
from charteroak.intel.audiences import Audience
from charteroak.records.accounts.models import Membership, Organisation, User
from charteroak.records.exercises.models import ExerciseSpace, Player
from charteroak.records.incidents.models import Alert, Incident
from charteroak.records.intelligence.models import IndicatorRecord
from charteroak.records.ledger.models import LedgerEntry, LedgerPart
from charteroak.records.reports.models import Campaign, CampaignLink, Lure, Report
from charteroak.response.incident_report import parse_report
from charteroak.services import exercise_play, exercise_reports, exercise_spaces, incident_tasks, incidents, sharing
from charteroak.services.departures import write_everything
from charteroak.services.exercise_guard import playing
from charteroak.services.incident_alerts import run_alerts, unacknowledged
from charteroak.services.incident_calendar import calendar_of
from charteroak.services.incident_closing import close_incident
from charteroak.services.incident_reports import Reporter, file_report
from charteroak.services.on_call import NewContact, set_on_call
from charteroak.services.programs import InputError, recorder_for
from charteroak.services.reports import PhishReport, desk_queue, file_phish_report
from charteroak.services.sharing import NewCollection, PageRequest
from charteroak.tlp import TLPLabel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]
CANARY = "qzxcanary"
FACTS: dict[str, Any] = {
    "entity": {"dataRole": "owner", "regulatedBy": [], "licences": [], "contractorOf": [], "publicCompany": False},
    "incident": {
        "access": True, "encrypted": False, "dataKinds": ["name", "card"], "residentsAffected": {"ct": 120},
        "individualsAffected": 120, "materialHarm": False, "criticalService": False,
    },
}  # fmt: skip
MAIL = b"""From: "Bank" <a@bank-login.example>\nTo: clerk@example.org\nSubject: Case %d\nMIME-Version: 1.0
Content-Type: text/plain\n\nVerify at http://bank-login.example/%d now.\n"""


def facts(days: int) -> dict[str, Any]:
    noticed = (now() - timedelta(days=days)).isoformat()
    return {**FACTS, "incident": {**FACTS["incident"], "discoveredAt": noticed}}


class Work(RuleBasedStateMachine):
    """Real work and exercises of one town, beside each other, in any order."""

    numbers = count(1)

    @initialize()
    def found(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        number = next(self.numbers)
        made = {"created": now(), "kind": "municipality"}
        self.town = Organisation.objects.create(slug=f"town-{number}", name="Cedar", part="member", **made)
        self.desk = Organisation.objects.create(slug=f"desk-{number}", name="Desk", part="desk", **made)
        self.lead, self.analyst = (
            User.objects.create_user(username=f"{name}{number}@example.org", password="x", first_name=name)
            for name in ("Lee", "Ann")
        )
        Membership.objects.create(user=self.lead, organisation=self.town, role="security-lead")
        Membership.objects.create(user=self.analyst, organisation=self.desk, role="analyst")
        self.recorder = recorder_for(self.lead)
        set_on_call(self.town, [NewContact(name="Lee", email="lee@example.org")], self.recorder)
        self.sent: list[NewMail] = []
        self.live_incidents = self.live_reports = self.filed = 0
        self.space = exercise_spaces.set_up_exercise(
            self.town, exercise_spaces.NewSpace("Fall", "town-hall-ransomware", factor=0), self.recorder
        )
        exercise_spaces.start_exercise(self.space, self.recorder)
        self.player: Player = exercise_play.join_exercise(self.space, f"Ana {CANARY}", "lead", self.lead)
        self.player = exercise_play.player_numbered(self.space.pk, self.player.pk)

    def teardown(self) -> None:
        if not hasattr(self, "stack"):
            return
        try:
            self.look_everywhere()
        finally:
            transaction.set_rollback(True)
            self.stack.close()

    @rule(days=st.integers(0, 90))
    def a_live_incident(self, days: int) -> None:
        new = incidents.NewIncident(f"Real {self.live_incidents}", "successful", facts(days))
        incidents.open_incident(self.town, new, self.recorder)
        self.live_incidents += 1

    @rule()
    def a_live_report(self) -> None:
        record = parse_report({"outcome": "suspected", "narrative": f"Real report {self.live_reports}"})
        file_report(record, Reporter(user=self.lead, organisation=self.town), channel="web", desk=self.desk)
        self.live_reports += 1

    @rule(number=st.integers(1, 3))
    def a_live_mail(self, number: int) -> None:
        report = PhishReport(message=MAIL % (number, number), outcome="blocked")
        file_phish_report(report, Reporter(user=self.lead, organisation=self.town), desk=self.desk)
        self.live_reports += 1

    @rule(days=st.integers(0, 90))
    def a_played_incident(self, days: int) -> None:
        self.playing(lambda: self._played_incident(days))

    def _played_incident(self, days: int) -> None:
        incident = exercise_play.open_exercise_incident(self.space, f"Files {CANARY}", self.lead)
        incidents.describe_incident(incident, facts(days), self.recorder)
        incidents.add_event(incident, incidents.NewEvent(f"A call {CANARY}", now()), self.recorder)
        incident_tasks.choose_playbooks(incident, ["ransomware"], self.recorder)

    @rule()
    def a_played_incident_ends(self) -> None:
        open_ones = [each for each in exercise_play.incidents_in(self.space) if each.closed is None]
        if open_ones:
            reasons = reasons_for(open_ones[0])
            self.playing(lambda: close_incident(open_ones[0], f"Over {CANARY}", self.recorder, reasons=reasons))

    @rule(level=st.sampled_from(["named", "desk-only", "anonymous"]))
    def a_played_report(self, level: str) -> None:
        record = parse_report({"outcome": "successful", "narrative": f"Played {CANARY}", "disclosure": level})
        reporter = Reporter(user=self.lead, organisation=self.town)
        self.playing(
            lambda: file_report(record, reporter, channel="web", desk=self.desk, space=self.space, token="t" * 30)
        )

    @rule()
    def somebody_acts(self) -> None:
        self.playing(lambda: exercise_play.note_action(self.player, f"I act {CANARY}"))

    @rule()
    def somebody_decides(self) -> None:
        self.playing(lambda: exercise_play.decide(self.player, "the-note", "pay"))

    @rule()
    def the_clock_moves(self) -> None:
        self.playing(lambda: exercise_spaces.skip_to_next(self.space, self.recorder))
        self.playing(lambda: exercise_play.screen_of(self.player))

    @rule()
    def it_ends_and_is_talked_over(self) -> None:
        self.playing(lambda: exercise_spaces.end_exercise(self.space, self.recorder))
        question = exercise_spaces.scenario_of(self.space).debrief[0]
        self.playing(lambda: exercise_reports.answer_hot_wash(self.space, self.player, question, f"Said {CANARY}"))
        mended = exercise_reports.NewImprovement(f"Mend {CANARY}", f"Bo {CANARY}")
        self.playing(lambda: exercise_reports.add_improvement(self.space, mended, self.recorder))

    @rule(days=st.integers(0, 60))
    def alerts_are_sent(self, days: int) -> None:
        run_alerts(now() + timedelta(days=days), self.sent.append)

    def playing(self, play: Callable[[], object]) -> None:
        """What an exercise page does: behind the lock, and refused where the exercise does not stand so."""
        try:
            with playing(), transaction.atomic():
                play()
        except InputError:
            return

    @invariant()
    def counts_know_live_work_only(self) -> None:
        if hasattr(self, "space"):
            assert Incident.objects.filter(organisation=self.town).count() == self.live_incidents
            assert Report.objects.filter(desk=self.desk).count() == self.live_reports
            assert self.town.incidents.count() == self.live_incidents

    def look_everywhere(self) -> None:
        for name, output in self.outputs():
            assert CANARY not in output, f"{name} tells of an exercise"
            assert f"EX{self.space.pk}-" not in output, f"{name} names an incident of an exercise"

    def outputs(self) -> Iterator[tuple[str, str]]:
        for entry in LedgerEntry.objects.all():
            yield f"entry {entry.kind}", repr((bytes(entry.header), bytes(entry.body or b""), entry.kind))
        for part in LedgerPart.objects.all():
            yield f"part {part.name}", repr(bytes(part.value or b""))
        queue = desk_queue(self.desk, self.analyst)
        assert queue.new == self.live_reports
        yield "queue", repr([(item.report.summary, item.report.details) for item in queue.items])
        yield "campaigns", repr([(row.name, list(row.reports.values())) for row in Campaign.objects.all()])
        yield "lures", repr([list(model.objects.values()) for model in (Lure, CampaignLink)])
        yield "indicators", repr(list(IndicatorRecord.objects.values()))
        yield "incidents", repr([(row.number, row.title) for row in incidents.incidents_of(self.town)])
        yield "alerts", repr([*Alert.objects.values(), *unacknowledged(self.town)])
        yield "mail", repr(self.sent)
        yield "calendar", calendar_of(self.town).decode()


def play(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Work,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_no_order_of_real_and_played_work_lets_anything_out() -> None:
    play(examples=4, steps=12)


@pytest.mark.slow
def test_no_long_order_of_real_and_played_work_lets_anything_out() -> None:
    play(examples=100, steps=30)


def test_this_test_would_see_a_leak(busy: Work) -> None:
    assert busy.sent, "alerts of the live incident were mailed"
    busy.look_everywhere()
    Report.played.in_space(busy.space).update(space=None)
    busy.live_reports = Report.objects.filter(desk=busy.desk).count()
    with pytest.raises(AssertionError, match="tells of an exercise"):
        busy.look_everywhere()
    Report.objects.filter(summary__contains=CANARY).update(space=busy.space)
    busy.live_reports = Report.objects.filter(desk=busy.desk).count()


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Every address that names nothing but, perhaps, an organisation; without those of exercises themselves."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, whole)
        elif isinstance(pattern, URLPattern):
            text = "/" + whole.replace("<slug:slug>", "{slug}")
            if "<" not in text and not text.startswith(("/exercises/", "/organisations/{slug}/exercises/")):
                yield text


@pytest.fixture
def busy() -> Iterator[Work]:
    """A town with everything, real and played, and the exercise's report filed."""
    work = Work()
    work.found()
    sharing.open_collection(work.desk, NewCollection("Members", "members", Audience.MEMBERS, TLPLabel.AMBER_STRICT))
    for verb in (
        lambda: work.a_live_incident(40), work.a_live_report, lambda: work.a_live_mail(1), lambda: work.a_live_mail(1),
        lambda: work.a_played_incident(40), lambda: work.a_played_report("named"), work.the_clock_moves,
        lambda: work.a_played_report("anonymous"), work.somebody_acts, lambda: work.alerts_are_sent(20),
        work.it_ends_and_is_talked_over,
    ):  # fmt: skip
        verb()
    yield work
    work.teardown()


def test_no_page_without_an_identifier_tells_of_an_exercise(busy: Work) -> None:
    played = ExerciseSpace.objects.get()
    assert played.acts.exists()
    assert Incident.played.in_space(played).exists()
    assert Report.played.in_space(played).count() >= 1
    looked = 0
    for person in (busy.lead, busy.analyst):
        client = Client()
        client.force_login(person)
        of_the_town = person == busy.lead
        for address in sorted(each for each in set(addresses()) if of_the_town or "{slug}" not in each):
            answer = client.get(address.format(slug=busy.town.slug), follow=True)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type] # of a plain answer
            looked += answer.status_code == 200
            assert CANARY.encode() not in content, address
            assert f"EX{played.pk}-".encode() not in content, address
    assert looked > 40


def test_no_export_and_no_feed_tells_of_an_exercise(busy: Work) -> None:
    package = io.BytesIO()
    write_everything(busy.town, package, made_by=busy.recorder)
    texts = [package.getvalue()]
    with zipfile.ZipFile(package) as opened:
        texts += [opened.read(name) for name in opened.namelist()]
    collection = sharing.collections_open_to(busy.lead).first()
    assert collection is not None
    page = sharing.shared_objects_page(collection, PageRequest())
    texts.append(repr(page).encode())
    for text in texts:
        assert CANARY.encode() not in text
        assert f"EX{busy.space.pk}-".encode() not in text


def test_a_receipt_of_an_exercise_opens_nothing(busy: Work) -> None:
    receipt = Report.played.in_space(busy.space).first()
    assert receipt is not None
    answer = Client(REMOTE_ADDR="198.51.100.78").post("/report/status/", {"receipt": receipt.receipt})
    assert answer.status_code == 422
    assert CANARY not in answer.content.decode()
