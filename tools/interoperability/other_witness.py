"""Ask PyPI's ``aics-tlog`` and ``aics-witness`` about our material, and hold two witnesses' answers together.

The two packages are somebody else's implementation of C2SP notes, co-signatures, tiles and the witness protocol. They
declare Python 3.12; their modules ran on 3.11 too. docs/interoperability.md tells how this is run.
"""

import base64
import json
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aics_tlog  # type: ignore[import-not-found]
from aics_tlog import tiles as their_tiles
from aics_witness.config import LogConfig  # type: ignore[import-not-found]
from aics_witness.service import Witness, WitnessError  # type: ignore[import-not-found]
from aics_witness.store import WitnessStore  # type: ignore[import-not-found]
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from charteroak.ledger.cosignature import Ed25519Cosigner, parse_cosigner_vkey
from charteroak.ledger.keys import parse_vkey
from charteroak.ledger.note import parse_note, parse_signature_lines
from charteroak.ledger.witness import WitnessAccepted, WitnessedLog, answer_add_checkpoint
from charteroak.ledger.witness_answer import render_answer, render_malformed
from charteroak.ledger.witness_protocol import WitnessRequestError, parse_add_checkpoint

AT = datetime(2026, 11, 22, 1, tzinfo=UTC)
SEED, NAME = b"\x09" * 32, "witness.example/both"


def our_answers(bodies: list[bytes], material: dict[str, Any]) -> list[tuple[int, bytes]]:
    """What our witness answers to requests in turn."""
    keys = (parse_vkey(material["ed25519"]),)
    log = WitnessedLog(material["origin"], keys)
    answers = []
    for body in bodies:
        try:
            decision = answer_add_checkpoint(parse_add_checkpoint(body), log, Ed25519Cosigner(NAME, SEED), at=AT)
        except WitnessRequestError as error:
            answers.append((render_malformed(error).status, b""))
            continue
        if isinstance(decision, WitnessAccepted):
            log = WitnessedLog(log.origin, keys, decision.checkpoint.size, decision.checkpoint.root)
        sent = render_answer(decision)
        answers.append((sent.status, sent.body if sent.status in {200, 409} else b""))
    return answers


def their_answers(bodies: list[bytes], material: dict[str, Any], folder: Path) -> list[tuple[int, bytes]]:
    """What the other witness answers to the same requests, at the same time, with the same key."""
    logs = [LogConfig(material["origin"], (aics_tlog.parse_vkey(material["ed25519"]),))]
    answers = []
    with WitnessStore(folder / "witness.sqlite3", create=True) as store:
        key = Ed25519PrivateKey.from_private_bytes(SEED)
        witness = Witness(NAME, key, store, logs, clock=AT.timestamp)
        for body in bodies:
            try:
                answers.append((200, witness.add_checkpoint(body)))
            except WitnessError as error:
                answers.append((error.status, error.body if error.status == 409 else b""))
    return answers


def requests(material: dict[str, Any]) -> list[bytes]:
    """Good requests in order, and between them ones that no witness may co-sign."""
    first, second, same, third = (base64.b64decode(text) for text in material["requests"])
    lines = second.split(b"\n")
    return [
        b"", b"hello", first.replace(b"old 0", b"old 00"), first.replace(b"old 0", b"old 9"),
        first.replace(b"interoperability.example/log\n", b"another.example/log\n"),
        first.replace(b"\n5\n", b"\n6\n"), first, first,
        b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]), second.replace(b"old 5", b"old 4"),
        second, same, same.replace(b"old 64\n", b"old 64\n" + lines[1] + b"\n"), third, third, second,
    ]  # fmt: skip


def main(folder: Path) -> int:
    """Print what was compared and how much of it differed; 1 if anything did."""
    material = json.loads((folder / "material.json").read_text(encoding="ascii"))
    log_key = aics_tlog.parse_vkey(material["ed25519"])
    differences = 0

    wrong = 0
    for one in material["notes"]:
        note = aics_tlog.parse_note(base64.b64decode(one["note"]))
        wrong += aics_tlog.verify_note(note, [log_key]) is not one["accept"]
    print(f"checkpoints, their verifier: {len(material['notes'])} asked, {wrong} answered otherwise than expected")
    differences += wrong

    wrong = asked = 0
    for one in material["notes"]:
        note = parse_note(base64.b64decode(one["note"]))
        lines = note.text.split("\n")
        for vkey in material["witnesses"]:
            ours = parse_cosigner_vkey(vkey)
            (blob,) = (s.signature for s in note.signatures if s.key_id == ours.key_id)
            accepted = aics_tlog.verify_cosignature(
                blob, ours.name, ours.public_key, lines[0], int(lines[1]), base64.b64decode(lines[2])
            )
            asked, wrong = asked + 1, wrong + (accepted is not one["accept"])
    print(f"co-signatures, their verifier: {asked} asked, {wrong} answered otherwise than expected")
    differences += wrong

    leaves = [f'{{"entry":{index}}}'.encode() for index in range(66_000)]
    theirs = their_tiles.materialise_tiles(leaves)
    log = folder / "log"
    ours_files = {p.relative_to(log).as_posix(): p.read_bytes() for p in log.rglob("*") if p.is_file()}
    del ours_files["checkpoint"]
    wrong = sum(theirs.get(path) != data for path, data in ours_files.items()) + len(set(theirs) - set(ours_files))
    print(f"tiles and bundles of 66000 entries: {len(ours_files)} of ours, {len(theirs)} of theirs, {wrong} differ")
    differences += wrong

    bodies = requests(material)
    with tempfile.TemporaryDirectory() as scratch:
        pairs = list(zip(our_answers(bodies, material), their_answers(bodies, material, Path(scratch)), strict=True))
    statuses = " ".join(str(mine[0]) for mine, _ in pairs)
    wrong = sum(mine != other for mine, other in pairs)
    for _, (status, body) in pairs:
        if status == 200:
            parse_signature_lines(body)
    print(f"answers of two witnesses to {len(pairs)} requests ({statuses}): {wrong} differ")
    for number, (mine, other) in enumerate(pairs):
        if mine != other:
            print(f"  request {number}: ours {mine!r}, theirs {other!r}")
    print(f"aics-tlog {version('aics-tlog')}, aics-witness {version('aics-witness')}")
    return 1 if differences + wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
