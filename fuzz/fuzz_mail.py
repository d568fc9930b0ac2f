"""Hostile bytes as mail. The analysis never raises, also no error of ours, and its answer can be written as JSON."""

import json
from pathlib import Path

from charteroak.errors import CharterOakError
from charteroak.mail import analyze
from harness import fuzz

EXAMPLE = Path(__file__).parent.parent / "docs" / "examples" / "parcel.eml"
NESTED = b"""\
From: a@b.example
Subject: =?utf-8?b?SGVsbG8=?= =?utf-7?q?+ADw-script?=
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-16
Content-Transfer-Encoding: base64

SABlAGwAbABvAA==
--x
Content-Type: application/zip; name*=utf-8''%e2%80%ae.zip
Content-Disposition: attachment

PK\x03\x04
--x
Content-Type: message/rfc822

From: c@d.example
Subject: inner

https://evil.example/a
--x--
"""
MARKUP = b"""\
Subject: x
Received: from a (b [1.2.3.4]) by c; Mon, 1 Jan 2026 00:00:00 +0000

<a href=//evil.example><base href=x:><form action='https://evil.example'><input type=password>
"""
LURES = tuple((Path(__file__).parent.parent / "src/charteroak/services/sample_data/mail").glob("*.eml"))
RECIPIENT = "june.whitlock@cedar-landing.example"
SEEDS = (
    *(path.read_bytes() for path in sorted(LURES)),
    EXAMPLE.read_bytes(),
    NESTED,
    MARKUP,
    b'Content-Type: multipart/alternative; boundary=""\n\n--\n',
)


def parse(data: bytes) -> None:
    """Any bytes have an answer, and the person who reported is not in it."""
    try:
        analysis = analyze(data, reporters=(RECIPIENT,))
    except CharterOakError as error:
        raise AssertionError(f"analyze refused: {error}") from error
    document = json.dumps(analysis.to_json("-")["observables"])
    assert RECIPIENT not in document.lower()


if __name__ == "__main__":
    fuzz("mail", parse, SEEDS)
