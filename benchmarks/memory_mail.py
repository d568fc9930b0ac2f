#!/usr/bin/env python3
"""The promise: a file of 64 MB and a mailbox of 64 MB cost no process that takes mail in more than they are worth.

    benchmarks/memory_mail.py        written to benchmarks/results/memory_mail.json

Peak resident memory (VmHWM, Linux) over that of the same process with a small mail: the served portal at a form of
64 MB, ``phish take`` at a Maildir with a mail of 64 MB and at one with four mails that are 64 MB together, ``phish
file`` at a mail of 64 MB and a mailbox, ``phish analyze`` at a mail and at a mailbox of 64 MB.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

TOP = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).with_name("charteroak")
RESULT = TOP / "benchmarks" / "results" / "memory_mail.json"
FILE_BYTES = 64 << 20
MOST_GROWTH_MB = 128
"""Twice what is handed in: the file as it came, and once more while it is written or taken apart."""
MAILBOX_MAILS = 3_000
MADE_DESK = TOP / "benchmarks" / "made_desk.py"
MAIL = (
    b"Return-Path: <lee@town.example>\r\nReceived: from a.example ([203.0.113.9]) by b.example;"
    b" Mon, 2 Nov 2026 09:00:00 -0500\r\nFrom: Lee <lee@town.example>\r\nTo: phish@desk.example\r\n"
    b"Subject: Fwd: number %d\r\nDate: Mon, 2 Nov 2026 09:00:00 -0500\r\n\r\nhttp://login.lure.example/%d\r\n"
)
PAD = b"words that fill a mail up to its size, one line after another\r\n"


def _mail(number: int, size: int) -> bytes:
    head = MAIL % (number, number)
    return head + PAD * max((size - len(head)) // len(PAD), 0)


def _peak_mb(process: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def _run(*arguments: str | Path) -> dict[str, Any]:
    """One command, its peak and what it said last."""
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=TOP, stdout=out, stderr=subprocess.DEVNULL)
        peak = 0.0
        while child.poll() is None:
            peak = max(peak, _peak_mb(child.pid))
            time.sleep(0.02)
        out.seek(0)
        lines = out.read().splitlines()
    return {
        "peakMB": round(peak),
        "exitCode": child.returncode,
        "lines": len(lines),
        "said": lines[-1][:300] if lines else "",
    }


def _maildir(folder: Path, name: str, mails: list[bytes]) -> Path:
    place = folder / name
    for part in ("new", "cur", "tmp"):
        (place / part).mkdir(parents=True)
    for number, mail in enumerate(mails):
        (place / "new" / f"{number}.a").write_bytes(mail)
    return place


def _portal(data: Path) -> dict[str, Any]:
    """Hand a file of 64 MB to the served form; peak of the server and its processes before and after."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    server = subprocess.Popen(
        [PROGRAM, "serve", "--bind", f"127.0.0.1:{port}", "--data", data],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.2)
        small = _hand_in(port, _mail(0, 2_000))
        at_rest = sum(map(_peak_mb, _family(server.pid)))
        large = _hand_in(port, _mail(1, FILE_BYTES))
        below = _hand_in(port, _mail(2, 24 << 20))
        after = sum(map(_peak_mb, _family(server.pid)))
        return {"smallMail": small, "of64MB": large, "of24MB": below, "restMB": round(at_rest), "peakMB": round(after)}
    finally:
        server.terminate()
        server.wait(60)


def _family(process: int) -> list[int]:
    found = [process]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, task.read_text().split())
    return found


def _hand_in(port: int, mail: bytes) -> dict[str, Any]:
    """A file by the form of the portal, as a browser sends it."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    asked.request("GET", "/report/mail/")
    page = asked.getresponse()
    cookies = "; ".join(value.partition(";")[0] for name, value in page.getheaders() if name.lower() == "set-cookie")
    fields = dict(re.findall(rb'name="([a-z_]+)" value="([^"]*)"', page.read()))
    answers = {b"link": b"no", b"password": b"no", b"file": b"no", b"disclosure": b"desk-only"}
    fields = {b"csrfmiddlewaretoken": b"", **fields, **answers}
    parts = b"".join(
        b'--cut\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % pair for pair in fields.items()
    )
    parts += b'--cut\r\nContent-Disposition: form-data; name="message"; filename="a.eml"\r\n'
    parts += b"Content-Type: message/rfc822\r\n\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=cut", "Cookie": cookies}
    try:
        asked.request("POST", "/report/mail/", parts + mail + b"\r\n--cut--\r\n", headers)
    except OSError as error:
        return {"broken": type(error).__name__}
    answer = asked.getresponse()
    text = re.sub(rb"\s+", b" ", re.sub(rb"<[^>]+>", b" ", answer.read()))
    told = re.search(rb"[^.:]*\bMB\b[^.]*\.", text)
    return {"status": answer.status, "told": told[0].decode().strip()[-160:] if told else ""}


def main() -> int:
    """0 when every way keeps to its memory."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    sys.path.insert(0, str(TOP / "tools"))
    from measure import origin  # noqa: PLC0415 - the path is made above

    document: dict[str, Any] = {"name": "memory_mail", **origin(), "loadAverage": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="charteroak-memory-") as place:
        folder = Path(place)
        data = folder / "data"
        subprocess.run([sys.executable, str(MADE_DESK), str(data)], cwd=TOP, check=True)
        box = folder / "all.mbox"
        with box.open("wb") as file:
            for number in range(MAILBOX_MAILS):
                separator = b"From lee@town.example Mon Nov  2 09:00:00 2026\r\n"
                file.write(separator + _mail(number, FILE_BYTES // MAILBOX_MAILS) + b"\r\n")
        large = folder / "large.eml"
        large.write_bytes(_mail(1, FILE_BYTES))
        small = folder / "small.eml"
        small.write_bytes(_mail(0, 2_000))
        few = folder / "few.mbox"
        with box.open("rb") as whole:
            few.write_bytes(whole.read(FILE_BYTES // MAILBOX_MAILS * 40))
        ways = {
            "analyze": {
                "small": _run("phish", "analyze", small),
                "file of 64 MB": _run("phish", "analyze", large),
                "mailbox of 64 MB": _run("phish", "analyze", "--json", box),
            },
            "file": {
                "small": _run("phish", "file", small, "--json", "--data", data),
                "file of 64 MB": _run("phish", "file", large, "--json", "--data", data),
                "mailbox of 40 mails": _run("phish", "file", few, "--json", "--data", data),
            },
            "take": {
                "small": _run("phish", "take", _maildir(folder, "one", [_mail(5, 2_000)]), "--json", "--data", data),
                "mail of 64 MB": _run(
                    "phish", "take", _maildir(folder, "large", [_mail(6, FILE_BYTES)]), "--json", "--data", data
                ),
                "spool of 64 MB": _run(
                    "phish", "take", _maildir(folder, "many", [_mail(7 + n, FILE_BYTES // 4) for n in range(4)]),
                    "--json", "--data", data,
                ),
            },
        }  # fmt: skip
        portal = _portal(data)
    missed = [
        f"{way}: {name}"
        for way, runs in ways.items()
        for name, run in runs.items()
        if run["peakMB"] - runs["small"]["peakMB"] >= MOST_GROWTH_MB
    ]
    missed += ["portal"] if portal["peakMB"] - portal["restMB"] >= 2 * MOST_GROWTH_MB else []
    document |= {"ways": ways, "portal": portal, "mostGrowthMB": MOST_GROWTH_MB, "missed": missed}
    RESULT.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps({"ways": ways, "portal": portal, "missed": missed}, indent=1))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
