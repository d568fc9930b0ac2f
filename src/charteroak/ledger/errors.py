"""What can be wrong with a log, and with what claims to come from one.

    InputError
    |-- NoteFormatError, CheckpointFormatError, ProofFormatError, KeyFormatError, EntryFormatError
    `-- TreeRangeError              a leaf or a size that the tree does not have
    VerificationError
    |-- NoteSignatureError          no trusted signature, or a trusted key's signature that fails
    |-- CheckpointOriginError       a checkpoint of another log
    |-- InclusionProofError         `-- InclusionRootMismatchError
    |-- ConsistencyProofError       `-- ConsistencyRootMismatchError
    |-- BodyCommitmentError         a body that is not the one its header commits to
    |-- PartCommitmentError         a private part of a body that is not the one its header commits to
    `-- LogError                    an entry out of place, altered or missing; the first bad one is named

Attributes are the data; the sentence is made from them.
"""

from typing import ClassVar

from charteroak.errors import InputError, VerificationError


class NoteFormatError(InputError):
    """The bytes are no C2SP signed note."""

    code: ClassVar[str] = "ledger.note.format"


class CheckpointFormatError(InputError):
    """The text of a note is no C2SP checkpoint."""

    code: ClassVar[str] = "ledger.checkpoint.format"


class ProofFormatError(InputError):
    """The bytes are no C2SP tlog-proof."""

    code: ClassVar[str] = "ledger.proof.format"


class KeyFormatError(InputError):
    """A key cannot be read, or is of another kind."""

    code: ClassVar[str] = "ledger.key.format"


class EntryFormatError(InputError):
    """The bytes are no entry header, or not in their one canonical form."""

    code: ClassVar[str] = "ledger.entry.format"


class TreeRangeError(InputError):
    """A leaf or a size that the tree does not have was asked for."""

    code: ClassVar[str] = "ledger.tree.range"


class NoteSignatureError(VerificationError):
    """A note carries no valid signature of a trusted key, or a trusted key's signature on it fails."""

    code: ClassVar[str] = "ledger.note.signature"

    def __init__(self, message: str, *, key_name: str, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.key_name = key_name


class CheckpointOriginError(VerificationError):
    """A checkpoint is validly signed but speaks of another log."""

    code: ClassVar[str] = "ledger.checkpoint.origin"

    def __init__(self, *, expected: str, got: str) -> None:
        super().__init__(f"This is a checkpoint of {got!r}, not of {expected!r}.")
        self.expected = expected
        self.got = got


class InclusionProofError(VerificationError):
    """An inclusion proof cannot belong to this leaf index and tree size."""

    code: ClassVar[str] = "ledger.inclusion-proof.shape"

    def __init__(self, message: str, *, index: int, size: int) -> None:
        super().__init__(f"Inclusion proof of entry {index} in a tree of {size}: {message}.")
        self.index = index
        self.size = size


class InclusionRootMismatchError(InclusionProofError):
    """An inclusion proof leads to another root: the entry is not the one in the tree."""

    code: ClassVar[str] = "ledger.inclusion-proof.root-mismatch"

    def __init__(self, *, index: int, size: int, expected_root: bytes, got_root: bytes) -> None:
        super().__init__(
            f"it leads to root {got_root.hex()}, the checkpoint has {expected_root.hex()}", index=index, size=size
        )
        self.expected_root = expected_root
        self.got_root = got_root


class ConsistencyProofError(VerificationError):
    """A consistency proof cannot belong to these two sizes."""

    code: ClassVar[str] = "ledger.consistency-proof.shape"

    def __init__(self, message: str, *, old_size: int, new_size: int) -> None:
        super().__init__(f"Consistency proof from size {old_size} to {new_size}: {message}.")
        self.old_size = old_size
        self.new_size = new_size


class ConsistencyRootMismatchError(ConsistencyProofError):
    """A consistency proof leads to another root: the log did not only grow."""

    code: ClassVar[str] = "ledger.consistency-proof.root-mismatch"

    def __init__(self, *, old_size: int, new_size: int, at_size: int, expected_root: bytes, got_root: bytes) -> None:
        super().__init__(
            f"at size {at_size} it leads to root {got_root.hex()}, the checkpoint has {expected_root.hex()}",
            old_size=old_size,
            new_size=new_size,
        )
        self.at_size = at_size
        self.expected_root = expected_root
        self.got_root = got_root


class BodyCommitmentError(VerificationError):
    """A body or its salt is not the one that the entry's header commits to."""

    code: ClassVar[str] = "ledger.entry.body-commitment"

    def __init__(self, *, index: int, expected_sha256: str, got_sha256: str) -> None:
        super().__init__(
            f"The body of entry {index} is not what its header commits to: "
            f"SHA-256 of salt and body is {got_sha256}, the header says {expected_sha256}."
        )
        self.index = index
        self.expected_sha256 = expected_sha256
        self.got_sha256 = got_sha256


class PartCommitmentError(VerificationError):
    """A private part or its salt is not the one that the entry's header commits to."""

    code: ClassVar[str] = "ledger.entry.part-commitment"

    def __init__(self, *, index: int, name: str, expected_sha256: str | None, got_sha256: str) -> None:
        said = "there is none" if expected_sha256 is None else f"the header says {expected_sha256}"
        found = f"SHA-256 of salt and value is {got_sha256}" if got_sha256 else "it has a commitment nowhere"
        super().__init__(
            f"The private part {name!r} of entry {index} is not what its header commits to: {found}; {said}."
        )
        self.index = index
        self.name = name
        self.expected_sha256 = expected_sha256
        self.got_sha256 = got_sha256


class LogError(VerificationError):
    """A log does not hold; ``index`` is the first entry at fault, ``None`` if no single entry can be named."""

    code: ClassVar[str] = "ledger.log.broken"

    def __init__(self, message: str, *, index: int | None) -> None:
        super().__init__(message)
        self.index = index
