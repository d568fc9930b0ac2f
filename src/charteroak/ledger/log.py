"""Replaying a whole log: every header in order, every body at hand, every checkpoint."""

import hmac
from collections.abc import Iterable, Iterator

from charteroak.ledger.checkpoint import Checkpoint
from charteroak.ledger.entry import Entry, EntryHeader
from charteroak.ledger.errors import BodyCommitmentError, EntryFormatError, LogError, PartCommitmentError
from charteroak.ledger.tree import Frontier, NodeReader, hash_leaf


def verify_log(
    entries: Iterable[Entry],
    checkpoints: Iterable[Checkpoint] = (),
    *,
    organisation: str,
    nodes: NodeReader | None = None,
) -> bytes:
    """Replay a log from its first entry and return its root; memory does not grow with the log.

    ``checkpoints`` are ones whose signature was already verified (``open_checkpoint``); there may be entries after the
    last. With ``nodes``, the stored hashes are compared too, so that an altered header is named itself and not only by
    the checkpoint that no longer fits. A body that is withheld or erased is not an error here.

    Raises:
        LogError: an entry is out of place, of another organisation, older than the one before it, altered or missing.
    """
    awaited = sorted(checkpoints, key=lambda checkpoint: checkpoint.size)
    tree = Frontier()
    previous: EntryHeader | None = None
    for entry in entries:
        # (1) Every checkpoint of the tree as it stands so far has its root.
        awaited = _verify_checkpoints(tree, awaited)
        # (2) The header continues the log.
        _verify_order(entry.header, tree.size, organisation, previous)
        # (3) The body and its private parts, where they are at hand, are those that the header commits to.
        verify_commitments(entry)
        # (4) The leaf is the one that was stored when the entry was written, and so is each subtree that it completes.
        completed = tree.append(hash_leaf(entry.header_bytes))
        if nodes is not None:
            _verify_nodes(nodes, entry.header.index, completed)
        previous = entry.header
    # (5) No checkpoint speaks of entries that are not there.
    for checkpoint in _verify_checkpoints(tree, awaited):
        raise LogError(
            f"The log ends after {tree.size} entries; a signed checkpoint has {checkpoint.size}.", index=tree.size
        )
    return tree.root()


def entries_in_place(entries: Iterable[Entry], *, organisation: str) -> Iterator[Entry]:
    """The entries as they are read, up to the first that is out of place or whose body is not the one it commits to.

    Weaker than ``verify_log``, since it asks neither tree nor signature, and cheap enough for every reading: an answer
    never rests on a row that was put in, taken out or rewritten by hand.

    Raises:
        LogError: an entry is out of place, of another organisation, older than the one before it, or altered.
    """
    previous: EntryHeader | None = None
    for index, entry in enumerate(entries):
        _verify_order(entry.header, index, organisation, previous)
        verify_commitments(entry)
        yield entry
        previous = entry.header


def _verify_checkpoints(tree: Frontier, awaited: list[Checkpoint]) -> list[Checkpoint]:
    """Hold the checkpoints of this very size against the tree, and return the later ones."""
    later = awaited
    while later and later[0].size == tree.size:
        checkpoint, *later = later
        if not hmac.compare_digest(checkpoint.root, tree.root()):
            raise LogError(
                f"The signed checkpoint of size {checkpoint.size} has root {checkpoint.root.hex()}, "
                f"the entries have {tree.root().hex()}: an entry below {checkpoint.size} was altered.",
                index=None,
            )
    return later


def _verify_nodes(nodes: NodeReader, index: int, completed: Iterable[bytes]) -> None:
    for level, hash_ in enumerate(completed):
        position = index >> level
        if hmac.compare_digest(nodes.read_node(level, position), hash_):
            continue
        if level == 0:
            raise LogError(f"Entry {index} is not the one that the stored tree holds.", index=index)
        raise LogError(
            f"Node {level}/{position} of the stored tree is not the hash of entries {position << level} to {index}, "
            "which hold themselves: proofs made with it would fail.",
            index=None,
        )


def _verify_order(header: EntryHeader, index: int, organisation: str, previous: EntryHeader | None) -> None:
    if header.index != index:
        raise LogError(f"In the place of entry {index} stands entry {header.index}.", index=index)
    if header.organisation != organisation:
        raise LogError(f"Entry {index} is of {header.organisation!r}, not of {organisation!r}.", index=index)
    if previous is not None and header.recorded_at < previous.recorded_at:
        raise LogError(
            f"Entry {index} was recorded at {header.recorded}, before the one in front of it ({previous.recorded}).",
            index=index,
        )


def verify_commitments(entry: Entry) -> None:
    """Return if body and private parts, as far as they are at hand, are those that the header commits to.

    Raises:
        LogError: one of them is another, or only half of one is there, which is an alteration too.
    """
    index = entry.header.index
    if (entry.body is None) != (entry.salt is None):
        raise LogError(f"Entry {index} has a body or a salt, but not both.", index=index)
    try:
        if entry.body is not None:
            entry.verify_body()
        for name, part in entry.parts.items():
            if (part.value is None) != (part.salt is None):
                raise LogError(f"The {name} of entry {index} has a value or a salt, but not both.", index=index)
            if part.is_at_hand or name not in entry.header.private:
                entry.verify_part(name)
    except (BodyCommitmentError, PartCommitmentError, EntryFormatError) as error:
        raise LogError(error.message, index=index) from error
