"""The secret key is made once, and an emptied one is never taken for one."""

import stat
import threading
from pathlib import Path

import pytest

from charteroak.adapters.data_directory import DataDirectory, DataDirectoryError


def test_the_secret_key_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    secret = data.secret_key()
    assert secret == data.secret_key()
    assert len(secret) > 64
    assert stat.S_IMODE((tmp_path / "data" / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_starters_at_the_same_moment_get_the_same_whole_secret(tmp_path: Path) -> None:
    found: list[str] = []
    starters = [
        threading.Thread(target=lambda: found.append(DataDirectory(tmp_path / "data").secret_key())) for _ in range(8)
    ]
    for starter in starters:
        starter.start()
    for starter in starters:
        starter.join()
    assert len(found) == 8
    assert len(set(found)) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"\xff" * 100], ids=["empty", "blank", "cut short", "noise"])
def test_a_damaged_secret_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret-key").write_bytes(content)
    with pytest.raises(DataDirectoryError, match="no secret key"):
        DataDirectory(tmp_path).secret_key()
    assert (tmp_path / "secret-key").read_bytes() == content


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret-key").mkdir()
    with pytest.raises(DataDirectoryError) as error:
        DataDirectory(tmp_path).secret_key()
    assert str(error.value).startswith(f"{tmp_path}/secret-key: ")
    with pytest.raises(DataDirectoryError):
        DataDirectory(Path("/dev/null/data")).secret_key()
