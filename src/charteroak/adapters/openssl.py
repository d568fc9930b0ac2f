"""The second opinion on time-stamp tokens: ``openssl ts -verify``, the very command that a stranger would run.

Where ``openssl`` is absent, too old or does not end, there is no second opinion. That is said, and is no failure.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

TIMEOUT_SECONDS = 20.0
_REASON_CHARACTERS = 300
_SOURCE_PLACE = re.compile(r":[\w./-]+\.c:\d+:")

Outcome = Literal["verified", "rejected", "could-not"]


@dataclass(frozen=True, slots=True)
class OpenSSLCheck:
    """What ``openssl`` said of one token, with its own words where it did not verify."""

    outcome: Outcome
    reason: str = ""


def verify_command(*, digest: bytes, reply: str, certificates: str, at: datetime) -> tuple[str, ...]:
    """The command that checks a reply over a SHA-256 digest, as people can type it.

    ``-attime`` is the token's own moment: the authority's certificate has to have been valid then, not today.
    """
    return (
        "openssl", "ts", "-verify", "-digest", digest.hex(), "-in", reply, "-CAfile", certificates,
        "-attime", str(int(at.timestamp())),
    )  # fmt: skip


def check_reply(reply: bytes, *, digest: bytes, certificates_pem: str, at: datetime) -> OpenSSLCheck:
    """What ``openssl ts -verify`` says of a raw reply, at the moment that its token names. Never raises."""
    program = shutil.which("openssl")
    if program is None:
        return OpenSSLCheck("could-not", "openssl is not installed here")
    try:
        with tempfile.TemporaryDirectory(prefix="charteroak-openssl-") as name:
            folder = Path(name)
            (folder / "reply.tsr").write_bytes(reply)
            (folder / "roots.pem").write_text(certificates_pem, encoding="ascii")
            command = verify_command(digest=digest, reply="reply.tsr", certificates="roots.pem", at=at)
            done = _run([program, *command[1:]], folder)
    except (OSError, UnicodeEncodeError, subprocess.TimeoutExpired) as error:
        return OpenSSLCheck("could-not", f"openssl could not be run: {type(error).__name__}")
    # A version that does not know an option says so in its usage, and never gets as far as a verdict.
    verdict = done.stdout + done.stderr
    if done.returncode == 0 and "Verification: OK" in verdict:
        return OpenSSLCheck("verified")
    if "Verification: FAILED" in verdict:
        return OpenSSLCheck("rejected", _reason(verdict))
    return OpenSSLCheck("could-not", _reason(verdict))


def _run(command: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    # No configuration of the machine's and no store of its certificates: only the roots that we hand over count.
    environment = {
        "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "OPENSSL_CONF": os.devnull,
        "SSL_CERT_DIR": str(folder / "none"), "SSL_CERT_FILE": str(folder / "none"),
    }  # fmt: skip
    return subprocess.run(  # noqa: S603 - a fixed command over files that we wrote ourselves
        list(command),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def _reason(output: str) -> str:
    """The first line that names a fault, without the place in OpenSSL's source."""
    lines = [
        line.strip() for line in output.splitlines() if line.strip() and not line.startswith("Using configuration")
    ]
    faults = [line for line in lines if "error" in line.lower() or "unknown option" in line.lower()]
    chosen = (faults or lines or ["no words"])[0]
    parts = chosen.split(":", 5)
    told = _SOURCE_PLACE.sub(": ", parts[5] if len(parts) == 6 and "error" in parts[1] else chosen).strip(": ")
    told = told.replace("certificate verify error: Verify error:", "certificate verify error: ")
    return "".join(c for c in told if c.isprintable()).strip()[:_REASON_CHARACTERS]
