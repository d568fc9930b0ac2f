"""``charteroak ledger keys seal``: keys that lay open sign on under a passphrase, and without it nothing is signed."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from charteroak.adapters.signing_keys import SigningKeyError
from charteroak.cli.__main__ import main
from charteroak.records.accounts.models import Organisation
from charteroak.services import checkpoints, log_keys
from charteroak.services.ledger import append_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(
    started_directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[[], tuple[int, str, str]]:
    """Runs the command on this worker's installation."""

    def command() -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["charteroak", "ledger", "keys", "seal", "--data", str(started_directory)])
        with pytest.raises(SystemExit) as left:
            main()
        written = capsys.readouterr()
        return int(left.value.code or 0), written.out, written.err

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


def test_a_log_signs_on_with_the_same_keys_under_a_passphrase(
    member: Organisation, run: Callable[[], tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(member)
    checkpoints.make_checkpoint(member)
    before = log_keys.keys_in_force(member)
    assert run()[0] == 3

    monkeypatch.setenv("CHARTEROAK_KEY_PASSPHRASE", "four words of chance")
    assert run()[:2] == (0, "2 key files sealed.\n")
    answer(member)
    checkpoints.make_checkpoint(member)

    assert log_keys.keys_in_force(member) == before
    assert checkpoints.verify_ledger(member).checkpoints == 2
    for passphrase in (None, "another"):
        if passphrase is None:
            monkeypatch.delenv("CHARTEROAK_KEY_PASSPHRASE")
        else:
            monkeypatch.setenv("CHARTEROAK_KEY_PASSPHRASE", passphrase)
        answer(member)
        with pytest.raises(SigningKeyError, match="passphrase"):
            checkpoints.make_checkpoint(member)
