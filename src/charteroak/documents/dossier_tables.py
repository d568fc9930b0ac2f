"""Tables of a dossier's pages: as many rows as a person turns pages for, and a plain word on the rest."""

from charteroak.documents.blocks import Column, Table, Texts

ROWS_PRINTED = 1_000
"""Rows of one table. It also bounds the memory that setting takes: about 250 MB for each thousand rows."""


def bounded_table(caption: str, columns: tuple[Column, ...], rows: tuple[tuple[Texts, ...], ...], empty: str) -> Table:
    """A table; past ``ROWS_PRINTED`` rows its caption says how many are not printed and where they stand."""
    if len(rows) > ROWS_PRINTED:
        left = len(rows) - ROWS_PRINTED
        caption = (
            f"{caption}. First {ROWS_PRINTED:,} rows; {left:,} more are not printed and stand in the folder's files"
        )
    return Table(caption, columns, rows[:ROWS_PRINTED], empty)
