"""Sealing the private keys of an installation under its passphrase."""

from charteroak.services.log_keys import key_files


def seal_key_files() -> int:
    """Seal every key file that lies open, those of witnesses and retired keys too; how many there were.

    Raises:
        SigningKeyError: no passphrase is given, or a file cannot be read or replaced.
        PassphraseError: one was announced but cannot be had.
    """
    return key_files().seal()
