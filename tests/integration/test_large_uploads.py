"""A file that is far too large, over a real connection: refused in one clear sentence, quickly, and nothing is kept."""

import http.client
import re
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from pytest_django.live_server_helper import LiveServer

from charteroak.records.reports.models import Report

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.usefixtures("data_directory", "desk"),
]
BOUNDARY = "----of-the-form"
FILE_BYTES = 64 << 20
CHUNK = bytes(1 << 20)


def form_of(token: str) -> tuple[bytes, bytes]:
    """A form's bytes before and after those of its file."""
    fields = {"csrfmiddlewaretoken": token, "link": "no", "password": "no", "file": "no", "disclosure": "desk-only"}
    head = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="message"; filename="mail.eml"\r\n\r\n'
    return (head + file).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()


def pieces(head: bytes, tail: bytes) -> Iterator[bytes]:
    yield head
    for _ in range(FILE_BYTES // len(CHUNK)):
        yield CHUNK
    yield tail


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "This file is larger than 25 MB. Paste the text of the mail instead."),
        ("es", "Este archivo ocupa más de 25 MB. Pegue el texto del correo en su lugar."),
    ],
)
def test_file_of_64_megabytes_is_refused_in_one_clear_sentence(
    live_server: LiveServer, language: str, sentence: str
) -> None:
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=60)
    connection.request("GET", "/report/mail/", headers={"Accept-Language": language})
    page = connection.getresponse()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.read().decode())
    cookie = (page.getheader("Set-Cookie") or "").partition(";")[0]
    assert found is not None
    head, tail = form_of(found[1])
    headers = {
        "Accept-Language": language,
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + FILE_BYTES + len(tail)),
        "Cookie": cookie,
        "Referer": f"{live_server.url}/report/mail/",
    }
    began = time.process_time()
    connection.request("POST", "/report/mail/", body=pieces(head, tail), headers=headers)
    answer = connection.getresponse()
    shown = answer.read().decode()
    assert answer.status == 422
    assert shown.count(sentence) == 2  # at the top and beside the file
    assert not Report.objects.exists()
    assert time.process_time() - began < 10
    connection.close()
