"""Key files: made once, whole, and for their owner alone."""

import os
import stat
import threading
from pathlib import Path

import pytest

from charteroak.adapters.signing_keys import SigningKeyError, SigningKeys
from charteroak.ledger.keys import Signer

NAME = "charteroak.example/ledger/elm-hollow-bakery"


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "keys")

    first = keys.load_or_create(NAME)

    assert SigningKeys(tmp_path / "keys").load_or_create(NAME) == first
    assert first.name == NAME
    assert keys.load_or_create("charteroak.example/ledger/town") != first


def test_only_the_owner_may_read_a_key(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "keys")
    old_mask = os.umask(0)
    try:
        keys.load_or_create(NAME)
    finally:
        os.umask(old_mask)

    path = keys.path_of(NAME)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [child.name for child in path.parent.iterdir()] == [path.name]


def test_names_that_look_alike_on_disk_have_files_of_their_own(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    names = ["a/b", "a-b", "A/B", "../a/b", "a" * 300, "a" * 301]

    paths = {keys.path_of(name) for name in names}

    assert len(paths) == len(names)
    assert all(path.parent == tmp_path and len(path.name) < 120 for path in paths)


def test_many_starters_end_up_with_one_key(tmp_path: Path) -> None:
    found: list[Signer] = []
    ready = threading.Barrier(8)

    def start() -> None:
        ready.wait()
        found.append(SigningKeys(tmp_path / "keys").load_or_create(NAME))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 8
    assert len({signer.seed for signer in found}) == 1


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    keys.load_or_create(NAME)
    keys.path_of(NAME).chmod(0o640)

    with pytest.raises(SigningKeyError, match="Other users of this machine"):
        keys.load_or_create(NAME)


@pytest.mark.parametrize("content", [b"", b"noise", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_damaged_key_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    keys = SigningKeys(tmp_path)
    path = keys.path_of(NAME)
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(SigningKeyError, match="Restore the file") as caught:
        keys.load_or_create(NAME)

    assert path.read_bytes() == content
    assert str(path) in str(caught.value)


def test_a_key_path_that_is_a_directory_is_one_clear_error(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    keys.path_of(NAME).mkdir()

    with pytest.raises(SigningKeyError, match="cannot be used"):
        keys.load_or_create(NAME)


def test_a_key_that_signed_before_is_never_made_anew(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "keys")
    made = keys.load_or_create(NAME)
    assert keys.load(NAME) == made
    keys.path_of(NAME).unlink()
    with pytest.raises(SigningKeyError, match="lost"):
        keys.load(NAME)
    assert not any((tmp_path / "keys").iterdir())
