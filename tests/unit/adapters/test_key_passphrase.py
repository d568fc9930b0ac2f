"""The passphrase of the signing keys: from a file or the environment, or none."""

from pathlib import Path

import pytest

from charteroak.adapters.key_passphrase import PassphraseError, key_passphrase


def passphrase_file(folder: Path, data: bytes, mode: int = 0o600) -> dict[str, str]:
    path = folder / "passphrase"
    path.write_bytes(data)
    path.chmod(mode)
    return {"CHARTEROAK_KEY_PASSPHRASE_FILE": str(path)}


def test_there_is_none_where_nothing_is_set() -> None:
    assert key_passphrase({}) is None


@pytest.mark.parametrize("data", [b"four words of chance", b"four words of chance\n", b"four words of chance\r\n"])
def test_it_is_a_file_without_its_lines_end(tmp_path: Path, data: bytes) -> None:
    assert key_passphrase(passphrase_file(tmp_path, data)) == b"four words of chance"


def test_it_is_a_variable() -> None:
    assert key_passphrase({"CHARTEROAK_KEY_PASSPHRASE": "Grüße "}) == "Grüße ".encode()


def test_an_announced_one_that_cannot_be_had_is_never_none(tmp_path: Path) -> None:
    for environment, words in (
        ({"CHARTEROAK_KEY_PASSPHRASE": ""}, "is empty"),
        ({"CHARTEROAK_KEY_PASSPHRASE": "x" * 1025}, "is empty or has more than 1024"),
        (passphrase_file(tmp_path, b"\n"), "is empty"),
        ({"CHARTEROAK_KEY_PASSPHRASE_FILE": str(tmp_path / "absent")}, "cannot be read"),
        ({"CHARTEROAK_KEY_PASSPHRASE_FILE": str(tmp_path)}, "cannot be read"),
        ({"CHARTEROAK_KEY_PASSPHRASE_FILE": "a\0b"}, "cannot be read"),
        ({"CHARTEROAK_KEY_PASSPHRASE_FILE": ""}, "cannot be read"),
        ({"CHARTEROAK_KEY_PASSPHRASE_FILE": "a", "CHARTEROAK_KEY_PASSPHRASE": "b"}, "Both"),
    ):
        with pytest.raises(PassphraseError, match=words):
            key_passphrase(environment)


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_one_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(PassphraseError, match="Other users of this machine") as caught:
        key_passphrase(passphrase_file(tmp_path, b"secret", mode))
    assert "secret" not in str(caught.value)
