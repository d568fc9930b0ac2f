"""Write the fonts of printed documents: Public Sans and Roboto Mono as the portal ships them, and DejaVu Sans.

    python tools/document_fonts.py            unpack the portal's WOFF2 files, fetch DejaVu Sans with ``npm pack``
    python tools/document_fonts.py --check    offline: every committed file is the one its ``provenance.toml`` names

Typst reads TrueType and no WOFF2. Unpacking changes the container alone: the tables of glyphs stay as they are. It
needs ``fonttools`` and ``brotli``, which nothing else here does, so they are no dependency: run this file in an
environment of its own when the portal's fonts change.
"""

import argparse
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "src/charteroak/documents/fonts"
VENDOR = ROOT / "src/charteroak/portal/static/vendor"
UNPACKED = {
    "PublicSans-Regular.ttf": "uswds/fonts/public-sans/PublicSans-Regular.woff2",
    "PublicSans-Bold.ttf": "uswds/fonts/public-sans/PublicSans-Bold.woff2",
    "PublicSans-Italic.ttf": "uswds/fonts/public-sans/PublicSans-Italic.woff2",
    "RobotoMono-Regular.ttf": "uswds/fonts/roboto-mono/roboto-mono-v5-latin-regular.woff2",
}
COPIED = {"OFL.txt": "public-sans/OFL.txt"}
PACKAGE, VERSION = "dejavu-fonts-ttf", "2.37.3"
ARCHIVE_SHA256 = "b7013ac58f9225250619db82cfb72e99c37ca8195f2b5a06a9e6a95bc5e1c84a"
FETCHED = {"DejaVuSans.ttf": "package/ttf/DejaVuSans.ttf", "DejaVu-LICENSE.txt": "package/LICENSE"}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unpack(source: Path) -> bytes:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only who rebuilds the fonts has it

    font = TTFont(source, recalcTimestamp=False)
    font.flavor = None
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _fetch() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            ["npm", "pack", "--silent", f"{PACKAGE}@{VERSION}"], cwd=scratch, check=True, capture_output=True, text=True
        )
        archive = Path(scratch, done.stdout.strip().splitlines()[-1])
        found = _digest(archive.read_bytes())
        if found != ARCHIVE_SHA256:
            sys.exit(f"{PACKAGE} {VERSION}: expected sha256 {ARCHIVE_SHA256}, got {found}. Nothing was written.")
        with tarfile.open(archive) as tar:
            members = {name: tar.extractfile(path) for name, path in FETCHED.items()}
            return {name: member.read() for name, member in members.items() if member is not None}


def _write() -> None:
    files = {name: _unpack(VENDOR / source) for name, source in UNPACKED.items()}
    files |= {name: (VENDOR / source).read_bytes() for name, source in COPIED.items()}
    files |= _fetch()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name, content in files.items():
        (FOLDER / name).write_bytes(content)
    lines = [
        "# Written by tools/document_fonts.py; change that file, not this one.",
        'licence = "Public Sans OFL-1.1, Roboto Mono Apache-2.0, DejaVu Sans Bitstream-Vera (DejaVu-LICENSE.txt)"',
        f'package = "{PACKAGE}"',
        f'version = "{VERSION}"',
        f'archive-sha256 = "{ARCHIVE_SHA256}"',
        'builder = "tools/document_fonts.py"',
        "",
        "[unpacked]",
        *(f'"{name}" = "{_digest((VENDOR / source).read_bytes())}"' for name, source in sorted(UNPACKED.items())),
        "",
        "[files]",
        *(f'"{name}" = "{_digest(content)}"' for name, content in sorted(files.items())),
    ]
    (FOLDER / "provenance.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _faults() -> Iterator[str]:
    """What is wrong with the folder: files missing, changed, without provenance, or of fonts that changed since."""
    provenance = tomllib.loads((FOLDER / "provenance.toml").read_text(encoding="utf-8"))
    expected: dict[str, str] = provenance["files"]
    for path in sorted(FOLDER.iterdir()):
        if path.name != "provenance.toml" and expected.get(path.name) != _digest(path.read_bytes()):
            yield f"{path.relative_to(ROOT)} is not the file that provenance.toml names"
    for name in expected:
        if not (FOLDER / name).is_file():
            yield f"{name} is missing"
    for name, source in UNPACKED.items():
        if provenance["unpacked"].get(name) != _digest((VENDOR / source).read_bytes()):
            yield f"{name} was unpacked from another {source}"


def main() -> None:
    """Write the folder, or only check it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not the reviewed one")
    if not parser.parse_args().check:
        _write()
    sys.exit("\n".join(_faults()) or None)


if __name__ == "__main__":
    main()
