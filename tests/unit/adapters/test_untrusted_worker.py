"""A file may break its reader; it may not break the report around it, nor reach anything."""

import base64
import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from tests.simulators.made_mail import pdf_with_link

from charteroak.adapters.untrusted_worker import UntrustedWorker
from charteroak.mail.analysis import AnalysisStatus, analyze
from charteroak.mail.inside.finding import Inside, InsideDefect

ADDRESS = "https://sign-in.example/"


def code() -> bytes:
    drawn = io.BytesIO()
    segno.make(ADDRESS).save(drawn, kind="png", scale=4)
    return drawn.getvalue()


@pytest.fixture(scope="module")
def worker() -> Iterator[UntrustedWorker]:
    made = UntrustedWorker()
    yield made
    made.close()


def test_a_file_is_read_in_another_process(worker: UntrustedWorker) -> None:
    assert [link.address for link in worker("png", "a.png", code(), ()).links] == [ADDRESS]
    assert worker.process_id not in {None, os.getpid()}


def test_a_worker_that_was_killed_costs_one_file_at_most(worker: UntrustedWorker) -> None:
    worker("png", "a.png", code(), ())
    killed = worker.process_id
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    os.waitid(os.P_PID, killed, os.WEXITED | os.WNOWAIT)
    assert worker("png", "a.png", code(), ()).links
    assert worker.process_id != killed


def test_a_worker_that_takes_too_long_is_ended_and_the_report_is_partial() -> None:
    hasty = UntrustedWorker(wall_seconds=-1.0)
    mail = (
        b"From: a@b.example\r\nSubject: Scan me\r\nContent-Type: image/png; name=a.png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(code())
    )
    answer = analyze(mail, inspector=hasty)
    assert answer.status is AnalysisStatus.PARTIAL
    assert [defect.kind.code for defect in answer.defects] == ["reader-stopped"]
    assert answer.subject == "Scan me"
    assert hasty.process_id is None


def test_a_reader_that_uses_its_processor_time_up_is_ended() -> None:
    spinning = UntrustedWorker()
    try:
        assert spinning("png", "a.png", code(), ()).links
        process = spinning.process_id
        assert process is not None
        # What the kernel sends when RLIMIT_CPU is met.
        os.kill(process, signal.SIGXCPU)
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        assert spinning("png", "a.png", code(), ()).links
    finally:
        spinning.close()


def test_more_memory_than_a_worker_has_is_one_defect(worker: UntrustedWorker) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", b"x" * 100)
    data = bytearray(made.getvalue())
    # The LZMA properties of an entry (APPNOTE.TXT 5.8.8): a dictionary of nearly 4 GB is only a number.
    start = 30 + len("a.txt") + 4
    data[start + 1 : start + 5] = b"\xff\xff\xff\xf0"
    found = worker("zip", "a.zip", bytes(data), ())
    assert [why for why, _ in found.defects] in (
        [InsideDefect.WORKER_STOPPED],
        [InsideDefect.DAMAGED],
    )
    assert worker("png", "a.png", code(), ()).links


def test_pictures_are_made_anew_in_the_worker(worker: UntrustedWorker) -> None:
    assert worker.small_copy(code()).startswith(b"\x89PNG")
    assert worker.small_copy(b"no picture") == b""


FAILING = Path(__file__).parents[2] / "simulators" / "failing_reader.py"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "seconds", "wall"),
    [("spin", 0.2, 30.0), ("grow", 5.0, 30.0), ("sleep", 5.0, 0.7), ("socket", 5.0, 30.0), ("fork", 5.0, 30.0),
     ("write", 5.0, 30.0), ("exit", 5.0, 30.0), ("crash", 5.0, 30.0), ("babble", 5.0, 30.0)],
)  # fmt: skip
def test_whatever_limit_a_reader_meets_the_mail_has_a_report_and_the_next_file_a_reader(
    fault: str, seconds: float, wall: float
) -> None:
    failing = UntrustedWorker(wall_seconds=wall, program=(sys.executable, str(FAILING)))
    mail = (
        b"From: a@b.example\r\nSubject: Verify your password today or your account will be suspended\r\n"
        b"Date: Mon, 2 Nov 2026 09:00:00 -0500\r\nContent-Type: application/pdf; name=" + fault.encode() + b".zip\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(b"PK\x03\x04" + bytes(30))
    )
    try:
        began = time.monotonic()
        answer = analyze(mail, inspector=lambda kind, name, data, words, _: failing(kind, name, data, words, seconds))
        assert time.monotonic() - began < 90
        codes = {defect.kind.code for defect in answer.defects}
        assert answer.status is AnalysisStatus.PARTIAL
        assert codes & {"reader-stopped", "file-inside-damaged"}
        assert answer.subject.startswith("Verify your password")
        assert [link.address for link in failing("png", "a.png", code(), ()).links] == [ADDRESS]
    finally:
        failing.close()


def test_the_time_of_a_reader_is_measured_in_parts_of_a_second() -> None:
    failing = UntrustedWorker(program=(sys.executable, str(FAILING)))
    try:
        failing("png", "a.png", code(), ())
        began = time.monotonic()
        found = failing("zip", "spin.zip", b"PK", (), 0.1)
        assert [why for why, _ in found.defects] == [InsideDefect.WORKER_STOPPED]
        assert found.seconds == 0.1
        assert time.monotonic() - began < 60
    finally:
        failing.close()


@pytest.mark.slow
def test_links_of_a_pdf_are_kept_when_drawing_it_is_stopped() -> None:
    failing = UntrustedWorker(program=(sys.executable, str(FAILING)))
    try:
        found = failing("pdf", "draws-for-ever.pdf", pdf_with_link(ADDRESS), (), 2.0)
        assert [(link.address, link.how) for link in found.links] == [(ADDRESS, "pdf-link")]
        assert [why for why, _ in found.defects] == [InsideDefect.WORKER_STOPPED]
        lost = failing("pdf", "reads-for-ever.pdf", pdf_with_link(ADDRESS), (), 0.2)
        assert [link.address for link in lost.links] == [ADDRESS]
    finally:
        failing.close()


def test_files_of_one_mail_share_their_time() -> None:
    asked: list[float] = []

    def slow(_kind: str, _name: str, _data: bytes, _words: object, seconds: float) -> Inside:
        asked.append(round(seconds, 2))
        return Inside(seconds=0.16)

    part = b"--B\r\nContent-Type: image/png; name=a.png\r\n\r\n\x89PNG\r\n\x1a\n\r\n"
    mail = b"From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n" + part * 6 + b"--B--"
    answer = analyze(mail, inspector=slow)
    assert asked == [0.4, 0.24]
    assert "files-take-too-long" in [defect.kind.code for defect in answer.defects]
    assert answer.status is AnalysisStatus.PARTIAL


ATTEMPTS = {
    "a socket": "import socket; socket.socket()",
    "a name": "import socket; socket.getaddrinfo('example.org', 80)",
    "a program": "import subprocess; subprocess.run(['true'])",
    "a process": "import os; os.fork()",
    "a shell": "import os; os.system('true')",
    "a written file": "open('/tmp/made-by-a-reader', 'w')",
    "a removed file": "import os; os.unlink('/tmp/charteroak-none')",
    "a signal": "import os; os.kill(1, 0)",
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_reader_of_untrusted_files_reaches_nothing(attempt: str) -> None:
    script = (
        "from charteroak.adapters import untrusted_child as child\n"
        "import socket, subprocess, os\n"
        "child._give_up_everything()\n"
        f"try:\n    {ATTEMPTS[attempt]}\nexcept OSError as error:\n    print('refused', error.errno)\n"
        "else:\n    print('reached')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.startswith("refused") or (attempt == "a shell" and "reached" not in done.stdout), done


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="System call filters are Linux'.")
def test_the_kernel_filters_calls_that_python_does_not_see() -> None:
    script = (
        "import ctypes, errno\n"
        "from charteroak.adapters.system_call_filter import shut\n"
        "assert shut()\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "print(libc.socket(2, 1, 0), errno.errorcode[ctypes.get_errno()])\n"
        "print(libc.fork(), errno.errorcode[ctypes.get_errno()])\n"
        "print(libc.execve(b'/bin/true', None, None), errno.errorcode[ctypes.get_errno()])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines() == ["-1 EPERM"] * 3


def test_a_reader_may_have_threads() -> None:
    script = (
        "import threading\n"
        "from charteroak.adapters.system_call_filter import shut\n"
        "shut()\n"
        "thread = threading.Thread(target=print, args=('ran',))\n"
        "thread.start()\n"
        "thread.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "ran\n"
