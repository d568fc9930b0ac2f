"""Hostile bytes to the reader and the checker of time-stamps; what the reader takes, it tells the same twice."""

import base64

from charteroak.errors import CharterOakError
from charteroak.ledger.der import read_elements, write, write_integer
from charteroak.ledger.timestamp import build_timestamp_request, in_der_order, parse_timestamp_response
from charteroak.ledger.timestamp_check import CheckOutcome, check_token, parse_certificates
from charteroak.ledger.timestamp_renewal import verify_renewals
from harness import FOLDER, fuzz

ASSETS = FOLDER.parent / "tests" / "assets" / "timestamps"
ANSWERS = tuple(path.read_bytes() for path in sorted(ASSETS.glob("*.tsr")))
ROOT = parse_certificates((ASSETS / "root.pem").read_bytes())
DIGEST = bytes.fromhex((ASSETS / "digest.txt").read_text(encoding="ascii").strip())
SEEDS = (
    *ANSWERS,
    build_timestamp_request(bytes(32), nonce=7),
    write(0x30, write(0x30, write_integer(2))),
    base64.b64decode("MAUwAwIBAg=="),
    (ASSETS / "root.pem").read_bytes(),
)


def parse(data: bytes) -> None:
    """Read, check and renew; the checker answers with a value, whatever the token holds."""
    refused: list[CharterOakError] = []
    try:
        assert b"".join(element.raw for element in read_elements(data)) == data
    except CharterOakError as error:
        refused.append(error)
    try:
        parse_certificates(data)
    except CharterOakError as error:
        refused.append(error)
    token = parse_timestamp_response(data)
    assert parse_timestamp_response(token.raw) == token
    assert token.token_bytes in data
    assert token.gen_time.tzinfo is not None
    for is_reordered in (False, True):
        check = check_token(token, digest=DIGEST, roots=ROOT, is_reordered=is_reordered)
        assert check.outcome is not CheckOutcome.VERIFIED or token.digest == DIGEST
    reordered = parse_timestamp_response(in_der_order(token))
    assert (reordered.gen_time, reordered.digest, reordered.signer) == (token.gen_time, token.digest, token.signer)
    assert sorted(c.der for c in reordered.certificates) == sorted(c.der for c in token.certificates)
    verify_renewals([token], digest=token.digest)


if __name__ == "__main__":
    fuzz("timestamp", parse, SEEDS)
