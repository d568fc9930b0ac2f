"""Every data file has its provenance, and the builder makes exactly what is committed."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
DATA = REPOSITORY / "src" / "charteroak" / "frameworks" / "data"
TABLES = REPOSITORY.parent / "shared" / "data" / "frameworks"
BUILDERS = sorted(
    set((REPOSITORY / "tools" / "catalogs").glob("*.py")) - {REPOSITORY / "tools" / "catalogs" / "committed.py"}
)


def test_no_data_stands_without_provenance() -> None:
    catalogs = list(DATA.glob("*/*/*/catalog.json"))
    mappings = list((DATA / "mappings").glob("*.json"))
    assert catalogs
    assert mappings
    assert all((path.parent / "provenance.toml").is_file() for path in catalogs)
    assert all(path.with_suffix(".provenance.toml").is_file() for path in mappings)


@pytest.mark.reference
@pytest.mark.parametrize("builder", BUILDERS, ids=lambda path: path.stem)
def test_the_builder_makes_what_is_committed(builder: Path) -> None:
    if not TABLES.is_dir():
        pytest.skip("the reference tables (../shared/data/frameworks) are not on this machine")
    ran = subprocess.run(
        [sys.executable, builder, TABLES, "--check"], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.reference
def test_the_check_notices_a_changed_source(tmp_path: Path) -> None:
    if not TABLES.is_dir():
        pytest.skip("the reference tables (../shared/data/frameworks) are not on this machine")
    for table in TABLES.glob("*.csv"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    outline = tmp_path / "nist_csf_2_0.csv"
    outline.write_text(outline.read_text(encoding="utf-8").replace("Asset Management", "Asset Care"), encoding="utf-8")
    builder = next(path for path in BUILDERS if path.stem == "nist_csf")
    ran = subprocess.run(
        [sys.executable, builder, tmp_path, "--check"], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 1
    assert "nist/csf/2.0/catalog.json" in ran.stderr
