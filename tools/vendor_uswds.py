"""Bring in the browser's files that we ship but did not write: USWDS, Public Sans, htmx and, for tests, axe-core.

    python tools/vendor_uswds.py            fetch with ``npm pack``, check the digests below, write the folders
    python tools/vendor_uswds.py --check    offline: every committed file is the one its ``provenance.toml`` names

Files are copied byte for byte. The large ones get a ``.gz`` beside them, which WhiteNoise serves to browsers that
accept it. A new version is a change of ``VERSION`` and ``SHA256`` here, reviewed like any other.
"""

import argparse
import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/charteroak/portal/static/vendor"
COMPRESSED_FROM_BYTES = 40_000
# USWDS sets its text in Source Sans and Merriweather; charteroak.css declares Public Sans under those names, so the
# original faces are never asked for. The hero picture belongs to a component that we do not use.
NOT_NEEDED = re.compile(r"fonts/(source-sans-pro|merriweather)/|img/hero\.jpg")


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package: where it comes from, what we take (source path in it to path below ``folder``), whose terms."""

    name: str
    version: str
    sha256: str
    licence: str
    folder: Path
    wanted: Callable[[Path], dict[str, str]]


def _uswds_files(package: Path) -> dict[str, str]:
    css = (package / "dist/css/uswds.min.css").read_text(encoding="utf-8")
    addresses = set(re.findall(r"url\([\"']?\.\./([^)\"'#?]+)", css))
    files = {f"dist/{address}": address for address in addresses if not NOT_NEEDED.search(address)}
    for face in ("Regular", "Italic", "Bold", "BoldItalic"):
        files[f"dist/fonts/public-sans/PublicSans-{face}.woff2"] = f"fonts/public-sans/PublicSans-{face}.woff2"
    for name in ("css/uswds.min.css", "js/uswds.min.js", "js/uswds-init.min.js"):
        files[f"dist/{name}"] = name
    return files | {"LICENSE.md": "LICENSE.md"}


def _fixed(files: dict[str, str]) -> Callable[[Path], dict[str, str]]:
    return lambda _package: files


PACKAGES = (
    Package(
        name="@uswds/uswds",
        version="3.14.0",
        sha256="da91c65e6fc736fa397f0daf6ca2c2c95711506d85c7ad2537a4570725401e1c",
        licence="CC0-1.0; icons and Roboto Mono Apache-2.0, Public Sans OFL-1.1, normalize.css MIT",
        folder=STATIC / "uswds",
        wanted=_uswds_files,
    ),
    Package(
        # The text of the Open Font License, which USWDS only links to, comes with this packaging of the same font.
        name="@fontsource/public-sans",
        version="5.3.0",
        sha256="006a55fc01a1f03fd56ade9d2d0f80f0eef7e20a085cd9c8ba2463a361cbefcb",
        licence="OFL-1.1",
        folder=STATIC / "public-sans",
        wanted=_fixed({"LICENSE": "OFL.txt"}),
    ),
    Package(
        name="htmx.org",
        version="2.0.11",
        sha256="165a2655073e9e6e55e307a7c74e8ebcdb76afb7701f9c16cfd106a13add408e",
        licence="0BSD",
        folder=STATIC / "htmx",
        wanted=_fixed({"dist/htmx.min.js": "htmx.min.js", "LICENSE": "LICENSE"}),
    ),
    Package(
        name="axe-core",
        version="4.14.1",
        sha256="e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
        licence="MPL-2.0",
        folder=ROOT / "tests/browser/vendor/axe-core",
        wanted=_fixed(
            {
                "axe.min.js": "axe.min.js",
                "LICENSE": "LICENSE",
                "LICENSE-3RD-PARTY.txt": "LICENSE-3RD-PARTY.txt",
            }
        ),
    ),
)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _fetch(package: Package, scratch: Path) -> Path:
    """The unpacked package, after its archive's digest was found to be the one we reviewed."""
    done = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=scratch,
        check=True,
        capture_output=True,
        text=True,
    )
    archive = scratch / done.stdout.strip().splitlines()[-1]
    found = _digest(archive.read_bytes())
    if found != package.sha256:
        sys.exit(
            f"{package.name} {package.version}: expected sha256 {package.sha256}, got {found}. Nothing was written."
        )
    target = scratch / found
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return target / "package"


def _write(package: Package, unpacked: Path) -> None:
    shutil.rmtree(package.folder, ignore_errors=True)
    digests: dict[str, str] = {}
    for source, target in sorted(package.wanted(unpacked).items(), key=lambda pair: pair[1]):
        content = (unpacked / source).read_bytes()
        path = package.folder / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        digests[target] = _digest(content)
        if (
            len(content) > COMPRESSED_FROM_BYTES
            and path.suffix in {".css", ".js"}
            and package.folder.is_relative_to(STATIC)
        ):
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    lines = [
        "# Written by tools/vendor_uswds.py; change that file, not this one.",
        f'package = "{package.name}"',
        f'version = "{package.version}"',
        f'archive-sha256 = "{package.sha256}"',
        f'licence = "{package.licence}"',
        'builder = "tools/vendor_uswds.py"',
        "",
        "[files]",
        *(f'"{name}" = "{digest}"' for name, digest in sorted(digests.items())),
    ]
    (package.folder / "provenance.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def faults(package: Package) -> Iterator[str]:
    """What is wrong with a vendored folder: files missing, changed, or there without provenance."""
    record = package.folder / "provenance.toml"
    if not record.is_file():
        yield f"{record.relative_to(ROOT)} is missing"
        return
    provenance = tomllib.loads(record.read_text(encoding="utf-8"))
    if (provenance["version"], provenance["archive-sha256"]) != (package.version, package.sha256):
        yield f"{record.relative_to(ROOT)} names another version than tools/vendor_uswds.py"
    expected: dict[str, str] = provenance["files"]
    present = {
        path.relative_to(package.folder).as_posix(): path for path in package.folder.rglob("*") if path.is_file()
    }
    for name, digest in expected.items():
        if name not in present:
            yield f"{package.folder.relative_to(ROOT)}/{name} is missing"
        elif _digest(present[name].read_bytes()) != digest:
            yield f"{package.folder.relative_to(ROOT)}/{name} was changed"
    for name, path in present.items():
        plain = name.removesuffix(".gz")
        if name == "provenance.toml" or name in expected:
            continue
        if plain == name or plain not in expected:
            yield f"{package.folder.relative_to(ROOT)}/{name} has no provenance"
        elif _digest(gzip.decompress(path.read_bytes())) != expected[plain]:
            yield f"{package.folder.relative_to(ROOT)}/{name} does not unpack to {plain}"


def main() -> None:
    """Write the folders, or only check them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a committed file is not the reviewed one"
    )
    if not parser.parse_args().check:
        with tempfile.TemporaryDirectory() as scratch:
            for package in PACKAGES:
                _write(package, _fetch(package, Path(scratch)))
    found = [fault for package in PACKAGES for fault in faults(package)]
    sys.exit("\n".join(found) or None)


if __name__ == "__main__":
    main()
