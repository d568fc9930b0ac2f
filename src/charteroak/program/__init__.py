"""A security program as its record shows it: practices, evidence, and what was known when.

Everything here is computed from ledger entries. Nothing is guessed: what the record does not say is *unknown*.
"""
