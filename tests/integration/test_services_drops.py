"""Drops as evidence: what they show, what they propose, what is refused; and the red team of signed ones."""

import base64
import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.simulators.name_server import name_server

from charteroak.adapters.posture import Reach
from charteroak.adapters.system_clock import now
from charteroak.clock import connecticut_day
from charteroak.collectors.collected import CollectorInputError
from charteroak.errors import AccessError, CharterOakError
from charteroak.ledger.errors import NoteFormatError
from charteroak.program.bodies import CorrectionMade, EvidenceCollected, PracticeAnswered
from charteroak.program.findings import Freshness
from charteroak.records.accounts.models import Organisation, User
from charteroak.records.ledger.models import LedgerEntry
from charteroak.records.ledger.projections import ProjectionState
from charteroak.records.programs.models import EvidenceFile
from charteroak.services.collectors import (
    NewSource,
    end_source,
    proposed_gaps,
    register_source,
    source_states,
    sources,
)
from charteroak.services.drop_replays import DropReplayedError
from charteroak.services.drops import (
    DropSignatureError,
    DropTaken,
    NewDrop,
    NewLook,
    look_and_take,
    take_drop,
)
from charteroak.services.erasure import Targets, erase
from charteroak.services.evidence_log import LogQuestion, log_page
from charteroak.services.ledger import read_entries
from charteroak.services.program_record import answer_practice, correct_entry
from charteroak.services.programs import ProgramInputError, Recorder, UploadedFile, recorder_for, status_of
from charteroak.services.projections import rebuild_projections, verify_projections

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_directory")]

HEAD = "job,started,finished,result,restored_tested\n"
KEY_NAME = "backup.bakery.example"


@pytest.fixture
def lead(security_lead: User) -> Recorder:
    return recorder_for(security_lead)


def ago(**how: float) -> str:
    return (now() - timedelta(**how)).isoformat(timespec="seconds")


def log(result: str = "success", restored: str = "yes", days: float = 1) -> bytes:
    return f"{HEAD}files,{ago(days=days, hours=1)},{ago(days=days)},{result},{restored}\n".encode()


def hand_in(member: Organisation, recorder: Recorder, data: bytes, kind: str = "backup-log", **said: str) -> DropTaken:
    file = UploadedFile("drop.csv", "text/csv", io.BytesIO(data))
    return take_drop(member, NewDrop(kind, file, **said), recorder)


def entries(member: Organisation) -> int:
    return LedgerEntry.objects.filter(organisation=member).count()


def freshness(member: Organisation, practice: str = "back-up-and-restore") -> Freshness:
    return status_of(member, as_of=connecticut_day(now())).findings[practice].freshness


class Tool:
    """A tool of somebody else that signs, written from docs/collectors.md and from nothing of ours."""

    def __init__(self, name: str = KEY_NAME, private: Ed25519PrivateKey | None = None) -> None:
        self.name = name
        self.private = private or Ed25519PrivateKey.generate()
        raw = b"\x01" + self.private.public_key().public_bytes_raw()
        self.key_id = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
        self.vkey = f"{name}+{self.key_id.hex()}+{base64.b64encode(raw).decode()}"

    def drop(self, table: str, **changes: str) -> bytes:
        head = {
            "tool": "acme-backup 2.1",
            "subject": "The file server",
            "made": ago(minutes=1),
            "payload": "backup-log",
        }
        head |= changes
        text = "charteroak drop v1\n" + "".join(f"{key}: {value}\n" for key, value in head.items()) + "\n" + table
        return self.signed(text)

    def signed(self, text: str) -> bytes:
        signature = base64.b64encode(self.key_id + self.private.sign(text.encode())).decode()
        return f"{text}\n\N{EM DASH} {self.name} {signature}\n".encode()


@pytest.fixture
def tool(member: Organisation, lead: Recorder) -> Tool:
    made = Tool()
    new = NewSource("acme", "signed-drop", "The file server", by="Lee Stone", key=made.vkey)
    register_source(member, new, connecticut_day(now()), lead)
    return made


def test_a_good_log_is_fresh_evidence_and_says_which_collector_brought_it(member: Organisation, lead: Recorder) -> None:
    data = log()
    taken = hand_in(member, lead, data)
    assert freshness(member) is Freshness.FRESH
    fact = status_of(member, as_of=connecticut_day(now())).findings["back-up-and-restore"].newest
    assert fact is not None
    assert isinstance(fact.body, EvidenceCollected)
    said = fact.body.collected
    assert said is not None
    assert (said.collector, said.version, said.sha256, said.shows) == (
        "backup-log", "1", hashlib.sha256(data).hexdigest(), True,
    )  # fmt: skip
    assert fact.body.files[0].sha256 == said.sha256
    assert EvidenceFile.objects.filter(entry=taken.entries[0]).count() == 1
    (source,) = sources(member)
    assert source.fact.index == said.source
    assert "out of reach" in fact.body.note


@pytest.mark.parametrize(
    ("result", "restored"), [("failed", ""), ("success", ""), ("success", "no")], ids=["failed", "silent", "not tried"]
)
def test_a_log_that_does_not_show_the_practice_is_on_record_and_is_no_fresh_evidence(
    result: str, restored: str, member: Organisation, lead: Recorder
) -> None:
    answer_practice(
        member, PracticeAnswered(practice="back-up-and-restore", answer="yes"), connecticut_day(now()), lead
    )
    taken = hand_in(member, lead, log(result, restored))
    assert freshness(member) is Freshness.NONE
    page = log_page(member, LogQuestion(practice="back-up-and-restore"))
    assert taken.entries[0].index in {entry.fact.index for entry in page.entries}
    verify_projections(member, read_entries(member))


def test_what_is_bad_opens_nothing_by_itself_and_is_proposed_once(member: Organisation, lead: Recorder) -> None:
    day = connecticut_day(now())
    taken = hand_in(member, lead, log("failed", ""), subject="The file server")
    (proposed,) = proposed_gaps(member, source_states(member, day), day)
    assert status_of(member, as_of=day).recorded_gaps == ()
    assert proposed.name == "backup-log-backups-succeeded"
    assert (proposed.practice, proposed.severity, proposed.found_by) == (
        "back-up-and-restore", "high", taken.entries[0].index,
    )  # fmt: skip
    assert "The file server" in proposed.title


def test_silence_is_a_proposed_gap_from_the_day_after_it_was_due(member: Organisation, lead: Recorder) -> None:
    hand_in(member, lead, log(days=0.1))
    day = connecticut_day(now() - timedelta(days=0.1))
    for later, silent in ((7, 0), (8, 1), (40, 33)):
        states = source_states(member, day + timedelta(days=later))
        assert states[0].silent_days == silent
        proposed = proposed_gaps(member, states, day + timedelta(days=later))
        assert [each.name for each in proposed] == (["backup-log-silent"] if silent else [])


def test_a_source_from_which_nothing_ever_came_is_silent_since_it_was_registered(
    member: Organisation, tool: Tool
) -> None:
    day = connecticut_day(now())
    assert tool.vkey
    (state,) = source_states(member, day + timedelta(days=9))
    assert (state.last, state.age_days, state.silent_days) == ([], None, 2)


def test_the_same_bytes_twice_are_refused_with_their_entry(member: Organisation, lead: Recorder) -> None:
    data = log()
    taken = hand_in(member, lead, data)
    before = entries(member)
    with pytest.raises(DropReplayedError, match=f"entry {taken.entries[0].index}"):
        hand_in(member, lead, data)
    assert entries(member) == before


def test_a_drop_that_cannot_be_read_leaves_nothing_behind(member: Organisation, lead: Recorder) -> None:
    for data in (b"", b"job\n", b"\xff", HEAD.encode(), HEAD.encode() + b"a,b,c,d,e\n"):
        with pytest.raises(CollectorInputError):
            hand_in(member, lead, data)
    assert (entries(member), EvidenceFile.objects.count()) == (0, 0)


def test_two_sources_of_one_collector_must_be_named(member: Organisation, lead: Recorder) -> None:
    day = connecticut_day(now())
    for name in ("files", "mail"):
        register_source(member, NewSource(name, "backup-log", f"The {name} server", by="Lee Stone"), day, lead)
    with pytest.raises(ProgramInputError, match="files, mail"):
        hand_in(member, lead, log())
    assert hand_in(member, lead, log(), source="mail").collected.subject == "The mail server"
    with pytest.raises(ProgramInputError, match="No source"):
        hand_in(member, lead, log(days=2), source="moon")


def test_a_corrected_drop_counts_no_more(member: Organisation, lead: Recorder) -> None:
    taken = hand_in(member, lead, log())
    correct_entry(member, CorrectionMade(corrects=taken.entries[0].index, reason="Of another shop."), lead)
    assert freshness(member) is Freshness.NONE
    assert source_states(member, connecticut_day(now()))[0].last == []


def test_projections_made_again_find_the_same_drops(member: Organisation, lead: Recorder) -> None:
    hand_in(member, lead, log("failed", ""))
    hand_in(member, lead, log(days=0.5))
    day = connecticut_day(now())
    before = source_states(member, day)
    rebuild_projections(member, read_entries(member))
    assert source_states(member, day) == before
    assert freshness(member) is Freshness.FRESH


def test_a_bad_drop_after_a_good_one_does_not_hide_what_the_good_one_showed(
    member: Organisation, lead: Recorder
) -> None:
    good = hand_in(member, lead, log(days=3))
    for hours in (9, 6, 3):
        hand_in(member, lead, log("failed", "", days=hours / 24))
    finding = status_of(member, as_of=connecticut_day(now())).findings["back-up-and-restore"]
    assert finding.freshness is Freshness.FRESH
    assert finding.newest is not None
    assert finding.newest.index == good.entries[0].index


def test_who_does_not_keep_the_record_hands_in_nothing(
    member: Organisation, add_person: Callable[..., User], add_organisation: Callable[..., Organisation]
) -> None:
    stranger = recorder_for(add_person("Uma", add_organisation("Ridge Mill")))
    new = NewSource("a", "backup-log", "x", by="y")
    for attempt in (
        lambda: hand_in(member, stranger, log()),
        lambda: register_source(member, new, connecticut_day(now()), stranger),
        lambda: look_and_take(member, NewLook("bakery.example"), stranger),
        lambda: end_source(member, "a", "y", connecticut_day(now()), stranger),
    ):
        with pytest.raises(AccessError):
            attempt()


UNUSABLE: list[tuple[dict[str, Any], str]] = [
    ({"collector": "moon"}, "collector"), ({"name": "Über"}, "name"), ({"subject": " "}, "subject"),
    ({"by": ""}, "by"), ({"every_days": 0}, "every_days"), ({"every_days": 401}, "every_days"),
    ({"collector": "signed-drop", "key": "no key"}, "key"), ({"key": Tool().vkey}, "key"),
    ({"collector": "posture", "subject": "co.uk"}, "subject"),
    ({"collector": "posture", "subject": "x y"}, "subject"),
]  # fmt: skip


def test_a_source_that_cannot_be_is_refused_beside_its_field(member: Organisation, lead: Recorder) -> None:
    for changes, field in UNUSABLE:
        values: dict[str, Any] = {"name": "a", "collector": "backup-log", "subject": "The server", "by": "Lee"}
        with pytest.raises(ProgramInputError) as refused:
            register_source(member, NewSource(**(values | changes)), connecticut_day(now()), lead)
        assert (changes, refused.value.field) == (changes, field)
    assert entries(member) == 0


# The red team: everything that somebody could do to a signed drop who does not have the key.


def payload() -> str:
    return log().decode()


def test_a_signed_drop_of_a_registered_key_is_taken_under_that_key(
    member: Organisation, tool: Tool, lead: Recorder
) -> None:
    taken = hand_in(member, lead, tool.drop(payload()), "signed-drop")
    assert taken.source == "acme"
    (state,) = source_states(member, connecticut_day(now()))
    assert state.collection is not None
    assert state.collection.signed_by == tool.vkey
    assert state.collection.version == "1; backup-log; acme-backup 2.1"
    assert freshness(member) is Freshness.FRESH


def altered(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


ATTACKS: dict[str, tuple[Callable[[Tool], bytes], type[CharterOakError]]] = {
    "a byte of the payload altered": (
        lambda tool: altered(tool.drop(log("failed").decode()), b",failed,", b",success,"), DropSignatureError,
    ),
    "another subject written in": (
        lambda tool: altered(tool.drop(payload()), b"The file server", b"The mail server"), DropSignatureError,
    ),
    "another day written in": (
        lambda tool: altered(tool.drop(payload(), made=ago(days=20)), b"made: 20", b"made: 19"), DropSignatureError,
    ),
    "a key of its own under the same name": (lambda _: Tool().drop(payload()), DropSignatureError),
    "a key of another name": (lambda _: Tool("other.example").drop(payload()), DropSignatureError),
    "a good signature over another text": (
        lambda tool: tool.drop(payload()).split(b"\n\n\xe2")[0] + b"\n\n" + tool.drop("x\n").split(b"\n\n")[-1],
        DropSignatureError,
    ),
    "no signature": (lambda tool: tool.drop(payload()).split(b"\n\n\xe2")[0], NoteFormatError),
    "text after the signature": (lambda tool: tool.drop(payload()) + b"more\n", NoteFormatError),
    "from the future": (lambda tool: tool.drop(payload(), made=ago(minutes=-9)), CollectorInputError),
    "too old": (lambda tool: tool.drop(payload(), made=ago(days=32)), CollectorInputError),
    "of another subject, signed": (lambda tool: tool.drop(payload(), subject="The moon"), CollectorInputError),
    "a time without a zone": (lambda tool: tool.drop(payload(), made="2026-11-20T03:00:00"), CollectorInputError),
    "an unknown payload": (lambda tool: tool.drop(payload(), payload="pickle"), CollectorInputError),
    "a table that lies about the future": (
        lambda tool: tool.drop(f"{HEAD}a,{ago(days=-2)},{ago(days=-1)},success,yes\n"), CollectorInputError,
    ),
    "claims without a word that counts": (
        lambda tool: tool.drop("claim,holds\nall-is-well,yes\n", payload="claims-csv"), CollectorInputError,
    ),
    "claims that are no claims": (
        lambda tool: tool.drop('{"claims":[{"claim":"../x","holds":true}]}\n', payload="claims-json"),
        CollectorInputError,
    ),
    "another first line": (lambda tool: tool.signed("charteroak drop v2\n\n"), CollectorInputError),
    "a head that never ends": (lambda tool: tool.signed("charteroak drop v1\ntool: a\n"), CollectorInputError),
    "nothing": (lambda _: b"\n", CharterOakError),
    "more than a megabyte": (lambda tool: tool.drop("x" * (1 << 20)), CollectorInputError),
}  # fmt: skip


def test_every_forged_drop_is_refused_and_leaves_nothing_behind(
    member: Organisation, tool: Tool, lead: Recorder
) -> None:
    before = entries(member)
    for attack, (forge, refusal) in ATTACKS.items():
        with pytest.raises(refusal):
            hand_in(member, lead, forge(tool), "signed-drop")
        assert (attack, entries(member), EvidenceFile.objects.count()) == (attack, before, 0)


def test_a_drop_is_taken_once_and_an_older_one_after_it_never(member: Organisation, tool: Tool, lead: Recorder) -> None:
    older = tool.drop(log(days=2).decode(), made=ago(hours=3))
    same_time = ago(hours=1)
    first = tool.drop(payload(), made=same_time)
    hand_in(member, lead, first, "signed-drop")
    for replayed in (first, older, tool.drop(log(days=3).decode(), made=same_time)):
        with pytest.raises(DropReplayedError):
            hand_in(member, lead, replayed, "signed-drop")
    assert hand_in(member, lead, tool.drop(log(days=0.2).decode()), "signed-drop").entries


def test_a_replay_after_the_key_was_given_to_another_name_of_source_is_refused(
    member: Organisation, tool: Tool, lead: Recorder
) -> None:
    first = tool.drop(payload(), made=ago(hours=1))
    hand_in(member, lead, first, "signed-drop")
    day = connecticut_day(now())
    end_source(member, "acme", "Lee Stone", day, lead)
    new = NewSource("acme-again", "signed-drop", "The file server", by="Lee Stone", key=tool.vkey)
    register_source(member, new, day, lead)
    with pytest.raises(DropReplayedError):
        hand_in(member, lead, first, "signed-drop")


JUNK = f"\N{EM DASH} junk {base64.b64encode(b'1234' + b'x' * 64).decode()}\n".encode()
"""A signature line of a key that nobody knows: it changes the file's digest, and the tool's signature still holds."""


def test_a_drop_with_a_second_signature_line_is_refused(member: Organisation, tool: Tool, lead: Recorder) -> None:
    with pytest.raises(DropSignatureError, match="more than one signature line"):
        hand_in(member, lead, tool.drop(payload()) + JUNK, "signed-drop")


def test_a_drop_that_was_corrected_is_not_taken_again_in_any_shape(
    member: Organisation, tool: Tool, lead: Recorder
) -> None:
    drop = tool.drop(payload())
    for entry in hand_in(member, lead, drop, "signed-drop").entries:
        correct_entry(member, CorrectionMade(corrects=entry.index, reason="Of another shop."), lead)
    before = entries(member)
    for replayed in (drop, drop + JUNK):
        with pytest.raises((DropReplayedError, DropSignatureError)):
            hand_in(member, lead, replayed, "signed-drop")
    other_text = tool.drop(log(days=3).decode(), made=ago(minutes=2))
    with pytest.raises(DropReplayedError, match="not after the last one of its key"):
        hand_in(member, lead, other_text, "signed-drop")
    assert (entries(member), freshness(member)) == (before, Freshness.NONE)


@pytest.mark.parametrize("projected", [True, False])
def test_a_replay_under_another_name_of_the_key_itself_is_refused(
    projected: bool, member: Organisation, tool: Tool, lead: Recorder
) -> None:
    made = ago(minutes=1)
    hand_in(member, lead, tool.drop(payload(), made=made), "signed-drop")
    day = connecticut_day(now())
    renamed = Tool("renamed.example", tool.private)
    new = NewSource("acme-again", "signed-drop", "The file server", by="Lee Stone", key=renamed.vkey)
    with pytest.raises(ProgramInputError, match="speaks for acme already"):
        register_source(member, new, day, lead)
    end_source(member, "acme", "Lee Stone", day, lead)
    register_source(member, new, day, lead)
    if not projected:
        ProjectionState.objects.filter(organisation=member).delete()
    for replayed in (renamed.drop(payload(), made=made), renamed.drop(payload(), made=made) + JUNK):
        with pytest.raises((DropReplayedError, DropSignatureError)):
            hand_in(member, lead, replayed, "signed-drop")
    with time_machine.travel(now() + timedelta(minutes=5)):
        assert hand_in(member, lead, renamed.drop(payload()), "signed-drop").entries


def test_a_drop_that_may_be_one_that_was_erased_is_refused(member: Organisation, tool: Tool, lead: Recorder) -> None:
    drop = tool.drop(payload())
    erased = [entry.index for entry in hand_in(member, lead, drop, "signed-drop").entries]
    erase(member, Targets(entries=erased), basis="Not ours.", approved_by="Lee Stone", recorder=Recorder("system"))
    with pytest.raises(DropReplayedError, match="may have been this drop"):
        hand_in(member, lead, drop, "signed-drop")
    with time_machine.travel(now() + timedelta(minutes=15)):
        assert hand_in(member, lead, tool.drop(payload()), "signed-drop").entries


def test_a_report_is_read_before_the_record_is_locked(member: Organisation, lead: Recorder) -> None:
    with CaptureQueriesContext(connection) as asked, pytest.raises(CollectorInputError, match="well-formed"):
        hand_in(member, lead, b"<NessusClientData_v2>", "nessus")
    assert not [query for query in asked.captured_queries if "SAVEPOINT" in query["sql"]]


def test_what_could_not_be_read_is_counted_whole_in_the_entry_and_the_state(
    member: Organisation, lead: Recorder
) -> None:
    end = int((now() - timedelta(hours=1)).timestamp())
    report = (
        '<NessusClientData_v2><Report><ReportHost name="h"><HostProperties>'
        f'<tag name="HOST_END_TIMESTAMP">{end}</tag><tag name="Credentialed_Scan">true</tag></HostProperties>'
        '<ReportItem severity="0" pluginName="ping"/>'
        + '<ReportItem severity="Critical" pluginName="hole"/>' * 500
        + "</ReportHost></Report></NessusClientData_v2>"
    )
    taken = hand_in(member, lead, report.encode(), "nessus")
    assert [(each.tie.practice, each.shows) for each in taken.spoken] == [("scan-for-holes", False)]
    assert freshness(member, "scan-for-holes") is Freshness.NONE
    (state,) = source_states(member, connecticut_day(now()))
    assert (state.could_not_read, state.to_json()["couldNotRead"]) == (500, 500)
    assert isinstance(state.last[0].body, EvidenceCollected)
    assert "And 480 more that could not be read." in state.last[0].body.note


def test_one_key_does_not_speak_for_two_sources(member: Organisation, tool: Tool, lead: Recorder) -> None:
    new = NewSource("other", "signed-drop", "The mail server", by="Lee Stone", key=tool.vkey)
    with pytest.raises(ProgramInputError, match="speaks for acme already"):
        register_source(member, new, connecticut_day(now()), lead)


def test_a_withdrawn_key_signs_nothing_more(member: Organisation, tool: Tool, lead: Recorder) -> None:
    end_source(member, "acme", "Lee Stone", connecticut_day(now()), lead)
    with pytest.raises(DropSignatureError, match="No key is registered"):
        hand_in(member, lead, tool.drop(payload()), "signed-drop")
    assert sources(member) == []


def test_a_key_of_another_organisation_counts_for_nothing_here(
    tool: Tool, add_organisation: Callable[..., Organisation]
) -> None:
    other = add_organisation("Ridge Mill")
    with pytest.raises(DropSignatureError):
        hand_in(other, Recorder("system"), tool.drop(payload()), "signed-drop")


def test_claims_of_a_tool_in_its_own_words_count_where_a_practice_asks_for_them(
    member: Organisation, tool: Tool, lead: Recorder
) -> None:
    claims = "claim,holds,detail\nbackups-succeeded,yes,All 4 jobs.\nrestore-tested,unknown,\nall-is-well,yes,Sure.\n"
    taken = hand_in(member, lead, tool.drop(claims, payload="claims-csv"), "signed-drop")
    assert [each.shows for each in taken.spoken] == [False]
    as_json = '{"claims":[{"claim":"backups-succeeded","holds":true},{"claim":"restore-tested","holds":true}]}\n'
    with time_machine.travel(now() + timedelta(minutes=5)):
        taken = hand_in(member, lead, tool.drop(as_json, payload="claims-json"), "signed-drop")
    assert [each.shows for each in taken.spoken] == [True]


def test_a_domain_is_looked_at_only_if_it_is_the_organisations_own(member: Organisation, lead: Recorder) -> None:
    records = {
        ("bakery.example", "TXT"): ['"v=spf1 -all"'],
        ("_dmarc.bakery.example", "TXT"): ['"v=DMARC1; p=reject"'],
        ("s1._domainkey.bakery.example", "TXT"): ['"p=MIGf"'],
    }
    with name_server(records) as port:
        reach = Reach(("127.0.0.1",), port, seconds=3)
        with pytest.raises(ProgramInputError, match="own domain"):
            look_and_take(member, NewLook("bakery.example"), lead, reach=reach)
        new = NewSource("our-domain", "posture", "Bakery.Example", by="Lee Stone")
        register_source(member, new, connecticut_day(now()), lead)
        for look, field in (
            (NewLook("bakery.example", host="www.other.example"), "host"),
            (NewLook("bakery.example", host="notbakery.example"), "host"),
            (NewLook("bakery.example", ("../x",)), "selectors"),
            (NewLook("mail.bakery.example"), "domain"),
        ):
            with pytest.raises(ProgramInputError) as refused:
                look_and_take(member, look, lead, reach=reach)
            assert refused.value.field == field
        taken = look_and_take(member, NewLook("bakery.example", ("s1",)), lead, reach=reach)
        assert [(each.tie.practice, each.shows) for each in taken.spoken] == [("stop-mail-in-your-name", True)]
        with pytest.raises(ProgramInputError, match="a moment ago"):
            look_and_take(member, NewLook("bakery.example"), lead, reach=reach)
    assert freshness(member, "stop-mail-in-your-name") is Freshness.FRESH
