"""The commands for keys, time-stamps and witnesses, as an operator and a timer run them."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from timestamp_authority import TimestampServer

from charteroak.cli.__main__ import main
from charteroak.records.accounts.models import Organisation
from charteroak.services import checkpoints, log_keys
from charteroak.services.ledger import append_entry

pytestmark = [pytest.mark.django_db]


@dataclass(frozen=True, slots=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], started_directory: Path) -> Run:
    """Runs ``charteroak ledger ...`` on the test's own installation."""
    monkeypatch.setenv("CHARTEROAK_DATA", str(started_directory))

    def command(*arguments: str | Path, stdin: str = "") -> Done:
        words = ["charteroak", "ledger", *map(str, arguments), "--data", str(started_directory)]
        monkeypatch.setattr(sys, "argv", words)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return Done(int(left.value.code or 0), written.out, written.err)

    return command


def answer(organisation: Organisation) -> None:
    with transaction.atomic():
        append_entry(
            organisation,
            actor="system",
            kind="practice.answered",
            occurred_from="2026-03-01",
            body={"practice": "staff-training", "answer": "yes", "note": ""},
        )


@pytest.fixture
def recorded(member: Organisation) -> Organisation:
    """A business with one entry."""
    answer(member)
    return member


def register(run: Run, server: TimestampServer, *more: str, name: str = "Quinnipiac Time") -> Done:
    return run(
        "authority", "add", "--name", name, "--url", server.url, "--operator", "Somebody else",
        "--roots", server.authority.root_path, *more,
    )  # fmt: skip


def test_keys_are_listed_rotated_and_their_ceremony_printed(run: Run, recorded: Organisation) -> None:
    checkpoints.make_checkpoint(recorded)
    org = ("--org", recorded.slug)

    rotated = run("keys", "rotate", *org, "--place", "Room 3", "--attended", "Ada Reed", "--reason", "Yearly.")
    listed = json.loads(run("keys", "list", *org, "--json").out)
    plain = run("keys", "list", *org)

    assert rotated.code == 0
    assert "RECORD OF A KEY CEREMONY" in rotated.out
    assert "______  Ada Reed, date" in rotated.out
    assert [(pair["firstSize"], pair["lastSize"]) for pair in listed["keyPairs"]] == [(2, 2), (3, None)]
    assert all(vkey in plain.out for pair in listed["keyPairs"] for vkey in pair["verifierKeys"])


def test_a_compromise_is_reported_with_its_moment(run: Run, recorded: Organisation) -> None:
    checkpoints.make_checkpoint(recorded)
    since = "2026-01-01T00:00:00Z"

    done = run("keys", "report-compromise", "--org", recorded.slug, "--since", since, "--json")

    assert done.code == 0
    assert "Possibly in strange hands since: 2026-01-01T00:00:00Z" in json.loads(done.out)["record"]
    assert json.loads(run("verify", "--json").out)[0]["notCounted"] == [2]
    assert run("keys", "report-compromise", "--org", recorded.slug, "--since", "yesterday").code == 2


def test_a_timer_anchors_every_ledger_and_says_what_waits(
    run: Run, recorded: Organisation, timestamp_server: TimestampServer
) -> None:
    nobody = run("anchor")
    assert (nobody.code, nobody.out) == (3, "")
    assert register(run, timestamp_server).code == 0

    done = run("anchor", "--json")
    assert done.code == 0, done.err
    (stamped,) = json.loads(done.out)
    assert (stamped["organisation"], stamped["status"], stamped["size"]) == (recorded.slug, "holds", 2)
    assert run("anchor").out == "Nothing new to stamp.\n"
    assert "rfc3161-client holds, openssl holds" in run("tokens").out

    timestamp_server.answer = lambda _request: (500, "text/html", b"")
    answer(recorded)
    waiting = run("anchor", "--org", recorded.slug)
    assert waiting.code == 3
    assert "WAITS: The authority answered with status 500" in waiting.out


def test_authorities_are_listed_and_retired(run: Run, timestamp_server: TimestampServer) -> None:
    register(run, timestamp_server, "--same-operator")
    listed = run("authority", "list")
    (document,) = json.loads(run("authority", "list", "--json").out)

    assert "Quinnipiac Time" in listed.out
    assert "same operator" in listed.out
    assert document["sameOperator"] is True
    assert run("authority", "retire", "--name", "Quinnipiac Time").code == 0
    assert run("authority", "retire", "--name", "Quinnipiac Time").code == 2
    assert register(run, timestamp_server).code == 2
    assert run("authority", "list").out.count("retired") == 1


def test_a_token_that_does_not_hold_is_a_finding(
    run: Run, recorded: Organisation, timestamp_server: TimestampServer
) -> None:
    register(run, timestamp_server)
    run("anchor")
    from charteroak.records.ledger.models import Checkpoint

    Checkpoint.objects.update(note=b"something else")

    done = run("tokens", "--json", "--org", recorded.slug)

    assert done.code == 1
    (token,) = json.loads(done.out)
    assert (token["holds"], token["openssl"]["result"]) == (False, "fails")


def test_a_witness_of_this_installation_is_set_up_asked_and_listed(
    run: Run, recorded: Organisation, desk: Organisation
) -> None:
    checkpoints.make_checkpoint(recorded)
    vkeys = log_keys.keys_in_force(recorded).public.vkeys
    keys = [word for vkey in vkeys for word in ("--key", vkey)]

    added = json.loads(
        run("witness", "add-log", "--org", desk.slug, "--origin", log_keys.origin_of(recorded), *keys, "--json").out
    )
    registered = run(
        "witness", "add-witness", "--name", "Desk", "--key", added["verifierKey"], "--operator", "The desk"
    )
    asked = run("witness", "request", "--org", recorded.slug)

    assert "not counted as outside" in registered.out
    assert asked.code == 0
    assert f"{recorded.slug}: size 2, Desk: co-signed" in asked.out
    listed = run("witness", "list")
    assert f"{log_keys.origin_of(recorded)} at size 2" in listed.out
    assert json.loads(run("witness", "list", "--json").out)["own"][0]["refusals"] == 0
    assert run("witness", "retire", "--name", "Desk").code == 0
    assert run("witness", "request", "--org", recorded.slug).code == 3


def test_a_cosignature_can_be_carried_by_hand(
    run: Run, recorded: Organisation, desk: Organisation, tmp_path: Path
) -> None:
    """Neither side needs a network: request, answer and acceptance are files."""
    checkpoints.make_checkpoint(recorded)
    vkeys = log_keys.keys_in_force(recorded).public.vkeys
    keys = [word for vkey in vkeys for word in ("--key", vkey)]
    vkey = run(
        "witness", "add-log", "--org", desk.slug, "--origin", log_keys.origin_of(recorded), *keys
    ).out.splitlines()[1]
    run("witness", "add-witness", "--name", "Desk", "--key", vkey, "--operator", "The desk")
    (tmp_path / "request").write_text(run("witness", "request", "--org", recorded.slug, "--print").out)

    lines = run("witness", "cosign", "--org", desk.slug, tmp_path / "request")
    (tmp_path / "lines").write_text(lines.out)
    kept = run("witness", "accept", "--org", recorded.slug, "--name", "Desk", tmp_path / "lines")

    assert (lines.code, kept.code) == (0, 0), kept.err
    assert kept.out.startswith("Desk co-signed size 2")
    again = run("witness", "cosign", "--org", desk.slug, tmp_path / "request")
    assert again.code == 1
    assert "it has co-signed 2 entries; prove from there" in again.err


@pytest.mark.parametrize(
    "words",
    [
        ("authority", "add", "--name", "A", "--url", "http://tsa.example/", "--operator", "O", "--roots", "ROOT"),
        ("authority", "add", "--name", "A", "--url", "https://tsa.example/", "--operator", "O", "--roots", "EMPTY"),
        ("authority", "retire", "--name", "nobody"),
        ("witness", "add-witness", "--name", "A", "--key", "x", "--operator", "O"),
        ("witness", "add-log", "--org", "elm-hollow-bakery", "--origin", "o", "--key", "x"),
        ("witness", "add-log", "--org", "nobody", "--origin", "o", "--key", "x"),
        ("witness", "retire", "--name", "nobody"),
        ("witness", "accept", "--org", "elm-hollow-bakery", "--name", "nobody", "ROOT"),
        ("witness", "cosign", "--org", "elm-hollow-bakery", "EMPTY"),
        ("witness", "request", "--print"),
        ("keys", "list", "--org", "nobody"),
        ("keys", "rotate", "--org", "elm-hollow-bakery"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("recorded")
def test_what_cannot_be_meant_is_bad_input_in_one_line(
    run: Run, timestamp_server: TimestampServer, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "empty").write_bytes(b"")
    files = {"ROOT": str(timestamp_server.authority.root_path), "EMPTY": str(tmp_path / "empty")}

    done = run(*(files.get(word, word) for word in words))

    assert (done.code, done.out) == (2, "")
    assert "Traceback" not in done.err
