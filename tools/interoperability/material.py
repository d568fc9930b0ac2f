"""Write what other people's verifiers are asked about: genuine and altered checkpoints, proofs, co-signatures, tiles.

``material.json`` says of each thing whether a verifier has to accept it; ``log/`` is a log as tiles. Keys and entries
are made from fixed seeds, so that two runs write the same bytes. docs/interoperability.md tells how it is used.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner
from charteroak.ledger.keys import Signer
from charteroak.ledger.log_keys import LogKeys
from charteroak.ledger.note import parse_note
from charteroak.ledger.p256_keys import P256Signer
from charteroak.ledger.tile_export import tiled_log
from charteroak.ledger.tree import append_leaf, consistency_proof, hash_leaf, inclusion_proof, root_hash
from charteroak.ledger.witness_protocol import AddCheckpoint, render_add_checkpoint
from charteroak.ledger.witnessed import merge_signatures

ORIGIN = "interoperability.example/log"
KEYS = LogKeys(Signer(ORIGIN, b"\x01" * 32), P256Signer.from_seed(ORIGIN, b"\x02" * 40))
WITNESSES = [Ed25519Cosigner(f"witness.example/{number}", bytes([number]) * 32) for number in (3, 4)]
AT = datetime(2026, 11, 22, tzinfo=UTC)
SIZES = (1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 255, 256, 257, 600)
LARGEST = 66_000


class Nodes(dict[tuple[int, int], bytes]):
    """A stored tree in memory."""

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self[level, index]


def leaf(index: int) -> bytes:
    """One entry."""
    return f'{{"entry":{index}}}'.encode()


def tree() -> Nodes:
    """The whole log."""
    nodes = Nodes()
    for index in range(LARGEST):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(leaf(index)), nodes)})
    return nodes


def text(data: bytes) -> str:
    """Bytes in JSON."""
    return base64.b64encode(data).decode()


def flipped(data: bytes, bit: int = 0) -> bytes:
    """The bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def notes(nodes: Nodes) -> Iterator[dict[str, Any]]:
    """Checkpoints with all their lines, and ones that were altered after signing."""
    for size in SIZES:
        note = signed(size, nodes)
        yield {"size": size, "note": text(note), "root": text(root_hash(size, nodes)), "accept": True}
        lines = note.split(b"\n")
        for number in (0, 1, 2):
            other = [*lines]
            other[number] = [lines[0] + b"x", str(size + 1).encode(), text(bytes(32)).encode()][number]
            yield {"size": size, "note": text(b"\n".join(other)), "root": text(bytes(32)), "accept": False}


def signed(size: int, nodes: Nodes) -> bytes:
    """A checkpoint with the lines of the log's two keys and of two witnesses."""
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root_hash(size, nodes)), *KEYS.signers)
    return merge_signatures(note, [witness.cosign(parse_note(note).text, at=AT) for witness in WITNESSES])


def inclusions(nodes: Nodes) -> Iterator[dict[str, Any]]:
    """Inclusion proofs, and ones with one bit changed in leaf, path or root, or with another index."""
    for size in SIZES:
        root = root_hash(size, nodes)
        for index in sorted({0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size))):
            path = list(inclusion_proof(index, size, nodes))
            good = {"index": index, "size": size, "leaf": leaf(index), "path": path, "root": root}
            bad = [{**good, "leaf": flipped(leaf(index))}, {**good, "root": flipped(root, 77)}]
            bad += [{**good, "path": [*path[:at], flipped(path[at], 9), *path[at + 1 :]]} for at in range(len(path))]
            bad += [{**good, "path": path[:-1]}] if path else []
            bad += [{**good, "index": (index + 1) % size}] if size > 1 else []
            for accept, case in ((True, good), *((False, case) for case in bad)):
                yield {
                    "index": case["index"],
                    "size": size,
                    "leaf": text(case["leaf"]),  # type: ignore[arg-type]
                    "path": [text(hash_) for hash_ in case["path"]],  # type: ignore[attr-defined]
                    "root": text(case["root"]),  # type: ignore[arg-type]
                    "accept": accept,
                }


def consistencies(nodes: Nodes) -> Iterator[dict[str, Any]]:
    """Consistency proofs, and ones with one bit changed in path or either root."""
    for new in SIZES:
        for old in (size for size in SIZES if size < new):
            path, roots = list(consistency_proof(old, new, nodes)), (root_hash(old, nodes), root_hash(new, nodes))
            cases = [(True, path, *roots), (False, path, flipped(roots[0]), roots[1])]
            cases += [(False, path, roots[0], flipped(roots[1])), (False, path[:-1], *roots)]
            cases += [(False, [*path[:at], flipped(path[at]), *path[at + 1 :]], *roots) for at in range(len(path))]
            for accept, hashes, old_root, new_root in cases:
                yield {
                    "old": old,
                    "new": new,
                    "path": [text(hash_) for hash_ in hashes],
                    "oldRoot": text(old_root),
                    "newRoot": text(new_root),
                    "accept": accept,
                }


def main(folder: Path) -> None:
    """Write everything below a new folder."""
    nodes = tree()
    note = signed(LARGEST, nodes)
    checkpoint = Checkpoint(ORIGIN, LARGEST, root_hash(LARGEST, nodes))
    for path, data in tiled_log(note, checkpoint, map(leaf, range(LARGEST))):
        place = folder / "log" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    material = {
        "origin": ORIGIN,
        "ed25519": KEYS.ed25519.verifier.vkey,
        "p256": KEYS.p256.verifier.vkey,
        "p256PEM": KEYS.p256.verifier.spki_pem.decode(),
        "p256LogID": hashlib.sha256(KEYS.p256.verifier.spki).hexdigest(),
        "witnesses": [witness.verifier.vkey for witness in WITNESSES],
        "cosignedAt": int(AT.timestamp()),
        "requests": [
            text(render_add_checkpoint(AddCheckpoint(old, consistency_proof(old, new, nodes), signed(new, nodes))))
            for old, new in ((0, 5), (5, 64), (64, 64), (64, 600))
        ],
        "notes": list(notes(nodes)),
        "inclusions": list(inclusions(nodes)),
        "consistencies": list(consistencies(nodes)),
    }
    (folder / "material.json").write_text(json.dumps(material, indent=1), encoding="ascii")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
