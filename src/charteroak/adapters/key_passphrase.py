"""The passphrase of the signing keys, from a file or from the environment; none is an answer too.

A file is better: the environment of a process can be read by others who run as the same user, and is inherited by what
it starts.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from charteroak.errors import CouldNotError, SourceLocation

PASSPHRASE_FILE_VARIABLE = "CHARTEROAK_KEY_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable
PASSPHRASE_VARIABLE = "CHARTEROAK_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
_LIMIT_BYTES = 1024


class PassphraseError(CouldNotError):
    """A passphrase was announced but cannot be had; keys are neither opened nor made without it."""

    code: ClassVar[str] = "signing-keys.passphrase"


def key_passphrase(environment: Mapping[str, str] = os.environ) -> bytes | None:
    """The passphrase under which signing keys are encrypted; ``None`` if neither variable is set.

    A line's end at the end of the file is no part of it.

    Raises:
        PassphraseError: both are set, it is empty or too long, or its file cannot be read or others may read it.
    """
    path = environment.get(PASSPHRASE_FILE_VARIABLE)
    text = environment.get(PASSPHRASE_VARIABLE)
    if path is not None and text is not None:
        raise PassphraseError(f"Both {PASSPHRASE_FILE_VARIABLE} and {PASSPHRASE_VARIABLE} are set.", remedy="Keep one.")
    if path is not None:
        return _checked(_read(Path(path)), PASSPHRASE_FILE_VARIABLE)
    return None if text is None else _checked(os.fsencode(text), PASSPHRASE_VARIABLE)


def _read(path: Path) -> bytes:
    place = SourceLocation(path=str(path))
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            data = file.read(_LIMIT_BYTES + 2)
    except (OSError, ValueError) as error:
        raise PassphraseError(
            f"The passphrase of the signing keys cannot be read: {getattr(error, 'strerror', None) or error}.",
            remedy=f"Correct {PASSPHRASE_FILE_VARIABLE}.",
            location=place,
        ) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise PassphraseError(
            "Other users of this machine may read the passphrase of the signing keys.",
            remedy="Set mode 0600.",
            location=place,
        )
    return data.removesuffix(b"\n").removesuffix(b"\r")


def _checked(passphrase: bytes, variable: str) -> bytes:
    if not 0 < len(passphrase) <= _LIMIT_BYTES:
        raise PassphraseError(
            f"The passphrase of the signing keys is empty or has more than {_LIMIT_BYTES} bytes.",
            remedy=f"Correct {variable}, or unset it if the keys are not encrypted.",
        )
    return passphrase
