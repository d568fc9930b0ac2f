"""The same message by every way in gives the same analysis; a ``.msg`` file says which fields it cannot carry.

Ways: a file, a mailbox, a Maildir, the web form's upload, a message attached to a forwarded mail, SMTP, LMTP, a zip,
pasted source, and an Outlook file made from it.
"""

import io
import smtplib
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from mail_in import TO, receiving
from outlook_files import compound_file, outlook_message

from charteroak.mail.analysis import analyze
from charteroak.mail.handed_in import forwarded, messages_of_file, pasted
from charteroak.mail.intake import read_sources

MESSAGE = (
    b"Received: from mx.lure.example ([203.0.113.9]) by mail.town.example; Mon, 2 Nov 2026 09:00:00 -0500\r\n"
    b"Authentication-Results: mail.town.example; dmarc=fail header.from=lure.example\r\n"
    b'From: "PayPal Service" <pay@lure.example>\r\nTo: lee@town.example\r\nReply-To: other@mailbox.example\r\n'
    b"Subject: =?utf-8?q?Your_account_is_suspended?=\r\nDate: Mon, 2 Nov 2026 09:00:00 -0500\r\n"
    b"Message-ID: <1@lure.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p>Verify your password: <a href="http://login.lure.example/">paypal.com</a></p>\r\n.\r\n..dots\r\n'
)
SEPARATOR = b"From pay@lure.example Mon Nov  2 09:00:00 2026\r\n"
NOT_IN_OUTLOOK = {"sha256"}
"""An Outlook file keeps no bytes of the message, so that its digest is another."""


def record(data: bytes) -> dict[str, Any]:
    return analyze(data, reporters=["lee@town.example"]).to_json("")


def outer() -> bytes:
    return (
        b"From: lee@town.example\r\nTo: phish@desk.example\r\nSubject: FW\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="cut"\r\n\r\n--cut\r\nContent-Type: text/plain\r\n\r\nSee.\r\n'
        b"--cut\r\nContent-Type: message/rfc822\r\n\r\n" + MESSAGE + b"\r\n--cut--\r\n"
    )


def by_source(path: Path) -> bytes:
    (item,) = read_sources([str(path)], io.BytesIO())
    (only,) = messages_of_file(item.data)
    return only.data


def by_file(folder: Path) -> bytes:
    (folder / "a.eml").write_bytes(MESSAGE)
    return by_source(folder / "a.eml")


def by_mailbox(folder: Path) -> bytes:
    (folder / "a.mbox").write_bytes(SEPARATOR + MESSAGE)
    return by_source(folder / "a.mbox").removeprefix(SEPARATOR)


def by_maildir(folder: Path) -> bytes:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir()
    (folder / "new" / "1.a").write_bytes(MESSAGE)
    return by_source(folder)


def by_zip(_folder: Path) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.eml", MESSAGE)
    (only,) = messages_of_file(made.getvalue())
    return only.data


def by_paste(_folder: Path) -> bytes:
    return pasted(MESSAGE.decode()).data


def by_forward(_folder: Path) -> bytes:
    (only,) = forwarded(outer())
    return only.data


def by_upload_of_forward(_folder: Path) -> bytes:
    (only,) = messages_of_file(outer())
    return only.data


def by_smtp(_folder: Path) -> bytes:
    with receiving() as kept, smtplib.SMTP("127.0.0.1", kept.port) as client:
        client.sendmail("lee@town.example", [TO], outer())
    (only,) = forwarded(kept.deliveries[0].data)
    return only.data


def by_lmtp(_folder: Path) -> bytes:
    with receiving(lmtp=True) as kept, smtplib.LMTP("127.0.0.1", kept.port) as client:
        client.sendmail("lee@town.example", [TO], outer())
    (only,) = forwarded(kept.deliveries[0].data)
    return only.data


WAYS = [
    by_file, by_mailbox, by_maildir, by_zip, by_paste, by_forward, by_upload_of_forward, by_smtp, by_lmtp,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_way_gives_the_same_record(way: Any, tmp_path: Path) -> None:
    assert record(way(tmp_path)) == record(MESSAGE)


def test_an_outlook_file_differs_in_its_digest_alone() -> None:
    from charteroak.mail.inside.looking import look_inside

    headers, _, body = MESSAGE.decode().partition("\r\n\r\n")
    subject = str(message_from_bytes(MESSAGE)["subject"])
    file = compound_file(outlook_message(headers=headers, subject=subject, html=body.encode()))
    found = analyze(file, reporters=["lee@town.example"], inspector=look_inside).to_json("")
    whole = record(MESSAGE)
    assert {name for name in whole if found[name] != whole[name]} == NOT_IN_OUTLOOK
