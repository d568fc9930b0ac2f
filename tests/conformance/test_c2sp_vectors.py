"""C2SP signed-note, tlog-checkpoint and tlog-proof against what is published.

Origins: the example note of c2sp.org/signed-note with its verifier key; the example note of Go's ``sumdb/note`` package
with its key; the key of Go's checksum database as the Go command has it, and a checkpoint that the database signed (in
the witness tests of FiloSottile/torchwood); the examples of c2sp.org/tlog-checkpoint, tlog-cosignature and tlog-proof,
whose keys are not published, for their form.
"""

import base64

import pytest

from charteroak.ledger.checkpoint import open_checkpoint, parse_checkpoint, render_checkpoint
from charteroak.ledger.errors import NoteSignatureError
from charteroak.ledger.keys import parse_vkey
from charteroak.ledger.note import parse_note, render_note, verify_note
from charteroak.ledger.proof import parse_proof, render_proof

SIGNED_NOTE_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED_NOTE = """\
This is an example message.

\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
""".encode()

GO_NOTE_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
""".encode()

GO_SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
GO_SUMDB_CHECKPOINT = """\
go.sum database tree
35225469
vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=

\u2014 sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=
""".encode()

COSIGNED_CHECKPOINT = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
""".encode()  # noqa: E501 - lines as published

PROOF = b"""\
c2sp.org/tlog-proof@v1
extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ
index 73894
gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=
EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=
RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=
AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=

example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

"""

EXTRA = base64.b64decode("YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6kYXJ3aW4tYXJ")


@pytest.mark.parametrize(
    ("vkey", "note"),
    [(SIGNED_NOTE_KEY, SIGNED_NOTE), (GO_NOTE_KEY, GO_NOTE), (GO_SUMDB_KEY, GO_SUMDB_CHECKPOINT)],
    ids=["signed-note", "sumdb/note", "sum.golang.org"],
)
def test_published_notes_verify_under_their_published_keys(vkey: str, note: bytes) -> None:
    verifier = parse_vkey(vkey)

    assert verifier.vkey == vkey
    assert render_note(parse_note(note)) == note
    verify_note(parse_note(note), [verifier])


@pytest.mark.parametrize(
    "note", [SIGNED_NOTE, GO_NOTE, GO_SUMDB_CHECKPOINT], ids=["signed-note", "sumdb/note", "sumdb"]
)
def test_published_notes_do_not_verify_under_another_key(note: bytes) -> None:
    others = [parse_vkey(key) for key in (SIGNED_NOTE_KEY, GO_NOTE_KEY, GO_SUMDB_KEY) if key[:9].encode() not in note]

    assert len(others) == 2
    with pytest.raises(NoteSignatureError):
        verify_note(parse_note(note), others)


def test_a_checkpoint_of_gos_checksum_database_is_opened() -> None:
    checkpoint = open_checkpoint(GO_SUMDB_CHECKPOINT, parse_vkey(GO_SUMDB_KEY), origin="go.sum database tree")

    assert checkpoint.size == 35225469
    assert base64.b64encode(checkpoint.root) == b"vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ="


def test_a_cosigned_checkpoint_is_read_with_all_its_signatures() -> None:
    note = parse_note(COSIGNED_CHECKPOINT)
    checkpoint = parse_checkpoint(note.text)

    assert [signature.key_name for signature in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert [len(signature.signature) for signature in note.signatures] == [64, 72]
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert render_checkpoint(checkpoint) == note.text


def test_the_published_proof_is_read_and_written_alike() -> None:
    proof = parse_proof(PROOF)

    assert (proof.index, len(proof.hashes), proof.extra) == (73894, 5, EXTRA)
    assert proof.note.startswith(b"example.com/fancylog\n109482\n")
    assert render_proof(proof) == PROOF
