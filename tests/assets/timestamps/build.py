"""Make the answers in this folder: an authority's good one, one with two certificates, an aged one, and a refusal.

They are made anew with other keys and times each run; the tests that read them ask for nothing that changes.
"""

import hashlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "simulators"))

from timestamp_authority import Kind, OpenSSLAuthority  # type: ignore[import-not-found]

from charteroak.ledger.timestamp import build_timestamp_request

HERE = Path(__file__).parent
DIGEST = hashlib.sha256(b"a checkpoint\n").digest()


def main() -> None:
    """Write all of them."""
    request = build_timestamp_request(DIGEST, nonce=0x0123456789ABCDEF)
    (HERE / "digest.txt").write_text(f"{DIGEST.hex()}\n", encoding="ascii")
    with tempfile.TemporaryDirectory() as scratch:
        for kind, name in (
            (Kind.PLAIN, "good"), (Kind.TWO_CERTIFICATES, "two-certificates"), (Kind.EXPIRED, "certificate-ended"),
        ):  # fmt: skip
            authority = OpenSSLAuthority(Path(scratch) / name, kind)
            (HERE / f"{name}.tsr").write_bytes(authority.reply(request))
            if kind is Kind.PLAIN:
                (HERE / "root.pem").write_bytes(authority.root_pem)
                (HERE / "refusal.tsr").write_bytes(authority.refusal())


if __name__ == "__main__":
    main()
