"""The append-only ledger of each organisation: entries, tree nodes, checkpoints."""
