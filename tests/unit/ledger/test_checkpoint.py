"""Checkpoints: three lines, one log, one signature."""

import base64

import pytest

from charteroak.ledger.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    render_checkpoint,
    sign_checkpoint,
)
from charteroak.ledger.errors import CheckpointFormatError, CheckpointOriginError, NoteSignatureError
from charteroak.ledger.keys import Signer

LOG = Signer("log.example/ledger/a", bytes(32))
CHECKPOINT = Checkpoint("log.example/ledger/a", 42, bytes(range(32)))
ROOT = base64.b64encode(bytes(range(32))).decode()


def test_what_is_signed_is_opened_again() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)

    assert open_checkpoint(note, LOG.verifier, origin="log.example/ledger/a") == CHECKPOINT
    assert note.startswith(f"log.example/ledger/a\n42\n{ROOT}\n\n\N{EM DASH} log.example/ledger/a ".encode())


def test_refuses_a_checkpoint_of_another_log_under_the_same_key() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)

    with pytest.raises(CheckpointOriginError) as caught:
        open_checkpoint(note, LOG.verifier, origin="log.example/ledger/b")

    assert (caught.value.expected, caught.value.got) == ("log.example/ledger/b", "log.example/ledger/a")


def test_refuses_a_checkpoint_whose_size_was_raised() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG).replace(b"\n42\n", b"\n43\n")

    with pytest.raises(NoteSignatureError):
        open_checkpoint(note, LOG.verifier, origin="log.example/ledger/a")


def test_keeps_extension_lines() -> None:
    text = f"log.example\n0\n{ROOT}\nfirst extension\nsecond\n"

    assert parse_checkpoint(text).extensions == ("first extension", "second")
    assert render_checkpoint(parse_checkpoint(text)) == text


NOT_CHECKPOINTS = {
    "empty": "",
    "no newline at the end": f"log.example\n5\n{ROOT}",
    "two lines": "log.example\n5\n",
    "no origin": f"\n5\n{ROOT}\n",
    "an empty extension line": f"log.example\n5\n{ROOT}\n\n",
    "a leading zero": f"log.example\n05\n{ROOT}\n",
    "a sign": f"log.example\n+5\n{ROOT}\n",
    "a negative size": f"log.example\n-5\n{ROOT}\n",
    "a hexadecimal size": f"log.example\n0x5\n{ROOT}\n",
    "digits of another script": f"log.example\n\u0665\n{ROOT}\n",
    "a size of 2**63": f"log.example\n{1 << 63}\n{ROOT}\n",
    "a size of 400 digits": f"log.example\n{'9' * 400}\n{ROOT}\n",
    "a root that is no base64": "log.example\n5\nroot!\n",
    "a root with stray bits": f"log.example\n5\n{ROOT[:-2]}9=\n",
    "a short root": "log.example\n5\nAAAA\n",
}


@pytest.mark.parametrize("text", NOT_CHECKPOINTS.values(), ids=NOT_CHECKPOINTS)
def test_refuses_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(CheckpointFormatError):
        parse_checkpoint(text)


def test_takes_the_largest_size() -> None:
    assert parse_checkpoint(f"log.example\n{(1 << 63) - 1}\n{ROOT}\n").size == (1 << 63) - 1


@pytest.mark.parametrize(
    "checkpoint",
    [
        Checkpoint("a\nb", 1, bytes(32)),
        Checkpoint("", 1, bytes(32)),
        Checkpoint("a", -1, bytes(32)),
        Checkpoint("a", 1, bytes(31)),
        Checkpoint("a", 1, bytes(32), ("x\ny",)),
    ],
)
def test_refuses_to_write_what_would_read_differently(checkpoint: Checkpoint) -> None:
    with pytest.raises(CheckpointFormatError):
        render_checkpoint(checkpoint)
