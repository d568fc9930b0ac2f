"""Let the client of PyPI's ``aics-witness`` ask a witness of ours over HTTP, with one history and then with another.

``other_client.py URL VKEY``: the submission prefix of a witness that knows the material's log, and the witness's key.
docs/interoperability.md tells how this is run.
"""

import sys

from aics_witness.feeder import WitnessAhead, WitnessClient, WitnessRejected  # type: ignore[import-not-found]
from material import KEYS, ORIGIN, Nodes, leaf

from charteroak.ledger.checkpoint import Checkpoint, sign_checkpoint
from charteroak.ledger.tree import append_leaf, consistency_proof, hash_leaf, root_hash

LARGEST = 650


def grown(word: bytes) -> Nodes:
    """A log whose entries begin with a word."""
    nodes = Nodes()
    for index in range(LARGEST):
        nodes.update({(n.level, n.index): n.hash for n in append_leaf(index, hash_leaf(word + leaf(index)), nodes)})
    return nodes


def main(url: str, vkey: str) -> None:
    """Print what the client makes of each answer."""
    client = WitnessClient(url, vkey)
    log, fork = grown(b""), grown(b"other ")
    for size, tree in ((5, log), (64, log), (64, log), (600, log), (600, fork), (650, fork), (650, log), (64, log)):
        checkpoint = Checkpoint(ORIGIN, size, root_hash(size, tree))
        what = f"{size} of {'another history' if tree is fork else 'the log'}"

        def proof(old: int, new: int, nodes: Nodes = tree) -> list[bytes]:
            return list(consistency_proof(old, new, nodes))

        try:
            line = client.submit(sign_checkpoint(checkpoint, KEYS.ed25519), proof)
        except (WitnessRejected, WitnessAhead) as error:
            print(f"{what}: {type(error).__name__}, {str(error)[:90]}")
        else:
            print(f"{what}: co-signed, {line.split()[1]}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
