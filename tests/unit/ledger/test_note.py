"""Signed notes: what is a note, whose signatures count, and what condemns one."""

import base64

import pytest

from charteroak.ledger.errors import NoteFormatError, NoteSignatureError
from charteroak.ledger.keys import Signer
from charteroak.ledger.note import NoteSignature, SignedNote, parse_note, render_note, sign_note, verify_note

LOG = Signer("log.example", bytes(32))
OTHER = Signer("other.example", bytes([1]) * 32)
TEXT = "log.example\n5\nroot\n"


def line(name: str, data: bytes) -> str:
    return f"\N{EM DASH} {name} {base64.b64encode(data).decode()}\n"


def test_what_is_signed_is_read_back_and_verifies() -> None:
    note = sign_note(TEXT, LOG, OTHER)

    again = parse_note(render_note(note))

    assert again == note
    assert verify_note(again, [LOG.verifier]) == (LOG.verifier,)
    assert verify_note(again, [OTHER.verifier, LOG.verifier]) == (OTHER.verifier, LOG.verifier)


def test_the_text_ends_at_the_last_blank_line() -> None:
    note = sign_note("first\n\nsecond\n", LOG)

    assert parse_note(render_note(note)).text == "first\n\nsecond\n"


def test_signatures_of_unknown_keys_are_ignored() -> None:
    note = sign_note(TEXT, OTHER, LOG)
    renamed = NoteSignature(LOG.name, OTHER.key_id, b"not ours: same name, another ID")
    borrowed = NoteSignature("else.example", LOG.key_id, b"not ours: same ID, another name")

    verify_note(SignedNote(TEXT, (renamed, borrowed, *note.signatures)), [LOG.verifier])


def test_a_trusted_key_with_a_failing_signature_condemns_the_note() -> None:
    good = sign_note(TEXT, LOG, OTHER)
    bad = NoteSignature(LOG.name, LOG.key_id, bytes(64))

    for signatures in ((bad, *good.signatures), (*good.signatures, bad)):
        with pytest.raises(NoteSignatureError, match="does not verify") as caught:
            verify_note(SignedNote(TEXT, signatures), [OTHER.verifier, LOG.verifier])
        assert caught.value.key_name == "log.example"


def test_a_note_without_a_trusted_signature_is_refused() -> None:
    with pytest.raises(NoteSignatureError, match=r"No trusted key signed this note \(trusted: other\.example\+"):
        verify_note(sign_note(TEXT, LOG), [OTHER.verifier])
    with pytest.raises(NoteSignatureError, match="trusted: none"):
        verify_note(sign_note(TEXT, LOG), [])


def test_a_changed_text_is_refused() -> None:
    note = sign_note(TEXT, LOG)

    with pytest.raises(NoteSignatureError):
        verify_note(SignedNote(TEXT.replace("5", "6"), note.signatures), [LOG.verifier])


GOOD = f"{TEXT}\n{line('log.example', b'abcd' + bytes(64))}"

NO_BREAK = "a\N{NO-BREAK SPACE}b"
UNPADDED = base64.b64encode(bytes(68)).decode().rstrip("=")

NOT_NOTES = {
    "empty": b"",
    "text alone": TEXT.encode(),
    "no blank line": GOOD.replace("\n\n", "\n").encode(),
    "blank line and nothing": f"{TEXT}\n".encode(),
    "no newline at the end": GOOD.encode()[:-1],
    "carriage returns": GOOD.replace("\n", "\r\n").encode(),
    "a NUL": GOOD.replace("5", "\x00").encode(),
    "a tab": GOOD.replace("5", "\t").encode(),
    "no UTF-8": GOOD.encode() + b"\xff\n",
    "UTF-8 of a surrogate": GOOD.encode().replace(b"5", b"\xed\xa0\x80"),
    "a hyphen for the dash": GOOD.replace("\N{EM DASH}", "-").encode(),
    "no space behind the dash": GOOD.replace("\N{EM DASH} ", "\N{EM DASH}").encode(),
    "no name": f"{TEXT}\n{line('', b'abcd' + bytes(64))}".encode(),
    "a plus in the name": f"{TEXT}\n{line('a+b', b'abcd' + bytes(64))}".encode(),
    "a no-break space in the name": f"{TEXT}\n{line(NO_BREAK, b'abcd' + bytes(64))}".encode(),
    "no base64": f"{TEXT}\n\N{EM DASH} log.example !!!!\n".encode(),
    "base64 without padding": f"{TEXT}\n\N{EM DASH} log.example {UNPADDED}\n".encode(),
    "base64 with stray bits": f"{TEXT}\n\N{EM DASH} log.example YWJjZGV=\n".encode(),
    "a key ID alone": f"{TEXT}\n{line('log.example', b'abcd')}".encode(),
    "no signature": f"{TEXT}\n\N{EM DASH} log.example\n".encode(),
    "words behind the signature": (GOOD[:-1] + " more\n").encode(),
    "too many signatures": (TEXT + "\n" + line("log.example", bytes(68)) * 101).encode(),
    "too large": b"a" * ((1 << 20) + 1),
}


@pytest.mark.parametrize("data", NOT_NOTES.values(), ids=NOT_NOTES)
def test_refuses_what_is_no_note(data: bytes) -> None:
    with pytest.raises(NoteFormatError):
        parse_note(data)


def test_accepts_many_signatures() -> None:
    assert len(parse_note((TEXT + "\n" + line("log.example", bytes(68)) * 100).encode()).signatures) == 100


def test_refuses_to_write_what_could_not_be_read() -> None:
    signature = NoteSignature("log.example", b"abcd", bytes(64))
    for note in (
        SignedNote("no newline", (signature,)),
        SignedNote("tab\t\n", (signature,)),
        SignedNote(TEXT, ()),
        SignedNote(TEXT, (NoteSignature("a b", b"abcd", bytes(64)),)),
    ):
        with pytest.raises(NoteFormatError):
            render_note(note)
    with pytest.raises(NoteFormatError):
        sign_note("no newline", LOG)
