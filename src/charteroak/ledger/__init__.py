"""Append-only logs that anyone can check: RFC 6962 trees, C2SP notes, checkpoints and proofs, and their entries.

Values in, values out: storage is a ``NodeReader``, randomness and keys are arguments, no clock is read. Only ``keys``
loads a cryptographic library. Light modules are imported by name (``charteroak.ledger.tree``), never from here.
"""
