"""C2SP signed-note, tlog-checkpoint and tlog-proof against what is published.

Origins: the example note of c2sp.org/signed-note with its verifier key; the example note of Go's ``sumdb/note`` package
with its key; the key of Go's checksum database as the Go command has it, and a checkpoint that the database signed (in
the witness tests of FiloSottile/torchwood); for ECDSA, the keys of Sigstore's Rekor and of Google's Pixel 6 log with a
checkpoint each (in the tests of transparency-dev/formats) and a later checkpoint of Rekor (from a bundle that npm
serves for ``sigstore@2.3.1``); the examples of c2sp.org/tlog-checkpoint, tlog-cosignature and tlog-proof,
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

REKOR_KEY = (
    "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+"
    "smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc="
)
REKOR_NOTE = """\
Rekor
798034
f+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=

\u2014 rekor.sigstore.dev wNI9ajBEAiARInWIWyCdyG27CO6LPnPekyw20qO0YJfoaPaowGp/XgIgc+qEHS3+GKVClgqq20uDLet7MCoTURUCRdxwWBHHufk=
""".encode()  # noqa: E501 - lines as published
REKOR_LATER_NOTE = """\
rekor.sigstore.dev - 2605736670972794746
90244708
COSIc1jqxpbuuTChPdiTqtZBBve7GAVJqTYjqAaM940=

\u2014 rekor.sigstore.dev wNI9ajBEAiAkKWVCpp/N5yF/GlQkAyKQxUsjc3Vpu04YyALJvrBsvAIgcZfXJsJdwLdgUAWwnekWg8YXS4gfz/DM1wVhhcouJBE=
""".encode()  # noqa: E501 - lines as published
PIXEL_KEY = (
    "pixel6_transparency_log+91c16e30+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN+4x0Jk1yTwvLFI9A4NDdGZcX0aiWVdWM5XJVy0M4VWD3"
    "AvyW5Q6Hs9A0mcDkpUoYgn+KKPNzFC0H3nN3q6JQ8="
)
PIXEL_NOTE = """\
DEFAULT
10
bsWRucJU5xJPHb5eBdOm6+DM+VelCZBuvtI3sHERJ9Y=

\u2014 pixel6_transparency_log kcFuMDBFAiEAhqMAP8P6qf6QxtUJhzMhbN+MbZ9dwfUHzGQJmffJHtoCIGD0cNe47dHWBoPwYdgBCepB06/+g5O1FmYjXl06owL4
""".encode()  # noqa: E501 - lines as published

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


PUBLISHED = {
    "signed-note": (SIGNED_NOTE_KEY, SIGNED_NOTE),
    "sumdb/note": (GO_NOTE_KEY, GO_NOTE),
    "sum.golang.org": (GO_SUMDB_KEY, GO_SUMDB_CHECKPOINT),
    "Rekor": (REKOR_KEY, REKOR_NOTE),
    "Rekor, later": (REKOR_KEY, REKOR_LATER_NOTE),
    "Pixel 6": (PIXEL_KEY, PIXEL_NOTE),
}


@pytest.mark.parametrize(("vkey", "note"), PUBLISHED.values(), ids=PUBLISHED)
def test_published_notes_verify_under_their_published_keys(vkey: str, note: bytes) -> None:
    verifier = parse_vkey(vkey)

    assert verifier.vkey == vkey
    assert render_note(parse_note(note)) == note
    verify_note(parse_note(note), [verifier])


@pytest.mark.parametrize(("vkey", "note"), PUBLISHED.values(), ids=PUBLISHED)
def test_published_notes_do_not_verify_under_another_key(vkey: str, note: bytes) -> None:
    others = {key for key, _ in PUBLISHED.values()} - {vkey}

    assert len(others) == 4
    with pytest.raises(NoteSignatureError, match="No trusted key"):
        verify_note(parse_note(note), [parse_vkey(other) for other in others])


@pytest.mark.parametrize(("vkey", "note"), PUBLISHED.values(), ids=PUBLISHED)
def test_a_published_note_with_one_character_changed_is_refused(vkey: str, note: bytes) -> None:
    changed = note.replace(b"\n", b".\n", 1)

    with pytest.raises(NoteSignatureError, match="does not verify"):
        verify_note(parse_note(changed), [parse_vkey(vkey)])


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
