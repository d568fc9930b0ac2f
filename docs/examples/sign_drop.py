# ruff: noqa: INP001, T201 - an example to be copied: it stands in no package, and prints
"""Make a key for a tool, and sign what it hands in: an example for docs/collectors.md, with nothing of ours in it.

python sign_drop.py key backup.example.org            -> writes key.pem, prints the line to register
python sign_drop.py sign backup.example.org "The file server" backup-log < backup.csv > drop.txt
"""

import base64
import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_FILE = Path("key.pem")


def public_part(private: Ed25519PrivateKey) -> bytes:
    """The type of signature (1: Ed25519) and the public key."""
    return b"\x01" + private.public_key().public_bytes_raw()


def key_id(name: str, public: bytes) -> bytes:
    """The first four bytes of SHA-256 over name, newline, type and key (c2sp.org/signed-note)."""
    return hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]


def make_key(name: str) -> str:
    """Write a new private key for its owner alone; the line that the organization registers."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    KEY_FILE.touch(mode=0o600, exist_ok=False)
    KEY_FILE.write_bytes(pem)
    public = public_part(private)
    return f"{name}+{key_id(name, public).hex()}+{base64.b64encode(public).decode()}"


def sign(name: str, subject: str, payload: str, table: str) -> str:
    """A drop: its head, its payload, and one signature line."""
    private = serialization.load_pem_private_key(KEY_FILE.read_bytes(), None)
    if not isinstance(private, Ed25519PrivateKey):
        raise SystemExit("key.pem holds another kind of key")
    made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")  # noqa: TID251 - a tool's own clock
    head = f"charteroak drop v1\ntool: example 1.0\nsubject: {subject}\nmade: {made}\npayload: {payload}\n\n"
    text = head + table.replace("\r\n", "\n").rstrip("\n") + "\n"
    signature = base64.b64encode(key_id(name, public_part(private)) + private.sign(text.encode())).decode()
    return f"{text}\n\N{EM DASH} {name} {signature}\n"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["key", name]:
            print(make_key(name))
        case ["sign", name, subject, payload]:
            sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr] # standard input of a program is text
            sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr] # as above
            sys.stdout.write(sign(name, subject, payload, sys.stdin.read()))
        case _:
            raise SystemExit(__doc__)
