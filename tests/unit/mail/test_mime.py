import pytest

from charteroak.mail.defects import DefectKind, DefectLog
from charteroak.mail.mime import Message, split_message


def split(data: bytes) -> tuple[Message, DefectLog]:
    defects = DefectLog()
    return split_message(data, defects), defects


def multipart(*parts: bytes, close: bytes = b"--B--\n") -> bytes:
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=B\n\npreamble\n"
    return head + b"".join(b"--B\n" + part + b"\n" for part in parts) + close


def test_folded_and_repeated_fields_are_kept_in_order() -> None:
    message, _ = split(b"Received: one\n\ttwo\nReceived: three\nSubject : x\n\nbody")
    assert message.headers.all("received") == ["one two", "three"]
    assert message.headers.first("subject") == "x"


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_every_line_ending_gives_the_same_parts(line_end: bytes) -> None:
    data = multipart(b"Content-Type: text/plain\n\nhello", b"Content-Type: text/html\n\n<p>hi")
    message, _ = split(data.replace(b"\n", line_end))
    assert [(part.path, part.content_type, part.data) for part in message.parts] == [
        ("1", "text/plain", b"hello"),
        ("2", "text/html", b"<p>hi"),
    ]


def test_part_without_headers_is_plain_text() -> None:
    message, _ = split(multipart(b"\nhello"))
    assert message.parts[0].data == b"hello"
    assert message.parts[0].is_text


def test_boundary_that_begins_like_another_is_not_confused_with_it() -> None:
    inner = b"Content-Type: multipart/alternative; boundary=BB\n\n--BB\n\nx\n--BB\n\ny\n--BB--\n"
    message, _ = split(multipart(inner, b"\nz"))
    assert [part.data for part in message.parts] == [b"x", b"y", b"z"]
    assert [part.path for part in message.parts] == ["1.1", "1.2", "2"]


def test_missing_close_boundary_loses_nothing() -> None:
    message, defects = split(multipart(b"\nx", close=b""))
    assert message.parts[0].data.strip() == b"x"
    assert defects.has(DefectKind.NO_CLOSE_BOUNDARY)


def test_multipart_without_its_boundary_is_read_as_text() -> None:
    message, defects = split(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=B\n\nhttp://x.example/")
    assert message.parts[0].is_text
    assert defects.has(DefectKind.NO_START_BOUNDARY)
    assert not defects.loses_content


def test_empty_part_between_two_boundaries_is_empty() -> None:
    message, _ = split(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=B\n\n--B\n--B\n\nx\n--B--")
    assert [part.data for part in message.parts] == [b"", b"x"]


@pytest.mark.parametrize("encoding", ["7bit", "base64"])
def test_attached_message_is_taken_apart_however_it_is_encoded(encoding: str) -> None:
    import base64

    inner = b"From: evil@lure.example\nSubject: inner\n\nhttp://lure.example/"
    body = base64.encodebytes(inner) if encoding == "base64" else inner
    head = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    message, _ = split(multipart(head + body))
    assert [attached.headers.first("subject") for attached in message.attached] == ["inner"]
    assert message.attached[0].parts[0].data.strip() == b"http://lure.example/"


def test_mail_saved_as_a_file_and_attached_is_taken_apart_too() -> None:
    inner = b"From: evil@lure.example\nSubject: inner\n\nhi"
    message, _ = split(multipart(b'Content-Type: application/octet-stream; name="m.EML"\n\n' + inner))
    assert len(message.attached) == 1


def test_attached_message_that_is_none_stays_a_file() -> None:
    message, _ = split(multipart(b"Content-Type: message/rfc822\n\n\x89PNG\r\n\x1a\n"))
    assert not message.attached
    assert message.parts[0].is_attachment


@pytest.mark.parametrize("before", [b"", b"\r\n\r\n", b"From a@b.example Mon Jan  1 00:00:00 2024\n", b"\xef\xbb\xbf"])
def test_what_stands_before_the_first_field_is_stepped_over(before: bytes) -> None:
    message, _ = split(before + b"Subject: x\n\nbody")
    assert message.headers.first("subject") == "x"


def test_mail_saved_as_utf_16_is_read() -> None:
    message, defects = split("From: a@b.example\nSubject: x\n\nbody".encode("utf-16"))
    assert message.headers.first("subject") == "x"
    assert defects.has(DefectKind.UTF16)


def test_raw_8_bit_header_does_not_spoil_its_utf_8_neighbour() -> None:
    message, defects = split(b"Subject: caf\xe9\nFrom: " + "é@b.example".encode() + b"\n\nbody")
    assert message.headers.first("subject") == "café"
    assert message.headers.first("from") == "é@b.example"
    assert defects.has(DefectKind.RAW_8BIT_HEADER)


def test_header_block_without_end_still_gives_its_fields() -> None:
    message, defects = split(b"From: a@b.example\nSubject: x")
    assert message.headers.first("subject") == "x"
    assert defects.has(DefectKind.NO_BODY_SEPARATOR)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"just a note: nothing more", b"\n\n\n"])
def test_other_bytes_do_not_pass_for_a_message(data: bytes) -> None:
    message, _ = split(data)
    assert not message.headers.tell_a_message


def test_quoted_name_of_an_encoding_is_understood() -> None:
    defects = DefectLog()
    data = b'From: a@b.example\nContent-Transfer-Encoding: "base64"\n\naGVsbG8=\n'
    assert split_message(data, defects).parts[0].data == b"hello"


@pytest.mark.parametrize("kind", ["message/partial; number=1; total=2", "message/external-body; access-type=URL"])
def test_what_is_not_in_the_message_is_said(kind: str) -> None:
    defects = DefectLog()
    split_message(f"From: a@b.example\nContent-Type: {kind}\n\nx\n".encode(), defects)
    assert defects.has(DefectKind.ELSEWHERE)
    assert defects.loses_content


@pytest.mark.parametrize(
    "before",
    [
        b"X-Pad: " + b"a" * 300_000 + b"\n",
        b"X-Pad: a" + b"\n bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" * 20_000 + b"\n",
        b"X-Pad: a\n" * 600,
    ],
)
def test_padding_in_front_of_the_fields_hides_none_that_tells(before: bytes) -> None:
    defects = DefectLog()
    message = split_message(before + b"From: a@b.example\nSubject: Hi\nContent-Type: text/html\n\n<p>x\n", defects)
    assert message.headers.first("from") == "a@b.example"
    assert message.parts[0].content_type == "text/html"
    assert defects.loses_content


def test_first_field_with_a_blank_before_its_colon_is_no_line_of_a_mailbox() -> None:
    assert (
        split_message(b"From : a@b.example\nTo: c@d.example\n\nx\n", DefectLog()).headers.first("from") == "a@b.example"
    )


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ("format=flowed", "Go to now\n> quoted \n-- \nJo"),
        ("format=flowed; delsp=yes", "Go tonow\n> quoted \n-- \nJo"),
        ("format=fixed", "Go to \nnow\n> quoted \n-- \nJo"),
    ],
)
def test_flowed_lines_go_on_in_the_next(parameters: str, text: str) -> None:
    data = f"From: a@b.example\nContent-Type: text/plain; {parameters}\n\nGo to \nnow\n> quoted \n-- \nJo"
    assert split_message(data.encode(), DefectLog()).parts[0].text(1000, DefectLog()) == text


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("Content-Disposition: attachment; filename=a.pdf; filename*=utf-8''a.pdf.exe", "a.pdf.exe"),
        ("Content-Type: text/plain; name=a.js\nContent-Disposition: attachment; filename=a.txt", "a.js"),
        ("Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=b.txt", "b.txt"),
        ("Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment; filename=b.exe", "b.exe"),
    ],
)
def test_of_two_names_of_a_file_the_one_that_runs_is_told(fields: str, name: str) -> None:
    message = split_message(f"From: a@b.example\n{fields}\n\nx\n".encode(), DefectLog())
    assert [part.file_name for part in message.parts] == [name]
