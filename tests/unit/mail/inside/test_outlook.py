"""Messages that Outlook saved become ordinary messages, whole, and a damaged one is a defect."""

import struct

import pytest
from tests.simulators.outlook_files import compound_file, outlook_message

from charteroak.mail.analysis import Analysis, AnalysisStatus, analyze
from charteroak.mail.inside.looking import look_inside
from charteroak.mail.inside.outlook import outlook_message as read_outlook
from charteroak.mail.inside.rtf import RTFError, read_rtf, unpack

HEADERS = (
    "Received: from mx.evil.example (mx.evil.example [192.0.2.7])\r\n"
    "\tby mail.town.example; Mon, 2 Mar 2026 09:00:00 -0500\r\n"
    "From: Town Hall <clerk@town-hall.example>\r\nTo: me@town.example\r\nSubject: Invoice\r\n"
    'Content-Type: multipart/mixed; boundary="never-kept"\r\n'
)


def analyzed(data: bytes) -> Analysis:
    return analyze(data, inspector=look_inside)


def urls(answer: Analysis) -> set[str]:
    return {seen.observable.value for seen in answer.observables if seen.observable.type == "url"}


def test_headers_bodies_and_files_of_a_message_are_read_as_they_were() -> None:
    data = compound_file(
        outlook_message(
            headers=HEADERS,
            text="See https://one.example/a",
            html=b"<a href='https://two.example/b'>x</a>",
            files=[("note \u202etxt.exe", b"MZ" + bytes(9000))],
        )
    )
    answer = analyzed(data)
    assert (answer.status, answer.subject, answer.sender) == (
        AnalysisStatus.ANALYZED,
        "Invoice",
        "Town Hall <clerk@town-hall.example>",
    )
    assert {"https://one.example/a", "https://two.example/b"} <= urls(answer)
    (attachment,) = answer.attachments
    assert {"program", "name-turned-around"} <= set(attachment.flags)


def test_without_transport_headers_a_block_is_made_from_the_properties() -> None:
    made = outlook_message(
        subject="Bonus\r\nBcc: all@town.example",
        sender=('Chief "of" Staff', "chief@evil.example"),
        recipients=[("Ann", "ann@town.example")],
        text="Call me",
    )
    message = read_outlook(compound_file(made)).message.decode()
    assert message.startswith('From: "Chief \'of\' Staff" <chief@evil.example>\r\nTo: "Ann" <ann@town.example>\r\n')
    assert "Subject: Bonus Bcc: all@town.example\r\n" in message


def test_a_message_within_a_message_is_read() -> None:
    inner = outlook_message(
        subject="Pay", sender=("", "x@evil.example"), text="https://three.example/c", is_attached=True
    )
    answer = analyzed(compound_file(outlook_message(headers=HEADERS, text="see attached " * 200, attached=[inner])))
    assert "https://three.example/c" in urls(answer)


def test_messages_in_messages_end_at_the_limit_and_say_so() -> None:
    tree = outlook_message(subject="innermost", text="deep", is_attached=True)
    for _ in range(12):
        tree = outlook_message(subject="one more", attached=[tree], is_attached=True)
    found = read_outlook(compound_file(tree))
    assert found.message
    assert [why for why, _ in found.defects] == ["file-inside-cut"]


def test_an_outlook_file_attached_to_a_mail_is_read() -> None:
    import base64

    inner = compound_file(outlook_message(headers=HEADERS, html=b"<a href='https://four.example/d'>x</a>"))
    mail = (
        b"From: a@b.example\r\nSubject: Fw\r\nContent-Type: application/vnd.ms-outlook; name=lure.msg\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inner)
    )
    assert "https://four.example/d" in urls(analyzed(mail))


def test_an_office_file_is_no_message() -> None:
    answer = analyzed(compound_file({"WordDocument": b"\xec" * 6000}))
    assert answer.status is AnalysisStatus.UNREADABLE
    assert answer.defects[-1].kind.code == "no-header-block"


@pytest.mark.parametrize("cut", [600, 1024, 2000, 4000])
def test_a_cut_file_is_unreadable_and_raises_nothing(cut: int) -> None:
    data = compound_file(outlook_message(headers=HEADERS, text="hello " * 2000))[:cut]
    assert analyzed(data).status is AnalysisStatus.UNREADABLE


def packed(text: bytes) -> bytes:
    """RTF stored as runs of literals, as the format allows."""
    out = bytearray()
    for start in range(0, len(text), 8):
        out += b"\0" + text[start : start + 8]
    return struct.pack("<IIII", len(out) + 12, len(text), 0x75465A4C, 0) + bytes(out)


def test_the_html_within_rtf_comes_out() -> None:
    source = (
        rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <a href='https://five.example/e'>}\htmlrtf {\b \htmlrtf0 Open"
        rb"\htmlrtf }\htmlrtf0 {\*\htmltag72 </a>}}"
    )
    assert read_rtf(unpack(packed(source))) == ("<a href='https://five.example/e'>Open</a>", True)
    answer = analyzed(compound_file(outlook_message(headers=HEADERS, rtf=packed(source))))
    assert "https://five.example/e" in urls(answer)


PUBLISHED = (
    # MS-OXRTFCP, sections 3.1.1 and 3.1.2.
    (
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0",
        b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
    ),
    ("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
)


@pytest.mark.parametrize(("packed_form", "text"), PUBLISHED)
def test_the_published_examples_of_compressed_rtf_unpack(packed_form: str, text: bytes) -> None:
    assert unpack(bytes.fromhex(packed_form)) == text


def test_references_into_the_window_are_followed() -> None:
    # Offset 0, length 6 of the initial window is "{\\rtf1": one reference, then the end mark.
    body = bytes([0b00000011]) + (0 << 4 | 4).to_bytes(2, "big") + ((207 + 6) << 4).to_bytes(2, "big")
    assert unpack(struct.pack("<IIII", len(body) + 12, 6, 0x75465A4C, 0) + body) == b"{\\rtf1"


@pytest.mark.parametrize("data", [b"", b"x" * 15, struct.pack("<IIII", 1, 1 << 30, 0x75465A4C, 0), bytes(16)])
def test_what_is_no_compressed_rtf_is_refused(data: bytes) -> None:
    with pytest.raises(RTFError):
        unpack(data)


def test_a_file_without_transport_headers_is_told_as_partial() -> None:
    answer = analyze(
        compound_file(outlook_message(subject="Pay", sender=("Jo", "jo@firm.example"), text="See you.")),
        inspector=look_inside,
    )
    assert answer.sender == "Jo <jo@firm.example>"
    assert "headers-missing" in {defect.kind.code for defect in answer.defects}


def test_colleague_whom_exchange_knows_by_a_name_of_its_own_has_no_broken_address() -> None:
    colleague = outlook_message(
        subject="Lunch", sender=("Jo Reed", "/O=ELM/OU=X/CN=RECIPIENTS/CN=jreed"), text="At noon?"
    )
    answer = analyze(compound_file(colleague), inspector=look_inside)
    assert not answer.signals
    assert answer.status is AnalysisStatus.PARTIAL
