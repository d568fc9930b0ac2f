"""The promise: checking what a log hands out takes milliseconds, and a log becomes files at 50,000 entries a second.

One process, fixed keys and entries. Rates are of the median of five rounds. Memory is the most that laying out a log of
``ENTRIES`` as tiles took above what was there before; it must not grow with the log.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.cosignature import Ed25519Cosigner
from charteroak.ledger.keys import Signer
from charteroak.ledger.log_keys import LogKeys, LogVerifiers
from charteroak.ledger.note import parse_note
from charteroak.ledger.p256_keys import P256Signer
from charteroak.ledger.tile_export import tiled_log
from charteroak.ledger.tree import Frontier, append_leaf, consistency_proof, hash_leaf, inclusion_proof, root_hash
from charteroak.ledger.verification import verify_inclusion
from charteroak.ledger.witness import WitnessAccepted, WitnessedLog, answer_add_checkpoint
from charteroak.ledger.witness_protocol import AddCheckpoint

ORIGIN = "bench.example/log"
KEYS = LogKeys(Signer(ORIGIN, b"\x01" * 32), P256Signer.from_seed(ORIGIN, b"\x02" * 40))
WITNESS = Ed25519Cosigner("witness.example", b"\x03" * 32)
AT = datetime(2026, 11, 22, tzinfo=UTC)
ENTRIES = 300_000
OLD = 123_456
ROUNDS = 5
LEAF = (
    b'{"actor":"system","bodySha256":"'
    + b"0" * 64
    + b'","index":%d,'
    + b'"kind":"evidence.recorded",'
    + b" " * 200
    + b"}"
)


class Nodes(dict[tuple[int, int], bytes]):
    """A stored tree in memory."""

    def read_node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree."""
        return self[level, index]


def median_seconds(act: Callable[[], object], times: int) -> float:
    """The median over rounds of what one call takes."""
    rounds = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        for _ in range(times):
            act()
        rounds.append((time.perf_counter() - begin) / times)
    return statistics.median(rounds)


def lay_out() -> tuple[float, float, float]:
    """Entries a second as tiles, entries a second into a frontier alone, and megabytes that the tiles took."""
    tree = Frontier()
    begin = time.perf_counter()
    for index in range(ENTRIES):
        tree.append(hash_leaf(LEAF % index))
    alone = ENTRIES / (time.perf_counter() - begin)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.perf_counter()
    leaves = (LEAF % index for index in range(ENTRIES))
    files = sum(1 for _ in tiled_log(b"", Checkpoint(ORIGIN, ENTRIES, tree.root()), leaves))
    assert files > ENTRIES // 128  # noqa: S101 - bundles and tiles
    seconds = time.perf_counter() - begin
    return ENTRIES / seconds, alone, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main() -> int:
    """Print the figures as one JSON object; 1 if an aim was missed."""
    exported, frontier, megabytes = lay_out()
    nodes = Nodes()
    for index in range(OLD + 1000):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(LEAF % index), nodes)})
    size = OLD + 1000
    root = root_hash(size, nodes)
    checkpoint = Checkpoint(ORIGIN, size, root)
    note = sign_checkpoint(checkpoint, *KEYS.signers)
    path, leaf = inclusion_proof(OLD, size, nodes), hash_leaf(LEAF % OLD)
    request = AddCheckpoint(OLD, consistency_proof(OLD, size, nodes), note)
    log = WitnessedLog(ORIGIN, KEYS.public.verifiers, OLD, root_hash(OLD, nodes))
    verifiers = LogVerifiers(ORIGIN, (KEYS.public,))
    line = WITNESS.cosign(parse_note(note).text, at=AT)
    assert isinstance(answer_add_checkpoint(request, log, WITNESS, at=AT), WitnessAccepted)  # noqa: S101 - what is timed
    milliseconds = {
        "signCheckpointWithBothKeys": median_seconds(lambda: sign_checkpoint(checkpoint, *KEYS.signers), 200),
        "openCheckpointWithBothKeys": median_seconds(lambda: verifiers.open(note), 200),
        "verifyInclusion": median_seconds(lambda: verify_inclusion(leaf, OLD, size, path, root), 1000),
        "makeInclusionProof": median_seconds(lambda: inclusion_proof(OLD, size, nodes), 1000),
        "answerAsWitness": median_seconds(lambda: answer_add_checkpoint(request, log, WITNESS, at=AT), 200),
        "verifyCosignature": median_seconds(
            lambda: WITNESS.verifier.verify_cosignature(parse_note(note).text, line.signature), 500
        ),
    }
    milliseconds = {name: round(seconds * 1000, 4) for name, seconds in milliseconds.items()}
    missed = [name for name, value in milliseconds.items() if value > 5]
    missed += ["tileEntriesPerSecond"] if exported < 50_000 else []
    missed += ["tileMegabytes"] if megabytes > 32 else []
    print(
        json.dumps(
            {
                "entries": ENTRIES,
                "tileEntriesPerSecond": round(exported),
                "frontierLeavesPerSecond": round(frontier),
                "tileMegabytes": round(megabytes, 1),
                "milliseconds": milliseconds,
                "missed": missed,
            }
        )
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
