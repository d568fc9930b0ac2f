"""Time-stamps in a dossier: real tokens of a real little authority, checked by the script and by the program."""

import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from timestamp_authority import Kind, OpenSSLAuthority

from charteroak.dossier import layout
from charteroak.dossier.contents import DossierRequest, Stamp
from charteroak.dossier.errors import DossierError
from charteroak.dossier.verification import verify_dossier
from charteroak.ledger.timestamp import build_timestamp_request, parse_timestamp_response
from charteroak.ledger.timestamp_renewal import renewal_digest

RunScript = Callable[..., subprocess.CompletedProcess[str]]
Authorities = Callable[[Kind], OpenSSLAuthority]

LEAP_DAY = datetime(2028, 2, 29, 23, 59, 58, tzinfo=UTC)


def stamp(
    authority: OpenSSLAuthority, digest: bytes, *, at: datetime | None = None, renews: int | None = None
) -> Stamp:
    response = authority.reply(build_timestamp_request(digest, nonce=5), at=at)
    moment = parse_timestamp_response(response).gen_time
    return Stamp(authority.name, authority.root_pem, response, moment, renews)


@pytest.fixture
def stamped(record: Any) -> Callable[..., DossierRequest]:
    """The record with tokens on its newest checkpoint."""

    def request(*stamps: Stamp) -> DossierRequest:
        whole: DossierRequest = record.request()
        *older, newest = whole.checkpoints
        return replace(whole, checkpoints=(*older, replace(newest, stamps=stamps)))

    return request


@pytest.fixture
def note_digest(record: Any) -> bytes:
    return hashlib.sha256(record.note(3)).digest()


def sign_anew(folder: Path, record: Any) -> None:
    files = (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    names = sorted((name for name in files if name not in layout.UNLISTED), key=layout.place_in_order)
    manifest = "".join(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / layout.MANIFEST).write_text(manifest)
    (folder / layout.MANIFEST_ED25519).write_bytes(record.keys.ed25519.sign(manifest.encode()))
    (folder / layout.MANIFEST_P256).write_bytes(record.keys.p256.sign(manifest.encode()))


def both_blame(folder: Path, run: RunScript, repack: Callable[..., Path]) -> str:
    """The file that the script and the program name; they agree."""
    result = run(folder)
    assert result.returncode == 1, result.stdout
    with pytest.raises(DossierError) as caught:
        verify_dossier(repack(folder))
    assert result.stdout.splitlines()[-1].startswith(f"FAILED: {caught.value.file}: "), result.stdout
    return caught.value.file


def test_a_token_holds_before_and_after_its_authority_has_expired(
    stamped: Callable[..., DossierRequest],
    note_digest: bytes,
    timestamp_authorities: Authorities,
    pack: Callable[..., Path],
    unpack: Callable[..., Path],
    run_verify_sh: RunScript,
) -> None:
    plain, expired = timestamp_authorities(Kind.PLAIN), timestamp_authorities(Kind.EXPIRED)
    path = pack(stamped(stamp(plain, note_digest), stamp(expired, note_digest)))
    folder = unpack(path)

    result = run_verify_sh(folder)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "3 co-signatures, 2 time-stamps: everything holds." in result.stdout
    assert "sha256 Fingerprint=" in result.stdout

    report = verify_dossier(path)
    assert [stamp.size for stamp in report.anchors.stamps] == [3, 3]
    # Without its own time, the second would fail: that is what the guide says.
    bare = subprocess.run(
        ["openssl", "ts", "-verify", "-digest", note_digest.hex(), "-in",
         folder / layout.checkpoint_file(3, "token-2.tsr"), "-CAfile", folder / layout.authority_file(2)],
        capture_output=True, check=False,
    )  # fmt: skip
    assert bare.returncode != 0


def test_a_renewed_token_holds_with_its_renewal(
    stamped: Callable[..., DossierRequest],
    note_digest: bytes,
    timestamp_authorities: Authorities,
    pack: Callable[..., Path],
    unpack: Callable[..., Path],
    run_verify_sh: RunScript,
) -> None:
    first = stamp(timestamp_authorities(Kind.PLAIN), note_digest, at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    over = renewal_digest(parse_timestamp_response(first.response))
    renewal = stamp(timestamp_authorities(Kind.TWO_CERTIFICATES), over, at=LEAP_DAY, renews=0)
    path = pack(stamped(first, renewal))

    result = run_verify_sh(unpack(path))
    assert result.returncode == 0, result.stdout + result.stderr
    assert [stamp.moment for stamp in verify_dossier(path).anchors.stamps] == [
        "2026-01-02T03:04:05Z",
        "2028-02-29T23:59:58Z",
    ]


def test_a_token_of_another_checkpoint_is_named(
    stamped: Callable[..., DossierRequest],
    record: Any,
    timestamp_authorities: Authorities,
    pack: Callable[..., Path],
    unpack: Callable[..., Path],
    run_verify_sh: RunScript,
    repack: Callable[..., Path],
) -> None:
    other = hashlib.sha256(record.note(2)).digest()
    folder = unpack(pack(stamped(stamp(timestamp_authorities(Kind.PLAIN), other))))
    assert both_blame(folder, run_verify_sh, repack) == layout.checkpoint_file(3, "token-1.tsr")


def test_a_token_of_an_authority_whose_certificate_is_not_enclosed_is_named(
    stamped: Callable[..., DossierRequest],
    note_digest: bytes,
    timestamp_authorities: Authorities,
    pack: Callable[..., Path],
    unpack: Callable[..., Path],
    run_verify_sh: RunScript,
    repack: Callable[..., Path],
) -> None:
    plain, other = timestamp_authorities(Kind.PLAIN), timestamp_authorities(Kind.TWO_CERTIFICATES)
    token = replace(stamp(plain, note_digest), roots_pem=other.root_pem)
    folder = unpack(pack(stamped(token)))
    assert both_blame(folder, run_verify_sh, repack) == layout.checkpoint_file(3, "token-1.tsr")


@pytest.mark.parametrize("kind", [Kind.WRONG_USAGE])
def test_a_token_by_a_certificate_of_another_use_is_named(
    stamped: Callable[..., DossierRequest],
    note_digest: bytes,
    timestamp_authorities: Authorities,
    pack: Callable[..., Path],
    unpack: Callable[..., Path],
    run_verify_sh: RunScript,
    repack: Callable[..., Path],
    kind: Kind,
) -> None:
    folder = unpack(pack(stamped(stamp(timestamp_authorities(kind), note_digest))))
    assert both_blame(folder, run_verify_sh, repack) == layout.checkpoint_file(3, "token-1.tsr")


def test_a_renewal_that_is_older_or_of_another_token_is_named(
    stamped: Callable[..., DossierRequest],
    note_digest: bytes,
    timestamp_authorities: Authorities,
    pack: Callable[..., Path],
    unpack: Callable[..., Path],
    run_verify_sh: RunScript,
    repack: Callable[..., Path],
) -> None:
    plain = timestamp_authorities(Kind.PLAIN)
    first = stamp(plain, note_digest, at=datetime(2026, 5, 1, tzinfo=UTC))
    over = renewal_digest(parse_timestamp_response(first.response))
    for renewal in (
        stamp(plain, over, at=datetime(2026, 4, 1, tzinfo=UTC), renews=0),
        stamp(plain, note_digest, at=datetime(2026, 6, 1, tzinfo=UTC), renews=0),
    ):
        folder = unpack(pack(stamped(first, renewal)))
        assert both_blame(folder, run_verify_sh, repack) == layout.checkpoint_file(3, "token-2.tsr")


def test_an_index_that_names_another_time_is_found_out(
    stamped: Callable[..., DossierRequest],
    note_digest: bytes,
    record: Any,
    timestamp_authorities: Authorities,
    pack: Callable[..., Path],
    unpack: Callable[..., Path],
    run_verify_sh: RunScript,
    repack: Callable[..., Path],
) -> None:
    token = replace(stamp(timestamp_authorities(Kind.PLAIN), note_digest), moment=datetime(2025, 3, 1, tzinfo=UTC))
    folder = unpack(pack(stamped(token)))
    sign_anew(folder, record)
    assert both_blame(folder, run_verify_sh, repack) == layout.checkpoint_file(3, "token-1.tsr")
