"""The two key files of a log: made together, sealed if asked, rotated in two steps that survive any stop between."""

import shutil
import stat
import threading
from pathlib import Path

import pytest

from charteroak.adapters.signing_keys import SigningKeyError, SigningKeys
from charteroak.ledger.log_keys import LogKeys

NAME = "charteroak.example/ledger/elm-hollow-bakery"
OTHER = "charteroak.example/ledger/town"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_pair_is_made_once_and_found_again(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "keys")

    first = keys.load_or_create_log_keys(NAME)

    assert first.name == NAME
    assert SigningKeys(tmp_path / "keys").load_or_create_log_keys(NAME) == keys.load_log_keys(NAME) == first
    assert keys.load(NAME) == first.ed25519
    assert keys.load_or_create_log_keys(OTHER) != first


def test_only_the_owner_may_read_either_file(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "keys")
    keys.load_or_create_log_keys(NAME)
    keys.prepare_rotation(NAME)
    keys.complete_rotation(NAME)

    for path in [tmp_path / "keys", *(tmp_path / "keys").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    keys.p256_path_of(NAME).chmod(0o644)
    with pytest.raises(SigningKeyError, match="Other users of this machine"):
        keys.load_log_keys(NAME)


def test_a_start_that_stopped_after_one_file_is_finished_by_the_next(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    alone = keys.load_or_create(NAME)

    assert keys.load_or_create_log_keys(NAME).ed25519 == alone


@pytest.mark.parametrize("lost", ["path_of", "p256_path_of"])
def test_a_pair_that_signed_before_is_never_completed_with_a_new_key(tmp_path: Path, lost: str) -> None:
    keys = SigningKeys(tmp_path)
    keys.load_or_create_log_keys(NAME)
    getattr(keys, lost)(NAME).unlink()
    before = files(tmp_path)

    with pytest.raises(SigningKeyError, match=r"lost.*backup") as caught:
        keys.load_log_keys(NAME)

    assert str(getattr(keys, lost)(NAME)) in str(caught.value)
    assert files(tmp_path) == before


def test_a_log_that_signed_with_one_key_gets_its_second(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    with pytest.raises(SigningKeyError, match="lost"):
        keys.add_p256(NAME)
    alone = keys.load_or_create(NAME)

    pair = keys.add_p256(NAME)

    assert pair.ed25519 == alone
    assert keys.add_p256(NAME) == keys.load_log_keys(NAME) == pair


def test_keys_under_a_passphrase_are_sealed_in_both_files(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path, b"four words of chance")

    pair = keys.load_or_create_log_keys(NAME)

    assert keys.load_log_keys(NAME) == pair
    assert all(data.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----") for data in files(tmp_path).values())
    assert "four words" not in repr(keys)


@pytest.mark.parametrize("passphrase", [None, b"wrong"])
def test_a_missing_or_wrong_passphrase_is_one_clear_error_and_no_new_key(
    tmp_path: Path, passphrase: bytes | None
) -> None:
    SigningKeys(tmp_path, b"right").load_or_create_log_keys(NAME)
    before = files(tmp_path)
    keys = SigningKeys(tmp_path, passphrase)

    for use in (keys.load_or_create_log_keys, keys.load_log_keys, keys.load_or_create, keys.load, keys.add_p256):
        with pytest.raises(SigningKeyError, match=r"passphrase.*CHARTEROAK_KEY_PASSPHRASE_FILE"):
            use(NAME)
    assert files(tmp_path) == before


def test_a_passphrase_for_open_keys_is_said_and_not_ignored(tmp_path: Path) -> None:
    SigningKeys(tmp_path).load_or_create_log_keys(NAME)

    with pytest.raises(SigningKeyError, match="lies open"):
        SigningKeys(tmp_path, b"secret").load_log_keys(NAME)


def test_open_keys_are_sealed_on_request_and_stay_the_same_keys(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    old = keys.load_or_create_log_keys(NAME)
    keys.prepare_rotation(NAME)
    new = keys.complete_rotation(NAME)
    prepared = keys.prepare_rotation(NAME)
    witness = keys.load_or_create("desk.example/witness")
    with pytest.raises(SigningKeyError, match="no passphrase to seal with"):
        keys.seal()

    sealed = SigningKeys(tmp_path, b"secret")

    assert (sealed.seal(), sealed.seal()) == (7, 0)
    assert sealed.load_log_keys(NAME) == new != old
    assert sealed.prepared_rotation(NAME) == prepared
    assert sealed.load("desk.example/witness") == witness
    assert all(data.startswith(b"-----BEGIN ENCRYPTED") for data in files(tmp_path).values())
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in tmp_path.rglob("*.pem"))


def test_a_damaged_key_is_not_sealed_and_stays_as_it_is(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path, b"secret")
    broken = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
    (tmp_path / "a.pem").write_bytes(broken)

    with pytest.raises(SigningKeyError, match="backup"):
        keys.seal()
    assert files(tmp_path) == {"a.pem": broken}


def test_the_environment_names_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTEROAK_KEY_PASSPHRASE", "secret")
    pair = SigningKeys.from_environment(tmp_path).load_or_create_log_keys(NAME)
    monkeypatch.delenv("CHARTEROAK_KEY_PASSPHRASE")

    assert SigningKeys(tmp_path, b"secret").load_log_keys(NAME) == pair
    with pytest.raises(SigningKeyError, match="no passphrase is given"):
        SigningKeys.from_environment(tmp_path).load_log_keys(NAME)


def test_a_rotation_leaves_the_old_pair_signing_until_it_is_completed(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    old = keys.load_or_create_log_keys(NAME)
    assert keys.prepared_rotation(NAME) is None

    new = keys.prepare_rotation(NAME)

    assert new != old
    assert keys.prepare_rotation(NAME) == keys.prepared_rotation(NAME) == new
    assert keys.load_log_keys(NAME) == old
    assert keys.complete_rotation(NAME) == new
    assert keys.complete_rotation(NAME) == keys.load_log_keys(NAME) == new
    assert keys.prepared_rotation(NAME) is None


def test_retired_keys_are_kept_over_many_rotations(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    made = [*files(tmp_path).values()]
    keys.load_or_create_log_keys(NAME)
    made += [keys.path_of(NAME).read_bytes(), keys.p256_path_of(NAME).read_bytes()]
    for _ in range(3):
        keys.prepare_rotation(NAME)
        keys.complete_rotation(NAME)
        made += [keys.path_of(NAME).read_bytes(), keys.p256_path_of(NAME).read_bytes()]

    found = files(tmp_path)
    assert sorted(found.values()) == sorted(made)
    assert sum(name.startswith("retired/") for name in found) == 6


def test_completing_what_was_never_prepared_changes_nothing(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    old = keys.load_or_create_log_keys(NAME)

    assert keys.complete_rotation(NAME) == old
    with pytest.raises(SigningKeyError, match="lost"):
        keys.complete_rotation(OTHER)


def stop_at(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The machine stops at the n-th thing that a rotation does to the disk."""
    from charteroak.adapters import signing_keys

    left = [number]

    def counted(real: object) -> object:
        def act(*arguments: object, **options: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt
            return real(*arguments, **options)  # type: ignore[operator]

        return act

    monkeypatch.setattr(signing_keys.os, "link", counted(signing_keys.os.link))
    monkeypatch.setattr(Path, "replace", counted(Path.replace))
    monkeypatch.setattr(signing_keys, "flush_directory", counted(signing_keys.flush_directory))


@pytest.mark.parametrize("number", range(1, 16))
def test_a_stop_at_any_step_of_a_rotation_loses_no_key_and_mixes_no_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    keys = SigningKeys(tmp_path)
    old = keys.load_or_create_log_keys(NAME)
    old_files = set(files(tmp_path).values())
    prepared: LogKeys | None = None
    with monkeypatch.context() as patch:
        stop_at(patch, number)
        try:
            prepared = keys.prepare_rotation(NAME)
            keys.complete_rotation(NAME)
        except KeyboardInterrupt:
            pass

    found = SigningKeys(tmp_path).load_log_keys(NAME)

    assert found == old if prepared is None else found in (old, prepared)
    assert old_files <= set(files(tmp_path).values())
    new = SigningKeys(tmp_path).prepare_rotation(NAME) if found == old else found
    assert prepared in (None, new)
    assert SigningKeys(tmp_path).complete_rotation(NAME) == new
    assert not any((tmp_path / "prepared").iterdir())


def test_whoever_reads_during_rotations_gets_a_whole_pair(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path)
    pairs = [keys.load_or_create_log_keys(NAME)]
    seen: list[LogKeys] = []
    is_done = threading.Event()

    def read() -> None:
        while not is_done.is_set():
            seen.append(SigningKeys(tmp_path).load_log_keys(NAME))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(10):
        keys.prepare_rotation(NAME)
        pairs.append(keys.complete_rotation(NAME))
    is_done.set()
    for reader in readers:
        reader.join()

    assert seen
    assert all(pair in pairs for pair in seen)


def test_a_disk_that_refuses_is_one_clear_error(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path / "file")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(SigningKeyError, match="cannot be used"):
        keys.load_or_create_log_keys(NAME)
    keys = SigningKeys(tmp_path / "keys")
    keys.load_or_create_log_keys(NAME)
    (tmp_path / "keys" / "prepared").write_bytes(b"")
    with pytest.raises(SigningKeyError, match="cannot be used"):
        keys.prepare_rotation(NAME)


def test_a_copy_of_the_directory_signs_the_same(tmp_path: Path) -> None:
    pair = SigningKeys(tmp_path / "keys").load_or_create_log_keys(NAME)
    shutil.copytree(tmp_path / "keys", tmp_path / "restored")

    restored = SigningKeys(tmp_path / "restored").load_log_keys(NAME)
    assert [signer.sign(b"x") for signer in restored.signers] == [signer.sign(b"x") for signer in pair.signers]
