"""Append-only logs that anyone can check: RFC 6962 trees, C2SP notes, checkpoints and proofs, and their entries.

Values in, values out: storage is a ``NodeReader``, randomness, keys and moments are arguments, no clock is read. Keys,
co-signatures and time-stamps load a cryptographic library, so light modules are imported by name
(``charteroak.ledger.tree``), never from here.
"""
