"""Tables leave the product through the two functions that defuse formulas, and nowhere else."""

from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src" / "charteroak"
WRITERS = {"program/tables.py", "intel/exports.py"}
"""Both are tested cell by cell in ``tests/unit/program/test_tables.py``."""
WRITING = ("csv.writer", "DictWriter", "from csv import")


def test_only_the_modules_that_defuse_formulas_write_csv() -> None:
    texts = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py")}
    assert {name for name, text in texts.items() if any(way in text for way in WRITING)} == WRITERS
