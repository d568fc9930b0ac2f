"""Every form in which people hand mail in comes to the same bytes, and what is too much is refused whole."""

import io
import zipfile
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from outlook_files import compound_file, outlook_message

from charteroak.mail.analysis import AnalysisStatus, analyze
from charteroak.mail.handed_in import forwarded, is_pasted_text, messages_of_file, pasted, unwrapped
from charteroak.mail.intake import MailInputError

LURE = (
    b"Received: from mx.lure.example ([203.0.113.9]) by mail.town.example; Mon, 2 Nov 2026 09:00:00 -0500\r\n"
    b"From: Payroll <pay@lure.example>\r\nTo: lee@town.example\r\nSubject: Suspended\r\n"
    b"Date: Mon, 2 Nov 2026 09:00:00 -0500\r\nMessage-ID: <1@lure.example>\r\n\r\n"
    b"Verify at http://login.lure.example/ now.\r\n"
)
SEPARATOR = b"From pay@lure.example Mon Nov  2 09:00:00 2026\r\n"


def as_attachment(*messages: bytes, note: str = "I clicked it.", **fields: str) -> bytes:
    boundary = b"cut"
    head = {"From": "Lee <lee@town.example>", "To": "phish@desk.example", "Subject": "FW: look"} | fields
    parts = [b"Content-Type: text/plain\r\n\r\n" + note.encode()]
    parts += [b"Content-Type: message/rfc822\r\n\r\n" + message for message in messages]
    block = "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode()
    block += b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="cut"\r\n\r\n'
    return block + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--cut--\r\n"


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return made.getvalue()


def test_a_message_attached_to_a_report_has_the_bytes_it_came_with() -> None:
    (each,) = unwrapped(as_attachment(LURE))
    assert each.data == LURE
    assert "lee@town.example" in each.carriers
    assert each.note == "I clicked it."


def test_each_of_several_attached_messages_is_a_report() -> None:
    second = LURE.replace(b"Suspended", b"Second")
    assert [each.data for each in forwarded(as_attachment(LURE, second))] == [LURE, second]


def test_an_attached_outlook_file_is_taken_from_a_forwarded_mail() -> None:
    file = compound_file(outlook_message(subject="x", sender=("P", "pay@lure.example"), text="Verify now"))
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "lee@town.example", "phish@desk.example", "look"
    mail.set_content("See the file.")
    mail.add_attachment(file, maintype="application", subtype="octet-stream", filename="mail.msg")
    assert [each.data for each in forwarded(mail.as_bytes())] == [file]


def test_whoever_forwards_a_mail_as_text_is_not_taken_for_its_sender() -> None:
    mail = (
        b"From: Lee <lee@town.example>\r\nTo: phish@desk.example\r\nSubject: Fwd: RV: Suspended\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n> Verify at http://login.lure.example/ now.\r\n"
    )
    (each,) = forwarded(mail)
    analysis = analyze(each.data, reporters=each.carriers)
    assert (analysis.sender, analysis.subject) == ("", "Suspended")
    assert [defect.kind.code for defect in analysis.defects] == ["headers-missing"]
    assert analysis.status is AnalysisStatus.PARTIAL
    assert any("login.lure.example" in str(seen.to_json()) for seen in analysis.observables)
    assert "town.example" not in str(analysis.to_json(""))


def test_pasted_source_is_a_message_and_pasted_words_are_a_body() -> None:
    assert pasted("\ufeff\r\n" + LURE.decode()).data == LURE
    words = analyze(pasted("Dear clerk,\nverify at http://login.lure.example/ now").data)
    assert "headers-missing" in [defect.kind.code for defect in words.defects]
    assert words.observables


def test_lines_that_a_mail_program_shows_are_not_taken_for_headers_of_servers() -> None:
    shown = "From: Payroll <pay@lure.example>\nSent: Monday\nTo: Lee\nSubject: Suspended\n\nVerify now"
    assert "headers-missing" in [defect.kind.code for defect in analyze(pasted(shown).data).defects]


@pytest.mark.parametrize("data", [b"\x00\x01\x02 \xff", b"%PDF-1.4 a b c", b"two words", LURE[:3] + b"\x00 a b c d"])
def test_other_bytes_are_no_pasted_text(data: bytes) -> None:
    assert not is_pasted_text(data)


def test_a_mailbox_and_a_zip_of_mails_come_to_the_same_messages() -> None:
    mailbox = SEPARATOR + LURE + b"\r\n" + SEPARATOR + as_attachment(LURE)
    assert [each.data.rstrip() for each in messages_of_file(mailbox)][1] == LURE.rstrip()
    packed = zipped(a_eml=LURE, readme_txt=b"no", b_mbox=SEPARATOR + LURE)
    first, second = messages_of_file(packed)
    assert first.data == LURE
    assert second.data.endswith(LURE)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (zipped(readme_txt=b"no"), "holds no mail"),
        (zipped(**{f"m{n}_eml": LURE for n in range(21)}), "more than 20"),
        ((SEPARATOR + LURE + b"\r\n") * 21, "more than 20"),
        (zipped(a_eml=b"x" * (26 << 20)), "too large"),
        (b"PK\x03\x04" + b"x" * 100, "cannot be read"),
        (zipped(a_eml=LURE)[:-30], "cannot be read"),
        (zipped(**{f"{'n' * 200}{n}_txt": b"" for n in range(1200)}), "too many files"),
    ],
    ids=["no mail", "21 in a zip", "21 in a mailbox", "bomb", "no directory", "cut", "directory flood"],
)
def test_what_is_too_much_or_broken_is_refused_whole(data: bytes, words: str) -> None:
    with pytest.raises(MailInputError, match=words):
        messages_of_file(data)
