"""C2SP tlog-witness and tlog-cosignature against what is published.

Origins: the example request and answers of c2sp.org/tlog-witness, whose keys are not published, for their form; the
conversation between a Sigsum log and ``litewitness`` in the tests of FiloSottile/torchwood (the log's public key, six
requests in turn, and the status that each of them gets; where that witness answers an unknown log with 403, the
specification has 404); the checkpoint of Go's checksum database that the same tests submit; and the co-signature whose
time is told in the tests of transparency-dev/formats.
"""

import base64
import hashlib
from datetime import UTC, datetime

from charteroak.ledger.checkpoint import open_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner, parse_cosigner_vkey, split_timestamped
from charteroak.ledger.keys import Verifier, parse_vkey
from charteroak.ledger.note import parse_note, parse_signature_lines, render_signature_lines
from charteroak.ledger.tree import EMPTY_ROOT
from charteroak.ledger.witness import WitnessAccepted, WitnessedLog, answer_add_checkpoint
from charteroak.ledger.witness_answer import render_answer
from charteroak.ledger.witness_protocol import parse_add_checkpoint, parse_witness_answer, render_add_checkpoint

REQUEST = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=
""".encode()  # noqa: E501 - lines as published

ANSWER = """\
\u2014 witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI5G2HgLatVs0pWh6Up69HVOw==
\u2014 witness.example/w1 I7rEps0pvK2UqkS2gSpVUDhrhVtQV9lgF6pRrWAvjJHjyWpW7VcE3SiOlVlbQNt64vWhO+DlkL0+UfzuOBMh9ChdMkP1vi/lCAsmlw==
\u2014 witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/kWl7oJlqU3rXXvpysAdyP3wQ==
""".encode()  # noqa: E501 - lines as published

LOG_KEY = bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f")
ORIGIN = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
ONE = "KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
TWO = "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
THREE = "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
FOUR = "KgMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
FIVE = "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
AT_1 = (1, ONE, "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=")
AT_3 = (
    3,
    "RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=",
    "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=",
)
AT_3_BADLY_SIGNED = (*AT_3[:2], AT_3[2].replace("WVrx6go=", "WVrx6gs="))
AT_5 = (
    5,
    "QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=",
    "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=",
)
CONVERSATION = [
    (0, [], AT_1, 200, None),
    (1, [TWO, THREE], AT_3_BADLY_SIGNED, 403, None),
    (1, [], AT_3, 422, None),
    (1, [TWO, "KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABA="], AT_3, 422, None),
    (1, [TWO, THREE], AT_3, 200, None),
    (1, [TWO, "+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=", FIVE], AT_5, 409, b"3\n"),
    (3, [THREE, FOUR, "wgiIFdZfYNv6WU1OllBKsWnLYIS/DBMqt8Uh/S4OukE=", FIVE], AT_5, 200, None),
    (0, [], AT_5, 409, b"5\n"),
]

SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_REQUEST = """\
old 0

go.sum database tree
35225469
vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=

\u2014 sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=
""".encode()

REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
TIMED = "ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA=="

WITNESS = Ed25519Cosigner("example.com/witness", bytes(32))
AT = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)


def test_the_published_request_is_read_and_written_alike() -> None:
    request = parse_add_checkpoint(REQUEST)

    assert (request.old_size, len(request.proof), request.origin) == (20852014, 4, "example.com/behind-the-sofa")
    assert len(parse_note(request.note).signatures) == 2
    assert render_add_checkpoint(request) == REQUEST


def test_the_published_answer_is_read_and_written_alike() -> None:
    lines = parse_signature_lines(ANSWER)

    assert [line.key_name for line in lines] == ["witness.example/w1", "witness.example/w1", "witness.example/w2"]
    assert {len(line.signature) for line in lines} == {72}
    assert render_signature_lines(lines) == ANSWER
    assert parse_witness_answer(200, None, ANSWER)


def test_a_published_conversation_gets_the_same_answers() -> None:
    log = Verifier(ORIGIN, LOG_KEY)
    size, root = 0, EMPTY_ROOT
    answers = []
    for old, proof, (new, new_root, line), _, _ in CONVERSATION:
        text = "".join(f"{part}\n" for part in (f"old {old}", *proof, "", ORIGIN, new, new_root, ""))
        request = parse_add_checkpoint(f"{text}\u2014 {ORIGIN} {line}\n".encode())
        decision = answer_add_checkpoint(request, WitnessedLog(ORIGIN, (log,), size, root), WITNESS, at=AT)
        if isinstance(decision, WitnessAccepted):
            size, root = decision.checkpoint.size, decision.checkpoint.root
        sent = render_answer(decision)
        answers.append((sent.status, sent.body if sent.status == 409 else None))

    assert answers == [(status, body) for *_, status, body in CONVERSATION]
    assert size == 5


def test_the_logs_key_has_the_key_hash_in_its_origin() -> None:
    assert ORIGIN.endswith(hashlib.sha256(LOG_KEY).hexdigest())


def test_a_checkpoint_of_gos_checksum_database_is_co_signed() -> None:
    request = parse_add_checkpoint(SUMDB_REQUEST)
    key = parse_vkey(SUMDB_KEY)

    found = answer_add_checkpoint(request, WitnessedLog(request.origin, (key,)), WITNESS, at=AT)

    assert isinstance(found, WitnessAccepted)
    assert found.note.startswith(request.note)
    assert open_checkpoint(found.note, key, WITNESS.verifier, origin="go.sum database tree").size == 35225469


def test_a_published_witness_key_is_read_and_written_alike() -> None:
    verifier = parse_cosigner_vkey(REMORA)

    assert (verifier.name, verifier.key_id.hex(), verifier.vkey) == ("remora.n621.de", "da77ade7", REMORA)


def test_the_time_of_a_published_co_signature_is_told() -> None:
    seconds, signature = split_timestamped(WITNESS.verifier, base64.b64decode(TIMED)[4:], 64)

    assert (seconds, len(signature)) == (1727964367, 64)
