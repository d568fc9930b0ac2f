"""Write built reference data, or prove that what is committed is what the builder makes.

Every builder in this folder ends in ``settle``: without ``--check`` it writes the files; with it, nothing is written
and the first file that differs is named. A file is compared byte for byte.
"""

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "src" / "charteroak" / "frameworks" / "data"


def arguments(summary: str) -> argparse.Namespace:
    """The folder of reference tables and whether only to check."""
    parser = argparse.ArgumentParser(description=summary)
    parser.add_argument("tables", type=Path, help="folder that holds the reference tables (CSV)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a committed file differs")
    return parser.parse_args()


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a reference table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def digest(path: Path) -> str:
    """SHA-256 of a source file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def json_text(document: Mapping[str, Any], list_key: str) -> str:
    """The document as JSON with one line for each row of its long list, so that a change reads well."""
    head = {key: value for key, value in document.items() if key != list_key}
    opening = json.dumps(head, ensure_ascii=False, indent=1)[:-2]
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in document[list_key])
    return f'{opening},\n "{list_key}": [\n{lines}\n ]\n}}\n'


def toml_text(pairs: Mapping[str, str | int]) -> str:
    """A flat TOML document; JSON strings are TOML basic strings."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in pairs.items())


def settle(files: Mapping[Path, str], *, check: bool) -> None:
    """Write the files, or with ``check`` exit with 1 at the first that differs from what is committed."""
    for path, text in files.items():
        shown = path.relative_to(DATA.parents[1])
        if check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                sys.exit(f"{shown}: differs from what the builder makes; run the builder and look at the difference")
            print(f"{shown}: as built")
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{shown}: written")
