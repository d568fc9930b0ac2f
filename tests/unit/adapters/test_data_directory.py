"""The data directory is its owner's alone; its secret key is made once, and an emptied one is never taken for one."""

import os
import stat
import threading
from pathlib import Path

import pytest

from charteroak.adapters.content_files import ContentFiles
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


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    data.secret_key()
    (tmp_path / "data" / "secret-key").chmod(0o640)
    with pytest.raises(DataDirectoryError, match="may read it"):
        data.secret_key()


@pytest.mark.parametrize("place", ["", "evidence", "keys", "dossiers"])
def test_an_installations_directory_with_wider_modes_is_narrowed(tmp_path: Path, place: str) -> None:
    data = DataDirectory(tmp_path / "data")
    data.secret_key()
    (tmp_path / "data" / place).mkdir(exist_ok=True)
    (tmp_path / "data" / place).chmod(0o755)
    for used in (data.database_path.parent, data.evidence, data.keys, data.dossiers):
        assert mode_of(used) == 0o700
    assert mode_of(tmp_path / "data" / place) == 0o700


def test_an_empty_directory_is_taken_and_narrowed(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    DataDirectory(tmp_path).secret_key()
    assert mode_of(tmp_path) == 0o700


def test_a_directory_with_other_things_in_it_is_neither_used_nor_changed(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all,")
    tmp_path.chmod(0o755)
    with pytest.raises(DataDirectoryError, match="holds other things"):
        DataDirectory(tmp_path).secret_key()
    assert mode_of(tmp_path) == 0o755
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    tmp_path.chmod(0o700)
    assert DataDirectory(tmp_path).secret_key()


def test_modes_do_not_depend_on_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        data = DataDirectory(tmp_path / "data")
        data.secret_key()
        for directory in (data.evidence, data.keys, data.dossiers):
            assert mode_of(directory) == 0o700
        assert mode_of(tmp_path / "data" / "secret-key") == 0o600
        stored = ContentFiles(data.evidence / "sealed").put([b"evidence"])
        assert mode_of(data.evidence / "sealed" / stored.sha256[:2] / stored.sha256) == 0o600
        assert mode_of(data.evidence / "sealed" / stored.sha256[:2]) == 0o700
    finally:
        os.umask(before)
