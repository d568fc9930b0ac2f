"""Hostile bytes as a dossier archive; only a whole one may be reported as holding."""

import io
import tempfile
import zipfile
from pathlib import Path

from charteroak.dossier.verification import verify_dossier
from harness import fuzz


def archive(**members: bytes) -> bytes:
    """A zip file with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in members.items():
            packed.writestr(name.replace("__", "/"), data)
    return out.getvalue()


SEEDS = (
    archive(**{"MANIFEST.sha256": b"", "verify.sh": b"#!/bin/sh\n"}),
    archive(
        **{"dossier__MANIFEST.sha256": b"0" * 64 + b"  a\n", "dossier__a": b"x", "dossier__checkpoint.note": b"o\n"}
    ),
    b"PK\x05\x06" + bytes(18),
)
PLACE = Path(tempfile.mkdtemp(prefix="charteroak-fuzz-")) / "dossier.zip"


def parse(data: bytes) -> None:
    """It is refused: nothing that can be made here is signed."""
    PLACE.write_bytes(data)
    verify_dossier(PLACE)
    raise AssertionError("a dossier that nobody signed was reported as holding")


if __name__ == "__main__":
    fuzz("dossier", parse, SEEDS)
