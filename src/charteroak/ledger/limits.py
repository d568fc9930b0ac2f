"""Limits on what the parsers of this package read, each with its reason."""

NOTE_LIMIT_BYTES = 1 << 20
"""A signed note. A checkpoint with 100 post-quantum co-signatures of 3.3 KB stays well below."""

NOTE_LIMIT_SIGNATURES = 100
"""Signature lines of a note. signed-note asks for at least 16; each known one costs a verification."""

PROOF_LIMIT_HASHES = 63
"""Hashes of an inclusion proof: the height of the largest tree whose size fits RFC 9162's arithmetic in 63 bits."""

TREE_SIZE_LIMIT = (1 << 63) - 1
"""Largest tree size: what every implementation's signed 64-bit integer holds."""

PROOF_LIMIT_BYTES = NOTE_LIMIT_BYTES + (1 << 16)
"""A tlog-proof: its checkpoint, 63 hash lines, and room for extra data."""

HEADER_LIMIT_BYTES = 2048
"""An entry header holds names, moments and one digest; ours have about 300 bytes."""

VKEY_LIMIT_CHARACTERS = 4096
"""A verifier key. The largest public key of signed-note, ML-DSA-44, has 1312 bytes."""

WITNESS_REQUEST_LIMIT_BYTES = NOTE_LIMIT_BYTES + (1 << 13)
"""A request to a witness: its checkpoint, an old size and 63 hash lines."""

WITNESS_ANSWER_LIMIT_BYTES = 1 << 16
"""A witness's answer: a few signature lines, of 3.3 KB each at most."""

TIMESTAMP_LIMIT_BYTES = 1 << 16
"""An authority's answer: 1.5 KB bare, some kilobytes with a chain of certificates."""

TIMESTAMP_LIMIT_CERTIFICATES = 16
"""Certificates in a token: a chain has three or four."""

CERTIFICATES_LIMIT_BYTES = 1 << 18
"""A bundle of an authority's certificates in PEM."""
